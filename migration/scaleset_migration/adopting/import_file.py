"""The file for ``pulumi import``: https://www.pulumi.com/docs/iac/guides/migration/import/#bulk-import-operations."""

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from pulumi_azure_scaleset.scale_set import TYPE
from scaleset_migration.adopting.adopt import Adopted


def build(adopted: Sequence[Adopted]) -> dict[str, Any]:
    """The import file of all sets: each component, and its resources below it.

    Args:
        adopted: The sets.
    """
    # In the file, a name means one resource. A resource with the same logical name gets another name in the file.
    names = Counter(name for each in adopted for name in (each.component, *(child.name for child, _ in each.children)))
    resources: list[dict[str, Any]] = []
    for each in adopted:
        component = _unique(each.component, "ScaleSet", names)
        resources.append(_entry(TYPE, each.component, component) | {"component": True})
        for child, thing in each.children:
            name = _unique(child.name, child.type.rpartition(":")[2], names)
            entry = _entry(child.type, child.name, name)
            resources.append(entry | {"id": thing.id, "parent": component, "version": version("pulumi-azure-native")})
    return {"nameTable": {}, "resources": resources}


def _unique(logical: str, kind: str, names: Counter[str]) -> str:
    return logical if names[logical] == 1 else f"{logical}-{kind}"


def _entry(token: str, logical: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": token, "name": name}
    return found if name == logical else found | {"logicalName": logical}
