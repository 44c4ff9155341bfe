"""How the provider behaves where a test wants something else than the official provider's own behaviour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

PACE: Final = "SCALESET_ARM_PACE"
UNKNOWN: Final = "SCALESET_ARM_UNKNOWN_PROPERTIES"
_DROP, _REFUSE = "drop", "refuse"


class SettingError(ValueError):
    """A setting has a value that it cannot have."""


def pace(environment: Mapping[str, str]) -> float:
    """What the official provider's own waits are multiplied by: polls every 10 and 30 s, retries after 20 to 120 s.

    Raises:
        SettingError: It is not a number from 0 to 1.
    """
    text = environment.get(PACE) or "1"
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found <= 1:
        raise SettingError(
            f"{PACE} is {text!r}; expected a number from 0 to 1, such as 0.02: 1, the default, is the "
            "official provider's pace"
        )
    return found


def refuses_unknown(environment: Mapping[str, str]) -> bool:
    """Whether a property that the API description does not have is refused; the official provider drops it in silence.

    Raises:
        SettingError: It is neither ``drop``, the default, nor ``refuse``.
    """
    text = environment.get(UNKNOWN) or _DROP
    if text not in (_DROP, _REFUSE):
        raise SettingError(f"{UNKNOWN} is {text!r}; expected {_DROP!r} (as the official provider does) or {_REFUSE!r}")
    return text == _REFUSE
