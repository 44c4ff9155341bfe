"""What only reads (`migrate plan`, `migrate verify`, `adopt`), and moves of availability sets, by their permissions.

As in test_permissions.py: an account begins with no right, and gets what each refusal names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from migration.rights import RACK, SET, asked_for, assign, everything, wanted, with_the_role
from migration.test_cut_over import planned, run
from operations.conftest import Answer, Cli
from operations.test_permissions import ROLE, SCOPE, Operator
from operations.world import ROOT, World

from migration import racks
from scaleset_core.roles import MOVES, ROLES, Source

NAT_RULES = "Microsoft.Network/loadBalancers/inboundNatRules"


def _numbered(folder: Path, cli: Cli, *words: str) -> Callable[[], Answer]:
    """A command that writes into a new folder each time."""
    return lambda: cli(*words, "--out", str(folder / str(sum(1 for _ in folder.iterdir()))))


@dataclass(frozen=True, slots=True)
class Look:
    """A command that reads.

    Attributes:
        command: The command.
        source: What it is about.
        words: Its words; those of ``verify`` are the plan's folder.
        start: What the operator has from the beginning.
        variants: The table's variants that the world has.
    """

    command: str
    source: Source
    words: tuple[str, ...]
    start: str = SET
    variants: tuple[str, ...] = ()


_PLAN = ("--language", "python")
LOOKS = (
    Look("migrate plan", Source.UNIFORM, ("migrate", "plan", "-n", "web", *_PLAN)),
    Look(
        "migrate plan", Source.AVAILABILITY, ("migrate", "plan", "-n", "racks", *_PLAN), RACK,
        ("NAT rules of single machines",),
    ),
    Look("adopt", Source.UNIFORM, ("adopt", "-n", "web", "--no-prove")),
    Look(
        "adopt", Source.FLEXIBLE, ("adopt", "-n", "web-flex", "--no-prove"), SET,
        ("NAT rules of single machines",),
    ),
    Look("migrate verify", Source.UNIFORM, (), SET),
)  # fmt: skip


def _prepared(look: Look, world: World, cli: Cli, tmp_path: Path) -> Callable[[], Answer]:
    """The world of a command that reads, and the command."""
    results = tmp_path / "results"
    results.mkdir()
    if look.source is Source.AVAILABILITY:
        racks.availability_set(world, 2)
        return _numbered(results, cli, *look.words)
    everything(world)
    if look.command == "migrate verify" or look.source is Source.FLEXIBLE:
        planned(cli, tmp_path / "out", "--style", "instances")
        assert run(cli, tmp_path / "out", "--retire", "--yes").code == 0
    if look.command == "migrate verify":
        return lambda: cli("migrate", "verify", str(tmp_path / "out"))
    return _numbered(results, cli, *look.words)


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(each, id=f"{each.command} {each.source}", marks=pytest.mark.slow if index else ())
        for index, each in enumerate(LOOKS)
    ],
)
def test_reading_asks_for_exactly_its_operations(
    look: Look, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks for what the table says; what it leaves out it is not refused for. The Reader's file has all of it."""
    command = _prepared(look, world, cli, tmp_path)
    needs = MOVES[look.command][look.source]
    operator = Operator(world, monkeypatch)
    operator.sends()
    found, answer = asked_for(operator, command, {look.start})
    assert answer.code == 0, answer.err
    assert found == wanted(needs, *look.variants)
    assert set(needs.all) <= set(ROLES["reader"].operations)
    operator.may({"Microsoft.Compute/snapshots/read"})
    with_the_role(operator, "reader")
    answer = command()
    assert (answer.code, "Missing" in answer.err) == (0, False), answer.err


@pytest.mark.slow
def test_what_resource_graph_hides_is_reported(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the read of the sets there is no set, for any of the commands: they end with code 2 and say so."""
    everything(world)
    planned(cli, tmp_path / "plan")
    operator = Operator(world, monkeypatch)
    operator.sends()
    operator.may(set(ROLES["reader"].operations) - {SET, RACK})
    for words in (("migrate", "plan", "-n", "web"), ("adopt", "-n", "web", "--out", str(tmp_path / "adopted"))):
        answer = cli(*words)
        assert (answer.code, "no such scale set" in answer.err) == (2, True), answer.err
    answer = cli("migrate", "verify", str(tmp_path / "plan"))
    assert (answer.code, "there is no such scale set" in answer.err) == (2, True), answer.err


@pytest.mark.slow
def test_quotas_are_read_at_the_subscription(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the Reader at the resource group a plan leaves the quotas open; at the subscription it counts them."""
    everything(world)
    operator = Operator(world, monkeypatch)
    operator.may(ROLES["reader"].operations)
    operator.sends()
    for is_open in (True, False):
        if not is_open:
            assign(operator, ROLE, SCOPE)
        out = tmp_path / str(is_open)
        assert cli("migrate", "plan", "-n", "web", "--out", str(out), *_PLAN).code == 0
        assert ("az vm list-usage" in (out / "report.md").read_text()) is is_open


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("Microsoft.Authorization/roleAssignments/read", "role assignments"),
        ("Microsoft.Insights/diagnosticSettings/read", "diagnostic settings"),
        ("Microsoft.Insights/autoscaleSettings/read", "autoscale settings"),
    ],
)
def test_what_may_not_be_read_is_in_the_report(
    operation: str, kind: str, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan without the permission for a part goes on, and leaves it to decide; with it there is no such line."""
    everything(world)
    operator = Operator(world, monkeypatch)
    operator.sends()
    for may, text in ((set(ROLES["reader"].operations) - {operation}, True), (ROLES["reader"].operations, False)):
        operator.may(may)
        out = tmp_path / str(text)
        assert cli("migrate", "plan", "-n", "web", "--out", str(out), *_PLAN).code == 0
        lines = [each for each in (out / "report.md").read_text().splitlines() if "no permission to read them" in each]
        assert [kind in each for each in lines] == [True] * text


# Availability sets: what is known, and the calls that Microsoft's list lacks.

MOVE = MOVES["migrate run"][Source.AVAILABILITY]


def moved(world: World, cli: Cli, folder: Path, *way: str) -> None:
    """The availability set ``racks`` with a plan for it."""
    racks.availability_set(world, 2)
    answer = cli("migrate", "plan", "-n", "racks", "--out", str(folder), *_PLAN, *way)
    assert answer.code == 0, answer.err


@pytest.mark.slow
@pytest.mark.parametrize("way", ["migrate", "convert"])
def test_a_move_asks_for_what_is_known_and_for_the_unlisted(
    way: str, world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A move needs what the table lists, if Azure names the calls by its own rule; no role is named for those calls."""
    moved(world, cli, tmp_path / "out", "--way", way)
    operator = Operator(world, monkeypatch)
    operator.sends()
    more = ("--retire",) if way == "migrate" else ()
    told: list[str] = []

    def command() -> Answer:
        answer: Answer = run(cli, tmp_path / "out", "--yes", *more)
        told.append(answer.err)
        return answer

    found, answer = asked_for(operator, command, {RACK})
    assert answer.code == 0, answer.err
    unlisted = {each for each in MOVE.unlisted[f"--way {way}"] if "/cancel" not in each}
    known = {f"{NAT_RULES}/read", *MOVE.operations}
    if way == "migrate":
        known |= wanted(MOVE, "--way migrate", "--retire", "NAT rules of single machines")
    assert found == known | unlisted
    nobody = found - {each for role in ROLES.values() for each in role.operations}
    assert unlisted <= nobody
    assert sum("no role of `scaleset roles list` has it" in each for each in told) == len(nobody)


@pytest.mark.slow
def test_the_rollback_of_a_move_asks_for_its_operations(
    world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelling before a machine has moved deletes the empty set, and needs the last of the unlisted calls."""
    moved(world, cli, tmp_path / "out")
    for step in ("create", "start"):
        assert run(cli, tmp_path / "out", "--step", step).code == 0
    operator = Operator(world, monkeypatch)
    operator.sends()
    found, answer = asked_for(operator, lambda: run(cli, tmp_path / "out", "--rollback", "--yes"), {RACK})
    assert answer.code == 0, answer.err
    cancel = {each for each in MOVE.unlisted["--way migrate"] if "/cancel" in each}
    assert cancel | set(MOVE.variants["--rollback"]) <= found
    assert found <= {*MOVE.operations, *MOVE.variants["--rollback"], *cancel}


@pytest.mark.slow
def test_a_move_with_contributor(world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft's Contributor at the resource group is enough, as its page says; the Migrator is not."""
    moved(world, cli, tmp_path / "out")
    operator = Operator(world, monkeypatch)
    operator.may({*ROLES["migrator"].operations, *ROLES["reader"].operations})
    operator.sends()
    answer = run(cli, tmp_path / "out", "--yes")
    assert answer.code == 1
    assert "/validateMigrationToVirtualMachineScaleSet/action on /" in answer.err
    assert "no role of `scaleset roles list` has it" in answer.err
    assign(operator, "b24988ac-6180-42a0-ab88-20f7382dd24c", ROOT)
    answer = run(cli, tmp_path / "out", "--retire", "--yes")
    assert answer.code == 0, answer.err
    assert racks.members(world) == ["db-0", "db-1"]


def test_locks_that_may_not_be_read(world: World, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of an availability set says that there may be locks; its run is refused before any change."""
    operator = Operator(world, monkeypatch)
    racks.availability_set(world, 2)
    operator.sends()
    operator.may(set(ROLES["reader"].operations) - {"Microsoft.Authorization/locks/read"})
    assert cli("migrate", "plan", "-n", "racks", "--out", str(tmp_path / "out"), *_PLAN).code == 0
    assert "The account has no permission to read them" in (tmp_path / "out" / "report.md").read_text()
    answer = run(cli, tmp_path / "out", "--yes")
    assert (answer.code, "Missing is Microsoft.Authorization/locks/read on /" in answer.err) == (1, True), answer.err
    assert racks.members(world) == []
