"""What a plan leaves: on the terminal, and in a folder."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaleset_core.command.formats import Format, dump
from scaleset_core.picture import Picture
from scaleset_migration import saved
from scaleset_migration.availability.pictures import move_pictures
from scaleset_migration.availability.planning import PlannedMove
from scaleset_migration.estate import estate_of, resource_of
from scaleset_migration.facts import Fate, counted
from scaleset_migration.planning import Planned
from scaleset_migration.programs import Language, Program
from scaleset_migration.programs import write as written
from scaleset_migration.report import record
from scaleset_migration.report.markdown import markdown
from scaleset_migration.report.page import page
from scaleset_operations.cli.options import OutputOptions
from scaleset_operations.cli.output import err, for_people, out
from scaleset_operations.cli.output import show as show_data
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate
from scaleset_policies.preview.drawing import pictures_of

_JSON = Format.JSON
AnyPlan = Planned | PlannedMove
"""The plan of a Uniform set, or of an availability set."""


def show(planned: Sequence[AnyPlan], output: OutputOptions, folder: Path | None) -> None:
    """Print the plans: Markdown for people, rendered on a terminal; records for programs."""
    records = [record(each) for each in planned]
    if not for_people(output):
        show_data(records, output)
        return
    if not records:
        return
    if folder is not None:
        for each in records:
            text = f"{each['set']['name']} -> {each['twin']['name']}: {counted(each['counts'])}"
            out().print(text, markup=False, highlight=False)
        out().print(f"Written to {folder}: report.html, report.md, {saved.FILE} and the programs.", markup=False)
        return
    text = markdown(records)
    if sys.stdout.isatty():
        from rich.markdown import Markdown  # noqa: PLC0415 - on a terminal only

        out().print(Markdown(text))
    else:
        sys.stdout.write(text)


def inventory(planned: Sequence[AnyPlan], output: OutputOptions, folder: Path | None) -> None:  # noqa: ARG001 - as show
    """Print one line for each set."""
    rows = [_row(record(each)) for each in planned]
    show_data(rows, output, columns=tuple(rows[0]) if rows else ())


def _row(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": plan["set"]["name"],
        "kind": plan["set"]["kind"],
        "resourceGroup": plan["set"]["resourceGroup"],
        "instances": plan["set"]["instances"],
        "natPorts": len(plan["ports"]),
        **{_COLUMNS[fate]: plan["counts"][fate.value] for fate in Fate},
        "problems": len(plan["problems"]),
    }


_COLUMNS = {Fate.CARRIES: "carriesOver", Fate.CHANGES: "changes", Fate.NONE: "noEquivalent", Fate.OPEN: "open"}


def complain(refused: Sequence[str]) -> None:
    """Tell why sets cannot be planned."""
    for each in refused:
        err().print(f"Cannot be planned: {each}.", markup=False)


def write(planned: Sequence[AnyPlan], folder: Path, languages: Sequence[str]) -> None:
    """Write the report, the plan and the programs.

    Args:
        planned: The plans.
        folder: Where to; it is made if it is not there.
        languages: The languages of the programs.
    """
    records = [record(each) for each in planned]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text(markdown(records), encoding="utf-8")
    (folder / "report.json").write_text(dump(records, _JSON) + "\n", encoding="utf-8")
    pictures = {each["set"]["name"]: _pictures(plan) for plan, each in zip(planned, records, strict=True)}
    (folder / "report.html").write_text(page(records, pictures), encoding="utf-8")
    saved.save(planned, folder)
    program = _program(planned)
    for language in languages:
        place = folder / language
        place.mkdir(exist_ok=True)
        for name, text in written(program, Language(language)).items():
            (place / name).write_text(text, encoding="utf-8")


def _program(planned: Sequence[AnyPlan]) -> Program:
    """The program of all new sets."""
    sets: dict[str, Mapping[str, Any]] = {}
    ignored: dict[str, Sequence[str]] = {}
    for each in planned:
        if isinstance(each, Planned):
            sets[each.twin.name] = each.settled.arguments
        elif each.adopted is not None:
            sets[each.twin.name], ignored[each.twin.name] = each.adopted.arguments, each.adopted.ignored
    places = (each.situation.body if isinstance(each, Planned) else each.source.body for each in planned)
    location = next((str(each.get("location") or "") for each in places), "")
    was = "Uniform" if all(isinstance(each, Planned) for each in planned) else "Uniform sets or availability sets"
    description = f"Flexible scale sets that were {was}: {', '.join(sets)}."
    return Program("migrated-scale-sets", description, sets, location, ignored=ignored)


def _pictures(planned: AnyPlan) -> list[tuple[str, Picture]]:
    if isinstance(planned, PlannedMove):
        return move_pictures(planned)
    situation = planned.situation
    before = resource_of(situation.id, arm_types.SCALE_SET, situation.body)
    around = [resource_of(key, arm_types.LOAD_BALANCER, body) for key, body in situation.balancers.items()]
    found = [("Before", each) for each in pictures_of(Estate([before, *around]), situation.place)]
    if planned.settled.plan is not None:
        after = [replace(each, properties=_without_pools(each.properties, planned)) for each in around]
        found += [("After", each) for each in pictures_of(estate_of(planned.settled.plan, after), "the plan")]
    return found


def _without_pools(balancer: Mapping[str, Any], planned: Planned) -> dict[str, Any]:
    """A load balancer without the NAT pools of the old set, and without the rules that Azure made of them."""
    gone = {move.before.pool for move in planned.moves if not move.before.stays}
    kept = dict(balancer)
    for member in ("inboundNatPools", "inboundNatRules"):
        names = [(each, str(each.get("name"))) for each in balancer.get(member) or []]
        kept[member] = [each for each, name in names if name not in gone and name.rpartition(".")[0] not in gone]
    return kept
