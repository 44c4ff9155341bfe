"""Terraform plans of azurerm's Linux and Windows sets, which are Uniform."""

import json
from typing import Any

from corpus.plans import (
    COMPUTED,
    JAMMY,
    NOBLE,
    NOTHING,
    TRUSTED,
    WINDOWS,
    card,
    change,
    configured,
    guarded,
    plan,
    refs,
    says,
)
from corpus.situation import Situation

EXAMPLES = "https://github.com/hashicorp/terraform-provider-azurerm/tree/main/examples/vm-scale-set/"
REGISTRY = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/"
KEY = {"username": "miner", "public_key": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDexample0key miner@example.org"}
SENSITIVE = {"admin_password": True, "custom_data": True, "extension": True, "user_data": True}
"""What the provider always marks, whether or not it is there."""
MONITOR: dict[str, Any] = {
    "auto_upgrade_minor_version": True,
    "automatic_upgrade_enabled": None,
    "force_update_tag": None,
    "name": "monitor",
    "protected_settings": "",
    "protected_settings_from_key_vault": [],
    "provision_after_extensions": [],
    "publisher": "Microsoft.Azure.Monitor",
    "settings": "",
    "type": "AzureMonitorLinuxAgent",
    "type_handler_version": "1.33",
}


def _set(kind: str, values: dict[str, Any], nic: tuple[Any, Any, Any], written: dict[str, Any]) -> tuple[Any, Any]:
    """The change and the configuration of a set with a network interface."""
    after = {**NOTHING, "location": "northeurope", "resource_group_name": "rg-fleet", **values}
    unknown = {name: value for name, value in COMPUTED.items() if name not in values and name not in written}
    unknown |= {"id": True, "network_interface": nic[1], "os_disk": [{"disk_size_gb": True}]}
    unknown |= {name: True for name, each in written.items() if "references" in each}
    address = f"azurerm_{kind}_virtual_machine_scale_set.fleet"
    constants: dict[str, Any] = {
        name: says(values[name]) for name in ("name", "sku", "instances", "zones", "upgrade_mode") if name in values
    }
    blocks: dict[str, Any] = {
        name: [{key: says(item) for key, item in each.items()} for each in values[name]]
        for name in ("extension", "os_disk", "source_image_reference", "admin_ssh_key", "rolling_upgrade_policy")
        if name in values
    }
    expressions: dict[str, Any] = {**constants, **blocks, "network_interface": nic[2], **written}
    return (
        change(address, {**after, "network_interface": nic[0]}, unknown, SENSITIVE),
        configured(address, expressions),
    )


def _linux(name: str, **values: Any) -> dict[str, Any]:
    return {
        "name": name,
        "sku": "Standard_D2s_v5",
        "instances": 2,
        "admin_username": "miner",
        "admin_password": None,
        "admin_ssh_key": [KEY],
        "disable_password_authentication": True,
        "source_image_reference": [NOBLE],
        "os_disk": [
            {
                "caching": "ReadWrite",
                "diff_disk_settings": [],
                "disk_encryption_set_id": None,
                "storage_account_type": "StandardSSD_LRS",
                "write_accelerator_enabled": False,
            }
        ],
        **values,
    }


def _example() -> dict[str, Any]:
    """What the provider's first example plans."""
    changes, configuration = guarded()
    made, written = _set("linux", _linux("copper", source_image_reference=[JAMMY]), card(), {})
    return plan([*changes, made], [*configuration, written])


def _open_ports() -> dict[str, Any]:
    changes, configuration = guarded("22", "80", source="*")
    values = _linux("tin", zones=["1", "2"], extension=[MONITOR], **TRUSTED)
    made, written = _set("linux", values, card(), {})
    return plan([*changes, made], [*configuration, written])


def _password() -> dict[str, Any]:
    """Password login, a NAT pool whose id is known after apply, and a script whose command is protected."""
    changes, configuration = guarded()
    script = {
        **MONITOR,
        "name": "setup",
        "publisher": "Microsoft.Azure.Extensions",
        "type": "CustomScript",
        "type_handler_version": "2.1",
        "settings": json.dumps({"skipDos2Unix": True}),
        "protected_settings": json.dumps({"commandToExecute": "sh setup.sh --key Magpie-5521-x"}),
    }
    values = _linux(
        "nickel",
        zones=["1", "2", "3"],
        admin_ssh_key=[],
        admin_password="Quarry-Lamp-8842!",
        disable_password_authentication=False,
        overprovision=False,
        single_placement_group=False,
        extension=[MONITOR, script],
        **TRUSTED,
    )
    nic = card(load_balancer_inbound_nat_rules_ids=refs("azurerm_lb_nat_pool.shells"))
    made, written = _set("linux", values, nic, {"admin_password": {"references": ["var.password"]}})
    made["change"]["after"]["admin_password"] = values["admin_password"]
    made["change"]["after_unknown"].pop("admin_password")
    balancer = {"name": "shaft", "location": "northeurope", "resource_group_name": "rg-fleet", "sku": "Standard"}
    pool = {
        "name": "shells",
        "protocol": "Tcp",
        "frontend_port_start": 52000,
        "frontend_port_end": 52100,
        "backend_port": 22,
        "frontend_ip_configuration_name": "front",
    }
    front = {"name": "front", "public_ip_address_id": None}
    changes += [
        change(
            "azurerm_lb.shaft",
            {**balancer, "frontend_ip_configuration": [front]},
            {"id": True, "frontend_ip_configuration": [{"public_ip_address_id": True}]},
        ),
        change("azurerm_lb_nat_pool.shells", pool, {"id": True, "loadbalancer_id": True}),
    ]
    configuration += [
        configured("azurerm_lb.shaft", {"name": says("shaft"), "sku": says("Standard")}),
        configured("azurerm_lb_nat_pool.shells", {"loadbalancer_id": refs("azurerm_lb.shaft")}),
    ]
    return plan([*changes, made], [*configuration, written])


def _probe() -> dict[str, Any]:
    """Rolling upgrades on a probe that another resource makes."""
    changes, configuration = guarded("443")
    values = {
        **_linux("zinc", zones=["1", "2", "3"], source_image_reference=[WINDOWS], **TRUSTED),
        "admin_password": "Gallery-Arch-3307!",
        "computer_name_prefix": "zinc",
        "enable_automatic_updates": False,
        "automatic_os_upgrade_policy": [{"disable_automatic_rollback": False, "enable_automatic_os_upgrade": True}],
        "automatic_instance_repair": [{"enabled": True, "grace_period": "PT30M", "action": "Replace"}],
        "extension": [{**MONITOR, "type": "AzureMonitorWindowsAgent"}],
        "upgrade_mode": "Rolling",
        "rolling_upgrade_policy": [
            {
                "max_batch_instance_percent": 20,
                "max_unhealthy_instance_percent": 20,
                "max_unhealthy_upgraded_instance_percent": 20,
                "pause_time_between_batches": "PT0S",
                "cross_zone_upgrades_enabled": None,
                "maximum_surge_instances_enabled": False,
                "prioritize_unhealthy_instances_enabled": None,
            }
        ],
    }
    for name in ("admin_ssh_key", "disable_password_authentication"):
        del values[name]
    nic = card(load_balancer_backend_address_pool_ids=refs("azurerm_lb_backend_address_pool.carts"))
    made, written = _set("windows", values, nic, {"health_probe_id": refs("azurerm_lb_probe.live")})
    balancer = {"name": "shaft", "location": "northeurope", "resource_group_name": "rg-fleet", "sku": "Standard"}
    probe = {"name": "live", "port": 443, "protocol": "Tcp", "request_path": None, "interval_in_seconds": 15}
    unknown = {"id": True, "loadbalancer_id": True}
    changes += [
        change("azurerm_lb.shaft", {**balancer, "frontend_ip_configuration": [{"name": "front"}]}),
        change("azurerm_lb_backend_address_pool.carts", {"name": "carts"}, unknown),
        change("azurerm_lb_probe.live", probe, unknown),
    ]
    configuration += [
        configured("azurerm_lb.shaft", {"name": says("shaft"), "sku": says("Standard")}),
        configured("azurerm_lb_backend_address_pool.carts", {"loadbalancer_id": refs("azurerm_lb.shaft")}),
        configured("azurerm_lb_probe.live", {"loadbalancer_id": refs("azurerm_lb.shaft"), "port": says(443)}),
    ]
    return plan([*changes, made], [*configuration, written])


def _no_health() -> dict[str, Any]:
    changes, configuration = guarded("443")
    rolling = {
        "max_batch_instance_percent": 25,
        "max_unhealthy_instance_percent": 50,
        "max_unhealthy_upgraded_instance_percent": 50,
        "pause_time_between_batches": "PT30S",
    }
    values = _linux("lead", upgrade_mode="Rolling", rolling_upgrade_policy=[rolling], extension=[MONITOR], **TRUSTED)
    made, written = _set("linux", values, card(), {})
    return plan([*changes, made], [*configuration, written])


SITUATIONS = (
    Situation(
        name="azurerm-linux-example",
        title="azurerm's first example: what nobody set is unknown, and nothing is undecided",
        seen=f"{EXAMPLES}linux/basic-password",
        content=_example(),
        practice={"copper": "102 103 121 122 124 125 126 129"},
        framework="terraform_plan",
    ),
    Situation(
        name="azurerm-ports-open",
        title="Ports 22 and 80 open to everyone in the subnet's security group",
        seen="https://github.com/in4it/terraform-azure-course",
        content=_open_ports(),
        faults=("SS160 inner *",),
        practice={"tin": "121 124 125"},
        framework="terraform_plan",
    ),
    Situation(
        name="azurerm-password-and-nat-pool",
        title="Password login and a NAT pool; all extensions are sensitive since one has protected settings",
        seen="https://github.com/kumarvna/terraform-azurerm-vm-scale-sets",
        content=_password(),
        faults=(
            "SS101 nickel virtualMachineProfile.osProfile.linuxConfiguration.disablePasswordAuthentication",
            (
                "SS017 nickel virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0]"
                ".ipConfigurations[0].loadBalancerInboundNatPools"
            ),
        ),
        practice={"nickel": "121 124 125"},
        framework="terraform_plan",
    ),
    Situation(
        name="azurerm-windows-rolling",
        title="Rolling and automatic upgrades of Windows on a probe that the plan makes: nothing is wrong",
        seen=f"{REGISTRY}windows_virtual_machine_scale_set",
        content=_probe(),
        practice={"zinc": "124"},
        framework="terraform_plan",
    ),
    Situation(
        name="azurerm-rolling-without-health",
        title="Rolling upgrades of Linux, and nothing tells the health",
        seen="https://github.com/hashicorp/terraform-provider-azurerm/issues/14110",
        content=_no_health(),
        faults=("SS026 lead upgradePolicy.mode",),
        practice={"lead": "121 122 124 125"},
        framework="terraform_plan",
    ),
)
