"""Features of the network, and of named instances with their protection."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from support import azure_world as azure
from support.features.parts import BOOL, Feature, object_of, one, pick, raw

_public = st.fixed_dictionaries(
    {},
    optional={
        "enabled": BOOL,
        "domain_name_label": st.just("web"),
        "idle_timeout_in_minutes": pick(4, 30),
        "public_ip_prefix_id": st.just(azure.ADDRESS_PREFIX),
    },
)
_NICS: tuple[list[dict[str, Any]], ...] = (
    [{"name": "back", "subnet_id": azure.OTHER_SUBNET}],
    [{"name": "back"}, {"name": "third", "accelerated_networking": True}],
    [{"name": "front", "primary": True}],
    [{"name": "front", "primary": True}, {"name": "back", "subnet_id": azure.OTHER_SUBNET, "enable_ipv6": True}],
    [{"name": "front", "primary": True}, {"name": "back", "primary": True}],
    [{"name": "front", "primary": True, "public_ip": {}}, {"name": "back", "public_ip": {}}],
    [{"name": "nic"}],
    [{"name": "back"}, {"name": "back"}],
    [{"name": "back", "network_security_group_id": azure.SECURITY_GROUP}],
)
_BALANCERS: tuple[dict[str, Any], ...] = (
    {},
    {"rules": {"http": {"frontend_port": 80}}},
    {"rules": {"http": {"frontend_port": 80}, "https": {"frontend_port": 80, "protocol": "Udp"}}},
    {"rules": {"http": {"frontend_port": 80}, "again": {"frontend_port": 80, "backend_port": 81}}},
    {"rules": {"all": {"frontend_port": 0, "backend_port": 0, "protocol": "All"}}, "subnet_id": azure.SUBNET},
    {"rules": {"all": {"frontend_port": 0, "backend_port": 0, "protocol": "All"}}},
    {"rules": {"http": {"frontend_port": 50010, "probe": {"protocol": "Http", "request_path": "/", "port": 8080}}}},
    {"subnet_id": azure.SUBNET},
    {"subnet_id": azure.SUBNET, "private_ip_address": "10.0.9.9"},
    {"public_ip_address_id": azure.ADDRESS},
    {"zones": ["1", "2", "3"]},
    {"id": azure.BALANCER, "backend_address_pool_id": azure.BALANCER_POOL},
    {"id": azure.BALANCER},
    {"id": azure.BALANCER, "frontend_ip_configuration_id": azure.BALANCER_FRONTEND},
)
_nat = st.fixed_dictionaries(
    {"backend_port": pick(22, 3389)},
    optional={
        "kind": pick("Rule", "PoolRule", "Pool"),
        "protocol": pick("Tcp", "Udp", "All"),
        "frontend_port_start": pick(50000, 50005, 2222),
        "frontend_port_end": pick(50000, 50010, 60000),
        "idle_timeout_in_minutes": pick(4, 30),
        "detach": BOOL,
    },
)

NETWORK: tuple[Feature, ...] = (
    one("enable_ipv6", True, False),
    one("network_interfaces", *_NICS),
    one("network_interfaces", *_NICS),
    _public.map(lambda value: {"public_ip_per_instance": value}),
    one("load_balancer", *_BALANCERS),
    one("load_balancer", *_BALANCERS),
    st.dictionaries(pick("ssh", "rdp"), _nat, min_size=1, max_size=2).map(lambda nats: {"inbound_nat": nats}),
    _nat.map(lambda nat: {"inbound_nat": {"ssh": nat}}),
    one(
        "outbound",
        {"method": "External"},
        {"method": "LoadBalancer"},
        {"method": "LoadBalancer", "allocated_outbound_ports": 1024, "idle_timeout_in_minutes": 4},
        {"method": "LoadBalancer", "idle_timeout_in_minutes": 100},
        {"method": "NatGateway"},
        {"method": "NatGateway", "nat_gateway_id": azure.NAT_GATEWAY},
    ),
    one("outbound", None),
    st.just({"virtual_network": {}, "subnet_id": None, "outbound": {"method": "NatGateway"}}),
    st.just({"virtual_network": {"address_prefix": "10.2.0.0/16", "subnet_prefix": "10.2.0.0/29"}, "subnet_id": None}),
    st.just({"virtual_network": {}}),
    one("virtual_network", {"allow_from": ["198.51.100.0/24", "Internet"]}, {"allow_from": []}).map(
        lambda value: {**value, "subnet_id": None}
    ),
    one("subnet_id", azure.OTHER_SUBNET, f"{azure.NETWORK}/virtualNetworks/net/subnets/none", None),
    one("network_api_version", "2020-11-01", "2022-11-01", "2021-11-01"),
    one("application_gateway_backend_pool_ids", [azure.GATEWAY_POOL]),
    one("load_balancer_backend_pool_ids", [azure.BALANCER_POOL]),
    one("network_security_group_id", azure.SECURITY_GROUP),
    one("application_security_group_ids", [azure.APPLICATION_GROUP]),
    one("accelerated_networking", True, False),
    one("ip_forwarding", True),
    one("dns_servers", ["10.0.0.4"]),
    one("capacity", 0, 2, 11),
    raw("scaleSet", {"virtualMachineProfile": {"networkProfile": {"networkApiVersion": "2020-11-01"}}}),
    raw("loadBalancer", {"sku": {"name": "Basic"}}, {"inboundNatRules": []}),
    raw("networkInterface", {"enableAcceleratedNetworking": True}),
)

# --- named instances ---

_protection = st.fixed_dictionaries({}, optional=dict.fromkeys(("scale_in", "scale_set_actions"), BOOL))
_kept = st.one_of(_protection, st.just({"scale_in": True, "instance_policy": True}))


@st.composite
def _instances(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(
        st.lists(pick("web-0", "web-1", "db", "0", "1", "WEB-0", "a_b", "a.b", "w" * 64, "w" * 20), max_size=3)
    )
    fields = {
        "zone": pick("1", "2", "3"),
        "fault_domain": pick(0, 1, 2),
        "vm_size": pick("Standard_E2s_v5", "Standard_B1ls", "Standard_B2s"),
        "computer_name": pick("host", "h" * 15, "h" * 16, "123"),
        "private_ip_address": pick("10.0.9.9", "10.0.9.10", "10.1.0.4", "10.0.0.1"),
        "subnet_id": st.just(azure.OTHER_SUBNET),
        "host_id": st.just(azure.HOST),
        "identity": pick({"type": "SystemAssigned"}, {"user_assigned_identity_ids": [azure.IDENTITY]}),
        "os_disk": pick({"ephemeral": True}, {"size_gb": 64, "delete_option": "Detach"}),
        "spot": pick({}, {"eviction_policy": "Deallocate"}, {"eviction_policy": "Keep"}, {"max_price": 0}),
        "image": pick({"id": azure.GALLERY_IMAGE}),
        "protection": _kept,
        "nat_ports": pick({"ssh": 50007}, {"ssh": 2222}, {"rdp": 50001}),
        "tags": st.just({"role": "db"}),
        "extensions": pick([], [{"name": "x", "publisher": "P", "type": "T", "type_handler_version": "1.0"}]),
    }
    settings = {}
    for name in names:
        chosen = draw(st.lists(pick(*fields), max_size=2, unique=True))
        settings[name] = {field: draw(fields[field]) for field in chosen}
    return {"instances": settings}


INSTANCES: tuple[Feature, ...] = (
    _instances(),
    _instances(),
    _instances(),
    one("instance_count", 1, 2),
    one("zones", ["1"], ["1", "2", "3"]),
    one("platform_fault_domain_count", 2, 3),
    one("single_placement_group", True, False),
    one(
        "attached_virtual_machine_ids", [azure.LONE_VM], [azure.LONE_VM, azure.LONE_VM.upper().replace("/SUB", "/sub")]
    ),
    _kept.map(lambda value: {"protection": value}),
    object_of("lock", {"level": pick("CanNotDelete", "ReadOnly")}, include_dependencies=BOOL),
    one("inbound_nat", {"ssh": {"backend_port": 22}}, {"ssh": {"backend_port": 22, "frontend_port_end": 50009}}),
    one("spot", {}, {"eviction_policy": "Deallocate", "max_price": -1}),
    one("capacity_reservation_group_id", azure.RESERVATION),
    one("proximity_placement_group_id", azure.PLACEMENT_GROUP),
    one("host_group_id", azure.HOST_GROUP),
    one("capacity", None, 0),
    one("tags", {"env": "test"}),
    raw(
        "virtualMachine",
        {"availabilitySet": {"id": azure.AVAILABILITY_SET}},
        {"virtualMachineScaleSet": None, "platformFaultDomain": 0},
    ),
)
