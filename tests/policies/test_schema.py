"""The schema of what ARM takes, the walk over it, and the rules about machines: all by their public functions."""

from __future__ import annotations

import re
from typing import Any

import azure.mgmt.compute.models as compute
import pytest

import property_schema
from scaleset_core.facts import sizes
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome, Verdict
from scaleset_policies.rules import RULES
from scaleset_policies.rules.machine_rules import REFUSED_NAMES, REFUSED_PASSWORDS
from scaleset_policies.schema.model import schema
from scaleset_policies.schema.walk import Slip, slips

NEWEST = schema().versions["microsoft.compute"]


def found(properties: Any, kind: str = arm_types.SCALE_SET) -> list[tuple[str, str, str]]:
    """What is wrong and certain, as kind, path and detail."""
    return [(each.slip.value, each.path, each.detail) for each in slips(properties, kind) if not each.open]


def verdict(rule: str, properties: Any, kind: str = arm_types.SCALE_SET, *, written: bool = True) -> Outcome:
    """The outcome of one rule on one resource."""
    resource = Resource(key="web", type=kind, name="web", properties=properties, written=written)
    return RULES[rule].evaluate(Estate([resource]), resource)


def test_the_schema_is_that_of_the_installed_sdk() -> None:
    """The committed file is what the generator writes today."""
    assert property_schema.main(["--check"]) == 0


def test_each_kind_of_the_schema_exists() -> None:
    """Whatever a property takes is a plain kind, a model or an enumeration of the schema."""
    known = {"string", "boolean", "integer", "number", "any", *schema().models, *schema().enumerations}
    assert {each.kind for model in schema().models.values() for each in model.properties.values()} <= known
    assert "osProfile" in schema().models["VirtualMachineScaleSetVMProfile"].properties


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"singelPlacementGroup": True}, ("name", "singelPlacementGroup", "did you mean singlePlacementGroup?")),
        (
            {"virtualMachineProfile": {"adminUsername": "azureuser"}},
            (
                "name",
                "virtualMachineProfile.adminUsername",
                "its place is virtualMachineProfile.osProfile.adminUsername",
            ),
        ),
        ({"sku": {"nonsense": 1}}, ("name", "sku.nonsense", "")),
        (
            {"virtualMachineProfile": {"priority": "Spott"}},
            ("value", "virtualMachineProfile.priority", "did you mean Spot?"),
        ),
        (
            {"identity": {"type": "Everything"}},
            (
                "value",
                "identity.type",
                "expected one of None, SystemAssigned, SystemAssigned, UserAssigned, UserAssigned",
            ),
        ),
        ({"overprovision": "no"}, ("type", "overprovision", "expected true or false")),
        ({"platformFaultDomainCount": "one"}, ("type", "platformFaultDomainCount", "expected a whole number")),
        ({"platformFaultDomainCount": 1.5}, ("type", "platformFaultDomainCount", "expected a whole number")),
        ({"zones": "1"}, ("type", "zones", "expected a list")),
        ({"zones": [["1"]]}, ("type", "zones[0]", "expected a text")),
        ({"sku": "Standard_D2s_v5"}, ("type", "sku", "expected an object")),
        (
            {"virtualMachineProfile": {"storageProfile": {"osDisk": {}}}},
            ("missing", "virtualMachineProfile.storageProfile.osDisk.createOption", "it is missing"),
        ),
    ],
)
def test_a_slip_is_told_with_what_was_meant(properties: dict[str, Any], expected: tuple[str, str, str]) -> None:
    """One slip gives one finding, at its place, with the name or the values that were meant."""
    assert found(properties) == [expected]


@pytest.mark.parametrize(
    "properties",
    [
        {"SINGLEPLACEMENTGROUP": "True", "virtualmachineprofile": {"PRIORITY": "spot"}},
        {"sku": {"capacity": "3", "name": "Standard_D2s_v5"}, "platformFaultDomainCount": "5"},
        {"identity": {"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": {"/anything": {"x": 1}}}},
        {"tags": {"anything": "goes"}, "location": "westeurope", "vmScaleSetName": "web", "zones": [1, "2", None]},
        {"plan": None, "virtualMachineProfile": {"evictionPolicy": "", "licenseType": None}},
        {
            "virtualMachineProfile": {
                "extensionProfile": {"extensions": [{"name": "a", "settings": {"adminUsername": 1}, "tags": 0}][:0]},
                "storageProfile": {"dataDisks": [{"copy": {"name": "more"}}]},
            }
        },
        {"virtualMachineProfile": {"extensionProfile": {"extensions": [{"name": "a", "settings": {"any": ["x"]}}]}}},
        {"__defaults": [], "{name}": 1, "azureApiVersion": "2024-07-01"},
    ],
)
def test_what_arm_takes_is_no_slip(properties: dict[str, Any]) -> None:
    """Case, numbers as texts, null, empty texts, loops and content of the user's own are let be."""
    assert found(properties) == []


def test_what_is_not_known_is_undecided_for_each_kind_of_slip() -> None:
    """An object that is not known may hide any slip; a value of an enumeration may be a wrong one."""
    hidden = {each.slip for each in slips({"virtualMachineProfile": UNKNOWN}, arm_types.SCALE_SET)}
    assert hidden == set(Slip)
    (value,) = slips({"orchestrationMode": UNKNOWN}, arm_types.SCALE_SET)
    assert (value.slip, value.open) == (Slip.VALUE, True)
    assert not list(slips({"sku": {"name": UNKNOWN, "capacity": UNKNOWN}}, arm_types.SCALE_SET))


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("", Verdict.VIOLATES),
        ("2019-03-01", Verdict.VIOLATES),
        (NEWEST, Verdict.VIOLATES),
        ("2017-03-30", Verdict.UNDECIDED),
        ("2099-01-01", Verdict.UNDECIDED),
        ("2023-04-02-preview", Verdict.UNDECIDED),
        (UNKNOWN, Verdict.UNDECIDED),
    ],
)
def test_only_api_versions_that_the_schema_knows_are_judged(version: Any, expected: Verdict) -> None:
    """Older, newer and preview versions may have other names and values: nobody is stopped there."""
    for rule, wrong in (
        ("SS151", {"singelPlacementGroup": True}),
        ("SS153", {"virtualMachineProfile": {"priority": "S"}}),
    ):
        assert verdict(rule, {**wrong, "azureApiVersion": version}).verdict is expected


@pytest.mark.parametrize("rule", [f"SS{number}" for number in range(151, 159) if number != 152])
def test_what_nobody_wrote_in_these_names_is_not_judged(rule: str) -> None:
    """Properties that were made from another provider's names, and what Azure answers, are not applicable."""
    outcome = verdict(rule, {"singelPlacementGroup": True, "virtualMachineProfile": {"osProfile": {}}}, written=False)
    assert outcome.verdict is Verdict.NOT_APPLICABLE


def test_the_refused_names_and_passwords_are_those_of_the_sdk() -> None:
    """The lists are the ones in the text of the SDK's model."""
    text = str(compute.OSProfile.__doc__)
    lists = [set(re.findall(r'"([^"]+)"', part.split("<br>")[0])) for part in text.split("Disallowed values:**")[1:]]
    assert [{" ".join(each.split()) for each in part} for part in lists] == [set(REFUSED_NAMES), set(REFUSED_PASSWORDS)]


@pytest.mark.parametrize(
    ("system", "name", "refused"),
    [
        ("linuxConfiguration", "Admin", True),
        ("linuxConfiguration", "x" * 64, False),
        ("linuxConfiguration", "x" * 65, True),
        ("windowsConfiguration", "x" * 21, True),
        ("windowsConfiguration", "ends.", True),
        ("linuxConfiguration", "ends.", False),
        ("linuxConfiguration", "", False),
    ],
)
def test_an_administrators_name_is_checked_for_its_system(system: str, name: str, refused: bool) -> None:
    """Length and the last character depend on the operating system, the list does not."""
    outcome = verdict("SS157", {"virtualMachineProfile": {"osProfile": {"adminUsername": name, system: {}}}})
    assert (outcome.verdict is Verdict.VIOLATES) == refused


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("Password1", Verdict.VIOLATES),
        ("Sh0rt", Verdict.VIOLATES),
        ("onlysmallletters", Verdict.VIOLATES),
        ("Three0fFour", Verdict.PASSES),
        (UNKNOWN, Verdict.NOT_APPLICABLE),
    ],
)
def test_a_password_in_the_input_is_checked_and_never_shown(password: Any, expected: Verdict) -> None:
    """Known, short and simple passwords are found; no finding carries one."""
    properties = {"virtualMachineProfile": {"osProfile": {"adminPassword": password, "linuxConfiguration": {}}}}
    outcome = verdict("SS158", properties)
    assert outcome.verdict is expected
    assert all(each.value is None and str(password) not in each.detail for each in outcome.findings)


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        ({}, Verdict.VIOLATES),
        ({"imageReference": {}}, Verdict.VIOLATES),
        ({"imageReference": {"publisher": "Canonical", "offer": "o", "sku": "s"}}, Verdict.VIOLATES),
        ({"imageReference": {"publisher": "Canonical", "offer": "o", "sku": "s", "version": "latest"}}, Verdict.PASSES),
        ({"imageReference": {"id": UNKNOWN}}, Verdict.PASSES),
        ({"imageReference": UNKNOWN}, Verdict.UNDECIDED),
        ({"osDisk": {"createOption": "attach", "managedDisk": {"id": "/disk"}}}, Verdict.PASSES),
        ({"osDisk": {"createOption": "FromImage", "image": {"uri": "https://vhd"}}}, Verdict.PASSES),
    ],
)
def test_a_machine_needs_an_image_or_a_disk(storage: dict[str, Any], expected: Verdict) -> None:
    """A whole image reference, a custom image, or a disk that exists: one of them."""
    machine = {"osProfile": {"adminUsername": "azureuser"}, "storageProfile": storage}
    assert verdict("SS156", machine, arm_types.VIRTUAL_MACHINE).verdict is expected
    assert verdict("SS156", {"virtualMachineProfile": machine}).verdict is expected


def test_every_size_of_the_facts_has_a_name_that_sizes_can_have() -> None:
    """The pattern refuses no size that exists; some of the odd ones that the facts lack are taken as well."""
    odd = ("Standard_ND128isr_NDR_GB200_v6", "Standard_HB120-16rs_v3", "Standard_FX4mds", "Standard_D2s_v99", "Mix", "")
    for name in (*sizes.names(), *odd):
        assert verdict("SS159", {"sku": {"name": name}}).verdict is Verdict.PASSES, name


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("Standard_Nope_v9", "expected a name such as Standard_D2s_v5"),
        ("Standard-D2s_v5", "did you mean Standard_D2s_v5?"),
    ],
)
def test_a_name_that_no_size_can_have_is_told(name: str, detail: str) -> None:
    """With the size that was meant, if one is near."""
    assert [each.detail for each in verdict("SS159", {"sku": {"name": name}}).findings] == [detail]
