"""The groups of operations that roles are made for: who may restart machines is not always allowed to delete them."""

from collections.abc import Mapping
from dataclasses import dataclass

from scaleset_core.modes import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some rows of the mode table that one role allows.

    Attributes:
        id: Its short name, as the command line has it.
        title: The role's name.
        purpose: For whom, in one sentence.
        rows: The ids of its rows.
        commands: Its commands that are no rows.
        warning: What an account with it can do besides, or ``""``.
    """

    id: str
    title: str
    purpose: str
    rows: tuple[str, ...]
    commands: tuple[str, ...] = ()
    warning: str = ""


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{kind}.{name}" for name in names for kind in ("instance", "set"))


GROUPS: Mapping[str, Group] = {
    group.id: group
    for group in (
        Group(
            id="reader",
            title="Scale Set Reader",
            purpose="See scale sets, their instances, extensions, upgrades, NAT and outbound access; change nothing.",
            rows=(
                "view.instances", "list.instances", "instance.view", "instance.get", "instance.resiliency-view",
                "extension.get", "extension.list", "network.inbound-nat", "network.outbound",
                "rolling-upgrade.get-latest", "set.os-upgrade-history",
            ),
            commands=(
                "set show", "set list", "set wait", "set events", "set drift", "instances connect",
                "inventory nat-pools", "migrate plan", "migrate verify", "adopt",
            ),
        ),
        Group(
            id="power",
            title="Scale Set Power Operator",
            purpose="Start, stop, restart, redeploy and evict instances, also by scheduled actions.",
            rows=(
                *_both("deallocate", "power-off", "restart", "start", "redeploy", "perform-maintenance"),
                "instance.simulate-eviction",
            ),
        ),
        Group(
            id="lifecycle",
            title="Scale Set Lifecycle Operator",
            purpose="Delete, reimage and reapply instances.",
            rows=("instance.delete", *_both("reimage", "reimage-all", "reapply")),
        ),
        Group(
            id="scaling",
            title="Scale Set Scaling Operator",
            purpose="Change the number of instances, take machines into a set and out of it.",
            rows=("set.scale", "instance.attach", "instance.detach"),
            warning="Azure has no smaller operation than the write of the set and of its machines: with it all of "
            "their model can be changed.",
        ),
        Group(
            id="upgrades",
            title="Scale Set Upgrade Operator",
            purpose="Bring instances to the latest model, run rolling upgrades, suspend and resume repairs.",
            rows=(
                "set.update-instances", "rolling-upgrade.start", "rolling-upgrade.cancel", "rolling-upgrade.approve",
                "set.orchestration-service-state", "set.force-recovery-update-domain-walk",
            ),
        ),
        Group(
            id="model",
            title="Scale Set Instance Editor",
            purpose="Change single instances' models, attach and detach their data disks.",
            rows=("instance.update", "instance.attach-disk", "instance.detach-disk"),
            warning="The write of a machine includes its size, its disks and its identity.",
        ),
        Group(
            id="protection",
            title="Scale Set Protection Operator",
            purpose="Protect instances and lift the protection: policies and management locks.",
            rows=("protection",),
            commands=("instances with-lock-lifted", "instances restore-locks"),
            warning="Anybody who may delete locks may delete all locks at that scope.",
        ),
        Group(
            id="network",
            title="Scale Set Network Operator",
            purpose="Remove a set's references to a load balancer, a pool or a probe (`set detach`), and "
            "replace NAT pools with version 2 NAT rules (`nat migrate`).",
            rows=(),
            commands=("set detach", "nat migrate"),
            warning="Azure has no smaller operation than the write of the set, of its instances and their network "
            "interfaces, and of the load balancer.",
        ),
        Group(
            id="migrator",
            title="Scale Set Migrator",
            purpose="Cut over from a Uniform set to its Flexible twin, and back (`migrate run`): make and delete the "
            "twin, move the pools and the front-end ports, delete the old set.",
            rows=(),
            commands=("migrate run",),
            warning="Azure has no smaller operation than the write and the deletion of all sets, machines, network "
            "interfaces and public addresses there, and the write of all load balancers; anybody who makes a "
            "machine decides what runs on it.",
        ),
        Group(
            id="extensions",
            title="Scale Set Extension Operator",
            purpose="Install, change and remove extensions.",
            rows=("extension.create-or-update", "extension.update", "extension.delete"),
            warning="An extension runs as root, or as SYSTEM, on the machine.",
        ),
        Group(
            id="scripts",
            title="Scale Set Script Operator",
            purpose="Run scripts on instances.",
            rows=("instance.run-command",),
            warning="A script runs as root, or as SYSTEM, on the machine.",
        ),
        Group(
            id="diagnosis",
            title="Scale Set Diagnosis Reader",
            purpose="Read the boot logs and screenshots of instances.",
            rows=("instance.boot-log",),
            warning="A boot log may have what programs print as the machine starts.",
        ),
        Group(
            id="newer-calls",
            title="Scale Set Operator of Newer Calls",
            purpose="Scale out into a zone, migrate zones, merge placement groups, upgrade extensions, answer hooks.",
            rows=(
                "set.scale-out", "instance.migrate-zone", "set.convert-to-single-placement-group",
                "lifecycle-hook.list", "lifecycle-hook.answer",
            ),
            warning="Microsoft's list of permissions lacks these operations: Azure may refuse the role.",
        ),
    )
}  # fmt: skip
"""The groups by their id; each row of the mode table is in exactly one."""


def group_of(row: Row | str) -> Group:
    """The group of a row, or of a command that is none."""
    name = row if isinstance(row, str) else row.id
    return next(group for group in GROUPS.values() if name in (*group.rows, *group.commands))
