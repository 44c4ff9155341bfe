"""Types of other providers that scale sets refer to: identities, vaults, storage accounts.

The SDKs of these providers are not installed, so each has its own property table; unknown members are refused.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry, ResourceKind
from arm_simulator.core.store import Resource
from arm_simulator.providers.resources.resource_manager import TENANT

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

_ENVELOPE = frozenset({"location", "tags", "properties"})
_NAMESPACE = uuid.UUID("8b6f1c52-7d0e-4a39-8f5b-2e6f0a1c9d33")


_NAMES_OF = {str: "a string", int: "a whole number", bool: "a boolean"}


class DeclaredKind(ResourceKind):
    """A type with a property table instead of an SDK model.

    Attributes:
        members: Member names of ``properties``, each with what its value is: a table for an object, a list with one
            for an array of such, ``str``, ``int`` or ``bool``, or None for anything.
        envelope: Envelope members besides location, tags and properties.
        read_only: Members of ``properties`` that the service sets; dropped on input.
    """

    graph_table: ClassVar[str | None] = "resources"
    members: ClassVar[Mapping[str, Any]] = {}
    envelope: ClassVar[frozenset[str]] = frozenset()
    read_only: ClassVar[frozenset[str]] = frozenset({"provisioningState"})

    def prepare_put(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> Body:
        """Check the names, then the type's own rules."""
        _known(body, dict.fromkeys(_ENVELOPE | self.envelope), self.type, "")
        properties = body.get("properties") or {}
        if not isinstance(properties, dict):
            raise errors.invalid_request_content(
                "The request content is invalid: 'properties' must be an object.", "properties"
            )
        properties = {name: value for name, value in properties.items() if name not in self.read_only}
        _known(properties, self.members, self.type, "properties")
        body["properties"] = properties
        self.check(ctx, rid, body, existing)
        return super().prepare_put(ctx, rid, body, existing)

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:
        """The type's own rules and defaults."""


class IdentityKind(DeclaredKind):
    """``Microsoft.ManagedIdentity/userAssignedIdentities``."""

    type = "Microsoft.ManagedIdentity/userAssignedIdentities"
    long_running = frozenset()
    members: ClassVar[Mapping[str, Any]] = {"isolationScope": None}
    read_only = frozenset({"provisioningState", "tenantId", "principalId", "clientId"})

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """The ids that Azure Active Directory would give."""
        body["properties"] |= {
            "tenantId": TENANT,
            "principalId": str(uuid.uuid5(_NAMESPACE, f"principal {rid.key}")),
            "clientId": str(uuid.uuid5(_NAMESPACE, f"client {rid.key}")),
        }


class StorageAccountKind(DeclaredKind):
    """``Microsoft.Storage/storageAccounts``: the envelope, for boot diagnostics."""

    type = "Microsoft.Storage/storageAccounts"
    envelope = frozenset({"sku", "kind", "identity", "extendedLocation"})
    members: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        (
            "accessTier",
            "allowBlobPublicAccess",
            "allowSharedKeyAccess",
            "minimumTlsVersion",
            "supportsHttpsTrafficOnly",
            "publicNetworkAccess",
            "networkAcls",
            "encryption",
            "isHnsEnabled",
        )
    )
    read_only = frozenset({"provisioningState", "primaryEndpoints", "primaryLocation", "creationTime"})

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """Name rules and endpoints."""
        if not re.fullmatch(r"[a-z0-9]{3,24}", rid.name):
            raise errors.ArmError(
                400,
                "AccountNameInvalid",
                f"{rid.name} is not a valid storage account name. Storage account name must be between 3 and 24 "
                "characters in length "
                "and use numbers and lower-case letters only.",
            )
        body["properties"]["primaryEndpoints"] = {"blob": f"https://{rid.name}.blob.core.windows.net/"}


class VaultKind(DeclaredKind):
    """``Microsoft.KeyVault/vaults``."""

    type = "Microsoft.KeyVault/vaults"
    members: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        (
            "tenantId",
            "sku",
            "accessPolicies",
            "enabledForDeployment",
            "enabledForDiskEncryption",
            "enabledForTemplateDeployment",
            "enableSoftDelete",
            "softDeleteRetentionInDays",
            "enableRbacAuthorization",
            "enablePurgeProtection",
            "networkAcls",
            "publicNetworkAccess",
            "createMode",
        )
    )
    read_only = frozenset({"provisioningState", "vaultUri", "hsmPoolResourceId"})

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """Needs tenant and SKU."""
        for name in ("tenantId", "sku"):
            if not body["properties"].get(name):
                raise errors.bad_request(f"The parameter {name} has an invalid value.", f"properties.{name}")
        body["properties"]["vaultUri"] = f"https://{rid.name}.vault.azure.net/"


def _known(value: Body, table: Mapping[str, Any], owner: str, path: str) -> None:
    for name, item in value.items():
        where = f"{path}.{name}" if path else name
        if name not in table:
            raise errors.invalid_request_content(
                f"Could not find member '{name}' on object of type '{owner.rsplit('/', 1)[-1]}'. Path '{where}'.", where
            )
        _of_shape(item, table[name], owner, where)


def _of_shape(item: Any, shape: Any, owner: str, where: str) -> None:
    if shape is None or item is None:
        return
    if isinstance(shape, list):
        if not isinstance(item, list):
            raise _conversion(where, "an array")
        for index, element in enumerate(item):
            if element is None:
                raise _conversion(f"{where}[{index}]", "an object")
            _of_shape(element, shape[0], owner, f"{where}[{index}]")
    elif isinstance(shape, Mapping):
        if not isinstance(item, dict):
            raise _conversion(where, "an object")
        _known(item, shape, owner, where)
    elif not isinstance(item, shape) or (isinstance(item, bool) and shape is not bool):
        raise _conversion(where, _NAMES_OF[shape])


def _conversion(where: str, wanted: str) -> ArmError:
    return errors.invalid_request_content(f"Error converting value at path '{where}' to {wanted}.", where)


def register(registry: Registry) -> None:
    """Add the declared kinds."""
    registry.add(IdentityKind(), StorageAccountKind(), VaultKind())
