"""Inputs that are wrong, names that are made up, and ids."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_native import naming
from azure_native.arm import EndpointError, local_endpoint
from azure_native.checks import check
from azure_native.convert import to_body
from azure_native.limits import failures
from azure_native.settings import SettingError, pace, refuses_unknown
from azure_native.table import Limits, resource_type
from azure_native.values import UNKNOWN

VM = resource_type("azure-native:compute:VirtualMachine")
LOCK = resource_type("azure-native:authorization:ManagementLockByScope")
GOOD = {"resourceGroupName": "g", "vmName": "v", "location": "westeurope"}

BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"resourceGroupName": None}, "resourceGroupName", "missing required property 'resourceGroupName'"),
    ({"location": None}, "location", "pulumi config set azure-native:location"),
    ({"vmSize": "x"}, "vmSize", "unknown property 'vmSize' of azure-native:compute:VirtualMachine"),
    ({"hardwareProfil": {}}, "hardwareProfil", "Did you mean 'hardwareProfile'?"),
    ({"osProfile": {"adminPasword": "x"}}, "osProfile.adminPasword", "Did you mean 'adminPassword'?"),
    ({"zones": "1"}, "zones", "'zones' should be of type 'array' but got a string"),
    ({"zones": ["1", 2]}, "zones[1]", "'zones[1]' should be of type 'string' but got a number"),
    ({"platformFaultDomain": 1.5}, "platformFaultDomain", "must be an integer but got 1.5"),
    ({"platformFaultDomain": True}, "platformFaultDomain", "should be of type 'integer' but got a boolean"),
    ({"hardwareProfile": []}, "hardwareProfile", "should be of type 'object' but got an array"),
    ({"tags": {"a.b": 1}}, 'tags["a.b"]', "should be of type 'string' but got a number"),
    ({"identity": {"userAssignedIdentities": [1]}}, "identity.userAssignedIdentities[0]", "but got a number"),
    ({"storageProfile": {"dataDisks": [{"lun": 0}]}}, "storageProfile.dataDisks[0].createOption", "missing required"),
    ({"vmName": ""}, "vmName", "'vmName' is empty"),
]


@pytest.mark.parametrize(("change", "path", "reason"), BAD)
def test_bad_inputs(change: dict[str, Any], path: str, reason: str) -> None:
    """Each mistake is reported once, at its property path, with what was expected."""
    inputs = {k: v for k, v in {**GOOD, **change}.items() if v is not None}
    failures = check(VM, inputs, refuses_unknown=True)
    assert [f.path for f in failures] == [path]
    assert reason in failures[0].reason


def test_all_mistakes_at_once() -> None:
    """Several mistakes are all reported."""
    assert len(check(VM, {"zones": 1, "nope": 2}, refuses_unknown=True)) == 5


def test_unknown_properties_are_dropped_in_silence() -> None:
    """As the official provider: what the API does not have is no problem, at any depth, and is never sent."""
    inputs = {**GOOD, "vmSize": "x", "osProfile": {"adminPasword": "x", "computerName": "c"}}
    assert check(VM, inputs) == []
    body = to_body(VM, inputs, "/vm")
    assert body == {"location": "westeurope", "properties": {"osProfile": {"computerName": "c"}}}


ROLLING = "upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent"
SET = resource_type("azure-native:compute:VirtualMachineScaleSet")


@pytest.mark.parametrize(
    ("percent", "reason"),
    [
        (4, f"'{ROLLING}' is too low (4.000000 < 5.000000)"),
        (101, f"'{ROLLING}' is too high (101.000000 > 100.000000)"),
        (5, None),
        (100, None),
        (UNKNOWN, None),
    ],
)
def test_ranges_are_the_api_descriptions(percent: Any, reason: str | None) -> None:
    """A number outside of the range that the REST specification states fails at check, in the official words."""
    policy = {"rollingUpgradePolicy": {"maxBatchInstancePercent": percent}}
    inputs = {"resourceGroupName": "g", "vmScaleSetName": "s", "location": "l", "upgradePolicy": policy}
    assert [each.reason for each in check(SET, inputs)] == ([] if reason is None else [reason])


@pytest.mark.parametrize(
    ("value", "reasons"),
    [
        ("", ["'p' is too short (0): at least 1 characters required", "'p' does not match expression '^[a-z]+$'"]),
        ("äa", ["'p' is too long (3): at most 2 characters allowed", "'p' does not match expression '^[a-z]+$'"]),
        ("ab", []),
        (7, []),
    ],
)
def test_lengths_and_patterns(value: Any, reasons: list[str]) -> None:
    """Texts are measured in bytes and matched as the official provider does it, empty ones too."""
    limits = Limits(min_length=1, max_length=2, pattern="^[a-z]+$")
    assert [each.reason for each in failures("p", value, limits)] == reasons


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"SCALESET_ARM_PACE": "fast"}, "SCALESET_ARM_PACE is 'fast'; expected a number from 0 to 1"),
        ({"SCALESET_ARM_PACE": "2"}, "SCALESET_ARM_PACE is '2'; expected a number from 0 to 1"),
        ({"SCALESET_ARM_UNKNOWN_PROPERTIES": "no"}, "SCALESET_ARM_UNKNOWN_PROPERTIES is 'no'; expected 'drop'"),
    ],
)
def test_wrong_settings_are_named(environment: dict[str, str], told: str) -> None:
    """A setting with a value that it can't have is an error that names both."""
    with pytest.raises(SettingError, match=re.escape(told)):
        pace(environment), refuses_unknown(environment)


def test_without_settings_it_is_the_official_provider() -> None:
    """Its pace, and unknown properties dropped."""
    assert (pace({}), refuses_unknown({})) == (1.0, False)


def test_good_inputs_and_unknowns_pass() -> None:
    """Unknown values pass everywhere, and what the provider adds itself is accepted."""
    inputs = {**GOOD, "zones": UNKNOWN, "hardwareProfile": {"vmSize": UNKNOWN}, "resourceGroupName": UNKNOWN}
    assert check(VM, {**inputs, "azureApiVersion": "2024-11-01", "__createBeforeDelete": True}) == []


@given(st.binary(min_size=1), st.sampled_from(["random", "copy", "uuid"]))
def test_generated_names_depend_on_the_seed(seed: bytes, kind: str) -> None:
    """A preview and the update after it, which share the seed, agree on the name."""
    assert naming.generated_name(kind, "vm", seed) == naming.generated_name(kind, "vm", seed)


def test_which_names_are_random() -> None:
    """Top-level resources get random names; children keep the logical name."""
    assert VM.auto_name == ("vmName", "random")
    assert resource_type("azure-native:network:Subnet").auto_name == ("subnetName", "copy")
    assert resource_type("azure-native:authorization:RoleAssignment").auto_name == ("roleAssignmentName", "uuid")
    assert naming.generated_name("copy", "web", b"x") == ("web", False)
    assert LOCK.auto_name == ("lockName", "random")


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1), st.sampled_from(["a-b", "a b", "ä"]))
def test_ids_are_read_back(group: str, name: str) -> None:
    """URLs are escaped; ids, which ARM spells unescaped and in any case, give the URL's parameters back."""
    url = naming.resource_id(VM, {"resourceGroupName": group, "vmName": name}, "sub")
    assert url.isascii()
    assert " " not in url
    identifier = unquote(url).replace("resourceGroups", "RESOURCEGROUPS")
    assert naming.parse_id(VM, identifier) == {"resourceGroupName": group, "vmName": name}


def test_scopes_are_whole_paths() -> None:
    """A lock's scope goes into the URL as it is, once, and is read back as a resource id."""
    scope = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v"
    identifier = naming.resource_id(LOCK, {"scope": scope, "lockName": "keep"}, "s")
    assert identifier == f"{scope}/providers/Microsoft.Authorization/locks/keep"
    assert naming.parse_id(LOCK, identifier) == {"scope": scope, "lockName": "keep"}


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        None,
        "https://management.azure.com",
        "http://10.0.0.1:80",
        "http://127.0.0.1",
        "https://127.0.0.1:1",
        "http://127.0.0.1:x",
        "http://127.0.0.1.evil.test:80",
    ],
)
def test_only_the_simulator_on_this_machine(endpoint: str | None) -> None:
    """The stand-in refuses to talk to anything but plain HTTP on this machine, and says what to do."""
    with pytest.raises(EndpointError, match="SCALESET_ARM_ENDPOINT"):
        local_endpoint(endpoint)


def test_local_endpoints() -> None:
    """What scaleset-sim prints is accepted, with or without a slash at the end."""
    assert local_endpoint("http://127.0.0.1:8123/") == "http://127.0.0.1:8123"
