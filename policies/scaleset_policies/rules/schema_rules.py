"""Rules about what ARM takes at all: names, values and types of properties, and properties that must be there."""

import re
from collections.abc import Mapping
from typing import Any, Final

from scaleset_core.facts.checks import API_VERSION, Finding
from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.modes.examples import ABSENT, OS, flexible, on_flexible, pair
from scaleset_core.modes.pages import AZURE_DOCS_16191, NETWORK_SDK, POWERSHELL_3388, SDK
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import PASSES, Outcome, not_applicable
from scaleset_policies.rule import Decide, Level, Rule
from scaleset_policies.rules.practice_parts import MACHINES, refused
from scaleset_policies.schema.model import schema
from scaleset_policies.schema.walk import Slip, Slipped, slips

_NETWORK: Final = frozenset({arm_types.NETWORK_INTERFACE, arm_types.LOAD_BALANCER})
_DISK: Final = "virtualMachineProfile.storageProfile.osDisk"
_FIRST: Final = "2019"
"""The first year whose api-versions the schema judges: earlier ones had properties that were renamed since."""
_DATE: Final = len("2026-04-01")
_INDEX: Final = re.compile(r"\[\d+\]")
_OWN_RULES: Final = frozenset(
    {
        "automaticRepairsPolicy.repairAction",
        "orchestrationMode",
        "scaleInPolicy.rules",
        "skuProfile.allocationStrategy",
        "upgradePolicy.mode",
        "virtualMachineProfile.evictionPolicy",
        "virtualMachineProfile.networkProfile.networkApiVersion",
        "virtualMachineProfile.storageProfile.dataDisks.managedDisk.storageAccountType",
        "virtualMachineProfile.storageProfile.osDisk.managedDisk.storageAccountType",
    }
)
"""The values that have their own rule, in sets and in the machines of Flexible ones."""


def _decide(slip: Slip) -> Decide:
    """The decision about one kind of slip."""

    def decide(estate: Estate, resource: Resource) -> Outcome:
        if not resource.written:
            return not_applicable("its properties are not written in ARM's or azure-native's names")
        found = _slips(estate, resource)
        if not found:
            return PASSES
        findings: list[Finding] = []
        undecided: list[str] = []
        judged = _judged(resource)
        for each in found:
            if each.slip is not slip or (slip is Slip.VALUE and _told_elsewhere(resource, each.path)):
                continue
            if each.open or not judged:
                undecided.append(each.path)
            else:
                findings.append(Finding(each.path, None if each.value is UNKNOWN else each.value, each.detail))
        return Outcome(tuple(findings), tuple(undecided))

    return decide


def _told_elsewhere(resource: Resource, path: str) -> bool:
    """Whether another rule is about this value."""
    plain = _INDEX.sub("", path)
    if resource.type == arm_types.VIRTUAL_MACHINE and resource.view.first("virtualMachineScaleSet") is not None:
        plain = f"virtualMachineProfile.{plain}"
    return plain in _OWN_RULES


def _slips(estate: Estate, resource: Resource) -> tuple[Slipped, ...]:
    """The slips of a resource, found once for all rules."""
    return estate.derived(("slips", resource.key), lambda _: slips(resource.properties, resource.type))


def _judged(resource: Resource) -> bool:
    """Whether the schema is about the resource's api-version; without one, azure-native's is meant."""
    version = _version(resource.properties)
    if version is UNKNOWN:
        return False
    newest = schema().versions[resource.type.partition("/")[0]]
    return not version or (_FIRST <= version[:_DATE] <= newest and len(version) == _DATE)


def _version(properties: Any) -> Any:
    found = properties.get(API_VERSION) if isinstance(properties, Mapping) else None
    return found if isinstance(found, str) or found is UNKNOWN else ""


_STRICT: Final = POWERSHELL_3388.at(
    says="refuses a property that it does not know: 'The value of parameter is invalid'"
)

RULES: tuple[Rule, ...] = (
    refused(
        "SS151",
        "property-known",
        title="Azure must know each property of a set or a virtual machine.",
        reason="Azure refuses the whole request because of one unknown name",
        remediation="write the name as in the REST reference, and in the same place",
        path="virtualMachineProfile",
        types=MACHINES,
        sources=(SDK.at("the models", says="lists the properties"), _STRICT),
        decide=_decide(Slip.NAME),
        example=on_flexible({"singelPlacementGroup": False}, {"singlePlacementGroup": False}),
    ),
    refused(
        "SS152",
        "network-property-known",
        title="Azure must know each property of a network interface or a load balancer.",
        reason="Azure refuses most unknown names, and ignores the others",
        remediation="write the name as in the REST reference, and in the same place",
        path="loadBalancingRules",
        level=Level.ADVISORY,
        types=_NETWORK,
        sources=(
            NETWORK_SDK.at("the models", says="lists the properties"),
            AZURE_DOCS_16191.at(says="'Could not find member' for a property at the wrong place"),
        ),
        decide=_decide(Slip.NAME),
        example=pair(
            flexible({"balancer:loadBalancingRule": []}, "balancer"),
            flexible({"balancer:loadBalancingRules": []}, "balancer"),
        ),
    ),
    refused(
        "SS153",
        "value-known",
        title="If Azure has a list of values, the value must be one of them.",
        reason="Azure refuses any other value; case does not matter",
        remediation="use one of the listed values",
        path=f"{_DISK}.caching",
        types=MACHINES | _NETWORK,
        sources=(SDK.at("the enumerations", says="lists the values"), NETWORK_SDK.at("the enumerations")),
        decide=_decide(Slip.VALUE),
        example=on_flexible({f"{_DISK}.caching": "Readwrit"}, {f"{_DISK}.caching": "ReadWrite"}),
    ),
    refused(
        "SS154",
        "value-of-its-type",
        title="A value must have the type of its property.",
        reason="Azure cannot read the request otherwise",
        remediation="write a string, a number, true or false, a list or an object, as the property requires",
        path=f"{OS}.allowExtensionOperations",
        types=MACHINES | _NETWORK,
        sources=(SDK.at("the models", says="has the type of each property"), NETWORK_SDK.at("the models")),
        decide=_decide(Slip.TYPE),
        example=on_flexible({f"{OS}.allowExtensionOperations": "yes"}, {f"{OS}.allowExtensionOperations": True}),
    ),
    refused(
        "SS155",
        "property-there",
        title="An object must have all its required properties.",
        reason="Azure refuses an object without one of them",
        remediation="add the property",
        path=f"{_DISK}.createOption",
        types=MACHINES | _NETWORK,
        sources=(SDK.at("the models", says="marks what is required"), NETWORK_SDK.at("the models")),
        decide=_decide(Slip.MISSING),
        example=on_flexible({f"{_DISK}.createOption": ABSENT}, {f"{_DISK}.createOption": "FromImage"}),
    ),
)
