"""THE TABLE, as programs import it: what differs between Uniform and Flexible (:mod:`scaleset_core.modes`)."""

from scaleset_core import modes
from scaleset_core.modes import *  # noqa: F403 - all that is public there is public here

__all__ = modes.__all__
