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
_RECOVER = re.compile(r"`scaleset (?P<rest>recover(?: [^`]+)?)`")
_PULUMI = re.compile(
    r"`pulumi (?P<rest>(?:up|preview|refresh|destroy|cancel|import|stack (?:ls|export|import))(?: [^`]+)?)`"
)
_OF_THE_PROJECT = "stack ls"
"""What is about all stacks of a project."""
_NAMES_STACK = re.compile(r"(^| )(-s|--stack)( |$)")
_NAMES_SET = re.compile(r"(^| )(-n|--name|--ids|--stack)( |$)")
_NAMES_INSTANCES = re.compile(r"(^| )(-i|--instances|--all|--where|--machine)( |$)")
_WITHOUT_INSTANCES = frozenset({"list", "connect", "attach", "restore-locks"})
"""Commands of `instances` that need no selection."""


@dataclass(slots=True)
class _Now:
    """The flags of the command that runs: of its set, of its instances, of its stack, of the project and of Azure."""

    of_set: Sequence[str] = ()
    of_instances: Sequence[str] = field(default=())
    of_stack: Sequence[str] = ()
    of_project: Sequence[str] = ()
    of_azure: Sequence[str] = ()


_now = _Now()


def remember_set(options: TargetOptions, target: Target) -> None:
    """Note which set a command is about, once that is known."""
    remember_stack(options.stack, options.cwd, options.cloud, options.endpoint)
    if options.stack:
        flags = [*_now.of_stack, *_now.of_project, *(["-n", options.name] if options.name else [])]
    else:
        flags = ["-g", target.resource_group, "-n", target.name]
        flags += ["--subscription", target.subscription] if options.subscription else []
    _now.of_set = [*flags, *_now.of_azure]


def remember_stack(stack: str, cwd: str, cloud: str = "", endpoint: str = "") -> None:
    """Note which stack a command is about, and in which Azure."""
    _now.of_stack = ["--stack", stack] if stack else []
    _now.of_project = ["--cwd", cwd] if cwd else []
    given = {"--cloud": cloud, "--endpoint": endpoint}
    _now.of_azure = [word for name, value in given.items() if value for word in (name, value)]


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
    _now.of_stack, _now.of_project, _now.of_azure = (), (), ()


def complete(text: str) -> str:
    """A message whose commands have the flags of the one that runs; where it speaks of that one, it stays."""
    text = _COMMAND.sub(lambda match: _completed(match, running(), _now), text)
    text = _RECOVER.sub(lambda match: _of_stack("scaleset", match, running(), _now), text)
    return _PULUMI.sub(lambda match: _of_stack("pulumi", match, "", _now), text)


def _of_stack(program: str, match: re.Match[str], own: str, now: _Now) -> str:
    words = match["rest"]
    if words == own or _NAMES_STACK.search(words):
        return match[0]
    more = [*(now.of_stack if words != _OF_THE_PROJECT else ()), *now.of_project]
    more += now.of_azure if program == "scaleset" else ()
    return f"`{' '.join([program, words, *([shlex.join(more)] if more else [])])}`"


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
