"""The lowest layer: pure functions and values that the mode table, the component and the policies share."""
