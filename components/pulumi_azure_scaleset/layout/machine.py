"""The parts that a Flexible virtual machine and a set's profile have in common: image, disks, OS, security.

Property names are azure-native's, which are ARM's without the ``properties`` wrappers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_azure_scaleset.layout import guest
from pulumi_azure_scaleset.model import machine as m
from pulumi_azure_scaleset.model.capacity import Spot
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan.resources import Secret, compact, optional_sub, sub
from scaleset_core.facts.sizes import takes_premium

_PREMIUM, _STANDARD = "Premium_LRS", "StandardSSD_LRS"
_ULTRA = "UltraSSD_LRS"


def image_reference(image: m.Image) -> dict[str, Any]:
    """The image in ARM's form."""
    if image.urn is not None:
        return dict(zip(("publisher", "offer", "sku", "version"), image.urn.split(":"), strict=True))
    if image.publisher is not None:
        version = "latest" if image.version is None else image.version
        return {"publisher": image.publisher, "offer": image.offer, "sku": image.sku, "version": version}
    return compact(
        {
            "id": image.id,
            "sharedGalleryImageId": image.shared_gallery_image_id,
            "communityGalleryImageId": image.community_gallery_image_id,
        }
    )


def specialized_system(image: m.Image | None, model: ScaleSetModel) -> str | None:
    """The operating system of a specialised image; None for a generalised one."""
    return ("Windows" if model.windows else "Linux") if image is not None and image.specialized else None


def usual_storage(sizes: Sequence[Any]) -> str:
    """The type of disks that the arguments leave open: premium, unless a size is known to take none."""
    return _STANDARD if any(takes_premium(size) is False for size in sizes) else _PREMIUM


def os_disk(disk: m.OsDisk, sizes: Sequence[Any], *, flexible: bool, system: str | None = None) -> dict[str, Any]:
    """The OS disk; the delete option is left out on Uniform, which rejects it.

    Args:
        disk: The disk.
        sizes: The VM sizes that it serves.
        flexible: Whether the set's mode is Flexible.
        system: The operating system of a specialised image, which no OS profile tells; None for others.
    """
    caching = disk.caching or ("ReadOnly" if disk.ephemeral else "ReadWrite")
    # An ephemeral disk lives on the host; Standard_LRS is the cheapest base for it, and Azure's first one.
    storage = disk.storage_account_type or ("Standard_LRS" if disk.ephemeral else usual_storage(sizes))
    return compact(
        {
            "createOption": "FromImage",
            "osType": system,
            "caching": caching,
            "deleteOption": (disk.delete_option or "Delete") if flexible else disk.delete_option,
            "diskSizeGB": disk.size_gb,
            "diffDiskSettings": _ephemeral(disk),
            "writeAcceleratorEnabled": disk.write_accelerator_enabled,
            "managedDisk": compact(
                {
                    "storageAccountType": storage,
                    "diskEncryptionSet": optional_sub(disk.disk_encryption_set_id),
                    "securityProfile": _disk_security(disk),
                }
            ),
        }
    )


def _ephemeral(disk: m.OsDisk) -> dict[str, Any] | None:
    return compact({"option": "Local", "placement": disk.ephemeral_placement}) if disk.ephemeral else None


def _disk_security(disk: m.OsDisk | m.DataDisk) -> dict[str, Any] | None:
    kind, key = disk.security_encryption_type, disk.security_disk_encryption_set_id
    return None if kind is None else compact({"securityEncryptionType": kind, "diskEncryptionSet": optional_sub(key)})


def data_disk(disk: m.DataDisk, sizes: Sequence[Any], *, flexible: bool, profile: bool) -> dict[str, Any]:
    """A data disk of a profile or of a virtual machine.

    IOPS and throughput are set on the disk of a profile; a virtual machine has no such member for a new disk.
    """
    storage = disk.storage_account_type or (usual_storage(sizes) if disk.managed_disk_id is None else None)
    return compact(
        {
            "lun": disk.lun,
            "createOption": disk.create_option,
            "caching": disk.caching or "None",
            "diskSizeGB": disk.size_gb,
            "deleteOption": (disk.delete_option or _usual_delete_option(disk)) if flexible else disk.delete_option,
            "writeAcceleratorEnabled": disk.write_accelerator_enabled,
            "diskIOPSReadWrite": disk.disk_iops_read_write if profile else None,
            "diskMBpsReadWrite": disk.disk_mbps_read_write if profile else None,
            "managedDisk": compact(
                {
                    "id": disk.managed_disk_id,
                    "storageAccountType": storage,
                    "diskEncryptionSet": optional_sub(disk.disk_encryption_set_id),
                    "securityProfile": _disk_security(disk),
                }
            ),
        }
    )


def _usual_delete_option(disk: m.DataDisk) -> str:
    """The default delete option: a disk that Azure creates is deleted with its machine, an existing one is kept."""
    return "Delete" if disk.managed_disk_id is None else "Detach"


def data_disks(
    disks: Sequence[m.DataDisk], sizes: Sequence[Any], *, flexible: bool, profile: bool
) -> list[dict[str, Any]] | None:
    """The data disks, None for none."""
    return [data_disk(disk, sizes, flexible=flexible, profile=profile) for disk in disks] or None


def fixed_storage(disk: m.OsDisk, path: str) -> tuple[str, ...]:
    """The path of the OS disk's type if its change replaces the machine: only where somebody chose the type.

    A type that follows from the size never replaces anything: Azure refuses a size that does not take the disk.
    """
    return (path,) if disk.storage_account_type is not None or disk.ephemeral else ()


def identity_outputs(model: m.Identity | None) -> tuple[str, ...]:
    """The output that has the principal of a system-assigned identity, if there is one."""
    return ("identity",) if model is not None and model.system_assigned else ()


def principal_of(identity: Any) -> str | None:
    """The principal of a system-assigned identity, from the ``identity`` that Azure gives back."""
    found = identity.get("principalId") if isinstance(identity, Mapping) else None
    return found if isinstance(found, str) else None


def identity(model: m.Identity | None) -> dict[str, Any] | None:
    """The managed identities."""
    if model is None:
        return None
    return compact({"type": model.type, "userAssignedIdentities": model.user_assigned_identity_ids})


def plan(model: m.Plan | None) -> dict[str, Any] | None:
    """The purchase plan."""
    if model is None:
        return None
    return compact(
        {
            "name": model.name,
            "publisher": model.publisher,
            "product": model.product,
            "promotionCode": model.promotion_code,
        }
    )


def security_profile(security: m.Security | None) -> dict[str, Any] | None:
    """The security profile; None if the arguments have none, so that the image decides."""
    if security is None:
        return None
    identity = security.encryption_identity_id
    uefi = compact({"secureBootEnabled": security.secure_boot_enabled, "vTpmEnabled": security.vtpm_enabled})
    return compact(
        {
            "encryptionAtHost": security.encryption_at_host,
            "securityType": security.security_type,
            "uefiSettings": uefi or None,
            "encryptionIdentity": None if identity is None else {"userAssignedIdentityResourceId": identity},
            "proxyAgentSettings": guest.proxy_agent(security.proxy_agent),
        }
    )


def diagnostics_profile(diagnostics: m.BootDiagnostics) -> dict[str, Any]:
    """Boot diagnostics."""
    return {"bootDiagnostics": compact({"enabled": diagnostics.enabled, "storageUri": diagnostics.storage_uri})}


def price(spot: Spot | None) -> dict[str, Any]:
    """Priority, eviction policy and maximum price; empty for regular instances."""
    if spot is None:
        return {}
    limit = None if spot.max_price is None else {"maxPrice": spot.max_price}
    return compact({"priority": spot.priority, "evictionPolicy": spot.eviction_policy, "billingProfile": limit})


def capabilities(model: ScaleSetModel, disks: Sequence[m.DataDisk]) -> dict[str, Any] | None:
    """Ultra disks and hibernation; ultra disks are allowed automatically if one is listed."""
    ultra = model.ultra_ssd_enabled
    if ultra is None and any(disk.storage_account_type == _ULTRA for disk in disks):
        ultra = True
    return compact({"ultraSSDEnabled": ultra, "hibernationEnabled": model.hibernation_enabled}) or None


def application_profile(model: ScaleSetModel) -> dict[str, Any] | None:
    """The gallery applications."""
    if not model.gallery_applications:
        return None
    return {
        "galleryApplications": [
            compact(
                {
                    "packageReferenceId": application.package_reference_id,
                    "configurationReference": application.configuration_reference,
                    "order": application.order,
                    "enableAutomaticUpgrade": application.enable_automatic_upgrade,
                    "treatFailureAsDeploymentFailure": application.treat_failure_as_deployment_failure,
                    "tags": application.tags,
                }
            )
            for application in model.gallery_applications
        ]
    }


def extended_location(model: ScaleSetModel) -> dict[str, Any] | None:
    """The edge zone."""
    zone = model.extended_location
    return None if zone is None else {"name": zone.name, "type": "EdgeZone"}


def capacity_reservation(model: ScaleSetModel) -> dict[str, Any] | None:
    """The capacity reservation group."""
    group = model.capacity_reservation_group_id
    return None if group is None else {"capacityReservationGroup": sub(group)}


def user_data(value: Any) -> Secret | None:
    """User data as a secret."""
    return None if value is None else Secret(value)


__all__ = [
    "application_profile",
    "capabilities",
    "capacity_reservation",
    "data_disks",
    "diagnostics_profile",
    "extended_location",
    "identity",
    "image_reference",
    "os_disk",
    "plan",
    "price",
    "security_profile",
    "user_data",
]
