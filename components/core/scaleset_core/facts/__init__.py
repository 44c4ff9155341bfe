"""The ground floor: pure functions and values that the mode table, the component and the policies share."""
