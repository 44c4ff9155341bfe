"""What only Azure has: properties that the program does not declare, and resources that are not in the stack."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from operations.balancers import POOL, balancer
from operations.conftest import Cli
from operations.test_stack import fake_pulumi
from operations.world import ROOT, World

from arm_simulator.core import schema
from scaleset_operations.drift import Seen, flat
from scaleset_operations.undeclared import READ_ONLY, READ_ONLY_BELOW, properties

SET = "azure-native:compute:VirtualMachineScaleSet"
BALANCER = "azure-native:network:LoadBalancer"
COMPONENT = "urn:pulumi:dev::p::azure-scaleset:index:ScaleSet::web"
REFERENCE = {"id": "/x/networkSecurityGroups/a"}


def seen(inputs: Any, outputs: Any, live: Any, token: str = SET) -> Seen:
    """A resource as the state and Azure have it."""
    return Seen(name="web", type=token, id="/x", inputs=inputs, outputs=outputs, body=live)


CASES: list[tuple[str, Any, Any, Any, list[str]]] = [
    ("a default of then", {}, {"overprovision": True}, {"properties": {"overprovision": True}}, []),
    ("a default that changed", {}, {"overprovision": True}, {"properties": {"overprovision": False}},
     ["overprovision"]),
    ("something new", {}, {}, {"properties": {"zoneBalance": True}}, ["zoneBalance"]),
    ("new, and nothing", {}, {}, {"properties": {"zoneBalance": False, "a": [], "b": "", "c": {}, "d": 0}}, []),
    ("an object of what says nothing", {}, {}, {"properties": {"a": {"provisioningState": "x", "on": False}}}, []),
    ("read-only", {}, {"provisioningState": "Succeeded"}, {"etag": "2", "properties": {"uniqueId": "1"}}, []),
    ("declared, and changed", {"sku": {"name": "a"}}, {"sku": {"name": "a"}}, {"sku": {"name": "b"}}, []),
    ("beside what is declared", {"sku": {"name": "a"}}, {"sku": {"name": "a", "tier": "x"}},
     {"sku": {"name": "a", "tier": "y"}}, ["sku.tier"]),
    ("in an element", {"l": [{"name": "n"}]}, {"l": [{"name": "n"}]},
     {"properties": {"l": [{"name": "N", "properties": {"group": REFERENCE}}]}}, ["l[0].group"]),
    ("an element", {}, {"l": [{"name": "n"}]}, {"properties": {"l": [{"name": "n"}, {"name": "m"}]}}, ["l[m]"]),
    ("an element that is in the stack", {}, {}, {"l": [{"name": "m", "id": "/IN/the/stack"}]}, []),
    ("an element that went", {}, {"l": [{"name": "n"}, {"name": "m"}]}, {"l": [{"name": "n"}]}, ["l[m]"]),
    ("ids have no case", {}, {"group": {"id": "/X"}}, {"group": {"id": "/x"}}, []),
    ("another id", {}, {"group": {"id": "/X"}}, {"group": {"id": "/y"}}, ["group.id"]),
    ("tags are the program's", {"tags": {"a": "1"}}, {"tags": {"a": "1"}}, {"tags": {"a": "1", "b": "2"}}, []),
    ("a rule of a NAT pool", {}, {}, {"properties": {"inboundNatRules": [{"name": "ssh.0"}, {"name": "own"}]}},
     ["inboundNatRules[own]"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "outputs", "live", "paths"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_properties(inputs: Any, outputs: Any, live: Any, paths: list[str]) -> None:
    """What Azure filled in, when the state was written, is its default; what it alone writes is no difference."""
    assert [each.path for each in properties(seen(inputs, outputs, live), {"/in/the/stack"})] == paths


def test_everything() -> None:
    """With everything, what only Azure writes is reported too."""
    one = seen({}, {"uniqueId": "1"}, {"etag": "2", "properties": {"uniqueId": "2"}})
    assert [each.words for each in properties(one, set(), everything=True)] == [
        '+ etag: "2" (only in Azure)',
        '~ uniqueId: "1" => "2" (only in Azure)',
    ]


ROOTS = {
    "compute": ("VirtualMachineScaleSet", "VirtualMachine", "AvailabilitySet"),
    "network": (
        "LoadBalancer", "NetworkInterface", "PublicIPAddress", "NatGateway", "VirtualNetwork", "Subnet",
        "NetworkSecurityGroup", "InboundNatRule", "BackendAddressPool", "PublicIPPrefix", "ApplicationSecurityGroup",
    ),
}  # fmt: skip
_ALWAYS = {"id", "name"}  # told apart by whether an object has a name
_ELSEWHERE = {"enablevmagentplatformupdates", "tier", "statuses"}  # read-only in types that are not compared


def test_the_names_are_those_of_the_rest_api() -> None:
    """Every member that azure-mgmt marks as read-only is known, and none that can be written is taken for one."""
    described = json.loads((Path(schema.__file__).parent / "schema.json").read_text(encoding="utf-8"))
    read_only: set[str] = set()
    writable: set[str] = set()
    for namespace, roots in ROOTS.items():
        models, left, met = described[namespace]["models"], list(roots), set[str]()
        while left:
            model = left.pop()
            if model in met or model not in models:
                continue
            met.add(model)
            for name, kind in models[model].items():
                (read_only if kind.startswith("-") else writable).add(name.lower())
                left += [] if kind.startswith("-") else re.findall(r"[A-Z]\w+", kind)
    somewhere = {name for names in READ_ONLY_BELOW.values() for name in names}
    assert read_only - READ_ONLY - somewhere - _ALWAYS - _ELSEWHERE == set()
    assert {name for name in READ_ONLY & writable if name != "type"} == set()


def exported(world: World, *resources: tuple[str, str]) -> dict[str, Any]:
    """A stack whose component has these resources (type, path), as Azure has them now, with nothing declared."""
    found: list[dict[str, Any]] = [{"urn": COMPONENT, "type": "azure-scaleset:index:ScaleSet"}]
    for token, path in resources:
        version = "2026-04-01" if "compute" in token else "2025-01-01"
        body = world.call("GET", path, version)
        found.append({
            "urn": f"{COMPONENT}::{token}::{body['name']}", "type": token, "id": body["id"], "parent": COMPONENT,
            "custom": True, "inputs": {}, "outputs": {**flat(body), "azureApiVersion": version},
        })  # fmt: skip
    return {"version": 3, "deployment": {"resources": found}}


def test_around_a_flexible_set(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing at first; then a NAT rule, a machine with its interface and a lock, which are not in the stack."""
    balancer(world, nat="none")
    world.scale_set("web", "Flexible", 2, loadBalancerBackendAddressPools=[POOL])
    path = "providers/Microsoft.Compute/virtualMachineScaleSets/web"
    state = tmp_path / "state.json"
    state.write_text(
        json.dumps(exported(world, (SET, path), (BALANCER, "providers/Microsoft.Network/loadBalancers/lb")))
    )
    fake_pulumi(tmp_path / "bin", monkeypatch, f"cat {state}")
    command = ("set", "drift", "--stack", "dev", "-o", "json")
    first = cli(*command)
    assert (first.code, first.json()) == (0, []), first.out
    world.machine("mine", "web")
    world.lock("", "audit", "ReadOnly")
    world.call("DELETE", "providers/Microsoft.Authorization/locks/audit", "2020-05-01")
    body = world.network("GET", "loadBalancers/lb")
    front = {"id": body["properties"]["frontendIPConfigurations"][0]["id"]}
    rule = {"frontendIPConfiguration": front, "frontendPort": 4022, "backendPort": 22, "protocol": "Tcp"}
    world.network("PUT", "loadBalancers/lb/inboundNatRules/own", {"properties": rule})
    world.lock("", "audit", "CanNotDelete")
    answer = cli(*command)
    found = {each["resource"]: each["diff"] for each in answer.json()}
    assert answer.code == 1
    assert {each["kind"] for each in answer.json()} == {"only-in-azure"}
    assert found["lb"].startswith("+ inboundNatRules[own]: ")
    assert found["mine"].startswith(f"+ not in the stack: {ROOT}/providers/Microsoft.")
    assert found["audit"].endswith(f"`az lock delete --ids {ROOT}/providers/Microsoft.Authorization/locks/audit`")
    assert "1 of 2 resources differ from the state; 3 beside them are not in the stack." in answer.err
    state.write_text(json.dumps(exported(world, (SET, path))))
    world.compute(
        "PATCH", "virtualMachineScaleSets/web", {"properties": {"additionalCapabilities": {"hibernationEnabled": True}}}
    )
    rows = cli(*command).json()
    assert "additionalCapabilities" in {each["path"].split(".")[0] for each in rows}


def test_what_may_not_be_read_is_a_note(
    world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without the right to read locks the rest is compared anyway."""
    world.scale_set("web", "Uniform", 1)
    path = "providers/Microsoft.Compute/virtualMachineScaleSets/web"
    state = tmp_path / "state.json"
    state.write_text(json.dumps(exported(world, (SET, path))))
    fake_pulumi(tmp_path / "bin", monkeypatch, f"cat {state}")
    world.simulator.inject(method="GET", path_regex="/locks$", status=403, code="AuthorizationFailed", times=9)
    answer = cli("set", "drift", "--stack", "dev")
    assert answer.code == 0, answer.out
    assert "left out: " in answer.err
