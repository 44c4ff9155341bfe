"""The one safe correction of a rule, where there is one. Filled below."""

from collections.abc import Mapping
from typing import Final

from scaleset_policies.rule import Fix

FIXES: Final[Mapping[str, tuple[Fix, str]]] = {}
