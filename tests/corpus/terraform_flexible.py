"""Terraform plans of azurerm's orchestrated sets and of azapi, which are Flexible."""

from typing import Any

from corpus.plans import JAMMY, NOBLE, TRUSTED, card, change, configured, guarded, nat_gateway, plan, refs, says
from corpus.situation import Situation
from corpus.terraform_uniform import KEY, REGISTRY

AVM = "https://github.com/Azure/terraform-azurerm-avm-res-compute-virtualmachinescaleset/tree/main/examples/"
ADDRESS = "azurerm_orchestrated_virtual_machine_scale_set"
UNKNOWN: dict[str, Any] = {"id": True, "unique_id": True, "extension_operations_enabled": True, "priority_mix": []}
AGENT: dict[str, Any] = {
    "auto_upgrade_minor_version_enabled": True,
    "extensions_to_provision_after_vm_creation": None,
    "failure_suppression_enabled": False,
    "force_extension_execution_on_change": None,
    "name": "monitor",
    "protected_settings": None,
    "protected_settings_from_key_vault": [],
    "publisher": "Microsoft.Azure.Monitor",
    "settings": None,
    "type": "AzureMonitorLinuxAgent",
    "type_handler_version": "1.33",
}
HEALTH: dict[str, Any] = {
    **AGENT,
    "name": "health",
    "publisher": "Microsoft.ManagedServices",
    "type": "ApplicationHealthLinux",
    "type_handler_version": "2.0",
    "settings": '{"port":8443,"protocol":"https","requestPath":"/live"}',
}


def _values(name: str, **values: Any) -> dict[str, Any]:
    """What an orchestrated set of Linux machines with keys plans."""
    machine = {
        "admin_password": None,
        "admin_ssh_key": [KEY],
        "admin_username": "miner",
        "computer_name_prefix": None,
        "disable_password_authentication": True,
        "patch_assessment_mode": "ImageDefault",
        "patch_mode": "ImageDefault",
        "provision_vm_agent": True,
        "secret": [],
    }
    return {
        "additional_capabilities": [],
        "automatic_instance_repair": [],
        "boot_diagnostics": [],
        "capacity_reservation_group_id": None,
        "data_disk": [],
        "encryption_at_host_enabled": None,
        "eviction_policy": None,
        "extension": [AGENT],
        "extensions_time_budget": "PT1H30M",
        "identity": [],
        "instances": 3,
        "license_type": None,
        "location": "northeurope",
        "max_bid_price": -1,
        "name": name,
        "os_disk": [{"caching": "ReadWrite", "diff_disk_settings": [], "storage_account_type": "StandardSSD_LRS"}],
        "os_profile": [{"custom_data": None, "linux_configuration": [machine], "windows_configuration": []}],
        "plan": [],
        "platform_fault_domain_count": 1,
        "priority": "Regular",
        "priority_mix": [],
        "proximity_placement_group_id": None,
        "resource_group_name": "rg-fleet",
        "rolling_upgrade_policy": [],
        "single_placement_group": False,
        "sku_name": "Standard_D2s_v5",
        "sku_profile": [],
        "source_image_id": None,
        "source_image_reference": [NOBLE],
        "tags": None,
        "termination_notification": [],
        "timeouts": None,
        "upgrade_mode": "Manual",
        "user_data_base64": None,
        "zone_balance": False,
        "zones": ["1", "2", "3"],
        **{name: value for name, value in TRUSTED.items() if name == "encryption_at_host_enabled"},
        **values,
    }


SENSITIVE = {
    "extension": True,
    "os_profile": [{"custom_data": True, "linux_configuration": [{"admin_password": True}]}],
}


def _set(values: dict[str, Any], *, address: str = f"{ADDRESS}.fleet", index: Any = None) -> tuple[Any, Any]:
    """The change and the configuration of an orchestrated set on the guarded subnet."""
    nic = card()
    made = change(
        address,
        {**values, "network_interface": nic[0]},
        {**UNKNOWN, "network_interface": nic[1], "os_disk": [{"disk_size_gb": True}]},
        SENSITIVE,
        index=index,
    )
    names = ("name", "sku_name", "instances", "zones", "platform_fault_domain_count")
    expressions = {name: says(values[name]) for name in names} | {
        "network_interface": nic[2],
        "extension": [
            {name: says(each[name]) for name in ("name", "publisher", "type")} for each in values["extension"]
        ],
    }
    return made, configured(".".join(address.rsplit(".", 2)[-2:]), expressions)


def _joined(*parts: tuple[Any, Any], sets: list[tuple[Any, Any]]) -> dict[str, Any]:
    changes = [each for part in parts for each in part[0]] + [each for each, _ in sets]
    configuration = [each for part in parts for each in part[1]] + [each for _, each in sets]
    return plan(changes, configuration)


def _each() -> dict[str, Any]:
    """A module that is called for each of two stages, with an orchestrated set in it."""
    changes, configuration = guarded("443")
    more, written = nat_gateway()
    values = _values(
        "stage",
        source_image_reference=[JAMMY],
        extension=[AGENT, HEALTH],
        automatic_instance_repair=[{"enabled": True, "grace_period": "PT30M"}],
    )
    made = []
    for stage in ("blue", "green"):
        one, inside = _set({**values, "name": f"ore-{stage}"}, address=f'module.fleet["{stage}"].{ADDRESS}.this')
        made.append(one)
    inside["expressions"]["network_interface"][0]["ip_configuration"][0]["subnet_id"] = {
        "references": ["var.subnet_id"]
    }
    inside["expressions"]["name"] = {"references": ["var.name"]}
    calls = {
        "fleet": {
            "source": "./modules/fleet",
            "for_each_expression": says(["blue", "green"]),
            "expressions": {
                "name": {"references": ["each.key"]},
                "subnet_id": refs("azurerm_subnet.inner"),
            },
            "module": {"resources": [inside], "variables": {"name": {}, "subnet_id": {}}},
        }
    }
    return plan([*changes, *more, *made], [*configuration, *written], module_calls=calls)


def _azapi() -> dict[str, Any]:
    """azapi: the request's own shape, with the subnet's id known after apply."""
    changes, configuration = guarded("443")
    more, written = nat_gateway()
    ip: dict[str, Any] = {"name": "main", "properties": {"primary": True}}
    body: dict[str, Any] = {
        "sku": {"name": "Standard_D2s_v5", "capacity": 3},
        "zones": ["1", "2", "3"],
        "properties": {
            "orchestrationMode": "Flexible",
            "platformFaultDomainCount": 1,
            "singlePlacementGroup": False,
            "upgradePolicy": {"mode": "Rolling"},
            "doNotRunExtensionsOnOverprovisionedVMs": True,
            "virtualMachineProfile": {
                "securityProfile": {
                    "encryptionAtHost": True,
                    "securityType": "TrustedLaunch",
                    "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
                },
                "osProfile": {
                    "computerNamePrefix": "silver",
                    "adminUsername": "miner",
                    "linuxConfiguration": {
                        "disablePasswordAuthentication": True,
                        "ssh": {
                            "publicKeys": [
                                {"path": "/home/miner/.ssh/authorized_keys", "keyData": KEY["public_key"]},
                            ]
                        },
                    },
                },
                "storageProfile": {
                    "imageReference": NOBLE,
                    "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
                },
                "networkProfile": {
                    "networkApiVersion": "2020-11-01",
                    "networkInterfaceConfigurations": [
                        {"name": "card", "properties": {"primary": True, "ipConfigurations": [ip]}}
                    ],
                },
            },
        },
    }
    unknown_ip = {"properties": {"subnet": {"id": True}}}
    unknown_nic = {"properties": {"ipConfigurations": [unknown_ip]}}
    unknown_network = {"networkInterfaceConfigurations": [unknown_nic]}
    ip["properties"]["subnet"] = {}
    after = {
        "type": "Microsoft.Compute/virtualMachineScaleSets@2024-07-01",
        "name": "silver",
        "location": "northeurope",
        "parent_id": "/subscriptions/5c4b3a29-1807-4655-9d3e-2f1e0d9c8b7a/resourceGroups/rg-fleet",
        "body": body,
        "identity": [],
        "schema_validation_enabled": True,
        "timeouts": None,
    }
    unknown = {
        "id": True,
        "output": True,
        "body": {"properties": {"virtualMachineProfile": {"networkProfile": unknown_network}}},
    }
    made = change("azapi_resource.fleet", after, unknown)
    return plan(
        [*changes, *more, made],
        [*configuration, *written, configured("azapi_resource.fleet", {"body": refs("azurerm_subnet.inner")})],
    )


SITUATIONS = (
    Situation(
        name="orchestrated-without-a-way-out",
        title="Machines of no zone balanced over zones, with no way out to the Internet",
        seen=f"{REGISTRY}orchestrated_virtual_machine_scale_set",
        content=_joined(guarded("443"), sets=[_set(_values("cobalt", zones=None, zone_balance=True))]),
        faults=(
            "SS069 cobalt virtualMachineProfile.networkProfile",
            "SS011 cobalt zoneBalance",
            "SS123 cobalt zoneBalance",
        ),
        practice={"cobalt": "103 121 122 125"},
        framework="terraform_plan",
    ),
    Situation(
        name="orchestrated-good",
        title="An orchestrated set with health, repairs and a NAT gateway: nothing mandatory is wrong",
        seen=f"{AVM}default",
        content=_joined(
            guarded("443"),
            nat_gateway(),
            sets=[
                _set(
                    _values(
                        "chrome",
                        source_image_reference=[JAMMY],
                        extension=[HEALTH, AGENT],
                        automatic_instance_repair=[{"action": "Replace", "enabled": True, "grace_period": "PT30M"}],
                    )
                )
            ],
        ),
        practice={"chrome": "103 127"},
        framework="terraform_plan",
    ),
    Situation(
        name="orchestrated-spot",
        title="Spot machines of an old size with Premium disks, and a terminate notification",
        seen=f"{AVM}advanced",
        content=_joined(
            guarded("443"),
            nat_gateway(),
            sets=[
                _set(
                    _values(
                        "iron",
                        priority="Spot",
                        eviction_policy="Deallocate",
                        max_bid_price=-1,
                        sku_name="Standard_D4_v3",
                        os_disk=[
                            {"caching": "ReadOnly", "diff_disk_settings": [], "storage_account_type": "Premium_LRS"}
                        ],
                        termination_notification=[{"enabled": True, "timeout": "PT5M"}],
                        source_image_reference=[JAMMY],
                    )
                )
            ],
        ),
        faults=(
            "SS099 iron virtualMachineProfile.storageProfile.osDisk.managedDisk.storageAccountType",
            "SS045 iron virtualMachineProfile.scheduledEventsProfile.terminateNotificationProfile.enable",
        ),
        practice={"iron": "103 121 125"},
        framework="terraform_plan",
    ),
    Situation(
        name="orchestrated-for-each",
        title="A module called for each of two stages: nothing mandatory is wrong in either",
        seen="https://developer.hashicorp.com/terraform/language/meta-arguments/for_each",
        content=_each(),
        practice={"ore-blue": "103 127", "ore-green": "103 127"},
        framework="terraform_plan",
    ),
    Situation(
        name="azapi-rolling",
        title="azapi: rolling upgrades of a Flexible set without the health extension, and a flag of Uniform sets",
        seen="https://registry.terraform.io/providers/azure/azapi/latest/docs/resources/resource",
        content=_azapi(),
        faults=(
            "SS025 silver upgradePolicy.mode",
            "SS036 silver doNotRunExtensionsOnOverprovisionedVMs",
        ),
        practice={"silver": "121 125 129"},
        framework="terraform_plan",
    ),
)
