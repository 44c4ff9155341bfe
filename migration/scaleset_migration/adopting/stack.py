"""The azure-native resources of a stack's export: their inputs are what a preview compares a program with."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pulumi_azure_scaleset.scale_set import TYPE
from scaleset_migration.adopting.things import Thing, token_of
from scaleset_operations.errors import UsageError
from scaleset_operations.recovery.inputs import is_secret
from scaleset_policies import arm_types

_STACK = "pulumi:pulumi:Stack"
_NOTES = ("__", "azureApiVersion")


def things(file: str) -> dict[str, Thing]:
    """The resources of a stack that a set can be made of, by their ids in lower case.

    Args:
        file: What ``pulumi stack export`` wrote.

    Raises:
        UsageError: It is standard input, which was read already, or a set is a component's already.
    """
    if not Path(file).is_file():
        raise UsageError("a stack's export is read twice: give it as a file, not on standard input.")
    document = json.loads(Path(file).read_text(encoding="utf-8-sig"))
    resources = (document.get("deployment") or {}).get("resources") or []
    found = dict(_read(resources))
    taken = [each.name for each in found.values() if _type_of(each.parent) == TYPE]
    if taken:
        raise UsageError(
            f"{file}: {', '.join(taken)}: a ScaleSet component has them already, so there is nothing to adopt."
        )
    return found


def _read(resources: list[Mapping[str, Any]]) -> Iterator[tuple[str, Thing]]:
    for each in resources:
        urn, identity = str(each.get("urn")), each.get("id")
        token = token_of(arm_types.from_pulumi(str(each.get("type"))))
        if token is None or not isinstance(identity, str) or each.get("delete"):
            continue
        inputs = {name: value for name, value in (each.get("inputs") or {}).items() if not name.startswith(_NOTES)}
        parent = str(each.get("parent") or "")
        yield (
            identity.lower(),
            Thing(
                id=identity,
                token=token,
                inputs=_shown(inputs),
                name=urn.rsplit("::", 1)[-1],
                parent="" if _type_of(parent) == _STACK else parent,
                hidden=tuple(_hidden(inputs, "")),
            ),
        )


def _type_of(urn: str) -> str:
    """The type that a URN tells, ``""`` for none."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 1 else ""


def _shown(value: Any) -> Any:
    """Inputs without what is encrypted."""
    if isinstance(value, Mapping):
        return {name: _shown(each) for name, each in value.items() if not is_secret(each)}
    return [_shown(each) for each in value if not is_secret(each)] if isinstance(value, list) else value


def _hidden(value: Any, path: str) -> Iterator[str]:
    if is_secret(value):
        yield path
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _hidden(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _hidden(each, f"{path}[{index}]")
