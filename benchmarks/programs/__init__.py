"""The programs that are measured; each runs as a Pulumi program of its own."""
