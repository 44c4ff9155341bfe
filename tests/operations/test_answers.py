"""Operations over an Azure that gives prepared answers: the requests, what is believed, and what is reported."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from scaleset_core.modes import Mode, row
from scaleset_operations import Choices, Instance, Operations, State, Target, UsageError, make_plan
from scaleset_operations.azure import Azure
from scaleset_operations.cloud import connect, find_cloud
from scaleset_operations.inventory import live_instances
from scaleset_operations.planning import choose_route, obstacle
from scaleset_operations.protection import Wanted
from scaleset_operations.report import Outcome, Report, order
from scaleset_operations.scheduled import Journal, ScheduledExecution, plan_scheduled
from scaleset_operations.selection import make_selection
from scaleset_operations.view import SetView, read_view

TARGET = Target("sub", "rg", "web")
OTHER = Target("sub", "rg", "web2")
LOCKS = "/providers/Microsoft.Authorization/locks"
SCHEDULED = Choices(variant="scheduled-actions")


class Answers:
    """An Azure with an answer for each call; what was asked is noted."""

    def __init__(self, answers: dict[tuple[str, str], Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    async def ask(self, group: str, method: str, *_: Any, **__: Any) -> Any:
        """The prepared answer."""
        self.asked.append((group, method))
        return self.answers[group, method]


def machine(name: str, target: Target = TARGET) -> dict[str, Any]:
    """A virtual machine of a set."""
    return {"id": TARGET.machine_id(name), "name": name, "properties": {"virtualMachineScaleSet": {"id": target.id}}}


def lock(scope: str, level: str) -> dict[str, Any]:
    """A management lock."""
    return {"id": f"{scope}{LOCKS}/l", "properties": {"level": level}}


def operations(mode: Mode, *locks: dict[str, Any], profile: bool = True) -> tuple[Operations, Answers]:
    """Operations on the set, with two machines."""
    model: dict[str, Any] = {"id": TARGET.id, "location": "l", "properties": {"orchestrationMode": mode.value}}
    if profile:
        model["properties"]["virtualMachineProfile"] = {}
    states = [
        {"id": TARGET.instance_id(str(n)), "instanceId": str(n), "name": f"web_{n}", "properties": {}} for n in (0, 1)
    ]
    if mode is Mode.FLEXIBLE:
        states = [
            {"id": TARGET.instance_id(f"vm{n}"), "name": f"vm{n}", "properties": {"latestModelApplied": bool(n)}}
            for n in (0, 1)
        ]
    azure = Answers(
        {
            ("virtual_machine_scale_sets", "get"): model,
            ("virtual_machines", "list"): [machine("vm1"), machine("vm0"), machine("vm2", OTHER)],
            ("virtual_machine_scale_set_vms", "list"): states,
            ("management_locks", "list_at_resource_group_level"): list(locks),
            ("network_interfaces", "list"): [],
        }
    )
    found = Operations(connect(endpoint="http://127.0.0.1:1", token="t"), TARGET)
    found.azure = azure  # type: ignore[assignment]
    return found, azure


async def test_members_are_those_that_say_so() -> None:
    """Azure's filter is not trusted: a machine of another set is passed over; the order is that of the names."""
    _, azure = operations(Mode.FLEXIBLE)
    found = await live_instances(azure, TARGET, Mode.FLEXIBLE)  # type: ignore[arg-type]
    assert [(item.name, item.latest_model) for item in found] == [("vm0", None), ("vm1", None)]
    assert azure.asked == [("virtual_machines", "list")]
    both = await live_instances(azure, TARGET, Mode.FLEXIBLE, set_facts=True)  # type: ignore[arg-type]
    assert [(item.name, item.latest_model) for item in both] == [("vm0", False), ("vm1", True)]


@pytest.mark.parametrize(
    ("scope", "level", "row_id", "stopped"),
    [
        (TARGET.id, "ReadOnly", "instance.restart", True),
        (TARGET.group_id, "ReadOnly", "instance.restart", True),
        (TARGET.id, "CanNotDelete", "instance.restart", False),
        (OTHER.id, "ReadOnly", "instance.restart", False),
    ],
)
async def test_a_locked_set_stops_its_own_calls(scope: str, level: str, row_id: str, *, stopped: bool) -> None:
    """A lock on the set or above it stops what it forbids; one on another set stops nothing."""
    found, _ = operations(Mode.UNIFORM, lock(scope, level))
    if stopped:
        with pytest.raises(UsageError, match=r"the management lock l \(ReadOnly\) on"):
            await found.plan(row_id)
    else:
        assert len((await found.plan(row_id)).calls) == 1


async def test_protection_reads_what_it_needs() -> None:
    """Locks are read where locks are taken away; policies, where they are part of it, from the scale-set API."""
    found, azure = operations(Mode.FLEXIBLE, lock(TARGET.machine_id("vm0"), "CanNotDelete"))
    lock_alone = Wanted(instance_protection=False)
    plan = await found.plan_protection(make_selection(names="vm0"), lock_alone, remove=True)
    assert [call.path for call in plan.calls] == [f"{TARGET.machine_id('vm0')}{LOCKS}/l"]
    assert ("virtual_machine_scale_set_vms", "list") not in azure.asked
    uniform, azure = operations(Mode.UNIFORM)
    plan = await uniform.plan_protection(make_selection(everything=True), Wanted(), remove=True)
    assert [skip.why for skip in plan.skipped] == ["it has no protectionPolicy"] * 2
    assert ("management_locks", "list_at_resource_group_level") not in azure.asked
    assert ("virtual_machine_scale_set_vms", "list") in azure.asked


async def test_no_instance_is_told() -> None:
    """Whether nothing meets the condition or nothing is there."""
    found, azure = operations(Mode.FLEXIBLE)
    with pytest.raises(UsageError):
        await found.plan("instance.restart", make_selection(names="vm7"))
    await found.plan("instance.restart", make_selection(where="zone=3"))
    assert found.notes == ["no instance meets --where"]
    azure.answers["virtual_machines", "list"] = []
    azure.answers["virtual_machine_scale_set_vms", "list"] = []
    found.notes.clear()
    for where in ("", "zone=3"):
        await found.plan("instance.restart", make_selection(everything=not where, where=where))
    assert found.notes == ["the scale set has no instances"] * 2


async def test_the_view_has_the_network_and_the_locks_of_this_set() -> None:
    """Network interfaces are read for every view; locks of other sets are left out."""
    found, azure = operations(Mode.FLEXIBLE, lock(TARGET.group_id, "ReadOnly"), lock(OTHER.id, "ReadOnly"))
    seen = await read_view(found, live=True)
    assert seen.around is not None
    assert ("network_interfaces", "list") in azure.asked
    assert [each.scope for each in seen.locks] == [TARGET.group_id]
    assert [item.protection for item in seen.instances] == ["l (ReadOnly)"] * 2
    assert seen.to_json()["inboundNat"] == []
    assert seen.source == "read from the instances just now"
    assert isinstance(seen, SetView)


def instances(*names: str, **facts: Any) -> list[Instance]:
    """Instances of these names."""
    return [Instance(name=each, instance_id=each, resource_id=TARGET.machine_id(each), **facts) for each in names]


def test_only_spot_instances_are_evicted() -> None:
    """A regular instance cannot take part; what Azure did not say stops nobody."""
    entry = row("instance.simulate-eviction")
    for mode in Mode:
        route = choose_route(entry, mode, Choices())
        (regular,), (spot,), (silent,) = (instances("a", priority=each) for each in ("Regular", "Spot", ""))
        assert "only Spot instances" in obstacle(route, regular, named=True)
        assert obstacle(route, spot, named=True) == obstacle(route, silent, named=True) == ""


def test_a_refusal_names_at_most_five() -> None:
    """One instance with its own reason; of many, five and how many more."""
    entry = row("instance.simulate-eviction")
    with pytest.raises(UsageError, match=r"of 1 selected, none can take part\. a: it is not a Spot instance"):
        make_plan(entry, Mode.FLEXIBLE, TARGET, instances("a", priority="Regular"))
    names = [f"vm{index}" for index in range(7)]
    with pytest.raises(UsageError, match=r"of 7 selected.*\. vm0, vm1, vm2, vm3, vm4 and 2 more: it is"):
        make_plan(entry, Mode.FLEXIBLE, TARGET, instances(*names, priority="Regular"))
    with pytest.raises(UsageError, match=r"\. vm0, vm1, vm2, vm3, vm4: it is"):
        make_plan(entry, Mode.FLEXIBLE, TARGET, instances(*names[:5], priority="Regular"))
    with pytest.raises(UsageError, match=r"unprotect --instances a`\. Nothing"):
        make_plan(row("instance.delete"), Mode.FLEXIBLE, TARGET, instances("a", locks=("k (CanNotDelete)",)))


def test_a_reason_of_several_names_none_of_them() -> None:
    """Two instances with the same kind of lock: the remedy is shown once, for any of them."""
    locked = instances("vm0", "vm1", locks=("k (CanNotDelete)",))
    with pytest.raises(UsageError, match=r"\. vm0, vm1: .*unprotect --instances NAME`\. Nothing"):
        make_plan(row("instance.delete"), Mode.FLEXIBLE, TARGET, locked)


@pytest.mark.parametrize(
    ("known", "wait", "state", "why"),
    [
        ({}, True, State.PENDING, "not submitted"),
        ({}, False, State.PENDING, "not submitted"),
        ({"a": ""}, True, State.PENDING, "not submitted"),
        ({"a": "id"}, True, State.UNKNOWN, "submitted, not known to have ended"),
        ({"a": "id"}, False, State.ACCEPTED, "submitted, not known to have ended"),
    ],
)
def test_what_a_scheduled_run_knows(known: dict[str, str], state: State, why: str, *, wait: bool) -> None:
    """Before anything ended: what was submitted is accepted if nobody waits, and else unknown."""
    some = instances("a")
    plan = plan_scheduled(row("instance.start"), Mode.FLEXIBLE, TARGET, "l", some, str(uuid.UUID(int=1)), SCHEDULED)
    journal = Journal(str(uuid.UUID(int=1)), operations=known)
    report = ScheduledExecution(plan, Answers({}), journal, wait=wait).report()  # type: ignore[arg-type]
    assert [(each.name, each.state, each.why) for each in report.outcomes] == [("a", state, why)]


async def test_the_clients_are_a_context() -> None:
    """What is opened is what was made."""
    made = Azure(connect(endpoint="http://127.0.0.1:1", token="t"), "sub")
    async with made as opened:
        assert opened is made


def test_what_a_dry_run_prints() -> None:
    """The operation, the set, its calls and who is left alone."""
    some = [*instances("a", ephemeral=True), *instances("b", ephemeral=False)]
    one_by_one = Choices(variant="each-machine")
    printed = make_plan(row("instance.reimage"), Mode.FLEXIBLE, TARGET, some, one_by_one).to_json()
    assert list(printed) == ["operation", "mode", "scaleSet", "calls", "skipped"]
    assert (printed["operation"], printed["mode"], printed["scaleSet"]) == ("instance.reimage", "Flexible", TARGET.id)
    assert [call["url"].partition("?")[0] for call in printed["calls"]] == [f"{TARGET.machine_id('a')}/reimage"]
    assert [skip["instance"] for skip in printed["skipped"]] == ["b"]


def test_how_a_report_ends() -> None:
    """Failures first; exit codes: 0 all done, 1 some not, 3 not known, 130 interrupted."""
    outcomes = [Outcome(name=state.value, state=state) for state in State]
    assert [each.name for each in order(outcomes)] == [
        "failed", "unknown", "pending", "skipped", "done", "accepted",
    ]  # fmt: skip

    def code(*states: State, **more: Any) -> int:
        lines = tuple(Outcome(name="x", state=state) for state in states)
        return Report(row="r", mode=Mode.UNIFORM, outcomes=lines, **more).exit_code

    assert [code(), code(State.DONE), code(State.ACCEPTED), code(State.DONE, State.SKIPPED)] == [0, 0, 0, 0]
    assert [code(State.FAILED), code(State.PENDING, State.DONE), code(State.SKIPPED)] == [1, 1, 1]
    assert code(State.DONE, State.SKIPPED, named=True) == 1
    assert code(State.FAILED, interrupted=True) == 130
    report = Report(row="r", mode=Mode.UNIFORM, outcomes=tuple(outcomes[:2]), throttled=2, seconds=1.26)
    assert report.summary == "1 done, 1 accepted in 1.3 s, throttled 2 times"
    assert Report(row="r", mode=Mode.UNIFORM, outcomes=()).summary == "nothing to do in 0.0 s"
    assert Outcome(name="", state=State.DONE, seconds=1.26).to_row() == {
        "instance": "(scale set)", "state": "done", "seconds": 1.3, "why": "",
    }  # fmt: skip


def test_connections() -> None:
    """How often is looked, and what is no safe endpoint."""
    assert connect().poll_seconds == 5.0
    assert connect(endpoint="https://arm.example/").poll_seconds == 5.0
    assert connect(endpoint="https://arm.example/").endpoint == "https://arm.example"
    assert connect(endpoint="http://127.0.0.1:80", token="t").poll_seconds == 0.1
    refused: tuple[dict[str, Any], ...] = (
        {"endpoint": "ftp://x"},
        {"endpoint": "x"},
        {"endpoint": "http://arm.example", "token": "t"},
        {"endpoint": "http://127.0.0.1:80"},
        {"cloud": "moon"},
    )
    for wrong in refused:
        with pytest.raises(UsageError):
            connect(**wrong)
    assert {find_cloud(name).name for name in ("public", "AZURECLOUD")} == {"AzureCloud"}
    assert find_cloud("china").name == "AzureChinaCloud"
    assert "secret" not in repr(connect(endpoint="https://x", token="secret"))
