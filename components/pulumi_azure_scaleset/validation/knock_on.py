"""Problems that only follow from another one: an argument that was set aside is missing where others count on it.

Somebody who misspelt a zone is not told that an instance lies outside the set's zones.
"""

import re
from collections.abc import Iterable

_FOLLOWING = {
    "admin_password": r"ssh_public_keys",
    "ssh_public_keys": r"admin_password",
    "health": r"automatic_repairs|upgrade_policy|patch_mode|instances\[.*\]\.extensions",
    "inbound_nat": r"outbound|instances\[.*\]\.nat_ports",
    "instance_mix": r"vm_size",
    "instances": r"inbound_nat|protection",
    "instance_count": r"inbound_nat|protection|instances",
    "load_balancer": r"outbound|inbound_nat",
    "platform_fault_domain_count": r"instances\[.*\]\.fault_domain|attached_virtual_machine_ids|standby_pool",
    "security": r"os_disk",
    "spot": r"priority_mix",
    "zones": r"resiliency|zone_balance|instances\[.*\]\.zone",
}
"""An argument, and the fields whose problems may come from its absence."""


def follows(field: str, dropped: Iterable[str]) -> bool:
    """Whether a problem of ``field`` may be gone once the arguments that were set aside are right."""
    root = re.split(r"[.\[]", field, maxsplit=1)[0]
    return any(root == name or re.match(_FOLLOWING.get(name, r"(?!)"), field) for name in dropped)
