"""The resource providers, one folder for each Azure namespace."""
