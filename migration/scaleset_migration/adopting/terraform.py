"""How Terraform lets go of what Pulumi takes over, without destroying it.

A ``removed`` block with ``destroy = false`` (Terraform 1.7 and later) names resources without their instance keys
(https://developer.hashicorp.com/terraform/language/block/removed); ``terraform state rm`` names each instance.
"""

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

_KEY = re.compile(r"\[[^\]]*\]")
_STATES = (("values",), ("prior_state", "values"))
FILE = "removed.tf"
"""The name of the file with the blocks."""


def released(source: str, adopted: Collection[str]) -> list[str]:
    """The addresses of what Terraform has to let go, if the source is a Terraform state or plan.

    Args:
        source: The file, or ``-`` for standard input, which nobody can read twice.
        adopted: The ids of the resources that Pulumi takes over.
    """
    file = Path(source)
    if not source or not file.is_file():
        return []
    try:
        return addresses(json.loads(file.read_text(encoding="utf-8-sig")), adopted)
    except ValueError:  # a template with comments, a compiled source: not Terraform's
        return []


def addresses(document: Any, adopted: Collection[str]) -> list[str]:
    """The addresses in a state, or in a plan's prior state, of what was adopted.

    Args:
        document: What ``terraform show -json`` printed.
        adopted: The ids of the resources that Pulumi takes over.
    """
    wanted = [each.lower() for each in adopted]
    for path in _STATES:
        inner = document
        for step in path:
            inner = inner.get(step) if isinstance(inner, Mapping) else None
        if isinstance(inner, Mapping):
            found = _resources(inner.get("root_module"))
            return [address for address, identity in found if _belongs(identity.lower(), wanted)]
    return []


def _belongs(identity: str, wanted: Collection[str]) -> bool:
    """Whether a resource is one of these, or a part of one: an extension of a profile, a pool of an interface."""
    parts = (identity.removeprefix(f"{each}/") for each in wanted if identity.startswith(f"{each}/"))
    return identity in wanted or any("providers/" not in part.partition("|")[0] for part in parts)


def _resources(module: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(module, Mapping):
        return
    for each in module.get("resources") or ():
        values = each.get("values") if isinstance(each, Mapping) else None
        if isinstance(values, Mapping) and isinstance(values.get("id"), str) and each.get("mode") != "data":
            yield str(each["address"]), values["id"]
    for each in module.get("child_modules") or ():
        yield from _resources(each)


def blocks(found: Collection[str]) -> str:
    """The ``removed`` blocks, each resource once.

    Args:
        found: The addresses.
    """
    names = dict.fromkeys(_KEY.sub("", each) for each in found)
    return "\n".join(
        f"removed {{\n  from = {each}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n" for each in names
    )


def commands(found: Collection[str]) -> list[str]:
    """The commands that do the same at once.

    Args:
        found: The addresses.
    """
    return [f"terraform state rm {shlex.quote(each)}" for each in found]
