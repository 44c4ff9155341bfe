"""The measured programs; each runs as a separate Pulumi program."""
