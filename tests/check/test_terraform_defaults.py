"""What azurerm sends to Azure although no attribute of that name says so."""

import json
from typing import Any

import pytest

from pulumi_azure_scaleset.properties import UNKNOWN
from scaleset_policies.formats.read import read


@pytest.mark.parametrize(
    ("after", "unknown", "expected"),
    [
        ({}, {}, None),
        ({"secure_boot_enabled": False, "vtpm_enabled": None}, {}, None),
        ({"secure_boot_enabled": True}, {}, "TrustedLaunch"),
        ({"vtpm_enabled": True}, {}, "TrustedLaunch"),
        ({}, {"vtpm_enabled": True}, UNKNOWN),
        (
            {"vtpm_enabled": True, "os_disk": [{"security_encryption_type": "DiskWithVMGuestState"}]},
            {},
            "ConfidentialVM",
        ),
        ({"vtpm_enabled": True}, {"os_disk": [{"security_encryption_type": True}]}, UNKNOWN),
    ],
)
@pytest.mark.parametrize("kind", ["azurerm_linux_virtual_machine_scale_set", "azurerm_windows_virtual_machine"])
def test_the_security_type_follows_from_the_attributes(
    kind: str, after: dict[str, Any], unknown: dict[str, Any], expected: Any
) -> None:
    """Secure boot or a vTPM make a trusted launch, an encrypted guest state makes a confidential machine."""
    change = {"actions": ["create"], "after": {"name": "web", **after}, "after_unknown": unknown}
    resource = {"address": f"{kind}.web", "type": kind, "mode": "managed", "change": change}
    found = read(json.dumps({"format_version": "1.2", "resource_changes": [resource]}), "plan.json")
    assert found is not None
    (only,) = found.estate
    path = "securityProfile.securityType"
    place = only.view.first(path if kind.endswith("machine") else f"virtualMachineProfile.{path}")
    assert (None if place is None else place.value) == expected
