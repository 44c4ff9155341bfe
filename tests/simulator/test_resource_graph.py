"""Resource Graph through the unmodified azure-mgmt-resourcegraph client and on the wire."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions
from simulator.worlds import LOCATION, NETWORK, VERSION

from arm_simulator.testing import SUBSCRIPTION, RunningSimulator
from simulator import worlds


@pytest.fixture
def graph(sim: RunningSimulator, http: httpx.Client) -> ResourceGraphClient:
    """A Resource Graph client on a world with some public addresses."""
    worlds.make_group(http)
    for index in range(3):
        put_address(http, f"ip{index}", {"n": str(index)})
    client: ResourceGraphClient = sim.client(ResourceGraphClient)
    return client


def put_address(http: httpx.Client, name: str, tags: dict[str, str] | None = None) -> None:
    """A public address by plain HTTP."""
    body = {
        "location": LOCATION,
        "tags": tags or {},
        "sku": {"name": "Standard"},
        "properties": {"publicIPAllocationMethod": "Static"},
    }
    answer = http.put(f"{NETWORK}/publicIPAddresses/{name}", params=VERSION, json=body)
    assert answer.status_code in {200, 201}, answer.text


def ask(graph: ResourceGraphClient, query: str, **options: Any) -> Any:
    """Run one query."""
    request = QueryRequest(subscriptions=[SUBSCRIPTION], query=query, options=QueryRequestOptions(**options))
    return graph.resources(request)


def test_rows_have_resource_graphs_columns(graph: ResourceGraphClient) -> None:
    """Type and group are lower case, the id keeps its spelling, properties are objects, absent text is empty."""
    row = ask(graph, "resources | where name == 'ip1'").data[0]
    assert row["id"] == f"{NETWORK}/publicIPAddresses/ip1"
    assert row["type"] == "microsoft.network/publicipaddresses"
    assert (row["resourceGroup"], row["subscriptionId"], row["location"]) == ("rg", SUBSCRIPTION, LOCATION)
    assert row["properties"]["publicIPAllocationMethod"] == "Static"
    assert (row["kind"], row["zones"], row["tags"]) == ("", None, {"n": "1"})


def test_changes_are_seen_at_once(graph: ResourceGraphClient, http: httpx.Client) -> None:
    """A new, a changed and a deleted resource show in the next query; unchanged ones are not rendered again."""
    count = "resources | summarize n = count()"
    assert ask(graph, count).data == [{"n": 3}]
    put_address(http, "ip3")
    put_address(http, "ip0", {"n": "changed"})
    http.delete(f"{NETWORK}/publicIPAddresses/ip2", params=VERSION)
    names = ask(graph, "resources | order by name asc | project name, n = tostring(tags.n)").data
    assert names == [
        {"name": "ip0", "n": "changed"},
        {"name": "ip1", "n": "1"},
        {"name": "ip3", "n": names[2]["n"]},
    ]


def test_back_references_follow(sim: RunningSimulator, graph: ResourceGraphClient) -> None:
    """The row of an address changes when a balancer takes it and again when the balancer goes."""
    network = worlds.network_client(sim)
    worlds.make_balancer(network)
    query = "resources | where name == 'ip' | project user = tostring(properties.ipConfiguration.id)"
    assert ask(graph, query).data[0]["user"].endswith("/frontendIPConfigurations/front")
    network.load_balancers.begin_delete("rg", "lb").result()
    assert not ask(graph, query).data[0]["user"]


def test_pages_follow_skip_tokens(graph: ResourceGraphClient, http: httpx.Client) -> None:
    """$top pages with skip tokens until all rows were seen once; totalRecords counts all."""
    for index in range(3, 10):
        put_address(http, f"ip{index}")
    seen: list[str] = []
    token = None
    while True:
        answer = ask(graph, "resources | project id, name", top=4, skip_token=token)
        assert answer.total_records == 10
        seen += [row["name"] for row in answer.data]
        token = answer.skip_token
        if not token:
            break
    assert sorted(seen) == [f"ip{index}" for index in range(10)]
    assert len(seen) == answer.total_records


def test_a_page_has_a_thousand_rows(sim: RunningSimulator, graph: ResourceGraphClient) -> None:
    """1,203 resources come in two pages; without the id column the result is marked truncated instead."""
    simulator = sim.simulator
    from arm_simulator.core.context import RequestContext  # noqa: PLC0415 - only here

    with simulator.store.transaction():
        ctx = RequestContext(simulator.store, simulator.registry, "2026-01-01T00:00:00Z", "2026-03-01")
        for index in range(1200):
            body = {"location": LOCATION, "properties": {}}
            ctx.put(f"{NETWORK}/applicationSecurityGroups/g{index}", body)
    first = ask(graph, "resources")
    assert (first.count, first.total_records, first.result_truncated) == (1000, 1203, "false")
    second = ask(graph, "resources", skip_token=first.skip_token)
    assert (second.count, second.skip_token) == (203, None)
    assert len({row["id"] for row in first.data + second.data}) == 1203
    names = ask(graph, "resources | project name")
    assert (names.count, names.skip_token, names.result_truncated) == (1000, None, "true")


def test_table_format(graph: ResourceGraphClient) -> None:
    """ResultFormat table gives typed columns and rows."""
    answer = ask(graph, "resources | where name == 'ip0' | project name, tags, n = 1", result_format="table")
    assert answer.data == {
        "columns": [
            {"name": "name", "type": "string"},
            {"name": "tags", "type": "object"},
            {"name": "n", "type": "integer"},
        ],
        "rows": [["ip0", {"n": "0"}, 1]],
    }


def test_other_subscriptions_are_filtered(graph: ResourceGraphClient) -> None:
    """A query of another subscription sees nothing."""
    other = QueryRequest(subscriptions=["99999999-0000-0000-0000-000000000000"], query="resources")
    assert not graph.resources(other).data
    assert ask(graph, "resources | count").data == [{"Count": 3}]


def test_containers_and_locks_have_tables(sim: RunningSimulator, graph: ResourceGraphClient) -> None:
    """Resource groups are resourcecontainers, locks are authorizationresources."""
    level: Any = {"level": "CanNotDelete"}
    worlds.lock_client(sim).management_locks.create_or_update_at_resource_group_level("rg", "keep", level)
    groups = ask(graph, "resourcecontainers | project name, type").data
    assert groups == [{"name": "rg", "type": "microsoft.resources/subscriptions/resourcegroups"}]
    locks = ask(graph, "authorizationresources | project name, level = tostring(properties.level)").data
    assert locks == [{"name": "keep", "level": "CanNotDelete"}]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("resources | wherex", "ParserFailure"),
        ("nosuchtable | take 1", "DisallowedLogicalTableName"),
        ("resources | where nosuchcolumn == 1", "InvalidQuery"),
        (".drop table resources", "UnsupportedQuery"),
    ],
)
def test_bad_queries_say_what_is_wrong(graph: ResourceGraphClient, query: str, code: str) -> None:
    """A query that does not parse or bind is a 400 in Resource Graph's shape, with the cause in the details."""
    with pytest.raises(HttpResponseError) as caught:
        ask(graph, query)
    assert caught.value.status_code == 400
    assert caught.value.error is not None
    details = [detail.code for detail in caught.value.error.details]
    assert details[0] == "InvalidQuery"
    assert code in details
