"""What a plan does not say explicitly: what azurerm sends by itself, and blocks that Terraform leaves out."""

import json
from typing import Any

import pytest

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.engine import check
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


NIC = "network_interface"
POOLS = {"load_balancer_backend_address_pool_ids": {"references": ["azurerm_lb_backend_address_pool.pool"]}}


@pytest.mark.parametrize(
    ("expressions", "broken", "undecided"),
    [
        ({NIC: [{"ip_configuration": [POOLS]}]}, True, False),
        ({NIC: [{"ip_configuration": [{}]}]}, False, False),
        ({NIC: [{}]}, False, True),
        ({}, False, True),
    ],
)
def test_dynamic_blocks_may_refer_to_everything(expressions: dict[str, Any], *, broken: bool, undecided: bool) -> None:
    """A plan's configuration leaves ``dynamic`` blocks out: a load balancer that they may name is undecided."""
    address = "azurerm_orchestrated_virtual_machine_scale_set.web"
    ids = [{"ip_configuration": [{"load_balancer_backend_address_pool_ids": True}]}]
    after: dict[str, dict[str, Any]] = {
        "azurerm_lb.lb": {"name": "lb", "sku": "Basic"},
        "azurerm_lb_backend_address_pool.pool": {"name": "pool"},
        address: {"name": "web", NIC: [{"name": "nic", "ip_configuration": [{"name": "ip"}]}]},
    }
    unknown: dict[str, Any] = {"azurerm_lb_backend_address_pool.pool": {"loadbalancer_id": True}, address: {NIC: ids}}
    changes = [
        {
            "address": each,
            "type": each.partition(".")[0],
            "mode": "managed",
            "change": {"actions": ["create"], "after": values, "after_unknown": unknown.get(each, {"id": True})},
        }
        for each, values in after.items()
    ]
    owner = {"loadbalancer_id": {"references": ["azurerm_lb.lb.id", "azurerm_lb.lb"]}}
    configured = [
        {"address": "azurerm_lb.lb", "expressions": {}},
        {"address": "azurerm_lb_backend_address_pool.pool", "expressions": owner},
        {"address": address, "expressions": expressions},
    ]
    root = {"root_module": {"resources": configured}}
    found = read(json.dumps({"format_version": "1.2", "resource_changes": changes, "configuration": root}), "plan.json")
    assert found is not None
    report = check(found.estate)
    assert ("SS023" in {each.rule.id for each in report}) is broken
    assert ("SS023" in {each.rule.id for each in report.undecided}) is undecided
