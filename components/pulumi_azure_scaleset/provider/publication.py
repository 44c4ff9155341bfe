"""Who publishes the package, and under which names in each language; the values are those of ``owner.toml``."""

from collections.abc import Mapping
from typing import Any

PUBLISHER = "OWNER"
REPOSITORY = "https://github.com/OWNER/pulumi-azure-scaleset"
HOMEPAGE = "https://OWNER.github.io/pulumi-azure-scaleset"
LOGO = "https://raw.githubusercontent.com/OWNER/pulumi-azure-scaleset/main/docs/logo.svg"
NPM_PACKAGE = "@owner/azure-scaleset"
GO_MODULE = "github.com/OWNER/pulumi-azure-scaleset/sdk/go"
NUGET_PACKAGE = "Owner.AzureScaleset"
JAVA_PACKAGE = "io.github.owner.azurescaleset"

PACKAGE: Mapping[str, Any] = {
    "displayName": "Azure Scale Set",
    "description": "azure-scaleset: Azure Virtual Machine Scale Sets in both orchestration modes.",
    "keywords": ["pulumi", "azure", "vmss", "category/cloud", "kind/component"],
    "license": "Apache-2.0",
    "publisher": PUBLISHER,
    "repository": REPOSITORY,
    "homepage": HOMEPAGE,
    "logoUrl": LOGO,
    # A published SDK makes the engine fetch the plugin from here: the folder, at the tag v<version>, with git.
    "pluginDownloadURL": f"git://{REPOSITORY.partition('://')[2]}/components",
}
"""What pages of the Pulumi Registry show about the package."""

LANGUAGES: Mapping[str, Mapping[str, Any]] = {
    "csharp": {
        "rootNamespace": NUGET_PACKAGE.rpartition(".")[0],
        "namespaces": {"azure-scaleset": NUGET_PACKAGE.rpartition(".")[2]},
    },
    "go": {
        "modulePath": GO_MODULE,
        "importBasePath": f"{GO_MODULE}/azurescaleset",
        # Else the generator makes no input types of plain lists that come before the first plain object.
        "generateExtraInputTypes": True,
    },
    "java": {"basePackage": JAVA_PACKAGE.rpartition(".")[0]},
    "nodejs": {"packageName": NPM_PACKAGE},
    # The generated SDK must not replace the library, whose import name is pulumi_azure_scaleset.
    "python": {"packageName": "pulumi_azure_scaleset_sdk", "pyproject": {"enabled": True}},
}
"""The SDKs' names by language: without these the generators take names that are Pulumi's own."""
