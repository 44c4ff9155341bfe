"""The one public component. No ``from __future__ import annotations``: Pulumi's analyzer reads annotations as is.

The models, the rules and the layouts are imported by the first set that is made: code that only imports the component
(a program's other modules, an editor, the schema's analyzer) does not load them.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack, overload

import pulumi

from pulumi_azure_scaleset.args import ScaleSetArgs
from pulumi_azure_scaleset.errors import Problem, ScaleSetArgsError

if TYPE_CHECKING:
    from pulumi_azure_scaleset.compile import Compiled
    from pulumi_azure_scaleset.engine.registration import Registrar

TYPE = "azure-scaleset:index:ScaleSet"
"""The component's type token."""

_NOT_GIVEN: Any = object()


class ScaleSet(pulumi.ComponentResource):
    """An Azure Virtual Machine Scale Set in either orchestration mode.

    Flexible: named instances, each a virtual machine with network interface, NAT rules, extensions and locks; or
    instances that Azure creates from a profile; or both. Uniform: instances from a profile, with NAT pools, an
    extension profile and instance protection. The same arguments mean the same in both modes; if a mode does not
    support something, the component refuses it before anything is deployed and names the alternative.

    role_assignments give others a role on the set. To give a role on another resource to the system-assigned identity
    of the set (principal_id) or of a named instance (principal_ids), declare a RoleAssignment of azure-native with that
    output as its principal.
    """

    scale_set_id: pulumi.Output[str]
    """The id of the scale set."""
    scale_set_name: pulumi.Output[str]
    """The name of the scale set."""
    resource_group_name: pulumi.Output[str]
    """The name of the resource group."""
    orchestration_mode: pulumi.Output[str]
    """Flexible or Uniform."""
    instance_ids: pulumi.Output[dict[str, str]]
    """The ids of the named instances by name."""
    private_ip_addresses: pulumi.Output[dict[str, str]]
    """The private addresses of the named Flexible instances by name."""
    nat_endpoints: pulumi.Output[dict[str, str]]
    """Where each instance is reached from outside, address:port by instance name; a second inbound NAT and later ones
    have the key instance/nat."""
    nat_port_ranges: pulumi.Output[dict[str, str]]
    """Inbound NATs over the whole pool: address:first-last by their names."""
    lock_ids: pulumi.Output[dict[str, str]]
    """The ids of the management locks by lock name."""
    principal_id: pulumi.Output[str | None]
    """The principal of the set's system-assigned identity, Uniform only; give it roles on other resources."""
    principal_ids: pulumi.Output[dict[str, str]]
    """The principals of system-assigned identities by the names of the Flexible instances that have one."""
    frontend_address: pulumi.Output[str | None]
    """The address of the load balancer's front end, if there is one."""
    load_balancer_id: pulumi.Output[str | None]
    """The id of the load balancer, if there is one."""
    backend_address_pool_id: pulumi.Output[str | None]
    """The id of the set's backend pool, if there is one."""
    subnet_id: pulumi.Output[str | None]
    """The id of the instances' subnet."""

    @overload
    def __init__(self, name: str, args: ScaleSetArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self, name: str, *, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[ScaleSetArgs]
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: ScaleSetArgs = _NOT_GIVEN,  # no union: the analyzer takes the annotation for the class of the arguments
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Declare a scale set.

        Args:
            name: The component's logical name, and the scale set's name unless ``scale_set_name`` says otherwise.
            args: The arguments as one dict; or each by its keyword: ``ScaleSet("web", instances=3, ...)``.
            opts: Component options: providers, transforms, aliases, protect and depends_on reach the children, and so
                does ignore_changes, with a resource's key first: "scaleSet.sku.capacity".
            arguments: The arguments by keyword, in place of ``args``.

        Raises:
            ScaleSetArgsError: the arguments are wrong. It lists every problem, and nothing was registered.
        """
        from pulumi_azure_scaleset.compile import compile_args  # noqa: PLC0415 - see the module's docstring
        from pulumi_azure_scaleset.engine.readable import gate  # noqa: PLC0415
        from pulumi_azure_scaleset.engine.registration import Registrar  # noqa: PLC0415

        ignored = opts.ignore_changes if opts is not None else None
        compiled = compile_args(name, _given(name, args, arguments), ignored or ())
        super().__init__(TYPE, name, {}, opts)
        registrar = Registrar(self, name, opts, compiled.model.timeouts, compiled.model.adopt)
        registrar.register(compiled.plan, gate(name, compiled.model))
        self._assign_outputs(compiled, registrar)
        for warning in compiled.warnings:
            pulumi.log.warn(warning, self)
        self.register_outputs({name: self.__dict__[name] for name in _OUTPUTS})

    def _assign_outputs(self, compiled: "Compiled", registrar: "Registrar") -> None:
        from pulumi_azure_scaleset.layout.scale_set import KEY as SCALE_SET  # noqa: PLC0415 - as above
        from pulumi_azure_scaleset.plan.resources import Network  # noqa: PLC0415

        plan, model = compiled.plan, compiled.model
        network = plan.network or Network(None)
        self.scale_set_id = registrar.resource(SCALE_SET).id
        self.scale_set_name = pulumi.Output.from_input(model.scale_set_name)
        self.resource_group_name = pulumi.Output.from_input(model.resource_group_name)
        self.orchestration_mode = pulumi.Output.from_input(model.orchestration_mode.value)
        self.instance_ids = pulumi.Output.from_input(registrar.resolve(plan.instance_ids))
        self.private_ip_addresses = pulumi.Output.from_input(registrar.resolve(plan.private_addresses))
        self.nat_endpoints = pulumi.Output.from_input(registrar.resolve(plan.nat_endpoints))
        self.nat_port_ranges = pulumi.Output.from_input(registrar.resolve(plan.nat_ranges))
        self.lock_ids = registrar.when_locked(registrar.resolve(plan.lock_ids))
        self.principal_id = pulumi.Output.from_input(registrar.resolve(plan.principal))
        self.principal_ids = pulumi.Output.from_input(registrar.resolve(plan.principals))
        self.frontend_address = pulumi.Output.from_input(registrar.resolve(network.address))
        self.load_balancer_id = pulumi.Output.from_input(registrar.resolve(network.load_balancer))
        pool = network.pools[0] if network.pools else None
        self.backend_address_pool_id = pulumi.Output.from_input(registrar.resolve(pool))
        self.subnet_id = pulumi.Output.from_input(registrar.resolve(network.subnet))


def _given(name: str, args: Any, arguments: Mapping[str, Any]) -> Any:
    """The arguments, from one of the two ways to write them."""
    if args is _NOT_GIVEN:
        if arguments:
            return arguments
        raise ScaleSetArgsError(name, [Problem("args", "there are none: pass a dict of arguments, or keywords")])
    if arguments:
        both = f"a dict is given, and {', '.join(sorted(arguments))} by keyword: write all in one of the ways"
        raise ScaleSetArgsError(name, [Problem("args", both)])
    return args


_OUTPUTS = tuple(ScaleSet.__annotations__)
