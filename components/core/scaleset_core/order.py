"""The order in which people count: ``web-2`` before ``web-10``."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"(\d+)")


def natural(text: str) -> tuple[tuple[str, int], ...]:
    """A sort key that compares the numbers in a name as numbers, and its letters without regard to case.

    The name itself decides between names that differ only in case or in leading zeros, so that the order is total.
    """
    parts = _NUMBERS.split(text)
    pairs = zip(parts[::2], [*map(int, parts[1::2]), -1], strict=True)
    return (*((word.lower(), number) for word, number in pairs), (text, 0))
