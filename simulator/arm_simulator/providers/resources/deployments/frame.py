"""A deployment as its template describes it: the resources with their ids, their dependencies, and the order.

Names, types, conditions and the counts of loops must be known at the start, as in Azure; bodies are evaluated when
their turn comes. Each nested deployment is a separate frame.
"""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from arm_simulator.core import errors, ids
from arm_simulator.core.ids import ResourceId
from arm_simulator.providers.resources.deployments import members, problems, request
from arm_templates.members import member
from arm_templates.scope import Answers, Budget, Scope, Target
from arm_templates.syntax import ExpressionError
from arm_templates.values import Unresolved

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

DEPLOYMENT = "microsoft.resources/deployments"
MAX_RESOURCES = 800
_DEEPEST = 5
_GROUP_PARTS = 4


@dataclass(eq=False)
class Planned:
    """One resource of a template: one iteration of its loop.

    Attributes:
        frame: The deployment that it is part of.
        raw: Its JSON in the template.
        scope: The names that its expressions can use.
        id: Its id.
        name: Its full name, with those of its parents.
        symbol: Its symbolic name, with the index if it is in a loop; or ``""``.
        loop: The names that mean it and the other iterations: of the loop, and the symbol of all of them.
        existing: Whether it is only referred to.
        wanted: Whether its condition holds.
        needs: What has to be deployed before it.
    """

    frame: Frame
    raw: Mapping[str, Any]
    scope: Scope
    id: ResourceId
    name: str
    symbol: str
    loop: tuple[str, ...]
    existing: bool
    wanted: bool
    needs: list[Planned] = field(default_factory=list)

    @property
    def is_deployment(self) -> bool:
        """Whether it deploys another template."""
        return self.id.type_key == DEPLOYMENT

    @property
    def version(self) -> str:
        """Its apiVersion."""
        return str(self.scope.resolve(member(self.raw, "apiVersion", "")))

    def body(self) -> dict[str, Any]:
        """Its body, evaluated now."""
        return members.body(self.raw, self.scope)


@dataclass(eq=False)
class Frame:
    """One deployment of one template.

    Attributes:
        ctx: The request.
        id: The deployment's id.
        template: Its template.
        target: What it deploys to.
        asked: The mode and parameters of its request.
        answers: Makes the answers to what only Azure knows.
        depth: How many deployments it is nested in.
        outer: The scope whose names its expressions use, if they are not its own.
    """

    ctx: Context
    id: ResourceId
    template: Mapping[str, Any]
    target: Target
    given: Mapping[str, Any]
    answers: Callable[[Frame], Answers]
    mode: str = "Incremental"
    location: str = ""
    depth: int = 0
    outer: Scope | None = None
    planned: list[Planned] = field(default_factory=list)
    scope: Scope = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        if self.depth > _DEEPEST:
            raise problems.invalid_template(f"The nested deployment '{self.id}' is more than {_DEEPEST} levels deep")
        request.check_shape(self.template)
        if self.outer is not None:
            self.scope = self.outer
        else:
            values = request.parameters(self.template, self.given)
            self.scope = Scope(
                template=self.template,
                given=values,
                target=self.target,
                label="",
                report=_refuse,
                answers=self.answers(self),
                veils=False,
                budget=Budget(),
            )
            request.check_values(self.template, self._value)
        self.planned = list(self._resources(member(self.template, "resources"), None, self.scope))
        self._refuse_twins()

    def _value(self, name: str) -> Any:
        return known(self.scope.parameter(name), f"parameter '{name}'")

    # --- what there is ---------------------------------------------------------------------------------------------

    def _resources(self, written: Any, parent: Planned | None, scope: Scope) -> Iterator[Planned]:
        if isinstance(written, dict):
            listed = list(written.items())
        elif isinstance(written, list):
            listed = [("", raw) for raw in written]
        else:
            raise problems.invalid_template("expected 'resources': a list, or an object with symbolic names")
        for symbol, raw in listed:
            members.check(raw)
            yield from self._iterations(raw, str(symbol), parent, scope)

    def _iterations(
        self, raw: Mapping[str, Any], symbol: str, parent: Planned | None, scope: Scope
    ) -> Iterator[Planned]:
        loop = member(raw, "copy")
        turns: list[tuple[Scope, str, tuple[str, ...]]] = [(scope, symbol, ())]
        if loop is not None:
            name, count = members.loop(loop, scope)
            names = tuple(each for each in (name, symbol) if each)
            turns = [
                (scope.within({name.lower(): index}), symbol and f"{symbol}[{index}]", names) for index in range(count)
            ]
        for inner, own, names in turns:
            planned = self._plan(raw, own, names, parent, inner)
            yield planned
            children = member(raw, "resources")
            if children and not planned.is_deployment:
                yield from self._resources(children, planned, inner)

    def _plan(
        self, raw: Mapping[str, Any], symbol: str, loop: tuple[str, ...], parent: Planned | None, scope: Scope
    ) -> Planned:
        kind = str(known(scope.resolve(member(raw, "type")), "a resource's type"))
        name = known(scope.resolve(member(raw, "name")), f"the name of a resource of type '{kind}'")
        if not isinstance(name, str) or not name:
            raise problems.invalid_template(f"a resource of type '{kind}' has no name")
        if parent is not None and not kind.lower().startswith(f"{parent.id.type_key}/"):
            kind, name = f"{parent.id.type}/{kind}", f"{parent.name}/{name}"
        condition = known(scope.resolve(member(raw, "condition", True)), f"the condition of resource '{name}'")
        if isinstance(condition, str) and condition.lower() in {"true", "false"}:
            condition = condition.lower() == "true"
        if not isinstance(condition, bool):
            raise problems.invalid_template(f"the condition of resource '{name}' is {condition!r}, expected a boolean")
        identity = members.identity(kind, name, self._base(raw, scope), scope.resolve(member(raw, "scope", "")))
        existing = member(raw, "existing") is True
        if not existing and not member(raw, "apiVersion"):
            raise problems.invalid_template(f"the resource '{name}' has no 'apiVersion'")
        wanted = condition and (parent is None or parent.wanted)
        self._count += 1
        if self._count > MAX_RESOURCES:
            raise problems.invalid_template(
                f"The number of resources in the template exceeds the limit of {MAX_RESOURCES}"
            )
        return Planned(self, raw, scope, identity, name, symbol, loop, existing, wanted)

    def _base(self, raw: Mapping[str, Any], scope: Scope) -> str:
        """The scope that a resource is at: the deployment's, or another group or subscription that it names."""
        elsewhere = _text(scope, raw, "subscriptionId")
        group = _text(scope, raw, "resourceGroup")
        own = "" if elsewhere else self.target.group  # a subscription without a group is meant itself
        return str(Target(elsewhere or self.target.subscription, group or own).prefix)

    def _refuse_twins(self) -> None:
        seen: set[str] = set()
        for each in self.planned:
            if each.existing or not each.wanted:
                continue
            if each.id.key in seen:
                raise problems.invalid_template(
                    f"The resource '{each.id}' is defined multiple times in a template. Please see "
                    "https://aka.ms/arm-syntax-resources for usage details."
                )
            seen.add(each.id.key)

    # --- what refers to what ---------------------------------------------------------------------------------------

    def find(self, text: str) -> list[Planned]:
        """The resources that a text of the template names: by symbol, id, name, ``type/name`` or loop."""
        symbols = [each for each in self.planned if text in (each.symbol, *each.loop) and text]
        if symbols:
            return symbols
        lowered = text.lower().strip("/")
        looped = [each for each in self.planned if lowered in map(str.lower, each.loop)]
        return looped or [each for each in self.planned if _named(each, lowered)]

    def connect(self, references: Callable[[Planned], list[str]]) -> None:
        """Find out what depends on what.

        Args:
            references: What a resource refers to by functions, besides its ``dependsOn``.

        Raises:
            ArmError: InvalidTemplate for a resource that is not there, and for a circle.
        """
        for each in self.planned:
            for text in self._depends_on(each):
                found = self.find(text)
                if not found:
                    raise problems.invalid_template(
                        f"The resource '{text}' is not defined in the template. Please see https://aka.ms/arm-syntax "
                        "for usage details"
                    )
                each.needs += [other for other in found if other is not each]
            if each.existing or not each.wanted:
                continue
            for text in references(each):
                found = self.find(text)
                if each in found:
                    raise problems.invalid_template(
                        f"The template resource '{each.name}' cannot reference itself. Please see "
                        "https://aka.ms/arm-function-reference for usage details"
                    )
                each.needs += found
        self.order()

    def _depends_on(self, planned: Planned) -> Iterator[str]:
        written = planned.scope.resolve(member(planned.raw, "dependsOn") or [])
        for text in written if isinstance(written, list) else [written]:
            found = known(text, f"dependsOn of resource '{planned.name}'")
            if not isinstance(found, str):
                raise problems.invalid_template(f"dependsOn of resource '{planned.name}' has {found!r}, expected names")
            yield found

    def order(self) -> list[Planned]:
        """The resources that are deployed, each after what it needs; else in the template's order.

        Raises:
            ArmError: InvalidTemplate for a circle.
        """
        place = {id(each): index for index, each in enumerate(self.planned)}
        sorter: graphlib.TopologicalSorter[int] = graphlib.TopologicalSorter()
        for index, each in enumerate(self.planned):
            sorter.add(index, *(place[id(other)] for other in each.needs))
        try:
            sorter.prepare()
        except graphlib.CycleError as error:
            circle = ", ".join(f"'{self.planned[index].id}'" for index in error.args[1])
            raise problems.invalid_template(
                f"Circular dependency detected on resources: {circle}. Please see https://aka.ms/arm-syntax-resources "
                "for usage details."
            ) from None
        ordered: list[Planned] = []
        ready = sorted(sorter.get_ready())
        while ready:
            first = ready.pop(0)
            ordered.append(self.planned[first])
            sorter.done(first)
            ready = sorted([*ready, *sorter.get_ready()])
        return [each for each in ordered if each.wanted and not each.existing]


def known(value: Any, where: str) -> Any:
    """A value that has to be known.

    Args:
        value: The evaluated value.
        where: What it is for, for the message.

    Raises:
        ArmError: InvalidTemplate: something in it cannot be evaluated.
    """
    for part in _parts(value):
        if isinstance(part, Unresolved):
            raise problems.cannot_evaluate(where, part.text)
    return value


def _text(scope: Scope, raw: Mapping[str, Any], name: str) -> str:
    """A member that is a text; ``""`` if there is none."""
    value = known(scope.resolve(member(raw, name)), f"'{name}'")
    if value is not None and not isinstance(value, str):
        raise problems.invalid_template(f"'{name}' of a resource is {value!r}, expected a text")
    return value or ""


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)
    else:
        yield value


def _named(planned: Planned, lowered: str) -> bool:
    key = planned.id.key.strip("/")
    return lowered in (key, planned.name.lower()) or ("/" in lowered and key.endswith(f"/providers/{lowered}"))


def _refuse(text: str, error: ExpressionError) -> None:
    raise problems.invalid_template(
        f"The template expression '{text[:200]}' is not valid: {error}. Please see "
        "https://aka.ms/arm-template-expressions for usage details"
    )


def deployment_id(subscription: str, group: str, name: str) -> ResourceId:
    """The id of a deployment at a group, or with an empty group at the subscription."""
    base = ids.resource_group_id(subscription, group) if group else ids.subscription_id(subscription)
    try:
        return base.extension("Microsoft.Resources/deployments", name)
    except ids.InvalidResourceIdError:
        raise errors.bad_request(f"'{name}' is no name of a deployment.", "name") from None


def full_path(parts: list[str]) -> list[str]:
    """The segments of a URL; Azure takes ``resourceGroups/g/deployments/d/operations`` without the provider as well."""
    if (
        len(parts) > _GROUP_PARTS
        and parts[2].lower() == "resourcegroups"
        and parts[_GROUP_PARTS].lower() == "deployments"
    ):
        return [*parts[:_GROUP_PARTS], "providers", "Microsoft.Resources", *parts[_GROUP_PARTS:]]
    return parts
