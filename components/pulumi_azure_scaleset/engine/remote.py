"""Whether the component is made for a program of another process, and how that process is told of a refusal."""

from collections.abc import Callable
from contextvars import ContextVar

REMOTE: ContextVar[Callable[[Exception], Exception] | None] = ContextVar("remote", default=None)
"""Set while a program of another process makes the component: what its engine shows without a traceback."""
