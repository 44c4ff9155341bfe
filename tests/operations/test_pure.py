"""What the operations read from Azure's answers and send to it, value by value, without any service."""

from __future__ import annotations

from typing import Any

import pytest

from scaleset_core.modes import Mode, row
from scaleset_operations.calls import Call, build
from scaleset_operations.errors import UsageError
from scaleset_operations.instances import (
    Instance,
    from_graph,
    from_machine,
    from_set_machine,
    power_state,
    with_set_facts,
)
from scaleset_operations.inventory import parse_lock, with_locks
from scaleset_operations.locks import Lock
from scaleset_operations.network import Interface, Network, balancer_id, front_end, nat_table, parse_interfaces
from scaleset_operations.outbound import outbound_table
from scaleset_operations.planning import writable
from scaleset_operations.protection import LockLevel, Wanted, plan_protect, plan_unprotect
from scaleset_operations.selection import make_selection, parse_where, select
from scaleset_operations.target import Target, is_scale_set_id, last_segment, parse_target, same_id

TARGET = Target("sub", "rg", "web")
NETWORK = f"{TARGET.group_id}/providers/Microsoft.Network"
LB = f"{NETWORK}/loadBalancers/LB"
POOL = f"{LB}/backendAddressPools/pool"
NIC = f"{NETWORK}/networkInterfaces/nic"
IP = f"{NIC}/ipConfigurations/ip"
FRONT = f"{LB}/frontendIPConfigurations/front"
ADDRESS = f"{NETWORK}/publicIPAddresses/pip"
SUBNET = f"{NETWORK}/virtualNetworks/net/subnets/main"
LOCKS = "/providers/Microsoft.Authorization/locks"


def instance(name: str = "vm0", **facts: Any) -> Instance:
    """One instance."""
    return Instance(name=name, instance_id=name, resource_id=TARGET.machine_id(name), **facts)


def face(**more: Any) -> Interface:
    """The interface of that instance."""
    return Interface(**{"id": IP, "nic": "nic", "instance": "vm0", "subnet": SUBNET, "pools": (POOL,), **more})


def balancer(**properties: Any) -> dict[str, Any]:
    """A load balancer with a front end."""
    front = {"id": FRONT, "properties": {"publicIPAddress": {"id": ADDRESS}}}
    return {"id": LB, "name": "LB", "properties": {"frontendIPConfigurations": [front], **properties}}


def test_ids() -> None:
    """The ids of a set, its instances and machines; compared without case and trailing slash."""
    assert TARGET.id == "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web"
    assert TARGET.instance_id("0") == f"{TARGET.id}/virtualMachines/0"
    assert parse_target(f" {TARGET.id.upper()}/ ") == Target("SUB", "RG", "WEB")
    assert is_scale_set_id(TARGET.id)
    assert not is_scale_set_id(TARGET.machine_id("vm0"))
    assert not is_scale_set_id(None)
    with pytest.raises(UsageError, match="is not the id of a scale set"):
        parse_target(TARGET.machine_id("vm0"))
    assert same_id("/A/b/", "/a/B")
    assert not same_id("/a", "/b")
    assert last_segment("/a/b/") == "b"
    assert balancer_id(POOL) == balancer_id(LB) == LB


@pytest.mark.parametrize(
    ("code", "power"),
    [("PowerState/Running", "running"), ("powerstate/deallocated", "deallocated"), ("Other/x", ""), (None, "")],
)
def test_power(code: Any, power: str) -> None:
    """A code of Azure's as one word."""
    assert power_state(code) == power


MACHINE = {
    "id": TARGET.machine_id("vm0"),
    "name": "vm0",
    "zones": ["2"],
    "properties": {
        "platformFaultDomain": 1,
        "provisioningState": "Succeeded",
        "priority": "Spot",
        "hardwareProfile": {"vmSize": "S"},
        "storageProfile": {"osDisk": {"diffDiskSettings": {"option": "Local"}}},
        "instanceView": {
            "statuses": [{"code": "ProvisioningState/succeeded"}, {"code": "PowerState/running"}],
            "vmHealth": {"status": {"code": "HealthState/Healthy"}},
        },
    },
}


def test_a_machine() -> None:
    """Everything that a virtual machine says of itself."""
    found = from_machine(MACHINE)
    assert found.to_row() == {
        "name": "vm0",
        "instanceId": "vm0",
        "zone": "2",
        "faultDomain": 1,
        "powerState": "running",
        "health": "healthy",
        "provisioningState": "Succeeded",
        "latestModel": None,
        "size": "S",
        "priority": "Spot",
        "ephemeralOsDisk": True,
        "privateIps": "",
        "publicIps": "",
        "protection": "",
        "id": TARGET.machine_id("vm0"),
    }
    assert found.model is MACHINE
    bare = from_machine({"id": TARGET.machine_id("vm1")})
    assert (bare.name, bare.zone, bare.power, bare.health, bare.priority) == ("vm1", "", "", "", "Regular")
    assert (bare.fault_domain, bare.ephemeral, bare.spot) == (None, None, False)
    managed = from_machine({"id": "/x/vm2", "properties": {"storageProfile": {"osDisk": {}}}})
    assert managed.ephemeral is False


@pytest.mark.parametrize("mode", list(Mode))
def test_a_machine_of_the_set(mode: Mode) -> None:
    """The scale-set API calls instances by number on Uniform and by their machine's name on Flexible."""
    body = {
        "id": TARGET.instance_id("3"),
        "instanceId": "3",
        "name": "web_3",
        "sku": {"name": "S"},
        "properties": {
            "latestModelApplied": False,
            "virtualMachineResourceId": TARGET.machine_id("vm3") if mode is Mode.FLEXIBLE else "",
            "protectionPolicy": {"protectFromScaleIn": True, "protectFromScaleSetActions": True},
            "instanceView": {"platformFaultDomain": 0},
            "platformFaultDomain": 4,
        },
    }
    found = from_set_machine(body, mode)
    flexible = mode is Mode.FLEXIBLE
    assert (found.name, found.instance_id) == (("vm3", "vm3") if flexible else ("web_3", "3"))
    assert found.resource_id == (TARGET.machine_id("vm3") if flexible else TARGET.instance_id("3"))
    assert (found.fault_domain, found.size, found.latest_model, found.spot) == (0, "S", False, None)
    assert found.protection == "scale-in, set actions"
    known = with_set_facts(instance(health="unhealthy"), found)
    assert (known.latest_model, known.health, known.protect_scale_in, known.protect_actions) == (
        False, "unhealthy", True, True,
    )  # fmt: skip


def test_a_row_of_the_graph() -> None:
    """What Resource Graph says, whose columns may be empty."""
    found = from_graph({"name": "vm0", "id": "/x", "zones": ["1"], "faultDomain": 2, "power": "PowerState/stopped",
                        "provisioning": "Failed", "size": "S", "priority": "Low", "diff": "Local"})  # fmt: skip
    assert (found.zone, found.fault_domain, found.power, found.provisioning) == ("1", 2, "stopped", "Failed")
    assert (found.size, found.priority, found.ephemeral, found.spot) == ("S", "Low", True, True)
    empty = from_graph({"name": "vm0", "id": "/x", "faultDomain": "", "zones": None})
    assert (empty.zone, empty.fault_domain, empty.priority, empty.ephemeral) == ("", None, "Regular", False)


def test_locks() -> None:
    """A lock holds for its scope and all below; its level is compared without case."""
    lock = parse_lock({"id": f"{TARGET.group_id}{LOCKS}/keep", "properties": {"level": "ReadOnly"}})
    assert lock == Lock(name="keep", level="ReadOnly", scope=TARGET.group_id)
    assert lock.read_only
    assert not Lock(name="a", level="CanNotDelete", scope="/x").read_only
    assert lock.covers(TARGET.group_id.upper())
    assert lock.covers(TARGET.machine_id("vm0"))
    assert not lock.covers(f"{TARGET.group_id}2/x")
    (kept,) = with_locks([instance()], [lock, Lock(name="b", level="CanNotDelete", scope="/y")])
    assert kept.locks == ("keep (ReadOnly)",)
    assert with_locks([instance()], []) == [instance()]


def test_the_call_of_a_route() -> None:
    """Verb, path, arguments and url of calls on the set, on an instance, and with a name at their end."""
    whole = build(row("instance.restart").route(Mode.UNIFORM), TARGET, body={"instanceIds": ["0"]})
    assert (whole.verb, whole.path, whole.arguments) == ("POST", f"{TARGET.id}/restart", ("rg", "web"))
    assert whole.url == f"{TARGET.id}/restart?api-version=2026-04-01"
    assert (whole.subject, whole.reads) == ("the scale set", False)
    one = build(row("instance.restart").route(Mode.FLEXIBLE), TARGET, instance=instance(), query={"skipShutdown": True})
    assert one.path == f"{TARGET.machine_id('vm0')}/restart"
    assert (one.arguments, one.instances, one.subject) == (("rg", "vm0"), ("vm0",), "vm0")
    assert one.url.endswith("/restart?api-version=2026-04-01&skipShutdown=true")

    assert Call(group="management_locks", method="m", arguments=(), verb="GET", path="/").url.endswith("=2020-05-01")
    assert Call(group="resource_graph", method="m", arguments=(), verb="POST", path="/").reads


def test_what_only_azure_writes_is_never_sent() -> None:
    """A model that is written back leaves out its ids and states, and keeps everything else."""
    model = {"id": "i", "name": "n", "location": "l", "properties": {"vmId": "v", "provisioningState": "s", "a": 1}}
    assert writable(model) == {"location": "l", "properties": {"a": 1}}
    assert writable({}) == {"properties": {}}


def test_protection() -> None:
    """A lock on Flexible; the whole model with its policy on Uniform; the policy alone on Flexible, if asked for."""
    vm = instance(model={"location": "l", "properties": {"a": 1}})
    (lock,) = plan_protect(Mode.FLEXIBLE, TARGET, [vm], Wanted(), named=True).calls
    assert lock.path == f"{TARGET.machine_id('vm0')}{LOCKS}/scaleset-protect"
    assert lock.body == {"properties": {"level": "CanNotDelete", "notes": "Set by `scaleset instances protect`."}}
    given = Wanted(level=LockLevel.READ_ONLY, lock_name="mine")
    (other,) = plan_protect(Mode.FLEXIBLE, TARGET, [vm], given, named=True).calls
    assert (other.path.rpartition("/")[2], (other.body or {})["properties"]["level"]) == ("mine", "ReadOnly")
    policy = {"protectFromScaleIn": True, "protectFromScaleSetActions": False}
    (uniform,) = plan_protect(Mode.UNIFORM, TARGET, [vm], Wanted(), named=True).calls
    assert uniform.body == {"location": "l", "properties": {"a": 1, "protectionPolicy": policy}}
    (alone,) = plan_protect(Mode.FLEXIBLE, TARGET, [vm], Wanted(lock=False), named=True).calls
    assert alone.body == {"location": "l", "properties": {"protectionPolicy": policy}}
    kept = instance(protect_scale_in=True)
    done = plan_protect(Mode.UNIFORM, TARGET, [kept], Wanted(), named=True)
    assert (done.calls, [skip.satisfied for skip in done.skipped]) == ((), [True])
    more = plan_protect(Mode.UNIFORM, TARGET, [kept], Wanted(scale_set_actions=True), named=True)
    assert len(more.calls) == 1
    for wanted in (Wanted(lock_name="x"), Wanted(level=LockLevel.READ_ONLY)):
        with pytest.raises(UsageError, match="does not go with a Uniform scale set"):
            plan_protect(Mode.UNIFORM, TARGET, [vm], wanted, named=True)


def test_only_its_own_locks_are_taken_away() -> None:
    """Those on the machine itself, of the wanted name and level; a lock above the machine is reported."""
    own = Lock(name="A", level="CanNotDelete", scope=TARGET.machine_id("VM0"))
    above = Lock(name="g", level="ReadOnly", scope=TARGET.group_id)

    def names(*locks: Lock, **wanted: Any) -> list[str]:
        plan = plan_unprotect(Mode.FLEXIBLE, TARGET, [instance()], locks, Wanted(**wanted), named=True)
        return [call.path.rpartition("/")[2] for call in plan.calls] or [skip.why for skip in plan.skipped]

    assert names(own, above) == ["A"]
    assert names(own, lock_name="a") == ["A"]
    assert names(own, level=LockLevel.CAN_NOT_DELETE) == ["A"]
    assert names(own, lock_name="b") == ["no lock sits on it itself; A (CanNotDelete) covers it from above"]
    assert names(own, level=LockLevel.READ_ONLY) == ["no lock sits on it itself; A (CanNotDelete) covers it from above"]
    (told,) = names(above)
    assert told.startswith("no lock sits on it itself; g (ReadOnly) covers it from above: it is set on the resource ")
    assert "az lock delete --ids /subscriptions/" in told
    assert names() == ["no lock sits on it"]


def test_interfaces_of_instances_only() -> None:
    """Each IP configuration of the NICs that belong to the instances; everybody else's are passed over."""
    configuration = {
        "id": IP,
        "properties": {
            "privateIPAddress": "10.0.0.4",
            "subnet": {"id": SUBNET},
            "loadBalancerBackendAddressPools": [{"id": POOL}, {}],
            "loadBalancerInboundNatRules": [{"id": f"{LB}/inboundNatRules/ssh"}],
            "publicIPAddress": {"id": ADDRESS},
        },
    }
    owner = {"virtualMachine": {"id": TARGET.machine_id("VM0")}}
    nics: list[dict[str, Any]] = [
        {"id": NIC, "name": "nic", "properties": {**owner, "ipConfigurations": [configuration, {"name": "v6"}]}},
        {"id": f"{NIC}2", "properties": {"virtualMachine": {"id": TARGET.machine_id("other")}}},
        {"id": f"{NIC}3"},
    ]
    assert parse_interfaces(nics, [instance()]) == (
        Interface(
            id=IP,
            nic="nic",
            instance="vm0",
            private_address="10.0.0.4",
            subnet=SUBNET,
            pools=(POOL,),
            rules=(f"{LB}/inboundNatRules/ssh",),
            public_address=ADDRESS,
        ),
        Interface(id=f"{NIC}/ipConfigurations/v6", nic="nic", instance="vm0"),
    )


def _way(mode: Mode, subnet: dict[str, Any] | None, body: dict[str, Any], **more: Any) -> tuple[str, str, bool]:
    network = Network(
        interfaces=(face(**more),),
        balancers={LB.lower(): body},
        addresses={ADDRESS.lower(): "1.2.3.4"},
        subnets={} if subnet is None else {SUBNET.lower(): {"properties": subnet}},
    )
    (found,) = outbound_table(network, mode)
    assert (found["instance"], found["interface"]) == ("vm0", "nic")
    return found["method"], found["through"], bool(found["warning"])


def test_ways_out_in_azures_order() -> None:
    """NAT gateway, own address, outbound rule, load-balancing rule that translates, default access."""
    gateway = {"natGateway": {"id": f"{NETWORK}/natGateways/gw"}}
    front = {"frontendIPConfiguration": {"id": FRONT.upper()}}
    ref = {**front, "backendAddressPool": {"id": POOL.upper()}}
    out = {"frontendIPConfigurations": [{"id": FRONT}], "backendAddressPool": {"id": POOL.upper()}}
    rules = {"outboundRules": [{"name": "out", "properties": out}]}
    snat = {"loadBalancingRules": [{"name": "http", "properties": ref}]}
    several = {"loadBalancingRules": [{"name": "http", "properties": {**front, "backendAddressPools": [{"id": POOL}]}}]}
    off = {"loadBalancingRules": [{"name": "http", "properties": {**ref, "disableOutboundSnat": True}}]}
    other = {
        "loadBalancingRules": [{"name": "http", "properties": {**front, "backendAddressPool": {"id": f"{POOL}2"}}}]
    }
    flexible = Mode.FLEXIBLE
    both = balancer(**rules, **snat)
    assert _way(flexible, gateway, both, public_address=ADDRESS) == ("NAT gateway", "gw", False)
    assert _way(flexible, {}, both, public_address=ADDRESS) == ("instance public IP", "1.2.3.4", False)
    assert _way(flexible, {}, both, public_address="/x/own") == ("instance public IP", "own", False)
    assert _way(flexible, {}, both) == ("outbound rule", "LB/out", False)
    for body in (snat, several):
        assert _way(flexible, {}, balancer(**body)) == ("load-balancing rule (implicit SNAT)", "LB/http", False)
    for body in (off, other, {}):
        assert _way(flexible, {}, balancer(**body)) == ("none", "", True)
        assert _way(Mode.UNIFORM, {}, balancer(**body)) == ("none", "", True)  # it is behind a Standard balancer
    alone = {"public_address": "", "pools": ()}
    assert _way(Mode.UNIFORM, {"defaultOutboundAccess": False}, balancer(), **alone) == ("none", "", True)
    assert _way(Mode.UNIFORM, {}, balancer(), **alone) == ("default outbound access", "", True)


def test_ways_in() -> None:
    """Each mapping with its rule: to one machine, over a pool with or without ports by instance, or a NAT pool."""
    front = {"frontendIPConfiguration": {"id": FRONT.upper()}, "protocol": "Tcp", "backendPort": 22}
    to_one = {**front, "frontendPort": 50_000, "backendIPConfiguration": {"id": IP.upper()}}
    single = {"name": "ssh", "id": "/r/ssh", "properties": to_one}
    by_face = {"name": "pool.0", "id": "/r/1", "properties": {**front, "frontendPort": 50_001}}
    ranged = {"frontendPortRangeStart": 51_000, "frontendPortRangeEnd": 51_009}
    over = {"name": "v2", "id": "/r/2", "properties": {**front, **ranged, "backendAddressPool": {"id": POOL}}}
    pool = {"name": "pool", "properties": {**front, **ranged}}
    body = balancer(inboundNatRules=[single, by_face, over], inboundNatPools=[pool])
    network = Network(
        interfaces=(face(rules=("/R/1",)),), balancers={LB.lower(): body}, addresses={ADDRESS.lower(): "1.2.3.4"}
    )
    table = nat_table(network)
    assert [(each["instance"], each["kind"], each["rule"], each["frontendPort"]) for each in table] == [
        ("vm0", "port of a NAT pool (retires 2027-09-30)", "pool.0", 50_001),
        ("vm0", "NAT rule", "ssh", 50_000),
        ("vm0", "NAT rule v2", "v2", "51000-51009"),
    ]
    assert {(each["frontend"], each["protocol"], each["backendPort"], each["balancer"]) for each in table} == {
        ("1.2.3.4", "Tcp", 22, "LB")
    }
    mapping = {"inboundNatRuleName": "v2", "frontendPort": 51_003}
    entry = {"name": "a", "properties": {"networkInterfaceIPConfiguration": {"id": IP},
             "inboundNatRulesPortMapping": [mapping, {**mapping, "inboundNatRuleName": "x"}]}}  # fmt: skip
    pools = [{"id": POOL, "properties": {"loadBalancerBackendAddresses": [entry]}}]
    mapped = balancer(inboundNatRules=[over], backendAddressPools=pools)
    (found,) = nat_table(Network(interfaces=(face(),), balancers={LB.lower(): mapped}))
    assert (found["instance"], found["frontendPort"], found["frontend"]) == ("vm0", 51_003, "FRONT")
    private = {"properties": {"frontendIPConfigurations": [{"id": FRONT, "properties": {"privateIPAddress": "10.1"}}]}}
    assert front_end(network, private, FRONT) == "10.1"


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("power=running", {"power": "running"}, True),
        ("power!=running", {"power": "running"}, False),
        ("power==running|stopped", {"power": "stopped"}, True),
        ("zone=1|2, power=running", {"zone": "2", "power": "stopped"}, False),
        ("fd=0", {"fault_domain": 0}, True),
        ("fault-domain!=0", {}, True),
        ("latest-model=no", {"latest_model": False}, True),
        ("model=yes", {"latest_model": None}, False),
        ("priority=SPOT", {"priority": "Spot"}, True),
        ("provisioning=failed", {"provisioning": "Failed"}, True),
        ("size=standard_d2s_v5", {"size": "Standard_D2s_v5"}, True),
        ("name=VM0", {}, True),
        ("health=healthy", {"health": "healthy"}, True),
    ],
)
def test_conditions(text: str, facts: dict[str, Any], *, expected: bool) -> None:
    """What a condition says of an instance."""
    assert parse_where(text).holds(instance(**facts)) is expected


def test_selections() -> None:
    """By name in the given order and each once, by condition, or all; a wrong name or a contradiction is reported."""
    known = [instance("vm0", power="running"), instance("vm1")]
    by_name = make_selection(names="VM1, vm0,vm1")
    assert [item.name for item in select(by_name, known, TARGET)] == ["vm1", "vm0"]
    assert by_name.by_name
    assert [item.name for item in select(make_selection(where="power=running"), known, TARGET)] == ["vm0"]
    assert len(select(make_selection(everything=True), known, TARGET)) == 2
    assert not make_selection(required=False).by_name
    assert parse_where("model=yes").asks_the_set
    assert not parse_where("power=running").asks_the_set
    wrong: dict[str, Any]
    for wrong in ({"names": "a", "everything": True}, {"names": "a", "where": "zone=1"}, {"names": " , "}, {}):
        with pytest.raises(UsageError):
            make_selection(**wrong)
    with pytest.raises(UsageError, match=r"'vm7' is not in .* \(2 instances: vm0, vm1\)"):
        select(make_selection(names="vm7"), known, TARGET)
    with pytest.raises(UsageError, match=r"'a', 'b' are not in"):
        select(make_selection(names="a,b"), known, TARGET)
    for text in ("power", "colour=red", "power=on", "model=maybe"):
        with pytest.raises(UsageError, match="Example: --where"):
            parse_where(text)
