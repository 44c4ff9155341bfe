"""The generated tables: up to date, closed, and right where it matters to scale sets."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pulumi
import pytest
from pulumi import _types as pulumi_types

from azure_native.naming import parse_id, resource_id
from azure_native.table import Shape, UnknownTypeError, all_tokens, function_type, resource_type


@pytest.mark.long
def test_tables_are_up_to_date() -> None:
    """The tables are what the generator makes of the installed SDK and models."""
    command = [sys.executable, "-m", "azure_native.generate", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("token", all_tokens())
def test_every_type_is_closed_and_has_a_url(token: str) -> None:
    """Every object type that a resource mentions is in the table, and its URL names only its own inputs."""
    resource = resource_type(token)

    def check(shape: Shape | None) -> None:
        if shape is not None:
            assert set(shape.types) <= resource.types.keys()
            check(shape.item)

    for prop in [*resource.inputs.values(), *resource.outputs.values()]:
        check(prop.shape)
    assert resource.path.startswith("/")
    assert not set(resource.parameters) & set(resource.inputs) - {"scope"}
    assert set(resource.required) <= set(resource.parameters)


@pytest.mark.parametrize("module", ["compute", "network", "authorization", "monitor"])
def test_every_input_of_the_sdk_is_in_the_table(module: str) -> None:
    """No input that the SDK offers for a served resource is refused as unknown."""
    sdk = importlib.import_module(f"pulumi_azure_native.{module}")
    for token in all_tokens():
        _, owner, name = token.split(":")
        if owner == module:
            arguments = getattr(sdk, f"{name}InitArgs", None) or getattr(sdk, f"{name}Args")
            resource = resource_type(token)
            known = {*resource.inputs, *resource.parameters}
            assert set(pulumi_types.input_type_types(arguments)) <= known
            assert issubclass(getattr(sdk, name), pulumi.CustomResource)


REPLACING = {
    "compute:VirtualMachine": {"vmName", "resourceGroupName", "location"},
    "compute:VirtualMachineExtension": {"vmName", "vmExtensionName", "resourceGroupName", "location"},
    "compute:VirtualMachineScaleSet": {"vmScaleSetName", "resourceGroupName", "location"},
    "authorization:ManagementLockByScope": {"scope", "lockName"},
    "authorization:RoleAssignment": {"scope", "roleAssignmentName", "principalId"},
    "monitor:DiagnosticSetting": {"resourceUri", "name"},
    "network:InboundNatRule": {"inboundNatRuleName", "loadBalancerName", "resourceGroupName"},
    "network:LoadBalancer": {"loadBalancerName", "resourceGroupName"},
    "network:NetworkInterface": {"networkInterfaceName", "resourceGroupName"},
    "network:PublicIPAddress": {
        "publicIpAddressName",
        "resourceGroupName",
        "location",
        "publicIPAddressVersion",
        "publicIPPrefix",
        "sku",
    },
    "network:VirtualNetwork": {"virtualNetworkName", "resourceGroupName", "location"},
    "resources:ResourceGroup": {"resourceGroupName", "location"},
}


@pytest.mark.parametrize(("token", "expected"), REPLACING.items())
def test_what_replaces(token: str, expected: set[str]) -> None:
    """The official provider replaces on URL parameters and on the few create-only properties, and on no others.

    orchestrationMode, zones or platformFaultDomainCount of a scale set are updates to it, which ARM then refuses.
    """
    assert resource_type(f"azure-native:{token}").replacing == expected


def test_lists_that_are_kept() -> None:
    """The lists whose elements are separate resources are those that the SDK's documentation marks."""
    kept = {t: [p.name for p in resource_type(t).maintained] for t in all_tokens() if resource_type(t).maintained}
    assert kept["azure-native:network:LoadBalancer"] == ["backendAddressPools", "inboundNatRules"]
    assert kept["azure-native:network:VirtualNetwork"] == ["subnets", "virtualNetworkPeerings"]
    assert kept["azure-native:network:NetworkSecurityGroup"] == ["securityRules"]
    assert not any(t.startswith("azure-native:compute:") for t in kept)


def test_versioned_tokens() -> None:
    """A versioned token is the same resource at that api-version; Insights' autoscale settings are in monitor."""
    assert resource_type("azure-native:compute/v20240701:VirtualMachine").api_version == "2024-07-01"
    assert resource_type("azure-native:authorization/v20201001preview:RoleAssignment").api_version == (
        "2020-10-01-preview"
    )
    assert resource_type("azure-native:compute:VirtualMachine").api_version == "2024-11-01"
    assert "autoscalesettings" in resource_type("azure-native:insights:AutoscaleSetting").path


def test_what_newer_versions_have() -> None:
    """A property of a newer API is known under the token of that version alone, as in the official provider."""
    plain, newer = (resource_type(f"azure-native:compute{at}:VirtualMachineScaleSet") for at in ("", "/v20260301"))
    older = resource_type("azure-native:compute/v20240701:VirtualMachineScaleSet")
    for resource, known in ((plain, False), (newer, True), (older, False)):
        assert ("placement" in resource.inputs) is known
        assert ("zoneAllocationPolicy" in resource.types["ResiliencyPolicy"]) is known
    # Of a version after the newest that azure-native 3.29 serves.
    assert "processorMode" not in newer.types["HardwareProfile"]
    assert "externalHealthPolicy" in newer.inputs
    between = resource_type("azure-native:compute/v20250401:VirtualMachineScaleSet")
    assert "externalHealthPolicy" not in between.inputs


def test_a_generic_resource_has_the_version_of_its_inputs() -> None:
    """It is called at the version that its inputs or, for a deletion, its outputs say; its URL has no empty segment."""
    inputs = {
        "resourceGroupName": "rg",
        "resourceProviderNamespace": "Microsoft.Compute",
        "parentResourcePath": "",
        "resourceType": "virtualMachineScaleSets",
        "resourceName": "web",
        "apiVersion": "2026-04-01",
    }
    resource = resource_type("azure-native:resources:Resource")
    assert resource.at(inputs).api_version == resource.at({"azureApiVersion": "2026-04-01"}).api_version == "2026-04-01"
    assert "apiVersion" not in resource.replacing
    identifier = resource_id(resource, inputs, "s")
    assert identifier == ("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web")
    assert parse_id(resource, identifier) == {name: inputs[name] for name in resource.parameters}


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:compute:Nothing",
        "azure-native:web:WebApp",
        "aws:ec2/instance:Instance",
        "azure-native:compute/v20260401:VirtualMachine",
    ],
)
def test_unknown_types(token: str) -> None:
    """A type outside the tables is refused by name."""
    with pytest.raises(UnknownTypeError, match=token):
        resource_type(token)


def test_functions() -> None:
    """A get function reads its resource; any other function is refused."""
    assert function_type("azure-native:compute:getDisk") is resource_type("azure-native:compute:Disk")
    with pytest.raises(UnknownTypeError, match="listStorageAccountKeys"):
        function_type("azure-native:storage:listStorageAccountKeys")
