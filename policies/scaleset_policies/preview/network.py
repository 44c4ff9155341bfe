"""The network of a planned set: load balancers with their rules and addresses, subnets, security groups, gateways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.picture import NOT_KNOWN, Kind, Node
from scaleset_core.picture.builder import Builder, key_of
from scaleset_core.picture.texts import RULES, plain, ports, security_rules
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.preview.values import Body, all_of, deployed, last, name_of, parts, parts_at, text_at
from scaleset_policies.relations import inline_subnets

_POOLS = {
    "loadBalancerBackendAddressPools": "backendAddressPools",
    "loadBalancerInboundNatPools": "inboundNatPools",
    "loadBalancerInboundNatRules": "inboundNatRules",
}
"""What an IP configuration refers to, and where the load balancer has it."""


class NetworkDrawing:
    """Draws what interfaces and profiles refer to.

    Attributes:
        unread: Sentences about what the input refers to and does not contain.
        drawn: The resources in the picture, by the node's key.

    Args:
        estate: The input's resources.
        builder: Where to draw.
    """

    def __init__(self, estate: Estate, builder: Builder) -> None:
        self._estate = estate
        self._builder = builder
        self._rules: dict[str, dict[str, list[str]]] = {}
        self.drawn: dict[str, Resource] = {}
        self.unread: dict[str, None] = {}

    def connect(self, resource: Resource, at: str, configuration: Body, key: str) -> None:
        """Draw what one IP configuration refers to, with lines to the interface.

        Args:
            resource: The interface, or the set whose profile has it.
            at: The path of the configurations, without indexes.
            configuration: The configuration.
            key: The interface's node.
        """
        for member in _POOLS:
            targets = self._estate.follow(resource, f"{at}.{member}[].id", arm_types.LOAD_BALANCER)
            named = {last(each) for each in parts(configuration.get(member))}
            if not named and configuration.get(member) is not UNKNOWN:
                continue
            for balancer in all_of(targets):
                self._lead(balancer, member, named, key)
            self._missing(targets.outside, "load balancer", "loadbalancers")
        targets = self._estate.follow(resource, f"{at}.subnet.id", arm_types.SUBNET, arm_types.VIRTUAL_NETWORK)
        wanted = last(configuration.get("subnet"))
        for found in all_of(targets):
            self._subnet_of(found, wanted, key)
        self._missing(targets.outside, "subnet", "subnets")

    def guard(self, resource: Resource, path: str, key: str) -> None:
        """Draw the security group at ``path``, with a line to ``key``."""
        targets = self._estate.follow(resource, path, arm_types.NETWORK_SECURITY_GROUP)
        for group in all_of(targets):
            self._builder.line(self._group(group), key)
        self._missing(targets.outside, "security group", "networksecuritygroups")

    def address(self, resource: Resource, path: str) -> str:
        """The public address at ``path`` as text, ``""`` without one."""
        found = resource.view.first(path)
        if found is None:
            return ""
        for each in all_of(self._estate.follow(resource, path, arm_types.PUBLIC_IP)):
            return deployed(each, "ipAddress") or f"{name_of(each)}, {NOT_KNOWN}"
        return f"{last(found.value)}, {NOT_KNOWN}" if found.known else NOT_KNOWN

    def _missing(self, outside: tuple[str, ...], what: str, kind: str) -> None:
        for identity in outside:
            _, _, rest = identity.lower().partition(f"/{kind}/")
            name = rest.partition("/")[0] or last(identity)
            self.unread.setdefault(f"{what} {name}: it is not part of the input")

    def _lead(self, balancer: Resource, member: str, named: set[str], key: str) -> None:
        """Lines from the rules of a pool to an interface; from the load balancer itself where that is not known."""
        leading = self._balancer(balancer)
        pools = {each.lower() for each in named if each and each != NOT_KNOWN}
        if not pools:
            pools = self._only(balancer, _POOLS[member])
        rules = [rule for pool in pools for rule in leading.get(pool, ())]
        for rule in rules or [key_of(Kind.BALANCER, name_of(balancer))]:
            self._builder.line(rule, key)

    def _only(self, balancer: Resource, member: str) -> set[str]:
        """The name of the load balancer's only pool: an id that is not known yet can be no other's."""
        names = {plain(each.get("name")).lower() for each in parts_at(balancer, member)}
        if member == "backendAddressPools":
            names |= {name_of(each).lower() for each in self._estate.children(balancer, arm_types.BACKEND_POOL)}
        return names if len(names) == 1 else set()

    def _balancer(self, balancer: Resource) -> dict[str, list[str]]:
        """Draw a load balancer once; the result is its rules by the name of what they lead to."""
        name = name_of(balancer)
        if name.lower() in self._rules:
            return self._rules[name.lower()]
        leading: dict[str, list[str]] = defaultdict(list)
        self._rules[name.lower()] = leading
        key = self._builder.add(
            Kind.BALANCER,
            name,
            name,
            {"Tier": text_at(balancer, "sku.name")},
            source=balancer.key,
            replaced=balancer.replaced,
        )
        self.drawn[key] = balancer
        for index, front in enumerate(parts_at(balancer, "frontendIPConfigurations")):
            self._builder.line(self._front(balancer, index, front), key)
        for member, rule, source, replaced in self._rules_of(balancer):
            title = last(plain(rule.get("name")) or source.rpartition("::")[2])
            facts = {"Ports": ports(rule), "Kind": RULES[member]}
            drawn = self._builder.add(
                Kind.RULE, f"{name}/{member}/{title}", title, facts, source=source, replaced=replaced
            )
            self._builder.line(key, drawn)
            pools = [rule.get("backendAddressPool"), *parts(rule.get("backendAddressPools"))]
            names = {last(each).lower() for each in pools} - {""}
            names = self._only(balancer, "backendAddressPools") if names == {NOT_KNOWN} else names
            for each in {title.lower(), *names}:
                leading[each].append(drawn)
        return leading

    def _rules_of(self, balancer: Resource) -> Iterator[tuple[str, Body, str, bool]]:
        for member in RULES:
            for rule in parts_at(balancer, member):
                yield member, rule, "", balancer.replaced
        for child in self._estate.children(balancer, arm_types.NAT_RULE):
            if isinstance(child.properties, Mapping):
                named = {**child.properties, "name": name_of(child)}
                yield "inboundNatRules", named, child.key, child.replaced

    def _front(self, balancer: Resource, index: int, front: Body) -> str:
        name = plain(front.get("name")) or str(index)
        public = front.get("publicIPAddress") is not None or front.get("publicIPPrefix") is not None
        private = plain(front.get("privateIPAddress")) or deployed(
            balancer, "frontendIPConfigurations", index, "privateIPAddress"
        )
        text = private or NOT_KNOWN
        source = ""
        if public:
            text = NOT_KNOWN
            path = f"frontendIPConfigurations[{index}].publicIPAddress.id"
            for each in self._addresses(balancer, path, front.get("publicIPAddress")):
                text, source = deployed(each, "ipAddress") or NOT_KNOWN, each.key
        facts = {"Address": text, "Kind": "public front end" if public else "private front end"}
        key = f"{name_of(balancer)}/{name}"
        return self._builder.add(Kind.ADDRESS, key, name, facts, source=source and f"{source}#{key}")

    def _addresses(self, resource: Resource, path: str, reference: Any) -> list[Resource]:
        """The public address that one front end names; of several that it may be, none."""
        identity = reference.get("id") if isinstance(reference, Mapping) else None
        if isinstance(identity, str):
            found = self._estate.by_id(identity, arm_types.PUBLIC_IP)
            if found is not None:
                return [found]
        made_from = self._estate.made_from(resource, path, arm_types.PUBLIC_IP)
        return made_from if len(made_from) == 1 else []

    def _subnet_of(self, found: Resource, wanted: str, key: str) -> None:
        if found.type == arm_types.SUBNET:
            self._builder.line(self._subnet(found, found.properties, name_of(found), ""), key)
            return
        for subnet in parts(inline_subnets(found)):
            name = plain(subnet.get("name"))
            if wanted in {name, NOT_KNOWN}:
                self._builder.line(self._subnet(found, subnet, name, "subnets[]."), key)

    def _subnet(self, holder: Resource, subnet: Body, name: str, at: str) -> str:
        group, gateway = (last(subnet.get(member)) for member in ("networkSecurityGroup", "natGateway"))
        private = subnet.get("defaultOutboundAccess")
        facts = {
            "Range": plain(subnet.get("addressPrefix")) or plain(subnet.get("addressPrefixes")),
            "Security group": group or "none",
            "NAT gateway": gateway or "none",
            "Private": plain(private is False if isinstance(private, bool | None) else private),
        }
        guards = self._estate.follow(holder, f"{at}networkSecurityGroup.id", arm_types.NETWORK_SECURITY_GROUP)
        ways = self._estate.follow(holder, f"{at}natGateway.id", arm_types.NAT_GATEWAY)
        own_groups = [each for each in all_of(guards) if group in {NOT_KNOWN, name_of(each)}]
        own_gateways = [each for each in all_of(ways) if gateway in {NOT_KNOWN, name_of(each)}]
        facts |= {"Security group": name_of(own_groups[0])} if len(own_groups) == 1 else {}
        facts |= {"NAT gateway": name_of(own_gateways[0])} if len(own_gateways) == 1 else {}
        key = self._builder.add(Kind.SUBNET, name, name, facts, source=f"{holder.key}#{name}", replaced=holder.replaced)
        for each in own_groups:
            self._builder.line(self._group(each), key)
        for each in own_gateways:
            self._builder.line(self._gateway(each), key)
        self._missing(guards.outside, "security group", "networksecuritygroups")
        self._missing(ways.outside, "NAT gateway", "natgateways")
        return key

    def _group(self, group: Resource) -> str:
        rules = security_rules((plain(each.get("name")), each) for each in parts_at(group, "securityRules"))
        unknown = text_at(group, "securityRules") == NOT_KNOWN
        self.drawn[key_of(Kind.SECURITY_GROUP, name_of(group))] = group
        return self._builder.put(
            Node(
                key=key_of(Kind.SECURITY_GROUP, name_of(group)),
                kind=Kind.SECURITY_GROUP,
                title=name_of(group),
                facts=rules or {"Rules": NOT_KNOWN if unknown else "Azure's default rules only"},
                source=group.key,
                replaced=group.replaced,
            )
        )

    def _gateway(self, gateway: Resource) -> str:
        name = name_of(gateway)
        facts = {"Tier": text_at(gateway, "sku.name")}
        key = self._builder.add(Kind.NAT_GATEWAY, name, name, facts, source=gateway.key, replaced=gateway.replaced)
        self.drawn[key] = gateway
        targets = self._estate.follow(gateway, "publicIpAddresses[].id", arm_types.PUBLIC_IP)
        for each in all_of(targets):
            facts = {"Address": deployed(each, "ipAddress") or NOT_KNOWN, "Kind": "outbound"}
            address = self._builder.add(
                Kind.ADDRESS, name_of(each), name_of(each), facts, source=each.key, replaced=each.replaced
            )
            self._builder.line(address, key)
        self._missing(targets.outside, "public address", "publicipaddresses")
        return key
