"""The property rules by area, in the order in which they are documented; read them through ``modes``."""

from pulumi_azure_scaleset._mode_types import PropertyRule
from pulumi_azure_scaleset._rules_capacity import RULES as _CAPACITY
from pulumi_azure_scaleset._rules_health import RULES as _HEALTH
from pulumi_azure_scaleset._rules_machine import RULES as _MACHINE
from pulumi_azure_scaleset._rules_network import RULES as _NETWORK
from pulumi_azure_scaleset._rules_placement import RULES as _PLACEMENT
from pulumi_azure_scaleset._rules_related import RULES as _RELATED
from pulumi_azure_scaleset._rules_storage import RULES as _STORAGE
from pulumi_azure_scaleset._rules_upgrade import RULES as _UPGRADE

RULES: tuple[PropertyRule, ...] = (
    *_PLACEMENT,
    *_NETWORK,
    *_UPGRADE,
    *_HEALTH,
    *_CAPACITY,
    *_MACHINE,
    *_STORAGE,
    *_RELATED,
)
