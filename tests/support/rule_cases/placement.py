"""Cases of the rules on identity, placement and network."""

from __future__ import annotations

from support import azure_world as azure
from support.rule_cases.parts import (
    HEALTH,
    HOSTS,
    PROBE,
    PROXIMITY,
    RESERVED,
    SECOND_NIC,
    ZONES,
    RuleCase,
    flexible,
    nic,
    raw,
    uniform,
)

PLACEMENT: dict[str, RuleCase] = {
    "orchestration-mode-known": flexible(raw(orchestrationMode="Stretched"), "orchestrationMode", code="BadRequest"),
    "system-assigned-identity-on-flexible": flexible(
        {"identity": {"type": "SystemAssigned"}},
        "identity.type",
        {"identity": {"user_assigned_identity_ids": [azure.IDENTITY]}},
    ),
    "profile-required-on-uniform": uniform(raw(virtualMachineProfile=None), "virtualMachineProfile"),
    "fault-domains-on-flexible": flexible(
        {"platform_fault_domain_count": 4}, "range 1 to 3", {"platform_fault_domain_count": 3}
    ),
    "fault-domains-required-on-flexible": flexible(
        raw(platformFaultDomainCount=None), "", taken="the published requests of Flexible sets leave it out"
    ),
    "fault-domains-on-uniform": uniform(
        {"platform_fault_domain_count": 2, "zones": ["1"]},
        "platformFaultDomainCount",
        {"platform_fault_domain_count": 5, "zones": ["1"]},
    ),
    "single-placement-group-false": uniform(
        {**RESERVED, "single_placement_group": True}, "singlePlacementGroup", RESERVED
    ),
    "capacity-limit": flexible({"capacity": 1001}, "sku.capacity", {"capacity": 3}),
    "capacity-limit-with-fault-domains": flexible(
        {"capacity": 201, "vm_size": "Standard_L8s_v3", "platform_fault_domain_count": 2},
        "0 to 200",
        {"capacity": 3, "vm_size": "Standard_L8s_v3", "platform_fault_domain_count": 2},
    ),
    "b1ls-on-flexible": flexible({"vm_size": "Standard_B1ls"}, "Standard_B1ls", {"vm_size": "Standard_B1s"}),
    "zone-balance-needs-zones": uniform(
        {"zone_balance": True, "zones": ["1"]}, "zoneBalance", {"zone_balance": True, "zones": ["2", "1"]}
    ),
    "proximity-placement-one-zone": uniform(
        {**PROXIMITY, **ZONES}, "proximityPlacementGroup", {**PROXIMITY, "zones": ["1"]}
    ),
    "capacity-reservation-excludes-proximity": flexible({**RESERVED, **PROXIMITY}, "proximityPlacementGroup", RESERVED),
    "capacity-reservation-excludes-spot-and-hosts": flexible({**RESERVED, "spot": {}}, "capacityReservation", RESERVED),
    "dedicated-host-limits": flexible(
        {**HOSTS, **PROXIMITY},
        "proximityPlacementGroup",
        {**HOSTS, "zones": ["1"]},
        named={"instances": {"web-0": {"host_id": azure.HOST}}, **PROXIMITY},
        named_about="proximity",
    ),
    "single-placement-group-limit": uniform(
        {"capacity": 101, "single_placement_group": True},
        "0 to 100",
        {"capacity": 3, "single_placement_group": True},
    ),
    "single-placement-group-on-flexible": flexible(
        {"single_placement_group": True, "platform_fault_domain_count": 2},
        "singlePlacementGroup",
        {"single_placement_group": True, "platform_fault_domain_count": 2, "vm_size": "Standard_L8s_v3"},
    ),
}

NETWORK: dict[str, RuleCase] = {
    "network-api-version-on-flexible": flexible(
        {"network_api_version": "2021-11-01"}, "networkApiVersion", {"network_api_version": "2022-11-01"}
    ),
    "network-api-version-on-uniform": uniform({"network_api_version": "2020-11-01"}, "networkApiVersion"),
    "nat-pool-on-flexible": flexible(
        {"inbound_nat": {"ssh": {"backend_port": 22, "kind": "Pool"}}},
        "loadBalancerInboundNatPools",
        {"inbound_nat": {"ssh": {"backend_port": 22, "kind": "PoolRule"}}},
    ),
    "nat-pools-retire": uniform(
        {"inbound_nat": {"ssh": {"backend_port": 22, "kind": "Pool"}}},
        "",
        {"inbound_nat": {"ssh": {"backend_port": 22}}},
        taken="they work until 2027-09-30",
    ),
    "health-probe-on-flexible": flexible(PROBE, "healthProbe", HEALTH),
    "one-primary-network-interface": flexible(
        {"network_interfaces": [{"name": "front", "primary": True}, {**SECOND_NIC, "primary": True}]},
        "as the primary",
        {"network_interfaces": [{"name": "front", "primary": True}, SECOND_NIC]},
        code="VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
    ),
    "primary-ip-configuration-on-flexible": flexible(
        nic(), "", nic(primary=True), taken="a single configuration is primary by itself; outbound rules ask for it"
    ),
    "public-ip-sku-on-uniform": uniform(
        nic(primary=True, publicIPAddressConfiguration={"name": "public", "sku": {"name": "Standard"}}),
        "publicIPAddressConfiguration.sku",
        nic(primary=True, publicIPAddressConfiguration={"name": "public"}),
    ),
    "nat-pools-exclude-nat-rules": uniform(
        {"inbound_nat": {"ssh": {"backend_port": 22, "kind": "Pool"}, "rdp": {"backend_port": 3389}}},
        "mutually exclusive",
        {"inbound_nat": {"ssh": {"backend_port": 22, "kind": "Pool"}}},
        code="LoadBalancerHasBothInboundNatPoolsAndInboundNatRules",
    ),
    "basic-load-balancer-on-flexible": flexible(
        {"load_balancer": {"subnet_id": azure.SUBNET}, "overrides": {"loadBalancer": {"sku": {"name": "Basic"}}}},
        "sku 'Basic' cannot be used",
        {"load_balancer": {"subnet_id": azure.SUBNET}},
    ),
    "explicit-outbound-on-flexible": flexible(
        {"outbound": None}, "", taken="the instances are made without a way out, and only they notice"
    ),
}
