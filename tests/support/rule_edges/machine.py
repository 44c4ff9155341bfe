"""Machines, disks, prices and networks on their edges."""

from __future__ import annotations

from scaleset_core.facts.properties import UNKNOWN
from support.rule_edges.parts import (
    BUDGET,
    CONFIDENTIAL,
    KIND,
    LINUX,
    MANAGED,
    MIX,
    NETWORK,
    NICS,
    ONE_DISK,
    OS_KIND,
    PREFIX,
    PRICE,
    PROFILE,
    SECURITY,
    SPOT,
    STORAGE,
    VTPM,
    WINDOWS,
    Case,
    between,
    disk,
    image,
    lasts,
    one_of,
    sizes,
)

MACHINE: dict[str, list[Case]] = {
    "computer-name-prefix-length": [
        ({PREFIX: "w" * 58, f"{LINUX}.provisionVMAgent": True}, []),
        ({PREFIX: "w" * 58, **image("Canonical", "ubuntu-24_04-lts")}, []),
        ({PREFIX: "w" * 10, **image("MicrosoftWindowsServer", "WindowsServer")}, [PREFIX]),
        ({PREFIX: "w" * 10, **image("MicrosoftWindowsDesktop", "windows-11")}, [PREFIX]),
        ({PREFIX: "w" * 10, **image("MicrosoftSQLServer", "sql2022-ws2022")}, [PREFIX]),
        ({PREFIX: "w" * 10, **image("MicrosoftSQLServer", "sql2022-ubuntupro-2004")}, []),
        ({PREFIX: "w" * 10, **image("MicrosoftVisualStudio", "visualstudio2022")}, [PREFIX]),
        ({PREFIX: "w" * 10, **image("somebody", "something")}, [f"?{STORAGE}.osDisk.osType"]),
        ({PREFIX: "w" * 10, **MANAGED}, [f"?{STORAGE}.osDisk.osType"]),
        ({PREFIX: "w" * 10, f"{STORAGE}.imageReference": UNKNOWN}, [f"?{STORAGE}.imageReference.publisher"]),
        ({PREFIX: "w" * 9}, []),
        ({PREFIX: "w" * 59}, [PREFIX]),
        ({PREFIX: "w" * 9, f"{WINDOWS}.timeZone": "UTC"}, []),
        ({PREFIX: "w" * 10, f"{WINDOWS}.timeZone": "UTC"}, [PREFIX]),
        ({PREFIX: "w" * 10, f"{STORAGE}.osDisk.osType": "Windows"}, [PREFIX]),
    ],
    "data-disk-size": [
        *((disk(size, "Premium_LRS"), []) for size in (1, 32767)),
        *((disk(size, "Premium_LRS"), [ONE_DISK]) for size in (0, 32768)),
        *((disk(65536, kind), []) for kind in ("UltraSSD_LRS", "PremiumV2_LRS")),
        *((disk(65537, kind), [ONE_DISK]) for kind in ("UltraSSD_LRS", "PremiumV2_LRS")),
    ],
    "disk-types": [
        *(
            ({OS_KIND: kind}, [])
            for kind in ("Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "premium_zrs")
        ),
        *(({OS_KIND: kind}, [OS_KIND]) for kind in ("UltraSSD_LRS", "PremiumV2_LRS", "Premium")),
        *((disk(8, kind), []) for kind in ("UltraSSD_LRS", "PremiumV2_LRS", "Premium_LRS")),
        (disk(8, "Premium"), [KIND]),
    ],
    "ultra-disks-need-capability": [
        (disk(8, "UltraSSD_LRS"), [KIND]),
        ({**disk(8, "UltraSSD_LRS"), "additionalCapabilities.ultraSSDEnabled": True}, []),
        ({**disk(8, "UltraSSD_LRS"), "additionalCapabilities.ultraSSDEnabled": False}, [KIND]),
        (disk(8, "Premium_LRS"), []),
    ],
    "confidential-disks": [
        ({**CONFIDENTIAL, SECURITY: "VMGuestStateOnly", VTPM: True}, []),
        ({**CONFIDENTIAL, VTPM: True}, [SECURITY]),
        ({**CONFIDENTIAL, SECURITY: "VMGuestStateOnly", VTPM: False}, [VTPM]),
        ({SECURITY: "VMGuestStateOnly"}, [SECURITY]),
        ({VTPM: False}, []),
    ],
    "ephemeral-disk-cannot-be-deallocated": [
        (
            {**SPOT, f"{STORAGE}.osDisk.diffDiskSettings.option": "Local", f"{PROFILE}.evictionPolicy": "Deallocate"},
            [f"{PROFILE}.evictionPolicy"],
        ),
        ({**SPOT, f"{STORAGE}.osDisk.diffDiskSettings.option": "Local", f"{PROFILE}.evictionPolicy": "Delete"}, []),
        ({**SPOT, f"{PROFILE}.evictionPolicy": "Deallocate"}, []),
        ({f"{STORAGE}.osDisk.diffDiskSettings.option": "Local", f"{PROFILE}.evictionPolicy": "Deallocate"}, []),
        ({**SPOT, f"{STORAGE}.osDisk.diffDiskSettings.option": "Local"}, [f"{PROFILE}.evictionPolicy"]),
    ],
    "extensions-time-budget": lasts(BUDGET, "PT15M", "PT2H", "PT14M59S", "PT121M"),
    "max-price-value": [
        *(({PRICE: price}, []) for price in (-1, 0.1, 1, None)),
        *(({PRICE: price}, [PRICE]) for price in (0, -2, -0.5, "1")),
    ],
    "max-price-needs-spot": [
        ({PRICE: 1}, [PRICE]),
        ({PRICE: 1, **SPOT}, []),
        ({PRICE: -1, f"{PROFILE}.priority": "SpotPlus"}, []),
    ],
    "eviction-policy-needs-spot": [
        ({f"{PROFILE}.evictionPolicy": "Delete"}, [f"{PROFILE}.evictionPolicy"]),
        ({f"{PROFILE}.evictionPolicy": "Delete", f"{PROFILE}.priority": "Regular"}, [f"{PROFILE}.evictionPolicy"]),
        *(
            ({f"{PROFILE}.evictionPolicy": "Delete", f"{PROFILE}.priority": each}, [])
            for each in ("spot", "Low", "SpotPlus")
        ),
    ],
    "eviction-policy-known": one_of(f"{PROFILE}.evictionPolicy", "Deallocate", "Delete"),
    "spot-restore-timeout": lasts("spotRestorePolicy.restoreTimeout", "PT15M", "PT2H", "PT14M", "PT121M"),
    "spot-not-burstable": [
        ({**SPOT, "sku.name": "Standard_B2s"}, ["sku.name"]),
        ({**SPOT, "sku.name": "Standard_D2s_v5"}, []),
        ({"sku.name": "Standard_B2s"}, []),
        ({**SPOT, "sku.name": "Standard_D2_v2_Promo"}, ["sku.name"]),
        ({**SPOT, **sizes("Standard_D2s_v5", "Standard_B2s")}, [f"{MIX}[1].name"]),
        ({**SPOT, "sku.name": UNKNOWN}, ["?sku.name"]),
    ],
    "priority-mix-needs-spot": [
        ({"priorityMixPolicy.baseRegularPriorityCount": 1}, ["priorityMixPolicy"]),
        ({"priorityMixPolicy.baseRegularPriorityCount": 1, **SPOT}, []),
        ({"priorityMixPolicy.baseRegularPriorityCount": 1, f"{PROFILE}.priority": "SpotPlus"}, []),
    ],
    "priority-mix-ranges": [
        *between("priorityMixPolicy.baseRegularPriorityCount", 0, 1000),
        *between("priorityMixPolicy.regularPriorityPercentageAboveBase", 0, 100),
    ],
    "one-primary-network-interface": [
        ({NICS: [{"name": "a"}]}, []),
        ({NICS: [{"primary": True}, {"primary": False}]}, []),
        ({NICS: [{"primary": False}, {}]}, [NICS]),
        ({NICS: [{"primary": True}, {"primary": True}]}, [NICS]),
    ],
    "primary-ip-configuration-on-flexible": [
        ({NICS: [{"ipConfigurations": [{"primary": True}, {}]}]}, []),
        ({NICS: [{"ipConfigurations": [{}]}]}, [f"{NICS}[0].ipConfigurations"]),
        ({NICS: [{"ipConfigurations": []}]}, []),
    ],
    "network-api-version-on-flexible": [
        *(({f"{NETWORK}.networkApiVersion": version}, []) for version in ("2020-11-01", "2022-11-01")),
        ({f"{NETWORK}.networkApiVersion": "2021-11-01"}, [f"{NETWORK}.networkApiVersion"]),
        ({NICS: [{}]}, []),
        ({}, []),
    ],
    "network-api-version-required-on-flexible": [
        ({NICS: [{}], f"{NETWORK}.networkApiVersion": "2021-11-01"}, []),
        ({NICS: [{}], f"{NETWORK}.networkApiVersion": UNKNOWN}, []),
        ({NICS: [{}], f"{NETWORK}.networkApiVersion": None}, [f"{NETWORK}.networkApiVersion"]),
        ({NICS: [{}]}, [f"{NETWORK}.networkApiVersion"]),
        ({NICS: UNKNOWN}, [f"{NETWORK}.networkApiVersion"]),
        ({NETWORK: UNKNOWN}, [f"?{NETWORK}.networkInterfaceConfigurations"]),
        ({f"{NETWORK}.a": 1}, []),
        ({}, []),
    ],
    "network-api-version-on-uniform": [
        ({f"{NETWORK}.networkApiVersion": None}, [f"{NETWORK}.networkApiVersion"]),
        ({f"{NETWORK}.a": 1}, []),
        ({NETWORK: UNKNOWN}, [f"?{NETWORK}"]),
    ],
    "basic-load-balancer-on-flexible": [
        ({"sku.name": "Standard"}, []),
        ({"sku.name": "basic"}, ["sku.name"]),
        ({}, ["sku.name"]),
    ],
}
