"""The effect of a change of each argument on a scale set's resources: a table, a computed result, and the page."""
