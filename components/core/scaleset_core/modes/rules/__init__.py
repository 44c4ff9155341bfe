"""The property rules by area, in the order in which they are documented; read them through ``modes``."""

from scaleset_core.modes.rules.capacity import RULES as _CAPACITY
from scaleset_core.modes.rules.excludes import RULES as _EXCLUDES
from scaleset_core.modes.rules.health import RULES as _HEALTH
from scaleset_core.modes.rules.images import RULES as _IMAGES
from scaleset_core.modes.rules.machine import RULES as _MACHINE
from scaleset_core.modes.rules.network import RULES as _NETWORK
from scaleset_core.modes.rules.patching import RULES as _PATCHING
from scaleset_core.modes.rules.placement import RULES as _PLACEMENT
from scaleset_core.modes.rules.related import RULES as _RELATED
from scaleset_core.modes.rules.sets import RULES as _SETS
from scaleset_core.modes.rules.signals import RULES as _SIGNALS
from scaleset_core.modes.rules.sizes import RULES as _SIZES
from scaleset_core.modes.rules.spot import RULES as _SPOT
from scaleset_core.modes.rules.storage import RULES as _STORAGE
from scaleset_core.modes.rules.upgrade import RULES as _UPGRADE
from scaleset_core.modes.types import PropertyRule

RULES: tuple[PropertyRule, ...] = (
    *_SETS,
    *_PLACEMENT,
    *_NETWORK,
    *_UPGRADE,
    *_PATCHING,
    *_HEALTH,
    *_SIGNALS,
    *_IMAGES,
    *_SPOT,
    *_CAPACITY,
    *_MACHINE,
    *_STORAGE,
    *_SIZES,
    *_EXCLUDES,
    *_RELATED,
)
