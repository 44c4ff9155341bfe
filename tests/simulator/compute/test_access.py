"""What is attached to a set by its id: role assignments and diagnostic settings, as Azure's services treat them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from simulator.compute.bodies import COMPUTE
from simulator.compute.world import World
from simulator.worlds import LOCATION, SCOPE, VERSION

from arm_simulator.testing import SUBSCRIPTION

SET = f"{COMPUTE}/virtualMachineScaleSets/web"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
SOMEBODY = "11111111-0000-0000-0000-000000000001"
SOMEBODY_ELSE = "11111111-0000-0000-0000-000000000002"
NAME = "22222222-0000-0000-0000-000000000001"
OTHER_NAME = "22222222-0000-0000-0000-000000000002"
MONITORING = f"{SCOPE}/providers/Microsoft.OperationalInsights/workspaces"
STORE = f"{SCOPE}/providers/Microsoft.Storage/storageAccounts/metrics"


@pytest.fixture(params=["Flexible", "Uniform"], autouse=True)
def _set(world: World, request: pytest.FixtureRequest) -> None:
    world.make_set(request.param)


def grants(scope: str = SET) -> str:
    """The collection of role assignments at a scope."""
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments"


def settings(scope: str = SET) -> str:
    """The collection of diagnostic settings of a resource."""
    return f"{scope}/providers/Microsoft.Insights/diagnosticSettings"


def grant(role: str = READER, principal: str = SOMEBODY, **more: Any) -> dict[str, Any]:
    """The body of a role assignment."""
    return {"properties": {"roleDefinitionId": role, "principalId": principal, **more}}


def setting(**properties: Any) -> dict[str, Any]:
    """The body of a diagnostic setting that sends all metrics to a workspace."""
    sent = [{"category": "AllMetrics", "enabled": True}]
    return {"properties": {"workspaceId": f"{MONITORING}/log", "metrics": sent, **properties}}


def put(world: World, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    """PUT; the status, and the error or the resource."""
    answer = world.http.put(path, params=VERSION, json=body)
    shown = answer.json()
    return answer.status_code, shown.get("error", shown)


def lock(world: World, level: str, scope: str = SET) -> None:
    """A lock at a scope."""
    body: Any = {"level": level}
    world.locks.management_locks.create_or_update_by_scope(scope.lstrip("/"), "kept", body)


def unlock(world: World, scope: str = SET) -> None:
    """Remove it."""
    world.locks.management_locks.delete_by_scope(scope.lstrip("/"), "kept")


def test_an_assignment_shows_what_azure_shows(world: World) -> None:
    """The role's id is spelt out for the subscription, the scope is shown, and a GET shows the same."""
    status, made = put(world, f"{grants()}/{NAME}", grant(description="ops"))
    assert status == 201
    role = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}"
    assert made["properties"]["roleDefinitionId"] == role
    assert made["properties"]["scope"] == SET
    assert made["properties"]["principalType"] == "User"
    assert world.http.get(f"{grants()}/{NAME}", params=VERSION).json() == made


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("ops", grant(), "InvalidRoleAssignmentId"),
        (NAME, grant(role="Reader"), "InvalidRoleDefinitionId"),
        (NAME, grant(role=f"/subscriptions/x/roles/{READER}"), "InvalidRoleDefinitionId"),
        (NAME, grant(principal="me@example.com"), "InvalidPrincipalId"),
        (NAME, grant(principalType="Robot"), "BadRequest"),
        (NAME, grant(condition="@Resource"), "BadRequest"),
        (NAME, grant(condition="@Resource", conditionVersion="1.0"), "BadRequest"),
        (NAME, grant(role_name="Reader"), "InvalidRequestContent"),
        (NAME, {}, "InvalidRequestContent"),
    ],
)
def test_a_wrong_assignment_is_refused(world: World, name: str, body: dict[str, Any], code: str) -> None:
    """Each mistake is a 400 with its code, and nothing is stored."""
    status, error = put(world, f"{grants()}/{name}", body)
    assert (status, error["code"]) == (400, code)
    assert world.http.get(grants(), params=VERSION).json()["value"] == []


def test_scope_role_and_principal_are_there_once(world: World) -> None:
    """A second name for the same grant is a 409 that names the first one; another role or principal is none."""
    put(world, f"{grants()}/{NAME}", grant())
    status, error = put(world, f"{grants()}/{OTHER_NAME}", grant(role=READER.upper()))
    assert (status, error["code"]) == (409, "RoleAssignmentExists")
    assert uuid.UUID(NAME).hex in error["message"]
    assert put(world, f"{grants()}/{OTHER_NAME}", grant(role=OWNER))[0] == 201
    assert put(world, f"{grants(SCOPE)}/{uuid.uuid4()}", grant())[0] == 201


def test_what_makes_a_grant_never_changes(world: World) -> None:
    """Role, principal and scope of an assignment stay; its description and condition may change."""
    put(world, f"{grants()}/{NAME}", grant())
    for path, body in (
        (f"{grants()}/{NAME}", grant(role=OWNER)),
        (f"{grants()}/{NAME}", grant(principal=SOMEBODY_ELSE)),
        (f"{grants(SCOPE)}/{NAME}", grant()),
    ):
        status, error = put(world, path, body)
        assert (status, error["code"]) == (400, "RoleAssignmentUpdateNotPermitted")
    changed = grant(description="new", condition="@Resource[a] StringEquals 'b'", conditionVersion="2.0")
    status, shown = put(world, f"{grants()}/{NAME}", changed)
    assert (status, shown["properties"]["description"]) == (200, "new")


def test_a_list_has_what_holds_at_the_scope(world: World) -> None:
    """A resource's list has its own grants and those above; the group's also has those below, unless filtered."""
    put(world, f"{grants()}/{NAME}", grant())
    put(world, f"{grants(SCOPE)}/{OTHER_NAME}", grant(principal=SOMEBODY_ELSE))

    def names(scope: str, **query: str) -> list[str]:
        shown = world.http.get(grants(scope), params={**VERSION, **query}).json()
        return sorted(item["name"] for item in shown["value"])

    assert names(SET) == names(SCOPE) == [NAME, OTHER_NAME]
    assert names(SCOPE, **{"$filter": "atScope()"}) == [OTHER_NAME]
    assert names(SET, **{"$filter": f"principalId eq '{SOMEBODY}'"}) == [NAME]
    assert world.http.get(grants(), params={**VERSION, "$filter": "x eq 1"}).status_code == 400


@pytest.mark.parametrize("path", [f"{grants()}/{NAME}", f"{settings()}/all"])
def test_locks_keep_what_hangs_on_the_set(world: World, path: str) -> None:
    """CanNotDelete stops the delete, ReadOnly also the creation and every change; without a lock it goes."""
    body = grant() if "roleAssignments" in path else setting()
    lock(world, "ReadOnly")
    assert put(world, path, body)[1]["code"] == "ScopeLocked"
    unlock(world)
    assert put(world, path, body)[0] in {200, 201}
    lock(world, "CanNotDelete")
    assert put(world, path, body)[0] == 200
    assert world.http.delete(path, params=VERSION).json()["error"]["code"] == "ScopeLocked"
    unlock(world)
    assert world.http.delete(path, params=VERSION).status_code == 200
    assert world.http.delete(path, params=VERSION).status_code == 204


def test_both_go_with_the_set(world: World) -> None:
    """After the set's deletion neither is there, and a set of the same name starts without them."""
    put(world, f"{grants()}/{NAME}", grant())
    put(world, f"{settings()}/all", setting())
    world.compute.virtual_machine_scale_sets.begin_delete("rg", "web").result()
    assert put(world, f"{grants()}/{NAME}", grant())[1]["code"] == "ParentResourceNotFound"
    world.make_set("Uniform")
    for path in (grants(), settings()):
        assert world.http.get(path, params=VERSION).json()["value"] == []


def test_a_setting_is_stored_as_given(world: World) -> None:
    """What was put is what a GET and the list show, with an empty list of logs."""
    status, made = put(world, f"{settings()}/all", setting())
    assert status == 200
    assert made["properties"] == {**setting()["properties"], "logs": []}
    assert world.http.get(settings(), params=VERSION).json()["value"] == [made]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (setting(workspaceId=None), "At least one data sink needs to be specified"),
        (setting(metrics=[{"category": "Percentage CPU", "enabled": True}]), "'Percentage CPU' is not supported"),
        (setting(logs=[{"category": "AuditEvent", "enabled": True}]), "'AuditEvent' is not supported"),
        (setting(logs=[{"categoryGroup": "allLogs", "enabled": True}]), "'allLogs' is not supported"),
        (setting(logAnalyticsDestinationType="Shared"), "Dedicated or AzureDiagnostics"),
        (setting(workspace="x"), "Could not find member 'workspace'"),
        (setting(storageAccountId=STORE), "was not found"),
    ],
)
def test_a_wrong_setting_is_refused(world: World, body: dict[str, Any], words: str) -> None:
    """Each mistake is an error that says what is wrong, and nothing is stored."""
    status, error = put(world, f"{settings()}/all", body)
    assert status in {400, 404}
    assert words in error["message"]
    assert world.http.get(settings(), params=VERSION).json()["value"] == []


def test_a_category_goes_to_a_destination_once(world: World) -> None:
    """A second setting to the same workspace is a 409 that names the first; a storage account besides is none."""
    storage = {"location": LOCATION, "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    world.http.put(STORE, params=VERSION, json=storage).raise_for_status()
    put(world, f"{settings()}/all", setting())
    status, error = put(world, f"{settings()}/more", setting(workspaceId=f"{MONITORING}/LOG"))
    assert (status, error["code"]) == (409, "Conflict")
    assert "'all' for category 'AllMetrics'" in error["message"]
    assert put(world, f"{settings()}/more", setting(workspaceId=None, storageAccountId=STORE))[0] == 200
    off = [{"category": "AllMetrics", "enabled": False}]
    assert put(world, f"{settings()}/idle", setting(metrics=off))[0] == 200


def test_a_resource_has_five_settings(world: World) -> None:
    """The sixth setting is refused; a change of one of the five is not."""
    for number in range(5):
        assert put(world, f"{settings()}/s{number}", setting(workspaceId=f"{MONITORING}/{number}"))[0] == 200
    status, error = put(world, f"{settings()}/s5", setting(workspaceId=f"{MONITORING}/5"))
    assert (status, error["code"]) == (409, "Conflict")
    assert put(world, f"{settings()}/s4", setting(workspaceId=f"{MONITORING}/other"))[0] == 200


def test_other_resources_have_categories_of_their_own(world: World) -> None:
    """Which categories a key vault or a network has is not known here, so none is refused."""
    target = f"{SCOPE}/providers/Microsoft.Network/virtualNetworks/net"
    logs = [{"category": "VMProtectionAlerts", "enabled": True}]
    assert put(world, f"{settings(target)}/all", setting(logs=logs))[0] == 200
