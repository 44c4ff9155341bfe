"""What a scale set becomes, as data: the child resources with their inputs and order, before any is registered.

The layouts are pure functions from a model to a :class:`Plan`. Values that exist only once a child exists are
:class:`Ref`; values computed from an ``Output`` are :class:`Lazy`; secrets are :class:`Secret`. Registration turns
all three into Outputs; everything else stays a plain value, which is what makes it cheap.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_azure_scaleset.model.base import is_deferred
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.foreign import Foreign
from scaleset_core.facts.properties import UNKNOWN


@dataclass(frozen=True, slots=True)
class Ref:
    """A value of another child.

    Attributes:
        child: The other child's key.
        attribute: ``id`` or one of the child's ``outputs``.
        suffix: Text after the value (``/backendAddressPools/web``).
        known: The value, where it is known before the child exists. The reference still makes the one resource follow
            the other: in order, in a replacement, and in a failure.
        required: Whether the provider refuses the resource that refers to the child without this value. Such a refusal
            ends the whole deployment, even one that is to continue on errors, so the value is never missing: see
            :mod:`~pulumi_azure_scaleset.engine.placeholders`.
    """

    child: str
    attribute: str = "id"
    suffix: str = ""
    known: str | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lazy:
    """``function(*arguments)`` where an argument is an Output or a :class:`Ref`."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Secret:
    """A value that is secret in the state and in every log."""

    value: Any


def lazy(function: Callable[..., Any], *arguments: Any) -> Any:
    """``function(*arguments)`` now if every argument is known, else a :class:`Lazy` of it."""
    if any(isinstance(value, Ref | Lazy) or _holds_deferred(value) for value in arguments):
        return Lazy(function, arguments)
    return function(*arguments)


def _holds_deferred(value: Any) -> bool:
    return is_deferred(value) or (isinstance(value, list | tuple) and any(is_deferred(item) for item in value))


Advice = tuple[tuple[str, str], ...]
"""Words of errors, each with the advice for that error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One child resource.

    Attributes:
        key: Its key in the plan (``vm:web-0``).
        kind: Its resource key for ``overrides`` (``virtualMachine``).
        type: The Pulumi type token.
        name: The logical name; released names never change.
        inputs: azure-native's inputs: plain values, :class:`Ref`, :class:`Lazy`, :class:`Secret` and Outputs.
        after: Keys of children that must exist before it although no input refers to them.
        outputs: Names of outputs that others refer to, besides ``id``.
        ignore_changes: Input paths whose drift is left alone.
        foreign: Values in the inputs that somebody else owns.
        replace_on_changes: Input paths whose change replaces the resource.
        create_first: Whether a replacement creates the new one before it deletes the old one: the two differ in name or
            parent.
        deleted_with: The key of the child whose deletion deletes this one too; empty for none.
        advice: What to do when this resource fails: a word of the error, and the sentence.
        api_version: The API version at which it is registered; empty for the one of the plain token.
        generic: Whether it is registered as azure-native's generic resource.
    """

    key: str
    kind: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    after: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    create_first: bool = False
    deleted_with: str = ""
    advice: Advice = ()
    api_version: str = ""
    generic: bool = False

    @property
    def owner(self) -> str:
        """The name after the key's kind: the instance of ``vm:web-0`` and ``nic:web-0/back``; empty for none."""
        return self.key.partition(":")[2].partition("/")[0]


@dataclass(frozen=True, slots=True)
class Network:
    """Where instances attach.

    Attributes:
        subnet: The subnet's id.
        pools: Ids of the backend pools that instances join.
        load_balancer: The load balancer's id, or None without one.
        frontend: The id of its front end for NAT rules, or None.
        address: The front end's address, or None where it is not known here.
    """

    subnet: Any
    pools: tuple[Any, ...] = ()
    load_balancer: Any = None
    frontend: Any = None
    address: Any = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two children that cannot both exist.

    Attributes:
        child: The one that came second; it is not in the plan.
        other: The one that was there.
        name: The name that they share, in Pulumi or in Azure.
    """

    child: Child
    other: Child
    name: str


@dataclass(slots=True)
class Plan:
    """All children in an order in which each comes after what it refers to, and what the component gives out.

    Attributes:
        children: The children.
        instance_ids: The id of each named instance.
        private_addresses: The private address of each named instance.
        nat_endpoints: ``address:port`` by instance; by ``instance/nat`` for its second inbound NAT and later ones.
        nat_ranges: ``address:first-last`` of inbound NATs over the whole pool.
        lock_ids: The id of each lock by its name.
        principal: The principal of the set's system-assigned identity, None without one.
        principals: The principals of the named instances that have a system-assigned identity.
        network: Where instances attach.
        conflicts: Children that were refused, since another one has their key, their name in Pulumi or in Azure.
    """

    children: list[Child] = field(default_factory=list)
    instance_ids: dict[str, Ref] = field(default_factory=dict)
    private_addresses: dict[str, Any] = field(default_factory=dict)
    nat_endpoints: dict[str, Any] = field(default_factory=dict)
    nat_ranges: dict[str, Any] = field(default_factory=dict)
    lock_ids: dict[str, Ref] = field(default_factory=dict)
    principal: Any = None
    principals: dict[str, Any] = field(default_factory=dict)
    network: Network | None = None
    conflicts: list[Conflict] = field(default_factory=list)
    _identities: dict[tuple[Any, ...], Child] = field(default_factory=dict, init=False, repr=False)

    def add(self, child: Child) -> Ref:
        """Append ``child``, unless another one is the same resource; the returned reference is its id.

        The engine would find two resources with one name only during the deployment, and in Azure two with one id are
        one resource. So the pair is recorded in ``conflicts`` instead.
        """
        identities = dict(_identities(child))
        taken = next((each for each in identities if each in self._identities), None)
        if taken is None:
            self.children.append(child)
            self._identities.update(dict.fromkeys(identities, child))
        else:
            self.conflicts.append(Conflict(child, self._identities[taken], identities[taken]))
        return Ref(child.key)

    def extend(self, children: Sequence[Child]) -> None:
        """Append ``children`` in their order, each as :meth:`add` does."""
        for child in children:
            self.add(child)

    def child(self, key: str) -> Child:
        """The child with this key."""
        return next(child for child in self.children if child.key == key)

    @property
    def scale_set(self) -> Child:
        """The scale set itself, which every plan has."""
        return next(child for child in self.children if child.type == tokens.SCALE_SET)

    def has(self, key: str) -> bool:
        """Whether a child has this key."""
        return any(child.key == key for child in self.children)


def _identities(child: Child) -> Iterator[tuple[tuple[Any, ...], str]]:
    """What no other child may share, each with its name for people.

    These are the key, the logical name of its type, and the id in Azure, which ignores case.
    """
    yield ("key", child.key), child.key
    yield (child.type, child.name), child.name
    parts = [child.inputs.get(name) for name in tokens.IDENTITY.get(child.type, ())]
    if parts and None not in parts:
        lowered = (part.lower() if isinstance(part, str) else part for part in parts)
        yield (child.type, "id", *lowered), str(parts[-1])


def compact(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """``inputs`` without what is None, so that a null is never sent where Azure rejects the member itself."""
    return {name: value for name, value in inputs.items() if value is not None}


def readable(value: Any) -> Any:
    """``value`` as a tree for a :class:`~scaleset_core.facts.properties.View`: what is not plain is unknown."""
    if isinstance(value, Mapping):
        return {name: readable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [readable(item) for item in value]
    if isinstance(value, Ref) and value.known is not None:
        return value.known
    if isinstance(value, Ref | Lazy | Secret) or is_deferred(value):
        return UNKNOWN
    return value


def sub(identity: Any) -> dict[str, Any]:
    """A reference to another resource as ARM writes it: ``{"id": ...}``."""
    return {"id": identity}


def optional_sub(identity: Any) -> dict[str, Any] | None:
    """A reference to another resource, None for none."""
    return None if identity is None else sub(identity)


def subs(identities: Sequence[Any]) -> list[dict[str, Any]] | None:
    """References to other resources, None for none."""
    return [sub(identity) for identity in identities] or None


def concat(*parts: Any) -> Any:
    """The text of ``parts`` one after the other, now or when they are known."""
    return lazy(_join, *parts)


def _join(*parts: Any) -> str:
    return "".join(map(str, parts))


__all__ = [
    "Advice",
    "Child",
    "Conflict",
    "Lazy",
    "Plan",
    "Ref",
    "Secret",
    "compact",
    "concat",
    "lazy",
    "optional_sub",
    "readable",
    "sub",
    "subs",
]
