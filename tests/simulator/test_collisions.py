"""Writes that meet under one load balancer, through unmodified clients: what each setting answers, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.network import NetworkManagementClient
from simulator.worlds import BALANCER, GROUP, NETWORK, POOL, VERSION, refused

from arm_simulator.core.messages import Settings
from arm_simulator.testing import RunningSimulator, running_simulator
from simulator import worlds

LONG = 60_000  # milliseconds that no test waits for
NEXT = f"{NETWORK}/loadBalancers/other"


@pytest.fixture
def net(client: NetworkManagementClient, sim: RunningSimulator) -> NetworkManagementClient:
    """A client on a world with the balancer ``lb`` and its rules ``a`` and ``b``; from now on writes take time."""
    worlds.make_balancer(client)
    for port, name in enumerate(("a", "b"), 50_000):
        client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", name, worlds.nat_rule(port)).result()
    sim.configure(balancer_busy_ms=LONG)
    return client


def rule(client: NetworkManagementClient, name: str, port: int) -> Any:
    """Start the write of a NAT rule; nobody waits for it."""
    return client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", name, worlds.nat_rule(port), polling=False)


def put_rule(http: httpx.Client, name: str, port: int) -> httpx.Response:
    """The same with plain HTTP, which retries nothing."""
    return http.put(f"{BALANCER}/inboundNatRules/{name}", params=VERSION, json=worlds.nat_rule(port))


def interface(http: httpx.Client, name: str, *, pool: bool) -> httpx.Response:
    """Write an interface, on request in the balancer's pool."""
    inner: dict[str, Any] = {"subnet": {"id": worlds.SUBNET}}
    if pool:
        inner["loadBalancerBackendAddressPools"] = [{"id": POOL}]
    body = {"location": worlds.LOCATION, "properties": {"ipConfigurations": [{"name": "c", "properties": inner}]}}
    return http.put(f"{NETWORK}/networkInterfaces/{name}", params=VERSION, json=body)


def detail(answer: httpx.Response) -> str:
    """The code of the first detail of an error."""
    return str(answer.json()["error"]["details"][0]["code"])


def test_nothing_collides_unless_asked(net: NetworkManagementClient) -> None:
    """With the setting off two writes of one balancer pass side by side, however long they take."""
    rule(net, "c", 50_010)
    rule(net, "d", 50_011)
    assert {item.name for item in net.inbound_nat_rules.list(GROUP, "lb")} == {"a", "b", "c", "d"}


def test_retryable_is_a_429_with_the_operation_in_its_detail(
    net: NetworkManagementClient, sim: RunningSimulator, http: httpx.Client
) -> None:
    """A second rule is refused and changes nothing; the error says what is in the way and when to try again."""
    sim.configure(balancer_collisions="retryable")
    rule(net, "c", 50_010)
    answer = put_rule(http, "d", 50_011)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["message"]) == (
        429,
        "RetryableError",
        "A retryable error occurred.",
    )
    assert detail(answer) == "RetryableErrorDueToAnotherOperation"
    text = error["details"][0]["message"]
    assert text.startswith("Operation PutInboundNatRuleOperation (")
    assert text.endswith(f") is updating resource {BALANCER}. The call can be retried in 60 seconds.")
    assert 0 < float(answer.headers["Retry-After"]) <= 60
    assert {item.name for item in net.inbound_nat_rules.list(GROUP, "lb")} == {"a", "b", "c"}


def test_the_sdk_waits_a_429_out(net: NetworkManagementClient, sim: RunningSimulator) -> None:
    """An unmodified client comes again after Retry-After, until the first write is done."""
    sim.configure(balancer_collisions="retryable", balancer_busy_ms=300)
    rule(net, "c", 50_010)
    sim.clear_requests()
    rule(net, "d", 50_011)
    statuses = [request["status"] for request in sim.requests() if request["method"] == "PUT"]
    assert statuses[0] == 429
    assert statuses[-1] == 201


@pytest.mark.parametrize(
    ("first", "second"),
    [("balancer", "rule"), ("rule", "balancer"), ("rule", "pool"), ("rule", "delete"), ("rule", "interface")],
)
@pytest.mark.usefixtures("net")
def test_what_meets_under_a_balancer(sim: RunningSimulator, http: httpx.Client, first: str, second: str) -> None:
    """The balancer, its pools and rules, their deletion, and an interface that enters the pool collide."""
    sim.configure(balancer_collisions="conflict")
    balancer = http.get(BALANCER, params=VERSION).json()
    writes = {
        "balancer": lambda: http.put(BALANCER, params=VERSION, json=balancer),
        "rule": lambda: put_rule(http, "c", 50_010),
        "pool": lambda: http.put(f"{BALANCER}/backendAddressPools/more", params=VERSION, json={}),
        "delete": lambda: http.delete(f"{BALANCER}/inboundNatRules/b", params=VERSION),
        "interface": lambda: interface(http, "nic", pool=True),
    }
    assert writes[first]().status_code in {200, 201}
    answer = writes[second]()
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "AnotherOperationInProgress")
    operation = sim.simulator.store.execute("SELECT id FROM operations ORDER BY rowid DESC LIMIT 1")[0][0]
    assert f"/locations/global/operations/{operation}." in answer.json()["error"]["message"]


def test_what_is_elsewhere_does_not_meet(
    net: NetworkManagementClient, sim: RunningSimulator, http: httpx.Client
) -> None:
    """Another balancer, and an interface that refers to none, are not in the way, and reads never are."""
    sim.configure(balancer_collisions="conflict")
    rule(net, "c", 50_010)
    assert http.put(NEXT, params=VERSION, json={"location": worlds.LOCATION, "properties": {}}).status_code == 201
    assert interface(http, "alone", pool=False).status_code == 201
    assert http.get(BALANCER, params=VERSION).status_code == 200


def test_an_interface_that_leaves_or_goes_meets_too(
    net: NetworkManagementClient, sim: RunningSimulator, http: httpx.Client
) -> None:
    """An interface's last state counts: leaving the pool and deletion collide with the balancer's writes."""
    sim.configure(balancer_busy_ms=0)
    interface(http, "nic", pool=True)
    sim.configure(balancer_busy_ms=LONG, balancer_collisions="retryable")
    rule(net, "c", 50_010)
    assert interface(http, "nic", pool=False).status_code == 429
    assert http.delete(f"{NETWORK}/networkInterfaces/nic", params=VERSION).status_code == 429


@pytest.mark.usefixtures("net")
def test_a_balancer_waits_for_its_interfaces(sim: RunningSimulator, http: httpx.Client) -> None:
    """While an interface of the pool is written, the balancer's own write is ReferencedResourceNotProvisioned."""
    sim.configure(balancer_collisions="retryable")
    assert interface(http, "nic", pool=True).status_code == 201
    answer = put_rule(http, "c", 50_010)
    assert (answer.status_code, detail(answer)) == (429, "ReferencedResourceNotProvisioned")
    assert (
        "is in Updating state and the last operation that updated/is updating the resource is PutNicOperation."
        in (answer.json()["error"]["details"][0]["message"])
    )
    other = interface(http, "nic2", pool=True)
    assert (other.status_code, detail(other)) == (429, "RetryableErrorDueToAnotherOperation")


def test_conflict_is_not_retried_by_the_sdk(net: NetworkManagementClient, sim: RunningSimulator) -> None:
    """An unmodified client raises a 409 AnotherOperationInProgress at once."""
    sim.configure(balancer_collisions="conflict")
    rule(net, "c", 50_010)
    sim.clear_requests()
    refused("AnotherOperationInProgress", lambda: rule(net, "d", 50_011))
    assert [request["status"] for request in sim.requests()] == [409]


def test_superseded_cancels_the_earlier_one(net: NetworkManagementClient, sim: RunningSimulator) -> None:
    """The earlier operation ends as Canceled and names the later one; what both wrote is there."""
    sim.configure(balancer_collisions="superseded", balancer_busy_ms=0, lro_polls=3)
    options: Any = {"polling_interval": 0}
    first = net.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "c", worlds.nat_rule(50_010), polling=False)
    status = sim.simulator.store.execute("SELECT id FROM operations ORDER BY rowid DESC LIMIT 1")[0][0]
    second = net.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "d", worlds.nat_rule(50_011), **options)
    assert first is not None
    url = f"{worlds.SCOPE.partition('/resourceGroups')[0]}/providers/Microsoft.Network/locations/global/operations"
    with httpx.Client(base_url=sim.endpoint, headers={"Authorization": f"Bearer {sim.token}"}) as plain:
        body = plain.get(f"{url}/{status}", params=VERSION).json()
    assert body["status"] == "Canceled"
    assert (body["error"]["code"], body["error"]["message"]) == ("Canceled", "Operation was canceled.")
    assert body["error"]["details"][0]["code"] == "CanceledAndSupersededDueToAnotherOperation"
    assert (
        f"({status}) was canceled and superseded by operation PutInboundNatRuleOperation ("
        in (body["error"]["details"][0]["message"])
    )
    assert second.result().provisioning_state == "Succeeded"
    assert {item.name for item in net.inbound_nat_rules.list(GROUP, "lb")} == {"a", "b", "c", "d"}


def test_the_sdk_raises_when_its_write_is_superseded(net: NetworkManagementClient, sim: RunningSimulator) -> None:
    """A waiting client learns of it as an error, though the rule is there."""
    sim.configure(balancer_collisions="superseded", balancer_busy_ms=0, lro_polls=200)
    slow = net.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "c", worlds.nat_rule(50_010), polling_interval=0.2)
    rule(net, "d", 50_011)
    with pytest.raises(HttpResponseError) as caught:
        slow.result()
    assert "Canceled" in str(caught.value)
    sim.configure(lro_polls=0)
    assert net.inbound_nat_rules.get(GROUP, "lb", "c").frontend_port == 50_010


def test_failed_is_accepted_and_ends_as_failed(net: NetworkManagementClient, sim: RunningSimulator) -> None:
    """The later write is there and its operation ends as Failed; a DELETE, which has nothing to show, is refused."""
    sim.configure(balancer_collisions="failed", balancer_busy_ms=0, lro_polls=2)
    rule(net, "c", 50_010)
    later = net.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "d", worlds.nat_rule(50_011))
    with pytest.raises(HttpResponseError) as caught:
        later.result()
    assert "AnotherOperationInProgress" in str(caught.value)
    assert net.inbound_nat_rules.get(GROUP, "lb", "d").provisioning_state == "Failed"
    rule(net, "e", 50_012)
    refused("AnotherOperationInProgress", lambda: net.inbound_nat_rules.begin_delete(GROUP, "lb", "b"))


def test_mixed_takes_answers_in_turn(net: NetworkManagementClient, sim: RunningSimulator, http: httpx.Client) -> None:
    """Four collisions get the four answers, in one order in every run."""
    sim.configure(balancer_collisions="mixed")
    rule(net, "c", 50_010)
    answers = [put_rule(http, f"m{index}", 50_020 + index).status_code for index in range(4)]
    assert answers == [429, 409, 201, 201]


def test_the_way_is_free_after_the_operation(
    net: NetworkManagementClient, sim: RunningSimulator, http: httpx.Client
) -> None:
    """Operations end by polls or by time; after that they stop no request, and no trace of them is kept."""
    sim.configure(balancer_collisions="conflict", balancer_busy_ms=0, lro_polls=2)
    net.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "c", worlds.nat_rule(50_010)).result()
    assert put_rule(http, "d", 50_011).status_code == 201


@pytest.mark.usefixtures("net")
def test_a_busy_balancer_shows_it(sim: RunningSimulator, http: httpx.Client) -> None:
    """A write that takes time is shown as Creating and then Updating, with lro_polls at 0 too."""
    sim.configure(balancer_collisions="conflict")
    assert put_rule(http, "c", 50_010).json()["properties"]["provisioningState"] == "Creating"
    shown = http.get(f"{BALANCER}/inboundNatRules/c", params=VERSION).json()
    assert shown["properties"]["provisioningState"] == "Updating"


@pytest.fixture
def set_from_the_start() -> Iterator[RunningSimulator]:
    """A simulator that begins with collisions on."""
    with running_simulator(settings=Settings(balancer_collisions="mixed", balancer_busy_ms=20)) as running:
        yield running


def test_settings_can_be_given_read_and_are_checked(set_from_the_start: RunningSimulator) -> None:
    """Settings of the start are shown; an unknown name and a wrong value are refused and leave all as it was."""
    sim = set_from_the_start
    with httpx.Client(base_url=sim.endpoint, headers={"Authorization": f"Bearer {sim.token}"}) as plain:
        before = plain.get("/_simulator/settings").json()
        assert (before["balancer_collisions"], before["balancer_busy_ms"]) == ("mixed", 20)
        for wrong in (
            {"lro_polls": 1, "balancer_collisions": "sometimes"},
            {"lro_polls": 1, "busy": 1},
            {"lro_polls": -1},
            {"lro_polls": True},
        ):
            assert plain.post("/_simulator/settings", json=wrong).status_code == 400
        assert plain.get("/_simulator/settings").json() == before
    with pytest.raises(ValueError, match="off, retryable, conflict, failed, superseded, mixed"):
        sim.configure(balancer_collisions="sometimes")
