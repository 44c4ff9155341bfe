"""``scaleset instances view``: the instance views, and what a person looks for in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from scaleset_core.command.apps import App
from scaleset_core.modes import row
from scaleset_operations.cli.actions import help_of
from scaleset_operations.cli.guarding import checked
from scaleset_operations.cli.options import OutputOptions, RunOptions, SelectionOptions, TargetOptions, grouped
from scaleset_operations.cli.output import for_people, show
from scaleset_operations.cli.request import Request
from scaleset_operations.cli.session import perform_row, read
from scaleset_operations.cli.watching import WatchOptions
from scaleset_operations.planning import Choices
from scaleset_operations.report import OK, Report, State
from scaleset_operations.selection import select

if TYPE_CHECKING:
    from scaleset_operations import Operations

_ROW = "instance.view"
_COLUMNS = ("instance", "powerState", "provisioningState", "since", "agent", "health", "extensions", "disks")


def view_instances(
    target: TargetOptions, selection: SelectionOptions, run: RunOptions, output: OutputOptions, watch: WatchOptions
) -> None:
    """Show the instance views: states, agents, disks, extensions."""
    chosen = checked(selection.make)
    if run.dry_run or (chosen.by_name and not watch.watch):
        request = Request(title=row(_ROW).command, target=target, run=run, output=output)
        perform_row(_ROW, request, chosen, Choices(), present=_present)
        return

    async def work(operations: Operations) -> None:
        # The list has every instance's view: one request for many, where the row has one for each.
        known = select(chosen, await operations.instances(live=True), operations.target)
        _show([(each.name, each.view) for each in known], output)

    read(target, output, work, watch=watch.watch)


def _present(report: Report, output: OutputOptions) -> int:
    _show([(each.name, each.result or {}) for each in report.of(State.DONE)], output)
    return OK


def _show(views: Iterable[tuple[str, Mapping[str, Any]]], output: OutputOptions) -> None:
    """Whole views for programs; for people a line for each instance."""
    if for_people(output):
        show([summary(name, view) for name, view in views], output, columns=_COLUMNS)
    else:
        show([{"instance": name, **view} for name, view in views], output)


def summary(name: str, view: Mapping[str, Any]) -> dict[str, Any]:
    """The states in an instance view, in the words of Azure."""
    codes = {
        str(each.get("code") or "").partition("/")[0]: each for each in _list(view, "statuses") if each.get("code")
    }
    provisioning = codes.get("ProvisioningState", {})
    return {
        "instance": name,
        "powerState": _word(codes.get("PowerState", {})),
        "provisioningState": _word(provisioning),
        "since": str(provisioning.get("time") or "").partition(".")[0],
        "agent": _shown(_list(view.get("vmAgent") or {}, "statuses")),
        "health": _word((view.get("vmHealth") or {}).get("status") or {}),
        "extensions": _named(_list(view, "extensions")),
        "disks": _named(_list(view, "disks")),
    }


def _list(view: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = view.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _word(status: Mapping[str, Any]) -> str:
    return str(status.get("code") or "").rpartition("/")[2]


def _shown(statuses: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(str(each.get("displayStatus") or _word(each)) for each in statuses)


def _named(parts: Iterable[Mapping[str, Any]]) -> str:
    """Those that are well by their names, the others with their state."""
    texts = []
    for each in parts:
        bad = [status for status in _list(each, "statuses") if _word(status).lower() != "succeeded"]
        texts.append(str(each.get("name") or "") + (f" ({_shown(bad)})" if bad else ""))
    return ", ".join(texts)


def add_to(app: App) -> None:
    """Add the command to ``scaleset instances``."""
    app.command("view", help=help_of(row(_ROW)))(grouped(view_instances))
