"""The scale set of a Pulumi stack, out of ``pulumi stack export``: its outputs name it, its resources give its mode."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaleset_core.modes import Mode
from scaleset_operations.errors import UsageError
from scaleset_operations.target import (
    Target,
    is_scale_set_id,
    parse_target,
    same_id,
)

_SCALE_SET = re.compile(r"^azure-native:compute(/v\w+)?:VirtualMachineScaleSet$")
_OUTPUT = "scaleSetId"
_TIMEOUT = 120


@dataclass(frozen=True, slots=True)
class StackSet:
    """A scale set that a stack declares, and its mode if the state has it."""

    target: Target
    mode: Mode | None


def find(stack: str, *, cwd: str = "", name: str = "") -> StackSet:
    """The scale set of a stack.

    Args:
        stack: The stack's name.
        cwd: The project's directory; empty: the current one.
        name: Which of several: a scale set's name.

    Raises:
        UsageError: Pulumi is missing or fails, or the stack has no scale set, or several.
    """
    return choose(export(stack, cwd), stack, name)


def export(stack: str, cwd: str = "") -> Mapping[str, Any]:
    """The stack's state, by Pulumi's own command; secrets stay encrypted in it.

    Raises:
        UsageError: Pulumi is missing or fails.
    """
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise UsageError(
            "--stack needs the `pulumi` command, which is not on PATH. Install it, or give --name instead."
        )
    command = [pulumi, "stack", "export", "--stack", stack, "--non-interactive", *(["--cwd", cwd] if cwd else [])]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        raise UsageError(f"--stack {stack!r}: `pulumi stack export` gave no answer in {_TIMEOUT} seconds.") from None
    if answer.returncode:
        reason = " ".join((answer.stderr or answer.stdout).split()).rstrip(".")
        raise UsageError(
            f"--stack {stack!r}: `pulumi stack export` failed: {reason}. "
            "`pulumi stack ls` lists the stacks; --cwd is the project's directory."
        )
    try:
        found: Mapping[str, Any] = json.loads(answer.stdout)
    except ValueError:
        raise UsageError(f"--stack {stack!r}: `pulumi stack export` printed no JSON.") from None
    return found


def choose(state: Mapping[str, Any], stack: str, name: str = "") -> StackSet:
    """The one scale set of an exported stack, or that of a name.

    The stack output ``scaleSetId`` wins, then any other output that is the id of a scale set, then the resources.

    Raises:
        UsageError: There is none, or the choice is not unique.
    """
    resources = (state.get("deployment") or {}).get("resources") or []
    outputs = next((item.get("outputs") or {} for item in resources if item.get("type") == "pulumi:pulumi:Stack"), {})
    declared = {
        str(item["id"]): item for item in resources if _SCALE_SET.match(item.get("type", "")) and item.get("id")
    }
    first = outputs.get(_OUTPUT)
    candidates = [str(first)] if is_scale_set_id(first) and not name else [*_ids(outputs), *declared]
    unique: dict[str, str] = {}
    for item in candidates:
        if is_scale_set_id(item) and (not name or parse_target(item).name.lower() == name.lower()):
            unique.setdefault(item.lower(), item)
    if not unique:
        known = ", ".join(
            sorted({parse_target(item).name for item in (*_ids(outputs), *declared) if is_scale_set_id(item)})
        )
        what = f"no scale set {name!r}" if name else "no scale set"
        raise UsageError(
            f"--stack {stack!r} has {what} in its outputs or resources"
            + (f"; it has: {known}." if known else f". Export its id as the output {_OUTPUT}, or give --name.")
        )
    if len(unique) > 1:
        names = ", ".join(sorted(parse_target(item).name for item in unique.values()))
        raise UsageError(f"--stack {stack!r} has {len(unique)} scale sets ({names}); say which with --name.")
    identifier = next(iter(unique.values()))
    resource: Mapping[str, Any] = next((item for key, item in declared.items() if same_id(key, identifier)), {})
    text = str((resource.get("outputs") or {}).get("orchestrationMode") or "")
    mode = next((item for item in Mode if item.value.lower() == text.lower()), None)
    return StackSet(parse_target(identifier), mode)


def _ids(value: Any) -> Iterator[str]:
    """Every scale-set id anywhere in a value."""
    if is_scale_set_id(value):
        yield str(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)
