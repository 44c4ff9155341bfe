"""What can be asked of networks and changes nothing: free addresses, effective rules and routes, users, quotas.

Shapes: "Virtual Networks - Check IP Address Availability", "Network Interfaces - List Effective Network Security
Groups" and "Get Effective Route Table", "Load Balancer Network Interfaces - List", "Usages - List" of the REST
reference. Azure asks the host of a running machine for what is effective; here it is what the model says.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId, parse
from arm_simulator.core.kinds import Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import addressing

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

SUBNET = "Microsoft.Network/virtualNetworks/subnets"
INTERFACE = "Microsoft.Network/networkInterfaces"
FREE = 5
"""How many other addresses are proposed."""
QUOTA = 1000
_COUNTED = {
    "VirtualNetworks": ("virtualNetworks", "Virtual Networks"),
    "StaticPublicIPAddresses": ("publicIPAddresses", "Static Public IP Addresses"),
    "NetworkSecurityGroups": ("networkSecurityGroups", "Network Security Groups"),
    "PublicIPAddresses": ("publicIPAddresses", "Public IP Addresses"),
    "PublicIpPrefixes": ("publicIPPrefixes", "Public Ip Prefixes"),
    "NatGateways": ("natGateways", "Nat Gateways"),
    "NetworkInterfaces": ("networkInterfaces", "Network Interfaces"),
    "LoadBalancers": ("loadBalancers", "Load Balancers"),
    "ApplicationGateways": ("applicationGateways", "Application Gateways"),
    "RouteTables": ("routeTables", "Route Tables"),
    "ApplicationSecurityGroups": ("applicationSecurityGroups", "Application Security Groups"),
}


def check_address(ctx: Context, network: Resource) -> Body:
    """Whether an address of a network is free, and others that are.

    Raises:
        ArmError: 400, the address is missing or not in a subnet of the network.
    """
    text = ctx.query.get("ipaddress", "")
    try:
        wanted = ipaddress.ip_address(text)
    except ValueError:
        raise errors.bad_request(f"The query parameter ipAddress '{text}' is no address.", "ipAddress") from None
    for subnet in ctx.store.list(type=SUBNET, parent=network.id):
        for prefix in addressing.subnet_prefixes(subnet.properties):
            if wanted in addressing.network(prefix):
                low, high = addressing.usable(prefix)
                taken = addressing.taken(ctx, subnet.id)
                free = low <= int(wanted) <= high and int(wanted) not in taken
                others = (str(ipaddress.ip_address(number)) for number in range(low, high + 1) if number not in taken)
                found = [] if free else [each for each, _ in zip(others, range(FREE), strict=False)]
                return {"available": free, "availableIPAddresses": found, "isPlatformReserved": False}
    raise errors.ArmError(
        400,
        "IPAddressNotInAnySubnet",
        f"Private IP address {text} does not belong to the range of any subnet in virtual network {network.id.name}.",
        "ipAddress",
    )


def effective_groups(ctx: Context, interface: Resource, body: Body) -> Body:  # noqa: ARG001 - an action's shape
    """The security groups of an interface and of its subnet, with all of their rules."""
    found = []
    for place, holder in (
        ("networkInterface", interface),
        *(("subnet", subnet) for subnet in _subnets(ctx, interface)),
    ):
        group = ctx.get(str((holder.properties.get("networkSecurityGroup") or {}).get("id") or "/providers/a/b/c"))
        if group is None:
            continue
        shown = ctx.render(group)["properties"]
        rules = [*shown.get("securityRules", ()), *shown.get("defaultSecurityRules", ())]
        found.append(
            {
                "networkSecurityGroup": {"id": group.id.path},
                "association": {place: {"id": holder.id.path}},
                "effectiveSecurityRules": [_effective(rule) for rule in rules],
            }
        )
    return {"value": found}


def _effective(rule: Body) -> Body:
    wanted = ("protocol", "access", "priority", "direction")
    properties = rule["properties"]
    filters = {
        name: properties[name]
        for name in properties
        if name.startswith(("source", "destination")) and "SecurityGroups" not in name
    }
    return {"name": rule["name"], **{name: properties.get(name) for name in wanted}, **filters}


def effective_routes(ctx: Context, interface: Resource, body: Body) -> Body:  # noqa: ARG001 - an action's shape
    """Azure's own routes for an interface, and those of its subnets' route tables, which come first."""
    routes = [_route("User", prefix, hop, address) for prefix, hop, address in _user_routes(ctx, interface)]
    own = {route["addressPrefix"][0] for route in routes}
    spaces: list[str] = []
    for subnet in _subnets(ctx, interface):
        network = ctx.require(subnet.id.parent or subnet.id)
        spaces += (network.properties.get("addressSpace") or {}).get("addressPrefixes") or []
    plain = [*((each, "VnetLocal") for each in spaces), ("0.0.0.0/0", "Internet")]
    plain += [(each, "None") for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
    routes += [_route("Default", prefix, hop, state="Invalid" if prefix in own else "Active") for prefix, hop in plain]
    return {"value": routes}


def _route(source: str, prefix: str, hop: str, address: str = "", state: str = "Active") -> Body:
    return {
        "source": source,
        "state": state,
        "addressPrefix": [prefix],
        "nextHopType": hop,
        "nextHopIpAddress": [address] if address else [],
    }


def _user_routes(ctx: Context, interface: Resource) -> Iterator[tuple[str, str, str]]:
    for subnet in _subnets(ctx, interface):
        table = ctx.get(str((subnet.properties.get("routeTable") or {}).get("id") or "/providers/a/b/c"))
        for route in ctx.render(table)["properties"].get("routes", ()) if table else ():
            properties = route["properties"]
            yield properties["addressPrefix"], properties["nextHopType"], properties.get("nextHopIpAddress") or ""


def _subnets(ctx: Context, interface: Resource) -> list[Resource]:
    ids: dict[str, ResourceId] = {}
    for config in interface.properties.get("ipConfigurations") or ():
        found = ((config.get("properties") or {}).get("subnet") or {}).get("id")
        if found:
            ids[str(found).lower()] = parse(str(found))
    return [subnet for subnet in map(ctx.get, ids.values()) if subnet]


def users(ctx: Context, balancer: Resource) -> Body:
    """The interfaces that are in a pool or behind a NAT rule of a balancer."""
    found = {each.source: each for each in ctx.store.referrers(balancer.id, inner=True)}
    rows = [ctx.get(source) for source in found if f"/{INTERFACE.split('/')[1].lower()}/" in source]
    return {"value": [ctx.render(row) for row in rows if row]}


def _usages(ctx: Context, parameters: Mapping[str, str], body: Body) -> Body:  # noqa: ARG001 - a route's shape
    """How many resources of each type a subscription has in a region."""
    place = parameters["location"].replace(" ", "").lower()
    base = f"/subscriptions/{parameters['subscription']}/providers/Microsoft.Network/locations/{place}/usages"
    rows = []
    for name, (kind, text) in _COUNTED.items():
        found = ctx.store.list(type=f"Microsoft.Network/{kind}", subscription=parameters["subscription"])
        rows.append(
            {
                "id": f"{base}/{name}",
                "unit": "Count",
                "currentValue": sum(row.body.get("location") == place for row in found),
                "limit": QUOTA,
                "name": {"value": name, "localizedValue": text},
            }
        )
    return {"value": rows}


def register(registry: Registry) -> None:
    """Add the routes."""
    registry.route("GET", "Microsoft.Network", "locations/{location}/usages", _usages)
