"""Role-based access control of the simulator, as Microsoft's pages describe it: scopes, wildcards, links, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from arm_simulator.access.links import LINKS
from arm_simulator.access.needs import need
from arm_simulator.core.messages import Call
from arm_simulator.providers.authorization.operations import LISTED, UNLISTED, known
from arm_simulator.testing import SUBSCRIPTION, RunningSimulator

SCOPE = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{SCOPE}/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
DEFINITIONS = f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions"
ROLE = "10000000-0000-0000-0000-000000000001"
READER = f"{DEFINITIONS}/acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = f"{DEFINITIONS}/b24988ac-6180-42a0-ab88-20f7382dd24c"
API = {"api-version": "2024-03-01"}
GATEWAY = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {}}

Ask = Callable[..., httpx.Response]


@pytest.fixture
def put(http: httpx.Client) -> Ask:
    """A PUT by the owner that has to succeed."""

    def ask(path: str, body: Any) -> httpx.Response:
        answer = http.put(path, params=API, json=body)
        assert answer.is_success, answer.text
        return answer

    ask(GROUP, {"location": "westeurope"})
    return ask


class Somebody:
    """An identity that starts without any right."""

    def __init__(self, sim: RunningSimulator, put: Ask) -> None:
        self.identity = sim.identity("ann")
        self.http = httpx.Client(
            base_url=sim.endpoint, headers={"Authorization": f"Bearer {self.identity.token}"}, params=API
        )
        self._put = put
        self._grants = 0

    def role(self, *actions: str, but: tuple[str, ...] = (), at: str = GROUP) -> None:
        """Get a custom role with these actions at a scope."""
        guid = f"{ROLE[:-1]}{self._grants}"
        self._put(f"{DEFINITIONS}/{guid}", definition(f"role {self._grants}", *actions, but=but))
        self.grant(f"{DEFINITIONS}/{guid}", at)

    def grant(self, role: str, at: str) -> None:
        """Get a role at a scope."""
        self._grants += 1
        name = f"20000000-0000-0000-0000-{self._grants:012}"
        given = {"roleDefinitionId": role, "principalId": self.identity.object_id, "principalType": "User"}
        self._put(f"{at}/providers/Microsoft.Authorization/roleAssignments/{name}", {"properties": given})


@pytest.fixture
def ann(sim: RunningSimulator, put: Ask) -> Iterator[Somebody]:
    """Somebody without any right."""
    somebody = Somebody(sim, put)
    yield somebody
    somebody.http.close()


def definition(name: str, *actions: str, but: tuple[str, ...] = (), scopes: tuple[str, ...] = (SCOPE,)) -> Any:
    """The body of a role definition."""
    permission = {"actions": list(actions), "notActions": list(but), "dataActions": [], "notDataActions": []}
    return {
        "properties": {
            "roleName": name,
            "type": "CustomRole",
            "permissions": [permission],
            "assignableScopes": list(scopes),
        }
    }


@pytest.mark.parametrize(
    ("request_line", "operation", "scope"),
    [
        (f"GET {SCOPE}", "Microsoft.Resources/subscriptions/read", SCOPE),
        (f"GET {SCOPE}/resourceGroups", "Microsoft.Resources/subscriptions/resourceGroups/read", SCOPE),
        (f"DELETE {GROUP}", "Microsoft.Resources/subscriptions/resourceGroups/delete", GROUP),
        (f"GET {GROUP}/resources", "Microsoft.Resources/subscriptions/resourceGroups/resources/read", GROUP),
        (f"HEAD {GROUP}", "Microsoft.Resources/subscriptions/resourceGroups/read", GROUP),
        (f"GET {COMPUTE}/virtualMachines", "Microsoft.Compute/virtualMachines/read", COMPUTE),
        (f"PUT {COMPUTE}/virtualMachines/a", "Microsoft.Compute/virtualMachines/write", f"{COMPUTE}/virtualMachines/a"),
        (
            f"GET {SCOPE}/providers/Microsoft.Features/providers/Microsoft.Compute/features/MigrateToVmssFlex",
            "Microsoft.Features/providers/features/read",
            f"{SCOPE}/providers/Microsoft.Features/providers/Microsoft.Compute/features/MigrateToVmssFlex",
        ),
        (
            f"POST {SCOPE}/providers/Microsoft.Features/providers/Microsoft.Compute/features/New/register",
            "Microsoft.Features/providers/features/register/action",
            f"{SCOPE}/providers/Microsoft.Features/providers/Microsoft.Compute/features/New",
        ),
        (
            f"POST {COMPUTE}/virtualMachines/a/migratetovirtualmachinescaleset",
            "Microsoft.Compute/virtualMachines/migrateToVirtualMachineScaleSet/action",
            f"{COMPUTE}/virtualMachines/a",
        ),
        (
            f"PATCH {COMPUTE}/virtualmachinescalesets/s",
            "Microsoft.Compute/virtualMachineScaleSets/write",
            f"{COMPUTE}/virtualmachinescalesets/s",
        ),
        (
            f"POST {COMPUTE}/virtualMachineScaleSets/s/poweroff",
            "Microsoft.Compute/virtualMachineScaleSets/powerOff/action",
            f"{COMPUTE}/virtualMachineScaleSets/s",
        ),
        (
            f"POST {COMPUTE}/virtualMachineScaleSets/s/delete",
            "Microsoft.Compute/virtualMachineScaleSets/delete/action",
            f"{COMPUTE}/virtualMachineScaleSets/s",
        ),
        (
            f"POST {COMPUTE}/virtualMachineScaleSets/s/rollingUpgrades/cancel",
            "Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades/action",
            f"{COMPUTE}/virtualMachineScaleSets/s/rollingUpgrades/cancel",
        ),
        (
            f"GET {COMPUTE}/virtualMachineScaleSets/s/rollingUpgrades/latest",
            "Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades/read",
            f"{COMPUTE}/virtualMachineScaleSets/s/rollingUpgrades/latest",
        ),
        (
            f"GET {COMPUTE}/virtualMachineScaleSets/s/virtualMachines/0/instanceView",
            "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/instanceView/read",
            f"{COMPUTE}/virtualMachineScaleSets/s/virtualMachines/0",
        ),
        (
            f"PUT {COMPUTE}/virtualMachines/a/providers/Microsoft.Authorization/locks/l",
            "Microsoft.Authorization/locks/write",
            f"{COMPUTE}/virtualMachines/a/providers/Microsoft.Authorization/locks/l",
        ),
        (f"GET {SCOPE}/providers/Microsoft.Compute/skus", "Microsoft.Compute/skus/read", None),
        (
            f"POST {SCOPE}/providers/Microsoft.ComputeSchedule/locations/west/virtualMachinesExecuteStart",
            "Microsoft.ComputeSchedule/locations/virtualMachinesExecuteStart/action",
            f"{SCOPE}/providers/Microsoft.ComputeSchedule/locations/west",
        ),
    ],
)
def test_each_request_needs_its_operation(request_line: str, operation: str, scope: str | None) -> None:
    """The operation and the scope of a request, by Azure Resource Manager's rule, in Azure's spelling."""
    method, path = request_line.split(" ")
    found = need(Call(method, path, {}, {}, None, ""))
    assert found is not None
    assert found.operation == operation
    assert scope is None or found.scope == scope


@pytest.mark.parametrize(
    "path",
    ["/metadata/endpoints", "/subscriptions", f"{SCOPE}/providers/Microsoft.Compute/locations/west/operations/1"],
)
def test_nothing_is_needed_for_a_status(path: str) -> None:
    """The client that started an operation can poll its status, with rights at a resource group alone."""
    assert need(Call("GET", path, {}, {}, None, "")) is None


def test_without_a_role_everything_is_refused(ann: Somebody, put: Ask) -> None:
    """The refusal is Azure's: 403, the identity, the action and the scope; nothing is changed or shown."""
    put(f"{NETWORK}/natGateways/gateway", GATEWAY)
    answer = ann.http.get(f"{NETWORK}/natGateways/gateway")
    assert answer.status_code == 403
    assert answer.json()["error"] == {
        "code": "AuthorizationFailed",
        "message": f"The client 'ann' with object id '{ann.identity.object_id}' does not have authorization to perform "
        f"action 'Microsoft.Network/natGateways/read' over scope '{NETWORK}/natGateways/gateway' or the scope is "
        "invalid. If access was recently granted, please refresh your credentials.",
    }
    assert ann.http.get(f"{NETWORK}/natGateways/none").status_code == 403  # not whether it exists


@pytest.mark.parametrize("at", [SCOPE, GROUP, f"{NETWORK}/natGateways/gateway"])
def test_a_role_holds_at_its_scope_and_below(ann: Somebody, put: Ask, at: str) -> None:
    """Subscription, resource group, resource: a role counts for what is below, and for nothing beside."""
    put(f"{NETWORK}/natGateways/gateway", GATEWAY)
    put(f"{SCOPE}/resourceGroups/rg2", {"location": "westeurope"})
    ann.role("Microsoft.Network/natGateways/read", at=at)
    assert ann.http.get(f"{NETWORK}/natGateways/gateway").status_code == 200
    assert ann.http.get(f"{NETWORK}/natGateways").status_code == (403 if "gateway" in at else 200)
    beside = f"{SCOPE}/resourceGroups/rg2/providers/Microsoft.Network/natGateways"
    assert ann.http.get(beside).status_code == (200 if at == SCOPE else 403)


def test_wildcards_and_what_is_taken_out(ann: Somebody) -> None:
    """``*`` matches anything; notActions apply to their role only; case does not matter."""
    ann.role("microsoft.network/NATGATEWAYS/*", but=("Microsoft.Network/natGateways/delete",))
    path = f"{NETWORK}/natGateways/gateway"
    assert ann.http.put(path, json=GATEWAY).status_code == 201
    assert ann.http.delete(path).status_code == 403
    ann.role("*/delete")
    assert ann.http.delete(path).status_code in {200, 202, 204}


def test_the_permissions_at_a_scope(ann: Somebody, http: httpx.Client, put: Ask) -> None:
    """Permissions - List For Resource: what the caller's roles at the scope and above grant; asking is a right too."""
    path = put(f"{NETWORK}/natGateways/gateway", GATEWAY).json()["id"]
    asked = f"{path}/providers/Microsoft.Authorization/permissions"
    everything = {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}
    assert http.get(asked, params=API).json() == {"value": [everything]}
    assert ann.http.get(asked).status_code == 403
    ann.role("*/read", at=SCOPE)
    ann.role("Microsoft.Network/natGateways/*", but=("Microsoft.Network/natGateways/delete",), at=path)
    put(f"{NETWORK}/natGateways/other", GATEWAY)
    ann.role("Microsoft.Compute/*", at=f"{NETWORK}/natGateways/other")
    found = [(each["actions"], each["notActions"]) for each in ann.http.get(asked).json()["value"]]
    assert found == [
        (["*/read"], []), (["Microsoft.Network/natGateways/*"], ["Microsoft.Network/natGateways/delete"]),
    ]  # fmt: skip


def test_built_in_roles(ann: Somebody, put: Ask) -> None:
    """The Reader reads; the Contributor writes everything but access."""
    put(f"{NETWORK}/natGateways/gateway", GATEWAY)
    ann.grant(READER, GROUP)
    assert ann.http.get(f"{NETWORK}/natGateways/gateway").status_code == 200
    assert ann.http.delete(f"{NETWORK}/natGateways/gateway").status_code == 403
    ann.grant(CONTRIBUTOR, GROUP)
    assert ann.http.delete(f"{NETWORK}/natGateways/gateway").status_code in {200, 202}
    lock = f"{GROUP}/providers/Microsoft.Authorization/locks/l"
    assert ann.http.put(lock, json={"properties": {"level": "CanNotDelete"}}).status_code == 403


def test_a_reference_needs_a_right_on_its_target(ann: Somebody, put: Ask) -> None:
    """Joining a subnet of another group is refused with all that is missing there, and allowed with a role there."""
    put(f"{SCOPE}/resourceGroups/shared", {"location": "westeurope"})
    net = f"{SCOPE}/resourceGroups/shared/providers/Microsoft.Network/virtualNetworks/net"
    subnet = {"name": "vms", "properties": {"addressPrefix": "10.0.0.0/24"}}
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
    put(net, {"location": "westeurope", "properties": space})
    ann.role("Microsoft.Network/networkInterfaces/*")
    inner = {"name": "ip", "properties": {"subnet": {"id": f"{net}/subnets/vms"}}}
    body = {"location": "westeurope", "properties": {"ipConfigurations": [inner]}}
    path = f"{NETWORK}/networkInterfaces/nic"
    refused = ann.http.put(path, json=body)
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "LinkedAuthorizationFailed"
    assert refused.json()["error"]["message"] == (
        f"The client 'ann' with object id '{ann.identity.object_id}' has permission to perform action "
        f"'Microsoft.Network/networkInterfaces/write' on scope '{path}'; however, it does not have permission to "
        "perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) "
        f"'{net}/subnets/vms' (respectively) or the linked scope(s) are invalid."
    )
    ann.role("Microsoft.Network/virtualNetworks/subnets/join/action", at=net)
    assert ann.http.put(path, json=body).status_code == 201


def test_what_a_resource_refers_to_inside_itself_needs_nothing(ann: Somebody, put: Ask) -> None:
    """A load balancer's rules name its own front end and pool; only its public address is another resource."""
    ann.role("Microsoft.Network/loadBalancers/write", "Microsoft.Network/loadBalancers/read")
    address = {**GATEWAY, "properties": {"publicIPAllocationMethod": "Static"}}
    put(f"{NETWORK}/publicIPAddresses/address", address)
    balancer = f"{NETWORK}/loadBalancers/lb"
    front, pool = {"id": f"{balancer}/frontendIPConfigurations/front"}, {"id": f"{balancer}/backendAddressPools/pool"}
    ports = {"protocol": "Tcp", "frontendPort": 80, "backendPort": 80}
    rule = {"name": "http", "properties": {"frontendIPConfiguration": front, "backendAddressPool": pool, **ports}}
    public = {"publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/address"}}
    properties = {
        "frontendIPConfigurations": [{"name": "front", "properties": public}],
        "backendAddressPools": [{"name": "pool"}],
        "loadBalancingRules": [rule],
    }
    refused = ann.http.put(balancer, json={**GATEWAY, "properties": properties})
    assert "'Microsoft.Network/publicIPAddresses/join/action' on the linked scope(s)" in refused.text
    assert "frontendIPConfigurations" not in refused.text
    ann.role("Microsoft.Network/publicIPAddresses/join/action")
    assert ann.http.put(balancer, json={**GATEWAY, "properties": properties}).status_code == 201


def test_resource_graph_leaves_out_what_may_not_be_read(ann: Somebody, put: Ask) -> None:
    """The query needs its own operation, at any scope; what cannot be read is missing without an error."""
    put(f"{NETWORK}/natGateways/gateway", GATEWAY)
    put(f"{NETWORK}/publicIPAddresses/address", {**GATEWAY, "properties": {"publicIPAllocationMethod": "Static"}})
    query = {"query": "resources | project name | order by name asc", "subscriptions": [SUBSCRIPTION]}
    path = "/providers/Microsoft.ResourceGraph/resources"
    refused = ann.http.post(path, json=query)
    assert refused.status_code == 403
    assert "Microsoft.ResourceGraph/resources/read" in refused.text
    ann.role("Microsoft.ResourceGraph/resources/read", at=f"{NETWORK}/natGateways/gateway")
    assert ann.http.post(path, json=query).json()["data"] == []
    ann.role("Microsoft.Network/natGateways/read")
    assert ann.http.post(path, json=query).json()["data"] == [{"name": "gateway"}]


def test_the_owner_sees_everything_after_somebody_who_does_not(ann: Somebody, put: Ask, http: httpx.Client) -> None:
    """Two users with different permissions see different rows in Resource Graph."""
    put(f"{NETWORK}/natGateways/gateway", GATEWAY)
    ann.role("Microsoft.ResourceGraph/resources/read")
    query = {"query": "resources | project name", "subscriptions": [SUBSCRIPTION]}
    path = "/providers/Microsoft.ResourceGraph/resources"
    assert ann.http.post(path, json=query).json()["data"] == []
    assert http.post(path, params=API, json=query).json()["data"] == [{"name": "gateway"}]


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (definition("x", "Microsoft.Compute/virtualMachines/restrat/action"), "InvalidActionOrNotAction", 400),
        (definition("x", "Microsoft.Compute/nothing/*"), "InvalidActionOrNotAction", 400),
        (definition("x", "*", but=("Microsoft.Network/natGateways/eat",)), "InvalidActionOrNotAction", 400),
        (definition("x", "*", scopes=()), "MissingAssignableScopes", 400),
        (definition("x", "*", scopes=("/subscriptions/mine",)), "BadRequest", 400),
        (definition("", "*"), "RoleDefinitionNameNotSpecified", 400),
        (definition("TAKEN", "*"), "RoleDefinitionWithSameNameExists", 409),
        ({"properties": {**definition("x")["properties"], "actions": ["*"]}}, "InvalidRequestContent", 400),
    ],
)
def test_a_role_definition_is_checked(http: httpx.Client, put: Ask, body: Any, code: str, status: int) -> None:
    """Unknown operations and members, missing scopes and names that are taken are refused with Azure's codes."""
    put(f"{DEFINITIONS}/{ROLE[:-1]}9", definition("taken", "*/read"))
    answer = http.put(f"{DEFINITIONS}/{ROLE}", params=API, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text


def test_a_role_lives_as_long_as_it_is_assigned(ann: Somebody, http: httpx.Client) -> None:
    """A role in use cannot be deleted; it is changed for all who have it; it is assigned at its own scopes only."""
    ann.role("Microsoft.Network/natGateways/read")
    assert ann.http.get(f"{NETWORK}/natGateways").status_code == 200
    path = f"{DEFINITIONS}/{ROLE[:-1]}0"
    refused = http.delete(path, params=API)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "RoleDefinitionHasAssignments")
    narrow = definition("role 0", "Microsoft.Network/publicIPAddresses/read", scopes=(GROUP,))
    assert http.put(path, params=API, json=narrow).status_code == 200
    assert ann.http.get(f"{NETWORK}/natGateways").status_code == 403
    given = {"roleDefinitionId": path, "principalId": ann.identity.object_id, "principalType": "User"}
    elsewhere = f"{SCOPE}/providers/Microsoft.Authorization/roleAssignments/{ROLE}"
    answer = http.put(elsewhere, params=API, json={"properties": given})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "RoleDefinitionDoesNotExist")
    assigned = f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/20000000-0000-0000-0000-000000000001"
    assert http.delete(assigned, params=API).status_code == 200
    assert http.delete(path, params=API).status_code == 200


def test_the_control_face_makes_identities(http: httpx.Client, ann: Somebody) -> None:
    """Identities are made and listed with the simulator's own token alone, and forgotten with a reset."""
    made = http.post("/_simulator/identities", json={"name": "bob", "objectId": ROLE, "token": "secret"})
    assert (made.status_code, made.json()) == (201, {"name": "bob", "objectId": ROLE, "token": "secret"})
    assert [each["name"] for each in http.get("/_simulator/identities").json()["value"]] == ["ann", "bob"]
    assert ann.http.get("/_simulator/identities").status_code == 403
    for wrong in ({}, {"name": "x", "objectId": "me"}, {"name": "x", "roles": []}):
        assert http.post("/_simulator/identities", json=wrong).status_code == 400
    http.post("/_simulator/reset")
    assert ann.http.get(GROUP).status_code == 401


def test_every_operation_of_a_link_is_a_known_one() -> None:
    """What is asked of a role can be granted: each linked operation is in the list of operations."""
    needed = {f"{link.target}/{operation}" for link in LINKS for operation in link.operations}
    assert {each for each in needed if each.lower() not in known()} == set()
    assert not any(set(LISTED.get(kind, "").split()) & set(words.split()) for kind, words in UNLISTED.items())
