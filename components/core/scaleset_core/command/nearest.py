"""What somebody means who writes a command or option of az or Pulumi, or one of ours at another place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import typer

_PULUMI = {
    "create": "pulumi up",
    "up": "pulumi up",
    "deploy": "pulumi up",
    "apply": "pulumi up",
    "plan": "pulumi preview",
    "refresh": "pulumi refresh",
    "destroy": "pulumi destroy",
    "import": "pulumi import",
    "init": "pulumi new",
    "new": "pulumi new",
    "stack": "pulumi stack",
    "config": "pulumi config",
    "login": "az login",
    "logout": "az logout",
    "account": "az account",
    "cloud": "az cloud",
}
"""Words that mean a command of another program: Pulumi deploys resources, and az signs in and chooses the account."""

_OF_THE_PROGRAM = {
    "create": "change the program, then `pulumi up`",
    "update": "change the program, then `pulumi up`; single instances: `scaleset instances update`",
    "delete": "`pulumi destroy`; single instances: `scaleset instances delete`",
    "delete-instances": "`scaleset instances delete`",
}
"""What is done to a set's declaration."""

VMSS: Mapping[str, str] = {
    "list": "scaleset set list",
    "show": "scaleset set show",
    "wait": "scaleset set wait",
    "get-instance-view": "scaleset instances view",
    "list-instances": "scaleset instances list",
    "list-instance-connection-info": "scaleset nat list",
    "list-instance-public-ips": "scaleset instances list",
    "nic": "scaleset instances list",
    "delete-instances": "scaleset instances delete",
    "update-instances": "scaleset set update-instances",
    "get-os-upgrade-history": "scaleset set upgrade history",
    "perform-maintenance": "scaleset set perform-maintenance",
    "simulate-eviction": "scaleset instances simulate-eviction",
    "set-orchestration-service-state": "scaleset set orchestration-service-state",
    "rolling-upgrade": "scaleset set upgrade",
    "run-command": "scaleset instances run-command",
    "extension": "scaleset extensions",
    "disk": "scaleset instances attach-disk",
    "scale": "scaleset set scale",
    "start": "scaleset set start",
    "stop": "scaleset set power-off",
    "restart": "scaleset set restart",
    "deallocate": "scaleset set deallocate",
    "reimage": "scaleset set reimage",
    "reapply": "scaleset set reapply",
    "list-skus": "az vmss list-skus",
    "diagnostics": "az vmss diagnostics",
    "encryption": "az vmss encryption",
    "identity": "az vmss identity",
    "application": "az vmss application",
    "lifecycle-hook": "az vmss lifecycle-hook",
    "lifecycle-hook-event": "scaleset lifecycle-hooks",
    "get-resiliency-view": "scaleset instances resiliency-view",
    "update-domain-walk": "scaleset set force-recovery-update-domain-walk",
}
"""The commands of `az vmss`, and what does the same; what is az's alone stays az's."""

_ELSEWHERE: Mapping[str, str] = {
    "stop": "power-off",
    "ssh": "connect",
    "logs": "boot-log",
    "boot-diagnostics": "boot-log",
    "list-ip-addresses": "list",
    "show-ip": "list",
    "invoke-command": "run-command",
    "get-boot-log": "boot-log",
    "attach-vm": "attach",
    "lock": "protect",
    "unlock": "unprotect",
    "events": "set events",
    "drift": "set drift",
}
"""Our own commands by names that they have elsewhere."""

_OF_INSTANCES: Mapping[str, str] = {**_ELSEWHERE, "show": "view"}
"""The same for those of single instances."""

OPTIONS: Mapping[str, str] = {
    "--vmss-name": "--name",
    "--vm-name": "--instances",
    "--instance-id": "--instances",
    "--instance-ids": "--instances",
    "--vmss": "--name",
    "--resource-group-name": "--resource-group",
    "--rg": "--resource-group",
    "--group": "--resource-group",
    "--new-capacity": "--capacity",
    "--force": "--yes",
    "--scripts": "--script",
    "--parameters": "--parameter",
    "--protected-parameters": "--protected-parameter",
    "--orchestration-mode": "--mode",
    "--service-name": "--service",
    "--skip-preview": "--yes",
    "--parallel": "--max-concurrency",
    "--json": "--output json",
    "--format": "--output",
}
"""Options of `az vmss` and of Pulumi by what is ours."""


def check_command(ctx: Any, words: Sequence[str]) -> None:
    """Point to what is meant by a command that does not exist; without an idea, return.

    Raises:
        typer.BadParameter: another command is meant.
    """
    place = ctx.command_path.split(" ", 1)[1] if " " in ctx.command_path else ""
    found = advice(place, words, {name: tuple(names) for name, names in _ours(ctx)})
    if found:
        written = " ".join(["scaleset", *place.split(), words[0]])
        raise typer.BadParameter(f"there is no `{written}`. {found}", ctx=ctx)


def advice(group: str, words: Sequence[str], ours: Mapping[str, Sequence[str]]) -> str:
    """What to run instead, as a sentence; ``""`` without an idea.

    Args:
        group: The group that the command was looked for in, ``""`` for the program itself.
        words: The words from there on.
        ours: Our commands by their group.
    """
    first = words[0].lower()
    if not group:
        return _of_az(words, ours) or _of_no_group(first, ours)
    if group in {"set", "instances"} and first in _OF_THE_PROGRAM and first not in ours.get(group, ()):
        return f"It is Pulumi's: {_OF_THE_PROGRAM[first]}."
    return _elsewhere(group, first, ours) or (_instead(VMSS[first]) if first in VMSS else "")


def _of_no_group(first: str, ours: Mapping[str, Sequence[str]]) -> str:
    """``up`` of Pulumi, ``restart`` without its group, ``list-instances`` without `vmss`."""
    if first in _PULUMI:
        return _instead(_PULUMI[first])
    return _elsewhere("", first, ours) or (_instead(VMSS[first]) if first in VMSS else "")


def _of_az(words: Sequence[str], ours: Mapping[str, Sequence[str]]) -> str:
    """``vmss restart``, ``vm start``: the first word is a group of az."""
    if words[0].lower() not in {"vmss", "vm"}:
        return ""
    verb = next((word.lower() for word in words[1:] if not word.startswith("-")), "")
    if verb in _OF_THE_PROGRAM:
        return f"It is Pulumi's: {_OF_THE_PROGRAM[verb]}."
    if words[0].lower() == "vmss":
        return _instead(VMSS.get(verb, "scaleset set"))
    wanted = _OF_INSTANCES.get(verb, verb)
    return _instead(f"scaleset instances {wanted}" if wanted in ours.get("instances", ()) else "scaleset instances")


def _elsewhere(group: str, first: str, ours: Mapping[str, Sequence[str]]) -> str:
    """One of our commands under the name that it has elsewhere, or in another group."""
    wanted = (_OF_INSTANCES if group == "instances" else _ELSEWHERE).get(first, first)
    if group and wanted in ours.get(group, ()):
        return _instead(f"scaleset {group} {wanted}")
    places = [f"scaleset {name} {wanted}" for name, names in ours.items() if wanted in names and name != group]
    if places:
        return _instead(*places)
    return _instead(f"scaleset {wanted}") if " " in wanted else ""


def _instead(*commands: str) -> str:
    return f"Use {' or '.join(f'`{each}`' for each in commands)} instead."


def check_options(ctx: Any, words: Sequence[str], known: Sequence[str]) -> None:
    """Point to our option where one of az or Pulumi is given.

    Raises:
        typer.BadParameter: it is known, and another one is ours.
    """
    for word in words:
        if word == "--":
            return
        name = word.partition("=")[0]
        ours = OPTIONS.get(name, "")
        if name not in known and ours.partition(" ")[0] in known:
            raise typer.BadParameter(f"there is no option {name} here. Use {ours} instead.", ctx=ctx)
        of_one = ours == "--instances" and name not in known and ctx.command_path.split()[1:2] == ["set"]
        if of_one and ctx.command.name in dict(_ours(ctx)).get("instances", ()):
            single = f"`scaleset instances {ctx.command.name} --instances ...`"
            raise typer.BadParameter(f"there is no option {name} here. Use {single} for single instances.", ctx=ctx)


def _ours(ctx: Any) -> Iterator[tuple[str, Sequence[str]]]:
    """Our commands by their group, those of installed distributions; loading them waits until a name is wrong."""
    root = ctx.find_root().command
    for name in root.list_commands(ctx):
        if name not in {"set", "instances", "nat", "rolling-upgrade", "outbound", "extensions"}:
            continue
        try:
            yield name, list(root.get_command(ctx, name).commands)
        except typer.Exit:
            continue
