"""Property rules: virtual machines that are members of a Flexible set, and names of instances."""

from collections.abc import Iterator

from scaleset_core.facts.checks import Finding, NotDecided, forbidden
from scaleset_core.facts.images import WINDOWS
from scaleset_core.facts.properties import View
from scaleset_core.modes.examples import ABSENT, GROUP, NO_ZONES, REGIONAL, flexible, on_flexible, pair, uniform
from scaleset_core.modes.pages import (
    ATTACH_PAGE,
    AZURE_CLI_16346,
    AZURERM,
    AZURERM_10803,
    AZURERM_19074,
    INSTANCE_IDS_PAGE,
    ORCHESTRATION_PAGE,
    PROTECTION_PAGE,
    SDK,
    XPLAT_CLI_2761,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    FLEXIBLE,
    PROFILE,
    UNIFORM,
    operating_system,
)
from scaleset_core.modes.types import Category, Impact, PropertyRule, Severity, Subject

_WINDOWS_PREFIX = 9
_LINUX_PREFIX = 58
_Check = Iterator[Finding | NotDecided]


def _prefix(view: View) -> _Check:
    path = f"{PROFILE}.osProfile.computerNamePrefix"
    prefix = view.value(path)
    if not isinstance(prefix, str) or len(prefix) <= _WINDOWS_PREFIX:
        return
    if len(prefix) > _LINUX_PREFIX:
        yield Finding(path, prefix, f"expected at most {_LINUX_PREFIX} on Linux, {_WINDOWS_PREFIX} on Windows")
        return
    system = operating_system(view)
    if system is None:
        yield NotDecided(f"{PROFILE}.storageProfile.osDisk.osType")
    elif system == WINDOWS:
        yield Finding(path, prefix, f"expected at most {_WINDOWS_PREFIX} on Windows")


def _availability_set(view: View) -> _Check:
    if view.has("availabilitySet") and view.has("virtualMachineScaleSet"):
        yield Finding("availabilitySet.id")


def _fault_domain_alone(view: View) -> _Check:
    if view.has("platformFaultDomain") and not view.has("virtualMachineScaleSet"):
        yield Finding("platformFaultDomain", view.value("platformFaultDomain"))


RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="computer-name-prefix-length",
        number="SS058",
        modes=BOTH,
        path=f"{PROFILE}.osProfile.computerNamePrefix",
        argument="computer_name_prefix",
        statement="The computer name prefix has at most 9 characters on Windows and 58 on Linux.",
        reason="Azure appends six characters, and a computer name has at most 15 and 64 characters",
        alternative="use a shorter computer_name_prefix",
        sources=(
            XPLAT_CLI_2761.at(says="Azure: a Windows computer name prefix cannot be more than 9 characters long"),
            INSTANCE_IDS_PAGE.at(
                "Scale set VM computer name",
                says="prefix and 6 characters on Flexible; the longest name depends on the system",
            ),
            AZURERM.at(
                "internal/services/compute/validate", says="prefixes to 9 characters on Windows, to 58 on Linux"
            ),
            SDK.at(
                "VirtualMachineScaleSetOSProfile.computer_name_prefix",
                says="one bound for every system: 1 to 15 characters",
            ),
        ),
        check=_prefix,
        impact=Impact.HIGH,
        example=on_flexible(
            {f"{PROFILE}.osProfile.computerNamePrefix": "w" * 59}, {f"{PROFILE}.osProfile.computerNamePrefix": "web"}
        ),
    ),
    PropertyRule(
        id="availability-set-excludes-scale-set",
        number="SS059",
        modes=FLEXIBLE,
        subject=Subject.VIRTUAL_MACHINE,
        path="availabilitySet.id",
        statement="A virtual machine cannot be in a scale set and in an availability set.",
        reason="both decide where the machine is placed",
        alternative="remove the availability set",
        sources=(
            SDK.at(
                "VirtualMachineProperties.availability_set", says="cannot exist along with a virtualMachineScaleSet"
            ),
            ATTACH_PAGE.at("Troubleshooting", says="VmssDoesNotSupportAttachingExistingAvsetVM"),
        ),
        check=_availability_set,
        impact=Impact.HIGH,
        example=pair(
            flexible(
                {"web-0:availabilitySet": {"id": f"{GROUP}/providers/Microsoft.Compute/availabilitySets/web"}},
                "machine",
            ),
            flexible({}, "machine"),
        ),
    ),
    PropertyRule(
        id="fault-domain-needs-scale-set",
        number="SS060",
        modes=FLEXIBLE,
        subject=Subject.VIRTUAL_MACHINE,
        path="platformFaultDomain",
        argument="instances.*.fault_domain",
        statement="platformFaultDomain needs virtualMachineScaleSet.",
        reason="a fault domain is a number within a set",
        alternative="set the scale set, or remove the fault domain",
        sources=(
            SDK.at(
                "VirtualMachineProperties.platform_fault_domain", says="applies only if virtualMachineScaleSet is set"
            ),
        ),
        check=_fault_domain_alone,
        impact=Impact.HIGH,
        example=pair(
            flexible(
                {"web-0:virtualMachineScaleSet": ABSENT, "web-0:platformFaultDomain": 1, "web-0:zones": ABSENT},
                "machine",
            ),
            flexible({}, "machine"),
            "web-0:virtualMachineScaleSet",
            "web-0:platformFaultDomain",
        ),
    ),
    PropertyRule(
        id="managed-disks-only-on-flexible",
        number="SS061",
        modes=FLEXIBLE,
        subject=Subject.VIRTUAL_MACHINE,
        path="storageProfile.osDisk.vhd",
        statement="A member of a Flexible set must have managed disks.",
        reason="unmanaged disks are retired",
        alternative="remove vhd and use managedDisk",
        sources=(
            ATTACH_PAGE.at("Troubleshooting", says="machines with unmanaged disks cannot be attached"),
            ORCHESTRATION_PAGE.at("Basic setup: Disk Types", says="Flexible: managed disks only"),
        ),
        check=forbidden("storageProfile.osDisk.vhd", "storageProfile.dataDisks[].vhd"),
        impact=Impact.HIGH,
        example=pair(
            flexible(
                {"web-0:storageProfile.osDisk.vhd": {"uri": "https://example.blob.core.windows.net/vhds/os.vhd"}},
                "machine",
            ),
            flexible({}, "machine"),
            "web-0:storageProfile.osDisk",
        ),
    ),
    PropertyRule(
        id="fault-domain-in-range",
        number="SS062",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="platformFaultDomain",
        argument="instances.*.fault_domain",
        statement="An instance's fault domain must be below the set's count, and the count must be above 1.",
        reason="the numbers start at 0, and with one fault domain there is nothing to choose",
        alternative="raise platform_fault_domain_count to 2 or 3 on a regional set, or remove fault_domain",
        sources=(
            SDK.at(
                "VirtualMachineProperties.platform_fault_domain",
                says="the set must have a platformFaultDomainCount greater than 1",
            ),
            AZURE_CLI_16346.at(says="the service's team: counts from 0; with a count of 3 it is 0, 1 or 2"),
            AZURERM_10803.at(says="an index from 0 to one below the count"),
        ),
        impact=Impact.HIGH,
        example=pair(
            flexible({"web-0:platformFaultDomain": 1}, "machine"),
            flexible({**REGIONAL, "web-0:zones": ABSENT, "web-0:platformFaultDomain": 1}, "machine"),
            "platformFaultDomainCount",
            "web-0:platformFaultDomain",
            tolerates=NO_ZONES,
        ),
    ),
    PropertyRule(
        id="instance-zone-in-set",
        number="SS063",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="zones",
        argument="instances.*.zone",
        statement=(
            "A zonal instance must be in one of the set's zones, and an instance of a regional set must be regional."
        ),
        reason="the set covers only the zones that it names",
        alternative="add the zone to the set's zones when it is created, or place the instance in one of them",
        sources=(
            ATTACH_PAGE.at(
                "Exceptions to attaching a new Virtual Machine",
                says="the machine's zone is one of the set's; regional machines go to regional sets",
            ),
        ),
        impact=Impact.HIGH,
        example=pair(
            flexible({"zones": ["2", "3"]}, "machine"),
            flexible({"zones": ["1", "2"]}, "machine"),
            "zones",
            "web-0:zones",
        ),
    ),
    PropertyRule(
        id="attach-needs-no-placement-group",
        number="SS064",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="singlePlacementGroup",
        argument="single_placement_group",
        statement="An existing virtual machine can join a set only if singlePlacementGroup is false.",
        reason="Azure alone fills a placement group",
        alternative="set single_placement_group to false",
        sources=(
            ATTACH_PAGE.at("Exceptions to attaching a new Virtual Machine", says="singlePlacementGroup must be false"),
            AZURERM_19074.at(says="Azure: no platformFaultDomain on a member while singlePlacementGroup is true"),
        ),
        impact=Impact.HIGH,
        example=pair(
            flexible({"singlePlacementGroup": True}, "machine"),
            flexible({"singlePlacementGroup": False}, "machine"),
            "singlePlacementGroup",
            "web-0:virtualMachineScaleSet",
            also=("SS077",),
        ),
    ),
    PropertyRule(
        id="attach-existing-needs-one-fault-domain",
        number="SS065",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="platformFaultDomainCount",
        argument="attached_virtual_machine_ids",
        statement="An existing virtual machine can be attached only to a set with one fault domain.",
        reason="Azure cannot place a running machine again",
        alternative="use platform_fault_domain_count 1, or create the machine as an instance of the set",
        sources=(
            ATTACH_PAGE.at(
                "Limitations for attaching an existing Virtual Machine", says="platformFaultDomainCount must be 1"
            ),
            ATTACH_PAGE.at("Troubleshooting", says="VmssDoesNotSupportAttachingExistingVMMultiFD"),
        ),
        impact=Impact.HIGH,
        example=pair(
            flexible({"singlePlacementGroup": False, **REGIONAL, "web-0:zones": ABSENT}, "machine"),
            flexible({"singlePlacementGroup": False}, "machine"),
            "platformFaultDomainCount",
            "web-0:virtualMachineScaleSet",
            also=NO_ZONES,
            before={"web-0": {"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}},
            note="The virtual machine `web-0` existed before without `virtualMachineScaleSet`; only an input that says "
            "so can break the rule (`pulumi preview --json`, a Terraform plan).",
        ),
    ),
    PropertyRule(
        id="instances-by-name-on-uniform",
        number="SS066",
        modes=UNIFORM,
        subject=Subject.RELATED,
        path="virtualMachineProfile",
        argument="instances",
        statement="Uniform instances have decimal ids and all properties of the profile.",
        reason="Azure creates and numbers them",
        alternative="use Flexible for instances with their own names, sizes, zones or extensions",
        sources=(
            INSTANCE_IDS_PAGE.at(says="Uniform: the instance id is a decimal number; Flexible: the machine's name"),
            ORCHESTRATION_PAGE.at(
                "Scale Sets with Uniform Orchestration", says="a predefined profile makes identical instances"
            ),
            ATTACH_PAGE.at(says="machines can be attached to sets in Flexible mode only"),
        ),
        impact=Impact.HIGH,
        example=pair(
            uniform({}, "machine"), flexible({}, "machine"), "orchestrationMode", "web-0:virtualMachineScaleSet"
        ),
    ),
    PropertyRule(
        id="set-actions-protection-needs-scale-in",
        number="SS067",
        modes=UNIFORM,
        subject=Subject.RELATED,
        path="protectionPolicy.protectFromScaleSetActions",
        argument="instances.*.protection",
        statement="Protection from scale-set actions must include protection from scale-in.",
        reason="Azure refuses protectFromScaleSetActions true with protectFromScaleIn false",
        alternative="set scale_in to true too",
        severity=Severity.ERROR,
        sources=(
            PROTECTION_PAGE.at(
                "Protect from scale set actions: REST API",
                says="protectFromScaleIn cannot be false while protectFromScaleSetActions is true",
            ),
        ),
        impact=Impact.HIGH,
        category=Category.PROTECTION,
        example=pair(
            uniform(
                {"instance:protectionPolicy": {"protectFromScaleIn": False, "protectFromScaleSetActions": True}},
                "instance",
            ),
            uniform(
                {"instance:protectionPolicy": {"protectFromScaleIn": True, "protectFromScaleSetActions": True}},
                "instance",
            ),
        ),
    ),
)
