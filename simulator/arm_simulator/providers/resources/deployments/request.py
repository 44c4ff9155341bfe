"""The body of a deployment, checked: mode, template, parameters, and what is not played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arm_simulator.core import errors
from arm_simulator.core.kinds import Body
from arm_simulator.providers.resources.deployments import problems
from arm_templates import parameters as types
from arm_templates.members import member
from arm_templates.values import NO_VALUE

MODES = ("Incremental", "Complete")
_LINKS = {"templateLink": "linked templates", "parametersLink": "linked parameter files"}
_WHAT_IF_FORMATS = ("FullResourcePayloads", "ResourceIdOnly")


@dataclass(frozen=True, slots=True)
class Request:
    """What a deployment asks for.

    Attributes:
        mode: ``Incremental`` or ``Complete``.
        template: The template.
        given: The parameters' values by name, as the request spells it.
        location: Of a deployment at a subscription: where its record is kept.
        tags: Of the deployment itself.
        format: How much a what-if shows of each resource.
    """

    mode: str
    template: Mapping[str, Any]
    given: Mapping[str, Any]
    location: str
    tags: Mapping[str, Any]
    format: str


def read(body: Body, *, at_group: bool) -> Request:
    """Check a request's body.

    Args:
        body: The body of a PUT, ``validate`` or ``whatIf``.
        at_group: Whether it is at a resource group, and not at a subscription.

    Raises:
        ArmError: InvalidRequestContent, InvalidTemplate, or NotImplemented for links.
    """
    properties = member(body, "properties")
    if not isinstance(properties, dict):
        raise errors.invalid_request_content("The request content is invalid: 'properties' is required.", "properties")
    for name, what in _LINKS.items():
        if member(properties, name):
            raise problems.not_played(what, f"Send the content inline instead of 'properties.{name}'.")
    if member(properties, "onErrorDeployment"):
        raise problems.not_played("'properties.onErrorDeployment'", "Deploy the earlier template again instead.")
    location = member(body, "location")
    if location is not None and not isinstance(location, str):
        raise errors.invalid_request_content("The request content is invalid: 'location' must be a string.", "location")
    if not at_group and not location:
        raise errors.ArmError(
            400, "LocationRequired", "The location property is required for this definition.", "location"
        )
    mode = _mode(member(properties, "mode"))
    if mode == "Complete" and not at_group:
        raise errors.invalid_request_content(
            "The deployment mode 'Complete' is not supported for deployments at a subscription.", "properties.mode"
        )
    template = member(properties, "template")
    if not isinstance(template, dict):
        raise problems.invalid_template("expected a template: an object in 'properties.template'")
    settings = member(properties, "whatIfSettings", {})
    wanted = str(member(settings, "resultFormat") or _WHAT_IF_FORMATS[0])
    return Request(
        mode=mode,
        template=template,
        given=_given(_object(properties, "parameters")),
        location=str(location or "").replace(" ", "").lower(),
        tags=_object(body, "tags"),
        format=next((each for each in _WHAT_IF_FORMATS if each.lower() == wanted.lower()), _WHAT_IF_FORMATS[0]),
    )


def check_shape(template: Mapping[str, Any]) -> None:
    """Refuse a template whose sections are not what sections are.

    Raises:
        ArmError: InvalidTemplate.
    """
    for name in ("parameters", "variables", "outputs", "definitions"):
        section = member(template, name)
        if section is not None and not isinstance(section, dict):
            raise problems.invalid_template(f"expected '{name}' to be an object")
        if name in {"variables", "definitions"}:
            continue
        for key, each in (section or {}).items():
            if not isinstance(each, dict):
                raise problems.invalid_template(f"expected '{name}.{key}' to be an object with a type")
    if member(template, "functions") is not None and not isinstance(member(template, "functions"), list):
        raise problems.invalid_template("expected 'functions' to be a list")


def _mode(written: Any) -> str:
    found = next((each for each in MODES if isinstance(written, str) and each.lower() == written.lower()), None)
    if found is None:
        raise errors.invalid_request_content(
            f"The deployment mode {written!r} is not valid: expected one of {', '.join(MODES)}.", "properties.mode"
        )
    return found


def _object(value: Any, name: str) -> dict[str, Any]:
    found = member(value, name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise errors.invalid_request_content(f"The request content is invalid: '{name}' must be an object.", name)
    return found


def _given(parameters: Any) -> dict[str, Any]:
    values = {}
    for name, entry in parameters.items():
        if isinstance(entry, dict) and member(entry, "reference"):
            raise problems.not_played(
                f"Key Vault references of parameters ('{name}')", "Give the value itself: it is shown nowhere."
            )
        value = member(entry, "value", NO_VALUE)
        if value is NO_VALUE:
            raise errors.invalid_request_content(
                f"The request content is invalid: the parameter '{name}' must be an object with 'value'.",
                f"properties.parameters.{name}",
            )
        values[name] = value
    return values


def parameters(template: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values by lower-case name, with their declared types.

    Raises:
        ArmError: InvalidTemplate: unknown, missing or invalid parameters.
    """
    declared = member(template, "parameters") or {}
    known = {name.lower(): name for name in declared}
    foreign = [name for name in given if name.lower() not in known]
    if foreign:
        raise problems.invalid_template(
            f"The template parameters '{', '.join(foreign)}' in the parameters file are not valid; they are not "
            "present in the original template and can therefore not be provided at deployment time. The only supported "
            f"parameters for this template are '{', '.join(declared)}'"
        )
    values = {
        name.lower(): types.coerced(template, declared[known[name.lower()]], each) for name, each in given.items()
    }
    for name, declaration in declared.items():
        rule = types.declaration(template, declaration)
        optional = member(rule, "nullable") is True or member(rule, "defaultValue", NO_VALUE) is not NO_VALUE
        if name.lower() not in values and not optional:
            raise problems.invalid_template(f"The value for the template parameter '{name}' is not provided")
    return values


def check_values(template: Mapping[str, Any], value_of: Any) -> None:
    """Check every parameter's value against its declaration.

    Args:
        template: The template.
        value_of: Gives a parameter's value by its name.

    Raises:
        ArmError: InvalidTemplate.
    """
    for name, declaration in (member(template, "parameters") or {}).items():
        for text in types.problems(template, name, declaration, value_of(name)):
            raise problems.invalid_template(text)
