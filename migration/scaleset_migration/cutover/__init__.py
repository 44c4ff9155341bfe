"""The cut-over from the old set to its twin: each step is checked, and each but the last can be undone."""
