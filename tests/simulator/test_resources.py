"""Microsoft.Resources: filters of listings, tags, providers, regions, the tenant, and the metadata endpoint."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.mgmt.network import NetworkManagementClient
from simulator.worlds import NETWORK, SCOPE, VERSION

from arm_simulator.core.errors import ArmError
from arm_simulator.providers.resources import filters
from arm_simulator.testing import SUBSCRIPTION, RunningSimulator
from simulator import worlds

ROW = {"name": "web-1", "resourcetype": "Microsoft.Compute/virtualMachines", "location": "westeurope"}
TAGS = {"env": "test", "team": "it's"}
TAGS_OF = "/providers/Microsoft.Resources/tags/default"


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("name eq 'WEB-1'", True),
        ("name ne 'web-1'", False),
        ("resourceType eq 'Microsoft.Compute/virtualMachines' and location eq 'westeurope'", True),
        ("resourceType eq 'Microsoft.Compute/disks' or location eq 'westeurope'", True),
        ("(name eq 'a' or name eq 'web-1') and location eq 'eastus'", False),
        ("substringof('eb-', name)", True),
        ("startswith(name, 'eb')", False),
        ("tagName eq 'env'", True),
        ("tagName eq 'env' and tagValue eq 'test'", True),
        ("tagName eq 'env' and tagValue eq 'it''s'", False),
        ("tagName eq 'team' and tagValue eq 'it''s'", True),
    ],
)
def test_a_filter(text: str, fits: bool) -> None:
    """Comparisons without case, and, or, brackets, functions; name and value of a tag are of one tag."""
    assert filters.fits(filters.matcher(text), ROW, TAGS) is fits


@pytest.mark.parametrize(
    "text", ["name", "name eq web", "size eq '1'", "name gt 'a'", "(name eq 'a'", "name eq 'a' b", "#"]
)
def test_a_wrong_filter(text: str) -> None:
    """What is no filter is refused, and the answer says what one is."""
    with pytest.raises(ArmError, match="InvalidFilterInQueryString") as caught:
        filters.matcher(text)
    assert text in caught.value.message


def listed(http: httpx.Client, path: str, **query: str) -> list[Any]:
    """What a list shows."""
    answer = http.get(path, params={**VERSION, **{f"${name}": value for name, value in query.items()}})
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["value"]
    return found


def test_resources_are_filtered_and_expanded(client: NetworkManagementClient, http: httpx.Client) -> None:
    """`$filter` selects, over pages too, `$top` limits, `$expand` adds times and the state."""
    for name in ("a", "b", "c"):
        worlds.make_address(client, name)
    sub = f"/subscriptions/{SUBSCRIPTION}/resources"
    only = "resourceType eq 'Microsoft.Network/publicIPAddresses'"
    assert [each["name"] for each in listed(http, sub, filter=only)] == ["a", "b", "c"]
    assert [each["name"] for each in listed(http, f"{SCOPE}/resources", filter=only, top="2")] == ["a", "b"]
    assert len(listed(http, sub)) == 4
    shown = listed(http, sub, filter="name eq 'a'", expand="createdTime,changedTime,provisioningState")[0]
    assert shown["provisioningState"] == "Succeeded"
    assert shown["createdTime"] <= shown["changedTime"]
    assert "createdTime" not in listed(http, sub, filter="name eq 'a'")[0]
    for query in ({"$filter": "x"}, {"$top": "0"}):
        assert http.get(sub, params={**VERSION, **query}).status_code == 400


def test_pages_of_a_filtered_list(sim: RunningSimulator, client: NetworkManagementClient, http: httpx.Client) -> None:
    """Every resource that fits comes once, whatever the size of pages."""
    for name in ("a", "b", "c"):
        worlds.make_address(client, name)
    sim.configure(page_size=2)
    url, names = f"{SCOPE}/resources?api-version=2024-03-01&$filter=substringof('', name)&$expand=createdTime", []
    while url:
        page = http.get(url).json()
        names += [each["name"] for each in page["value"]]
        assert all("createdTime" in each for each in page["value"])
        url = page.get("nextLink", "")
    assert sorted(names) == ["a", "b", "c", "net"]


@pytest.mark.usefixtures("client")
def test_tags_of_a_resource(http: httpx.Client) -> None:
    """PUT replaces, PATCH merges, replaces or deletes, DELETE removes all; a group's tags are others."""
    url = f"{NETWORK}/virtualNetworks/net"
    steps = (
        ("PUT", None, {"a": "1", "b": "2"}, {"a": "1", "b": "2"}),
        ("PATCH", "Merge", {"B": "3", "c": "4"}, {"a": "1", "B": "3", "c": "4"}),
        ("PATCH", "Delete", {"A": "1"}, {"B": "3", "c": "4"}),
        ("PATCH", "Replace", {"d": "5"}, {"d": "5"}),
    )
    for method, operation, sent, expected in steps:
        body = {"properties": {"tags": sent}, **({"operation": operation} if operation else {})}
        answer = http.request(method, url + TAGS_OF, params=VERSION, json=body)
        assert (answer.status_code, answer.json()["properties"]["tags"]) == (200, expected)
        assert http.get(url, params=VERSION).json()["tags"] == expected
    names = listed(http, f"/subscriptions/{SUBSCRIPTION}/tagNames")
    assert [(each["tagName"], each["count"]["value"]) for each in names] == [("d", 1)]
    assert http.delete(url + TAGS_OF, params=VERSION).status_code == 200
    assert http.get(url + TAGS_OF, params=VERSION).json()["properties"]["tags"] == {}
    assert not http.get(SCOPE, params=VERSION).json().get("tags")


@pytest.mark.usefixtures("client")
def test_tags_that_are_refused(http: httpx.Client) -> None:
    """What is not there has no tags; texts only, fifty at most, known operations; a lock stops them."""
    assert http.get(f"{NETWORK}/virtualNetworks/none{TAGS_OF}", params=VERSION).status_code == 404
    url = f"{NETWORK}/virtualNetworks/net{TAGS_OF}"
    many = {str(number): "" for number in range(51)}
    for method, body in (
        ("PUT", {"properties": {"tags": {"a": 1}}}),
        ("PUT", {"properties": {}}),
        ("PUT", {"properties": {"tags": many}}),
        ("PATCH", {"operation": "Add", "properties": {"tags": {}}}),
    ):
        assert http.request(method, url, params=VERSION, json=body).status_code == 400
    lock = {"properties": {"level": "ReadOnly"}}
    http.put(f"{SCOPE}/providers/Microsoft.Authorization/locks/l", params=VERSION, json=lock)
    refused = http.put(url, params=VERSION, json={"properties": {"tags": {}}})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ScopeLocked")


def test_tags_of_a_subscription(http: httpx.Client) -> None:
    """A subscription has its own tags."""
    url = f"/subscriptions/{SUBSCRIPTION}{TAGS_OF}"
    assert http.get(url, params=VERSION).json()["properties"]["tags"] == {}
    http.put(url, params=VERSION, json={"properties": {"tags": {"a": "1"}}})
    assert http.get(url, params=VERSION).json()["properties"]["tags"] == {"a": "1"}


def test_providers_and_regions(http: httpx.Client) -> None:
    """Providers have types with api-versions, newest first; regions have names and zones; all are registered."""
    base = f"/subscriptions/{SUBSCRIPTION}"
    names = [each["namespace"] for each in listed(http, f"{base}/providers")]
    assert {"Microsoft.Compute", "Microsoft.Network", "Microsoft.Authorization", "Microsoft.Resources"} <= set(names)
    assert [each["namespace"] for each in listed(http, "/providers")] == names
    one = http.get(f"{base}/providers/microsoft.compute", params=VERSION).json()
    types = {each["resourceType"]: each for each in one["resourceTypes"]}
    assert types["virtualMachineScaleSets"]["apiVersions"][0] == "2026-04-01"
    assert "West Europe" in types["virtualMachineScaleSets"]["locations"]
    assert all(each["apiVersions"] for each in types.values())
    assert http.post(f"{base}/providers/Microsoft.Compute/register", params=VERSION).json() == one
    regions = {each["name"]: each for each in listed(http, f"{base}/locations")}
    assert regions["westeurope"]["displayName"] == "West Europe"
    assert len(regions["westeurope"]["availabilityZoneMappings"]) == 3
    assert "availabilityZoneMappings" not in regions["westus"]
    pairs = [pair["name"] for each in regions.values() for pair in each["metadata"]["pairedRegion"]]
    assert set(pairs) <= set(regions)


def test_the_tenant(http: httpx.Client) -> None:
    """The tenant is listed, with the id that subscriptions have; the cloud has the suffixes that az asks for."""
    subscription = http.get(f"/subscriptions/{SUBSCRIPTION}", params=VERSION).json()
    assert [each["tenantId"] for each in listed(http, "/tenants")] == [subscription["tenantId"]]
    cloud = http.get("/metadata/endpoints", params={"api-version": "2022-09-01"}).json()
    wanted = {"storage", "keyVaultDns", "acrLoginServer", "postgresqlServerEndpoint", "azureDataLakeStoreFileSystem"}
    assert wanted <= set(cloud["suffixes"])
