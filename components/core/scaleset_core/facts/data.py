"""The dated data file of facts about VM sizes and platform images."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "azure.json"
"""The file's name, in this package."""


@cache
def azure_facts() -> dict[str, Any]:
    """The file's content: ``about``, ``sizes`` and ``images``, each part with the day it was read and its sources."""
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts
