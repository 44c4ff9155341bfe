"""Evaluating a template's expressions: parameters, variables, copy indexes, lambdas and the deployment's own names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeAlias

from arm_templates import functions, members, parameters
from arm_templates.lambdas import LAMBDAS
from arm_templates.syntax import Access, Call, ExpressionError, Literal, Node, is_expression, parse
from arm_templates.values import (
    NO_VALUE,
    CannotEvaluateError,
    Unresolved,
    hidden,
    identity,
    unresolved,
    within_bounds,
)

MAX_COPIES: Final = 800
"""The most iterations of a copy loop, as in Azure."""
_MAX_STEPS: Final = 2_000_000
_MAX_CHAIN: Final = 40
"""The longest chain of names that depend on each other; a longer one stays unresolved, before Python's own limit."""
_SUBSCRIPTION: Final = Unresolved("{subscription}")
_GROUP: Final = Unresolved("{resourceGroup}")


@dataclass
class Budget:
    """The work limit for one file: a hostile template ends up unresolved, not in an endless loop."""

    steps: int = _MAX_STEPS


@dataclass(frozen=True)
class Target:
    """The scope that a template is deployed to, as far as it is known; builds the ids of its resources.

    Attributes:
        subscription: The subscription's id.
        group: The resource group's name; ``""`` for a deployment at the subscription.
    """

    subscription: Any = _SUBSCRIPTION
    group: Any = _GROUP

    @property
    def prefix(self) -> Any:
        """The id of the resource group, or of the subscription."""
        subscription = functions.joined("/subscriptions/", self.subscription)
        return subscription if self.group == "" else functions.joined(subscription, "/resourceGroups/", self.group)


Answers: TypeAlias = Callable[["Scope", str, list[Any]], Any]
"""What the host says to a function that only it can answer, by its name in lower case and its arguments.

:data:`~arm_templates.values.NO_VALUE` for a function that is not the host's; it may raise
:class:`~arm_templates.values.CannotEvaluateError`, and the host's errors, which pass through.
"""


@dataclass
class Scope:
    """One template's names, and the evaluation of expressions that use them.

    Attributes:
        template: The template.
        given: Values for its parameters, by their names in lower case.
        target: The scope that it is deployed to.
        label: Distinguishes its unresolved parameters from another template's; ``""`` for the outermost.
        report: Called with an expression that is not valid in the language.
        answers: Evaluates what depends on Azure: ``reference(...)`` of a resource or nested deployment at least.
        veils: Whether the values of secure parameters are secrets to decide by, never parts of other values.
    """

    template: Mapping[str, Any]
    given: Mapping[str, Any]
    target: Target
    label: str
    report: Callable[[str, ExpressionError], None]
    answers: Answers
    veils: bool = True
    budget: Budget = field(default_factory=Budget)
    indexes: dict[str, Any] = field(default_factory=dict)
    lambdas: dict[str, Any] = field(default_factory=dict)
    own_parameters: dict[str, Any] | None = None
    cache: dict[tuple[str, str], Any] = field(default_factory=dict)
    busy: set[tuple[str, str]] = field(default_factory=set)

    def within(self, indexes: Mapping[str, Any]) -> "Scope":
        """The same scope inside copy loops whose current indexes are ``indexes``."""
        return self._with(indexes={**self.indexes, **indexes})

    def _with(self, **changes: Any) -> "Scope":
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Scope(**{**fields, **changes})

    def resolve(self, value: Any) -> Any:
        """A JSON value of the template with its expressions evaluated and its property copy loops unrolled."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if isinstance(value, Mapping):
            resolved: dict[str, Any] = {}
            for name, item in value.items():
                if name.lower() == "copy" and _is_property_copy(item):
                    resolved.update(self._copies(item))
                else:
                    resolved[identity(self.text(name)) if is_expression(name) else name] = self.resolve(item)
            return resolved
        return value

    def text(self, value: str) -> Any:
        """A string of the template, evaluated if it is an expression."""
        if not is_expression(value):
            return value[1:] if value.startswith("[[") else value
        try:
            node = parse(value)
        except ExpressionError as error:
            self.report(value, error)
            return Unresolved(f"{{{value[:200]}}}")
        return self.evaluate(node)

    def _copies(self, loops: list[Any]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for loop in loops:
            name = str(loop["name"])
            count = self.resolve(loop.get("count"))
            if not _is_count(count):
                result[name] = Unresolved(f"{{copy {name} {identity(count)}}}")
                continue
            unrolled = [self.within({name.lower(): at}).resolve(loop.get("input")) for at in range(count)]
            result[name] = unrolled if within_bounds(unrolled) else Unresolved(f"{{copy {name}}}")
        return result

    def evaluate(self, node: Node) -> Any:
        """The value of an expression; values that only Azure knows are unresolved."""
        self.budget.steps -= 1
        if self.budget.steps < 0:
            return Unresolved("{too much to evaluate}")
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Access):
            base = self.evaluate(node.value)
            if base is None and node.safe:
                return None
            return functions.member(base, self.evaluate(node.key), safe=node.safe)
        return self._call(node)

    def _call(self, node: Call) -> Any:
        name = node.name.lower()
        if name == "if":
            return self._if(node)
        if name in LAMBDAS and any(isinstance(part, Call) and part.name.lower() == "lambda" for part in node.arguments):
            return self._lambda(name, node)
        arguments = [self.evaluate(argument) for argument in node.arguments]
        if name in functions.STRICT or name in functions.LENIENT:
            return functions.call(node.name, arguments)
        try:
            value = self._own(name, arguments)
        except (CannotEvaluateError, LookupError, TypeError, ValueError):
            return functions.as_call(node.name, arguments)
        if value is not NO_VALUE:
            return value
        return self._user_function(name, arguments) if "." in name else functions.call(node.name, arguments)

    def _own(self, name: str, arguments: list[Any]) -> Any:
        """What the host says, else what the scope itself knows; NO_VALUE for other functions."""
        answer = NO_VALUE if name in _NAMES else self.answers(self, name, arguments)
        own = _SCOPED.get(name)
        return own(self, arguments) if answer is NO_VALUE and own is not None else answer

    def _if(self, node: Call) -> Any:
        if len(node.arguments) != 3:  # noqa: PLR2004 - condition, then, else
            return functions.as_call("if", [])
        condition = self.evaluate(node.arguments[0])
        if isinstance(condition, bool):
            return self.evaluate(node.arguments[1 if condition else 2])
        either = [self.evaluate(argument) for argument in node.arguments[1:]]
        return either[0] if either[0] == either[1] else functions.as_call("if", [condition, *either])

    def _lambda(self, name: str, node: Call) -> Any:
        arguments: list[Any] = []
        for part in node.arguments:
            if isinstance(part, Call) and part.name.lower() == "lambda":
                arguments.append(self._closure(part))
            else:
                arguments.append(self.evaluate(part))
        try:
            return LAMBDAS[name](*arguments)
        except (CannotEvaluateError, LookupError, TypeError, ValueError, AttributeError):
            return functions.as_call(name, [each for each in arguments if not callable(each)])

    def _closure(self, node: Call) -> Callable[..., Any]:
        *names, body = node.arguments
        keys = [str(name.value).lower() if isinstance(name, Literal) else "" for name in names]

        def run(*values: Any) -> Any:
            inner = self._with(lambdas={**self.lambdas, **dict(zip(keys, values, strict=False))})
            return inner.evaluate(body)

        return run

    def _user_function(self, name: str, arguments: list[Any]) -> Any:
        namespace, _, member = name.partition(".")
        for group in _list(self.template.get("functions")):
            if isinstance(group, Mapping) and str(group.get("namespace", "")).lower() == namespace:
                definition = _ignoring_case(group.get("members"), member)
                declared = _list(definition.get("parameters"))
                names = [str(members.member(each, "name", "")).lower() for each in declared]
                inner = self._with(own_parameters=dict(zip(names, arguments, strict=False)))
                output = members.member(definition.get("output"), "value", None)
                return self._once(("function", name), partial(inner.resolve, output))
        return functions.as_call(name, arguments)

    def _once(self, key: tuple[str, str], make: Callable[[], Any]) -> Any:
        """Evaluate a name that may refer to itself, which Azure refuses."""
        if key in self.busy or len(self.busy) >= _MAX_CHAIN:
            return Unresolved(f"{{{key[0]} {key[1]}}}")
        self.busy.add(key)
        try:
            return make()
        finally:
            self.busy.discard(key)

    def parameter(self, name: str) -> Any:
        """A parameter's value: given, else its default, else unresolved."""
        lowered = name.lower()
        if self.own_parameters is not None:
            return self.own_parameters.get(lowered, Unresolved(f"{{{name}}}"))
        key = ("parameter", lowered)
        if key not in self.cache:
            self.cache[key] = self._once(key, lambda: self._parameter(name))
        return self.cache[key]

    def _parameter(self, name: str) -> Any:
        declared = _ignoring_case(self.template.get("parameters"), name)
        secure = parameters.is_secure(self.template, declared)
        missing = Unresolved(f"{{{self.label}{name}}}", secure)
        value = self.given.get(name.lower(), missing)
        if value is missing and (default := members.member(declared, "defaultValue", NO_VALUE)) is not NO_VALUE:
            value = self.resolve(default)
        elif value is missing and members.member(declared, "nullable") is True:
            value = None
        return hidden(value, missing.text.strip("{}")) if secure and self.veils else value

    def variable(self, name: str) -> Any:
        """A variable's value."""
        key = ("variable", name.lower())
        if key not in self.cache:
            self.cache[key] = self._once(key, lambda: self._variable(name))
        return self.cache[key]

    def _variable(self, name: str) -> Any:
        variables = self.template.get("variables")
        raw = members.member(variables, name, _MISSING)
        if raw is _MISSING:
            loops = [
                loop
                for loop in _list(members.member(variables, "copy", None))
                if isinstance(loop, Mapping) and str(loop.get("name", "")).lower() == name.lower()
            ]
            value = next(iter(self._copies(loops).values()), Unresolved(f"{{{self.label}variables('{name}')}}"))
        else:
            value = self.resolve(raw)
        return value if within_bounds(value) else Unresolved(f"{{{self.label}variables('{name}')}}")

    def copy_index(self, arguments: list[Any]) -> Any:
        """``copyIndex([loop], [offset])``; the innermost loop if none is named."""
        named = [each for each in arguments if isinstance(each, str)]
        offset = next((each for each in arguments if isinstance(each, int)), 0)
        if not self.indexes or (named and named[0].lower() not in self.indexes):
            raise CannotEvaluateError
        at = self.indexes[named[0].lower()] if named else list(self.indexes.values())[-1]
        return functions.call("add", [at, offset])

    def resource_id(self, arguments: list[Any]) -> Any:
        """``resourceId([subscription], [group], type, names...)``."""
        for at, written in enumerate(arguments[:3]):
            kind = written.rstrip("/") if isinstance(written, str) else written  # some templates have a trailing slash
            if isinstance(kind, str) and "/" in kind and kind.count("/") == len(arguments) - at - 1:
                subscription = arguments[0] if at == 2 else self.target.subscription  # noqa: PLR2004 - both are given
                group = arguments[at - 1] if at else self.target.group
                prefix = Target(subscription, group).prefix
                return functions.extension_resource_id(prefix, kind, *arguments[at + 1 :])
        raise CannotEvaluateError

    def subscription_resource_id(self, arguments: list[Any]) -> Any:
        """``subscriptionResourceId([subscription], type, names...)``."""
        at = 0 if isinstance(arguments[0], str) and arguments[0].count("/") == len(arguments) - 1 else 1
        subscription = arguments[0] if at else self.target.subscription
        prefix = functions.joined("/subscriptions/", subscription)
        return functions.extension_resource_id(prefix, arguments[at], *arguments[at + 1 :])


def _resource_group(scope: Scope, _: list[Any]) -> Any:
    group = scope.target.group
    return {
        "id": scope.target.prefix,
        "name": group,
        "location": unresolved("{", group, ".location}"),
        "tags": unresolved("{", group, ".tags}"),
        "type": "Microsoft.Resources/resourceGroups",
    }


def _subscription(scope: Scope, _: list[Any]) -> Any:
    identifier = scope.target.subscription
    return {
        "id": functions.joined("/subscriptions/", identifier),
        "subscriptionId": identifier,
        "tenantId": Unresolved("{tenant}"),
        "displayName": unresolved("{", identifier, ".displayName}"),
    }


_MISSING: Final = object()
_SCOPED: dict[str, Callable[[Scope, list[Any]], Any]] = {
    "parameters": lambda scope, arguments: scope.parameter(_name(arguments)),
    "variables": lambda scope, arguments: scope.variable(_name(arguments)),
    "lambdavariables": lambda scope, arguments: scope.lambdas[_name(arguments).lower()],
    "copyindex": Scope.copy_index,
    "resourceid": Scope.resource_id,
    "subscriptionresourceid": Scope.subscription_resource_id,
    "resourcegroup": _resource_group,
    "subscription": _subscription,
}
_NAMES: Final = frozenset({"parameters", "variables", "lambdavariables", "copyindex"})
"""What a template says itself; no host is asked."""


def _name(arguments: list[Any]) -> str:
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise CannotEvaluateError
    return arguments[0]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COPIES


def _is_property_copy(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(loop, Mapping) and "name" in loop and "input" in loop for loop in value)
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _ignoring_case(value: Any, name: str) -> Mapping[str, Any]:
    found = members.member(value, name, {})
    return found if isinstance(found, Mapping) else {}
