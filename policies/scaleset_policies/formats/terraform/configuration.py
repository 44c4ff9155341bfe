"""References in a plan's configuration: the only record of links between resources that do not exist yet."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scaleset_policies.formats.terraform.convert import Refs

_INDEX = re.compile(r"\[[^\]]*\]")
_DEEPEST = 40


class Configuration:
    """The configuration of a plan, with the plan's addresses.

    Args:
        root: ``configuration.root_module`` of the plan.
        addresses: The addresses of all planned resources.
        deferred: The addresses of data that is read only while the plan is applied.
    """

    def __init__(self, root: Any, addresses: list[str], deferred: Iterable[str] = ()) -> None:
        self.deferred = frozenset(_INDEX.sub("", each) for each in deferred)
        self._root = root if isinstance(root, Mapping) else {}
        self._planned: dict[str, list[str]] = {}
        for address in addresses:
            self._planned.setdefault(_INDEX.sub("", address), []).append(address)
        self._resources: dict[str, tuple[Mapping[str, Any], list[Mapping[str, Any]], list[str]]] = {}
        self._collect(self._root, [], [])

    def _collect(self, module: Mapping[str, Any], outer: list[Mapping[str, Any]], calls: list[str]) -> None:
        chain = [*outer, module]
        prefix = "".join(f"module.{call}." for call in calls)
        for resource in _list(module.get("resources")):
            if isinstance(resource, Mapping) and isinstance(resource.get("address"), str):
                self._resources[prefix + resource["address"]] = (resource, chain, calls)
        for name, call in _object(module.get("module_calls")).items():
            inner = _object(call).get("module")
            if isinstance(inner, Mapping) and len(calls) < _DEEPEST:
                self._collect(inner, chain, [*calls, name])

    def expressions(self, address: str) -> tuple[dict[str, Any], bool]:
        """The attributes of a resource with :class:`Refs` as values, and whether every reference was followed.

        Args:
            address: The resource's address in the plan.
        """
        found = self._resources.get(_INDEX.sub("", address))
        if found is None:
            return {}, False
        resource, chain, calls = found
        follow = _Follow(self, chain, calls, address, resource)
        tree = follow.tree(resource.get("expressions"))
        return (tree if isinstance(tree, dict) else {}), follow.complete

    def has(self, address: str) -> bool:
        """Whether the configuration has this resource."""
        return _INDEX.sub("", address) in self._resources

    def depends_on(self, address: str) -> tuple[str, ...]:
        """The planned addresses that a resource is created after: its references and its depends_on."""
        found = self._resources.get(_INDEX.sub("", address))
        if found is None:
            return ()
        resource, chain, calls = found
        follow = _Follow(self, chain, calls, address, resource)
        explicit = [each for each in _list(resource.get("depends_on")) if isinstance(each, str)]
        every = [*follow.every(resource.get("expressions")), *follow.follow(explicit, chain, calls, 0)]
        return tuple(dict.fromkeys(each for each in every if each != address))

    def planned(self, plain: str, near: str) -> list[str]:
        """The planned addresses of a configured resource; those of the same module instance if there are any."""
        every = self._planned.get(plain, [])
        same = [each for each in every if _module_instance(each) == _module_instance(near)]
        return same or every


class _Follow:
    def __init__(
        self,
        configuration: Configuration,
        chain: list[Mapping[str, Any]],
        calls: list[str],
        address: str,
        resource: Mapping[str, Any],
    ) -> None:
        self.configuration = configuration
        self.chain = chain
        self.calls = calls
        self.address = address
        self.resource = resource
        self.complete = True
        self.known = True
        """Whether a plan knows the value of everything that was followed so far."""

    def tree(self, expression: Any) -> Any:
        """An expression tree with its leaves turned into :class:`Refs`."""
        if isinstance(expression, list):
            return [self.tree(item) for item in expression]
        if not isinstance(expression, Mapping):
            return None
        if "constant_value" in expression:
            return None
        references = expression.get("references")
        if isinstance(references, list):
            names = [each for each in references if isinstance(each, str)]
            complete, self.complete, self.known = self.complete, True, True
            followed = tuple(dict.fromkeys(self.follow(names, self.chain, self.calls, 0)))
            known = self.known and self.complete
            self.complete = self.complete and complete
            return Refs(followed, known)
        return {name: self.tree(inner) for name, inner in expression.items()}

    def every(self, expression: Any) -> Iterator[str]:
        """The planned addresses behind all references of an expression tree."""
        yield from self._expression(expression, self.chain, self.calls, 0)

    def follow(
        self, references: list[str], chain: list[Mapping[str, Any]], calls: list[str], depth: int
    ) -> Iterator[str]:
        """The planned addresses behind the references of one expression."""
        if depth > _DEEPEST:
            self.complete = False
            return
        for reference in _most_specific(references):
            yield from self._one(reference, chain, calls, depth)

    def _one(self, reference: str, chain: list[Mapping[str, Any]], calls: list[str], depth: int) -> Iterator[str]:
        plain = _INDEX.sub("", reference)
        head, *rest = plain.split(".")
        if head == "data":
            prefix = "".join(f"module.{call}." for call in calls)
            self.known = self.known and f"{prefix}data.{'.'.join(rest[:2])}" not in self.configuration.deferred
            return
        if head in {"path", "terraform", "count"}:
            return
        if head == "var" and rest:
            if not calls:
                return  # a variable of the root comes from outside
            call = _object(_object(chain[-2].get("module_calls")).get(calls[-1]))
            yield from self._expression(_object(call.get("expressions")).get(rest[0]), chain[:-1], calls[:-1], depth)
        elif head == "each":
            yield from self._expression(self.resource.get("for_each_expression"), chain, calls, depth)
        elif head == "module" and len(rest) > 1:
            call = _object(_object(chain[-1].get("module_calls")).get(rest[0]))
            inner = call.get("module")
            if not isinstance(inner, Mapping):
                self.complete = False
                return
            output = _object(_object(inner.get("outputs")).get(rest[1])).get("expression")
            yield from self._expression(output, [*chain, inner], [*calls, rest[0]], depth)
        elif head in {"local", "module", "self"}:
            self.complete = False
        elif rest:
            yield from self._resource(reference, f"{head}.{rest[0]}", calls)

    def _resource(self, reference: str, name: str, calls: list[str]) -> Iterator[str]:
        self.known = False
        plain = "".join(f"module.{call}." for call in calls) + name
        planned = self.configuration.planned(plain, self.address)
        index = re.match(re.escape(name) + r"(\[[^\]]*\])", reference)
        exact = [each for each in planned if index and each.endswith(f"{name}{index[1]}")]
        yield from exact or planned

    def _expression(
        self, expression: Any, chain: list[Mapping[str, Any]], calls: list[str], depth: int
    ) -> Iterator[str]:
        if isinstance(expression, list):
            for item in expression:
                yield from self._expression(item, chain, calls, depth + 1)
        elif isinstance(expression, Mapping):
            references = expression.get("references")
            if isinstance(references, list):
                yield from self.follow([each for each in references if isinstance(each, str)], chain, calls, depth + 1)
            elif "constant_value" not in expression:
                for inner in expression.values():
                    yield from self._expression(inner, chain, calls, depth + 1)
        else:
            self.complete = self.complete and expression is not None


def _most_specific(references: list[str]) -> list[str]:
    """Terraform lists ``a.b[0].id``, ``a.b[0]`` and ``a.b`` for one reference: keep the first of them."""
    kept: list[str] = []
    for reference in sorted(references, key=len, reverse=True):
        if not any(each == reference or each.startswith((f"{reference}.", f"{reference}[")) for each in kept):
            kept.append(reference)
    return kept


def _module_instance(address: str) -> str:
    """The module part of an address with its indexes: ``module.a["x"]`` of ``module.a["x"].azurerm_lb.b``."""
    parts = re.findall(r"module\.[\w-]+(?:\[[^\]]*\])?", address)
    return ".".join(parts)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
