"""Calls that follow another one on what it made: a managed run command is created, read when it has ended, and deleted.

The first call is what must not happen twice. Those after it may be made again by a later run, and the resource itself
tells how far an interrupted one came.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scaleset_operations.calls import Call
from scaleset_operations.errors import AzureError, UnknownOutcomeError
from scaleset_operations.lro import Accepted, Ask, Underway
from scaleset_operations.report import Outcome, State

if TYPE_CHECKING:
    from scaleset_operations.azure import Azure
    from scaleset_operations.journal import Past

_NOT_FOUND = 404
_FINAL = range(400, 500)
_UNREAD = "it has ended and was deleted before what it answered could be printed"
_VANISHED = "Azure accepted it, and does not have it any more: somebody deleted it, and whether it ran is not known"

Begin = Callable[[Call], Awaitable[Any]]


async def finish(call: Call, ended: Awaitable[Any], begin: Begin, following: Callable[[int], None]) -> Any:
    """The result of a call, after the calls that follow it have been made.

    All of them are made even where Azure refuses one; after a call that failed, only those that delete what it left.

    Args:
        call: The call.
        ended: Waits for its end.
        begin: Makes a call: :meth:`Azure.begin <scaleset_operations.azure.Azure.begin>`.
        following: Called with the number of a following call that changes something, before it is sent.

    Raises:
        AzureError: One of them failed.
        UnknownOutcomeError: How it ended is not known; then nothing follows it.
    """
    try:
        result = await ended
    except UnknownOutcomeError:
        raise
    except AzureError:
        for step, each in _changes(call):
            following(step)
            with contextlib.suppress(AzureError):
                await _whole(begin, each)
        raise
    failure: AzureError | None = None
    for step, each in enumerate(call.then):
        if not each.reads:
            following(step)
        try:
            answer = await _whole(begin, each)
        except AzureError as error:
            if each.reads and error.status not in _FINAL:  # nothing is deleted that a later run can still read
                text = f"it has ended; what it answered can not be read: {error}"
                raise UnknownOutcomeError(error.status, "Unknown", text) from None
            failure = _worse(failure, error if each.reads else _left(error, each))
            continue
        result = answer if each.reads else result
    if failure is not None:
        failure.answer = result
        raise failure
    return result


def _changes(call: Call) -> list[tuple[int, Call]]:
    return [(step, each) for step, each in enumerate(call.then) if not each.reads]


async def _whole(begin: Begin, call: Call) -> Any:
    begun = await begin(call)
    return await begun.wait() if isinstance(begun, Underway) else begun


def _worse(before: AzureError | None, error: AzureError) -> AzureError:
    """What is not known goes before what failed, which goes before what failed later."""
    return error if before is None or isinstance(error, UnknownOutcomeError) else before


def _left(error: AzureError, call: Call) -> AzureError:
    """That something is left behind, which has to be named."""
    if isinstance(error, UnknownOutcomeError):
        return error
    return AzureError(error.status, error.code, f"{error.message} It is left behind: {call.path}")


async def left_by(azure: Azure, past: Past, settle: Callable[[], Awaitable[None]]) -> list[Outcome] | Underway | None:
    """What an interrupted run left of a call with followers: by the resource that the call makes. Only reads.

    Args:
        azure: Azure.
        past: The call, which was sent; its followers become those that have not been made yet.
        settle: Waits until no request of the interrupted run can still be on its way.

    Returns:
        How it ended, or what Azure is working on; None: it never arrived and must be sent.
    """
    call = past.call
    reading = next(each for each in call.then if each.reads)
    found = await _get(azure, reading)
    removing = any(step == past.following for step, each in _changes(call))
    if found is None and past.operation is None and not removing:
        await settle()
        found = await _get(azure, reading)
        if found is None:
            return None
    names = call.instances or ("",)
    if found is None:
        state, why = (State.DONE, _UNREAD) if removing else (State.UNKNOWN, _VANISHED)
        return [Outcome(name=name, state=state, why=why) for name in names]
    resource = azure.connection.endpoint + replace(reading, query={}).url
    operation = past.operation or Accepted(ask=Ask.RESOURCE, url=resource, result=resource)
    if removing:  # it may be gone at any moment: what was read just now is its result
        past.call = replace(call, then=tuple(each for _, each in _changes(call)))
        return Underway(operation, lambda: asyncio.sleep(0, found))
    return azure.underway(call, Accepted(ask=Ask.RESOURCE, url=resource, result=resource))


async def _get(azure: Azure, call: Call) -> Any:
    try:
        return await azure.begin(call)
    except AzureError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
