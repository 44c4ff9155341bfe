"""What a change of each argument of a scale set does to its resources: a table, a verdict, and the documentation."""
