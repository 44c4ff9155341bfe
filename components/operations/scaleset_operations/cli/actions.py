"""Commands that are rows of the mode table: their help, their options and their calls all come from the row."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import typer

from scaleset_core.modes import (
    Mode,
    Route,
    RouteKind,
    Row,
    row,
)
from scaleset_operations.cli.guarding import checked
from scaleset_operations.cli.options import (
    OutputOptions,
    RunOptions,
    SelectionOptions,
    TargetOptions,
    Via,
    grouped,
)
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform_row
from scaleset_operations.errors import UsageError
from scaleset_operations.planning import Choices
from scaleset_operations.selection import Selection

_SPECIAL = "This operation"
_QUERY: Mapping[str, tuple[type, str]] = {
    "skipShutdown": (bool, "Cut the power without shutting the system down first."),
    "hibernate": (bool, "Keep the memory on disk (needs hibernation enabled)."),
    "forceDeletion": (bool, "Delete even if Azure cannot shut the machine down."),
    "platformUpdateDomain": (int, "The update domain to walk."),
    "zone": (str, "Its availability zone, for zonal sets."),
    "placementGroupId": (str, "Its placement group, for sets with several."),
}
_REQUIRED_QUERY = {"platformUpdateDomain"}
_ROUTES: Mapping[RouteKind, str] = {
    RouteKind.SET_CALL: "one call to the scale set",
    RouteKind.INSTANCE_CALL: "one call for each instance",
    RouteKind.VM_CALL: "one call for each virtual machine, in parallel",
    RouteKind.VM_EXTENSION_CALL: "one extension call for each virtual machine, in parallel",
    RouteKind.VM_LIST: "one list call",
    RouteKind.SCHEDULED_ACTIONS: "Azure's scheduled actions",
    RouteKind.RESOURCE_GRAPH: "one Resource Graph query for a thousand instances",
    RouteKind.LOCK: "a management lock on the virtual machine",
    RouteKind.DECLARED: "declared in your program",
}


def describe(route: Route) -> str:
    """A route in one sentence."""
    if not route.supported:
        return f"not available: {route.reason}. Instead: {route.alternative}."
    call = f" (`{route.http}`)" if route.http else ""
    condition = {
        "ephemeral-os-disk": "; only instances with an ephemeral OS disk",
        "spot": "; only Spot instances",
    }.get(route.condition, "")
    return f"{_ROUTES[route.kind]}{call}{condition}." + (f" {route.note}" if route.note else "")


def help_of(entry: Row, more: str = "", *, title: str = "") -> str:
    """A row's help text, in Markdown; ``title`` replaces the row's own."""
    parts = [title or f"{entry.title}.", *([more] if more else [])]
    parts += [f"- **{mode}**: {describe(entry.route(mode))}" for mode in (Mode.UNIFORM, Mode.FLEXIBLE)]
    return "\n\n".join(parts)


def both_modes(text: str, uniform: str, flexible: str) -> str:
    """The help text, in Markdown, of a command that is no row: what it does, and what it calls in each mode."""
    return "\n\n".join([text, f"- **{Mode.UNIFORM}**: {uniform}", f"- **{Mode.FLEXIBLE}**: {flexible}"])


def add_action(app: typer.Typer, row_id: str, alias: str = "") -> None:
    """Add the command of a row to a group, under its own name or another one."""
    entry = row(row_id)
    group, _, name = entry.command.partition(" ")
    choosing = group == "instances" or entry.uniform.from_set or entry.id == "rolling-upgrade.approve"

    def command(
        target: TargetOptions, selection: SelectionOptions, run: RunOptions, output: OutputOptions, **extra: Any
    ) -> None:
        _run(entry, group, target, selection, run, output, extra)

    def whole(target: TargetOptions, run: RunOptions, output: OutputOptions, **extra: Any) -> None:
        _run(entry, group, target, SelectionOptions(), run, output, extra)

    function: Callable[..., None] = command if choosing else whole
    signature = inspect.signature(function)
    parameters = [item for item in signature.parameters.values() if item.kind is not inspect.Parameter.VAR_KEYWORD]
    extras = list(_extras(entry))
    function.__signature__ = inspect.Signature([*parameters, *extras])  # type: ignore[attr-defined]
    function.__annotations__ = {
        **{key: hint for key, hint in function.__annotations__.items() if key != "extra"},
        **{item.name: item.annotation for item in extras},
    }
    app.command(alias or name, help=help_of(entry))(grouped(function))


def _extras(entry: Row) -> Iterator[inspect.Parameter]:
    """The options that only this row has: the query parameters and variants of its two routes."""
    routes = [route for route in (entry.uniform, entry.flexible) if route.supported]
    names = dict.fromkeys(name for route in routes for name in route.query)
    for name in names:
        kind, text = _QUERY[name]
        only = [mode.value for mode in Mode if name in entry.route(mode).query]
        suffix = f" {only[0]} only." if len(only) == 1 and entry.route(Mode(only[0]).other).supported else ""
        default: Any = inspect.Parameter.empty if name in _REQUIRED_QUERY else False if kind is bool else ""
        yield _parameter(_snake(name), kind, default, _flag(name), text + suffix)
    variants = dict.fromkeys(name for route in routes for name, _ in route.variants)
    if "each-machine" in variants:
        text = "One call for each virtual machine, instead of the set's call for many. Flexible only."
        yield _parameter("each_machine", bool, False, "--each-machine", text)
    if "scheduled-actions" in variants:
        text = "Let Azure distribute the calls (Microsoft.ComputeSchedule), a hundred machines in each request. "
        "Flexible only."
        yield _parameter("via", Via | None, None, "--via", text)
        text = "Resume the scheduled actions of an earlier run, by the id that it printed."
        yield _parameter("correlation_id", str, "", "--correlation-id", text)


def _parameter(name: str, kind: Any, default: Any, flag: str, text: str) -> inspect.Parameter:
    hint = Annotated[kind, typer.Option(flag, help=text, rich_help_panel=_SPECIAL)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _flag(name: str) -> str:
    return "--" + _snake(name).replace("_", "-")


def _run(
    entry: Row,
    group: str,
    target: TargetOptions,
    selection: SelectionOptions,
    run: RunOptions,
    output: OutputOptions,
    extra: dict[str, Any],
) -> None:
    chosen: Selection | None = None
    if group == "instances" or selection.given:
        chosen = checked(selection.make)
    choices, correlation = _choices(entry, extra)
    checked(lambda: _check_pace(run, choices))
    request = Request(title=entry.command, target=target, run=run, output=output, correlation=correlation)
    perform_row(entry.id, request, chosen, choices)


def _check_pace(run: RunOptions, choices: Choices) -> None:
    if run.batch and choices.variant.startswith(Via.SCHEDULED_ACTIONS.value):
        raise UsageError(
            "--batch cannot be combined with --via scheduled-actions: there Azure sets the pace. Use only one "
            "of them; for a rolling operation leave out --via."
        )


def _choices(entry: Row, extra: dict[str, Any]) -> tuple[Choices, str]:
    names = {_snake(name): name for route in (entry.uniform, entry.flexible) for name in route.query}
    query = {names[key]: value for key, value in extra.items() if key in names and value not in {False, "", None}}
    query |= {name: extra[_snake(name)] for name in _REQUIRED_QUERY if _snake(name) in extra}
    variant = "each-machine" if extra.get("each_machine") else ""
    correlation = str(extra.get("correlation_id") or "")
    if extra.get("via") or correlation:
        variant = Via.SCHEDULED_ACTIONS.value
        if query.pop("hibernate", False):
            variant += " hibernate"
        correlation = correlation or str(uuid.uuid4())
    return Choices(variant=variant, query=query), correlation
