"""Resources in Azure with the inputs that an import gives them, and a set with its attached resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_azure_scaleset.plan import sdk_schema, tokens
from scaleset_migration.adopting import shown
from scaleset_migration.reverse.parts import at
from scaleset_policies import arm_types

GROUP = "resourceGroupName"
_PROVIDERS = "/providers/"

TOKENS: Mapping[str, str] = {
    arm_types.SCALE_SET: tokens.SCALE_SET,
    arm_types.VIRTUAL_MACHINE: tokens.VIRTUAL_MACHINE,
    arm_types.VM_EXTENSION: tokens.VM_EXTENSION,
    arm_types.NETWORK_INTERFACE: tokens.NETWORK_INTERFACE,
    arm_types.NAT_RULE: tokens.INBOUND_NAT_RULE,
    arm_types.PUBLIC_IP: tokens.PUBLIC_IP,
    arm_types.LOCK: tokens.LOCK,
    arm_types.AUTOSCALE: tokens.AUTOSCALE,
    "microsoft.authorization/roleassignments": tokens.ROLE_ASSIGNMENT,
    "microsoft.insights/diagnosticsettings": tokens.DIAGNOSTIC_SETTING,
}
"""The types that a set and its machines are made of, by their ARM types in lower case."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One resource.

    Attributes:
        id: Its ARM id.
        token: Its Pulumi type.
        inputs: The inputs that an import gives it.
        name: What a stack calls it already; ``""`` if it is in none.
        parent: The URN of the component that it is in there; ``""`` for none.
        hidden: The paths of its inputs that the stack keeps encrypted.
    """

    id: str
    token: str
    inputs: Mapping[str, Any]
    name: str = ""
    parent: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """Its name in Azure."""
        return self.id.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Machine:
    """A member of a Flexible set that somebody made with a name.

    Attributes:
        vm: The virtual machine.
        nics: Its network interfaces, the primary one first.
        extensions: Its extensions.
        addresses: The public addresses of its interfaces, by the interface's id in lower case.
        rules: The NAT rules that lead to it alone.
        locks: The management locks at it.
    """

    vm: Thing
    nics: tuple[Thing, ...] = ()
    extensions: tuple[Thing, ...] = ()
    addresses: Mapping[str, Thing] = field(default_factory=dict)
    rules: tuple[Thing, ...] = ()
    locks: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A scale set and what is attached to it.

    Attributes:
        scale_set: The set.
        machines: The members of a Flexible set that have individual names.
        made: Names of the instances that Azure made from the profile.
        protected: Instances of a Uniform set with a protection policy.
        locks: The management locks on the set itself.
        autoscale: Its autoscale settings.
        roles: The role assignments at its scope.
        settings: Its diagnostic settings.
        pools: NAT rules over its backend pools.
        place: What names the source for people.
        exact: Whether ``inputs`` are those that a preview compares with: Azure was asked at the provider's API
            version, or a stack has them.
        in_stack: Whether a stack has the resources already.
        unread: What could not be read around it, and what that means.
    """

    scale_set: Thing
    machines: tuple[Machine, ...] = ()
    made: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    locks: tuple[Thing, ...] = ()
    autoscale: tuple[Thing, ...] = ()
    roles: tuple[Thing, ...] = ()
    settings: tuple[Thing, ...] = ()
    pools: tuple[Thing, ...] = ()
    place: str = ""
    exact: bool = True
    in_stack: bool = False
    unread: tuple[str, ...] = ()

    @property
    def flexible(self) -> bool:
        """Whether its mode is Flexible."""
        return str(at(self.scale_set.inputs, "orchestrationMode")).lower() == "flexible"


def token_of(kind: str) -> str | None:
    """The Pulumi type of an ARM type; None for one that no set has."""
    return TOKENS.get(kind.lower())


def thing(token: str, identity: str, properties: Mapping[str, Any]) -> Thing:
    """A resource from its properties as azure-native flattens them.

    Args:
        token: Its Pulumi type.
        identity: Its ARM id.
        properties: Its properties, read-only ones included.
    """
    return Thing(identity, token, shown.inputs(token, properties, path_of(token, identity)))


def path_of(token: str, identity: str) -> dict[str, str]:
    """The inputs that an id tells: the resource group and the names, or the scope."""
    names = tokens.IDENTITY[token]
    scope, _, rest = identity.rpartition(_PROVIDERS)
    values = rest.split("/")[2::2]
    if len(names) != len(values):  # an extension resource: its scope, and its name
        return {names[0]: scope, names[-1]: values[-1]}
    return {GROUP: scope.rsplit("/", 1)[-1], **dict(zip(names, values, strict=True))}


def api_version(token: str) -> str:
    """The API version at which azure-native reads a type."""
    found = sdk_schema.versions_of(token)
    assert found is not None, token
    return found.default
