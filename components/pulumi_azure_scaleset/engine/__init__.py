"""Everything that touches the Pulumi runtime: registration, advice on errors, and the pace of the garbage collector."""
