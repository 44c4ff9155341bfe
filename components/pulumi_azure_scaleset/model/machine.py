"""Validated: what an instance is made of. The fields are those of ``args_machine``."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, InputIds, InputMap, InputStr, Int, Model
from scaleset_core.facts.checks import show

Caching = Literal["None", "ReadOnly", "ReadWrite"]
DeleteOption = Literal["Delete", "Detach"]

_URN_PARTS = 4
_NO_CACHE = ("PremiumV2_LRS", "UltraSSD_LRS")


class Image(Model):
    """The image of the OS disk; exactly one form is set."""

    urn: str | None = None
    publisher: InputStr | None = None
    offer: InputStr | None = None
    sku: InputStr | None = None
    version: InputStr | None = None
    id: InputId | None = None
    shared_gallery_image_id: InputStr | None = None
    community_gallery_image_id: InputStr | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        market = [self.publisher, self.offer, self.sku]
        forms = [self.urn, self.id, self.shared_gallery_image_id, self.community_gallery_image_id]
        given = sum(form is not None for form in forms) + any(part is not None for part in market)
        if given != 1:
            raise ValueError(
                "expected exactly one of urn, id, shared_gallery_image_id, community_gallery_image_id or "
                f"publisher/offer/sku, got {given or 'none'}"
            )
        if any(part is not None for part in market) and None in market:
            raise ValueError("publisher, offer and sku go together")
        if self.version is not None and self.publisher is None:
            raise ValueError("version goes with publisher, offer and sku: write it into the urn or the id")
        if self.urn is not None and self.urn.count(":") != _URN_PARTS - 1:
            raise ValueError(f"urn is publisher:offer:sku:version, got {show(self.urn)}")
        return self


class Plan(Model):
    """The purchase plan of a marketplace image."""

    name: InputStr
    publisher: InputStr
    product: InputStr
    promotion_code: InputStr | None = None


class OsDisk(Model):
    """The OS disk."""

    size_gb: Annotated[Int, Field(ge=1, le=4095)] | None = None
    storage_account_type: InputStr | None = None
    caching: Caching | None = None
    delete_option: DeleteOption | None = None
    ephemeral: bool = False
    ephemeral_placement: Literal["CacheDisk", "ResourceDisk", "NvmeDisk"] | None = None
    disk_encryption_set_id: Annotated[InputId, ids.DISK_ENCRYPTION] | None = None
    write_accelerator_enabled: bool | None = None
    security_encryption_type: Literal["VMGuestStateOnly", "DiskWithVMGuestState", "NonPersistedTPM"] | None = None

    @model_validator(mode="after")
    def _ephemeral_rules(self) -> Self:
        if self.ephemeral_placement is not None and not self.ephemeral:
            raise ValueError("ephemeral_placement needs ephemeral: true")
        if self.ephemeral and self.caching not in {None, "ReadOnly"}:
            raise ValueError(f"an ephemeral OS disk has caching ReadOnly, got {self.caching!r}; leave caching out")
        if self.ephemeral and self.delete_option == "Detach":
            raise ValueError("an ephemeral OS disk goes with its instance: leave delete_option out")
        return self


class DataDisk(Model):
    """A data disk."""

    lun: Annotated[Int, Field(ge=0, le=63)]
    size_gb: Annotated[Int, Field(ge=1, le=65536)] | None = None
    storage_account_type: InputStr | None = None
    caching: Caching | None = None
    create_option: Literal["Empty", "FromImage", "Attach"] = "Empty"
    managed_disk_id: Annotated[InputId, ids.DISK] | None = None
    delete_option: DeleteOption | None = None
    disk_iops_read_write: Annotated[Int, Field(ge=1)] | None = None
    disk_mbps_read_write: Annotated[Int, Field(ge=1)] | None = None
    disk_encryption_set_id: Annotated[InputId, ids.DISK_ENCRYPTION] | None = None
    write_accelerator_enabled: bool | None = None

    @model_validator(mode="after")
    def _options(self) -> Self:
        if self.create_option == "Empty" and self.size_gb is None:
            raise ValueError("an empty disk needs size_gb")
        if (self.create_option == "Attach") != (self.managed_disk_id is not None):
            raise ValueError("create_option Attach and managed_disk_id go together")
        if self.storage_account_type in _NO_CACHE and self.caching not in {None, "None"}:
            raise ValueError(f"{self.storage_account_type} disks have caching None, got {self.caching!r}")
        tuned = self.disk_iops_read_write is not None or self.disk_mbps_read_write is not None
        if tuned and isinstance(self.storage_account_type, str) and self.storage_account_type not in _NO_CACHE:
            raise ValueError("IOPS and MB/s can be set on UltraSSD_LRS and PremiumV2_LRS disks only")
        return self


class Identity(Model):
    """Managed identities."""

    type: Literal["UserAssigned", "SystemAssigned", "SystemAssigned, UserAssigned"] = "UserAssigned"
    user_assigned_identity_ids: Annotated[InputIds, ids.IDENTITY] | None = None

    @model_validator(mode="after")
    def _ids(self) -> Self:
        if "UserAssigned" in self.type.replace("SystemAssigned", "") and not self.has_ids:
            raise ValueError(f"type {self.type} needs user_assigned_identity_ids")
        if self.type == "SystemAssigned" and self.has_ids:
            raise ValueError('user_assigned_identity_ids needs type "UserAssigned" or "SystemAssigned, UserAssigned"')
        return self

    @property
    def system_assigned(self) -> bool:
        """Whether Azure makes an identity of the resource's own."""
        return "SystemAssigned" in self.type

    @property
    def has_ids(self) -> bool:
        """Whether user-assigned identities are given; a deferred list counts."""
        return self.user_assigned_identity_ids is not None and self.user_assigned_identity_ids != []


class Security(Model):
    """The security profile."""

    encryption_at_host: bool | None = None
    security_type: Literal["Standard", "TrustedLaunch", "ConfidentialVM"] | None = None
    secure_boot_enabled: bool | None = None
    vtpm_enabled: bool | None = None

    @model_validator(mode="after")
    def _uefi(self) -> Self:
        uefi = self.secure_boot_enabled is not None or self.vtpm_enabled is not None
        if uefi and self.security_type not in {"TrustedLaunch", "ConfidentialVM"}:
            raise ValueError("secure_boot_enabled and vtpm_enabled need security_type TrustedLaunch or ConfidentialVM")
        return self


class BootDiagnostics(Model):
    """Boot diagnostics."""

    enabled: bool = True
    storage_uri: InputStr | None = None


class KeyVaultSecret(Model):
    """A secret in a key vault."""

    secret_url: InputStr
    source_vault_id: Annotated[InputId, ids.VAULT]


class Extension(Model):
    """A VM extension."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    publisher: InputStr
    type: InputStr
    type_handler_version: InputStr
    settings: dict[str, Any] | None = None
    protected_settings: InputMap | None = None
    protected_settings_from_key_vault: KeyVaultSecret | None = None
    auto_upgrade_minor_version: bool = True
    enable_automatic_upgrade: bool | None = None
    force_update_tag: InputStr | None = None
    suppress_failures: bool | None = None
    provision_after_extensions: list[str] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.protected_settings is not None and self.protected_settings_from_key_vault is not None:
            raise ValueError("give protected_settings or protected_settings_from_key_vault, not both")
        return self


class GalleryApplication(Model):
    """A gallery application."""

    package_reference_id: Annotated[InputId, ids.APPLICATION_VERSION]
    configuration_reference: InputStr | None = None
    order: Int | None = None
    enable_automatic_upgrade: bool | None = None
    treat_failure_as_deployment_failure: bool | None = None


class Protection(Model):
    """Protection of an instance."""

    scale_in: bool = False
    scale_set_actions: bool = False
    instance_policy: bool = False
    notes: Annotated[str, Field(max_length=512)] | None = None

    @property
    def any(self) -> bool:
        """Whether anything is protected."""
        return self.scale_in or self.scale_set_actions


class Lock(Model):
    """A management lock on the scale set."""

    level: Literal["CanNotDelete", "ReadOnly"]
    notes: Annotated[str, Field(max_length=512)] | None = None
    include_dependencies: bool = False


_DURATION = r"^(\d+h)?(\d+m)?(\d+s)?$"


class Timeouts(Model):
    """Timeouts of the children."""

    create: Annotated[str, Field(pattern=_DURATION, min_length=2)] | None = None
    update: Annotated[str, Field(pattern=_DURATION, min_length=2)] | None = None
    delete: Annotated[str, Field(pattern=_DURATION, min_length=2)] | None = None
