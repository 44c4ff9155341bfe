"""All roles, derived: one for each group of operations, and those of a deployment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scaleset_core.modes import Mode, row
from scaleset_core.roles.commands import granted_to_command
from scaleset_core.roles.deployment import LOOKS, REFERENCES, TARGETS, operations_of
from scaleset_core.roles.groups import GROUPS, Group
from scaleset_core.roles.needs import needs_of
from scaleset_core.roles.operations import SET, UNLISTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role definition.

    Attributes:
        id: Its short name, as the command line has it.
        title: Its name in Azure, unique in a tenant.
        description: For whom, and what else it makes possible; at most 2048 characters.
        operations: The operations that it allows, sorted.
        where: The scope it is meant for, in words.
    """

    id: str
    title: str
    description: str
    operations: tuple[str, ...]
    where: str


_GROUP = "the resource group of the scale set"
_EXTRA: Mapping[str, tuple[str, ...]] = {
    "newer-calls": (f"{SET}/extensionRollingUpgrade/action",),
    "reader": ("Microsoft.Network/networkSecurityGroups/read", "Microsoft.Authorization/locks/read"),
}
"""What options need: `rolling-upgrade start --extensions`; `nat list --check`; the locks of `set view`."""


def _of_group(group: Group) -> Role:
    found = {each for name in group.rows for mode in Mode for each in needs_of(row(name), mode).all}
    found |= {each for name in group.commands for each in granted_to_command(name)}
    found |= set(_EXTRA.get(group.id, ()))
    if group.id != "newer-calls":
        found -= UNLISTED
    return _role(group.id, group.title, f"{group.purpose} {group.warning}".strip(), found, _GROUP)


def _role(identity: str, title: str, description: str, operations: "set[str]", where: str) -> Role:
    return Role(
        id=identity,
        title=title,
        description=description,
        operations=tuple(sorted(operations, key=str.lower)),
        where=where,
    )


def _deployment() -> Iterator[Role]:
    yield _role(
        "deployer",
        "Scale Set Deployer",
        "Deploy scale sets with their machines, network and load balancer: pulumi up, refresh and destroy.",
        {*operations_of(""), *LOOKS},
        "the resource group that is deployed to",
    )
    yield _role(
        "deployer-locks",
        "Scale Set Deployer of Locks",
        "In addition to the Deployer: sets with protection, whose machines have management locks. Anybody who "
        "may delete locks may delete all locks at that scope.",
        set(operations_of("locks")),
        "the resource group that is deployed to",
    )
    yield _role(
        "deployer-grants",
        "Scale Set Deployer of Grants",
        "In addition to the Deployer: sets with role_assignments. Anybody who may assign roles may give every "
        "permission at that scope; limit it with a condition on the roles that may be assigned.",
        set(operations_of("grants")),
        "the resource group that is deployed to",
    )
    yield _role(
        "deployer-monitoring",
        "Scale Set Deployer of Monitoring",
        "In addition to the Deployer: sets with autoscale or diagnostic_settings.",
        {*operations_of("monitoring"), *TARGETS},
        "the resource group that is deployed to, and where the diagnostic settings send to",
    )
    yield _role(
        "deployer-standby-pools",
        "Scale Set Deployer of Standby Pools",
        "In addition to the Deployer: sets with standby_pool.",
        set(operations_of("standby-pools")),
        "the resource group that is deployed to",
    )
    yield _role(
        "references",
        "Scale Set References",
        "Let scale sets and machines refer to resources of others: subnets, pools, identities, images, disk encryption "
        "sets, reserved capacity. It changes none of them except proximity placement groups and disks.",
        set(REFERENCES),
        "what the scale set refers to outside its resource group, or the groups of it",
    )


ROLES: Mapping[str, Role] = {each.id: each for each in (*_deployment(), *map(_of_group, GROUPS.values()))}
"""The roles by their id."""


def role(role_id: str) -> Role:
    """The role with this id, or with this title.

    Raises:
        KeyError: There is none; the message lists those that exist.
    """
    wanted = role_id.strip().lower()
    for each in ROLES.values():
        if wanted in {each.id, each.title.lower()}:
            return each
    raise KeyError(f"no role {role_id!r}; there are: {', '.join(ROLES)}")


def granting(operation: str) -> tuple[Role, ...]:
    """The roles that allow an operation: the Reader, if it does, then the smallest first."""
    wanted = operation.lower()
    found = [each for each in ROLES.values() if wanted in {item.lower() for item in each.operations}]
    return tuple(sorted(found, key=lambda each: (each.id != "reader", len(each.operations))))
