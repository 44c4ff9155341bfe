"""What an instance is made of: image, disks, identity, security, extensions. Read by Pulumi's component analyzer.

No ``from __future__ import annotations`` here: the analyzer reads annotations as they are.
"""

from typing import Any, Required, TypedDict

import pulumi


class Image(TypedDict, total=False):
    """The image of the OS disk: one of ``urn``, ``id``, the gallery ids, or publisher, offer, sku and version."""

    urn: str
    """A marketplace image in one string, ``publisher:offer:sku:version`` as `az vm image list` prints it."""
    publisher: pulumi.Input[str]
    """The marketplace publisher, for example Canonical."""
    offer: pulumi.Input[str]
    """The marketplace offer, for example ubuntu-24_04-lts."""
    sku: pulumi.Input[str]
    """The marketplace SKU, for example server."""
    version: pulumi.Input[str]
    """The marketplace version; latest by default."""
    id: pulumi.Input[str]
    """The id of a gallery image, a gallery image version or a managed image."""
    shared_gallery_image_id: pulumi.Input[str]
    """The unique id of a shared gallery image, as used in the deployment."""
    community_gallery_image_id: pulumi.Input[str]
    """The unique id of a community gallery image, as used in the deployment."""


class Plan(TypedDict, total=False):
    """The purchase plan of a marketplace image that needs one."""

    name: Required[pulumi.Input[str]]
    """The plan's id."""
    publisher: Required[pulumi.Input[str]]
    """The plan's publisher."""
    product: Required[pulumi.Input[str]]
    """The plan's product, the image's offer."""
    promotion_code: pulumi.Input[str]
    """A promotion code of the publisher."""


class OsDisk(TypedDict, total=False):
    """The OS disk of each instance. It is always a managed disk made from the image."""

    size_gb: int
    """The size in GiB; the image's own size by default."""
    storage_account_type: pulumi.Input[str]
    """Premium_LRS (default), StandardSSD_LRS, Standard_LRS, Premium_ZRS or StandardSSD_ZRS."""
    caching: str
    """None, ReadOnly or ReadWrite; ReadWrite by default, ReadOnly for an ephemeral disk."""
    delete_option: str
    """Delete (default) or Detach: what becomes of the disk when its instance goes. Flexible only."""
    ephemeral: bool
    """True for an ephemeral OS disk (diffDiskSettings Local): it is fast, free, and reset by a reimage or a move."""
    ephemeral_placement: str
    """Where an ephemeral disk lives: CacheDisk, ResourceDisk or NvmeDisk; Azure chooses by default."""
    disk_encryption_set_id: pulumi.Input[str]
    """The id of a disk encryption set with the customer's key."""
    write_accelerator_enabled: bool
    """True to use the write accelerator of M sizes."""
    security_encryption_type: str
    """For confidential instances: VMGuestStateOnly, DiskWithVMGuestState or NonPersistedTPM."""


class DataDisk(TypedDict, total=False):
    """A data disk of each instance."""

    lun: Required[int]
    """The logical unit number, 0 to 63, unique on the instance."""
    size_gb: int
    """The size in GiB; needed for an empty disk."""
    storage_account_type: pulumi.Input[str]
    """Premium_LRS (default), StandardSSD_LRS, Standard_LRS, PremiumV2_LRS, UltraSSD_LRS, or a ZRS type."""
    caching: str
    """None, ReadOnly or ReadWrite; None by default, and always for PremiumV2_LRS and UltraSSD_LRS."""
    create_option: str
    """Empty (default), FromImage, or Attach on an instance (with managed_disk_id)."""
    managed_disk_id: pulumi.Input[str]
    """The id of an existing disk to attach; on a single Flexible instance only."""
    delete_option: str
    """Delete (default) or Detach: what becomes of the disk when its instance goes. Flexible only."""
    disk_iops_read_write: int
    """The provisioned IOPS of an UltraSSD_LRS or PremiumV2_LRS disk. Contested on Flexible: see the mode table."""
    disk_mbps_read_write: int
    """The provisioned MB/s of an UltraSSD_LRS or PremiumV2_LRS disk. Contested on Flexible: see the mode table."""
    disk_encryption_set_id: pulumi.Input[str]
    """The id of a disk encryption set with the customer's key."""
    write_accelerator_enabled: bool
    """True to use the write accelerator of M sizes."""


class Identity(TypedDict, total=False):
    """Managed identities. A Flexible set takes user-assigned ones only; its named instances may have both kinds."""

    type: str
    """UserAssigned (default), SystemAssigned or "SystemAssigned, UserAssigned"; the last two on a Uniform set and on
    single instances of a Flexible set. Their principals are the outputs principal_id and principal_ids."""
    user_assigned_identity_ids: pulumi.Input[list[pulumi.Input[str]]]
    """The ids of the user-assigned identities."""


class Security(TypedDict, total=False):
    """The security profile of each instance."""

    encryption_at_host: bool
    """True to encrypt temporary disks and caches on the host too; the subscription must have the feature."""
    security_type: str
    """Standard, TrustedLaunch or ConfidentialVM; the image decides by default."""
    secure_boot_enabled: bool
    """UEFI secure boot, with TrustedLaunch or ConfidentialVM."""
    vtpm_enabled: bool
    """A virtual TPM, with TrustedLaunch or ConfidentialVM."""


class BootDiagnostics(TypedDict, total=False):
    """Boot diagnostics: serial log and screenshot."""

    enabled: bool
    """True by default."""
    storage_uri: pulumi.Input[str]
    """The blob endpoint of a storage account; Azure's own managed storage by default."""


class KeyVaultSecret(TypedDict, total=False):
    """A secret in a key vault."""

    secret_url: Required[pulumi.Input[str]]
    """The secret's URL, with its version."""
    source_vault_id: Required[pulumi.Input[str]]
    """The id of the key vault."""


class Extension(TypedDict, total=False):
    """A VM extension. Extensions are installed in the order in which they are listed."""

    name: Required[str]
    """The extension's name, unique on the instance."""
    publisher: Required[pulumi.Input[str]]
    """The publisher, for example Microsoft.Azure.Extensions."""
    type: Required[pulumi.Input[str]]
    """The type, for example CustomScript."""
    type_handler_version: Required[pulumi.Input[str]]
    """The handler's version, for example 2.1."""
    settings: dict[str, Any]
    """Public settings; never put a secret here."""
    protected_settings: pulumi.Input[dict[str, pulumi.Input[str]]]
    """Secret settings; they are kept secret in the state and Azure never returns them."""
    protected_settings_from_key_vault: KeyVaultSecret
    """Secret settings that Azure reads from a key vault; instead of protected_settings."""
    auto_upgrade_minor_version: bool
    """True (default) to install the newest minor version."""
    enable_automatic_upgrade: bool
    """True to let Azure upgrade the extension."""
    force_update_tag: pulumi.Input[str]
    """Changing it runs the extension again with unchanged settings."""
    suppress_failures: bool
    """True to report success although the extension failed to connect."""
    provision_after_extensions: list[str]
    """Names of extensions to wait for; the one listed before by default, [] for none."""


class GalleryApplication(TypedDict, total=False):
    """A gallery application to install on each instance."""

    package_reference_id: Required[pulumi.Input[str]]
    """The id of the application version in the gallery."""
    configuration_reference: pulumi.Input[str]
    """The URL of a blob that replaces the application's default configuration."""
    order: int
    """The order of installation; unordered by default."""
    enable_automatic_upgrade: bool
    """True to upgrade when the gallery gets a newer version."""
    treat_failure_as_deployment_failure: bool
    """True to fail the deployment if the installation fails."""


class Protection(TypedDict, total=False):
    """Protection of an instance, one idea with two renderings.

    Uniform: the instance's protectionPolicy. Flexible: management locks on the virtual machine, CanNotDelete for
    scale_in and ReadOnly for scale_set_actions. A lock stops everybody, whoever asks; a policy stops scale-in and
    set-wide actions only.
    """

    scale_in: bool
    """True to keep the instance from being removed: protectFromScaleIn on Uniform, a CanNotDelete lock on Flexible."""
    scale_set_actions: bool
    """True to keep the instance as it is: protectFromScaleSetActions on Uniform, a ReadOnly lock on Flexible."""
    instance_policy: bool
    """Flexible only: True to set the protectionPolicy besides the locks (api-version 2023-09-01 and later)."""
    notes: str
    """What the lock says to the person that it stops, at most 512 characters."""


class Lock(TypedDict, total=False):
    """A management lock on the scale set itself."""

    level: Required[str]
    """CanNotDelete or ReadOnly. ReadOnly on a set stops scaling and every set-wide action."""
    notes: str
    """What the lock says to the person that it stops, at most 512 characters."""
    include_dependencies: bool
    """True to lock the load balancer, public addresses and network that this component makes, too."""


class Timeouts(TypedDict, total=False):
    """How long the engine waits for each child resource, as Pulumi writes durations: 30m, 1h30m."""

    create: str
    """The time for a creation."""
    update: str
    """The time for an update."""
    delete: str
    """The time for a deletion."""
