"""The languages of programs as options name them: help does not wait for what writes them."""

from enum import StrEnum


class Language(StrEnum):
    """The language of the program."""

    PYTHON = "python"
    YAML = "yaml"
    TYPESCRIPT = "typescript"
