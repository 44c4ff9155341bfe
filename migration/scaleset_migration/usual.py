"""What Azure fills in by itself, and az adds: a program that says it says nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

_USUAL: Mapping[str, tuple[Any, ...]] = {
    "allowExtensionOperations": (True,),
    "requireGuestProvisionSignal": (True,),
    "osType": ("Linux", "Windows"),
    "enableAcceleratedNetworking": (False,),
    "enableIPForwarding": (False,),
    "disableTcpStateTracking": (False,),
    "enableVMAgentPlatformUpdates": (False,),
    "provisionVMAgent": (True,),
    "privateIPAddressVersion": ("IPv4",),
    "writeAcceleratorEnabled": (False,),
    "assessmentMode": ("ImageDefault",),
    "patchMode": ("ImageDefault",),
    "auxiliaryMode": ("None",),
    "auxiliarySku": ("None",),
    "priority": ("Regular",),
}
"""The values that Azure gives a property that nobody set, by the property's name."""
_NOT_SET = ("exactVersion", "resourceGroup", "provisioningState", "etag", "timeCreated", "sharedGalleryImageVersion")
"""Members beside a resource's own that nobody sets: Azure answers them, or az adds them."""


def usual(node: Any, at: str = "") -> Iterator[str]:
    """The paths, with list indexes, of what says nothing."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            place = f"{at}.{name}" if at else str(name)
            answered = bool(at) and name in _NOT_SET and not isinstance(value, Mapping | list)
            filled = isinstance(value, str | bool) and value in _USUAL.get(str(name), ())
            if answered or filled:
                yield place
            else:
                yield from usual(value, place)
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from usual(value, f"{at}[{index}]")
