"""Pulumi's shape and ARM's: exact in both directions, and what the azure-mgmt clients read."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.compute import models as compute_models
from azure.mgmt.network import models as network_models
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from arm_simulator.core import schema
from azure_native.convert import (
    outputs_to_inputs,
    preview_outputs,
    response_to_inputs,
    to_body,
    to_outputs,
)
from azure_native.table import Members, ResourceType, Shape, resource_type
from azure_native.values import UNKNOWN

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/lb"
TOKENS = [
    "authorization:ManagementLockByScope",
    "compute:Disk",
    "compute:VirtualMachine",
    "compute:VirtualMachineExtension",
    "compute:VirtualMachineScaleSet",
    "compute:VirtualMachineScaleSetVM",
    "monitor:AutoscaleSetting",
    "network:ApplicationGateway",
    "network:LoadBalancer",
    "network:NatGateway",
    "network:NetworkInterface",
    "network:NetworkSecurityGroup",
    "network:PublicIPAddress",
    "network:VirtualNetwork",
    "standbypool:StandbyVirtualMachinePool",
]
RESOURCES = {token: resource_type(f"azure-native:{token}") for token in TOKENS}


_LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(0, 100),
    "number": st.integers(0, 100),
    "string": st.sampled_from(["a", "West Europe", ""]),
    "any": st.dictionaries(st.sampled_from(["properties", "x"]), st.integers(0, 9), max_size=2),
    "set": st.lists(st.sampled_from(["/id/a", "/id/b", "/id/c"]), unique=True),
}


def _shape(shape: Shape, resource: ResourceType, depth: int) -> st.SearchStrategy[Any]:
    """Values of a shape, a few levels deep."""
    if shape.kind == "list" and shape.item:
        return st.lists(_shape(shape.item, resource, depth), max_size=2)
    if shape.kind == "map" and shape.item:
        return st.dictionaries(st.sampled_from(["k", "properties", "a.b"]), _shape(shape.item, resource, depth))
    if shape.kind == "object":
        return st.sampled_from(shape.types).flatmap(lambda t: _object(resource.types[t], resource, depth - 1))
    return _LEAVES[shape.kind]


def _object(members: Members, resource: ResourceType, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    fixed = {p.name: st.just(p.constant) for p in members.values() if p.constant is not None}
    names = [n for n, p in members.items() if n not in fixed and (depth > 0 or "object" not in _kinds(p.shape))]

    def build(chosen: list[str]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries(fixed | {n: _shape(members[n].shape, resource, depth) for n in chosen})

    return (st.lists(st.sampled_from(names), unique=True, max_size=5) if names else st.just([])).flatmap(build)


def _kinds(shape: Shape) -> set[str]:
    return {shape.kind} | (_kinds(shape.item) if shape.item else set())


CASES = st.sampled_from(TOKENS).flatmap(
    lambda token: st.tuples(st.just(token), _object(RESOURCES[token].inputs, RESOURCES[token], 4))
)


@given(CASES)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_inputs_survive_the_round_trip(case: tuple[str, dict[str, Any]]) -> None:
    """Inputs -> ARM body -> inputs is exact for every property: nothing is lost, moved or renamed."""
    token, inputs = case
    resource = RESOURCES[token]
    assert to_outputs(_reading_inputs(resource), to_body(resource, inputs, ID)) == inputs


@given(CASES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_outputs_project_back_to_inputs(case: tuple[str, dict[str, Any]]) -> None:
    """What ARM echoes, as outputs and back as inputs, is what was sent (the base of a refresh without noise)."""
    token, inputs = case
    resource = RESOURCES[token]
    outputs = to_outputs(resource, to_body(resource, inputs, ID))
    shown = {n for n in inputs if n in resource.outputs and _same_place(resource, n)}
    projected = outputs_to_inputs(resource, outputs)
    sent = _echoed(inputs, resource.inputs, resource.outputs, resource)
    assert {n: projected[n] for n in shown if n in projected} == {n: sent[n] for n in shown if n in projected}


@given(CASES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_import_inputs_build_the_same_body(case: tuple[str, dict[str, Any]]) -> None:
    """Inputs that an import derives from a response produce that response again, empty collections apart."""
    token, inputs = case
    resource = RESOURCES[token]
    body = to_body(resource, {k: v for k, v in inputs.items() if k != "id"}, ID)
    imported = response_to_inputs(resource, body, {})
    assert _pruned(to_body(resource, imported, ID)) == _pruned(body)


@given(CASES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_previews_promise_only_inputs(case: tuple[str, dict[str, Any]]) -> None:
    """Every output of a preview is unknown or comes from the inputs."""
    token, inputs = case
    resource = RESOURCES[token]
    outputs = preview_outputs(resource, inputs)
    assert set(outputs) == set(resource.outputs)
    assert all(v is UNKNOWN for n, v in outputs.items() if n not in inputs)


def test_a_scale_set_body_reads_in_the_azure_client() -> None:
    """The wrappers are where azure-mgmt-compute looks: its own attributes find the values."""
    resource = RESOURCES["compute:VirtualMachineScaleSet"]
    inputs = {
        "location": "westeurope",
        "zones": ["1"],
        "sku": {"name": "Standard_D2s_v5", "capacity": 2},
        "orchestrationMode": "Uniform",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/id/a", "/id/b"]},
        "virtualMachineProfile": {
            "extensionProfile": {
                "extensions": [{"name": "health", "publisher": "P", "type": "T", "settings": {"properties": {"a": 1}}}]
            },
            "networkProfile": {
                "networkInterfaceConfigurations": [
                    {
                        "name": "nic",
                        "primary": True,
                        "ipConfigurations": [
                            {
                                "name": "ip",
                                "subnet": {"id": "/s"},
                                "publicIPAddressConfiguration": {"name": "pip", "idleTimeoutInMinutes": 5},
                            }
                        ],
                    }
                ]
            },
        },
    }
    body = to_body(resource, inputs, ID)
    model = compute_models.VirtualMachineScaleSet(body)
    profile = model.virtual_machine_profile
    nic = profile.network_profile.network_interface_configurations[0]
    assert (model.zones, model.orchestration_mode, body["sku"]["capacity"]) == (["1"], "Uniform", 2)
    assert nic.primary is True
    assert nic.ip_configurations[0].subnet.id == "/s"
    assert nic.ip_configurations[0].public_ip_address_configuration.idle_timeout_in_minutes == 5
    assert profile.extension_profile.extensions[0].properties.type == "T"
    assert body["identity"]["userAssignedIdentities"] == {"/id/a": {}, "/id/b": {}}
    assert body["properties"]["virtualMachineProfile"]["extensionProfile"]["extensions"][0]["properties"][
        "settings"
    ] == {"properties": {"a": 1}}
    schema.check("compute.VirtualMachineScaleSet", body)


@given(CASES)
@example(("network:VirtualNetwork", {"addressSpace": {"ipamPoolPrefixAllocations": [{"id": "/pool"}]}}))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_bodies_have_only_members_that_arm_knows(case: tuple[str, dict[str, Any]]) -> None:
    """Every member of a body is where ARM's own schema, as the simulator reads it, has it."""
    token, inputs = case
    module, name = token.split(":")
    if module in ("compute", "network"):
        _known(to_body(RESOURCES[token], inputs, ID), module, f"@{name}")


def _known(value: Any, package: str, kind: str) -> None:
    kind = kind.lstrip("-!")
    if kind.startswith("@") and isinstance(value, dict):
        members = schema.members(f"{package}.{kind[1:]}")
        for member, inner in value.items():
            assert member in members, f"{kind} has no {member}"
            _known(inner, package, members[member])
    elif kind.startswith("["):
        for inner in value:
            _known(inner, package, kind[1:])
    elif kind.startswith("{"):
        for inner in value.values():
            _known(inner, package, kind[1:])


def test_a_balancer_body_reads_in_the_azure_client() -> None:
    """Nested wrappers of a load balancer, and $self as its own id."""
    resource = RESOURCES["network:LoadBalancer"]
    inputs = {
        "frontendIPConfigurations": [{"name": "fe", "zones": ["1"], "publicIPAddress": {"id": "/ip"}}],
        "backendAddressPools": [{"name": "pool"}],
        "loadBalancingRules": [
            {
                "name": "http",
                "frontendPort": 80,
                "protocol": "Tcp",
                "backendAddressPool": {"id": "$self/backendAddressPools/pool"},
            }
        ],
    }
    model = network_models.LoadBalancer(to_body(resource, inputs, ID))
    assert model.frontend_ip_configurations[0].public_ip_address.id == "/ip"
    assert model.frontend_ip_configurations[0].zones == ["1"]
    assert model.load_balancing_rules[0].backend_address_pool.id == f"{ID}/backendAddressPools/pool"


@pytest.mark.parametrize(
    ("token", "side"), [("compute:VirtualMachineExtension", "inputs"), ("compute:VirtualMachineExtension", "outputs")]
)
def test_the_type_of_an_extension(token: str, side: str) -> None:
    """``type`` is the extension's own type as an input and the resource's type as an output, as in the SDK's text."""
    body = to_body(RESOURCES[token], {"type": "CustomScript"}, ID)
    response = {"type": "Microsoft.Compute/virtualMachines/extensions", **body}
    assert body == {"properties": {"type": "CustomScript"}}
    if side == "outputs":
        assert to_outputs(RESOURCES[token], response)["type"] == "Microsoft.Compute/virtualMachines/extensions"
    else:
        assert response_to_inputs(RESOURCES[token], response, {})["type"] == "CustomScript"


def _reading_inputs(resource: ResourceType) -> ResourceType:
    """The resource with its inputs as outputs, so that a body can be read back in full."""
    return ResourceType(
        token=resource.token,
        api_version=resource.api_version,
        path=resource.path,
        required=resource.required,
        inputs=resource.inputs,
        outputs=resource.inputs,
        auto_name=resource.auto_name,
        auto_location=resource.auto_location,
        types=resource.types,
    )


def _same_place(resource: ResourceType, name: str) -> bool:
    """Whether an input and the output of that name are the same ARM property."""
    given_, shown = resource.inputs[name], resource.outputs[name]
    return (given_.wire, given_.container) == (shown.wire, shown.container)


def _echoed(values: dict[str, Any], given_: Members, shown: Members, resource: ResourceType) -> dict[str, Any]:
    """The inputs that the outputs' types have too, at every depth."""
    result = {}
    for name, value in values.items():
        if name in shown and (given_[name].wire, given_[name].container) == (shown[name].wire, shown[name].container):
            result[name] = _echoed_value(value, given_[name].shape, shown[name].shape, resource)
    return result


def _echoed_value(value: Any, given_: Shape, shown: Shape, resource: ResourceType) -> Any:
    if given_.kind == "list" and given_.item and shown.item:
        return [_echoed_value(v, given_.item, shown.item, resource) for v in value]
    if given_.kind == "map" and given_.item and shown.item:
        return {k: _echoed_value(v, given_.item, shown.item, resource) for k, v in value.items()}
    if given_.kind == "object" and len(given_.types) == 1 and shown.types:
        return _echoed(value, resource.types[given_.types[0]], resource.types[shown.types[0]], resource)
    return value


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {k: _pruned(v) for k, v in value.items()}
        return {k: v for k, v in inner.items() if v not in ({}, [], None)}
    if isinstance(value, list):
        return [c for c in map(_pruned, value) if c not in ({}, [], None)]
    return value
