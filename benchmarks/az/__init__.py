"""The Azure CLI and ``scaleset`` side by side: the same rows, on the same simulator."""
