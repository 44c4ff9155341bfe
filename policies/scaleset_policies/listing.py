"""``scaleset rules``: the rules on a terminal, each with its reason, the alternative and whole example programs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scaleset_core.command.apps import App
from scaleset_core.command.formats import Format, dump

if TYPE_CHECKING:
    from scaleset_policies.rule import Rule


class OfMode(StrEnum):
    """The modes that a list can be about; the same values as ``scaleset_core.modes.Mode``."""

    FLEXIBLE = "Flexible"
    UNIFORM = "Uniform"


app = App(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Read the rules that `scaleset check` and the policy pack hold resources against."""


@app.command("list")
def list_rules(
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write it.")] = Format.TABLE,
    mode: Annotated[
        OfMode | None, typer.Option("--mode", help="Only the rules that hold in this mode.", show_default=False)
    ] = None,
) -> None:
    """List the rules: number, id, level, modes and title."""
    from scaleset_policies.rules import RULES  # noqa: PLC0415 - --help does not wait for the rules

    rules = [rule for rule in RULES.values() if mode is None or mode.value in _modes(rule)]
    if output is not Format.TABLE:
        typer.echo(dump([_record(rule) for rule in rules], output))
        return
    rows = [[rule.id, rule.name, rule.level.value, " ".join(_modes(rule)), rule.title] for rule in rules]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        typer.echo("  ".join([*cells, row[4]]))


@app.command()
def show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Its number (SS016) or its id.", show_default=False)],
    example: Annotated[
        bool, typer.Option("--example", help="Print the whole program that breaks it and the one that keeps it, too.")
    ] = False,
) -> None:
    """Show one rule: what it requires, why, what to write instead, how to waive it, and its sources."""
    from scaleset_policies.rules import BY_NAME, RULES  # noqa: PLC0415 - --help does not wait for the rules

    found = RULES.get(rule.upper()) or BY_NAME.get(rule.lower())
    if found is None:
        raise typer.BadParameter(f"there is no rule {rule!r}; `scaleset rules list` lists them", param_hint="RULE")
    typer.echo("\n".join(_described(found)))
    if example:
        typer.echo("\n".join(["", *_programs(found)]))


def _record(rule: Rule) -> dict[str, Any]:
    return {
        "number": rule.id,
        "id": rule.name,
        "level": rule.level.value,
        "modes": _modes(rule),
        "title": rule.title,
    }


def _modes(rule: Rule) -> list[str]:
    """The modes to which a rule applies: both if it is not about modes."""
    from scaleset_core.modes import Mode  # noqa: PLC0415 - with the rules

    return sorted(mode.value for mode in (rule.modes or Mode))


def _described(rule: Rule) -> Iterator[str]:
    from scaleset_core.modes.evidence import backed  # noqa: PLC0415 - for one rule
    from scaleset_policies.difference import difference  # noqa: PLC0415
    from scaleset_policies.examples import example_of  # noqa: PLC0415
    from scaleset_policies.pages import versions, waiving  # noqa: PLC0415

    yield f"{rule.id} {rule.name}"
    yield f"{rule.level.value}, {rule.severity.value}, {rule.category.value}, {' and '.join(_modes(rule))}"
    yield ""
    yield rule.title
    yield ""
    yield f"Why: {rule.reason}."
    yield f"Instead: {rule.remediation}."
    if rule.fix is not None:
        yield f"Fix: with the level remediate Pulumi corrects it automatically: {rule.fix.text}."
    if rule.conflict is not None:
        yield f"Microsoft's sources conflict: {rule.conflict.stale}. Followed: {rule.conflict.followed}."
    if not backed(rule.sources):
        yield "No source from Microsoft says so: advisory, and the component accepts it by its id."
    yield f"Holds {versions(rule)}."
    yield ""
    yield "Sources:"
    for source in rule.sources:
        yield f"    {source.name}"
        yield f"        {source.confidence.value}, read {source.read}"
        if source.says:
            yield f"        says: {source.says}"
        yield f"        {source.url}"
    yield ""
    yield f"Page: {rule.link}"
    yield ""
    yield "From a program that breaks it to one that keeps it:"
    yield ""
    yield from (f"    {line}".rstrip() for line in difference(example_of(rule)))
    yield ""
    yield "To change its level or to waive it, in a file for `scaleset check --config FILE`:"
    yield ""
    yield from (f"    {line}" for line in waiving(rule.name).splitlines())


def _programs(rule: Rule) -> Iterator[str]:
    """Both programs, as two YAML documents."""
    from scaleset_policies.difference import whole  # noqa: PLC0415 - for one rule
    from scaleset_policies.examples import example_of  # noqa: PLC0415

    example = example_of(rule)
    for text, program in (("breaks it", example.bad), ("keeps it", example.good)):
        yield f"--- # {text}"
        yield whole(program)
