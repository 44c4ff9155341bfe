"""Attributes that nobody set: a plan calls them unknown, and the request to Azure does not have them."""

from typing import Any

import pytest
from check.terraform_plans import change, loaded, plan

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.report import Report

UNIFORM = "azurerm_linux_virtual_machine_scale_set.web"
WINDOWS = "azurerm_windows_virtual_machine_scale_set.web"
FLEXIBLE = "azurerm_orchestrated_virtual_machine_scale_set.web"
SUBNET = {"references": ["azurerm_subnet.web.id", "azurerm_subnet.web"]}
CONFIGURED_NIC = {
    "name": {"constant_value": "nic"},
    "primary": {"constant_value": True},
    "ip_configuration": [{"name": {"constant_value": "ip"}, "subnet_id": SUBNET}],
}
NIC = {"name": "nic", "primary": True, "ip_configuration": [{"name": "ip", "primary": True, "version": "IPv4"}]}
NIC_UNKNOWN = [{"ip_configuration": [{"subnet_id": True}]}]
SUBNET_CHANGE = change("azurerm_subnet.web", {"name": "web"}, {"id": True})
COMPUTED = dict.fromkeys(
    (
        "automatic_instance_repair",
        "computer_name_prefix",
        "extension",
        "extension_operations_enabled",
        "gallery_application",
        "id",
        "platform_fault_domain_count",
        "scale_in",
        "scale_in_policy",
        "spot_restore",
        "terminate_notification",
        "termination_notification",
        "unique_id",
    ),
    True,
)
"""What a plan of azurerm 3 calls unknown for a set that sets none of it."""


def planned(address: str, after: dict[str, Any], unknown: dict[str, Any], configured: Any, **more: Any) -> Report:
    """The report about a plan of one set and its subnet."""
    nic = {"network_interface": [CONFIGURED_NIC]}
    resources = [
        {
            "address": address,
            "expressions": {**nic, **configured},
            "for_each_expression": {"references": ["var.sets"]},
        },
        {"address": "azurerm_subnet.web", "expressions": {}},
    ]
    changes = [
        change(
            address, {"name": "web", "network_interface": [NIC], **after}, {"network_interface": NIC_UNKNOWN, **unknown}
        ),
        SUBNET_CHANGE,
    ]
    return check(loaded(plan(*changes, *more.get("changes", ()), resources=resources)).estate)


def verdict(report: Report, rule: str) -> str:
    """``broken``, ``undecided`` or ``""``."""
    if rule in {each.rule.id for each in report}:
        return "broken"
    return "undecided" if rule in {each.rule.id for each in report.undecided} else ""


@pytest.mark.parametrize(
    ("address", "system"),
    [
        (UNIFORM, {"disable_password_authentication": True, "admin_username": "ops", "custom_data": "IyEvYmluL3No"}),
        (WINDOWS, {"enable_automatic_updates": True, "admin_username": "ops"}),
    ],
)
def test_a_plan_whose_values_are_known_leaves_nothing_undecided(address: str, system: dict[str, Any]) -> None:
    """Everything that the provider computes by itself counts as absent, as it is in the request."""
    report = planned(address, {"sku": "Standard_D2s_v5", "instances": 2, **system}, COMPUTED, {})
    assert [(each.rule.id, each.paths) for each in report.undecided] == []
    assert {"SS121", "SS125", "SS129"} <= {each.rule.id for each in report}


def test_a_flexible_set_leaves_nothing_undecided_either() -> None:
    """The orchestrated set computes other attributes, some of them inside of blocks."""
    system = [{"linux_configuration": [{"disable_password_authentication": True, "admin_username": "ops"}]}]
    hidden = [{"linux_configuration": [{"computer_name_prefix": True}]}]
    names = ("extension", "single_placement_group", "automatic_instance_repair", "termination_notification", "id")
    unknown = {**dict.fromkeys(names, True), "os_profile": hidden, "os_disk": [{"disk_size_gb": True}]}
    after = {"sku_name": "Standard_D2s_v5", "platform_fault_domain_count": 1, "os_profile": system}
    after["os_disk"] = [{"caching": "ReadOnly", "storage_account_type": "Premium_LRS"}]
    configured = {
        "os_profile": [{"linux_configuration": [{"admin_username": {"constant_value": "ops"}}]}],
        "os_disk": [{"caching": {"constant_value": "ReadOnly"}}],
    }
    report = planned(FLEXIBLE, after, unknown, configured)
    assert [(each.rule.id, each.paths) for each in report.undecided] == []
    rolling = planned(FLEXIBLE, {**after, "upgrade_mode": "Rolling"}, unknown, configured)
    assert verdict(rolling, "SS025") == "broken"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (None, "broken"),
        ({}, "undecided"),
        ({"constant_value": None}, "broken"),
        ({"references": ["var.prefix"]}, "broken"),
        ({"references": ["each.value.prefix", "each.value"]}, "broken"),
        ({"references": ["count.index"]}, "broken"),
        ({"references": ["data.azurerm_client_config.now.tenant_id", "data.azurerm_client_config.now"]}, "broken"),
        ({"references": ["data.azurerm_subnet.late.name", "data.azurerm_subnet.late"]}, "undecided"),
        ({"references": ["random_string.prefix.result", "random_string.prefix"]}, "undecided"),
        ({"references": ["local.prefix"]}, "undecided"),
        ({"references": ["var.prefix", "azurerm_subnet.web.id"]}, "undecided"),
    ],
)
def test_an_attribute_that_the_configuration_leaves_to_the_provider(expression: Any, expected: str) -> None:
    """Unknown is what is made from a resource. A variable is known: if the result is not, it is null, and computed."""
    configured = {} if expression is None else {"computer_name_prefix": expression}
    late = {
        "address": "data.azurerm_subnet.late",
        "mode": "data",
        "type": "azurerm_subnet",
        "change": {"actions": ["read"], "after": {}, "after_unknown": {"name": True}},
    }
    after = {"name": "longer-than-nine", "enable_automatic_updates": True}
    report = planned(WINDOWS, after, {"computer_name_prefix": True}, configured, changes=[late])
    assert verdict(report, "SS058") == expected


def test_a_module_says_what_its_variables_are() -> None:
    """A variable of a module may come from a resource outside of it."""
    address = "module.web.azurerm_windows_virtual_machine_scale_set.web"
    after = {"name": "longer-than-nine", "enable_automatic_updates": True}
    inner = {
        "resources": [
            {
                "address": "azurerm_windows_virtual_machine_scale_set.web",
                "expressions": {"computer_name_prefix": {"references": ["var.prefix"]}},
            }
        ]
    }
    for given, expected in (
        ({"references": ["var.outer"]}, "broken"),
        ({"constant_value": None}, "broken"),
        ({"references": ["random_string.x.result", "random_string.x"]}, "undecided"),
    ):
        modules = {"web": {"module": inner, "expressions": {"prefix": given}}}
        text = plan(change(address, after, {"computer_name_prefix": True}), modules=modules)
        assert verdict(check(loaded(text).estate), "SS058") == expected


def test_a_dynamic_block_is_not_known() -> None:
    """A block that is unknown as a whole, not in the configuration and never computed can only be a dynamic one."""
    report = planned(UNIFORM, {"name": "web"}, {"rolling_upgrade_policy": True}, {})
    assert report.undecided
    found = loaded(plan(change(UNIFORM, {"name": "web"}, COMPUTED))).estate
    (scale_set,) = found.of_type(arm_types.SCALE_SET)
    assert scale_set.properties["platformFaultDomainCount"] is UNKNOWN  # no configuration: the value is not known


@pytest.mark.parametrize(("blocks", "expected"), [(1, "broken"), (2, "undecided")])
def test_dynamic_blocks_beside_others_are_not_known(blocks: int, expected: str) -> None:
    """If there are more blocks than the configuration has, nobody says which of them a dynamic one made."""
    script = {"name": "s", "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript"}
    unknown = {"extension": [{"publisher": True, "type": True}] * blocks}
    listed = [{"name": f"s{index}"} for index in range(blocks)]
    configured = {"extension": [{name: {"constant_value": value} for name, value in script.items() if name == "name"}]}
    report = planned(UNIFORM, {"extension": listed}, unknown, configured)
    assert verdict(report, "SS125") == expected


def test_a_front_end_has_only_the_address_that_was_set() -> None:
    """An internal load balancer has no public address, though the plan calls the attribute unknown."""
    front = {"name": "front", "private_ip_address_allocation": "Dynamic"}
    unknown = {"frontend_ip_configuration": [{"subnet_id": True, "public_ip_address_id": True, "id": True}]}
    configured = {"frontend_ip_configuration": [{"name": {"constant_value": "front"}, "subnet_id": SUBNET}]}
    text = plan(
        change("azurerm_lb.lb", {"name": "lb", "sku": "Standard", "frontend_ip_configuration": [front]}, unknown),
        SUBNET_CHANGE,
        resources=[
            {"address": "azurerm_lb.lb", "expressions": configured},
            {"address": "azurerm_subnet.web", "expressions": {}},
        ],
    )
    (balancer,) = loaded(text).estate.of_type(arm_types.LOAD_BALANCER)
    (read,) = balancer.properties["frontendIPConfigurations"]
    assert "publicIPAddress" not in read
    assert read["subnet"] == {"id": UNKNOWN}
