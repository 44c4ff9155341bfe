"""A stand-in for the azure-native provider: the real Pulumi engine deploys unchanged programs to the ARM simulator."""
