"""The cut-over from the old set to its twin: step by step, each checked, each with a way back until the last."""
