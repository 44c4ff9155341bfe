"""Python's garbage collector at a slower pace while a large set registers.

The SDK makes thousands of Outputs and tasks for a large set, nearly none of them garbage before the end, and the
collector walks all of them again and again: at 1,000 instances a third of the program's processor time. So the first
generation is allowed to grow to :data:`PACE` objects (a few megabytes) until the set is registered. A program that has
chosen a slower pace itself, or none, keeps it.
"""

import gc
from collections.abc import Callable

PACE = 50_000
"""The first generation's threshold during registration; Python's default is 700 to 2,000, by version."""
LARGE = 100
"""The number of resources from which slowing down pays off."""

_held: list[tuple[int, int, int]] = []
"""The program's own thresholds, once for each set that is being registered: what to restore at the end."""


def hold(resources: int) -> Callable[[], None]:
    """Slow the collector down for a set of this many resources.

    Args:
        resources: How many resources the set has.

    Returns:
        A function that ends the hold. The last hold to end restores the previous thresholds, unless the program has set
        others meanwhile. Calling it again does nothing.
    """
    before = _held[0] if _held else gc.get_threshold()
    if resources < LARGE or not gc.isenabled() or not 0 < before[0] < PACE:
        return _nothing
    _held.append(before)
    slow = (PACE, *before[1:])
    gc.set_threshold(*slow)
    open_holds = [before]

    def release() -> None:
        if open_holds:
            _held.remove(open_holds.pop())
            if not _held and gc.get_threshold() == slow:
                gc.set_threshold(*before)

    return release


def _nothing() -> None:
    """Ends a hold that was not needed."""
