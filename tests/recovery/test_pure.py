"""The decisions of a recovery, without an engine: ids, inputs, edits of a state, the import file."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from arm_simulator.testing import running_simulator
from azure_native import naming
from azure_native.table import resource_type
from scaleset_operations.azure import Azure
from scaleset_operations.cloud import connect
from scaleset_operations.errors import AzureError
from scaleset_operations.recovery import import_file, inputs, state
from scaleset_operations.recovery.arm_ids import KINDS, NAMED_BY, group_of, kind_of, plain_type, subscription_of
from scaleset_operations.recovery.engine import Preview
from scaleset_operations.recovery.state import Pending
from scaleset_operations.recovery.wanted import find

SUB = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUB}/resourceGroups/rg"
SET = f"{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/web"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def urn(kind: str, name: str, parent: str = "") -> str:
    """A URN in the stack ``dev`` of the project ``p``."""
    return f"urn:pulumi:dev::p::{parent}{kind}::{name}"


def secret(text: str = "v1:abc") -> dict[str, str]:
    """An encrypted value as a state has it."""
    return {inputs.SIGNATURE: inputs.SECRET, "ciphertext": text}


@pytest.mark.parametrize("token", sorted(set(KINDS) - {"azure-native:operationalinsights:Workspace"}))
def test_ids_are_those_of_the_provider(token: str) -> None:
    """From the same inputs this table and the provider's own make the same id, for every type that both know."""
    kind = KINDS[token]
    values = {name: SET if name in {"scope", "resourceUri"} else f"a-{name}" for name in kind.parameters}
    expected = naming.resource_id(resource_type(token), {**values, "subscriptionId": SUB}, SUB)
    assert kind.id(SUB, values) == expected.replace("//", "/")


def test_every_type_of_the_component_has_an_id() -> None:
    """The component creates nothing that could not be found again."""
    from pulumi_azure_scaleset.plan.tokens import IDENTITY  # noqa: PLC0415 - only this test needs the component

    for token, names in IDENTITY.items():
        kind = kind_of(token)
        assert kind is not None, token
        assert {*names} == {*kind.parameters} - {"resourceGroupName"}, token


def test_types_of_one_api_version() -> None:
    """A type that names its API version is the same type."""
    assert plain_type("azure-native:compute/v20240701:VirtualMachine") == "azure-native:compute:VirtualMachine"
    assert kind_of("azure-native:network/v20240501:LoadBalancer") is KINDS["azure-native:network:LoadBalancer"]
    assert kind_of("random:index/randomId:RandomId") is None
    assert NAMED_BY["vmName"] == "azure-native:compute:VirtualMachine"
    assert (subscription_of(SET), group_of(SET), group_of("/x")) == (SUB, GROUP, "")


def settled(wanted: dict[str, Any], shown: dict[str, Any], *, exact: bool = False) -> dict[str, Any]:
    """The inputs of a recovered scale set."""
    return inputs.settled(wanted, shown, SET, exact=exact)


@pytest.mark.parametrize(
    ("wanted", "shown", "result"),
    [
        # Azure's spelling is not a difference; the program's is kept.
        ({"location": "West Europe"}, {"location": "westeurope"}, {"location": "West Europe"}),
        ({"id": SET}, {"id": SET.upper()}, {"id": SET}),
        ({"pool": {"id": "$self/pools/a"}}, {"pool": {"id": f"{SET}/pools/a"}}, {"pool": {"id": "$self/pools/a"}}),
        ({"minimum": "2"}, {"minimum": 2}, {"minimum": "2"}),
        ({"on": True}, {"on": "true"}, {"on": "true"}),
        # What Azure filled in is not the program's.
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 1}}),
        # Another value in Azure stays, so that the next update changes it.
        ({"size": "large"}, {"size": "small"}, {"size": "small"}),
        ({"zones": ["1"]}, {"zones": ["1", "2"]}, {"zones": ["1", "2"]}),
        ({"tags": {"a": "1"}}, {"tags": {"b": "2"}}, {"tags": {}}),
        ({"tags": {"a": "1"}}, {}, {}),
        # Empty is missing.
        ({"settings": {}, "list": []}, {}, {"settings": {}, "list": []}),
        # Lists are matched by name, or by value.
        (
            {"rules": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
            {"rules": [{"name": "B", "port": 3, "x": 0}, {"name": "a", "port": 1}]},
            {"rules": [{"name": "a", "port": 1}, {"name": "b", "port": 3}]},
        ),
        ({"zones": ["2", "1"]}, {"zones": ["1", "2"]}, {"zones": ["2", "1"]}),
        # Azure does not show these.
        ({"osProfile": {"adminPassword": "x", "customData": "y"}}, {"osProfile": {}}, None),
        ({"osProfile": {"adminPassword": "x"}}, {}, None),
        ({"protectedSettings": secret()}, {}, None),
        ({"tags": {"a": secret()}}, {"tags": {"a": "plain"}}, None),
        # The provider's notes.
        ({"azureApiVersion": "2024-11-01", "__createBeforeDelete": True}, {}, None),
    ],
)
def test_inputs_of_what_was_recovered(
    wanted: dict[str, Any], shown: dict[str, Any], result: dict[str, Any] | None
) -> None:
    """The program's inputs where Azure agrees or can't say; Azure's where it has another value."""
    assert settled(wanted, shown) == (wanted if result is None else result)


def test_what_was_sent_is_there_although_azure_does_not_show_it() -> None:
    """The inputs of an interrupted creation are what Azure got; what it shows is still compared."""
    sent = {"template": {"x": 1}, "tags": {"a": "1"}}
    assert settled(sent, {"tags": {"a": "2"}}, exact=True) == {"template": {"x": 1}, "tags": {"a": "2"}}


def test_secrets_are_named_and_hidden() -> None:
    """A person learns which secrets nobody could compare; a secret that Azure shows is not in the outputs."""
    wanted = {"osProfile": {"adminPassword": "x"}, "list": [{"a": secret()}], "plain": "b"}
    assert sorted(inputs.taken_on_trust(wanted, {})) == ["list[0].a", "osProfile.adminPassword"]
    shown = {"list": [{"a": "open"}], "other": ["c"]}
    assert inputs.hidden(shown, wanted) == {"list": [{"a": secret()}], "other": ["c"]}


def test_a_plan_on_inputs() -> None:
    """A saved plan has what it adds, changes and takes away."""
    plan = {"goal": {"inputDiff": {"adds": {"a": 1}, "updates": {"b": 2}, "deletes": ["c"]}}}
    assert inputs.planned(plan, {"b": 0, "c": 0, "d": 0}) == {"a": 1, "b": 2, "d": 0}
    assert inputs.planned({}, {}) == {}
    assert not inputs.is_known({"a": [UNKNOWN]})


async def test_any_resource_by_its_id() -> None:
    """Azure is asked for an id: the resource, or nothing; a refusal is an error with Azure's words."""
    with running_simulator() as simulator:
        async with Azure(connect(endpoint=simulator.endpoint, token=simulator.token), SUB) as azure:
            assert await azure.get(GROUP, "2024-07-01") is None
            headers = {"Authorization": f"Bearer {simulator.token}"}
            async with httpx.AsyncClient(base_url=simulator.endpoint, headers=headers) as client:
                await client.put(f"{GROUP}?api-version=2024-07-01", json={"location": "westeurope"})
            assert (await azure.get(GROUP, "2024-07-01") or {})["location"] == "westeurope"
            simulator.inject(method="GET", path_regex="resourceGroups", status=403, code="Denied", message="not you")
            with pytest.raises(AzureError, match=r"Denied: not you \(HTTP 403\)"):
                await azure.get(GROUP, "2024-07-01")


VM = "azure-native:compute:VirtualMachine"
LOCK = "azure-native:authorization:ManagementLockByScope"
PROVIDER = urn("pulumi:providers:azure-native", "default_3_29_0")
STACK = urn("pulumi:pulumi:Stack", "p-dev")


def test_what_is_taken_out_is_forgotten_by_others() -> None:
    """A state has no reference to what it does not have: the engine refuses such a state."""
    vm, lock = urn(VM, "a"), urn(LOCK, "b")
    other = {
        "urn": lock, "dependencies": [vm], "propertyDependencies": {"scope": [vm]}, "deletedWith": vm, "parent": STACK,
    }  # fmt: skip
    given = {"deployment": {"resources": [{"urn": STACK}, {"urn": vm}, other]}}
    assert state.without(given, {vm})["deployment"]["resources"] == [
        {"urn": STACK},
        {"urn": lock, "dependencies": [], "propertyDependencies": {"scope": []}, "parent": STACK},
    ]
    assert given["deployment"]["resources"][2] is other


def test_resources_come_after_what_they_depend_on() -> None:
    """An import appends what others may depend on: the order is put right, and otherwise kept."""
    a, b, c = urn(VM, "a"), urn(VM, "b"), urn(LOCK, "c")
    given = {"deployment": {"resources": [{"urn": STACK}, {"urn": a}, {"urn": b}, {"urn": c, "parent": STACK}]}}
    new = {a: {"urn": a, "dependencies": [c]}}
    order = [each["urn"] for each in state.entries(state.with_entries(given, new))]
    assert order == [STACK, c, a, b]
    circle = {a: {"urn": a, "dependencies": [b]}, b: {"urn": b, "dependencies": [a]}}
    assert len(state.entries(state.with_entries(given, circle))) == 4


def test_the_last_of_several_interrupted_operations_counts() -> None:
    """A second interrupted update leaves a second operation on the same resource."""
    first = {"type": "creating", "resource": {"urn": urn(VM, "a"), "inputs": {"n": 1}}}
    second = {"type": "creating", "resource": {"urn": urn(VM, "a"), "inputs": {"n": 2}}}
    found = state.pending({"deployment": {"pending_operations": [first, second]}})
    assert [each.resource["inputs"] for each in found] == [{"n": 2}]


def created(kind: str, name: str, goal: dict[str, Any], **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A step and a plan that create a resource."""
    resource = {
        "urn": urn(kind, name), "type": kind, "custom": True, "provider": f"{PROVIDER}::1", "inputs": goal, **more,
    }  # fmt: skip
    return {"op": "create", "urn": resource["urn"], "newState": resource}, {"goal": {"inputDiff": {"adds": goal}}}


def previewed(*creations: tuple[dict[str, Any], dict[str, Any]], **config: str) -> Preview:
    """A preview of creations."""
    return Preview(tuple(step for step, _ in creations), config, {step["urn"]: plan for step, plan in creations})


def test_ids_from_what_a_preview_does_not_know() -> None:
    """A lock's scope is the id of a machine that the state does not have either: its inputs tell that id."""
    group = created("azure-native:resources:ResourceGroup", "group", {"resourceGroupName": "rg"})
    vm = created(
        VM,
        "a",
        {"resourceGroupName": UNKNOWN, "vmName": "a"},
        propertyDependencies={"resourceGroupName": [group[0]["urn"]]},
    )
    lock = created(LOCK, "a-lock", {"scope": UNKNOWN, "lockName": "l"}, propertyDependencies={"scope": [vm[0]["urn"]]})
    preview = previewed(group, vm, lock, **{"azure-native:subscriptionId": SUB})
    found = find({"deployment": {"resources": []}}, preview, [])
    machine = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/a"
    assert [each.id for each in found] == [
        GROUP,
        machine,
        f"{machine}/providers/Microsoft.Authorization/locks/l",
    ]


GROUPS = "azure-native:resources:ResourceGroup"


@pytest.mark.parametrize(
    ("kind", "goal", "says"),
    [
        (
            "azure-native:resources:ResourceGroup",
            {"resourceGroupName": "g1234abcd", "__createBeforeDelete": True},
            "name",
        ),
        ("azure-native:nowhere:Thing", {}, "not known here"),
        (VM, {"resourceGroupName": "rg", "vmName": UNKNOWN}, "vmName is not known"),
    ],
)
def test_ids_that_nobody_can_tell(kind: str, goal: dict[str, Any], says: str) -> None:
    """Nothing is guessed: there is no id, and the reason."""
    preview = previewed(created(kind, "a", goal), **{"azure-native:subscriptionId": SUB})
    found = find({"deployment": {"resources": []}}, preview, [])
    assert [(each.id, says in each.why) for each in found] == [("", True)]


def test_a_replacement_that_was_made_and_lost() -> None:
    """The state has the old resource as deleted; a plan has the difference to it, and its id is the new one's."""
    old = {
        "urn": urn(VM, "a"), "type": VM, "id": f"{GROUP}/providers/Microsoft.Compute/virtualMachines/a", "custom": True,
        "pendingReplacement": True, "inputs": {"resourceGroupName": "rg", "vmName": "a", "zones": ["1"], "n": 1},
    }  # fmt: skip
    step, _ = created(VM, "a", {"resourceGroupName": "rg", "vmName": "a", "n": 2})
    plan = {"goal": {"inputDiff": {"updates": {"n": 2}, "deletes": ["zones"]}}}
    preview = previewed(({**step, "op": "replace"}, plan), **{"azure-native:subscriptionId": SUB})
    (found,) = find({"deployment": {"resources": [old]}}, preview, [])
    assert (found.id, found.inputs) == (old["id"], {"resourceGroupName": "rg", "vmName": "a", "n": 2})


def test_an_interrupted_creation_is_what_was_sent() -> None:
    """Its inputs, with a generated name too, are those of the operation and not those of the program now."""
    kind = "azure-native:resources:ResourceGroup"
    step = created(kind, "group", {"resourceGroupName": "group00000000", "__createBeforeDelete": True})
    sent = {"urn": step[0]["urn"], "type": kind, "inputs": {"resourceGroupName": "group1234abcd"}}
    preview = previewed(step, **{"azure-native:subscriptionId": SUB})
    (found,) = find({"deployment": {"resources": []}}, preview, [Pending("creating", sent)])
    assert found.id == f"/subscriptions/{SUB}/resourceGroups/group1234abcd"
    assert found.interrupted


def test_the_import_file() -> None:
    """The name table has parents and explicit providers, missing components are made, equal names get suffixes."""
    component = urn("azure-scaleset:index:ScaleSet", "web")
    explicit = urn("pulumi:providers:azure-native", "west")
    known: dict[str, dict[str, Any]] = {
        STACK: {"urn": STACK, "type": "pulumi:pulumi:Stack"},
        PROVIDER: {"urn": PROVIDER, "inputs": {"version": "3.29.0"}},
        explicit: {"urn": explicit, "inputs": {"version": "3.28.0"}},
    }
    planned = {component: {"urn": component, "type": "azure-scaleset:index:ScaleSet", "custom": False, "parent": STACK}}
    child = urn(VM, "web", "azure-scaleset:index:ScaleSet$")
    balancer = urn("azure-native:network:LoadBalancer", "lb")
    found = [
        ({"urn": child, "type": VM, "custom": True, "parent": component, "provider": f"{PROVIDER}::1"}, "/vm"),
        (
            {
                "urn": balancer, "type": "azure-native:network:LoadBalancer", "custom": True, "parent": STACK,
                "provider": f"{explicit}::2",
            },
            "/lb",
        ),
    ]  # fmt: skip
    assert import_file.build(found, known, planned) == {
        "nameTable": {"west (azure-native)": explicit},
        "resources": [
            {
                "type": "azure-scaleset:index:ScaleSet", "name": "web-ScaleSet", "logicalName": "web",
                "component": True, "remote": False,
            },
            {
                "type": VM, "name": "web-VirtualMachine", "logicalName": "web", "parent": "web-ScaleSet", "id": "/vm",
                "version": "3.29.0",
            },
            {
                "type": "azure-native:network:LoadBalancer", "name": "lb", "id": "/lb",
                "provider": "west (azure-native)", "version": "3.28.0",
            },
        ],
    }  # fmt: skip
