"""The outputs of a deployment, evaluated when everything is there."""

from __future__ import annotations

from typing import Any

from arm_simulator.providers.resources.deployments import problems
from arm_simulator.providers.resources.deployments.frame import Frame, known
from arm_templates import parameters as types
from arm_templates.members import member
from arm_templates.scope import MAX_COPIES, Scope

_KINDS = {
    "string": str,
    "securestring": str,
    "int": int,
    "bool": bool,
    "array": list,
    "object": dict,
    "secureobject": dict,
}


def evaluate(frame: Frame) -> dict[str, Any]:
    """The values by name; those whose condition is false are left out.

    Raises:
        ArmError: InvalidTemplate, or what a reference was answered.
    """
    values = {}
    for name, declared in (member(frame.template, "outputs") or {}).items():
        if known(frame.scope.resolve(member(declared, "condition", True)), f"output '{name}'") is False:
            continue
        value = known(_value(declared, frame.scope), f"output '{name}'")
        rule = types.declaration(frame.template, declared)
        expected = _KINDS.get(str(member(rule, "type", "")).lower())
        nothing = value is None and member(rule, "nullable") is True
        wrong = expected is not None and not isinstance(value, expected)
        if not nothing and (wrong or (expected is int and isinstance(value, bool))):
            raise problems.invalid_template(
                f"The template output '{name}' is not valid: Template language expression result is of type "
                f"'{type(value).__name__}', expected '{member(rule, 'type')}'"
            )
        values[name] = value
    return values


def _value(declared: Any, scope: Scope) -> Any:
    loop = member(declared, "copy")
    if loop is None:
        return scope.resolve(member(declared, "value"))
    count = known(scope.resolve(member(loop, "count")), "the count of an output's copy loop")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MAX_COPIES:
        raise problems.invalid_template(f"The copy count of an output is {count!r}, expected 0 to {MAX_COPIES}")
    return [scope.within({"": index}).resolve(member(loop, "input")) for index in range(count)]
