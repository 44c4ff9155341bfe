"""Plans: pure functions from the mode table, a selection and the choices to REST calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleset_core.facts.secrets import masked
from scaleset_core.modes import (
    ROWS,
    Mode,
    Route,
    RouteKind,
    row,
)
from scaleset_operations import (
    AzureError,
    Call,
    Choices,
    Execution,
    Instance,
    Pace,
    State,
    Target,
    UnsupportedError,
    UsageError,
    make_plan,
)
from scaleset_operations.executor import batches
from scaleset_operations.planning import merge

TARGET = Target("sub", "rg", "web")
JSON = st.recursive(
    st.none() | st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
)


def instances(count: int, **facts: object) -> list[Instance]:
    """Flexible instances."""
    return [
        Instance(name=f"vm{number}", instance_id=f"vm{number}", resource_id=TARGET.machine_id(f"vm{number}"), **facts)  # type: ignore[arg-type]
        for number in range(count)
    ]


@given(st.integers(1, 60), st.integers(0, 70))
def test_batch_calls_name_every_instance_once(count: int, batch: int) -> None:
    """On Uniform a batch call carries at most K ids, and together the calls carry each id exactly once, in order."""
    plan = make_plan(row("instance.restart"), Mode.UNIFORM, TARGET, instances(count), Choices(batch=batch))
    ids = [call.body["instanceIds"] for call in plan.calls if call.body]
    assert [name for part in ids for name in part] == [f"vm{number}" for number in range(count)]
    assert all(len(part) <= (batch or count) for part in ids)
    if not batch:
        assert len(plan.calls) == 1


@given(st.lists(st.integers(1, 9), max_size=30), st.integers(1, 20))
def test_groups_never_exceed_the_batch(weights: list[int], size: int) -> None:
    """A group touches at most K instances, unless one single call touches more."""
    calls = [
        Call(group="g", method="m", arguments=(), verb="POST", path="/", instances=tuple(str(i) for i in range(weight)))
        for weight in weights
    ]
    groups = list(batches(calls, size))
    assert [call for group in groups for call in group] == calls
    for group in groups:
        assert sum(len(call.instances) for call in group) <= size or len(group) == 1


@pytest.mark.parametrize("mode", list(Mode))
def test_unsupported_rows_name_reason_and_alternative(mode: Mode) -> None:
    """Each unsupported route is a refusal whose text has the table's reason and alternative."""
    for entry in ROWS.values():
        route = entry.route(mode)
        if route.kind is RouteKind.UNSUPPORTED:
            with pytest.raises(UnsupportedError) as caught:
                make_plan(entry, mode, TARGET, instances(1))
            assert route.reason in str(caught.value)
            assert route.alternative in str(caught.value)


def test_conditions_skip_and_refuse() -> None:
    """Instances that do not meet a condition are skipped; when none does, nothing is planned."""
    mixed = [*instances(1, ephemeral=True), *instances(3, ephemeral=False)[1:]]
    one_by_one = Choices(variant="each-machine")
    plan = make_plan(row("instance.reimage"), Mode.FLEXIBLE, TARGET, mixed, one_by_one)
    assert [call.instances for call in plan.calls] == [("vm0",)]
    assert [skip.name for skip in plan.skipped] == ["vm1", "vm2"]
    with pytest.raises(UsageError, match=r"of 2 selected, none can take part.*--each-machine"):
        make_plan(row("instance.reimage"), Mode.FLEXIBLE, TARGET, mixed[1:], one_by_one)


def test_reimage_by_name_is_one_call() -> None:
    """The set's call takes any OS disk, with VM names as instance ids."""
    plan = make_plan(row("instance.reimage"), Mode.FLEXIBLE, TARGET, instances(2, ephemeral=False))
    (call,) = plan.calls
    assert call.path == f"{TARGET.id}/reimage"
    assert call.body == {"instanceIds": ["vm0", "vm1"]}


@pytest.mark.parametrize(
    ("row_id", "mode", "choices", "says"),
    [
        (
            "instance.reimage",
            Mode.UNIFORM,
            Choices(variant="each-machine"),
            "--each-machine is for Flexible",
        ),
        ("instance.deallocate", Mode.UNIFORM, Choices(query={"hibernate": True}), "--hibernate"),
        (
            "instance.start",
            Mode.UNIFORM,
            Choices(variant="scheduled-actions"),
            "--via scheduled-actions is for Flexible",
        ),
        ("instance.restart", Mode.FLEXIBLE, Choices(variant="each-machine"), "has no such way"),
    ],
)
def test_options_of_the_other_mode_are_refused(row_id: str, mode: Mode, choices: Choices, says: str) -> None:
    """An option that the mode's route does not have is named, with what to do."""
    with pytest.raises(UsageError, match=says):
        make_plan(row(row_id), mode, TARGET, instances(1), choices)


def test_protected_instances_are_left_alone() -> None:
    """ProtectFromScaleSetActions holds against set-wide actions; deletes and calls on a named instance go through."""
    protected = instances(1, protect_actions=True)
    for mode in Mode:
        with pytest.raises(UsageError, match="protectionPolicy protects it"):
            make_plan(row("instance.restart"), mode, TARGET, protected)
    assert make_plan(row("instance.restart"), Mode.FLEXIBLE, TARGET, protected, Choices(named=True)).calls
    assert make_plan(row("instance.delete"), Mode.UNIFORM, TARGET, protected).calls


def test_locks_are_named() -> None:
    """CanNotDelete stops deletes only, ReadOnly every write; the message names the lock and the remedy."""
    kept = instances(1, locks=("keep (CanNotDelete)",))
    with pytest.raises(UsageError, match=r"management lock keep \(CanNotDelete\) stops it.*instances unprotect"):
        make_plan(row("instance.delete"), Mode.FLEXIBLE, TARGET, kept)
    assert make_plan(row("instance.restart"), Mode.FLEXIBLE, TARGET, kept).calls
    frozen = instances(1, locks=("frozen (ReadOnly)",))
    with pytest.raises(UsageError, match=r"frozen \(ReadOnly\)"):
        make_plan(row("instance.restart"), Mode.FLEXIBLE, TARGET, frozen)
    assert make_plan(row("instance.view"), Mode.FLEXIBLE, TARGET, frozen).calls


def every_route() -> Iterator[Route]:
    """The routes of all rows in both modes, with their variants."""
    for entry in ROWS.values():
        for mode in Mode:
            route = entry.route(mode)
            yield from (route, *(variant for _, variant in route.variants))


def test_what_a_route_says_of_itself_agrees_with_its_verb() -> None:
    """A GET and a query read, a DELETE deletes, a PUT of a machine takes the whole model; what reads never writes."""
    for route in every_route():
        verb, _, word = route.http.partition(" ")
        reads = verb == "GET" or route.kind is RouteKind.RESOURCE_GRAPH
        reads = reads or route.http == "POST retrieveBootDiagnosticsData"
        assert route.reads == reads, route
        assert bool(route.deletes) == (verb == "DELETE" or "delete" in word.lower()), route
        assert route.whole_body == (route.http == "PUT"), route
        assert not (route.reads and (route.deletes or route.whole_body or route.from_set)), route
    assert {entry.id for entry in ROWS.values() if entry.uniform.from_set} == {"set.update-instances"}
    assert {entry.id for entry in ROWS.values() if entry.uniform.deletes == "instance"} == {"instance.delete"}


@given(st.dictionaries(st.sampled_from("abc"), JSON, max_size=3))
def test_merge_with_nothing_changes_nothing(base: dict[str, object]) -> None:
    """Merging an empty change is the identity, and merging twice the same is merging once."""
    assert merge(base, {}) == base
    assert merge(merge(base, base), base) == merge(base, base)


def test_secrets_are_masked() -> None:
    """Write-only members never reach a dry run, in any spelling or depth."""
    body = {
        "properties": {
            "ProtectedSettings": {"key": "s3cret"},
            "settings": {"port": 1},
            "list": [{"adminPassword": "x"}],
        }
    }
    assert "s3cret" not in str(masked(body))
    assert masked(body)["properties"]["settings"] == {"port": 1}
    assert masked(body)["properties"]["list"] == [{"adminPassword": "***"}]


@pytest.mark.parametrize("concurrency", [1, 5])
async def test_as_many_calls_fly_as_are_allowed(concurrency: int) -> None:
    """Each time a call ends the next one begins: always as many as allowed, never more, to the last ones."""
    plan = make_plan(row("instance.restart"), Mode.FLEXIBLE, TARGET, instances(12))
    flying: list[asyncio.Event] = []
    seen = []

    async def invoke(_call: Call) -> None:
        landing = asyncio.Event()
        flying.append(landing)
        await landing.wait()

    execution = asyncio.create_task(Execution(plan, invoke, Pace(concurrency=concurrency)).run())
    while True:
        for _ in range(20):  # everything that can begin now begins
            await asyncio.sleep(0)
        if execution.done():
            break
        seen.append(len(flying))
        flying.pop(0).set()
    assert seen == [concurrency] * (13 - concurrency) + list(range(concurrency - 1, 0, -1))
    assert {outcome.state for outcome in execution.result().outcomes} == {State.DONE}


async def test_batches_are_rolling() -> None:
    """Never more than K instances at once; a batch with a failure is the last, the rest is pending."""
    plan = make_plan(row("instance.restart"), Mode.FLEXIBLE, TARGET, instances(7))
    flying = 0
    most = 0

    async def invoke(call: Call) -> None:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.002)
        flying -= 1
        if call.instances == ("vm4",):
            raise AzureError(500, "Broken", "no")

    report = await Execution(plan, invoke, Pace(concurrency=50, batch=3)).run()
    assert most == 3
    states = {outcome.name: outcome.state for outcome in report.outcomes}
    assert [name for name, state in states.items() if state is State.DONE] == ["vm0", "vm1", "vm2", "vm3", "vm5"]
    assert states["vm4"] is State.FAILED
    assert states["vm6"] is State.PENDING
    assert report.exit_code == 1
