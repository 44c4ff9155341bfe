"""Advice that works when it is pasted: each command in a message gets the set and the flags of the one that runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scaleset_core.command.once import running

if TYPE_CHECKING:
    from scaleset_operations.cli.options import ChosenOptions, TargetOptions
    from scaleset_operations.target import Target

_COMMAND = re.compile(
    r"`scaleset (?P<group>set|instances|extensions|rolling-upgrade|lifecycle-hooks|nat|outbound)"
    r" (?P<rest>[^`]+)`"
)
_NAMES_SET = re.compile(r"(^| )(-n|--name|--ids|--stack)( |$)")
_NAMES_INSTANCES = re.compile(r"(^| )(-i|--instances|--all|--where|--machine)( |$)")
_WITHOUT_INSTANCES = frozenset({"list", "connect", "attach", "restore-locks"})
"""Commands of `instances` that need no selection."""


@dataclass(slots=True)
class _Now:
    """The flags of the command that runs: of its set, and of its instances."""

    of_set: Sequence[str] = ()
    of_instances: Sequence[str] = field(default=())


_now = _Now()


def remember_set(options: TargetOptions, target: Target) -> None:
    """Note which set a command is about, once that is known."""
    if options.stack:
        flags = ["--stack", options.stack, *(["--cwd", options.cwd] if options.cwd else [])]
        flags += ["-n", options.name] if options.name else []
    else:
        flags = ["-g", target.resource_group, "-n", target.name]
        flags += ["--subscription", target.subscription] if options.subscription else []
    flags += ["--cloud", options.cloud] if options.cloud else []
    flags += ["--endpoint", options.endpoint] if options.endpoint else []
    _now.of_set = flags


def remember_instances(packed: dict[str, Any]) -> None:
    """Note which instances a command is about; forget the set of the command before."""
    chosen: ChosenOptions | None = next((each for each in packed.values() if hasattr(each, "listed")), None)
    flags: list[str] = []
    if chosen is not None and chosen.listed:
        flags = ["-i", ",".join(chosen.listed)]
    elif chosen is not None and chosen.where:
        flags = [word for each in chosen.where for word in ("--where", each)]
    elif chosen is not None and chosen.everything:
        flags = ["--all"]
    _now.of_set, _now.of_instances = (), flags


def complete(text: str) -> str:
    """A message whose commands have the flags of the one that runs; where it speaks of that one, it stays."""
    return _COMMAND.sub(lambda match: _completed(match, running(), _now), text)


def _completed(match: re.Match[str], own: str, now: _Now) -> str:
    words = f"{match['group']} {match['rest']}"
    if words == own or not now.of_set or "..." in words:
        return match[0]
    more: list[str] = [] if _NAMES_SET.search(words) else list(now.of_set)
    verb = match["rest"].split()[0]
    needs = (match["group"] == "instances" and verb not in _WITHOUT_INSTANCES) or words == "set update-instances"
    if needs and not _NAMES_INSTANCES.search(words):
        more += now.of_instances or ["--all"]
    return f"`{' '.join(['scaleset', words, *([shlex.join(more)] if more else [])])}`"
