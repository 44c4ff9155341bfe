"""Network interfaces: addresses, membership in pools, NAT rules, and who uses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.errors import ArmError
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Action, Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import addressing, queries
from arm_simulator.providers.network.base import NetworkKind, id_of, of_type
from arm_simulator.providers.network.load_balancer_children import INTERFACE_TYPE, RULE_TYPE, give_port
from arm_simulator.providers.network.load_balancer_rules import backend_port
from arm_simulator.providers.network.public_addresses import check_address_free

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

MACHINE_TYPE = "Microsoft.Compute/virtualMachines"


class NetworkInterfaceKind(NetworkKind):
    """``networkInterfaces``."""

    type = INTERFACE_TYPE
    model = "network.NetworkInterface"
    inner = ("ipConfigurations",)

    def __init__(self) -> None:
        super().__init__()
        self.actions["effectivenetworksecuritygroups"] = Action(queries.effective_groups, locked=False)
        self.actions["effectiveroutetable"] = Action(queries.effective_routes, locked=False)

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:
        """IP configurations with one primary, existing targets, free addresses and NAT rules."""
        properties = body["properties"]
        if existing is not None:
            _check_moves(ctx, existing, properties)
        complete(ctx, rid, properties)
        if "mac" not in ctx.runtime:
            ctx.runtime["mac"] = _mac(ctx.store.next_counter("macAddresses"))

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Give new members of a pool their ports from V2 NAT rules, and release those of pools that were left."""
        settle_ports(ctx, resource)

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No virtual machine may use the interface."""
        for user in ctx.store.referrers(resource.id):
            raise errors.in_use(
                "NicInUse",
                f"Network Interface {resource.id} is used by existing resource {user.via}. In order to delete the "
                "network "
                "interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.",
            )

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add the machine that uses it."""
        body = super().render(ctx, resource, expand)
        properties = body["properties"]
        properties["macAddress"] = resource.runtime.get("mac", "")
        for user in of_type(ctx.store.referrers(resource.id), MACHINE_TYPE):
            machine = ctx.store.get(user.source)
            if machine is not None:
                properties["virtualMachine"] = {"id": machine.id.path}
                properties["primary"] = _is_primary(machine, resource.id)
        return body


def complete(ctx: Context, rid: ResourceId, properties: Body) -> None:
    """Check and complete the ``properties`` of an interface; addresses are allocated for its IP configurations."""
    configurations = properties.get("ipConfigurations") or []
    if not configurations:
        raise ArmError(
            400,
            "InvalidRequestFormat",
            f"Cannot parse the request. Network interface {rid} must have at least one IP configuration.",
            "properties.ipConfigurations",
        )
    _check_primary(rid, configurations)
    kept: set[tuple[str, str]] = set()
    networks: set[str] = set()
    for configuration in configurations:
        inner = configuration.get("properties") or {}
        configuration["properties"] = inner
        subnet = id_of(inner.get("subnet"))
        where = f"{rid}/ipConfigurations/{configuration['name']}"
        if not subnet:
            raise ArmError(
                400,
                "InvalidRequestFormat",
                f"Cannot parse the request. Required member 'subnet' of {where} is missing.",
                "properties.ipConfigurations.properties.subnet",
            )
        if not ctx.reference_exists(subnet):
            raise errors.invalid_resource_reference(where, subnet)
        inner["subnet"] = {"id": subnet}
        networks.add(parse(subnet).key.rpartition("/subnets/")[0])
        inner.setdefault("privateIPAddressVersion", "IPv4")
        inner.setdefault("privateIPAllocationMethod", "Dynamic")
        static = inner["privateIPAllocationMethod"] == "Static"
        inner["privateIPAddress"] = addressing.allocate(
            ctx,
            subnet,
            rid,
            element=configuration["name"],
            wanted=inner.get("privateIPAddress") if static else None,
            version=inner["privateIPAddressVersion"],
        )
        kept.add((parse(subnet).key, configuration["name"]))
        _check_targets(ctx, rid, where, inner)
    if len(networks) > 1:
        raise ArmError(
            400,
            "IpConfigurationsOnSameNicCannotUseDifferentVirtualNetworks",
            f"The IP configurations of {rid} must be in subnets of one virtual network.",
        )
    addressing.release_unused(ctx, rid, kept)
    properties.setdefault("enableAcceleratedNetworking", False)
    properties.setdefault("enableIPForwarding", False)
    properties.setdefault("dnsSettings", {"dnsServers": []})


def _check_moves(ctx: Context, existing: Resource, properties: Body) -> None:
    """An interface stays in its virtual network, and a secondary one in its subnet while its machine runs.

    https://learn.microsoft.com/azure/virtual-network/virtual-network-network-interface: "Once you create a NIC, you
    can't change the virtual network it's assigned to"; its error is documented nowhere, so code and words are ours.
    Those of the second are from MicrosoftDocs/azure-docs issue 124418.
    """
    before, after = _subnets(existing.properties), _subnets(properties)
    if not before or not after or before == after:
        return
    networks = [{subnet.rpartition("/subnets/")[0] for subnet in each} for each in (before, after)]
    if networks[0] != networks[1]:
        raise ArmError(
            400,
            "NetworkInterfaceCannotChangeVirtualNetwork",
            f"The virtual network of network interface {existing.id} cannot be changed after its creation.",
            "properties.ipConfigurations.properties.subnet",
        )
    for user in of_type(ctx.store.referrers(existing.id), MACHINE_TYPE):
        machine = ctx.store.get(user.source)
        if machine is None or machine.runtime.get("power") != "running" or _is_primary(machine, existing.id):
            continue
        raise ArmError(
            400,
            "SecondaryNetworkInterfaceInUseCannotChangeSubnet",
            f"Cannot change subnet of network interface {existing.id} while it is in use as a secondary network "
            "interface.",
        )


def _subnets(properties: Body) -> set[str]:
    inner = [item.get("properties") or {} for item in properties.get("ipConfigurations") or []]
    return {id_of(each.get("subnet")).lower() for each in inner if each.get("subnet")}


def _check_primary(rid: ResourceId, configurations: list[Body]) -> None:
    primaries = [item for item in configurations if (item.get("properties") or {}).get("primary")]
    if not primaries and len(configurations) == 1:
        configurations[0].setdefault("properties", {})["primary"] = True
    elif len(primaries) != 1:
        raise ArmError(
            400,
            "NetworkInterfaceMustHaveOnePrimaryIpConfiguration",
            f"Network interface {rid} with {len(configurations)} IP configurations must have exactly one marked "
            "primary.",
            "properties.ipConfigurations",
        )
    for item in configurations:
        item["properties"].setdefault("primary", False)


def _check_nat_ports(ctx: Context, where: str, inner: Body) -> None:
    """One port and protocol of an IP configuration serves one NAT rule, unless the rules have floating IPs.

    Azure's words are those of hashicorp/terraform-provider-azurerm issue 84.
    """
    seen: dict[tuple[str, int], str] = {}
    for target in inner.get("loadBalancerInboundNatRules") or []:
        rule = ctx.get(target["id"])
        if rule is None or rule.properties.get("enableFloatingIP") or "backendPort" not in rule.properties:
            continue
        protocol, port = backend_port(rule.properties)
        other = seen.setdefault((protocol, port), target["id"])
        if other != target["id"]:
            raise ArmError(
                400,
                "RulesUseSameBackendPortProtocolAndIPConfig",
                f"Load balancer rules {other} and {target['id']} with floating IP disabled use the same backend port "
                f"{port} and protocol {protocol}, and must not be used with the same backend IP {where}.",
            )


def _check_targets(ctx: Context, rid: ResourceId, where: str, inner: Body) -> None:
    """Pools exist, NAT rules are V1 and free, a public address is not used elsewhere."""
    inner["loadBalancerBackendAddressPools"] = _only_ids(inner.get("loadBalancerBackendAddressPools"))
    inner["loadBalancerInboundNatRules"] = _only_ids(inner.get("loadBalancerInboundNatRules"))
    for name in ("loadBalancerBackendAddressPools", "loadBalancerInboundNatRules"):
        if not inner[name]:
            del inner[name]
    for target in inner.get("loadBalancerInboundNatRules") or []:
        if not ctx.reference_exists(target["id"]):
            raise errors.invalid_resource_reference(where, target["id"])
        rule = ctx.get(target["id"])
        if rule is None or rule.id.type_key != RULE_TYPE.lower():
            continue
        if id_of(rule.properties.get("backendAddressPool")):
            raise ArmError(
                400,
                "InboundNatRuleWithBackendPoolCannotBeReferenced",
                f"Inbound NAT rule {target['id']} maps ports through its backend address pool; {where} cannot refer "
                "to it.",
            )
        for user in ctx.store.referrers(rule.id):
            if user.source != rid.key:
                raise ArmError(
                    400,
                    "InboundNatRuleAlreadyInUse",
                    f"{where} refers to inbound NAT rule {target['id']}, which is already associated with {user.via}.",
                )
    _check_nat_ports(ctx, where, inner)
    address = id_of(inner.get("publicIPAddress"))
    if address:
        check_address_free(ctx, rid, address, None)
        inner["publicIPAddress"] = {"id": address}


def settle_ports(ctx: Context, interface: Resource) -> None:
    """Update the port claims of V2 NAT rules to the pools that an interface is in."""
    members: dict[str, set[str]] = {}
    for configuration in interface.properties.get("ipConfigurations") or []:
        where = f"{interface.id}/ipConfigurations/{configuration['name']}"
        for pool in configuration.get("properties", {}).get("loadBalancerBackendAddressPools") or []:
            members.setdefault(parse(pool["id"]).key, set()).add(where)
    for scope, number, note in ctx.store.claims_of(interface.id):
        if scope.startswith("mapping|"):
            rule = ctx.store.get(scope.removeprefix("mapping|"))
            pool = id_of(rule.properties.get("backendAddressPool")).lower() if rule else ""
            if note not in members.get(pool, set()):
                ctx.store.release(interface.id, scope, number)
    for pool, places in members.items():
        for where in sorted(places):
            give_port(ctx, parse(pool), where)


def _only_ids(items: list[Body] | None) -> list[Body]:
    return [{"id": item["id"]} for item in items or [] if id_of(item)]


def _is_primary(machine: Resource, interface: ResourceId) -> bool:
    listed = (machine.properties.get("networkProfile") or {}).get("networkInterfaces") or []
    for item in listed:
        if id_of(item).lower() == interface.key:
            return len(listed) == 1 or bool((item.get("properties") or {}).get("primary"))
    return False


def _mac(number: int) -> str:
    return "-".join(["00", "0D", "3A", *(f"{number >> shift & 255:02X}" for shift in (16, 8, 0))])


def register(registry: Registry) -> None:
    """Add network interfaces."""
    registry.add(NetworkInterfaceKind())
