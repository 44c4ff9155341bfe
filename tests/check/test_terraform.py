"""Terraform plans and states: azurerm's and azapi's shapes, modules, loops, associations."""

import json
from typing import Any

import pytest
from check import samples
from check.samples import SECRET
from check.terraform_plans import change, loaded, plan

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.estate import Resource
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.read import FileEstate

NETWORK = "virtualMachineProfile.networkProfile"


def only(found: FileEstate, kind: str) -> Resource:
    """The one resource of a type."""
    (resource,) = found.estate.of_type(kind)
    return resource


def test_an_orchestrated_set_is_flexible() -> None:
    """Azurerm's own Flexible resource: blocks become the profile, the provider's network API version is there."""
    address = "azurerm_orchestrated_virtual_machine_scale_set.web"
    after = {
        "name": "web",
        "sku_name": "Mix",
        "instances": 2,
        "platform_fault_domain_count": 1,
        "upgrade_mode": "Manual",
        "identity": [{"type": "UserAssigned", "identity_ids": ["/id"]}],
        "sku_profile": [{"allocation_strategy": "LowestPrice", "vm_sizes": ["Standard_D2s_v5"]}],
        "priority_mix": [{"base_regular_count": 1, "regular_percentage_above_base": 50}],
        "os_profile": [
            {
                "linux_configuration": [
                    {
                        "admin_password": SECRET,
                        "disable_password_authentication": False,
                        "patch_mode": "AutomaticByPlatform",
                        "admin_ssh_key": [{"username": "ops", "public_key": "ssh-rsa A"}],
                    }
                ]
            }
        ],
        "network_interface": [
            {
                "name": "nic",
                "primary": True,
                "ip_configuration": [
                    {"name": "ip", "public_ip_address": [{"name": "pip", "sku_name": "Standard_Regional"}]}
                ],
            }
        ],
        "extension": [
            {"name": "e", "settings": '{"port": 80}', "type": "ApplicationHealthLinux", "protected_settings": None}
        ],
    }
    hidden = {"os_profile": [{"linux_configuration": [{"admin_password": True}]}]}
    found = only(loaded(plan(change(address, after, sensitive=hidden))), arm_types.SCALE_SET)
    properties = found.properties
    profile = properties["virtualMachineProfile"]
    assert properties["orchestrationMode"] == "Flexible"
    assert properties["skuProfile"] == {"allocationStrategy": "LowestPrice", "vmSizes": [{"name": "Standard_D2s_v5"}]}
    assert properties["priorityMixPolicy"]["regularPriorityPercentageAboveBase"] == 50
    assert properties["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {"/id": {}}}
    assert profile["networkProfile"]["networkApiVersion"] == "2020-11-01"
    assert profile["osProfile"]["adminPassword"] is UNKNOWN
    assert profile["osProfile"]["linuxConfiguration"]["patchSettings"]["patchMode"] == "AutomaticByPlatform"
    assert profile["osProfile"]["linuxConfiguration"]["ssh"]["publicKeys"][0]["keyData"] == "ssh-rsa A"
    extension = profile["extensionProfile"]["extensions"][0]
    assert extension["settings"] == {"port": 80}
    assert "protectedSettings" not in extension
    ip = profile["networkProfile"]["networkInterfaceConfigurations"][0]["ipConfigurations"][0]
    assert ip["publicIPAddressConfiguration"] == {"name": "pip", "sku": {"name": "Standard_Regional"}}
    assert SECRET not in repr(found)
    assert found.secrets == {"virtualMachineProfile.osProfile.adminPassword"}


def test_changes_and_order_are_told() -> None:
    """What a resource was before the plan, and what it comes after: references and depends_on."""
    address = "azurerm_management_lock.keep"
    planned = change(address, {"name": "keep", "lock_level": "CanNotDelete"}, {"scope": True})
    planned["change"]["before"] = {"name": "keep", "lock_level": "ReadOnly", "notes": SECRET}
    planned["change"]["before_sensitive"] = {"notes": True}
    vm, nic = "azurerm_linux_virtual_machine.vm", "azurerm_network_interface.nic"
    configured = [
        {"address": vm, "expressions": {}},
        {"address": nic, "expressions": {}},
        {"address": address, "expressions": {"scope": {"references": [f"{vm}.id", vm]}}, "depends_on": [nic]},
    ]
    text = plan(change(vm, {"name": "vm"}), change(nic, {"name": "nic"}), planned, resources=configured)
    lock = only(loaded(text), arm_types.LOCK)
    assert set(lock.dependencies or ()) == {vm, nic}
    assert lock.before["level"] == "ReadOnly"
    assert SECRET not in repr(lock)


@pytest.mark.parametrize(
    ("kind", "after", "path", "value"),
    [
        ("azurerm_windows_virtual_machine_scale_set", {"overprovision": True}, "overprovision", True),
        ("azurerm_linux_virtual_machine_scale_set", {"health_probe_id": "/p"}, f"{NETWORK}.healthProbe.id", "/p"),
        ("azurerm_virtual_machine_scale_set", {"upgrade_policy_mode": "Rolling"}, "upgradePolicy.mode", "Rolling"),
        ("azurerm_virtual_machine_scale_set", {"sku": [{"name": "s", "capacity": 2}]}, "sku.capacity", 2),
        (
            "azurerm_windows_virtual_machine_scale_set",
            {"scale_in": [{"rule": "OldestVM"}]},
            "scaleInPolicy.rules",
            ["OldestVM"],
        ),
    ],
)
def test_uniform_sets_are_read(kind: str, after: dict[str, Any], path: str, value: Any) -> None:
    """The three Uniform resources of azurerm have their own attribute names."""
    found = only(loaded(plan(change(f"{kind}.web", after))), arm_types.SCALE_SET)
    assert found.view.value(path) == value
    assert found.properties["orchestrationMode"] == "Uniform"


def test_references_are_followed_through_modules_and_loops() -> None:
    """A NAT pool in one module, a set in another with for_each: linked though no id is known."""
    refs = {"references": ["azurerm_lb_nat_pool.ssh.id", "azurerm_lb_nat_pool.ssh"]}
    network = {
        "resources": [
            {"address": "azurerm_lb.lb", "expressions": {}},
            {
                "address": "azurerm_lb_nat_pool.ssh",
                "expressions": {"loadbalancer_id": {"references": ["azurerm_lb.lb.id"]}},
            },
        ],
        "outputs": {"pool_id": {"expression": refs}},
    }
    compute = {
        "resources": [
            {
                "address": "azapi_resource.web",
                "expressions": {"body": {"references": ["var.pool_id"]}},
                "for_each_expression": {"references": ["var.names"]},
            }
        ]
    }
    modules = {
        "network": {"module": network, "expressions": {}},
        "compute": {
            "module": compute,
            "expressions": {"pool_id": {"references": ["module.network.pool_id", "module.network"]}},
        },
    }
    body = samples.scale_set()
    ip = body["properties"]["virtualMachineProfile"]["networkProfile"]["networkInterfaceConfigurations"][0]
    ip["properties"]["ipConfigurations"][0]["properties"] = {"loadBalancerInboundNatPools": [{}]}
    unknown = {"properties": {"virtualMachineProfile": {"networkProfile": {"networkInterfaceConfigurations": [
        {"properties": {"ipConfigurations": [{"properties": {"loadBalancerInboundNatPools": [{"id": True}]}}]}}
    ]}}}}  # fmt: skip
    after = {"type": "Microsoft.Compute/virtualMachineScaleSets@2024-07-01", "name": "web", "body": body}
    text = plan(
        change("module.network.azurerm_lb.lb", {"name": "lb", "sku": "Standard"}, {"id": True}),
        change("module.network.azurerm_lb_nat_pool.ssh", {"name": "ssh"}, {"id": True, "loadbalancer_id": True}),
        change('module.compute["a"].azapi_resource.web["x"]', after, {"body": unknown}),
        modules=modules,
    )
    report = check(loaded(text).estate)
    assert {"SS016", "SS068"} <= {each.rule.id for each in report}
    (balancer,) = [each for each in report if each.rule.id == "SS068"]
    assert balancer.resource.name == "lb"
    assert balancer.location is not None
    assert balancer.location.pointer.startswith("/resource_changes/1/")


def test_a_terraform_state_is_read() -> None:
    """``terraform show -json`` of a state, with child modules."""
    state = {
        "format_version": "1.0",
        "terraform_version": "1.9.0",
        "values": {
            "root_module": {
                "child_modules": [
                    {
                        "resources": [
                            {
                                "address": "module.a.azurerm_linux_virtual_machine_scale_set.web",
                                "mode": "managed",
                                "type": "azurerm_linux_virtual_machine_scale_set",
                                "values": {"id": samples.SET_ID, "name": "web", "admin_password": SECRET},
                                "sensitive_values": {"admin_password": True},
                            }
                        ]
                    }
                ]
            }
        },
    }
    found = only(loaded(json.dumps(state)), arm_types.SCALE_SET)
    assert found.id == samples.SET_ID
    assert SECRET not in repr(found)


def test_associations_become_properties() -> None:
    """What azurerm links by a separate resource is where ARM has it."""
    subnet = samples.SUBNET_ID
    text = plan(
        change("azurerm_subnet.web", {"name": "web", "id": subnet}),
        change("azurerm_nat_gateway.out", {"name": "out", "id": "/gw"}),
        change(
            "azurerm_subnet_nat_gateway_association.x",
            {"subnet_id": subnet, "nat_gateway_id": "/gw"},
        ),
        change("azurerm_network_interface.n", {"id": "/nic", "name": "n", "ip_configuration": [{"name": "ip"}]}),
        change(
            "azurerm_network_interface_backend_address_pool_association.y",
            {"network_interface_id": "/nic", "ip_configuration_name": "ip", "backend_address_pool_id": "/pool"},
        ),
    )
    found = loaded(text)
    assert only(found, arm_types.SUBNET).properties["natGateway"] == {"id": "/gw"}
    configurations = only(found, arm_types.NETWORK_INTERFACE).properties["ipConfigurations"]
    assert configurations[0]["loadBalancerBackendAddressPools"] == [{"id": "/pool"}]


SET = "azurerm_orchestrated_virtual_machine_scale_set.web"
UNKNOWN_LINK = {"id": True, "subnet_id": True, "nat_gateway_id": True}


def outbound(subnets: list[str], links: list[str], link: Any, *, of_set: list[str], used: Any = None) -> set[str]:
    """The verdicts about outbound access of a set in a subnet: what is broken, with ``?`` before what is undecided."""
    set_after = {"name": "web", "network_interface": [{"name": "nic", "ip_configuration": [{"name": "ip"}]}]}
    set_unknown = {"network_interface": [{"ip_configuration": [{"subnet_id": True}]}]}
    changes = [
        *(change(f"azurerm_subnet.{each}", {"name": each}, {"id": True}) for each in subnets),
        *(change(f"azurerm_subnet_nat_gateway_association.{each}", {}, UNKNOWN_LINK) for each in links),
        change("azurerm_nat_gateway.nat", {"name": "nat"}, {"id": True}),
        change(SET, set_after, set_unknown),
    ]
    gateway = {"references": ["azurerm_nat_gateway.nat.id", "azurerm_nat_gateway.nat"]}
    plain = {each.partition("[")[0] for each in subnets}
    resources = [
        *({"address": f"azurerm_subnet.{each}", "expressions": {}} for each in plain),
        {
            "address": "azurerm_subnet_nat_gateway_association.link",
            "expressions": {"subnet_id": {"references": link}, "nat_gateway_id": gateway},
            "for_each_expression": {"references": used or []},
        },
        {"address": "azurerm_nat_gateway.nat", "expressions": {}},
        {
            "address": SET,
            "expressions": {"network_interface": [{"ip_configuration": [{"subnet_id": {"references": of_set}}]}]},
        },
    ]
    report = check(loaded(plan(*changes, resources=resources)).estate)
    found = {each.rule.id for each in report} | {f"?{each.rule.id}" for each in report.undecided}
    return {each for each in found if each.endswith("SS069")}


REPEATED = ['this["web"]', 'this["db"]']
LINKS = ['link["web"]', 'link["db"]']
IN_WEB = ['azurerm_subnet.this["web"].id', 'azurerm_subnet.this["web"]', "azurerm_subnet.this"]


@pytest.mark.parametrize(
    ("subnets", "links", "link", "of_set", "verdicts"),
    [
        (["web"], [], [], ["azurerm_subnet.web.id"], {"SS069"}),
        (["web"], ["link"], ["azurerm_subnet.web.id", "azurerm_subnet.web"], ["azurerm_subnet.web.id"], set()),
        (REPEATED, LINKS, ["azurerm_subnet.this", "each.key"], IN_WEB, set()),
        (REPEATED, LINKS, ["each.value.id", "each.value"], IN_WEB, set()),
        (REPEATED, LINKS[1:], ["azurerm_subnet.this", "each.key"], IN_WEB, {"?SS069"}),
        (REPEATED, ["link"], ['azurerm_subnet.this["db"].id', 'azurerm_subnet.this["db"]'], IN_WEB, {"SS069"}),
        (["web"], ["link"], ["local.subnet"], ["azurerm_subnet.web.id"], {"?SS069"}),
        (["web"], ["link"], ["var.subnet"], ["azurerm_subnet.web.id"], {"SS069"}),
    ],
)
def test_associations_are_followed_or_undecided(
    subnets: list[str], links: list[str], link: list[str], of_set: list[str], verdicts: set[str]
) -> None:
    """A NAT gateway's association counts for its subnet: by name, by the same key; by a local value it may count."""
    assert outbound(subnets, links, link, of_set=of_set, used=["azurerm_subnet.this"]) == verdicts


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"complete": True}, ""),
        ({"complete": False}, "does not cover the whole configuration"),
        (
            {"complete": False, "deferred_changes": [{"reason": "instance_count_unknown", "resource_change": {
                "address": f'{SET}["*"]', "type": SET.partition(".")[0], "mode": "managed"}}]},
            "is planned only later (instance count unknown)",
        ),
        ({"deferred_changes": [{"reason": "x", "resource_change": {"address": "aws_vpc.x", "type": "aws_vpc"}}]}, ""),
    ],
)  # fmt: skip
def test_what_a_plan_leaves_out_is_told(more: dict[str, Any], note: str) -> None:
    """A plan with a target, or with changes that Terraform defers, is not the whole: --strict fails for it."""
    document = {**json.loads(plan(change("azurerm_lb.lb", {"name": "lb"}))), **more}
    notes = loaded(json.dumps(document)).notes
    assert len(notes) == bool(note)
    assert note in "".join(notes)


def test_the_price_that_azurerm_writes_everywhere_is_none() -> None:
    """Every plan of a regular azurerm set says ``max_bid_price = -1``; another value is a price."""
    kind = "azurerm_linux_virtual_machine_scale_set.web"

    def prices(value: float) -> set[str]:
        after = {"name": "web", "priority": "Regular", "max_bid_price": value}
        return {each.rule.id for each in check(loaded(plan(change(kind, after))).estate)} & {"SS048"}

    assert prices(-1) == set()
    assert prices(0.5) == {"SS048"}


@pytest.mark.parametrize(
    "broken",
    [
        {"resource_changes": 1},
        {"resource_changes": {}},
        {"resource_changes": [{"address": "azurerm_lb.lb", "type": 1, "change": {"actions": ["create"]}}]},
        {"resource_changes": [{"address": "azurerm_lb.lb", "type": "azurerm_lb", "mode": 1, "change": {}}]},
        {"resource_changes": [change("azurerm_lb.lb", 1)]},
        {"resource_changes": [change("azurerm_lb.lb", None)]},
        {"resource_changes": [change("azurerm_lb.lb", {}, True)]},
        {"resource_changes": [change("azurerm_lb.lb", {"frontend_ip_configuration": "x"})]},
        {"resource_changes": [change("azapi_resource.web", {"type": None})]},
        {"values": {"root_module": {"resources": 1}}},
        {"values": {"root_module": {"child_modules": {}}}},
        {"values": {"root_module": {"child_modules": [1]}}},
        {"values": {"root_module": {"resources": [{"address": "a", "type": 1, "values": {}}]}}},
        {"values": {"root_module": {"resources": [{"address": "a", "type": "azurerm_lb", "values": 1}]}}},
    ],
)
def test_a_plan_of_a_broken_shape_is_told(broken: dict[str, Any]) -> None:
    """A resource that cannot be read is a problem with its place, not a resource less."""
    text = json.dumps({"format_version": "1.2", "terraform_version": "1.9.0", **broken})
    try:
        problems = list(loaded(text).problems)
    except UnreadableError as error:
        problems = [error]
    assert problems
    assert all(each.line for each in problems)
