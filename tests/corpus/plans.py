"""Terraform plans as ``terraform show -json`` writes them.

What azurerm computes itself is unknown in every plan (:data:`COMPUTED`), lists of blocks that nobody wrote are empty,
and blocks that may hold secrets are sensitive as a whole: so it is in published plans.
"""

from collections.abc import Mapping
from typing import Any

AZURERM = "registry.terraform.io/hashicorp/azurerm"
COMPUTED: dict[str, Any] = {
    "automatic_instance_repair": True,
    "computer_name_prefix": True,
    "extension": True,
    "extension_operations_enabled": True,
    "gallery_application": True,
    "id": True,
    "platform_fault_domain_count": True,
    "scale_in": True,
    "spot_restore": True,
    "termination_notification": True,
    "unique_id": True,
}
"""The attributes of a Linux or Windows set that are unknown if nobody sets them."""
NOTHING: dict[str, Any] = {
    "additional_capabilities": [],
    "automatic_os_upgrade_policy": [],
    "boot_diagnostics": [],
    "capacity_reservation_group_id": None,
    "custom_data": None,
    "data_disk": [],
    "do_not_run_extensions_on_overprovisioned_machines": False,
    "edge_zone": None,
    "encryption_at_host_enabled": None,
    "eviction_policy": None,
    "extensions_time_budget": "PT1H30M",
    "health_probe_id": None,
    "host_group_id": None,
    "identity": [],
    "max_bid_price": -1,
    "overprovision": True,
    "plan": [],
    "priority": "Regular",
    "provision_vm_agent": True,
    "proximity_placement_group_id": None,
    "rolling_upgrade_policy": [],
    "secret": [],
    "secure_boot_enabled": None,
    "single_placement_group": True,
    "source_image_id": None,
    "tags": None,
    "timeouts": None,
    "upgrade_mode": "Manual",
    "user_data": None,
    "vtpm_enabled": None,
    "zone_balance": False,
    "zones": None,
}
"""The attributes of such a set with the provider's defaults."""
JAMMY = {
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts-gen2",
    "version": "latest",
}
NOBLE = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
WINDOWS = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter-g2",
    "version": "latest",
}
TRUSTED = {"encryption_at_host_enabled": True, "secure_boot_enabled": True, "vtpm_enabled": True}


def change(
    address: str, after: Any, unknown: Any = None, sensitive: Any = None, *, index: Any = None
) -> dict[str, Any]:
    """A resource that will be created."""
    module, kind, name = ("", *address.split(".")) if address.count(".") == 1 else address.rsplit(".", 2)
    plain = f'{address}["{index}"]' if index else address
    return {
        "address": plain,
        **({"module_address": module} if module else {}),
        "mode": "managed",
        "type": kind,
        "name": name,
        **({"index": index} if index else {}),
        "provider_name": "registry.terraform.io/azure/azapi" if kind.startswith("azapi") else AZURERM,
        "change": {
            "actions": ["create"],
            "before": None,
            "after": after,
            "after_unknown": unknown or {"id": True},
            "before_sensitive": False,
            "after_sensitive": sensitive or {},
        },
    }


def configured(address: str, expressions: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A resource of the configuration."""
    kind, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_config_key": kind.partition("_")[0],
        "expressions": dict(expressions),
        "schema_version": 0,
        **more,
    }


def refs(*addresses: str) -> dict[str, Any]:
    """An expression of ids of other resources."""
    return {"references": [each for address in addresses for each in (f"{address}.id", address)]}


def says(value: Any) -> dict[str, Any]:
    """A constant expression."""
    return {"constant_value": value}


def plan(changes: list[dict[str, Any]], configuration: list[dict[str, Any]], **root: Any) -> dict[str, Any]:
    """A whole plan."""
    values = [
        {
            "address": each["address"],
            "mode": "managed",
            "type": each["type"],
            "name": each["name"],
            **({"index": each["index"]} if "index" in each else {}),
            "provider_name": each["provider_name"],
            "schema_version": 0,
            "values": each["change"]["after"],
            "sensitive_values": each["change"]["after_sensitive"],
        }
        for each in changes
    ]
    mine = [each for each in values if not each["address"].startswith("module.")]
    modules: dict[str, list[Any]] = {}
    for each in values:
        if each["address"].startswith("module."):
            modules.setdefault(each["address"].rsplit(f".{each['type']}", 1)[0], []).append(each)
    below = [{"address": address, "resources": found} for address, found in modules.items()]
    return {
        "format_version": "1.2",
        "terraform_version": "1.13.4",
        "planned_values": {"root_module": {"resources": mine, **({"child_modules": below} if below else {})}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"azurerm": {"name": "azurerm", "full_name": AZURERM, "version_constraint": "~> 4.50"}},
            "root_module": {"resources": configuration, **root},
        },
        "timestamp": "2026-11-20T08:15:00Z",
        "errored": False,
    }


def guarded(*ports: str, source: str = "10.40.0.0/16") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A subnet and the security group of it, which lets ``ports`` in: changes and configuration."""
    rules = [
        {
            "access": "Allow",
            "description": "",
            "destination_address_prefix": "*",
            "destination_address_prefixes": [],
            "destination_application_security_group_ids": [],
            "destination_port_range": port,
            "destination_port_ranges": [],
            "direction": "Inbound",
            "name": f"in-{port}",
            "priority": 300 + number,
            "protocol": "Tcp",
            "source_address_prefix": source,
            "source_address_prefixes": [],
            "source_application_security_group_ids": [],
            "source_port_range": "*",
            "source_port_ranges": [],
        }
        for number, port in enumerate(ports)
    ]
    where = {"location": "northeurope", "resource_group_name": "rg-fleet", "tags": None, "timeouts": None}
    changes = [
        change(
            "azurerm_virtual_network.net",
            {"name": "net", "address_space": ["10.40.0.0/16"], **where},
            {"id": True, "subnet": True, "guid": True, "address_space": [False]},
        ),
        change(
            "azurerm_subnet.inner",
            {
                "name": "inner",
                "address_prefixes": ["10.40.1.0/24"],
                "default_outbound_access_enabled": True,
                "delegation": [],
                "resource_group_name": "rg-fleet",
                "virtual_network_name": "net",
                "service_endpoints": None,
                "timeouts": None,
            },
            {"id": True, "address_prefixes": [False], "delegation": []},
        ),
        change("azurerm_network_security_group.inner", {"name": "inner", "security_rule": rules, **where}),
        change(
            "azurerm_subnet_network_security_group_association.inner",
            {"timeouts": None},
            {"id": True, "network_security_group_id": True, "subnet_id": True},
        ),
    ]
    network = ["azurerm_virtual_network.net.name", "azurerm_virtual_network.net"]
    configuration = [
        configured("azurerm_virtual_network.net", {"name": says("net"), "address_space": says(["10.40.0.0/16"])}),
        configured("azurerm_subnet.inner", {"name": says("inner"), "virtual_network_name": {"references": network}}),
        configured("azurerm_network_security_group.inner", {"name": says("inner")}),
        configured(
            "azurerm_subnet_network_security_group_association.inner",
            {
                "subnet_id": refs("azurerm_subnet.inner"),
                "network_security_group_id": refs("azurerm_network_security_group.inner"),
            },
        ),
    ]
    return changes, configuration


def nat_gateway() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A NAT gateway on the subnet of :func:`guarded`."""
    changes = [
        change(
            "azurerm_nat_gateway.out",
            {"name": "out", "location": "northeurope", "resource_group_name": "rg-fleet", "sku_name": "Standard"},
            {"id": True, "resource_guid": True},
        ),
        change(
            "azurerm_subnet_nat_gateway_association.out",
            {"timeouts": None},
            {"id": True, "nat_gateway_id": True, "subnet_id": True},
        ),
    ]
    configuration = [
        configured("azurerm_nat_gateway.out", {"name": says("out")}),
        configured(
            "azurerm_subnet_nat_gateway_association.out",
            {"subnet_id": refs("azurerm_subnet.inner"), "nat_gateway_id": refs("azurerm_nat_gateway.out")},
        ),
    ]
    return changes, configuration


def card(**ip: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """A network interface on the subnet of :func:`guarded`: its values, what is unknown, its configuration.

    Args:
        ip: Of the IP configuration, what refers to other resources: an attribute, and its expression.
    """
    address = {"name": "main", "primary": True, "version": "IPv4", "public_ip_address": []}
    values = {"name": "card", "primary": True, "dns_servers": None, "network_security_group_id": None}
    unknown = {"subnet_id": True, "public_ip_address": [], **dict.fromkeys(ip, True)}
    expressions = {"name": says("main"), "primary": says(True), "subnet_id": refs("azurerm_subnet.inner"), **ip}
    return (
        [{**values, "ip_configuration": [address]}],
        [{"ip_configuration": [unknown]}],
        [{"name": says("card"), "primary": says(True), "ip_configuration": [expressions]}],
    )
