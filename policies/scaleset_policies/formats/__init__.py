"""Readers: one for each input format, which produce the resources that the rules read."""
