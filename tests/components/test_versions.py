"""API versions of the children: which token each gets, what is refused, and what is reported."""

from __future__ import annotations

from typing import Any

import pytest
from support.scalesets import flexible

from pulumi_azure_scaleset.compile import Compiled, compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from pulumi_azure_scaleset.plan import generic, sdk_schema, tokens, versions
from pulumi_azure_scaleset.plan.resources import Child

pytestmark = pytest.mark.newest
BASE = {"resource_group_name": "rg", **flexible(instances={"web-0": {}})}
PLAIN = "azure-native:compute:VirtualMachineScaleSet"


def compiled(**more: Any) -> Compiled:
    """What a small set becomes with these arguments."""
    return compile_args("web", {**BASE, **more})


def registered(**more: Any) -> dict[str, str]:
    """The token of each resource key."""
    return {child.kind: versions.token_of(child) for child in compiled(**more).plan.children}


def refused(**more: Any) -> dict[str, str]:
    """The problems of arguments, by their fields."""
    with pytest.raises(ScaleSetArgsError) as caught:
        compiled(**more)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_compute_has_one_version_and_others_their_own() -> None:
    """`api_version` is Compute's; `api_versions` says others by resource key or by type, and wins."""
    found = registered(
        api_version="2026-03-01",
        api_versions={
            "loadBalancer": "2025-07-01",
            "azure-native:network:VirtualNetwork": "2025-05-01",
            "virtualMachineExtension": "2025-11-01",
        },
    )
    assert found == {
        "networkSecurityGroup": "azure-native:network:NetworkSecurityGroup",
        "virtualNetwork": "azure-native:network/v20250501:VirtualNetwork",
        "publicIPAddress": "azure-native:network:PublicIPAddress",
        "loadBalancer": "azure-native:network/v20250701:LoadBalancer",
        "scaleSet": "azure-native:compute/v20260301:VirtualMachineScaleSet",
        "inboundNatRule": "azure-native:network:InboundNatRule",
        "networkInterface": "azure-native:network:NetworkInterface",
        "virtualMachine": "azure-native:compute/v20260301:VirtualMachine",
        "virtualMachineExtension": "azure-native:compute/v20251101:VirtualMachineExtension",
    }


def test_the_version_of_azure_native_itself_changes_nothing() -> None:
    """To name the version that the plain token means is to name the plain token."""
    assert registered(api_version="2024-11-01") == registered()


def test_versions_that_azure_native_lacks_are_refused() -> None:
    """Each once, with those that there are; a key that is no resource with what was meant; a text that is no date."""
    found = refused(api_version="2019-01-01", api_versions={"loadBalancr": "2025-07-01", "natGateway": "2031-01-01"})
    assert found.keys() == {"api_version", "api_versions['loadBalancr']", "api_versions['natGateway']"}
    assert "2024-11-01, 2025-04-01, 2025-11-01, 2026-03-01" in found["api_version"]
    assert "did you mean 'loadBalancer'?" in found["api_versions['loadBalancr']"]
    assert "azure-native:network:NatGateway at 2024-05-01, " in found["api_versions['natGateway']"]
    assert set(refused(api_version="v20260301")) == {"api_version"}


def test_newer_properties_are_passed_on_and_slips_are_told() -> None:
    """At another version the SDK is not certain: a key is passed on, and one that resembles another is reported."""
    raw = {"scaleSet": {"placement": {"zonePlacementPolicy": "Auto"}, "scaleInPolicies": {}}}
    done = compiled(api_version="2026-03-01", overrides=raw)
    assert done.plan.scale_set.inputs["placement"] == {"zonePlacementPolicy": "Auto"}
    (warning,) = (each for each in done.warnings if each.startswith("overrides"))
    assert warning.startswith("overrides.scaleSet.scaleInPolicies: ")
    assert "'scaleInPolicy'" in warning


def test_a_version_of_no_resource_is_told() -> None:
    """One set of versions may serve several sets, so it is no error."""
    assert "api_versions['natGateway']: it has no effect, because this set has no such resource" in (
        compiled(api_versions={"natGateway": "2025-07-01"}).warnings
    )


def test_former_tokens_of_a_resource() -> None:
    """Compute's newer versions are aliases always, others while a version is given; never the token itself."""
    found = {child.kind: versions.former_tokens(child) for child in compiled().plan.children}
    newer = [f"azure-native:compute/v{each}:VirtualMachineScaleSet" for each in ("20250401", "20251101", "20260301")]
    assert found["scaleSet"] == [PLAIN, *newer][1:]
    assert found["networkInterface"] == []
    done = compiled(api_version="2026-03-01", api_versions={"networkInterface": "2025-07-01"})
    for child in done.plan.children:
        former = versions.former_tokens(child)
        assert versions.token_of(child) not in former
        assert (child.type in former) is bool(child.api_version)


@pytest.mark.parametrize("token", sorted(set(tokens.OF_KIND.values())))
def test_the_sdk_says_the_versions_of_every_type(token: str) -> None:
    """The text of the installed SDK has the version of each type that a set can have, and the classes its inputs."""
    found = sdk_schema.versions_of(token)
    assert found is not None
    assert found.default not in found.others
    inputs = sdk_schema.inputs_of(token)
    assert inputs is not None
    assert sdk_schema.members(inputs)


def test_beyond_what_azure_native_has() -> None:
    """Set and machines become generic resources at that version, extensions are at the newest one that there is."""
    done = compiled(api_version="2030-01-01")
    assert {child.kind: (versions.token_of(child), child.api_version) for child in done.plan.children} == {
        **{child.kind: (child.type, "") for child in done.plan.children},
        "scaleSet": (generic.TOKEN, "2030-01-01"),
        "virtualMachine": (generic.TOKEN, "2030-01-01"),
        "virtualMachineExtension": ("azure-native:compute/v20260301:VirtualMachineExtension", "2026-03-01"),
    }
    kept = registered(api_version="2026-03-01", generic_resources=["scaleSet"])
    assert kept["scaleSet"] == generic.TOKEN
    assert kept["virtualMachine"] == "azure-native:compute/v20260301:VirtualMachine"


def test_what_a_generic_resource_has_no_place_for() -> None:
    """Zones would be lost: they are refused, once, with the version that takes them."""
    found = refused(api_version="2030-01-01", zones=["1", "2"])
    assert set(found) == {"api_version"}
    assert "no place for zones" in found["api_version"]
    assert "use 2026-03-01" in found["api_version"]


def test_the_generic_form() -> None:
    """Location, tags, sku, plan and identity stay outside; parts with their own properties get them."""
    inputs = {
        "resourceGroupName": "rg",
        "vmScaleSetName": "web",
        "location": "westeurope",
        "sku": {"name": "S", "capacity": 1},
        "virtualMachineProfile": {
            "networkProfile": {
                "networkInterfaceConfigurations": [
                    {
                        "name": "nic",
                        "primary": True,
                        "ipConfigurations": [
                            {"name": "ip", "publicIPAddressConfiguration": {"name": "p", "sku": {"name": "Standard"}}}
                        ],
                    }
                ]
            },
            "extensionProfile": {"extensions": [{"name": "e", "type": "T"}]},
        },
    }
    child = Child(key="scaleSet", kind="scaleSet", type=PLAIN, name="web", inputs=inputs, api_version="2030-01-01")
    found = generic.inputs_of(child, inputs)
    assert found["sku"] == {"name": "S", "capacity": 1}
    profile = found["properties"]["virtualMachineProfile"]
    address = {"name": "p", "sku": {"name": "Standard"}}
    assert profile["networkProfile"]["networkInterfaceConfigurations"] == [
        {
            "name": "nic",
            "properties": {
                "primary": True,
                "ipConfigurations": [{"name": "ip", "properties": {"publicIPAddressConfiguration": address}}],
            },
        }
    ]
    assert profile["extensionProfile"]["extensions"] == [{"name": "e", "properties": {"type": "T"}}]
    assert "location" not in found["properties"]
    assert generic.path_of("virtualMachineProfile.priority") == "properties.virtualMachineProfile.priority"
    assert generic.path_of("sku.name") == "sku.name"
    assert generic.typed(found)["virtualMachineProfile"] == profile
