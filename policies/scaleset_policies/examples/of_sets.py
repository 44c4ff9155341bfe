"""Examples of rules about placement, network and capacity of one set."""

from collections.abc import Mapping
from typing import Any, Final

from scaleset_policies.examples.programs import (
    ABSENT,
    GROUP,
    IP,
    NETWORK,
    NIC,
    STORAGE,
    Example,
    P,
    Program,
    flexible,
    uniform,
)

_COMPUTE: Final = f"{GROUP}/providers/Microsoft.Compute"
_PROXIMITY: Final = {"id": f"{_COMPUTE}/proximityPlacementGroups/web"}
_RESERVATION: Final = {"capacityReservationGroup": {"id": f"{_COMPUTE}/capacityReservationGroups/web"}}
_NAT_POOL: Final = [{"id": f"{GROUP}/providers/Microsoft.Network/loadBalancers/web/inboundNatPools/ssh"}]
_PUBLIC: Final = "no-public-address-per-instance"
_SPOT: Final = {f"{P}.priority": "Spot", f"{P}.evictionPolicy": "Delete"}
_MIX: Final = {
    "skuProfile": {"vmSizes": [{"name": "Standard_D2s_v5"}, {"name": "Standard_E2s_v5"}]},
    "sku": {"name": "Mix", "capacity": 3},
}
_REGIONAL: Final = {"zones": ABSENT}
_NO_ZONES: Final = ("SS122",)
_WINDOWS: Final = f"{P}.osProfile.windowsConfiguration"
_ULTRA: Final = {
    "lun": 0,
    "createOption": "Empty",
    "diskSizeGB": 64,
    "managedDisk": {"storageAccountType": "UltraSSD_LRS"},
}


def _windows(updates: bool) -> dict[str, Any]:
    return {"enableAutomaticUpdates": updates, "patchSettings": {"patchMode": "AutomaticByPlatform"}}


def _on(make: Any, bad: Mapping[str, Any], good: Mapping[str, Any] | None = None, **more: Any) -> Example:
    good = good or {}
    programs: tuple[Program, Program] = (make(bad), make(good))
    return Example(*programs, changes=tuple(dict.fromkeys([*bad, *good])), **more)


def on_flexible(bad: Mapping[str, Any], good: Mapping[str, Any] | None = None, **more: Any) -> Example:
    """A Flexible set with the changes that break a rule, and with those that keep it."""
    return _on(flexible, bad, good, **more)


def on_uniform(bad: Mapping[str, Any], good: Mapping[str, Any] | None = None, **more: Any) -> Example:
    """A Uniform set with the changes that break a rule, and with those that keep it."""
    return _on(uniform, bad, good, **more)


EXAMPLES: Final[dict[str, Example]] = {
    "orchestration-mode-known": on_flexible({"orchestrationMode": "Flex"}, {"orchestrationMode": "Flexible"}),
    "api-version-on-flexible": on_flexible({"azureApiVersion": "2020-12-01"}, {"azureApiVersion": "2024-11-01"}),
    "system-assigned-identity-on-flexible": on_flexible(
        {"identity": {"type": "SystemAssigned"}},
        {
            "identity": {
                "type": "UserAssigned",
                "userAssignedIdentities": [f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/web"],
            }
        },
    ),
    "profile-required-on-uniform": on_uniform({P: ABSENT, "upgradePolicy": ABSENT, "automaticRepairsPolicy": ABSENT}),
    "fault-domains-on-flexible": on_flexible({"platformFaultDomainCount": 5}, {"platformFaultDomainCount": 1}),
    "fault-domains-required-on-flexible": on_flexible(
        {"platformFaultDomainCount": ABSENT}, {"platformFaultDomainCount": 1}
    ),
    "fault-domains-on-uniform": on_uniform({"platformFaultDomainCount": 3}, {"platformFaultDomainCount": 5}),
    "single-placement-group-false": on_flexible(
        {f"{P}.capacityReservation": _RESERVATION},
        {f"{P}.capacityReservation": _RESERVATION, "singlePlacementGroup": False},
    ),
    "capacity-limit": on_flexible({"sku.capacity": 1200}, {"sku.capacity": 1000}),
    "capacity-limit-with-fault-domains": on_flexible(
        {"sku": {"name": "Standard_NC6s_v3", "capacity": 300}, "platformFaultDomainCount": 2, **_REGIONAL},
        {"sku": {"name": "Standard_NC6s_v3", "capacity": 300}, "platformFaultDomainCount": 1},
        also=_NO_ZONES,
    ),
    "b1ls-on-flexible": on_flexible({"sku.name": "Standard_B1ls"}, {"sku.name": "Standard_B1s"}),
    "zone-balance-needs-zones": on_flexible(
        {"zoneBalance": True, "zones": ["1"]}, {"zones": ["1", "2"]}, also=("SS122", "SS123")
    ),
    "proximity-placement-one-zone": on_flexible({"proximityPlacementGroup": _PROXIMITY}, {"zones": ["1", "2"]}),
    "capacity-reservation-excludes-proximity": on_flexible(
        {
            f"{P}.capacityReservation": _RESERVATION,
            "singlePlacementGroup": False,
            "proximityPlacementGroup": _PROXIMITY,
            "zones": ["1"],
        },
        {f"{P}.capacityReservation": _RESERVATION, "singlePlacementGroup": False},
        also=_NO_ZONES,
    ),
    "network-api-version-on-flexible": on_flexible(
        {f"{NETWORK}.networkApiVersion": ABSENT}, {f"{NETWORK}.networkApiVersion": "2020-11-01"}
    ),
    "network-api-version-on-uniform": on_uniform({f"{NETWORK}.networkApiVersion": "2020-11-01"}),
    "nat-pool-on-flexible": on_flexible({f"{IP}.loadBalancerInboundNatPools": _NAT_POOL}),
    "nat-pools-retire": on_uniform({f"{IP}.loadBalancerInboundNatPools": _NAT_POOL}),
    "health-probe-on-flexible": on_flexible(
        {f"{NETWORK}.healthProbe": {"id": f"{GROUP}/providers/Microsoft.Network/loadBalancers/web/probes/http"}}
    ),
    "one-primary-network-interface": on_flexible(
        {
            f"{NETWORK}.networkInterfaceConfigurations[1]": {
                "name": "second",
                "primary": True,
                "ipConfigurations": [{"name": "ip", "primary": True, "subnet": {"id": "${subnet.id}"}}],
            }
        },
        {
            f"{NETWORK}.networkInterfaceConfigurations[1]": {
                "name": "second",
                "ipConfigurations": [{"name": "ip", "primary": True, "subnet": {"id": "${subnet.id}"}}],
            }
        },
    ),
    "primary-ip-configuration-on-flexible": on_flexible({f"{IP}.primary": ABSENT}, {f"{IP}.primary": True}),
    "public-ip-sku-on-uniform": on_uniform(
        {f"{IP}.publicIPAddressConfiguration": {"name": "public", "sku": {"name": "Standard"}}}, also=("SS106",)
    ),
    "eviction-policy-needs-spot": on_flexible({f"{P}.evictionPolicy": "Delete"}, _SPOT),
    "eviction-policy-known": on_flexible({f"{P}.priority": "Spot", f"{P}.evictionPolicy": "Stop"}, _SPOT),
    "max-price-needs-spot": on_flexible(
        {f"{P}.billingProfile": {"maxPrice": 0.1}}, {**_SPOT, f"{P}.billingProfile": {"maxPrice": 0.1}}
    ),
    "spot-not-burstable": on_flexible({**_SPOT, "sku.name": "Standard_B2s"}, _SPOT),
    "priority-mix-on-uniform": on_uniform(
        {**_SPOT, "priorityMixPolicy": {"baseRegularPriorityCount": 1}, "singlePlacementGroup": False}, _SPOT
    ),
    "priority-mix-needs-spot": on_flexible(
        {"priorityMixPolicy": {"baseRegularPriorityCount": 1}, "singlePlacementGroup": False},
        {**_SPOT, "priorityMixPolicy": {"baseRegularPriorityCount": 1}, "singlePlacementGroup": False},
    ),
    "priority-mix-ranges": on_flexible(
        {
            **_SPOT,
            "priorityMixPolicy": {"baseRegularPriorityCount": 1, "regularPriorityPercentageAboveBase": 120},
            "singlePlacementGroup": False,
        },
        {
            **_SPOT,
            "priorityMixPolicy": {"baseRegularPriorityCount": 1, "regularPriorityPercentageAboveBase": 50},
            "singlePlacementGroup": False,
        },
    ),
    "instance-mix-on-uniform": on_uniform({"skuProfile": _MIX["skuProfile"]}),
    "instance-mix-limits": on_flexible({**_MIX, "sku.name": "Standard_D2s_v5"}, _MIX),
    "delete-options-on-uniform": on_uniform({f"{STORAGE}.osDisk.deleteOption": "Detach"}),
    "scale-in-rules-known": on_flexible(
        {"scaleInPolicy": {"rules": ["Oldest"]}}, {"scaleInPolicy": {"rules": ["OldestVM"]}}
    ),
    "zone-rebalancing-needs-zones": on_flexible(
        {"resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}, "zones": ["1"]},
        {"resiliencyPolicy": {"automaticZoneRebalancingPolicy": {"enabled": True}}},
        also=_NO_ZONES,
    ),
    "computer-name-prefix-length": on_flexible(
        {f"{P}.osProfile.computerNamePrefix": "w" * 59}, {f"{P}.osProfile.computerNamePrefix": "web"}
    ),
    "disk-performance-on-flexible": on_flexible(
        {f"{STORAGE}.dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 64, "diskIOPSReadWrite": 4000}]},
        {f"{STORAGE}.dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 64}]},
    ),
    "capacity-reservation-excludes-spot-and-hosts": on_flexible(
        {f"{P}.capacityReservation": _RESERVATION, "singlePlacementGroup": False, **_SPOT},
        {f"{P}.capacityReservation": _RESERVATION, "singlePlacementGroup": False},
    ),
    "dedicated-host-limits": on_flexible(
        {"hostGroup": {"id": f"{_COMPUTE}/hostGroups/web"}},
        {"hostGroup": {"id": f"{_COMPUTE}/hostGroups/web"}, "zones": ["1"]},
        tolerates=_NO_ZONES,
    ),
    "single-placement-group-limit": on_uniform(
        {"sku.capacity": 150}, {"sku.capacity": 150, "singlePlacementGroup": False}
    ),
    "single-placement-group-on-flexible": on_flexible({"singlePlacementGroup": True}, {"singlePlacementGroup": False}),
    "max-price-value": on_flexible(
        {**_SPOT, f"{P}.billingProfile": {"maxPrice": 0}}, {**_SPOT, f"{P}.billingProfile": {"maxPrice": -1}}
    ),
    "spot-restore-timeout": on_flexible(
        {**_SPOT, "spotRestorePolicy": {"enabled": True, "restoreTimeout": "PT5M"}},
        {**_SPOT, "spotRestorePolicy": {"enabled": True, "restoreTimeout": "PT1H"}},
    ),
    "unmanaged-disks-retired": on_flexible(
        {f"{STORAGE}.osDisk.vhdContainers": ["https://example.blob.core.windows.net/vhds"]}
    ),
    "disk-types": on_flexible(
        {f"{STORAGE}.osDisk.managedDisk.storageAccountType": "UltraSSD_LRS"},
        {f"{STORAGE}.osDisk.managedDisk.storageAccountType": "Premium_LRS"},
    ),
    "data-disk-size": on_flexible(
        {f"{STORAGE}.dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 40000}]},
        {f"{STORAGE}.dataDisks": [{"lun": 0, "createOption": "Empty", "diskSizeGB": 32767}]},
    ),
    "ultra-disks-need-capability": on_flexible(
        {f"{STORAGE}.dataDisks": [_ULTRA]},
        {f"{STORAGE}.dataDisks": [_ULTRA], "additionalCapabilities": {"ultraSSDEnabled": True}},
    ),
    "confidential-disks": on_flexible(
        {f"{P}.securityProfile.securityType": "ConfidentialVM"},
        {
            f"{P}.securityProfile.securityType": "ConfidentialVM",
            f"{STORAGE}.osDisk.managedDisk.securityProfile": {"securityEncryptionType": "VMGuestStateOnly"},
        },
    ),
    "ephemeral-disk-cannot-be-deallocated": on_flexible(
        {
            f"{P}.priority": "Spot",
            f"{P}.evictionPolicy": "Deallocate",
            f"{STORAGE}.osDisk.diffDiskSettings": {"option": "Local"},
        },
        {**_SPOT, f"{STORAGE}.osDisk.diffDiskSettings": {"option": "Local"}},
    ),
    "extensions-time-budget": on_flexible(
        {f"{P}.extensionProfile.extensionsTimeBudget": "PT5M"},
        {f"{P}.extensionProfile.extensionsTimeBudget": "PT90M"},
    ),
    "patch-mode-and-windows-updates": on_flexible(
        {f"{P}.osProfile.linuxConfiguration": ABSENT, _WINDOWS: _windows(False)},
        {f"{P}.osProfile.linuxConfiguration": ABSENT, _WINDOWS: _windows(True)},
    ),
    "network-security-group": on_flexible(
        {"subnet:networkSecurityGroup": ABSENT},
        {
            "subnet:networkSecurityGroup": ABSENT,
            f"{NIC}.networkSecurityGroup": {
                "id": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/instances"
            },
        },
    ),
}
