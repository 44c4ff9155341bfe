"""A recovery in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaleset_operations.locks import Lock, advice
from scaleset_operations.recovery.outcome import Change, Recovery, Result, counted, name_and_type, names

_SHOWN = 5


def sentences(result: Recovery, *, file: str, dry_run: bool) -> Iterator[str]:
    """What was found and done, and what is left, for a person.

    Args:
        result: The recovery.
        file: The import file.
        dry_run: Whether nothing was done.
    """
    yield from _resources(result, file, dry_run=dry_run)
    if result.cleared:
        verb = "would be dropped" if dry_run else "are dropped"
        yield f"Interrupted operations that {verb} from the state, because their outcome is known: "
        f"{_few(result.cleared)}."
    if result.kept:
        yield f"Interrupted operations that stay in the state: {_few(result.kept)}."
    yield from map(_lock, result.locks)
    yield from result.notes
    if not result.kept:
        yield from _changes(result, dry_run=dry_run)


def _lock(lock: Mapping[str, str]) -> str:
    what = f"Lock {lock['lock']} ({lock['level']}) on {lock['scope']}"
    if lock["owner"] == "component":
        return (
            f"{what} has a name that this component gives, and neither the state nor the program has it: an "
            f"earlier update left it behind. Check it: `{lock['look']}`. Remove it: `az lock delete --ids "
            f"{lock['id']}`."
        )
    removal = advice(Lock(name=lock["lock"], level=lock["level"], scope=lock["scope"]))
    return (
        f"{what} is not the stack's, and may stop its next update or `destroy`. Look at it: `{lock['look']}`. It is "
        f"for its owner to take away: {removal}."
    )


def _resources(result: Recovery, file: str, *, dry_run: bool) -> Iterator[str]:
    found = result.of(Result.IMPORTED)
    if found:
        yield (
            f"{counted(len(found), 'resource')} imported; the import file is {file}, and the state before is beside it."
        )
    if waiting := result.of(Result.FOUND):
        yield f"{counted(len(waiting), 'resource')} would be imported: in Azure, and not in the state."
    if failed := result.of(Result.FAILED):
        yield f"Not recovered: {names([each.urn for each in failed])}."
    if gone := result.of(Result.GONE):
        yield (
            f"In the state, but not in Azure: {names([each.urn for each in gone])}. `scaleset recover --yes` "
            "removes them from the state; `pulumi up` then creates those that the program still declares."
        )
    if removed := result.of(Result.REMOVED):
        yield f"Removed from the state, because Azure does not have them: {names([each.urn for each in removed])}."
    if unknown := result.of(Result.UNKNOWN):
        known = (name_and_type(each.urn) for each in unknown)
        imports = ", ".join(f"`pulumi import {kind} {name} ID`" for name, kind in known)
        yield (
            f"It is not known whether Azure has them: {names([each.urn for each in unknown])} ({unknown[0].why}). If "
            f"an earlier update left one behind, import it by hand, with its id in Azure: {imports}."
        )
    if not result.findings and not result.kept and not dry_run:
        yield "The state has all that Azure has of this program."


def _changes(result: Recovery, *, dry_run: bool) -> Iterator[str]:
    if dry_run and result.of(Result.FOUND, Result.GONE):
        return
    dangerous = [each for each in result.changes if each.dangerous]
    for each in dangerous:
        yield (
            f"Look before the next update: it would {each.operation} {_named(each)}, which was recovered, because of "
            f"{', '.join(each.properties) or 'the program'}: Azure has another value than the program."
        )
    for each in result.changes:
        if each.recovered and not each.dangerous:
            yield (
                f"The next update sends the program's {', '.join(each.properties)} to {_named(each)} again: Azure "
                "shows another value or none. That is an update in place."
            )
    others = [each for each in result.changes if not each.recovered]
    if others:
        told = [f"{each.operation} {name_and_type(each.urn)[0]}" for each in others]
        yield f"Left for the next `pulumi up`: {_few(told)}."
    elif not result.changes:
        yield "A preview is empty: the program, the state and Azure agree."


def _named(change: Change) -> str:
    name, kind = name_and_type(change.urn)
    return f"{name} ({kind.rpartition(':')[2]})"


def _few(texts: list[str]) -> str:
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
