"""Features of scale sets by theme: strategies of single arguments for property-based tests."""

from support.features.access import ACCESS
from support.features.capacity import PLACEMENT, PRICE
from support.features.health import HEALTH
from support.features.machine import DISKS, MACHINE
from support.features.network import INSTANCES, NETWORK
from support.features.parts import Feature

__all__ = ["ACCESS", "DISKS", "HEALTH", "INSTANCES", "MACHINE", "NETWORK", "PLACEMENT", "PRICE", "Feature"]
