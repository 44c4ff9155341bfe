"""Which of Azure's operations are played: each operation of the SDKs is asked of an empty simulator.

    python -m arm_simulator.fidelity          # write simulator/FIDELITY.md
    python -m arm_simulator.fidelity --check  # exit 1 when it is out of date

An operation is refused if the answer is 501 ``NotImplemented``. Where the simulator does less than Azure, a note says
what; all else that is asked is played.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from arm_simulator.core import generated, sdk_operations
from arm_simulator.core.errors import ArmError
from arm_simulator.core.messages import Call, Settings
from arm_simulator.core.sdk_operations import Operation
from arm_simulator.core.store import Store
from arm_simulator.graph import resource_graph
from arm_simulator.providers.registry import default_registry
from arm_simulator.server.app import utc_now
from arm_simulator.server.routing import Router

PAGE = Path(__file__).parents[1] / "FIDELITY.md"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
NOT_IMPLEMENTED = 501
_GROUP = f"subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
_VALUES = {
    "subscriptionId": SUBSCRIPTION,
    "scope": _GROUP,
    "resourceId": f"{_GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/x",
    "parentResourcePath": "",
    "resourceProviderNamespace": "Microsoft.Compute",
    "parentResourceType": "virtualMachines",
    "resourceType": "virtualMachines",
    "location": "westeurope",
}
NOTES = {
    "BastionHosts": "stored: they do nothing",
    "ApplicationGateways": "stored: they do nothing",
    "Deployments": "at resource groups and subscriptions; no templateLink, no Key Vault references",
    "GalleryImageVersions": "stored: nothing is copied or replicated",
    "Images": "stored: nothing is captured",
    "Snapshots": "stored: nothing is copied",
    "DiskEncryptionSets": "stored: nothing is encrypted",
    "Locations": "36 regions",
    "ResourceSkus": "well-known sizes only",
    "VirtualMachineSizes": "well-known sizes only",
    "VirtualMachineImages": "well-known images, with example versions",
    "VirtualMachineExtensionImages": "well-known extensions, with example versions",
    "VirtualMachineRunCommands": "scripts are accepted and not run",
    "VirtualMachineScaleSetVMRunCommands": "scripts are accepted and not run",
    "VirtualMachines_RunCommand": "scripts are accepted and not run",
    "VirtualMachineScaleSetVMs_RunCommand": "scripts are accepted and not run",
    "VirtualMachineScaleSets_ConvertToSinglePlacementGroup": "the flag changes, instances do not move",
    "Usage": "counts; the limits are 1000, and no request is refused because of them",
    "Usages": "counts; the limits are 1000, and no request is refused because of them",
    "Providers": "all are registered",
    "AvailabilitySets_ConvertToVirtualMachineScaleSet": "the converted set has every feature of Flexible",
    "RoleDefinitions": "custom roles, and Owner, Contributor and Reader",
    "RoleAssignments": "no conditions, no groups",
    "NetworkInterfaces_ListEffectiveNetworkSecurityGroups": "from the model, whether the machine runs or not",
    "NetworkInterfaces_GetEffectiveRouteTable": "from the model, whether the machine runs or not",
    "Disks_GrantAccess": "the URL does not work",
    "Snapshots_GrantAccess": "the URL does not work",
}
"""What is less than Azure's, by group of operations or by operation."""


def asked(operations: Iterable[Operation]) -> dict[Operation, int]:
    """The status that each operation is answered by a simulator without any resource; 200 for every success."""
    with_store = Store(":memory:")
    router = Router(with_store, default_registry(), utc_now, Settings())
    router.tenant_routes["POST", resource_graph.PATH] = resource_graph.ResourceGraph().query
    try:
        return {each: _ask(router, each) for each in operations}
    finally:
        with_store.close()


def _ask(router: Router, operation: Operation) -> int:
    template, _, query = operation.url.partition("?")
    path = re.sub(r"\{(\w+)\}", lambda found: _VALUES.get(found[1], "x"), template)
    more = dict(part.lower().split("=") for part in query.split("&") if part)
    version = operation.api_version or "2024-01-01"
    body: dict[str, str] | None = {} if operation.method in {"PUT", "PATCH", "POST"} else None
    call = Call(
        operation.method, "/" + path.lstrip("/"), {"api-version": version, **more}, {}, body, "http://127.0.0.1"
    )
    try:
        return router.dispatch(call).status
    except ArmError as error:
        return error.status


def note(operation: Operation) -> str:
    """What is less than Azure's; an empty text if nothing is known."""
    return NOTES.get(operation.name) or NOTES.get(operation.name.partition("_")[0], "")


def page() -> str:
    """The page."""
    found = asked(each for each in sdk_operations.read() if not each.generic)
    versions = ", ".join(sorted({each.package for each in found}))
    lines = [
        "# What is simulated, operation by operation",
        "",
        "This page lists every operation of Microsoft.Compute, Network, Authorization and Resources that Azure's",
        "Python SDKs know, with the answer of an empty simulator. `python -m arm_simulator.fidelity` writes it, and a",
        "test checks it.",
        "",
        "- **Implemented**: it does what Azure does; the [README](README.md) lists the differences. **In part**: the",
        "  note says what is missing. **Refused**: 501 `NotImplemented` with the operation's name; nothing changes.",
        "- Other requests get Azure's answer: 400 `NoRegisteredProviderFound`, 404 or 405.",
        f"- From {versions}.",
        "",
    ]
    spaces = sorted({each.namespace for each in found if _has_any(found, each.namespace)})
    lines += ["| Namespace | Implemented | In part | Refused |", "| :-- | --: | --: | --: |"]
    lines += [_sum(found, space) for space in spaces]
    for space in spaces:
        lines += ["", *_section(found, space)]
    return "\n".join(lines) + "\n"


def state(found: dict[Operation, int], operation: Operation) -> str:
    """``played``, ``in part`` or ``refused``."""
    if found[operation] == NOT_IMPLEMENTED:
        return "refused"
    return "in part" if note(operation) else "played"


def _has_any(found: dict[Operation, int], space: str) -> bool:
    return any(each.namespace == space and found[each] != NOT_IMPLEMENTED for each in found)


def _sum(found: dict[Operation, int], space: str) -> str:
    counts = Counter(state(found, each) for each in found if each.namespace == space)
    return f"| {space} | {counts['played']} | {counts['in part']} | {counts['refused']} |"


def _section(found: dict[Operation, int], space: str) -> list[str]:
    mine = sorted((each for each in found if each.namespace == space), key=lambda each: each.name)
    lines = [f"## {space}", "", "| Group | Implemented | In part | Refused |", "| :-- | :-- | :-- | :-- |"]
    unplayed = []
    for group, members in groupby(mine, key=lambda each: each.name.partition("_")[0]):
        every = list(members)
        if all(state(found, each) == "refused" for each in every):
            unplayed.append(f"{group} ({len(every)})")
            continue
        cells = " | ".join(_cell(found, every, what) for what in ("played", "in part", "refused"))
        lines.append(f"| {group} | {cells} |")
    if unplayed:
        lines += ["", f"Refused as a whole, with the number of operations: {', '.join(unplayed)}."]
    return lines


def _cell(found: dict[Operation, int], every: Sequence[Operation], what: str) -> str:
    mine = [each for each in every if state(found, each) == what]
    if what != "in part":
        return ", ".join(_word(each) for each in mine)
    words = {text: [_word(each) for each in mine if note(each) == text] for text in map(note, mine)}
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in words.items())


def _word(operation: Operation) -> str:
    return operation.name.partition("_")[2] or operation.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the file; returns the exit code."""
    return generated.main("arm_simulator.fidelity", PAGE, page, arguments)


if __name__ == "__main__":
    sys.exit(main())
