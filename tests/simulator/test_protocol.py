"""How the simulator speaks ARM on the wire: authentication, versions, verbs, conditions, operations, lists, errors."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from simulator.worlds import LOCATION, NETWORK, SCOPE, VERSION

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator
from simulator import worlds

ADDRESS = f"{NETWORK}/publicIPAddresses/ip"
BODY: Any = {"location": LOCATION, "sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}}


@pytest.fixture(autouse=True)
def _group(http: httpx.Client) -> None:
    worlds.make_group(http)


def code(answer: httpx.Response) -> str:
    """The ARM error code of an answer."""
    return str(answer.json()["error"]["code"])


def test_a_wrong_or_missing_token_is_401(sim: RunningSimulator) -> None:
    """Without the bearer token every request is answered with 401, also at the control face."""
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eA=="}):
        for path in (ADDRESS, "/_simulator/requests"):
            answer = httpx.get(sim.endpoint + path, params=VERSION, headers=headers)
            assert (answer.status_code, code(answer)) == (401, "AuthenticationFailed")


def test_the_token_is_never_recorded(sim: RunningSimulator, http: httpx.Client) -> None:
    """The recording holds method, path, query, status and body, but no header and no password."""
    path = f"{SCOPE}/providers/Microsoft.Compute/virtualMachines/vm"
    http.put(
        path, params=VERSION, json={"properties": {"osProfile": {"adminPassword": "hunter2", "customData": "c2VjcmV0"}}}
    )
    text = str(http.get("/_simulator/requests").json())
    assert path in text
    assert "adminPassword" in text
    assert not any(secret in text for secret in (sim.token, "hunter2", "c2VjcmV0"))


def test_the_api_version_is_required(http: httpx.Client) -> None:
    """Every verb needs api-version."""
    for method in ("GET", "PUT", "PATCH", "POST", "DELETE"):
        answer = http.request(method, ADDRESS)
        assert (answer.status_code, code(answer)) == (400, "MissingApiVersionParameter")


def test_put_creates_then_updates(http: httpx.Client) -> None:
    """201 the first time, 200 after; the same body again keeps the ETag, another changes it."""
    first = http.put(ADDRESS, params=VERSION, json=BODY)
    second = http.put(ADDRESS, params=VERSION, json=BODY)
    third = http.put(ADDRESS, params=VERSION, json={**BODY, "tags": {"a": "b"}})
    assert [answer.status_code for answer in (first, second, third)] == [201, 200, 200]
    assert first.headers["ETag"] == second.headers["ETag"] != third.headers["ETag"]
    assert third.json()["etag"] == third.headers["ETag"]


def test_urls_have_no_case(http: httpx.Client) -> None:
    """Any spelling of a URL finds the resource; the first spelling is the one that is shown."""
    http.put(ADDRESS, params=VERSION, json=BODY)
    for path in (
        ADDRESS.lower(),
        ADDRESS.upper(),
        ADDRESS.replace("/providers/Microsoft.Network/", "//providers/microsoft.network//"),
    ):
        assert http.get(path, params=VERSION).json()["id"] == ADDRESS


def test_deletes_are_202_then_204(http: httpx.Client) -> None:
    """A delete is accepted once; what is absent gives 204."""
    http.put(ADDRESS, params=VERSION, json=BODY)
    assert http.delete(ADDRESS, params=VERSION).status_code == 202
    assert http.delete(ADDRESS, params=VERSION).status_code == 204


def test_not_found_says_what_is_missing(http: httpx.Client) -> None:
    """Resource, group, parent and type each have their own code."""
    get = http.get(ADDRESS, params=VERSION)
    assert (get.status_code, code(get)) == (404, "ResourceNotFound")
    elsewhere = http.put(ADDRESS.replace("/rg/", "/none/"), params=VERSION, json=BODY)
    assert (elsewhere.status_code, code(elsewhere)) == (404, "ResourceGroupNotFound")
    subnet = http.put(f"{NETWORK}/virtualNetworks/none/subnets/s", params=VERSION, json={"properties": {}})
    assert (subnet.status_code, code(subnet)) == (404, "ParentResourceNotFound")
    unknown = http.get(f"{SCOPE}/providers/Microsoft.Nothing/things/t", params=VERSION)
    assert (unknown.status_code, code(unknown)) == (400, "NoRegisteredProviderFound")


def test_unknown_members_and_wrong_types_are_400(http: httpx.Client) -> None:
    """A misspelt property, a wrong JSON type and a wrong enum value name the member; nothing is stored."""
    for properties, words in (
        ({"publicIPAlocationMethod": "Static"}, "Could not find member 'publicIPAlocationMethod'"),
        ({"idleTimeoutInMinutes": "soon"}, "to type 'integer'"),
        ({"publicIPAllocationMethod": "Sometimes"}, "Allowed values: Dynamic, Static"),
        (
            {"dnsSettings": {"label": "x"}},
            "Could not find member 'label' on object of type 'PublicIPAddressDnsSettings'",
        ),
    ):
        answer = http.put(ADDRESS, params=VERSION, json={**BODY, "properties": properties})
        assert answer.status_code == 400
        assert words in answer.json()["error"]["message"]
    assert http.get(ADDRESS, params=VERSION).status_code == 404


def test_a_body_that_is_no_json_object_is_400(http: httpx.Client) -> None:
    """Broken JSON, a list and nothing at all are InvalidRequestContent, not a crash."""
    for content in (b"{", b"[1]", b"", b'"x"'):
        answer = http.put(ADDRESS, params=VERSION, content=content)
        assert answer.status_code == 400
        assert code(answer) in {"InvalidRequestContent", "InvalidRequestFormat"}


def test_locations_are_required_and_fixed(http: httpx.Client) -> None:
    """No location is LocationRequired, another one later InvalidResourceLocation, another spelling the same place."""
    assert code(http.put(ADDRESS, params=VERSION, json={"properties": {}})) == "LocationRequired"
    http.put(ADDRESS, params=VERSION, json={**BODY, "location": "West Europe"})
    assert http.get(ADDRESS, params=VERSION).json()["location"] == LOCATION
    moved = http.put(ADDRESS, params=VERSION, json={**BODY, "location": "northeurope"})
    assert (moved.status_code, code(moved)) == (409, "InvalidResourceLocation")


def test_conditions_guard_writes(http: httpx.Client) -> None:
    """If-Match with an old ETag and If-None-Match * on something that exists give 412 and change nothing."""
    tag = http.put(ADDRESS, params=VERSION, json=BODY).headers["ETag"]
    newer = http.put(ADDRESS, params=VERSION, json={**BODY, "tags": {"v": "2"}}, headers={"If-Match": tag})
    assert newer.status_code == 200
    for headers in ({"If-Match": tag}, {"If-None-Match": "*"}):
        answer = http.put(ADDRESS, params=VERSION, json={**BODY, "tags": {"v": "3"}}, headers=headers)
        assert (answer.status_code, code(answer)) == (412, "PreconditionFailed")
    assert http.delete(ADDRESS, params=VERSION, headers={"If-Match": tag}).status_code == 412
    assert http.get(ADDRESS, params=VERSION).json()["tags"] == {"v": "2"}


def test_patch_merges_tags_only_on_network(http: httpx.Client) -> None:
    """A network PATCH takes tags; anything else is refused."""
    http.put(ADDRESS, params=VERSION, json=BODY)
    answer = http.patch(ADDRESS, params=VERSION, json={"tags": {"a": "1"}})
    assert answer.json()["tags"] == {"a": "1"}
    assert answer.json()["properties"]["publicIPAllocationMethod"] == "Static"
    assert http.patch(ADDRESS, params=VERSION, json={"properties": {}}).status_code == 400
    assert http.patch(ADDRESS + "x", params=VERSION, json={"tags": {}}).status_code == 404


def test_operations_are_in_progress_for_as_long_as_told(http: httpx.Client) -> None:
    """With lro_polls 2 the status URL says InProgress twice, the resource says Updating, then both say Succeeded."""
    http.post("/_simulator/settings", json={"lro_polls": 2})
    answer = http.put(ADDRESS, params=VERSION, json=BODY)
    assert answer.json()["properties"]["provisioningState"] == "Creating"
    url = answer.headers["Azure-AsyncOperation"]
    states = [http.get(url).json()["status"] for _ in range(2)]
    assert http.get(ADDRESS, params=VERSION).json()["properties"]["provisioningState"] == "Succeeded"
    states.append(http.get(url).json()["status"])
    assert states == ["InProgress", "InProgress", "Succeeded"]
    deleted = http.delete(ADDRESS, params=VERSION)
    assert [http.get(deleted.headers["Location"]).status_code for _ in range(3)] == [202, 202, 204]


def test_a_failed_operation_tells_its_error(sim: RunningSimulator, http: httpx.Client) -> None:
    """A fault in the operation's phase is accepted first and surfaces when the client polls."""
    client = worlds.network_client(sim)
    sim.inject(method="PUT", path_regex="publicIPAddresses", phase="operation", code="InternalError", message="no room")
    poller = client.public_ip_addresses.begin_create_or_update("rg", "ip", BODY)
    with pytest.raises(HttpResponseError, match="no room"):
        poller.result()
    assert http.get(ADDRESS, params=VERSION).json()["properties"]["provisioningState"] == "Failed"
    worlds.make_address(client)
    assert http.get(ADDRESS, params=VERSION).json()["properties"]["provisioningState"] == "Succeeded"


def test_unknown_operations_are_404(http: httpx.Client) -> None:
    """A status URL that was never given is not Succeeded."""
    path = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/locations/global/operations/none"
    assert http.get(path, params=VERSION).status_code == 404


def test_lists_page_by_next_link(sim: RunningSimulator, http: httpx.Client) -> None:
    """Small pages: the SDK's iterator follows nextLink and sees each item once, at group and subscription scope."""
    http.post("/_simulator/settings", json={"page_size": 3})
    client = worlds.network_client(sim)
    for index in range(8):
        worlds.make_address(client, f"ip{index}")
    names = [f"ip{index}" for index in range(8)]
    assert [address.name for address in client.public_ip_addresses.list("rg")] == names
    assert [address.name for address in client.public_ip_addresses.list_all()] == names
    resources = http.get(f"{SCOPE}/resources", params=VERSION).json()
    assert len(resources["value"]) == 3
    assert "nextLink" in resources
    bad = http.get(f"{NETWORK}/publicIPAddresses", params={**VERSION, "$skiptoken": "x"})
    assert bad.status_code == 400


def test_faults_strike_as_often_as_told(sim: RunningSimulator, http: httpx.Client) -> None:
    """429 with Retry-After twice, then it passes; the SDK client retries by itself."""
    http.put(ADDRESS, params=VERSION, json=BODY)
    sim.inject(method="GET", path_regex="publicIPAddresses/ip$", status=429, retry_after=0, times=2)
    sim.clear_requests()
    assert worlds.network_client(sim).public_ip_addresses.get("rg", "ip").name == "ip"
    assert [request["status"] for request in sim.requests()] == [429, 429, 200]
    wrong = http.post("/_simulator/faults", json={"path_regex": "("})
    assert wrong.status_code == 400
    assert http.post("/_simulator/faults", json={"pathregex": "x"}).status_code == 400


def test_latency_delays_arm_answers_side_by_side(http: httpx.Client, sim: RunningSimulator) -> None:
    """Latency is added to ARM answers and does not stop others from being answered."""
    http.post("/_simulator/latency", json={"milliseconds": 150})
    start = time.monotonic()
    assert http.get(SCOPE, params=VERSION).status_code == 200
    assert time.monotonic() - start >= 0.15
    assert http.post("/_simulator/latency", json={"milliseconds": -1}).status_code == 400
    assert sim.control.latency_ms == 150


def test_reset_forgets_everything(http: httpx.Client) -> None:
    """After a reset the group is gone."""
    assert http.post("/_simulator/reset").status_code == 204
    assert code(http.get(SCOPE, params=VERSION)) == "ResourceGroupNotFound"


def test_groups_go_with_everything_inside(sim: RunningSimulator, http: httpx.Client) -> None:
    """HEAD says whether a group exists; DELETE takes its resources along, in spite of references among them."""
    client = worlds.network_client(sim)
    worlds.make_network(client)
    worlds.make_balancer(client)
    worlds.make_interface(client, pool=True)
    assert http.head(SCOPE, params=VERSION).status_code == 204
    assert http.delete(SCOPE, params=VERSION).status_code == 202
    assert http.head(SCOPE, params=VERSION).status_code == 404
    worlds.make_group(http)
    assert http.get(f"{SCOPE}/resources", params=VERSION).json()["value"] == []
    with pytest.raises(ResourceNotFoundError):
        client.network_interfaces.get("rg", "nic")
    assert http.delete(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/none", params=VERSION).status_code == 404


def test_correlation_headers(http: httpx.Client) -> None:
    """Each answer has request ids; the client's own come back."""
    answer = http.get(
        SCOPE, params=VERSION, headers={"x-ms-client-request-id": "c1", "x-ms-correlation-request-id": "k1"}
    )
    assert (answer.headers["x-ms-client-request-id"], answer.headers["x-ms-correlation-request-id"]) == ("c1", "k1")
    assert answer.headers["x-ms-request-id"]


def test_metadata_and_providers(http: httpx.Client, sim: RunningSimulator) -> None:
    """What clients ask first: the cloud's endpoints (without a token), the subscription and a provider's types."""
    metadata: Any = httpx.get(f"{sim.endpoint}/metadata/endpoints").json()
    assert metadata["authentication"]["audiences"] == [sim.endpoint]
    assert http.get(f"/subscriptions/{SUBSCRIPTION}", params=VERSION).json()["state"] == "Enabled"
    listed = http.get("/subscriptions", params=VERSION).json()["value"]
    assert [item["subscriptionId"] for item in listed] == [SUBSCRIPTION]
    provider = http.get(f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network", params=VERSION).json()
    assert "loadBalancers" in [item["resourceType"] for item in provider["resourceTypes"]]


def test_inner_elements_can_be_read(sim: RunningSimulator, http: httpx.Client) -> None:
    """A probe and a front end have their own URLs; an unknown one is 404."""
    worlds.make_balancer(worlds.network_client(sim))
    assert http.get(f"{worlds.BALANCER}/probes/tcp", params=VERSION).json()["properties"]["port"] == 80
    assert http.get(f"{worlds.BALANCER}/probes/none", params=VERSION).status_code == 404
