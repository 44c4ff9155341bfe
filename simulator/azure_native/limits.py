"""Ranges of numbers, lengths and patterns of texts: the official checks (``validateProperty``), in their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azure_native.failures import Failure
from azure_native.table import Limits


def failures(where: str, value: Any, limits: Limits) -> Iterator[Failure]:
    """What is wrong with a value.

    Args:
        where: The property's path.
        value: The value, which may be of any type.
        limits: The property's limits.
    """
    if isinstance(value, str):
        yield from _text(where, value, limits)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if limits.minimum is not None and value < limits.minimum:
            yield Failure(where, f"'{where}' is too low ({value:f} < {limits.minimum:f})")
        if limits.maximum is not None and value > limits.maximum:
            yield Failure(where, f"'{where}' is too high ({value:f} > {limits.maximum:f})")


def _text(where: str, value: str, limits: Limits) -> Iterator[Failure]:
    length = len(value.encode())  # in bytes, as Go counts
    if limits.min_length is not None and length < limits.min_length:
        reason = f"'{where}' is too short ({length}): at least {limits.min_length} characters required"
        yield Failure(where, reason)
    if limits.max_length is not None and length > limits.max_length:
        yield Failure(where, f"'{where}' is too long ({length}): at most {limits.max_length} characters allowed")
    if limits.pattern is not None and not re.search(limits.pattern, value):
        yield Failure(where, f"'{where}' does not match expression '{limits.pattern}'")
