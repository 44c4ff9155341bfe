"""What the kinds of Microsoft.Compute share: types, raising problems, references, members of sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors, ids
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.references import references_of
from arm_simulator.core.store import Resource

from .rules.problem import Problem, dig

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

Body = dict[str, Any]

SET = "Microsoft.Compute/virtualMachineScaleSets"
INSTANCE = f"{SET}/virtualMachines"
INSTANCE_EXTENSION = f"{INSTANCE}/extensions"
SET_EXTENSION = f"{SET}/extensions"
VM = "Microsoft.Compute/virtualMachines"
VM_EXTENSION = f"{VM}/extensions"
DISK = "Microsoft.Compute/disks"
NIC = "Microsoft.Network/networkInterfaces"

_MEMBER_PATH = "properties.virtualMachineScaleSet.id"
_UNCHECKED = ("imageReference", "userAssignedIdentities", "sourceVault", "keyUrl")


def refuse(problems: Sequence[Problem]) -> None:
    """Raise the first problem as Azure's error; the others become its details.

    Raises:
        ArmError: there is at least one problem.
    """
    if not problems:
        return
    first = problems[0]
    details = [{"code": p.code, "message": p.message, "target": p.target} for p in problems] if problems[1:] else []
    raise ArmError(first.status, first.code, first.message, first.target, details)


def check_references(ctx: Context, rid: ResourceId, body: Body) -> None:
    """Every id in a body whose type is simulated names something that exists.

    Raises:
        ArmError: 400 InvalidResourceReference.
    """
    for reference in references_of(rid, body):
        if any(part in reference.path for part in _UNCHECKED) or reference.target.startswith(f"{rid.key}/"):
            continue
        try:
            target = ids.parse(reference.target)
        except ids.InvalidResourceIdError:
            raise errors.invalid_parameter(
                f"The value '{reference.target}' of parameter '{reference.path}' is not a resource id.", reference.path
            ) from None
        played = ctx.registry.find(target.type) or (
            target.parent is not None and target.is_nested and ctx.registry.find(target.parent.type)
        )
        if played and not ctx.reference_exists(reference.target):
            raise errors.invalid_resource_reference(rid, _spelled(body, reference.path) or reference.target)


def _spelled(body: Body, path: str) -> str | None:
    """The id at a reference path such as ``properties.a[0].id`` in the caller's spelling."""
    value: Any = body
    for step in path.replace("[", ".").replace("]", "").split("."):
        value = value[int(step)] if isinstance(value, list) and step.isdigit() else dig(value, step)
    return value if isinstance(value, str) else None


def is_flexible(scale_set: Resource | None) -> bool:
    """Whether a stored set is Flexible."""
    return scale_set is not None and scale_set.properties.get("orchestrationMode") == "Flexible"


def member_ids(ctx: Context, scale_set: ResourceId, after: int = 0, limit: int = -1) -> Iterator[tuple[int, str]]:
    """``(seq, id)`` of the VMs whose ``virtualMachineScaleSet`` is this set, in order of creation."""
    rows: Iterable[tuple[Any, ...]] = ctx.store.execute(
        "SELECT resources.seq, resources.id FROM refs JOIN resources ON resources.key = refs.src "
        "WHERE refs.dst = ? AND refs.path = ? AND resources.seq > ? ORDER BY resources.seq LIMIT ?",
        (scale_set.key, _MEMBER_PATH, after, limit),
    )
    yield from ((int(seq), str(rid)) for seq, rid in rows)


def member_count(ctx: Context, scale_set: str) -> int:
    """How many VMs name this set."""
    rows: list[tuple[Any, ...]] = ctx.store.execute(
        "SELECT count(*) FROM refs WHERE dst = ? AND path = ?", (ids.key_of(scale_set), _MEMBER_PATH)
    )
    return int(rows[0][0])


def members(ctx: Context, scale_set: ResourceId, after: int = 0, limit: int = -1) -> list[Resource]:
    """The VMs of a Flexible set."""
    found = [ctx.store.get(rid) for _, rid in member_ids(ctx, scale_set, after, limit)]
    return [vm for vm in found if vm is not None]


def instances(ctx: Context, scale_set: Resource) -> list[Resource]:
    """All instances of a set: member VMs of a Flexible one, instance resources of a Uniform one."""
    if is_flexible(scale_set):
        return members(ctx, scale_set.id)
    return ctx.store.list(type=INSTANCE, parent=scale_set.id)


def instance_id(resource: Resource) -> str:
    """The id that actions name an instance by: the VM's name on Flexible, a decimal on Uniform."""
    return resource.id.name


def is_locked(ctx: Context, rid: ResourceId) -> bool:
    """Whether a lock stops the deletion of an id."""
    try:
        ctx.check_locks(rid, "delete")
    except ArmError:
        return True
    return False


def protection(instance: Resource, member: str) -> bool:
    """Whether an instance's protectionPolicy has ``protectFromScaleIn`` or ``protectFromScaleSetActions`` on."""
    policy = instance.runtime.get("protectionPolicy") or instance.properties.get("protectionPolicy") or {}
    return policy.get(member) is True


def extension_type(machine: ResourceId) -> str:
    """The type of the extensions of a VM or instance."""
    return INSTANCE_EXTENSION if machine.type_key == INSTANCE.lower() else VM_EXTENSION


def extensions_of(ctx: Context, machine: ResourceId) -> list[Resource]:
    """The extension resources of a VM or instance, in the order of their provisioning."""
    return ctx.store.list(type=extension_type(machine), parent=machine)
