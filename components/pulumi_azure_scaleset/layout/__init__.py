"""The two layouts: which azure-native resources a validated model becomes. Pure functions; import the submodules."""
