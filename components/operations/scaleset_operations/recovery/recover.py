"""The whole recovery: what Azure has and the state lacks is imported, and what Azure lost is named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaleset_operations.azure import Azure
from scaleset_operations.cloud import Connection
from scaleset_operations.recovery import import_file, inputs, state
from scaleset_operations.recovery.arm_ids import kind_of, subscription_of
from scaleset_operations.recovery.engine import LockedError, Preview, Stack
from scaleset_operations.recovery.journal import Journal
from scaleset_operations.recovery.locks import find_locks
from scaleset_operations.recovery.outcome import Change, Finding, Recovery, Result, name_and_type
from scaleset_operations.recovery.state import Json, Pending
from scaleset_operations.recovery.wanted import Wanted, find
from scaleset_operations.statedir import write_private

_ROUNDS = 8
"""Each round can make known what the next one needs: a grant's name is derived from the id of its scale set."""
_PARALLEL = 16

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How to recover.

    Attributes:
        stack: The stack.
        connection: Which Azure.
        file: Where the import file is kept.
        dry_run: Only tell what would be done.
        remove_gone: Whether to take out of the state what Azure does not have any more.
        tell: Called for each step, for a person who waits.
    """

    stack: Stack
    connection: Connection
    file: Path
    dry_run: bool = False
    remove_gone: bool = False
    tell: Tell = field(default=lambda _: None)


async def recover(request: Request) -> Recovery:
    """Make the state agree with Azure.

    Raises:
        UsageError: There is no such stack, or no Pulumi.
        OperationsError: The program, Pulumi or Azure fails; or another update holds the stack.
    """
    run = _Run(request)
    try:
        await run.all()
    finally:
        await run.azures.close()
    return run.result


class _Azures:
    """The clients, one for each subscription."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._clients: dict[str, Azure] = {}
        self._slots = asyncio.Semaphore(_PARALLEL)

    def of(self, subscription: str) -> Azure:
        return self._clients.setdefault(subscription.lower(), Azure(self._connection, subscription))

    async def get(self, resource_id: str, api_version: str) -> Json | None:
        async with self._slots:
            return await self.of(subscription_of(resource_id)).get(resource_id, api_version)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.__aexit__(None, None, None)


class _Run:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.stack = request.stack
        self.azures = _Azures(request.connection)
        self.result = Recovery()
        self._fresh: dict[str, Wanted] = {}
        self._settled: set[str] = set()
        self._failed: set[str] = set()
        self._operations: list[Pending] = []
        self._exported: Json | None = None
        self._kept = False
        self._journal = Journal(request.file.with_suffix(".unfinished.json"))

    async def all(self) -> None:
        self._operations = state.pending(self._present())
        open_ones = [each for each in self._operations if _is_open(each)]
        if open_ones:
            # `pulumi stack import` drops all interrupted operations, and one that is not resolved may hide a resource.
            self.result.kept = [_named(each) for each in open_ones]
            self.result.notes.append(_KEPT)
            return
        self._take_up()
        await self._finish_deletions(self._present())
        for _ in range(_ROUNDS):
            self.request.tell("previewing the program")
            preview = self.stack.preview()
            progress = self._settle(preview)
            if not await self._import(preview) and not progress:
                break
        self._clear()
        if not self.request.dry_run and self._settled >= self._fresh.keys():
            self._journal.end()
        if await self._gone():
            preview = self.stack.preview()
        self.result.locks = await find_locks(self.azures.of, self._present())
        self.result.changes = _changes(preview, set(self._fresh))

    def _take_up(self) -> None:
        """Go on with what an earlier recovery had begun."""
        known = state.live(self._present())
        result = Result.FOUND if self.request.dry_run else Result.IMPORTED
        for each in self._journal.read():
            present = known.get(each.urn)
            if present is not None and not present.get("propertyDependencies"):  # as an import leaves it
                self._fresh[each.urn] = each
                self.result.findings.append(Finding(each.urn, result, each.id, _BEGUN))
            elif present is None and each.interrupted:
                self._operations.append(Pending("creating", {**each.resource, "inputs": each.inputs}))

    def _present(self) -> Json:
        """The state as it is now."""
        if self._exported is None:
            self._exported = self.stack.export()
        return self._exported

    def _replace(self, new: Json) -> None:
        self._keep()
        self.stack.replace_state(new)
        self._exported = None

    def _keep(self) -> None:
        """Before the first change of the state: keep it as it is, with the interrupted operations."""
        if not self._kept:
            write_private(self.request.file.with_suffix(".state.json"), json.dumps(self._present(), indent=2))
            self._kept = True

    # What is in Azure and not in the state

    async def _import(self, preview: Preview) -> bool:
        """Import what the state lacks and Azure has; whether that changed the state."""
        present = self._present()
        wanted = [
            each for each in find(present, preview, self._operations) if each.urn not in {*self._fresh, *self._failed}
        ]
        settled = [each for each in self.result.findings if each.result is not Result.UNKNOWN]
        self.result.findings = settled + [
            Finding(each.urn, Result.UNKNOWN, "", each.why) for each in wanted if not each.id
        ]
        named = [each for each in wanted if each.id and each.kind is not None]
        self.request.tell(f"asking Azure about {len(named)} resources that are not in the state")
        bodies = await _together(self.azures.get(each.id, each.kind.api_version) for each in named if each.kind)
        found = [
            (each, str(body.get("id") or each.id)) for each, body in zip(named, bodies, strict=True) if body is not None
        ]
        if not found:
            return False
        self._write_file(found, preview)
        self._fresh.update((each.urn, each) for each, _ in found)
        if self.request.dry_run:
            self.result.findings += [Finding(each.urn, Result.FOUND, identifier) for each, identifier in found]
            return False
        self.request.tell(f"importing {len(found)} resources")
        self._carry_out(found, preview)
        return True

    def _carry_out(self, found: Sequence[tuple[Wanted, str]], preview: Preview) -> None:
        self._journal.write(each for urn, each in self._fresh.items() if urn not in self._settled)
        before = state.live(self._present())
        replaced = {each.urn for each, _ in found} & before.keys()
        if replaced:
            # Deleted in Azure, and its replacement was made, which is not in the state: the old one gives way.
            self._replace(state.without(self._present(), replaced))
        self._keep()
        try:
            problem = self.stack.import_resources(self.request.file)
        except LockedError:
            if not replaced:
                self._journal.end()
            raise
        self._exported = None
        imported = state.live(self._present())
        for each, identifier in found:
            if each.urn in imported:
                self.result.findings.append(Finding(each.urn, Result.IMPORTED, identifier, _trust(each)))
            else:
                self._fresh.pop(each.urn)
                self._failed.add(each.urn)
                self.result.findings.append(Finding(each.urn, Result.FAILED, identifier, problem))
        self._settle(preview, before if replaced else None)

    def _write_file(self, found: Sequence[tuple[Wanted, str]], preview: Preview) -> None:
        """Write the file for `pulumi import`; a later round's resources are added to what is shown."""
        present = self._present()
        known = {urn: each for urn, each in state.live(present).items() if urn not in {each.urn for each, _ in found}}
        planned = {str(step["urn"]): step["newState"] for step in preview.steps if step.get("newState")}
        content = import_file.build([(each.resource, identifier) for each, identifier in found], known, planned)
        shown = self.result.import_file or {"nameTable": {}, "resources": []}
        self.result.import_file = {
            "nameTable": {**shown["nameTable"], **content["nameTable"]},
            "resources": [*shown["resources"], *content["resources"]],
        }
        if not self.request.dry_run:
            self.request.file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    def _settle(self, preview: Preview, before: Mapping[str, Json] | None = None) -> bool:
        """Give imported resources the program's inputs and options; whether that changed the state.

        Args:
            preview: A preview. It may not know all inputs of a resource yet: then a later round sets them.
            before: Resources as they were; their references to others are kept.
        """
        steps = {str(step["urn"]): step["newState"] for step in preview.steps if step.get("newState")}
        known = state.live(self._present())
        new: dict[str, Json] = {
            urn: {**known[urn], **_references(each)} for urn, each in (before or {}).items() if urn in known
        }
        for urn, each in self._fresh.items():
            if urn in self._settled or urn not in known:
                continue
            wanted = each.inputs
            if not each.interrupted and not inputs.is_known(wanted):
                wanted = inputs.planned(preview.plans.get(urn) or {}, known[urn].get("inputs") or {})
                if not inputs.is_known(wanted):
                    continue
            new[urn] = _recovered(known[urn], steps.get(urn) or each.resource, wanted, exact=each.interrupted)
            self._settled.add(urn)
        if not new or self.request.dry_run:
            return False
        self._replace(state.with_entries(self._present(), new))
        return True

    # What was interrupted

    async def _finish_deletions(self, present: Json) -> None:
        """Take out of the state what an interrupted deletion has deleted."""
        deleting = [each for each in state.pending(present) if each.operation == "deleting"]
        known = state.live(present)
        gone = await self._missing([known[each.urn] for each in deleting if each.urn in known])
        self.result.findings += [
            Finding(urn, Result.GONE if self.request.dry_run else Result.REMOVED, str(known[urn].get("id")), _DELETED)
            for urn in gone
        ]
        if gone and not self.request.dry_run:
            self._replace(state.without(present, gone))

    def _clear(self) -> None:
        """Drop the interrupted operations, now that their ends are known."""
        failed = {each.urn for each in self.result.of(Result.UNKNOWN, Result.FAILED)}
        self.result.cleared = [_named(each) for each in self._operations if each.urn not in failed]
        self.result.kept = [_named(each) for each in self._operations if each.urn in failed]
        if any(each.operation == "updating" for each in self._operations):
            self.result.notes.append(_UPDATING)
        if not self.result.kept and not self.request.dry_run and state.pending(self._present()):
            self._replace(self._present())

    # What is in the state and not in Azure

    async def _gone(self) -> bool:
        """Name, or take out of the state, what Azure does not have; whether that changed the state."""
        known = state.live(self._present())
        told = {each.urn for each in self.result.findings}
        candidates = [each for urn, each in known.items() if urn not in told and not each.get("pendingReplacement")]
        gone = await self._missing(candidates)
        if gone and self.request.remove_gone and not self.request.dry_run:
            self._keep()
            problem = self.stack.refresh(gone)
            self._exported = None
            result = Result.FAILED if problem else Result.REMOVED
            self.result.findings += [Finding(urn, result, str(known[urn].get("id")), problem or _GONE) for urn in gone]
            return True
        self.result.findings += [Finding(urn, Result.GONE, str(known[urn].get("id")), _GONE) for urn in gone]
        return False

    async def _missing(self, resources: Sequence[Json]) -> list[str]:
        """The URNs of those that Azure does not have; only of types that are known here."""
        asked = [
            (str(each["urn"]), str(each["id"]), kind)
            for each in resources
            if each.get("id") and not each.get("external") and (kind := kind_of(str(each["type"]))) is not None
        ]
        bodies = await _together(self.azures.get(identifier, kind.api_version) for _, identifier, kind in asked)
        return [urn for (urn, _, _), body in zip(asked, bodies, strict=True) if body is None]


_BEGUN = "an earlier recovery had begun to import it"
_DELETED = "the interrupted update deleted it"
_GONE = "it is in the state, and Azure does not have it"
_UPDATING = (
    "An interrupted change of a resource may have reached Azure or not: `pulumi up` with the same program sends it "
    "again. With another program, look first: `pulumi refresh --preview-only`."
)
_KEPT = (
    "For some interrupted operations the outcome is not known: `pulumi refresh` asks for the id of each, or "
    "drops it with --clear-pending-creates after you have checked that it is not in Azure."
)


def _is_open(operation: Pending) -> bool:
    """Whether nobody can tell how an interrupted creation ended: ids of this type are not known here."""
    token = str(operation.resource["type"])
    made = operation.operation == "creating" and operation.resource.get("custom", True)
    return bool(made) and not token.startswith(state.PROVIDERS) and kind_of(token) is None


def _recovered(imported: Json, options: Mapping[str, Any], wanted: Json, *, exact: bool) -> Json:
    """The state of an imported resource, as a creation would have written it."""
    shown = imported.get("inputs") or {}
    merged = inputs.settled(wanted, shown, str(imported["id"]), exact=exact)
    outputs = inputs.hidden(imported.get("outputs") or {}, wanted)
    return state.entry(imported, options, merged, outputs)


def _references(resource: Json) -> Json:
    """What a resource says about others."""
    names = ("dependencies", "propertyDependencies", "deletedWith", "replaceWith")
    return {name: resource[name] for name in names if name in resource}


def _trust(wanted: Wanted) -> str:
    """The sentence about secrets: Azure does not show them."""
    paths = sorted(set(inputs.taken_on_trust(wanted.inputs, {})))
    if not paths:
        return ""
    whose = "as the interrupted update sent it" if wanted.interrupted else "taken from the program"
    return f"{', '.join(paths)}: Azure does not show it; {whose}"


def _changes(preview: Preview, recovered: set[str]) -> list[Change]:
    found = []
    for step in preview.steps:
        operation, urn = str(step.get("op")), str(step["urn"])
        kind = name_and_type(urn)[1]
        if operation in {"same", "read", "refresh"} or kind == state.STACK or kind.startswith(state.PROVIDERS):
            continue
        if operation in {"create-replacement", "delete-replaced"}:
            continue  # parts of "replace"
        properties = tuple(sorted(step.get("detailedDiff") or step.get("diffReasons") or ()))
        found.append(Change(operation, urn, properties, urn in recovered))
    return found


def _named(operation: Pending) -> str:
    return f"{operation.operation} {name_and_type(operation.urn)[0]}"


async def _together(requests: Iterable[Awaitable[Json | None]]) -> list[Json | None]:
    """The answers to all requests.

    Raises:
        AzureError: Azure refused one of them.
    """
    answers = await asyncio.gather(*requests, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]
