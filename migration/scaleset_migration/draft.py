"""The twin while it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scaleset_migration.facts import Fact
from scaleset_migration.reverse.parts import at
from scaleset_migration.situation import Situation

PROFILE = "virtualMachineProfile"
NICS = f"{PROFILE}.networkProfile.networkInterfaceConfigurations"


@dataclass(slots=True)
class Draft:
    """The twin while it is made.

    Attributes:
        situation: The old set.
        body: The twin's properties so far.
        facts: What has been reported so far.
        health: The Application Health extension's arguments, where a probe became one.
    """

    situation: Situation
    body: dict[str, Any]
    facts: list[Fact] = field(default_factory=list)
    health: dict[str, Any] | None = None

    def value(self, path: str) -> Any:
        """The value at a path, None if there is none."""
        return at(self.body, path)

    def drop(self, path: str) -> Any:
        """Take a property out; the value that it had."""
        *above, name = path.split(".")
        node: Any = self.body
        for step in above:
            node = node.get(step) if isinstance(node, dict) else None
        return node.pop(name, None) if isinstance(node, dict) else None


def taken_out(body: dict[str, Any], path: str) -> Any:
    """Take a property out by its path with list indexes; its value, None if there is none."""
    if not path:
        return None
    node: Any = body
    steps = path.replace("]", "").replace("[", ".").split(".")
    for step in steps[:-1]:
        node = _below(node, step)
    last = steps[-1]
    if isinstance(node, dict):
        return node.pop(last, None)
    return node.pop(int(last)) if isinstance(node, list) and last.isdigit() and int(last) < len(node) else None


def _below(node: Any, step: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list) and step.isdigit() and int(step) < len(node):
        return node[int(step)]
    return None
