"""The world and the command line of the operations' tests."""

from operations.conftest import clean_environment, cli, world

__all__ = ["clean_environment", "cli", "world"]
