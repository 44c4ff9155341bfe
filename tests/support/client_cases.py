"""For each reason that only the component has: arguments that it refuses for it, and that Azure accepts.

Many are in the bad configurations and the settled disagreements; the others are here.
"""

from __future__ import annotations

from typing import Any

from scaleset_core.facts.names import HEALTH_EXTENSION
from support import azure_world as azure
from support.bad_configurations import BAD
from support.disagreements import SETTLED
from support.scale_set_args import base, merged

_ELSEWHERE = {
    "id": azure.BALANCER,
    "backend_address_pool_id": azure.BALANCER_POOL,
    "frontend_ip_configuration_id": azure.BALANCER_FRONTEND,
}
_HEALTH = {"protocol": "tcp", "port": 22}
_SCRIPT = {"publisher": "Microsoft.Azure.Extensions", "type": "CustomScript", "type_handler_version": "2.1"}
_MIX = {"vm_sizes": [{"name": "Standard_D2s_v5"}, {"name": "Standard_D4s_v5"}]}
_TUNED = {"lun": 0, "size_gb": 8, "storage_account_type": "UltraSSD_LRS", "disk_iops_read_write": 500}
_NETWORK: dict[str, Any] = {"subnet_id": None, "virtual_network": {}}


def _f(kind: str, **more: Any) -> dict[str, Any]:
    return merged(base("Flexible", kind), more)


def _u(**more: Any) -> dict[str, Any]:
    return merged(base("Uniform"), more)


CASES: tuple[dict[str, Any], ...] = (
    _f("profile", inbound_nat={"ssh": {"backend_port": 22, "frontend_port_end": 50_500}}),
    _f("profile", **_NETWORK, enable_ipv6=True, capacity=0),
    _f("profile", instance_mix=_MIX),
    merged(base("Flexible", "profile", windows=True), {"ssh_public_keys": [azure.SSH_KEY]}),
    _f("named", overprovision=False, scale_in_policy={"rules": ["OldestVM"]}),
    _f("profile", protection={"scale_in": True}),
    _u(instances={"0": {"protection": {"scale_in": True, "instance_policy": True}}}),
    _f("profile", inbound_nat={"ssh": {"backend_port": 22, "kind": "Rule"}}),
    _f("named", inbound_nat={"ssh": {"backend_port": 22, "detach": True}}),
    _f("profile", network_interfaces=[{"name": "own", "primary": True}], accelerated_networking=True),
    {"resource_group_name": azure.GROUP, "vm_size": "Standard_D2s_v5"},
    _f("profile", health=_HEALTH, extensions=[{**_SCRIPT, "name": HEALTH_EXTENSION}]),
    _f("named", zones=["1"], ultra_ssd_enabled=True, data_disks=[_TUNED]),
    _u(capacity=None),
    _u(**_NETWORK, inbound_nat={"ssh": {"backend_port": 22}}),
    _f("named", subnet_id=None, virtual_network={"allow_from": ["Internet"]}),
    _f("named", inbound_nat={"ssh": {"backend_port": 22, "allow_from": ["Internet"]}}),
    _f("profile", outbound={"method": "LoadBalancer"}, load_balancer=_ELSEWHERE),
    _f("profile", outbound={"method": "NatGateway", "nat_gateway_id": azure.NAT_GATEWAY}),
    _u(load_balancer=_ELSEWHERE, inbound_nat={"ssh": {"backend_port": 22, "kind": "Pool"}}),
    _f("profile", attached_virtual_machine_ids=[azure.LONE_VM], proximity_placement_group_id=azure.PLACEMENT_GROUP),
)


def everything() -> list[dict[str, Any]]:
    """These and the others."""
    bad = [{"resource_group_name": azure.GROUP, **args} for args, _, _ in BAD.values()]
    settled = [merged(base(each.mode, each.kind, windows=each.windows), each.args) for each in SETTLED.values()]
    return [*CASES, *bad, *settled]
