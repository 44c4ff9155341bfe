"""Taking a resource out of a scale set's model, and bringing the instances up to it, so that it can be removed.

Azure does not delete a load balancer, pool, NAT pool or probe that the set's model or an instance refers to
(LoadBalancerInboundNatPoolInUseByVirtualMachineScaleSet and others). So the model is changed first, then the instances.
Uniform instances are upgraded to the model. Instances that a Flexible set made have separate network interfaces, which
no upgrade changes: each interface is written without the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaleset_core.modes import Mode, row
from scaleset_operations.calls import Call, build
from scaleset_operations.errors import UsageError
from scaleset_operations.instances import Instance, profile_of
from scaleset_operations.network import Network
from scaleset_operations.planning import Plan, Skip
from scaleset_operations.target import Target

ROW = row("set.update-instances")
_KINDS = ("/loadbalancers/", "/applicationgateways/")
_NOT_IN_MODEL = "the model does not refer to it"
_READ_ONLY = frozenset(
    {"provisioningState", "resourceGuid", "macAddress", "primary", "virtualMachine", "vnetEncryptionSupported"}
)
_LIMIT = 100
"""How many instances one call brings up to the model at most."""


def check(identity: str) -> str:
    """The id of what is detached.

    Raises:
        UsageError: A scale set's model does not refer to a resource with such an id.
    """
    text = identity.strip().rstrip("/")
    if not text.lower().startswith("/subscriptions/") or not any(kind in text.lower() for kind in _KINDS):
        raise UsageError(
            f"--from {identity!r}: expected the id of a load balancer or application gateway, or of a pool, NAT pool "
            "or probe of one: /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/..."
        )
    return text


def without(value: Any, identity: str) -> Any:
    """``value`` without the references (``{"id": ...}``) to ``identity`` and to what is below it.

    A reference in a list goes; a single one becomes None, which removes it in a PATCH.
    """
    if isinstance(value, Mapping):
        return {name: None if _refers(item, identity) else without(item, identity) for name, item in value.items()}
    if isinstance(value, list):
        return [without(item, identity) for item in value if not _refers(item, identity)]
    return value


def _refers(item: Any, identity: str) -> bool:
    found = str(item["id"]).lower() if isinstance(item, Mapping) and set(item) == {"id"} else ""
    return found == identity.lower() or found.startswith(f"{identity.lower()}/")


def using(network: Network, identity: str) -> list[tuple[str, str]]:
    """The instances whose interfaces refer to ``identity`` or to what is below it, and the interfaces' names."""
    found = {
        (face.instance, face.nic)
        for face in network.interfaces
        for each in (*face.pools, *face.rules, *face.nat_pools)
        if _refers({"id": each}, identity)
    }
    return sorted(found)


def plan_detach(
    mode: Mode, target: Target, model: Mapping[str, Any], identity: str, instances: Sequence[Call] = ()
) -> Plan:
    """The calls that detach ``identity``: the model's PATCH, then those of the instances, in this order.

    Args:
        mode: The set's mode.
        target: The set.
        model: The set as Azure has it.
        identity: What is detached.
        instances: The calls for the instances that still use it.
    """
    profile = (profile_of(model) or {}).get("networkProfile")
    rest = without(profile, identity)
    calls = [] if rest == profile else [_patch(target, rest)]
    skipped = () if calls else (Skip(name="the model", why=_NOT_IN_MODEL, satisfied=True),)
    return Plan(row=ROW, mode=mode, route=ROW.route(mode), target=target, calls=(*calls, *instances), skipped=skipped)


def upgrades(target: Target, instances: Sequence[Instance], size: int = 0) -> list[Call]:
    """The calls that bring Uniform instances up to the model, ``size`` in one call (0: as many as it can)."""
    step = min(size or _LIMIT, _LIMIT)
    parts = [instances[start : start + step] for start in range(0, len(instances), step)]
    return [
        build(
            ROW.uniform,
            target,
            body={"instanceIds": [each.instance_id for each in part]},
            instances=tuple(each.name for each in part),
        )
        for part in parts
    ]


def rewrite(target: Target, instance: str, interface: Mapping[str, Any], identity: str) -> Call:
    """The call that writes a Flexible instance's interface without its references to ``identity``.

    Args:
        target: The set.
        instance: The instance's name.
        interface: Its interface as Azure has it.
        identity: What is detached.
    """
    properties = without(interface.get("properties") or {}, identity)
    kept = {name: interface[name] for name in ("location", "tags") if interface.get(name)}
    name = str(interface["name"])
    return Call(
        group="network_interfaces",
        method="begin_create_or_update",
        arguments=(target.resource_group, name),
        verb="PUT",
        path=f"{target.group_id}/providers/Microsoft.Network/networkInterfaces/{name}",
        body={**kept, "properties": {key: value for key, value in properties.items() if key not in _READ_ONLY}},
        instances=(instance,),
    )


def _patch(target: Target, network_profile: Any) -> Call:
    return Call(
        group="virtual_machine_scale_sets",
        method="begin_update",
        arguments=(target.resource_group, target.name),
        verb="PATCH",
        path=target.id,
        body={"properties": {"virtualMachineProfile": {"networkProfile": network_profile}}},
    )
