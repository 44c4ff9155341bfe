"""Features of the machine: operating system, identity, security, extensions, disks."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import strategies as st

from support import azure_world as azure
from support.features.parts import BOOL, SIZES, Feature, object_of, one, pick, raw

_DATA = base64.b64encode(b"#cloud-config").decode()
_LARGE = base64.b64encode(bytes(70_000)).decode()


def _extension(name: str, kind: str = "CustomScript", **more: Any) -> dict[str, Any]:
    publisher = "Microsoft.ManagedServices" if kind.startswith("ApplicationHealth") else "Microsoft.Azure.Extensions"
    return {"name": name, "publisher": publisher, "type": kind, "type_handler_version": "2.1", **more}


_HEALTH = {"protocol": "http", "port": 80, "requestPath": "/"}
_EXTENSIONS: tuple[list[dict[str, Any]], ...] = (
    [_extension("one", settings={"commandToExecute": "true"})],
    [_extension("one"), _extension("two", "DependencyAgentLinux")],
    [_extension("one"), _extension("two")],
    [_extension("one"), _extension("one", "DependencyAgentLinux")],
    [_extension("one"), _extension("two", "AzureMonitor", provision_after_extensions=["one"])],
    [_extension("one"), _extension("two", "AzureMonitor", provision_after_extensions=["three"])],
    [_extension("one", provision_after_extensions=["two"]), _extension("two", "AzureMonitor")],
    [_extension("one", provision_after_extensions=["one"])],
    [_extension("one", protected_settings={"key": "value"}, enable_automatic_upgrade=True)],
    [
        _extension(
            "one",
            protected_settings_from_key_vault={
                "secret_url": "https://vault.vault.azure.net/secrets/s/1",
                "source_vault_id": azure.VAULT,
            },
        )
    ],
    [_extension("health", "ApplicationHealthLinux", settings=_HEALTH)],
    [_extension("watch", "ApplicationHealthLinux", settings=_HEALTH)],
    [_extension("watch", "ApplicationHealthLinux", settings={"protocol": "tcp", "port": 1, "requestPath": "/"})],
    [_extension("watch", "ApplicationHealthLinux")],
    [_extension("a", "ApplicationHealthLinux", settings=_HEALTH), _extension("b", "ApplicationHealthWindows")],
)
_health = st.just({"health": {"protocol": "http", "port": 80, "request_path": "/"}})

MACHINE: tuple[Feature, ...] = (
    one("patch_mode", "ImageDefault", "AutomaticByPlatform", "AutomaticByOS", "Manual"),
    one("patch_mode", "AutomaticByPlatform"),
    one("provision_vm_agent", True, False),
    one("enable_automatic_updates", True, False),
    one("time_zone", "UTC"),
    one("computer_name_prefix", "web", "w" * 9, "w" * 10, "w" * 58, "w" * 59, "123"),
    one("admin_username", "operator", "admin", "root", "guest", "john", "operator."),
    one("admin_password", "Complex-Enough-1", "short", "alllowercaseletters", "P@ssword123456", "Xx1!" * 20),
    one("ssh_public_keys", [azure.SSH_KEY], [azure.SSH_KEY, azure.SSH_KEY], ["no key"], []),
    one("user_data", _DATA, _LARGE),
    one("custom_data", _DATA, _LARGE),
    one("license_type", "RHEL_BYOS", "Windows_Server"),
    st.just({"plan": {"name": "plan", "publisher": "publisher", "product": "product"}}),
    one(
        "image",
        {"id": azure.GALLERY_IMAGE},
        {"id": azure.MANAGED_IMAGE},
        {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server"},
        {"shared_gallery_image_id": "/SharedGalleries/one/Images/two/Versions/latest"},
        {"community_gallery_image_id": "/CommunityGalleries/one/Images/two/Versions/latest"},
    ),
    one(
        "identity",
        {"user_assigned_identity_ids": [azure.IDENTITY]},
        {"type": "SystemAssigned"},
        {"type": "SystemAssigned, UserAssigned", "user_assigned_identity_ids": [azure.IDENTITY]},
    ),
    object_of(
        "security",
        {},
        encryption_at_host=BOOL,
        security_type=pick("TrustedLaunch", "ConfidentialVM", "Standard"),
        secure_boot_enabled=BOOL,
        vtpm_enabled=BOOL,
    ),
    st.just(
        {
            "security": {"security_type": "ConfidentialVM", "vtpm_enabled": True, "secure_boot_enabled": True},
            "os_disk": {"security_encryption_type": "VMGuestStateOnly"},
        }
    ),
    one("hibernation_enabled", True, False),
    one("boot_diagnostics", {"enabled": False}, {"storage_uri": "https://diagnostics.blob.core.windows.net/"}),
    one("extensions", *_EXTENSIONS),
    one("extensions", *_EXTENSIONS),
    one("extensions_time_budget", "PT15M", "PT2H", "PT10M", "PT3H", "90m"),
    _health,
    object_of("terminate_notification", {}, enabled=BOOL, not_before_timeout=pick("PT5M", "PT15M", "PT4M", "PT1H")),
    SIZES,
    raw("scaleSet", {"identity": {"type": "SystemAssigned"}}),
)

# --- disks ---


def _disk(lun: int = 0, **more: Any) -> dict[str, Any]:
    return {"lun": lun, "size_gb": 8, **more}


_ULTRA = _disk(storage_account_type="UltraSSD_LRS")
_DISKS: tuple[list[dict[str, Any]], ...] = (
    [_disk()],
    [_disk(), _disk(1, caching="ReadOnly")],
    [_disk(), _disk(0)],
    [_disk(63)],
    [_disk(size_gb=40000)],
    [_disk(size_gb=32767)],
    [_ULTRA],
    [{**_ULTRA, "disk_iops_read_write": 500, "disk_mbps_read_write": 8}],
    [_disk(storage_account_type="PremiumV2_LRS", disk_iops_read_write=3000)],
    [_disk(storage_account_type="Premium_LRS", delete_option="Delete")],
    [_disk(delete_option="Detach")],
    [_disk(storage_account_type="Fast_LRS")],
    [{"lun": 0, "create_option": "FromImage"}],
    [{"lun": 0, "create_option": "Attach", "managed_disk_id": azure.FREE_DISK}],
    [_disk(disk_encryption_set_id=azure.DISK_ENCRYPTION, write_accelerator_enabled=True)],
)
_ephemeral = st.just({"os_disk": {"ephemeral": True}})

DISKS: tuple[Feature, ...] = (
    object_of(
        "os_disk",
        {},
        size_gb=pick(1, 64, 4095),
        storage_account_type=pick("Premium_LRS", "StandardSSD_ZRS", "UltraSSD_LRS", "PremiumV2_LRS", "Fast_LRS"),
        caching=pick("None", "ReadOnly", "ReadWrite"),
        delete_option=pick("Delete", "Detach"),
        disk_encryption_set_id=st.just(azure.DISK_ENCRYPTION),
        write_accelerator_enabled=BOOL,
    ),
    object_of(
        "os_disk", {"ephemeral": st.just(value=True)}, ephemeral_placement=pick("CacheDisk", "ResourceDisk", "NvmeDisk")
    ),
    object_of("os_disk", {}, security_encryption_type=pick("VMGuestStateOnly", "DiskWithVMGuestState")),
    _ephemeral,
    object_of("spot", {}, eviction_policy=pick("Delete", "Deallocate")),
    one("data_disks", *_DISKS),
    one("data_disks", *_DISKS),
    one("data_disks", *_DISKS),
    one("ultra_ssd_enabled", True, False),
    one("capacity", 0, 2),
    pick(*_DISKS).map(lambda disks: {"instances": {"web-1": {"data_disks": disks}}}),
    raw("scaleSet", {"virtualMachineProfile": {"storageProfile": {"osDisk": {"deleteOption": "Delete"}}}}),
    raw("scaleSet", {"virtualMachineProfile": {"storageProfile": {"osDisk": {"vhdContainers": ["https://a/b"]}}}}),
    raw("virtualMachine", {"storageProfile": {"osDisk": {"vhd": {"uri": "https://a/b"}}}}),
)
