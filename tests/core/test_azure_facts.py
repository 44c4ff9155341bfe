"""The dated facts about VM sizes and platform images, and the script that rebuilds the sizes."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scaleset_core.facts import data, images
from scaleset_core.facts import sizes as facts
from scaleset_core.facts.properties import UNKNOWN, NotKnownError, View
from scaleset_core.modes import RULES
from size_facts import ORDER, sizes, text

FILE = Path(data.__file__).parent / data.FILE


def sku(name: str, *, location: str = "westeurope", **capabilities: str) -> dict[str, Any]:
    """An entry as `az vm list-skus` prints it."""
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "family": "standardDSv5Family",
        "locationInfo": [{"location": location, "zones": ["3", "1"]}],
        "capabilities": [{"name": key, "value": value} for key, value in capabilities.items()],
    }


def test_the_file_is_dated_and_says_where_it_comes_from() -> None:
    """Each part has the day on which it was read, not in the future, and addresses."""
    found = data.azure_facts()
    assert "No cloud was asked" in found["about"]
    for part in (found["sizes"], *found["images"].values()):
        assert dt.date.fromisoformat(part["read"]) <= dt.datetime.now(tz=dt.UTC).date()
        assert all(each.startswith("https://") for each in part["sources"])
    assert FILE.read_text(encoding="utf-8") == text(found)


def test_sizes_are_known_whatever_their_case() -> None:
    """A size is found in any case, another name is unknown."""
    found = facts.known("STANDARD_d2S_v5")
    assert found is not None
    assert (found.name, found.premium, found.local_disk, found.ephemeral) == ("Standard_D2s_v5", True, False, False)
    assert facts.known("Standard_Z9_v9") is None
    assert facts.known(UNKNOWN) is None


@pytest.mark.parametrize(
    ("size", "meant"),
    [("D2s_v5", "Standard_D2s_v5"), ("d2S_V5", "Standard_D2s_v5"), ("Standard_D2s_v5", ""), ("Z9", ""), (3, "")],
)
def test_a_size_without_its_tier(size: object, meant: str) -> None:
    """The whole name of a known size is known from the rest of it."""
    assert facts.with_tier(size) == meant


def test_names_and_facts_agree_on_premium_storage() -> None:
    """Defaults of known sizes are those that their names gave before: no released default changes by the file."""
    for series in data.azure_facts()["sizes"]["series"]:
        for name in series["sizes"]:
            match = facts._NAME.fullmatch(name)
            assert match is not None
            named = (match["old"] is not None and match["family"].upper() in "DG") or "s" in match["features"].lower()
            assert series["premium"] in (None, named), name


def test_an_unknown_size_breaks_no_rule_about_sizes() -> None:
    """What the file does not have is never refused, whatever it is combined with."""
    profile = {
        "storageProfile": {
            "osDisk": {
                "diffDiskSettings": {"option": "Local"},
                "writeAcceleratorEnabled": True,
                "managedDisk": {"storageAccountType": "Premium_LRS"},
            }
        }
    }
    view = View({"sku": {"name": "Standard_Z9_v9"}, "virtualMachineProfile": profile})
    for name in (
        "vm-size-has-its-tier",
        "premium-disks-need-a-premium-size",
        "ephemeral-disk-needs-local-storage",
        "write-accelerator-needs-m-size",
    ):
        check = RULES[name].check
        assert check is not None
        assert list(check(view)) == []


@pytest.mark.parametrize(
    ("publisher", "offer", "system"),
    [
        ("MicrosoftWindowsServer", "WindowsServer", "Windows"),
        ("microsoftwindowsdesktop", "windows-11", "Windows"),
        ("MicrosoftSQLServer", "sql2022-ws2022", "Windows"),
        ("MicrosoftSQLServer", "sql2022-ubuntupro-2004", "Linux"),
        ("MicrosoftVisualStudio", "visualstudio2022", "Windows"),
        ("Canonical", "ubuntu-24_04-lts", "Linux"),
        ("RedHat", "RHEL", "Linux"),
        ("somebody", "windows", None),
    ],
)
def test_the_operating_system_of_an_image(publisher: str, offer: str, system: str | None) -> None:
    """A publisher with one system says it; where it has both the offer does; others are not known."""
    assert images.Image(publisher, offer, "sku").system == system


def test_what_says_the_operating_system_first() -> None:
    """The OS profile comes before the disk, the disk before the image; what is not known yet is not guessed."""
    windows = {"imageReference": {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer"}}
    assert images.operating_system(View({"storageProfile": windows})) == "Windows"
    assert images.operating_system(View({"storageProfile": {**windows, "osDisk": {"osType": "Linux"}}})) == "Linux"
    linux = {"storageProfile": windows, "osProfile": {"linuxConfiguration": {}}}
    assert images.operating_system(View(linux)) == "Linux"
    assert images.operating_system(View({"storageProfile": {"imageReference": {"id": "/galleries/g"}}})) is None
    with pytest.raises(NotKnownError):
        images.operating_system(View({"storageProfile": {"imageReference": UNKNOWN}}))


def test_the_lists_of_images_are_compared_without_case() -> None:
    """Azure compares the parts of an image without case, so do the lists."""
    assert images.Image("canonical", "0001-COM-ubuntu-server-jammy", "22_04-lts-GEN2").takes_automatic_upgrades
    assert not images.Image("Canonical", "ubuntu-24_04-lts", "server").takes_automatic_upgrades
    assert images.Image("Canonical", "ubuntu-24_04-lts", "server").takes_guest_patching
    hot = images.Image("MicrosoftWindowsServer", "WindowsServer", "2022-Datacenter-Azure-Edition-Core")
    assert hot.takes_hotpatches
    assert hot.is_azure_edition


def test_sizes_from_what_azure_lists() -> None:
    """Capabilities become facts; equal sizes are grouped, and other resources are left out."""
    listed = [
        sku("Standard_D2s_v5", PremiumIO="True", HyperVGenerations="V1,V2", MaxResourceVolumeMB="0"),
        sku("Standard_D4s_v5", PremiumIO="True", HyperVGenerations="V1,V2", MaxResourceVolumeMB="0"),
        sku("Standard_D2ds_v5", PremiumIO="True", NvmeDiskSizeInMiB="112640", CpuArchitectureType="Arm64"),
        sku("Standard_M8ms", PremiumIO="True", MaxWriteAcceleratorDisksAllowed="1"),
        {"resourceType": "disks", "name": "Premium_LRS", "capabilities": []},
    ]
    found = sizes(listed, "2026-11-29")
    assert found["read"] == "2026-11-29"
    assert [each["sizes"] for each in found["series"]] == [
        ["Standard_D2ds_v5"],
        ["Standard_D2s_v5", "Standard_D4s_v5"],
        ["Standard_M8ms"],
    ]
    local, plain, large = found["series"]
    assert (local["localDisk"], local["arm"], local["generations"]) == (True, True, None)
    assert (plain["localDisk"], plain["generations"], plain["premium"]) == (False, [1, 2], True)
    assert (large["writeAccelerator"], plain["writeAccelerator"], large["localDisk"]) == (True, False, None)
    assert found["zones"] == {"westeurope": {each["name"]: ["1", "3"] for each in listed[:4]}}
    assert all(set(each) == {"family", "sizes", *ORDER} for each in found["series"])


def test_regions_that_disagree_leave_a_fact_open() -> None:
    """What two regions list differently is not known."""
    one = sku("Standard_D2s_v5", PremiumIO="True", EphemeralOSDiskSupported="True")
    other = sku("Standard_D2s_v5", location="eastus", PremiumIO="True", EphemeralOSDiskSupported="False")
    (series,) = sizes([one, other], "2026-11-29")["series"]
    assert (series["premium"], series["ephemeral"]) == (True, None)


def test_the_script_writes_the_file(tmp_path: Path) -> None:
    """`python -m size_facts` replaces the sizes and keeps the images."""
    listed, written = tmp_path / "skus.json", tmp_path / "azure.json"
    listed.write_text(json.dumps([sku("Standard_D2s_v5", PremiumIO="True")]), encoding="utf-8")
    command = [sys.executable, "-m", "size_facts", str(listed), "--to", str(written), "--read", "2026-11-30"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "1 sizes" in done.stdout
    found = json.loads(written.read_text(encoding="utf-8"))
    assert found["sizes"]["read"] == "2026-11-30"
    assert found["images"] == data.azure_facts()["images"]
