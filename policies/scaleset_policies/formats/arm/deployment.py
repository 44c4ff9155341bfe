"""One deployment of one template: its resources one by one, its nested deployments, and references between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from arm_templates import functions
from arm_templates.members import member, split_name, without_case
from arm_templates.scope import MAX_COPIES, Scope, Target
from arm_templates.values import (
    NO_VALUE,
    CannotEvaluateError,
    Unresolved,
    holds_unresolved,
    identity,
    is_resource_id,
    unresolved,
)
from scaleset_policies.formats.arm.shared import LINES_SHOWN, MAX_RESOURCES, Shared
from scaleset_policies.formats.json_text import Path
from scaleset_policies.formats.shape import canonical_type, is_relevant

_DEPLOYMENTS: Final = "microsoft.resources/deployments"
_MAX_NESTING: Final = 30


@dataclass
class Instance:
    """One resource that a template deploys: one iteration of its loop.

    Attributes:
        deployment: The deployment that it is part of.
        raw: Its JSON in the template, unevaluated.
        scope: The names that its expressions can use.
        type: Its full type.
        name: Its full name, known or not.
        id: Its id, or ``""``.
        scope_id: What it extends (a lock's resource), or ``""``.
        at: Its place in the file.
        conditional: Whether it depends on a condition that is not known.
        symbol: Its symbolic name, or ``""``.
        parent: The resource that contains it in its JSON, or None.
    """

    deployment: "Deployment"
    raw: Mapping[str, Any]
    scope: Scope
    type: str
    name: Any
    id: str
    scope_id: str
    at: Path
    conditional: bool
    symbol: str
    parent: "Instance | None" = field(default=None, repr=False)
    _body: dict[str, Any] | None = None
    _busy: bool = False
    _nested: "Deployment | None" = field(default=None, repr=False)

    def body(self) -> dict[str, Any]:
        """Its JSON, evaluated; empty for types that no rule is about."""
        if self._body is None:
            if self._busy or not (is_relevant(self.type) or self.type.lower().endswith("/locks")):
                return {}
            self._busy = True
            try:
                skipped = {"resources", "dependson", "copy"}
                raw = {name: value for name, value in self.raw.items() if name.lower() not in skipped}
                resolved = self.scope.resolve(raw)
                self._body = resolved if isinstance(resolved, dict) else {}
            finally:
                self._busy = False
        return self._body

    def forget(self) -> None:
        """Drop the evaluated body; a later reference evaluates it again."""
        self._body = None

    @property
    def logical(self) -> str:
        """Its name as the template writes it, within its parents and deployments; a loop's instances have indexes."""
        own = self.symbol or str(member(self.raw, "name", default=""))
        loop = "".join(f"[{identity(index)}]" for index in self.scope.indexes.values())
        outer = self.parent.logical if self.parent is not None else self.deployment.logical
        return f"{outer}/{own}{loop}" if outer else f"{own}{loop}"

    def depends_on(self) -> Iterator[str]:
        """The known ids or symbolic names in its dependsOn."""
        value = member(self.raw, "dependsOn")
        for each in value if isinstance(value, list) else []:
            text = identity(self.scope.resolve(each))
            yield self.deployment.by_symbol(text) or text

    @property
    def is_deployment(self) -> bool:
        """Whether it deploys another template."""
        return self.type.lower() == _DEPLOYMENTS

    def nested(self) -> "Deployment | None":
        """The deployment that it creates, or None if its template is not in this file."""
        if self._nested is None and self.is_deployment:
            self._nested = self.deployment.enter(self)
        return self._nested


class Deployment:
    """A template and its deployment target.

    Args:
        shared: The file.
        template: The template's JSON.
        at: The template's place in the file.
        target: The scope that it is deployed to.
        label: Prefix for the identities of its unresolved parameters.
        depth: The number of deployments that it is nested in.
        logical: The name, as its template writes it, of the resource that creates it; ``""`` for the outermost.
    """

    scope: Scope

    def __init__(
        self,
        shared: Shared,
        *,
        template: Mapping[str, Any],
        at: Path,
        target: Target,
        label: str,
        depth: int = 0,
        logical: str = "",
    ) -> None:
        self.shared = shared
        self.template = template
        self.at = at
        self.target = target
        self.label = label
        self.depth = depth
        self.logical = logical
        self._instances: list[Instance] | None = None

    def everything(self) -> Iterator[Instance]:
        """Every resource of this template and of those nested in it."""
        for instance in self.instances():
            if not instance.is_deployment:
                yield instance
                continue
            nested = instance.nested()
            if nested is not None:
                for inner in nested.everything():
                    inner.conditional = inner.conditional or instance.conditional
                    yield inner

    def instances(self) -> list[Instance]:
        """The resources of this template itself."""
        if self._instances is None:
            self._instances = []
            resources = member(self.template, "resources")
            key = next((name for name in self.template if name.lower() == "resources"), "resources")
            self._instances.extend(self._walk(resources, (*self.at, key), None, self.scope))
        return self._instances

    def _walk(self, resources: Any, at: Path, parent: Instance | None, scope: Scope) -> Iterator[Instance]:
        if isinstance(resources, Mapping):
            listed = [(name, name, raw) for name, raw in resources.items()]
        elif isinstance(resources, list):
            listed = [(index, "", raw) for index, raw in enumerate(resources)]
        else:
            self.shared.problem("expected a list or an object of resources", at)
            return
        for step, symbol, raw in listed:
            if not isinstance(raw, Mapping) or not _names_a_type(raw, parent):
                self.shared.problem("expected a resource: an object with type, apiVersion and name", (*at, step))
                continue
            if member(raw, "existing") is True:
                continue
            yield from self._iterations(raw, (*at, step), parent, scope, str(symbol))

    def _iterations(
        self, raw: Mapping[str, Any], at: Path, parent: Instance | None, scope: Scope, symbol: str
    ) -> Iterator[Instance]:
        for inner, sure in self._loop(raw, scope, at):
            condition = inner.resolve(member(raw, "condition", default=True))
            if condition is False:
                continue
            self.shared.left -= 1
            if self.shared.left == -1:
                self.shared.problem(f"there are more than {MAX_RESOURCES:,} resources: the rest was not checked", at)
            if self.shared.left < 0:
                return
            conditional = condition is not True or not sure or (parent is not None and parent.conditional)
            instance = self._instance(raw, at, parent, inner, conditional=conditional, symbol=symbol)
            yield instance
            children = member(raw, "resources")
            if children and not instance.is_deployment:
                yield from self._walk(children, (*at, "resources"), instance, inner)

    def _loop(self, raw: Mapping[str, Any], scope: Scope, at: Path) -> Iterator[tuple[Scope, bool]]:
        """A scope for each iteration of a resource's copy loop, and whether it certainly exists."""
        loop = member(raw, "copy")
        if not isinstance(loop, Mapping):
            if loop is not None:
                self.shared.problem("expected a copy loop: an object with name and count", (*at, "copy"))
            yield scope, True
            return
        name = identity(scope.resolve(member(loop, "name", default="copy"))).lower()
        count = scope.resolve(member(loop, "count"))
        if isinstance(count, str) and count.isascii() and count.isdigit():
            count = int(count[:10])
        if isinstance(count, int) and not isinstance(count, bool):
            if not 0 <= count <= MAX_COPIES:
                self.shared.problem(f"expected 0 to {MAX_COPIES} copies, got {count}", (*at, "copy", "count"))
            for index in range(min(count, MAX_COPIES)):
                yield scope.within({name: index}), True
        else:
            if not isinstance(count, Unresolved):
                self.shared.problem("expected a number of copies", (*at, "copy", "count"))
            yield scope.within({name: Unresolved(f"{{copyIndex({name})}}")}), False

    def _instance(
        self, raw: Mapping[str, Any], at: Path, parent: Instance | None, scope: Scope, *, conditional: bool, symbol: str
    ) -> Instance:
        kind = identity(scope.resolve(member(raw, "type")))
        name = scope.resolve(member(raw, "name", default=""))
        if parent is not None and not kind.lower().startswith(f"{parent.type.lower()}/"):
            kind, name = f"{parent.type}/{kind}", _joined(parent.name, name)
        kind = canonical_type(kind)
        if is_relevant(kind) and not (isinstance(name, Unresolved) or (isinstance(name, str) and name)):
            self.shared.problem("expected the resource's name", (*at, "name"))
        if "{" in kind:
            self.shared.note(f"a resource's type is not known ({kind[:LINES_SHOWN]}): it was not checked")
        extended = identity(scope.resolve(member(raw, "scope", default="")))
        identifier, extended = self._id(kind, name, extended)
        return Instance(self, raw, scope, kind, name, identifier, extended, at, conditional, symbol, parent)

    def _id(self, kind: str, name: Any, extended: str) -> tuple[str, str]:
        """The id of a resource, and of the resource that it extends."""
        prefix: Any = self.target.prefix
        if extended:
            prefix = extended if is_resource_id(extended) else unresolved(prefix, "/providers/", extended)
        names = split_name(identity(name))
        owner, marker, extension = kind.partition("/providers/")
        if not marker:
            owner, marker, extension = without_case(kind, "/providers/")
        try:
            if marker:
                depth = owner.count("/")
                prefix = functions.extension_resource_id(prefix, owner, *names[:depth])
                namespace = names[depth] if len(names) > depth else ""
                identifier = unresolved(prefix, "/providers/", namespace, "/", extension, "/", names[-1])
                return identifier.text, identity(prefix)
            return identity(functions.extension_resource_id(prefix, kind, *names)), extended and identity(prefix)
        except CannotEvaluateError:
            return "", extended and identity(prefix)

    def enter(self, instance: Instance) -> "Deployment | None":
        """The deployment that a nested deployment resource creates."""
        scope, raw = instance.scope, instance.raw
        properties = member(raw, "properties", default={})
        template = member(properties, "template")
        name = identity(instance.name)
        if not isinstance(template, Mapping | str) and not member(properties, "templateLink"):
            message = "expected a deployment's properties: an object with a template or a templateLink"
            self.shared.problem(message, (*instance.at, "properties", "template"))
            return None
        if not isinstance(template, Mapping):
            what = "a linked template" if member(properties, "templateLink") else "a template that is not in the file"
            self.shared.note(f"deployment {name[:LINES_SHOWN]!r} uses {what}: check that template separately")
            return None
        if self.depth >= _MAX_NESTING:
            self.shared.problem(f"deployments are nested more than {_MAX_NESTING} deep", instance.at)
            return None
        group = scope.resolve(member(raw, "resourceGroup", default=self.target.group))
        subscription = scope.resolve(member(raw, "subscriptionId", default=self.target.subscription))
        at = (*instance.at, "properties", "template")
        target, label = Target(subscription, group), f"{name}."
        nested = Deployment(
            self.shared,
            template=template,
            at=at,
            target=target,
            label=label,
            depth=self.depth + 1,
            logical=instance.logical,
        )
        options = member(properties, "expressionEvaluationOptions", default={})
        if str(member(options, "scope", default="outer")).lower() != "inner":
            nested.scope = scope
            return nested
        nested.scope = Scope(
            template=template,
            given=self._given(member(properties, "parameters", default={}), scope),
            target=target,
            label=label,
            report=self.shared.report,
            answers=nested.answers,
            budget=scope.budget,
        )
        return nested

    @staticmethod
    def _given(parameters: Any, scope: Scope) -> dict[str, Any]:
        resolved = scope.resolve(parameters)
        given: dict[str, Any] = {}
        for name, value in resolved.items() if isinstance(resolved, dict) else ():
            known = isinstance(value, dict) and "value" in value
            given[name.lower()] = value["value"] if known else Unresolved(f"{{parameter {name}}}", secret=True)
        return given

    def by_symbol(self, symbol: str) -> str:
        """The id of the resource with this symbolic name, or ``""``."""
        return next((each.id for each in self.instances() if symbol and each.symbol == symbol), "")

    def answers(self, _: Scope, name: str, arguments: list[Any]) -> Any:
        """What only Azure knows: ``reference``, as far as this file has it."""
        return self.reference(arguments) if name == "reference" else NO_VALUE

    def reference(self, arguments: list[Any]) -> Any:
        """The value of ``reference(name or id, ...)``: unresolved, but its members are looked up in the template."""
        text = identity(arguments[0]) if arguments else ""
        found = self._find(text) if self._instances is not None else None
        whole = len(arguments) > 2 and str(arguments[2]).lower() == "full"  # noqa: PLR2004 - id, version, 'Full'
        marker = f"{{reference({text})}}"
        return (
            Unresolved(marker, member=lambda key: _look(found, key, marker, whole=whole))
            if found
            else Unresolved(marker)
        )

    def _find(self, text: str) -> Instance | None:
        lowered = text.lower()
        for instance in self.instances():
            if text and (instance.symbol == text or lowered in (instance.id.lower(), identity(instance.name).lower())):
                return instance
        return None


def _look(instance: Instance, key: Any, marker: str, *, whole: bool) -> Any:
    """A member of a resource's or deployment's reference, from the file's content."""
    nested = instance.nested()
    if nested is not None and str(key).lower() == "outputs":
        return Unresolved(f"{marker}.outputs", member=lambda name: _output(nested, name))
    if whole and str(key).lower() == "id":
        return Unresolved(instance.id) if instance.id else Unresolved(f"{marker}.id")
    body = instance.body()
    properties = member(body, "properties", default={})
    value = {**body, "properties": properties} if whole else properties
    return inside(value, marker, instance.id, key)


def _output(nested: Deployment, name: Any) -> Any:
    output = member(member(nested.template, "outputs", default={}), str(name), default={})
    text = f"{{{nested.label}outputs.{name}}}"
    if not isinstance(output, Mapping) or "value" not in output:
        return Unresolved(text)
    secret = str(member(output, "type", default="")).lower().startswith("secure")
    value = Unresolved(text, secret=True) if secret else nested.scope.resolve(output["value"])
    return Unresolved(text, member=lambda key: value if str(key).lower() == "value" else Unresolved(f"{text}.{key}"))


def inside(value: Any, marker: str, owner: str, key: Any) -> Any:
    """``value[key]`` where ``value`` is a resource's JSON in a template; children's ids follow from their names."""
    text = f"{marker}.{key}"
    found = functions.member(value, key, safe=True)
    if found is None:
        name = value.get("name") if isinstance(value, dict) else None
        return (
            unresolved(owner, "/", name) if name and owner and str(key).lower() == "id" else Unresolved(f"{{{text}}}")
        )
    if not isinstance(found, dict | list):
        return found
    path = f"{owner}/{key}" if isinstance(key, str) and owner and key.lower() != "properties" else owner
    return Unresolved(f"{{{text}}}", member=lambda inner: inside(found, text, path, inner))


def _names_a_type(raw: Mapping[str, Any], parent: Instance | None) -> bool:
    """Whether a resource has a usable type; Azure's types have a namespace, extensions' types need none."""
    kind = member(raw, "type")
    if not isinstance(kind, str) or not kind:
        return False
    return parent is not None or "/" in kind or "[" in kind or bool(member(raw, "import") or member(raw, "extension"))


def _joined(parent: Any, name: Any) -> Any:
    return unresolved(parent, "/", name) if holds_unresolved([parent, name]) else f"{parent}/{name}"
