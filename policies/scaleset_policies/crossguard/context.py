"""What the analyzer has prepared for the policies that it is about to run.

The SDK converts a request's properties again for every policy, and all properties of all resources for every stack
policy. The analyzer of this package converts them once and leaves them here; under any other servicer nothing is
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
        resource: The resource that is being looked at, None for the stack.
        waived: Where policies leave the violations that a waiver accepts.
        failures: Where they leave the rules that failed.
    """

    estate: Estate
    resource: Resource | None = None
    waived: list[Violation] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


_CURRENT: ContextVar[Prepared | None] = ContextVar("prepared", default=None)


def current() -> Prepared | None:
    """What is prepared, if anything."""
    return _CURRENT.get()


@contextmanager
def preparing(prepared: Prepared) -> Iterator[Prepared]:
    """Serve one request with this."""
    token = _CURRENT.set(prepared)
    try:
        yield prepared
    finally:
        _CURRENT.reset(token)
