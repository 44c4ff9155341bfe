"""The file for `pulumi import`: https://www.pulumi.com/docs/iac/guides/migration/import/#bulk-import-operations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from scaleset_operations.recovery.state import STACK, Json

_DEFAULT = re.compile(r"::default(_\w+)?$")


def build(found: Sequence[tuple[Json, str]], known: Mapping[str, Json], planned: Mapping[str, Json]) -> Json:
    """The import file.

    Args:
        found: The resources as the program wants them, each with its id in Azure.
        known: The resources of the state by their URNs: parents and providers.
        planned: The resources of the preview by their URNs: parents that are not in the state yet.
    """
    return _File(found, known, planned).content()


class _File:
    def __init__(
        self, found: Sequence[tuple[Json, str]], known: Mapping[str, Json], planned: Mapping[str, Json]
    ) -> None:
        self._known = known
        self._planned = planned
        self._ids = {str(each["urn"]): identifier for each, identifier in found}
        self._resources: dict[str, Json] = {}
        self._table: dict[str, str] = {}
        wanted = dict(self._with_parents(found))
        logical = Counter(_logical(urn) for urn in wanted)
        self._names = {
            urn: _logical(urn) if logical[_logical(urn)] == 1 else f"{_logical(urn)}-{_type_of(urn)}" for urn in wanted
        }
        for urn, resource in wanted.items():
            self._resources[urn] = self._spec(urn, resource)

    def content(self) -> Json:
        return {"nameTable": self._table, "resources": list(self._resources.values())}

    def _with_parents(self, found: Sequence[tuple[Json, str]]) -> list[tuple[str, Json]]:
        """The resources, each after its parents that have to be made for it."""
        result: dict[str, Json] = {}
        for resource, _ in found:
            chain = [resource]
            while (parent := str(chain[-1].get("parent") or "")) and parent not in self._known:
                above = self._planned.get(parent)
                if above is None or above.get("type") == STACK:
                    break
                chain.append(above)
            for each in reversed(chain):
                result.setdefault(str(each["urn"]), each)
        return list(result.items())

    def _spec(self, urn: str, resource: Json) -> Json:
        spec: Json = {"type": resource["type"], "name": self._names[urn]}
        if self._names[urn] != _logical(urn):
            spec["logicalName"] = _logical(urn)
        parent = str(resource.get("parent") or "")
        if parent and not parent.split("::")[2].endswith(STACK):
            spec["parent"] = self._names.get(parent) or self._entered(parent)
        provider = str(resource.get("provider") or "").rpartition("::")[0]
        if not resource.get("custom", True):
            return {**spec, "component": True, "remote": bool(provider)}
        spec["id"] = self._ids[urn]
        if provider and not _DEFAULT.search(provider):
            spec["provider"] = self._entered(provider)
        return {**spec, **self._version(provider)}

    def _version(self, provider: str) -> Json:
        """The plugin's version, which chooses the default provider."""
        inputs = (self._known.get(provider) or self._planned.get(provider) or {}).get("inputs") or {}
        internal = inputs.get("__internal") if isinstance(inputs.get("__internal"), Mapping) else {}
        pairs: dict[str, Any] = {
            "version": inputs.get("version"),
            "pluginDownloadUrl": inputs.get("pluginDownloadURL") or (internal or {}).get("pluginDownloadURL"),
        }
        return {name: value for name, value in pairs.items() if isinstance(value, str) and value}

    def _entered(self, urn: str) -> str:
        """The name under which the name table has a URN: no resource of the file has it."""
        name = f"{_logical(urn)} ({_type_of(urn)})"
        number = 2
        while self._table.get(name, urn) != urn or name in self._names.values():
            name = f"{_logical(urn)} ({_type_of(urn)} {number})"
            number += 1
        self._table[name] = urn
        return name


def _logical(urn: str) -> str:
    return urn.split("::", 3)[3]


def _type_of(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2].rpartition(":")[2]
