"""The commands of migration."""
