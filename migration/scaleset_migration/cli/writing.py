"""What a plan leaves: on the terminal, and in a folder."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaleset_core.command.formats import Format, dump
from scaleset_core.picture import Picture
from scaleset_migration import saved
from scaleset_migration.estate import estate_of
from scaleset_migration.facts import Fate
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
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.preview.drawing import pictures_of

_JSON = Format.JSON


def show(planned: Sequence[Planned], output: OutputOptions, folder: Path | None) -> None:
    """Print the plans: Markdown for people, rendered on a terminal; records for programs."""
    records = [record(each) for each in planned]
    if not for_people(output):
        show_data(records, output)
        return
    if not records:
        return
    if folder is not None:
        for each in records:
            counts = ", ".join(f"{count} {fate}" for fate, count in each["counts"].items() if count)
            out().print(f"{each['set']['name']} -> {each['twin']['name']}: {counts}", markup=False, highlight=False)
        out().print(f"Written to {folder}: report.html, report.md, {saved.FILE} and the programs.", markup=False)
        return
    text = markdown(records)
    if sys.stdout.isatty():
        from rich.markdown import Markdown  # noqa: PLC0415 - on a terminal only

        out().print(Markdown(text))
    else:
        sys.stdout.write(text)


def inventory(planned: Sequence[Planned], output: OutputOptions, folder: Path | None) -> None:  # noqa: ARG001 - as show
    """Print one line for each set."""
    rows = [
        {
            "name": each.situation.name,
            "resourceGroup": each.situation.group,
            "instances": each.situation.capacity,
            "natPorts": len(each.moves),
            **{_COLUMNS[fate]: sum(fact.fate is fate for fact in each.facts) for fate in Fate},
            "problems": len(each.problems),
        }
        for each in planned
    ]
    show_data(rows, output, columns=tuple(rows[0]) if rows else ())


_COLUMNS = {Fate.CARRIES: "carriesOver", Fate.CHANGES: "changes", Fate.NONE: "noEquivalent", Fate.OPEN: "open"}


def complain(refused: Sequence[str]) -> None:
    """Tell why sets cannot be planned."""
    for each in refused:
        err().print(f"Cannot be planned: {each}.", markup=False)


def write(planned: Sequence[Planned], folder: Path, languages: Sequence[str]) -> None:
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
    pictures = {each.situation.name: _pictures(each) for each in planned}
    (folder / "report.html").write_text(page(records, pictures), encoding="utf-8")
    saved.save(planned, folder)
    sets = {each.twin.name: each.settled.arguments for each in planned}
    location = next((str(each.situation.body.get("location") or "") for each in planned), "")
    names = ", ".join(sets)
    program = Program("migrated-scale-sets", f"Flexible scale sets that were Uniform: {names}.", sets, location)
    for language in languages:
        place = folder / language
        place.mkdir(exist_ok=True)
        for name, text in written(program, Language(language)).items():
            (place / name).write_text(text, encoding="utf-8")


def _pictures(planned: Planned) -> list[tuple[str, Picture]]:
    situation = planned.situation
    before = _resource(situation.id, arm_types.SCALE_SET, situation.body)
    around = [_resource(key, arm_types.LOAD_BALANCER, body) for key, body in situation.balancers.items()]
    found = [("Before", each) for each in pictures_of(Estate([before, *around]), situation.place)]
    if planned.settled.plan is not None:
        after = [replace(each, properties=_without_pools(each.properties, planned)) for each in around]
        found += [("After", each) for each in pictures_of(estate_of(planned.settled.plan, after), "the plan")]
    return found


def _resource(identity: str, kind: str, body: Mapping[str, Any]) -> Resource:
    return Resource(key=identity, type=kind, name=identity.rsplit("/", 1)[-1], properties=dict(body), id=identity)


def _without_pools(balancer: Mapping[str, Any], planned: Planned) -> dict[str, Any]:
    """A load balancer without the NAT pools of the old set, and without the rules that Azure made of them."""
    gone = {move.before.pool for move in planned.moves if not move.before.stays}
    kept = dict(balancer)
    for member in ("inboundNatPools", "inboundNatRules"):
        names = [(each, str(each.get("name"))) for each in balancer.get(member) or []]
        kept[member] = [each for each, name in names if name not in gone and name.rpartition(".")[0] not in gone]
    return kept
