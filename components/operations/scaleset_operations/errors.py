"""The exceptions of operations; their text is written for the user.

``OperationsError``
    ``UsageError``             the request is wrong: an option, a name, a missing setting; no action was sent to Azure
    ``UnsupportedError``       the mode has no such operation; the alternative is named
    ``AzureError``             Azure refused or failed; its code and message are kept
        ``UnknownOutcomeError``  whether Azure did it is not known: the answer was lost, or cannot be asked for
"""

from __future__ import annotations

from typing import Any

from scaleset_core.modes import Mode, Row


class OperationsError(Exception):
    """Base of every error of this package."""


class UsageError(OperationsError):
    """The request is wrong; no action was sent to Azure.

    The message names the option or value, what was expected and what to do instead.
    """


class UnsupportedError(UsageError):
    """The scale set's mode has no such operation.

    Attributes:
        row: The row of the mode table.
        mode: The mode of the scale set.
    """

    def __init__(self, row: Row, mode: Mode) -> None:
        self.row = row
        self.mode = mode
        route = row.route(mode)
        super().__init__(
            f"`scaleset {row.command}` is not available on a {mode} scale set: {route.reason}. "
            f"Instead: {route.alternative}."
        )


class AzureError(OperationsError):
    """Azure refused a request, or an operation that it accepted failed.

    Attributes:
        status: The HTTP status, 0 where there was no answer.
        code: Azure's error code (``ScopeLocked``), or a short name of the failure.
        message: Azure's text, on one line.
        answer: What had been answered before, where this is about what follows it; None: nothing.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = " ".join(message.split())
        self.answer: Any = None
        super().__init__(f"{code}: {self.message}" + (f" (HTTP {status})" if status else ""))


class UnknownOutcomeError(AzureError):
    """Azure may have done what was asked: the request was sent, and how it ended is not known.

    This is not a failure: if the request is sent again, Azure may do it twice. The message says what happened to the
    answer.
    """
