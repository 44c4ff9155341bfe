"""Reading a template: the resources that it deploys, as far as they are known without Azure."""

from collections.abc import Mapping
from typing import Any

from arm_templates.members import split_name
from arm_templates.scope import Budget, Scope, Target
from arm_templates.values import Unresolved, identity
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.formats.arm.deployment import Deployment, Instance
from scaleset_policies.formats.arm.ignores import attach
from scaleset_policies.formats.arm.settled import secret_flags, settle
from scaleset_policies.formats.arm.shared import Shared
from scaleset_policies.formats.entries import Entry, Reading
from scaleset_policies.formats.json_text import JsonText
from scaleset_policies.formats.shape import canonical_type, shape, true_paths
from scaleset_policies.suppression import of_metadata


def read_template(document: JsonText, parameters: Mapping[str, Any] | None = None) -> Reading:
    """The resources of an ARM template, or of Bicep's compiled JSON.

    Args:
        document: The template.
        parameters: Values for its parameters by name, as :func:`read_parameters` returns them.

    Returns:
        The resources that it deploys: loops unrolled, false conditions dropped, nested templates entered. Values that
        only Azure knows are UNKNOWN; invalid expressions are in ``problems``.
    """
    reading = Reading()
    shared = Shared(document, reading)
    given = {name.lower(): value for name, value in (parameters or {}).items()}
    deployment = Deployment(shared, template=document.value, at=(), target=Target(), label="")
    deployment.scope = Scope(
        template=document.value,
        given=given,
        target=deployment.target,
        label="",
        report=shared.report,
        answers=deployment.answers,
        budget=Budget(),
    )
    for instance in deployment.everything():
        entry = _entry(instance)
        if document.sharing is not None:
            entry.properties = document.sharing.of(entry.properties)
            instance.forget()
        reading.entries.append(entry)
    reading.notes += attach(document, reading.entries)
    return reading


def _entry(instance: Instance) -> Entry:
    kind, name = instance.type, identity(instance.name)
    body = {key: value for key, value in instance.body().items() if key.lower() not in _ENVELOPE}
    properties = shape(settle(body), kind)
    properties["name"] = UNKNOWN if isinstance(instance.name, Unresolved) else name.rsplit("/", 1)[-1]
    # If a template with symbolic names or an old apiProfile leaves it out, Azure's newest version is meant.
    if isinstance(version := instance.body().get("apiVersion"), str):
        properties["azureApiVersion"] = version
    scope = instance.scope_id
    short = _type(kind, name)
    if scope:
        properties["scope"] = scope
    return Entry(
        type=short,
        name=name,
        id=instance.id,
        label=instance.id or f"{short} {name}",
        properties=properties,
        at=instance.at,
        conditional=instance.conditional,
        secrets=frozenset(true_paths(shape(secret_flags(body), kind))),
        depends_on=tuple(instance.depends_on()),
        logical=instance.logical,
        partial=True,
        ignores=of_metadata(_metadata(instance), "in its metadata"),
    )


def _metadata(instance: Instance) -> Any:
    return settle({key.lower(): value for key, value in instance.body().items() if key.lower() == "metadata"}).get(
        "metadata"
    )


def _type(kind: str, name: str) -> str:
    """The type of an extension resource in the old notation: ``.../virtualMachines/providers/locks`` is a lock."""
    at = kind.lower().rfind("/providers/")
    names = split_name(name)
    if at < 0 or len(names) < 2:  # noqa: PLR2004 - namespace and name at least
        return canonical_type(kind)
    return canonical_type(f"{names[-2]}/{kind[at + len('/providers/') :]}")


_ENVELOPE = frozenset(
    {"type", "name", "apiversion", "dependson", "copy", "condition", "resources", "comments", "scope", "metadata"}
)
