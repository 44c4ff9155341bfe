"""The body checks: the generated table is that of the installed SDKs, and it is used as ARM does."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.compute import models as compute
from azure.mgmt.network import models as network

from arm_simulator.core import schema, schema_generator
from arm_simulator.core.errors import ArmError


def test_the_schema_file_is_up_to_date() -> None:
    """schema.json is what the installed azure-mgmt packages generate."""
    assert schema_generator.main(["--check"]) == 0


def test_what_the_sdk_sends_is_accepted() -> None:
    """A body built from SDK models, with flattened and nested arguments, passes unchanged."""
    machine: Any = {
        "location": "westeurope",
        "hardware_profile": compute.HardwareProfile(vm_size="Standard_D2s_v5"),
        "storage_profile": compute.StorageProfile(
            os_disk=compute.OSDisk(create_option="FromImage", caching="ReadOnly")
        ),
    }
    body = compute.VirtualMachine(**machine).as_dict()
    assert schema.check("compute.VirtualMachine", body) == body
    flat: Any = {"name": "r", "frontend_port": 1, "backend_port": 2, "protocol": "Tcp"}
    rule = network.InboundNatRule(**flat).as_dict()
    assert schema.check("network.InboundNatRule", rule)["properties"] == rule["properties"]


def test_names_and_enums_are_compared_without_case() -> None:
    """Members and enum values of any case are stored in Azure's spelling; sizes may be any."""
    body = {"Properties": {"HARDWAREPROFILE": {"vmSize": "Standard_New_v9"}, "priority": "spot"}, "location": "x"}
    assert schema.check("compute.VirtualMachine", body) == {
        "properties": {"hardwareProfile": {"vmSize": "Standard_New_v9"}, "priority": "Spot"},
        "location": "x",
    }


def test_read_only_members_are_dropped() -> None:
    """What only the service sets is ignored, at any depth."""
    body = {"location": "x", "properties": {"vmId": "v", "provisioningState": "Failed", "instanceView": {"any": 1}}}
    assert schema.check("compute.VirtualMachine", body)["properties"] == {}


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"hardwareprofil": {}}, "Could not find member 'hardwareprofil' on object of type 'VirtualMachineProperties'"),
        ({"hardwareProfile": {"size": "x"}}, "Path 'properties.hardwareProfile.size'"),
        ({"hardwareProfile": []}, "to type 'HardwareProfile'"),
        ({"platformFaultDomain": "one"}, "to type 'integer'"),
        ({"platformFaultDomain": "1.5"}, "to type 'integer'"),
        ({"platformFaultDomain": True}, "Error converting value true"),
        ({"platformFaultDomain": 1.5}, "Error converting value 1.5"),
        ({"priority": "Cheap"}, "Allowed values: Low, Regular, Spot"),
        ({"storageProfile": {"dataDisks": {}}}, "to type 'array'"),
        (
            {"storageProfile": {"dataDisks": [{"lun": 0}]}},
            "Required parameter 'properties.storageProfile.dataDisks[0].createOption'",
        ),
    ],
)
def test_mistakes_name_member_and_path(properties: dict[str, Any], words: str) -> None:
    """Each mistake is a 400 that says where and what."""
    with pytest.raises(ArmError) as caught:
        schema.check("compute.VirtualMachine", {"location": "x", "properties": properties})
    assert caught.value.status == 400
    assert words in caught.value.message


def test_numbers_and_booleans_may_be_text() -> None:
    """What `az ... --set` sends as text becomes a number or boolean; flags of identities need no blank between them."""
    body = {
        "location": "x",
        "identity": {"type": "systemassigned,UserAssigned"},
        "properties": {
            "platformFaultDomain": "1",
            "billingProfile": {"maxPrice": "-1"},
            "osProfile": {"allowExtensionOperations": "False"},
        },
    }
    checked = schema.check("compute.VirtualMachine", body)
    assert checked["identity"]["type"] == "SystemAssigned, UserAssigned"
    assert checked["properties"] == {
        "platformFaultDomain": 1,
        "billingProfile": {"maxPrice": -1.0},
        "osProfile": {"allowExtensionOperations": False},
    }


def test_a_patch_may_leave_out_required_members() -> None:
    """Partial bodies do not have to be complete."""
    body = {"properties": {"storageProfile": {"dataDisks": [{"lun": 0}]}}}
    assert schema.check("compute.VirtualMachineUpdate", body, partial=True) == body


def test_secrets_are_taken_out_and_leave_a_digest() -> None:
    """Passwords, custom data and protected settings are removed; equal values give equal digests; nulls go too."""
    body = {
        "osProfile": {"adminPassword": "p", "adminUsername": "u", "customData": None},
        "a": [{"protectedSettings": {"k": 1}}],
    }
    clean, digests = schema.strip_secrets(body)
    assert clean == {"osProfile": {"adminUsername": "u"}, "a": [{}]}
    assert sorted(digests) == ["a[0].protectedSettings", "osProfile.adminPassword"]
    assert schema.strip_secrets(body)[1] == digests
    assert "p" not in digests["osProfile.adminPassword"] or len(digests["osProfile.adminPassword"]) == 32
