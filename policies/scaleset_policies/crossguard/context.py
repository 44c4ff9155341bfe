"""Data that the analyzer prepares for the policies of one request.

The SDK converts a request's properties again for every policy, and all properties of all resources for every stack
policy. The analyzer of this package converts them once and stores them here; with any other servicer nothing is
prepared and each policy reads its own arguments.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from scaleset_policies.estate import Estate, Resource
from scaleset_policies.report import Failure, Violation


@dataclass
class Prepared:
    """The request that is being served.

    Attributes:
        estate: All resources of the stack, or the one resource.
        resource: The resource that is analyzed, None for the stack.
        waived: Policies add the violations that a waiver accepts.
        failures: Policies add the rules that failed.
    """

    estate: Estate
    resource: Resource | None = None
    waived: list[Violation] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


_CURRENT: ContextVar[Prepared | None] = ContextVar("prepared", default=None)


def current() -> Prepared | None:
    """The prepared request, if any."""
    return _CURRENT.get()


@contextmanager
def preparing(prepared: Prepared) -> Iterator[Prepared]:
    """Make ``prepared`` current while one request is served."""
    token = _CURRENT.set(prepared)
    try:
        yield prepared
    finally:
        _CURRENT.reset(token)
