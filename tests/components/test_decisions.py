"""What the component decides, each decision with its value written out: ports, capacity, outbound, patches, locks."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from support import azure_world as azure
from support.azure_world import World
from support.emitted import Lines, lines
from support.scale_set_args import base, merged

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError

NETWORK: dict[str, Any] = {"subnet_id": None, "virtual_network": {}}


def drawn(args: dict[str, Any]) -> Lines:
    """What accepted arguments are drawn as; Azure takes them."""
    plan = compile_args("web", args).plan
    assert World().deploy(plan) is None
    found = lines(args)
    assert found is not None
    return found


def refused(args: dict[str, Any]) -> dict[str, str]:
    """The problems of refused arguments by field; none if they are accepted."""
    try:
        compile_args("web", args)
    except ScaleSetArgsError as error:
        return {problem.field: problem.message for problem in error.problems}
    return {}


def named(**more: Any) -> dict[str, Any]:
    """Two named Flexible instances and these arguments."""
    return merged(base("Flexible", "named"), more)


def made(mode: str = "Flexible", **more: Any) -> dict[str, Any]:
    """A set with a profile and these arguments."""
    return merged(base(mode), more)


def test_data_has_at_most_65535_bytes() -> None:
    """User data of 65,535 bytes are taken, 65,536 are refused; the bytes count before base64."""
    for size, wrong in ((65_535, set[str]()), (65_536, {"user_data", "custom_data"})):
        data = base64.b64encode(bytes(size)).decode()
        assert refused(made(user_data=data, custom_data=data)).keys() == wrong


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_autoscale_starts_with_its_minimum(mode: str) -> None:
    """Without a capacity, a set with autoscale starts with the smallest number that autoscale allows."""
    profiles = [{"name": "one", "minimum": 2, "maximum": 5}, {"name": "other", "minimum": 3, "maximum": 9}]
    profiles[1]["schedule"] = {"days": ["Monday"], "hour": 1, "minute": 0, "time_zone": "UTC"}
    found = lines(made(mode, capacity=None, autoscale={"profiles": profiles}))
    assert found is not None
    assert found["scaleSet sku.capacity"] == "2"


@pytest.mark.parametrize(("last", "enough"), [(51_001, False), (51_002, True)])
def test_a_pool_rule_has_a_port_for_each_named_instance(last: int, *, enough: bool) -> None:
    """One instance of the profile and two named ones need three ports."""
    way = {"backend_port": 22, "kind": "PoolRule", "frontend_port_start": 51_000, "frontend_port_end": last}
    args = merged(base("Flexible", "both"), {"inbound_nat": {"ssh": way}})
    problems = refused(args)
    assert ("inbound_nat['ssh'].frontend_port_end" in problems) is not enough
    if not enough:
        assert "3 instances need one each" in problems["inbound_nat['ssh'].frontend_port_end"]


@pytest.mark.parametrize(
    ("one", "two", "apart"),
    [
        ("Tcp", "Tcp", False),
        ("Tcp", "Udp", True),
        ("All", "Udp", False),
        ("All", "Tcp", False),
        ("Udp", "All", False),
        ("All", "All", False),
    ],
)
def test_rules_of_one_port_differ_in_protocol(one: str, two: str, *, apart: bool) -> None:
    """All is Tcp and Udp at once: two rules share a front-end port only if one is Tcp and the other Udp."""
    rules = {
        "a": {"frontend_port": 80, "backend_port": 8080, "protocol": one},
        "b": {"frontend_port": 80, "backend_port": 8081, "protocol": two},
    }
    problems = refused(made(load_balancer={"rules": rules}, outbound={"method": "LoadBalancer"}))
    assert problems.keys() == (set() if apart else {"load_balancer.rules['b'].frontend_port"})


@pytest.mark.parametrize(("start", "apart"), [(51_009, False), (51_010, False), (51_011, True)])
def test_ranges_that_share_one_port_overlap(start: int, *, apart: bool) -> None:
    """Two ways in overlap from their first common port on."""
    ways = {
        "a": {"backend_port": 22, "frontend_port_start": 51_000, "frontend_port_end": 51_010},
        "b": {"backend_port": 23, "frontend_port_start": start, "frontend_port_end": start + 5},
    }
    problems = refused(made(inbound_nat=ways))
    assert problems.keys() == (set() if apart else {"inbound_nat['b'].frontend_port_start"})


@pytest.mark.parametrize(
    "field", [{"user_data": base64.b64encode(b"x").decode()}, {"vm_size": "Standard_D2s_v5"}, {"zones": ["1"]}]
)
def test_what_describes_machines_needs_machines(field: dict[str, Any]) -> None:
    """A Flexible set without a word on how many instances there are has no use for their size, zones or data."""
    problems = refused({"resource_group_name": azure.GROUP, **field})
    if "zones" in field:
        assert "instances" not in problems
    else:
        assert f"{next(iter(field))} describe machines" in problems["instances"]


def test_ipv6_in_a_subnet_of_its_own() -> None:
    """Only an interface in the subnet that the component makes has to do without IPv6."""
    own = {"name": "back", "enable_ipv6": True, "subnet_id": azure.OTHER_SUBNET}
    assert refused(named(**NETWORK, network_interfaces=[own])) == {}
    del own["subnet_id"]
    assert refused(named(**NETWORK, network_interfaces=[own])).keys() == {"enable_ipv6"}
    assert refused(named(**NETWORK, enable_ipv6=True)).keys() == {"enable_ipv6"}


def test_only_a_public_balancer_leaves_outbound_traffic_alone() -> None:
    """A rule of a public load balancer makes no SNAT, as outbound access is explicit; an internal one is silent."""
    place = "loadBalancer loadBalancingRules[0].disableOutboundSnat"
    rules = {"http": {"frontend_port": 80}}
    public = drawn(made(load_balancer={"rules": rules}, outbound={"method": "External"}))
    assert public[place] == "true"
    internal = {"rules": rules, "subnet_id": azure.SUBNET}
    assert place not in drawn(made(load_balancer=internal, outbound={"method": "External"}))


@pytest.mark.parametrize(
    ("patches", "updates"),
    [("AutomaticByOS", "true"), ("AutomaticByPlatform", "true"), ("Manual", "false"), (None, None)],
)
def test_windows_is_updated_as_its_patch_mode_says(patches: str | None, updates: str | None) -> None:
    """Both automatic patch modes switch Windows Update on, Manual switches it off, and no mode says nothing."""
    args = merged(base("Flexible", "named", windows=True), {"patch_mode": patches})
    found = lines(args)
    assert found is not None
    place = "vm:web-0 osProfile.windowsConfiguration.enableAutomaticUpdates"
    assert found.get(place) == updates


@pytest.mark.parametrize("minutes", [None, 4, 30])
def test_a_nat_gateway_has_the_idle_timeout_that_was_written(minutes: int | None) -> None:
    """The idle timeout of the outbound access reaches the NAT gateway that the component makes."""
    outbound = {"method": "NatGateway"} | ({} if minutes is None else {"idle_timeout_in_minutes": minutes})
    found = drawn(named(**NETWORK, outbound=outbound))
    assert found.get("natGateway idleTimeoutInMinutes") == (None if minutes is None else str(minutes))


def test_a_lock_with_what_the_set_stands_on() -> None:
    """With include_dependencies every resource of the network that the component makes is locked, once."""
    args = named(
        **NETWORK,
        outbound={"method": "NatGateway"},
        load_balancer={"rules": {"http": {"frontend_port": 80, "allow_from": ["Internet"]}}},
        lock={"level": "CanNotDelete", "include_dependencies": True},
    )
    found = drawn(args)
    assert {place.partition(" ")[0]: value for place, value in found.items() if place.endswith(" lockName")} == {
        "lock:scaleSet/cannotdelete": '"web-cannotdelete"',
        "lock:virtualNetwork/cannotdelete": '"web-vnet-cannotdelete"',
        "lock:networkSecurityGroup/cannotdelete": '"web-nsg-cannotdelete"',
        "lock:natGateway/cannotdelete": '"web-natgw-cannotdelete"',
        "lock:natGatewayPublicIp/cannotdelete": '"web-natgw-pip-cannotdelete"',
        "lock:loadBalancer/cannotdelete": '"web-lb-cannotdelete"',
        "lock:loadBalancerPublicIp/cannotdelete": '"web-lb-pip-cannotdelete"',
    }
    alone = drawn({**args, "lock": {"level": "ReadOnly"}})
    assert [place for place in alone if place.endswith(" lockName")] == ["lock:scaleSet/readonly lockName"]


@pytest.mark.parametrize(
    ("size", "own", "kind"),
    [
        ("Standard_D2s_v5", {}, "Premium_LRS"),
        ("Standard_D2_v5", {}, "StandardSSD_LRS"),
        ("Standard_D2_v5", {"vm_size": "Standard_D2s_v5"}, "Premium_LRS"),
        ("Standard_D2s_v5", {"vm_size": "Standard_D2_v5"}, "StandardSSD_LRS"),
        ("Standard_D2_v5", {"os_disk": {"storage_account_type": "Standard_LRS"}}, "Standard_LRS"),
    ],
)
def test_disks_by_what_the_size_takes(size: str, own: dict[str, Any], kind: str) -> None:
    """The OS disk and data disks that nobody gave a type have one that the machine's own size takes."""
    found = drawn(named(vm_size=size, data_disks=[{"lun": 0, "size_gb": 8}], instances={"web-0": own}))
    assert found["vm:web-0 storageProfile.osDisk.managedDisk.storageAccountType"] == f'"{kind}"'
    usual = "Premium_LRS" if "s_v5" in own.get("vm_size", size) else "StandardSSD_LRS"
    assert found["vm:web-0 storageProfile.dataDisks[0].managedDisk.storageAccountType"] == f'"{usual}"'


def test_premium_disks_on_a_size_that_takes_none() -> None:
    """They are refused where they were asked for, the set's and an instance's own."""
    premium = {"storage_account_type": "Premium_LRS"}
    disks = [{"lun": 0, "size_gb": 8, **premium}]
    args = named(vm_size="Standard_D2_v5", instances={"web-0": {"os_disk": premium, "data_disks": disks}})
    (told,) = refused(args).values()
    assert "vm:web-0: storageProfile.osDisk.managedDisk.storageAccountType" in told
    assert refused(named(vm_size="Standard_D2_v5", os_disk=premium)).keys() == {"os_disk.storage_account_type"}
