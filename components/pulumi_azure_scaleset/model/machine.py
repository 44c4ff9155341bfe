"""What an instance is made of: image, disks, identity, security, extensions."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, InputIds, InputJson, InputStr, Int, Model
from pulumi_azure_scaleset.model.guest import ProxyAgent
from pulumi_azure_scaleset.model.marks import READABLE_SETTINGS, Enumeration, Secret
from scaleset_core.facts import images
from scaleset_core.facts.checks import show

Caching = Annotated[Literal["None", "ReadOnly", "ReadWrite"], Enumeration("Caching", "How the host caches a disk.")]
DeleteOption = Annotated[
    Literal["Delete", "Detach"], Enumeration("DeleteOption", "What becomes of a disk when its instance goes.")
]
EphemeralPlacement = Annotated[
    Literal["CacheDisk", "ResourceDisk", "NvmeDisk"],
    Enumeration("EphemeralPlacement", "Where an ephemeral OS disk lives."),
]
SecurityEncryptionType = Annotated[
    Literal["VMGuestStateOnly", "DiskWithVMGuestState", "NonPersistedTPM"],
    Enumeration("SecurityEncryptionType", "What is encrypted of a confidential instance."),
]
CreateOption = Annotated[
    Literal["Empty", "FromImage", "Attach"], Enumeration("CreateOption", "Where a data disk comes from.")
]
IdentityType = Annotated[
    Literal["UserAssigned", "SystemAssigned", "SystemAssigned, UserAssigned"],
    Enumeration("IdentityType", "Whose managed identities an instance has."),
]
SecurityType = Annotated[
    Literal["Standard", "TrustedLaunch", "ConfidentialVM"],
    Enumeration("SecurityType", "The kind of virtual machine, by its security."),
]
DiskController = Annotated[
    Literal["SCSI", "NVMe"], Enumeration("DiskController", "The controller by which a machine reaches its disks.")
]
LockLevel = Annotated[Literal["CanNotDelete", "ReadOnly"], Enumeration("LockLevel", "What a management lock forbids.")]

_URN_PARTS = 4
_NO_CACHE = ("PremiumV2_LRS", "UltraSSD_LRS")


class Image(Model):
    """The image of the OS disk: one of ``urn``, ``id``, the gallery ids, or publisher, offer, sku and version."""

    urn: str | None = None
    """A marketplace image in one string, ``publisher:offer:sku:version`` as `az vm image list` prints it."""
    publisher: InputStr | None = None
    """The marketplace publisher, for example Canonical."""
    offer: InputStr | None = None
    """The marketplace offer, for example ubuntu-24_04-lts."""
    sku: InputStr | None = None
    """The marketplace SKU, for example server."""
    version: InputStr | None = None
    """The marketplace version; latest by default."""
    id: InputId | None = None
    """The id of a gallery image, a gallery image version or a managed image."""
    shared_gallery_image_id: InputStr | None = None
    """The unique id of a shared gallery image, as used in the deployment."""
    community_gallery_image_id: InputStr | None = None
    """The unique id of a community gallery image, as used in the deployment."""
    specialized: bool = False
    """True for a specialised image: it has users, keys and host name already, so that no OS profile is sent and the
    arguments for them are left out."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        market = [self.publisher, self.offer, self.sku]
        forms = [self.urn, self.id, self.shared_gallery_image_id, self.community_gallery_image_id]
        given = sum(form is not None for form in forms) + any(part is not None for part in market)
        if self.specialized and (self.urn is not None or any(part is not None for part in market)):
            raise ValueError("a marketplace image is always generalised: remove specialized")
        if given != 1:
            raise ValueError(
                "expected exactly one of urn, id, shared_gallery_image_id, community_gallery_image_id or "
                f"publisher/offer/sku, got {given or 'none'}"
            )
        if any(part is not None for part in market) and None in market:
            raise ValueError("publisher, offer and sku go together")
        if self.version is not None and self.publisher is None:
            raise ValueError("version needs publisher, offer and sku: write it into the urn or the id")
        if self.urn is not None and self.urn.count(":") != _URN_PARTS - 1:
            raise ValueError(f"urn is publisher:offer:sku:version, got {show(self.urn)}")
        return self

    @property
    def system(self) -> str | None:
        """The operating system of a platform image; None if the image does not say it."""
        parts = self.urn.split(":")[:3] if self.urn is not None else [self.publisher, self.offer, self.sku]
        if not all(isinstance(part, str) for part in parts):
            return None
        return images.Image(*map(str, parts)).system


class Plan(Model):
    """The purchase plan of a marketplace image that needs one."""

    name: InputStr
    """The plan's id."""
    publisher: InputStr
    """The plan's publisher."""
    product: InputStr
    """The plan's product, the image's offer."""
    promotion_code: InputStr | None = None
    """A promotion code of the publisher."""


class OsDisk(Model):
    """The OS disk of each instance. It is always a managed disk made from the image."""

    size_gb: Annotated[Int, Field(ge=1, le=4095)] | None = None
    """The size in GiB; the image's own size by default."""
    storage_account_type: InputStr | None = None
    """Premium_LRS, StandardSSD_LRS, Standard_LRS, Premium_ZRS or StandardSSD_ZRS. By default Premium_LRS, or
    StandardSSD_LRS for a size that takes no premium disks. A type that is left open replaces nothing later."""
    caching: Caching | None = None
    """How the host caches the disk; ReadWrite by default, ReadOnly for an ephemeral disk."""
    delete_option: DeleteOption | None = None
    """What becomes of the disk when its instance goes; Delete by default. Flexible only."""
    ephemeral: bool = False
    """True for an ephemeral OS disk (diffDiskSettings Local): it is fast, free, and reset by a reimage or a move."""
    ephemeral_placement: EphemeralPlacement | None = None
    """Where an ephemeral disk lives; Azure chooses by default."""
    disk_encryption_set_id: Annotated[InputId, ids.DISK_ENCRYPTION] | None = None
    """The id of a disk encryption set with the customer's key."""
    write_accelerator_enabled: bool | None = None
    """True to use the write accelerator of M sizes."""
    security_encryption_type: SecurityEncryptionType | None = None
    """What is encrypted, for confidential instances."""
    security_disk_encryption_set_id: Annotated[InputId, ids.DISK_ENCRYPTION] | None = None
    """The id of a disk encryption set with the customer's key for what security_encryption_type encrypts."""

    @model_validator(mode="after")
    def _confidential(self) -> Self:
        _with_type(self)
        return self

    @model_validator(mode="after")
    def _ephemeral_rules(self) -> Self:
        if self.ephemeral_placement is not None and not self.ephemeral:
            raise ValueError("ephemeral_placement needs ephemeral: true")
        if self.ephemeral and self.caching not in {None, "ReadOnly"}:
            raise ValueError(f"an ephemeral OS disk has caching ReadOnly, got {self.caching!r}; leave caching out")
        if self.ephemeral and self.delete_option == "Detach":
            raise ValueError("an ephemeral OS disk is always deleted with its instance: remove delete_option")
        return self


class DataDisk(Model):
    """A data disk of each instance."""

    lun: Annotated[Int, Field(ge=0, le=63)]
    """The logical unit number, unique on the instance."""
    size_gb: Annotated[Int, Field(ge=1, le=65536)] | None = None
    """The size in GiB; needed for an empty disk."""
    storage_account_type: InputStr | None = None
    """Premium_LRS, StandardSSD_LRS, Standard_LRS, PremiumV2_LRS, UltraSSD_LRS, or a ZRS type; by default as the OS
    disk's."""
    caching: Caching | None = None
    """How the host caches the disk; None by default, and always for PremiumV2_LRS and UltraSSD_LRS."""
    create_option: CreateOption = "Empty"
    """Where the disk comes from; Attach on an instance only, with managed_disk_id."""
    managed_disk_id: Annotated[InputId, ids.DISK] | None = None
    """The id of an existing disk to attach; on a single Flexible instance only."""
    delete_option: DeleteOption | None = None
    """What becomes of the disk when its instance goes: by default a disk that Azure makes is deleted, one that is
    attached stays. Flexible only."""
    disk_iops_read_write: Annotated[Int, Field(ge=1)] | None = None
    """The provisioned IOPS of an UltraSSD_LRS or PremiumV2_LRS disk. Contested on Flexible: see the mode table."""
    disk_mbps_read_write: Annotated[Int, Field(ge=1)] | None = None
    """The provisioned MB/s of an UltraSSD_LRS or PremiumV2_LRS disk. Contested on Flexible: see the mode table."""
    disk_encryption_set_id: Annotated[InputId, ids.DISK_ENCRYPTION] | None = None
    """The id of a disk encryption set with the customer's key."""
    write_accelerator_enabled: bool | None = None
    """True to use the write accelerator of M sizes."""
    security_encryption_type: SecurityEncryptionType | None = None
    """What is encrypted, for confidential instances."""
    security_disk_encryption_set_id: Annotated[InputId, ids.DISK_ENCRYPTION] | None = None
    """The id of a disk encryption set with the customer's key for what security_encryption_type encrypts."""

    @model_validator(mode="after")
    def _confidential(self) -> Self:
        _with_type(self)
        return self

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


def _with_type(disk: OsDisk | DataDisk) -> None:
    """A disk's confidential key goes with what it encrypts."""
    if disk.security_disk_encryption_set_id is not None and disk.security_encryption_type is None:
        raise ValueError("security_disk_encryption_set_id needs security_encryption_type")


class Identity(Model):
    """Managed identities. A Flexible set takes user-assigned ones only; its named instances may have both kinds."""

    type: IdentityType = "UserAssigned"
    """Whose identities; the system's own on a Uniform set and on single instances of a Flexible set. Their
    principals are the outputs principal_id and principal_ids."""
    user_assigned_identity_ids: Annotated[InputIds, ids.IDENTITY] | None = None
    """The ids of the user-assigned identities."""

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
    """The security profile of each instance."""

    encryption_at_host: bool | None = None
    """True to encrypt temporary disks and caches on the host too; the subscription must have the feature."""
    security_type: SecurityType | None = None
    """The kind of virtual machine; the image decides by default."""
    secure_boot_enabled: bool | None = None
    """UEFI secure boot, with TrustedLaunch or ConfidentialVM."""
    vtpm_enabled: bool | None = None
    """A virtual TPM, with TrustedLaunch or ConfidentialVM."""
    encryption_identity_id: Annotated[InputId, ids.IDENTITY] | None = None
    """The id of a user-assigned identity of the instances with which Azure Disk Encryption reads the key vault."""
    proxy_agent: ProxyAgent | None = None
    """The guest proxy agent, which guards the host's endpoints."""

    @model_validator(mode="after")
    def _uefi(self) -> Self:
        uefi = self.secure_boot_enabled is not None or self.vtpm_enabled is not None
        if uefi and self.security_type not in {"TrustedLaunch", "ConfidentialVM"}:
            raise ValueError("secure_boot_enabled and vtpm_enabled need security_type TrustedLaunch or ConfidentialVM")
        return self


class BootDiagnostics(Model):
    """Boot diagnostics: serial log and screenshot."""

    enabled: bool = True
    """Whether the serial log is kept."""
    storage_uri: InputStr | None = None
    """The blob endpoint of a storage account; Azure's own managed storage by default."""


class KeyVaultSecret(Model):
    """A secret in a key vault."""

    secret_url: InputStr
    """The secret's URL, with its version."""
    source_vault_id: Annotated[InputId, ids.VAULT]
    """The id of the key vault."""


class Extension(Model):
    """A VM extension. Extensions are installed in the order in which they are listed."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """The extension's name, unique on the instance."""
    publisher: InputStr
    """The publisher, for example Microsoft.Azure.Extensions."""
    type: InputStr
    """The type, for example CustomScript."""
    type_handler_version: InputStr
    """The handler's version, for example 2.1."""
    settings: Annotated[dict[str, Any], READABLE_SETTINGS] | None = None
    """Public settings: everybody who may read the machine reads them, and a secret Output is refused."""
    protected_settings: Annotated[InputJson, Secret()] | None = None
    """Secret settings, any JSON; they are kept secret in the state and Azure never returns them."""
    protected_settings_from_key_vault: KeyVaultSecret | None = None
    """Secret settings that Azure reads from a key vault; instead of protected_settings."""
    auto_upgrade_minor_version: bool = True
    """Whether the newest minor version is installed."""
    enable_automatic_upgrade: bool | None = None
    """True to let Azure upgrade the extension."""
    force_update_tag: InputStr | None = None
    """Changing it runs the extension again with unchanged settings."""
    suppress_failures: bool | None = None
    """True to report success although the extension failed to connect."""
    provision_after_extensions: list[str] | None = None
    """Names of extensions to wait for; the one listed before by default, [] for none."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.protected_settings is not None and self.protected_settings_from_key_vault is not None:
            raise ValueError("give protected_settings or protected_settings_from_key_vault, not both")
        return self


class GalleryApplication(Model):
    """A gallery application to install on each instance."""

    package_reference_id: Annotated[InputId, ids.APPLICATION_VERSION]
    """The id of the application version in the gallery."""
    configuration_reference: InputStr | None = None
    """The URL of a blob that replaces the application's default configuration."""
    order: Int | None = None
    """The order of installation; unordered by default."""
    enable_automatic_upgrade: bool | None = None
    """True to upgrade when the gallery gets a newer version."""
    treat_failure_as_deployment_failure: bool | None = None
    """True to fail the deployment if the installation fails."""
    tags: InputStr | None = None
    """A text that is passed on to the application."""


class Protection(Model):
    """Protection of an instance, with the same arguments in both modes.

    Uniform: the instance's protectionPolicy. Flexible: management locks on the virtual machine, CanNotDelete for
    scale_in and ReadOnly for scale_set_actions. A lock stops everybody; a policy stops scale-in and set-wide actions
    only.
    """

    scale_in: bool = False
    """True to keep the instance from being removed: protectFromScaleIn on Uniform, a CanNotDelete lock on Flexible."""
    scale_set_actions: bool = False
    """True to keep the instance as it is: protectFromScaleSetActions on Uniform, a ReadOnly lock on Flexible."""
    instance_policy: bool = False
    """Flexible only: True to set the protectionPolicy besides the locks (api-version 2023-09-01 and later)."""
    notes: Annotated[str, Field(max_length=512)] | None = None
    """What the lock says to the person that it stops."""

    @property
    def any(self) -> bool:
        """Whether anything is protected."""
        return self.scale_in or self.scale_set_actions


class Lock(Model):
    """A management lock on the scale set itself."""

    level: LockLevel
    """What the lock forbids. ReadOnly on a set stops scaling and every set-wide action."""
    notes: Annotated[str, Field(max_length=512)] | None = None
    """What the lock says to the person that it stops."""
    include_dependencies: bool = False
    """True to lock the load balancer, public addresses and network that this component makes, too."""


_DURATION = r"^(\d+h)?(\d+m)?(\d+s)?$"


class Timeouts(Model):
    """How long the engine waits for each child resource, as Pulumi writes durations: 30m, 1h30m."""

    create: Annotated[str, Field(pattern=_DURATION, min_length=2)] | None = None
    """The time for a creation."""
    update: Annotated[str, Field(pattern=_DURATION, min_length=2)] | None = None
    """The time for an update."""
    delete: Annotated[str, Field(pattern=_DURATION, min_length=2)] | None = None
    """The time for a deletion."""
