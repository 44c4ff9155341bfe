"""Locks above an instance, SNAT that is not switched off, and ids that only look like a resource's."""

from __future__ import annotations

from typing import Any

import pytest

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.engine import check
from scaleset_policies.estate import Estate, Resource

SUBSCRIPTION = "/subscriptions/s"
GROUP = f"{SUBSCRIPTION}/resourceGroups/RG"
SET_ID = f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/web"
VM_ID = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web-0"
BALANCER_ID = f"{GROUP}/providers/Microsoft.Network/loadBalancers/lb"
SUBNET_ID = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net/subnets/main"


def found(*resources: Resource, rule: str) -> list[str]:
    """What a rule says of resources that are all there is: ``violated`` or ``undecided``, once for each."""
    report = check(Estate(list(resources)))
    violated = ["violated" for each in report if each.rule.id == rule]
    return violated + ["undecided" for each in report.undecided if each.rule.id == rule]


def flexible(**properties: Any) -> Resource:
    """A Flexible set."""
    body = {"orchestrationMode": "Flexible", **properties}
    return Resource(key="set", type=arm_types.SCALE_SET, name="web", properties=body, id=SET_ID)


@pytest.mark.parametrize(
    ("scope", "level", "expected"),
    [
        (VM_ID, "CanNotDelete", []),
        (VM_ID, "ReadOnly", []),
        (GROUP, "CanNotDelete", []),
        (GROUP.lower(), "ReadOnly", []),
        (SUBSCRIPTION, "CanNotDelete", []),
        (f"{GROUP}2", "CanNotDelete", ["violated"]),
        (GROUP[:-1], "CanNotDelete", ["violated"]),
        (f"{VM_ID}0", "CanNotDelete", ["violated"]),
        (SET_ID, "CanNotDelete", ["violated"]),
        (GROUP, "NotSpecified", ["violated"]),
        (VM_ID, "NotSpecified", ["violated"]),
    ],
)
def test_a_lock_protects_from_where_it_stands_downwards(scope: str, level: str, expected: list[str]) -> None:
    """A protected instance may be locked itself, by its resource group or by its subscription; not by a neighbour."""
    machine = {"virtualMachineScaleSet": {"id": SET_ID}}
    resources = [
        flexible(),
        Resource(key="vm", type=arm_types.VIRTUAL_MACHINE, name="web-0", properties=machine, id=VM_ID, protect=True),
        Resource(
            key="lock", type=arm_types.LOCK, name="lock", properties={"scope": scope, "level": level}, dependencies=()
        ),
    ]
    assert found(*resources, rule="SS072") == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, []),
        ({"disableOutboundSnat": False}, []),
        ({"disableOutboundSnat": True}, ["violated"]),
        ({"disableOutboundSnat": UNKNOWN}, ["undecided"]),
    ],
)
def test_a_rule_translates_unless_it_is_told_not_to(rule: dict[str, Any], expected: list[str]) -> None:
    """A load-balancing rule gives outbound access unless its disableOutboundSnat is true."""
    ip = {
        "name": "ip",
        "subnet": {"id": SUBNET_ID},
        "loadBalancerBackendAddressPools": [{"id": f"{BALANCER_ID}/backendAddressPools/web"}],
    }
    nics = [{"name": "nic", "ipConfigurations": [ip]}]
    front = {"name": "front", "publicIPAddress": {"id": f"{SUBNET_ID}-address"}}
    whole = {
        "name": "http",
        "frontendIPConfiguration": {"id": f"{BALANCER_ID}/frontendIPConfigurations/front"},
        "backendAddressPool": {"id": f"{BALANCER_ID}/backendAddressPools/web"},
        **rule,
    }
    resources = [
        flexible(virtualMachineProfile={"networkProfile": {"networkInterfaceConfigurations": nics}}),
        Resource(key="subnet", type=arm_types.SUBNET, name="main", properties={"name": "main"}, id=SUBNET_ID),
        Resource(
            key="lb",
            type=arm_types.LOAD_BALANCER,
            name="lb",
            properties={
                "sku": {"name": "Standard"},
                "frontendIPConfigurations": [front],
                "loadBalancingRules": [whole],
            },
            id=BALANCER_ID,
        ),
    ]
    assert found(*resources, rule="SS069") == expected


@pytest.mark.parametrize(
    ("named", "sure", "maybe"),
    [
        ("lb", ["lb"], []),
        ("LB", ["lb"], []),
        (None, [], ["lb", "other"]),
        ("elsewhere", [], []),
    ],
)
def test_an_id_names_what_it_was_made_from_only_by_its_name(
    named: str | None, sure: list[str], maybe: list[str]
) -> None:
    """Without ids, the one of two load balancers that an id is made from and that it names is meant; else neither."""
    pool = f"{GROUP}/providers/Microsoft.Network/loadBalancers/{named}/backendAddressPools/p" if named else UNKNOWN
    balancers = [
        Resource(
            key=name,
            type=arm_types.LOAD_BALANCER,
            name=name,
            properties={"loadBalancerName": name, "name": name},
            id=UNKNOWN,
        )
        for name in ("lb", "other")
    ]
    holder = Resource(
        key="nic",
        type=arm_types.NETWORK_INTERFACE,
        name="nic",
        properties={"pool": {"id": pool}},
        references={"pool.id": ("lb", "other")},
    )
    targets = Estate([*balancers, holder]).follow(holder, "pool.id", arm_types.LOAD_BALANCER)
    assert [each.key for each in targets.sure] == sure
    assert [each.key for each in targets.maybe] == maybe


@pytest.mark.parametrize(
    ("dependencies", "expected"),
    [
        (None, ["undecided"]),
        ((), ["violated"]),
        (("vm",), []),
        (("middle",), []),
        (("gone",), ["violated"]),
    ],
)
def test_a_lock_comes_after_what_it_guards(dependencies: tuple[str, ...] | None, expected: list[str]) -> None:
    """Directly, or after something that comes after it; without an order nothing is decided."""
    resources = [
        Resource(key="vm", type=arm_types.VIRTUAL_MACHINE, name="web-0", properties={}, id=VM_ID, dependencies=()),
        Resource(key="middle", type="x/y", name="middle", properties={}, dependencies=("vm",)),
        Resource(
            key="lock",
            type=arm_types.LOCK,
            name="lock",
            properties={"scope": VM_ID, "level": "CanNotDelete"},
            dependencies=dependencies,
        ),
    ]
    assert found(*resources, rule="SS073") == expected


@pytest.mark.parametrize(("scope", "place"), [({"scope": VM_ID}, "scope"), ({}, "level")])
def test_where_a_lock_is_told(scope: dict[str, str], place: str) -> None:
    """At its scope, or at its level if only its own id says what it locks."""
    body = {"level": "CanNotDelete", **scope}
    resources = [
        Resource(key="vm", type=arm_types.VIRTUAL_MACHINE, name="web-0", properties={}, id=VM_ID, dependencies=()),
        Resource(
            key="lock",
            type=arm_types.LOCK,
            name="lock",
            properties=body,
            dependencies=(),
            id=f"{VM_ID}/providers/Microsoft.Authorization/locks/lock",
        ),
    ]
    assert [each.path for each in check(Estate(resources)) if each.rule.id == "SS073"] == [place]


def test_a_lock_on_the_set_is_none_on_its_machines() -> None:
    """The machines of a Flexible set are beside it: a policy without its own lock stops no delete."""
    policy = {"protectionPolicy": {"protectFromScaleIn": True}}
    vm = Resource(key="vm", type=arm_types.SCALE_SET_VM, name="0", properties=policy, id=f"{SET_ID}/virtualMachines/0")
    for scope, expected in ((SET_ID, ["violated"]), (GROUP, []), (f"{SET_ID}/virtualMachines/0", [])):
        lock = Resource(
            key="lock", type=arm_types.LOCK, name="l", properties={"scope": scope, "level": "ReadOnly"}, dependencies=()
        )
        assert found(flexible(), vm, lock, rule="SS072") == expected
