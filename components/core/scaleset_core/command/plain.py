"""Values of the command line that are right as they come: pydantic, which Typer has convert the others, is not loaded.

That is half of what a command takes to start. A value that is not plainly right goes the usual way, with Typer's checks
and messages.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args, get_origin

_LAZY: Final = "_runtime_param"
"""Where Typer keeps what converts a parameter's values, None until there is one. Releases before 0.27 have none."""
_CHECKS: Final = ("exists", "writable", "resolve_path", "allow_dash", "path_type")
"""What a path may be checked for, if it is not None or False."""


def quicken(params: Iterable[Any]) -> list[Any]:
    """These parameters; they take plain values without Typer's converters."""
    found = list(params)
    for each in found:
        if getattr(each, _LAZY, ()) is None:
            setattr(each, _LAZY, _Quick(each))
    return found


class _Quick:
    """Converts a parameter's plain values, and has Typer convert the others.

    Args:
        param: The parameter.
    """

    def __init__(self, param: Any) -> None:
        self._param = param
        self._info = param.type_descriptor.parameter_info
        self._kind = param.type_descriptor.annotation

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command gets it."""
        found = () if value is None and (param.multiple or param.nargs == -1) else self._plain(value)
        if value is None or found is not None:
            return found
        setattr(self._param, _LAZY, None)
        return self._param.get_runtime_param().coerce(value, param=param, ctx=ctx)

    def _plain(self, value: Any) -> Any:
        """The value, or None if it is for Typer to convert."""
        if self._info.parser is not None or value is None:
            return None
        if get_origin(self._kind) is not list:
            return self._single(self._kind, value)
        if not isinstance(value, list | tuple):
            return None
        found = [self._single(get_args(self._kind)[0], each) for each in value]
        return None if None in found else found

    def _single(self, kind: Any, value: Any) -> Any:
        if not isinstance(kind, type):
            return None
        if issubclass(kind, Enum):
            return next((each for each in kind if value is each or value == str(each.value)), None)
        if issubclass(kind, Path) and isinstance(value, str | Path):
            found = kind(value)
            return found if self._unchecked and (not found.exists() or os.access(found, os.R_OK)) else None
        return value if kind in (str, int, float, bool) and type(value) is kind and not self._bounded else None

    @property
    def _unchecked(self) -> bool:
        info = self._info
        return info.file_okay and info.dir_okay and not any(getattr(info, name) for name in _CHECKS)

    @property
    def _bounded(self) -> bool:
        return self._info.min is not None or self._info.max is not None
