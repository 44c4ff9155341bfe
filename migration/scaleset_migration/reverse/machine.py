"""Image, disks, identity, security and extensions of a profile or of a virtual machine."""

from collections.abc import Mapping
from typing import Any

from scaleset_migration.reverse.parts import at, given, objects, plain, renamed

_PROXY = "securityProfile.proxyAgentSettings"


def image(storage: Any) -> dict[str, Any] | None:
    """The image of a storage profile, and whether it is a specialised one is not seen here."""
    reference = at(storage, "imageReference")
    if not isinstance(reference, Mapping):
        return None
    urn = [reference.get(name) for name in ("publisher", "offer", "sku", "version")]
    if all(isinstance(part, str) and part for part in urn):
        return {"urn": ":".join(map(str, urn))}
    return renamed(
        reference,
        {
            "id": "id",
            "shared_gallery_image_id": "sharedGalleryImageId",
            "community_gallery_image_id": "communityGalleryImageId",
            "publisher": "publisher",
            "offer": "offer",
            "sku": "sku",
        },
    )


_DISK = {
    "size_gb": "diskSizeGB",
    "caching": "caching",
    "storage_account_type": "managedDisk.storageAccountType",
    "delete_option": "deleteOption",
    "disk_encryption_set_id": "managedDisk.diskEncryptionSet.id",
    "write_accelerator_enabled": "writeAcceleratorEnabled",
    "security_encryption_type": "managedDisk.securityProfile.securityEncryptionType",
    "security_disk_encryption_set_id": "managedDisk.securityProfile.diskEncryptionSet.id",
}


def os_disk(storage: Any) -> dict[str, Any]:
    """The OS disk; the values that the component has by default are left out."""
    disk = at(storage, "osDisk")
    found = renamed(disk, _DISK)
    ephemeral = at(disk, "diffDiskSettings.option") == "Local"
    usual = {"caching": "ReadOnly" if ephemeral else "ReadWrite", "delete_option": "Delete"}
    if ephemeral:
        found |= given(ephemeral=True, ephemeral_placement=at(disk, "diffDiskSettings.placement"))
        usual["storage_account_type"] = "Standard_LRS"
    return {name: value for name, value in found.items() if usual.get(name) != value}


def data_disks(storage: Any) -> list[dict[str, Any]]:
    """The data disks."""
    found = []
    for disk in objects(storage, "dataDisks"):
        attached = at(disk, "createOption") == "Attach"
        names = {**_DISK, "lun": "lun", "create_option": "createOption", "disk_iops_read_write": "diskIOPSReadWrite"}
        names["disk_mbps_read_write"] = "diskMBpsReadWrite"
        if attached:
            names["managed_disk_id"] = "managedDisk.id"
        usual = {"caching": "None", "create_option": "Empty", "delete_option": "Detach" if attached else "Delete"}
        arguments = renamed(disk, names)
        found.append({name: value for name, value in arguments.items() if name == "lun" or usual.get(name) != value})
    return found


def identity(body: Any) -> dict[str, Any] | None:
    """The managed identities: their ids are the keys of an object, or a list."""
    kind, assigned = at(body, "identity.type"), at(body, "identity.userAssignedIdentities")
    if not isinstance(kind, str) or kind == "None":
        return None
    listed = list(assigned) if isinstance(assigned, Mapping | list | tuple) else []
    return given(type=kind if kind != "UserAssigned" else None, user_assigned_identity_ids=listed) or None


def plan(body: Any) -> dict[str, Any] | None:
    """The purchase plan."""
    names = {"name": "name", "publisher": "publisher", "product": "product", "promotion_code": "promotionCode"}
    return renamed(at(body, "plan"), names) or None


def security(profile: Any) -> dict[str, Any]:
    """The security profile."""
    found = renamed(
        profile,
        {
            "encryption_at_host": "securityProfile.encryptionAtHost",
            "security_type": "securityProfile.securityType",
            "secure_boot_enabled": "securityProfile.uefiSettings.secureBootEnabled",
            "vtpm_enabled": "securityProfile.uefiSettings.vTpmEnabled",
            "encryption_identity_id": "securityProfile.encryptionIdentity.userAssignedIdentityResourceId",
        },
    )
    agent = renamed(at(profile, _PROXY), {"enabled": "enabled", "key_incarnation_id": "keyIncarnationId"})
    for argument, name in (("wire_server", "wireServer"), ("imds", "imds")):
        endpoint = {"mode": f"{name}.mode"}
        endpoint["in_vm_access_control_profile_id"] = f"{name}.inVMAccessControlProfileReferenceId"
        agent |= given(**{argument: renamed(at(profile, _PROXY), endpoint)})
    return found | given(proxy_agent=agent)


def extensions(profile: Any) -> list[dict[str, Any]]:
    """The extensions of a profile, in their order."""
    found: list[dict[str, Any]] = []
    for each in objects(profile, "extensionProfile.extensions"):
        known = renamed(
            each,
            {
                "name": "name",
                "publisher": "publisher",
                "type": "type",
                "type_handler_version": "typeHandlerVersion",
                "enable_automatic_upgrade": "enableAutomaticUpgrade",
                "force_update_tag": "forceUpdateTag",
                "suppress_failures": "suppressFailures",
            },
        )
        settings = at(each, "settings")
        known |= given(settings=plain(settings))
        if at(each, "autoUpgradeMinorVersion") is not True:
            known["auto_upgrade_minor_version"] = bool(at(each, "autoUpgradeMinorVersion"))
        vault = renamed(
            at(each, "protectedSettingsFromKeyVault"), {"secret_url": "secretUrl", "source_vault_id": "sourceVault.id"}
        )
        known |= given(protected_settings_from_key_vault=vault)
        waits = at(each, "provisionAfterExtensions") or []
        # The component lets each wait for the one before it, unless it says otherwise.
        if list(waits) != ([found[-1].get("name")] if found else []):
            known["provision_after_extensions"] = list(waits)
        found.append(known)
    return found


def gallery_applications(profile: Any) -> list[dict[str, Any]]:
    """The gallery applications."""
    names = {
        "package_reference_id": "packageReferenceId",
        "configuration_reference": "configurationReference",
        "order": "order",
        "enable_automatic_upgrade": "enableAutomaticUpgrade",
        "treat_failure_as_deployment_failure": "treatFailureAsDeploymentFailure",
        "tags": "tags",
    }
    return [renamed(each, names) for each in objects(profile, "applicationProfile.galleryApplications")]


def spot(profile: Any, body: Any) -> dict[str, Any] | None:
    """Spot priority; None for regular instances."""
    if at(profile, "priority") in {None, "Regular", "Low"}:
        return None
    restore = renamed(
        at(body, "spotRestorePolicy"), {"restore_enabled": "enabled", "restore_timeout": "restoreTimeout"}
    )
    found = renamed(
        profile, {"priority": "priority", "eviction_policy": "evictionPolicy", "max_price": "billingProfile.maxPrice"}
    )
    usual = {"priority": "Spot", "eviction_policy": "Delete"}
    return {**{name: value for name, value in found.items() if usual.get(name) != value}, **restore}
