"""Which API version each child is registered at, and under which token.

azure-native's plain token of a type means one version. Other versions of the installed release have separate tokens
(``azure-native:compute/v20260301:VirtualMachineScaleSet``), which the provider serves too. The same resource has the
same inputs under each of them, so an alias lets a resource change its version without anything being replaced.

A scale set or machine at an even newer version is registered as azure-native's generic resource (:mod:`generic`). That
has other inputs. So a typed resource cannot become a generic one, or a generic one a typed one, without being replaced:
a set is created in one form and keeps it.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import generic, sdk_schema, tokens
from pulumi_azure_scaleset.plan.resources import Child, Plan

FIELD, BY_RESOURCE = "api_version", "api_versions"
"""The arguments."""
COMPUTE = frozenset({tokens.SCALE_SET, tokens.VIRTUAL_MACHINE, tokens.VM_EXTENSION})
"""The types that ``api_version`` is about: Microsoft.Compute publishes them in one version."""
_VERSIONED = re.compile(r"^(azure-native:[a-z0-9]+)(?:/v\w+)?(:\w+)$")


def plain(token: str) -> str:
    """A type token without its API version."""
    return _VERSIONED.sub(r"\1\2", token)


def versioned(token: str, version: str) -> str:
    """The token of a type at an API version: ``azure-native:compute/v20260301:VirtualMachine``.

    Args:
        token: The plain token.
        version: The version, ``2026-03-01``.
    """
    package, module, name = token.split(":")
    return f"{package}:{module}/v{version.replace('-', '')}:{name}"


def token_of(child: Child) -> str:
    """The token under which a child is registered."""
    if child.generic:
        return generic.TOKEN
    known = sdk_schema.versions_of(child.type) if child.api_version else None
    default = "" if known is None else known.default
    return child.type if child.api_version in ("", default) else versioned(child.type, child.api_version)


def beyond(token: str, version: str) -> bool:
    """Whether a version is newer than all that azure-native has of a type that can be a generic resource."""
    known = sdk_schema.versions_of(token)
    return token in generic.KINDS and known is not None and version > max(known.default, *known.others)


def former_tokens(child: Child) -> list[str]:
    """The tokens that a child may have had before, so that another version replaces nothing.

    Compute's types have those of newer versions always: an argument that is taken out leaves no trace in the program.
    Others have them while ``api_versions`` names them, since aliases are part of every resource's state.

    Args:
        child: The child.
    """
    if child.generic or (child.type not in COMPUTE and not child.api_version):
        return []
    known = sdk_schema.versions_of(child.type)
    if known is None:
        return [child.type] if child.api_version else []
    others = (each for each in known.others if child.api_version or each > known.default)
    found = [child.type, *(versioned(child.type, each) for each in others)]
    return [token for token in found if token != token_of(child)]


def asked_for(model: ScaleSetModel, kind: str) -> tuple[str, str] | None:
    """The version that the arguments want for a resource key, with the argument that says so; None for none.

    Args:
        model: The arguments.
        kind: The resource key.
    """
    token = tokens.OF_KIND[kind]
    for key in (kind, token):
        if key in model.api_versions:
            return model.api_versions[key], f"{BY_RESOURCE}[{key!r}]"
    if model.api_version is not None and token in COMPUTE:
        return _nearest(token, model.api_version), FIELD
    return None


def _nearest(token: str, version: str) -> str:
    """The version of a type: the newest that azure-native has, where a newer one can't be a generic resource."""
    known = sdk_schema.versions_of(token)
    if known is None or token in generic.KINDS:
        return version
    return min(version, max(known.default, *known.others))


def newer(model: ScaleSetModel, kind: str) -> bool:
    """Whether a resource is registered at another version than the SDK's classes describe."""
    wanted = asked_for(model, kind)
    known = sdk_schema.versions_of(tokens.OF_KIND[kind])
    return wanted is not None and (known is None or wanted[0] != known.default)


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Keys of ``api_versions`` that are no resource, and versions that can't be had."""
    for key in model.api_versions:
        if key not in tokens.OF_KIND and key not in tokens.OF_KIND.values():
            close = difflib.get_close_matches(key, tokens.OF_KIND, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(tokens.OF_KIND)}"
            yield Problem(f"{BY_RESOURCE}[{key!r}]", f"there is no such resource here; {hint}, or its type token")
    told: set[tuple[str, str]] = set()
    for kind, token in tokens.OF_KIND.items():
        wanted = asked_for(model, kind)
        if wanted is None or (token, wanted[1]) in told:
            continue
        told.add((token, wanted[1]))
        text = _unavailable(token, wanted[0])
        if text:
            yield Problem(wanted[1], text)


def without_effect(model: ScaleSetModel, plan: Plan) -> Iterator[str]:
    """Warnings about versions of resources that the plan does not have."""
    there = {each for child in plan.children for each in (child.kind, child.type)}
    for key in model.api_versions:
        if key not in there:
            yield f"{BY_RESOURCE}[{key!r}]: it has no effect, because this set has no such resource"


def _unavailable(token: str, version: str) -> str:
    """Why a type can't be registered at a version; empty if it can."""
    known = sdk_schema.versions_of(token)
    if known is None or version in (known.default, *known.others) or beyond(token, version):
        return ""
    has = ", ".join(each for each in (known.default, *known.others) if each >= known.default)
    return f"got {version!r}; azure-native has {token} at {has} (and older versions)"


def unsendable(plan: Plan, model: ScaleSetModel) -> Iterator[Problem]:
    """Properties that a generic resource has no place for, each once."""
    found: dict[str, Problem] = {}
    for child in plan.children:
        wanted = asked_for(model, child.kind) if child.kind in tokens.OF_KIND else None
        for name in generic.left_out(child) if wanted is not None and child.generic else ():
            assert wanted is not None
            found.setdefault(name, Problem(wanted[1], _no_place(child, name, wanted[0])))
    yield from found.values()


def _no_place(child: Child, name: str, version: str) -> str:
    known = sdk_schema.versions_of(child.type)
    newest = "" if known is None else max(known.default, *known.others)
    return (
        f"azure-native has {child.type} up to {newest}, and its generic resource, which takes {version}, has no place "
        f"for {name}, which {child.key} has: use {newest}, or leave {name} out"
    )


def register(plan: Plan, model: ScaleSetModel) -> None:
    """Say of each child under which token it is registered.

    Args:
        plan: The plan.
        model: The arguments.
    """
    asked: Mapping[str, tuple[str, str] | None] = {kind: asked_for(model, kind) for kind in tokens.OF_KIND}
    for index, child in enumerate(plan.children):
        wanted = asked.get(child.kind)
        if wanted is not None and not _unavailable(child.type, wanted[0]):
            plan.children[index] = replace(child, api_version=wanted[0], generic=_generic(child, wanted[0], model))


def _generic(child: Child, version: str, model: ScaleSetModel) -> bool:
    return beyond(child.type, version) or (child.type in generic.KINDS and child.kind in model.generic_resources)
