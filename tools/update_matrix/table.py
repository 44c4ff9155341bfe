"""The update matrix as data: ``*.yaml`` beside this module, one entry for each change of an argument."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
PARTS = {"ScaleSetArgs": "set.yaml", "Instance": "instance.yaml"}
"""The files by the arguments that they are about."""

INSTANCE = "web-0"
"""The instance whose arguments the entries of ``Instance`` change; its neighbour is ``web-1``."""


@dataclass(frozen=True)
class Entry:
    """One change of one argument.

    Attributes:
        owner: ``ScaleSetArgs`` or ``Instance``.
        argument: The argument.
        base: The name of the set that is changed, in ``bases.yaml``.
        change: The change in words.
        before: The arguments before.
        after: The arguments after.
        expected: The keys of the resources that are touched, by operation; empty for none.
        needs: The state of the instances that Azure requires before it accepts the change: ``deallocated``, or empty.
        refused: The error code with which Azure refuses the planned change in any state; empty if it accepts it.
        note: A further note.
    """

    owner: str
    argument: str
    base: str
    change: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    expected: Mapping[str, list[str]]
    needs: str
    refused: str
    note: str

    @property
    def verdict(self) -> str:
        """``refused``, ``replace`` if anything is replaced, ``no-op`` if nothing is touched, else ``update``."""
        if self.refused:
            return "refused"
        if not self.expected:
            return "no-op"
        return "replace" if "replace" in self.expected else "update"

    @property
    def id(self) -> str:
        """A name for the entry."""
        return f"{self.owner}.{self.argument} ({self.base}): {self.change}"


@functools.cache
def bases() -> dict[str, dict[str, Any]]:
    """The sets that the entries change, by name."""
    content: dict[str, dict[str, Any]] = _read("bases.yaml")
    return content


@functools.cache
def entries() -> tuple[Entry, ...]:
    """All entries."""
    return tuple(_entry(owner, raw) for owner, file in PARTS.items() for raw in _read(file))


def _read(file: str) -> Any:
    return yaml.safe_load((_HERE / file).read_text(encoding="utf-8"))


def _entry(owner: str, raw: Mapping[str, Any]) -> Entry:
    argument, base = raw["argument"], raw.get("base", "flexible")
    common = {**bases()[base], **raw.get("with", {})}
    place = _in_set if owner == "ScaleSetArgs" else _in_instance
    return Entry(
        owner=owner,
        argument=argument,
        base=base,
        change=raw["change"],
        before=place(common, argument, raw.get("from", _KEPT)),
        after={**place(common, argument, raw["to"]), **raw.get("also", {})},
        expected=raw.get("expected", {}),
        needs=raw.get("needs", ""),
        refused=raw.get("refused", ""),
        note=raw.get("note", ""),
    )


_KEPT = object()


def _in_set(args: Mapping[str, Any], argument: str, value: Any) -> dict[str, Any]:
    return dict(args) if value is _KEPT else {**args, argument: value}


def _in_instance(args: Mapping[str, Any], argument: str, value: Any) -> dict[str, Any]:
    if value is _KEPT:
        return dict(args)
    instances = args["instances"]
    return {**args, "instances": {**instances, INSTANCE: {**instances[INSTANCE], argument: value}}}
