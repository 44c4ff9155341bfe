"""A broken rule is reported at the argument that wrote what breaks it, not at the rule's usual one."""

from __future__ import annotations

from typing import Any

import pytest
from support.bad_configurations import GROUP_ID, profile
from support.rule_cases import CASES
from support.scale_set_args import base, merged
from support.scalesets import flexible, uniform

from pulumi_azure_scaleset.compile import broken_rules, compile_args, layout
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.model.forms import at
from pulumi_azure_scaleset.validation.normalize import ROOT
from pulumi_azure_scaleset.validation.validate import validate

HEALTH = {
    "name": "mine",
    "publisher": "Microsoft.ManagedServices",
    "type": "ApplicationHealthLinux",
    "typeHandlerVersion": "2.0",
    "settings": {"protocol": "tcp", "port": 80, "requestPath": "/"},
}
GOOD = {**HEALTH, "name": "good", "settings": {"protocol": "tcp", "port": 80}}
OTHER = {"name": "first", "publisher": "Contoso", "type": "Agent", "typeHandlerVersion": "1.0"}
ULTRA = [{"lun": 0, "sizeGb": 8}, {"lun": 1, "sizeGb": 8, "storageAccountType": "UltraSSD_LRS"}]
OWN_HEALTH = {"protocol": "http", "port": 80, "requestPath": "/"}

FIELDS: dict[str, tuple[dict[str, Any], str, str]] = {
    # the arguments, the argument that is to blame, and the one that was blamed for it
    "a health extension of one's own in the profile": (
        profile(extensions=[OTHER, HEALTH]),
        "extensions[1].settings.requestPath",
        "health",
    ),
    "one on named machines": (flexible(extensions=[HEALTH]), "extensions[0].settings.requestPath", "health"),
    "one on a single machine": (
        flexible(instances={"a": {"extensions": [OTHER, HEALTH]}, "b": {}}),
        "instances['a'].extensions[1].settings.requestPath",
        "health",
    ),
    "a second one beside health": (profile(extensions=[GOOD], health=OWN_HEALTH), "health", "extensions[1]"),
    "two of one's own": (profile(extensions=[GOOD, {**GOOD, "name": "b"}]), "extensions[1].type", "health"),
    "raw inputs": (profile(overrides={"scaleSet": {"zoneBalance": True}}), "overrides.scaleSet.zoneBalance", ""),
    "raw inputs inside a list that is merged by name": (
        profile(
            health=OWN_HEALTH,
            overrides={
                "scaleSet": {
                    "virtualMachineProfile": {
                        "extensionProfile": {"extensions": [{"name": "health", "settings": {"port": 0}}]}
                    }
                }
            },
        ),
        "overrides.scaleSet.virtualMachineProfile.extensionProfile.extensions['health'].settings.port",
        "health",
    ),
    "raw inputs of one machine": (
        flexible(instances={"a": {"overrides": {"virtualMachine": {"evictionPolicy": "Delete"}}}, "b": {}}),
        "instances['a'].overrides.virtualMachine.evictionPolicy",
        "spot.eviction_policy",
    ),
    "one machine's own Spot": (
        flexible(instances={"a": {"spot": {"maxPrice": -3}}, "b": {}}),
        "instances['a'].spot.max_price",
        "spot.max_price",
    ),
    "a disk that is too large": (
        profile(dataDisks=[{"lun": 0, "sizeGb": 8}, {"lun": 1, "sizeGb": 32768}]),
        "data_disks[1].size_gb",
        "data_disks",
    ),
    "a disk's speed": (
        profile(dataDisks=[{"lun": 0, "sizeGb": 8, "storageAccountType": "UltraSSD_LRS", "diskIopsReadWrite": 500}]),
        "data_disks[0].disk_iops_read_write",
        "data_disks[].disk_iops_read_write",
    ),
    "Rolling without health": (uniform(health=None), "upgrade_policy.mode", "health"),
}


@pytest.mark.parametrize("case", FIELDS)
def test_the_argument_that_wrote_it_is_named(case: str) -> None:
    """The finding is at the list element, instance or raw inputs that wrote it, not at the usual argument."""
    args, field, wrong = FIELDS[case]
    try:
        told = {line.partition(": ")[0] for line in compile_args("web", {"resource_group_name": "rg", **args}).warnings}
    except ScaleSetArgsError as error:
        told = {problem.field for problem in error.problems}
    assert field in told, told
    assert wrong not in told, told


def test_two_machines_are_told_each() -> None:
    """What two machines declare wrong themselves is reported at both; what they inherit, once."""
    args = flexible(instances={"a": {"spot": {"maxPrice": -3}}, "b": {"spot": {"maxPrice": -4}}})
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", {"resource_group_name": "rg", **args})
    assert {"instances['a'].spot.max_price", "instances['b'].spot.max_price"} <= {
        p.field for p in caught.value.problems
    }
    inherited = flexible(spot={"maxPrice": -3}, instances={"a": {"vmSize": "Standard_D4s_v5"}, "b": {}})
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", {"resource_group_name": "rg", **inherited})
    assert [p.field for p in caught.value.problems].count("spot.max_price") == 1


def test_an_argument_that_both_sides_have_stays_the_rules() -> None:
    """Where the rule's own argument is written too, it is the one to name: the ultra disk may be meant."""
    args = profile(zones=["1"], dataDisks=ULTRA, ultraSsdEnabled=True, capacityReservationGroupId=GROUP_ID)
    with pytest.raises(ScaleSetArgsError) as caught:
        compile_args("web", {"resource_group_name": "rg", **args})
    assert "capacity_reservation_group_id" in {problem.field for problem in caught.value.problems}


@pytest.mark.parametrize("rule", CASES)
def test_what_is_named_is_an_argument(rule: str) -> None:
    """For every rule's rejected case: what is named is an argument, and it is the raw inputs that wrote the value."""
    case = CASES[rule]
    args = merged(base(case.mode, case.kind, windows=case.windows), case.bad)
    model = validate("web", args).model
    assert model is not None
    found = [each for each in broken_rules(model, layout(model, "web")) if each.rule.id == rule]
    for broken in found:
        root = broken.argument.partition(".")[0].partition("[")[0]
        if broken.rule.argument and root not in {"overrides", "instances"}:
            assert at(ROOT, (root,)) is not None, broken.argument
        if "overrides" in case.bad and broken.finding.value is not None:
            assert root == "overrides" or broken.argument.startswith("instances["), broken.argument
