"""A resource in a template: its members, its loop, its id and its body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arm_simulator.core import errors, ids
from arm_simulator.core.ids import ResourceId
from arm_simulator.providers.resources.deployments import problems
from arm_templates.members import member, without_case
from arm_templates.scope import MAX_COPIES, Scope
from arm_templates.values import Unresolved

_OWN = frozenset(
    {
        "type", "apiversion", "name", "comments", "copy", "condition", "dependson", "existing", "metadata", "resources",
        "resourcegroup", "scope", "subscriptionid", "symbolicname", "asserts", "import", "extension", "@options",
    }
)  # fmt: skip
"""What a template says about a resource; not part of its body."""
_BODY = {
    name.lower(): name
    for name in (
        "extendedLocation", "identity", "kind", "location", "managedBy", "managedByExtended", "placement", "plan",
        "properties", "sku", "tags", "zones", "etag",
    )
}  # fmt: skip


def check(raw: Any) -> None:
    """Refuse what is no resource, and members that none has.

    Raises:
        ArmError: InvalidTemplate or InvalidRequestContent.
    """
    if not isinstance(raw, dict) or not isinstance(member(raw, "type"), str):
        raise problems.invalid_template("expected a resource: an object with type, apiVersion and name")
    for name in ("import", "extension"):
        if member(raw, name):
            raise problems.not_played(f"resources of extensions ('{name}')", "Deploy Azure's resources only.")
    unknown = [name for name in raw if name.lower() not in _OWN and name.lower() not in _BODY]
    if unknown:
        raise errors.invalid_request_content(
            f"The request content was invalid and could not be deserialized: Could not find member '{unknown[0]}' on "
            f"object of type 'TemplateResource'. Path 'properties.template.resources.{unknown[0]}'.",
            unknown[0],
        )


def loop(written: Any, scope: Scope) -> tuple[str, int]:
    """The name of a copy loop, and how often it runs.

    Raises:
        ArmError: InvalidTemplate.
    """
    name = scope.resolve(member(written, "name"))
    count = scope.resolve(member(written, "count"))
    if isinstance(count, str) and count.isascii() and count.isdigit():
        count = int(count[:10])
    if not isinstance(name, str) or not name:
        raise problems.invalid_template("expected a copy loop: an object with name and count")
    if isinstance(count, Unresolved):
        raise problems.cannot_evaluate(f"the count of copy loop '{name}'", count.text)
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MAX_COPIES:
        raise problems.invalid_template(
            f"The copy count of '{name}' is {count!r}, expected a whole number from 0 to {MAX_COPIES}"
        )
    mode = str(member(written, "mode") or "parallel").lower()
    size = scope.resolve(member(written, "batchSize", 1))
    if mode not in {"serial", "parallel"} or isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise problems.invalid_template(f"The copy loop '{name}' has mode '{mode}' and batchSize {size!r}")
    return name, count


def identity(kind: str, name: str, base: str, extended: Any) -> ResourceId:
    """The id of a resource.

    Args:
        kind: Its type; in the old notation ``Microsoft.Compute/virtualMachines/providers/locks`` that of an extension.
        name: Its name, with those of its parents.
        base: The scope that the deployment, or the resource itself, names.
        extended: What its member ``scope`` says: what it extends, an id or ``type/name`` in the same scope.

    Raises:
        ArmError: InvalidTemplate.
    """
    if isinstance(extended, Unresolved):
        raise problems.cannot_evaluate(f"the scope of resource '{name}'", extended.text)
    if extended:
        text = str(extended).rstrip("/")
        base = text if text.lower().startswith(("/subscriptions/", "/providers/")) else f"{base}{_below(text)}"
    owner, marker, extension = without_case(kind, "/providers/")
    try:
        if kind.lower() == ids.RESOURCE_GROUP_TYPE.lower():
            return ids.parse(f"{'/'.join(base.split('/')[:3])}/resourceGroups/{name}")
        if not marker:
            return ids.parse(f"{base}/providers/{_path(kind, name.split('/'))}")
        names = name.split("/")
        depth = owner.count("/")
        own = f"{names[depth]}/{extension}"
        return ids.parse(f"{base}/providers/{_path(owner, names[:depth])}/providers/{_path(own, names[depth + 1 :])}")
    except (ids.InvalidResourceIdError, IndexError):
        raise _lengths(kind, name) from None


def _below(text: str) -> str:
    """``Microsoft.Compute/virtualMachines/vm`` as the end of an id."""
    return text if text.startswith("/") else f"/providers/{text}"


def _path(kind: str, names: list[str]) -> str:
    namespace, *types = kind.split("/")
    if not types or len(types) != len(names):
        raise _lengths(kind, "/".join(names))
    return "/".join([namespace, *(f"{each}/{own}" for each, own in zip(types, names, strict=True))])


def _lengths(kind: str, name: str) -> errors.ArmError:
    return problems.invalid_template(
        f"The template resource '{name}' for type '{kind}' has incorrect segment lengths. A nested resource type must "
        "have identical number of segments as its resource name. A root resource type must have segment length one "
        "greater than its resource name. Please see https://aka.ms/arm-syntax-resources for usage details"
    )


def body(raw: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    """A resource's body: what its provider gets, evaluated."""
    return {_BODY[name.lower()]: scope.resolve(value) for name, value in raw.items() if name.lower() in _BODY}
