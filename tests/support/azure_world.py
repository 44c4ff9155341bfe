"""The Azure simulator in process, without HTTP and without the engine: fast enough for thousands of deployments.

A :class:`World` has the resources that scale sets refer to (networks, identities, groups, an image, a virtual machine
outside any set). :meth:`World.deploy` does what the engine and the azure-native provider do with a plan's children:
resolve references, check the inputs against azure-native's types, convert them to ARM bodies, and PUT them in order.
Each deployment is rolled back afterwards.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from arm_simulator.core import ids, pipeline
from arm_simulator.core.context import RequestContext
from arm_simulator.core.errors import ArmError
from arm_simulator.core.kinds import Context
from arm_simulator.core.store import Store
from arm_simulator.providers.registry import default_registry
from azure_native import checks, convert, naming, subresources
from azure_native.table import ResourceType, resource_type
from pulumi_azure_scaleset.plan import generic
from pulumi_azure_scaleset.plan.resources import (
    Child,
    Lazy,
    Plan,
    Ref,
    Secret,
)
from pulumi_azure_scaleset.plan.versions import token_of

Body = dict[str, Any]

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = "rg"
LOCATION = "westeurope"
SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
NETWORK = f"{SCOPE}/providers/Microsoft.Network"
COMPUTE = f"{SCOPE}/providers/Microsoft.Compute"

SUBNET = f"{NETWORK}/virtualNetworks/net/subnets/main"
OTHER_SUBNET = f"{NETWORK}/virtualNetworks/net/subnets/other"
BALANCER = f"{NETWORK}/loadBalancers/shared-lb"
BALANCER_POOL = f"{BALANCER}/backendAddressPools/pool"
BALANCER_FRONTEND = f"{BALANCER}/frontendIPConfigurations/front"
PROBE = f"{BALANCER}/probes/http"
SECURITY_GROUP = f"{NETWORK}/networkSecurityGroups/nsg"
APPLICATION_GROUP = f"{NETWORK}/applicationSecurityGroups/asg"
ADDRESS_PREFIX = f"{NETWORK}/publicIPPrefixes/prefix"
ADDRESS = f"{NETWORK}/publicIPAddresses/free"
NAT_GATEWAY = f"{NETWORK}/natGateways/gateway"
GATEWAY_POOL = f"{NETWORK}/applicationGateways/app/backendAddressPools/pool"
PLACEMENT_GROUP = f"{COMPUTE}/proximityPlacementGroups/ppg"
HOST_GROUP = f"{COMPUTE}/hostGroups/hosts"
HOST = f"{HOST_GROUP}/hosts/host"
RESERVATION = f"{COMPUTE}/capacityReservationGroups/reserved"
DISK_ENCRYPTION = f"{COMPUTE}/diskEncryptionSets/des"
MANAGED_IMAGE = f"{COMPUTE}/images/golden"
GALLERY_IMAGE = f"{COMPUTE}/galleries/gallery/images/golden"
SPECIALIZED_IMAGE = f"{COMPUTE}/galleries/gallery/images/as-it-is"
FREE_DISK = f"{COMPUTE}/disks/free"
LONE_VM = f"{COMPUTE}/virtualMachines/lone"
AVAILABILITY_SET = f"{COMPUTE}/availabilitySets/avset"
IDENTITY = f"{SCOPE}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity"
VAULT = f"{SCOPE}/providers/Microsoft.KeyVault/vaults/vault"
STORAGE = f"{SCOPE}/providers/Microsoft.Storage/storageAccounts/metrics"
WORKSPACE = f"{SCOPE}/providers/Microsoft.OperationalInsights/workspaces/log"
EVENT_HUB_RULE = f"{SCOPE}/providers/Microsoft.EventHub/namespaces/hubs/authorizationRules/send"
PARTNER = f"{SCOPE}/providers/Microsoft.Datadog/monitors/partner"
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm8 test"

_NOW = "2026-11-24T00:00:00Z"
_API = "2025-04-01"
_CLIENT = "azure-native"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal of one resource.

    Attributes:
        child: The plan key of the resource, or its id.
        code: ARM's error code; ``azure-native`` if the provider itself does not accept the inputs.
        message: The text.
        target: The property, or ``""``.
    """

    child: str
    code: str
    message: str
    target: str = ""

    def __str__(self) -> str:
        return f"{self.child}: {self.code}: {self.message} [{self.target}]"


def _text(error: ArmError) -> str:
    """An error's message with those of its details: a deployment tells there what was refused."""
    return " ".join([error.message, *(str(each.get("message")) for each in error.details)])


class _RollBack(Exception):  # noqa: N818 - it is not an error
    """Ends a scratch block and leaves the store unchanged."""


def _roll_back() -> None:
    raise _RollBack


class World:
    """One simulated subscription."""

    def __init__(self) -> None:
        self.store = Store(":memory:")
        self.registry = default_registry()
        for path, body in prerequisites().items():
            self.put(path, body)

    @contextlib.contextmanager
    def scratch(self) -> Iterator[None]:
        """A block whose changes are all rolled back."""
        with contextlib.suppress(_RollBack), self.store.transaction():
            yield
            _roll_back()

    def context(self, api_version: str = _API, method: str = "PUT") -> Context:
        """A request's context."""
        made = RequestContext(self.store, self.registry, _NOW, api_version, method)
        made.basic_skus = True  # the rules about Basic balancers are for those made before 2025-09-30
        return made

    def put(self, path: str, body: Body, api_version: str = _API) -> Body:
        """PUT one resource; returns what a GET then shows.

        Raises:
            ArmError: Azure refuses it.
        """
        context = self.context(api_version)
        with self.store.transaction():
            resource, _ = pipeline.put(context, ids.parse(path), body)
            if context.failure is not None:
                raise context.failure
            return context.render(resource)

    def refusal(self, path: str, body: Body, api_version: str = _API) -> Refusal | None:
        """Why Azure refuses one resource; None if it accepts it. The store is not changed."""
        with self.scratch():
            try:
                self.put(path, body, api_version)
            except ArmError as error:
                return Refusal(path, error.code, _text(error), error.target or "")
        return None

    def deploy(self, plan: Plan) -> Refusal | None:
        """Deploy a plan's children in their order, then roll back: the first refusal, or None."""
        with self.scratch():
            return Deployment(self).run(plan)


class Deployment:
    """The provider's part in one deployment.

    Attributes:
        bodies: The ARM bodies that were sent, by plan key.
        paths: The ids of the resources, by plan key.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._outputs: dict[str, Body] = {}
        self.bodies: dict[str, Body] = {}
        self.paths: dict[str, str] = {}

    def run(self, plan: Plan) -> Refusal | None:
        """Deploy every child; the first refusal, or None."""
        for child in plan.children:
            refused = self._create(child)
            if refused is not None:
                return refused
        return None

    def _create(self, child: Child) -> Refusal | None:
        resource = resource_type(token_of(child))
        inputs = self.resolve(child.inputs)
        if child.generic:
            inputs = generic.inputs_of(child, inputs)
        version = child.api_version if child.generic else resource.api_version
        if resource.auto_location:
            inputs.setdefault("location", LOCATION)
        failures = checks.check(resource, inputs)
        if failures:
            return Refusal(child.key, _CLIENT, "; ".join(failure.reason for failure in failures), failures[0].path)
        path = naming.resource_id(resource, inputs, SUBSCRIPTION).replace("//", "/")
        if self._world.store.exists(path):
            return Refusal(child.key, _CLIENT, f"cannot create already existing resource '{path}'")
        body = convert.to_body(resource, inputs, path)
        subresources.set_empty(resource, body)
        self.bodies[child.key] = body
        self.paths[child.key] = path
        try:
            response = self._world.put(path, body, version)
        except ArmError as error:
            return Refusal(child.key, error.code, _text(error), error.target or "")
        self._outputs[child.key] = {"id": path, **_wanted(resource, child, response)}
        return None

    def _output(self, ref: Ref) -> Any:
        found = self._outputs[ref.child].get(ref.attribute)
        return f"{found}{ref.suffix}" if ref.suffix else found

    def resolve(self, value: Any) -> Any:
        """A plan's value as the provider gets it."""
        if isinstance(value, Ref):
            return value.known or self._output(value)
        if isinstance(value, Lazy):
            return value.function(*(self.resolve(argument) for argument in value.arguments))
        if isinstance(value, Secret):
            return self.resolve(value.value)
        if isinstance(value, Mapping):
            return {name: self.resolve(item) for name, item in value.items() if item is not None}
        if isinstance(value, list | tuple):
            return [self.resolve(item) for item in value]
        return value


def _wanted(resource: ResourceType, child: Child, response: Body) -> Body:
    """The outputs that other children refer to; converting all outputs would be most of the work."""
    if not child.outputs:
        return {}
    outputs = convert.to_outputs(resource, response)
    return {name: outputs.get(name) for name in child.outputs}


def prerequisites() -> dict[str, Body]:
    """The resources that the tests' scale sets refer to, in the order of creation."""
    return {SCOPE: {"location": LOCATION}, **_network(), **_compute()}


def _network() -> dict[str, Body]:
    standard = {"sku": {"name": "Standard"}}
    here = {"location": LOCATION}
    static = {"properties": {"publicIPAllocationMethod": "Static"}}
    subnets = [
        {"name": "main", "properties": {"addressPrefixes": ["10.0.0.0/16", "fd00:0:0:1::/64"]}},
        {"name": "other", "properties": {"addressPrefixes": ["10.1.0.0/16", "fd00:0:0:2::/64"]}},
    ]
    return {
        f"{NETWORK}/virtualNetworks/net": {
            **here,
            "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8", "fd00::/48"]}, "subnets": subnets},
        },
        f"{NETWORK}/publicIPAddresses/shared-lb": {**here, **standard, **static},
        f"{NETWORK}/publicIPAddresses/nat": {**here, **standard, **static},
        ADDRESS: {**here, **standard, **static},
        ADDRESS_PREFIX: {**here, **standard, "properties": {"prefixLength": 28}},
        NAT_GATEWAY: {
            **here,
            **standard,
            "properties": {"publicIpAddresses": [{"id": f"{NETWORK}/publicIPAddresses/nat"}]},
        },
        SECURITY_GROUP: {**here, "properties": {}},
        APPLICATION_GROUP: {**here, "properties": {}},
        BALANCER: {**here, **standard, "properties": _balancer()},
        f"{NETWORK}/applicationGateways/app": {
            **here,
            "properties": {"backendAddressPools": [{"name": "pool", "properties": {}}]},
        },
    }


def _balancer() -> Body:
    front = {"id": BALANCER_FRONTEND}
    rule = {
        "frontendIPConfiguration": front,
        "backendAddressPool": {"id": BALANCER_POOL},
        "probe": {"id": PROBE},
        "protocol": "Tcp",
        "frontendPort": 80,
        "backendPort": 80,
    }
    return {
        "frontendIPConfigurations": [
            {"name": "front", "properties": {"publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/shared-lb"}}}
        ],
        "backendAddressPools": [{"name": "pool"}, {"name": "web"}],
        "probes": [{"name": "http", "properties": {"protocol": "Http", "port": 80, "requestPath": "/"}}],
        "loadBalancingRules": [{"name": "http", "properties": rule}],
    }


def _compute() -> dict[str, Body]:
    here = {"location": LOCATION}
    nic = f"{NETWORK}/networkInterfaces/lone"
    gallery = f"{COMPUTE}/galleries/gallery"
    identifier = {"publisher": "us", "offer": "golden", "sku": "1"}
    return {
        PLACEMENT_GROUP: {**here, "properties": {}},
        HOST_GROUP: {**here, "properties": {"platformFaultDomainCount": 1}},
        HOST: {**here, "sku": {"name": "DSv3-Type1"}, "properties": {}},
        RESERVATION: {**here, "properties": {}},
        DISK_ENCRYPTION: {**here, "properties": {}},
        AVAILABILITY_SET: {**here, "properties": {}},
        MANAGED_IMAGE: {**here, "properties": {}},
        gallery: {**here, "properties": {}},
        GALLERY_IMAGE: {
            **here,
            "properties": {"osType": "Linux", "osState": "Generalized", "identifier": identifier},
        },
        SPECIALIZED_IMAGE: {
            **here,
            "properties": {"osType": "Linux", "osState": "Specialized", "identifier": {**identifier, "sku": "2"}},
        },
        FREE_DISK: {**here, "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}},
        IDENTITY: {**here, "properties": {}},
        STORAGE: {**here, "sku": {"name": "Standard_LRS"}, "kind": "StorageV2", "properties": {}},
        nic: {
            **here,
            "properties": {"ipConfigurations": [{"name": "ip", "properties": {"subnet": {"id": SUBNET}}}]},
        },
        LONE_VM: {**here, "properties": lone_machine(nic)},
    }


def lone_machine(nic: str) -> Body:
    """The properties of a valid virtual machine outside any set."""
    key = {"path": "/home/azureuser/.ssh/authorized_keys", "keyData": SSH_KEY}
    return {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "osProfile": {
            "computerName": "lone",
            "adminUsername": "azureuser",
            "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}},
        },
        "storageProfile": {
            "imageReference": {
                "publisher": "Canonical",
                "offer": "ubuntu-24_04-lts",
                "sku": "server",
                "version": "latest",
            },
            "osDisk": {"createOption": "FromImage"},
        },
        "networkProfile": {"networkInterfaces": [{"id": nic}]},
    }
