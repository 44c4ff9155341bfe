"""``scaleset set detach``: what is taken out of a model, and what of its instances, in both modes."""

from __future__ import annotations

import pytest
from operations.balancers import BALANCER, NAT_POOL, POOL, balancer
from operations.conftest import Cli
from operations.world import World

from scaleset_operations.detach import without


def test_references_go_and_the_rest_stays() -> None:
    """A reference in a list is left out, a single one becomes null; case does not matter, other ids stay."""
    pool, other = {"id": "/S/lb/pools/a"}, {"id": "/s/lb2/pools/a"}
    profile = {
        "probe": {"id": "/s/LB/probes/p"},
        "nics": [{"name": "n", "pools": [pool, other], "subnet": {"id": "/s/n"}}],
    }
    assert without(profile, "/s/lb") == {
        "probe": None,
        "nics": [{"name": "n", "pools": [other], "subnet": {"id": "/s/n"}}],
    }


def test_a_nat_pool_of_a_uniform_set(world: World, cli: Cli) -> None:
    """The model and then both instances let the NAT pool go, and Azure removes it; a second run finds nothing to do."""
    balancer(world, nat="pool")
    world.scale_set("web", "Uniform", 2, loadBalancerInboundNatPools=[NAT_POOL], loadBalancerBackendAddressPools=[POOL])
    planned = cli("set", "detach", "-n", "web", "--from", NAT_POOL["id"], "--dry-run", "-o", "json")
    assert [call["method"] for call in planned.json()["calls"]] == ["PATCH", "POST"]
    answer = cli("set", "detach", "-n", "web", "--from", NAT_POOL["id"], "--yes", "-o", "json")
    assert answer.code == 0, answer.err
    assert answer.json()["counts"] == {"done": 3}
    body = world.network("GET", "loadBalancers/lb")
    body["properties"]["inboundNatPools"] = []
    world.network("PUT", "loadBalancers/lb", body)
    assert world.network("GET", "loadBalancers/lb")["properties"]["inboundNatPools"] == []
    again = cli("set", "detach", "-n", "web", "--from", NAT_POOL["id"], "--yes", "-o", "json")
    assert (again.code, again.json()["counts"]) == (0, {"done": 1})


def test_it_asks_before_instances_are_upgraded(world: World, cli: Cli) -> None:
    """Without --yes and without a terminal nothing is changed."""
    balancer(world, nat="pool")
    world.scale_set("web", "Uniform", 1, loadBalancerInboundNatPools=[NAT_POOL])
    answer = cli("set", "detach", "-n", "web", "--from", BALANCER)
    assert answer.code == 2
    assert "Add --yes" in " ".join(answer.err.split())


@pytest.mark.parametrize("wrong", ["lb", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"])
def test_an_id_that_no_model_refers_to(world: World, cli: Cli, wrong: str) -> None:
    """A name, or the id of something else, is refused with what was expected."""
    world.scale_set("web", "Uniform", 1)
    answer = cli("set", "detach", "-n", "web", "--from", wrong, "--yes")
    assert answer.code == 2
    assert "expected the id of a load balancer" in " ".join(answer.err.split())
