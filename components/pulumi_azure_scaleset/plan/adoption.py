"""Resources of a stack that become the component's: the aliases of each child, and what is wrong with the argument.

A resource's type in the stack depends on how its program got at it. The types are made by rule:

- the plain token, and all that the installed SDK's class takes over: versions 1 and 2 of azure-native had a token for
  each API version, and ``insights`` for what is ``monitor`` now;
- the token of a local package for each API version, ``pulumi package add azure-native compute v20240701``: the package
  is called ``azure-native_compute_v20240701``, and names its types with or without the version
  (pulumi-azure-native, provider/pkg/provider/provider_parameterize.go, changed in the course of version 3).
"""

import difflib
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pulumi

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.adoption import Adoption
from pulumi_azure_scaleset.plan import sdk_schema
from pulumi_azure_scaleset.plan.resources import Child

FIELD = "adopt"
"""The argument."""


_VERSIONED = re.compile(r"^azure-native:(?P<module>\w+)/(?P<version>v\w+):\w+$")


def aliases(adoption: Adoption, child: Child) -> list[pulumi.Alias]:
    """The aliases of ``child``: the engine adopts a resource of that name and one of those types, if there is one."""
    parent = pulumi.ROOT_STACK_RESOURCE if adoption.parent_urn is None else adoption.parent_urn
    name = adoption.names.get(child.name, child.name)
    given = adoption.types.get(child.type)
    if given is not None:
        return [pulumi.Alias(name=name, parent=parent, type_=given)]
    # A generic resource has other inputs than a typed one: only another generic resource can become it.
    others = [] if child.generic else former_types(child.type)
    if child.api_version and not child.generic:
        others = [child.type, *others]
    plain = pulumi.Alias(name=name, parent=parent)
    return [plain, *(pulumi.Alias(name=name, parent=parent, type_=each) for each in others)]


@functools.cache
def former_types(token: str) -> list[str]:
    """Every other type that a resource of this type can have in a stack.

    Args:
        token: The plain token, ``azure-native:compute:VirtualMachine``.
    """
    _, module, name = token.split(":")
    known = sdk_schema.aliases_of(token)
    found = [each for alias in known if (each := _VERSIONED.match(alias))]
    modules = dict.fromkeys([module, *(each["module"] for each in found)])
    versions = dict.fromkeys(each["version"] for each in found)
    sdk = [f"azure-native:{each}/{version}:{name}" for each in modules for version in versions]
    offered = sdk_schema.versions_of(token)
    published = (offered.default, *offered.others) if offered is not None and offered.others else ()
    local = [
        f"azure-native_{module}_{version}:{module}{inside}:{name}"
        for version in [f"v{each.replace('-', '')}" for each in published] or versions
        for inside in ("", f"/{version}")
    ]
    return list(dict.fromkeys([*known, *sdk, *local]))


def problems(adoption: Adoption | None, children: Sequence[Child]) -> Iterator[Problem]:
    """Names and types that no child has, and resources that two children would adopt."""
    if adoption is None:
        return
    yield from _unknown(f"{FIELD}.names", adoption.names, {child.name for child in children}, "resource")
    yield from _unknown(f"{FIELD}.types", adoption.types, {child.type for child in children}, "type")
    former = Counter((child.type, adoption.names.get(child.name, child.name)) for child in children)
    for kind, name in (each for each, times in former.items() if times > 1):
        yield Problem(f"{FIELD}.names", f"two resources of the type {kind} would both be {name!r}: name the other one")


def _unknown(field: str, given: Iterable[str], known: set[str], what: str) -> Iterator[Problem]:
    for key in given:
        if key not in known:
            close = difflib.get_close_matches(key, sorted(known), n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(known)[:8])}"
            yield Problem(f"{field}[{key!r}]", f"the set has no such {what}; {hint}")
