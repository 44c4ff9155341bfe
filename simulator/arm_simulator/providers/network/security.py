"""Network security groups with their rules, application security groups, and route tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from arm_simulator.core import errors
from arm_simulator.core.ids import ResourceId
from arm_simulator.core.kinds import Body, Registry
from arm_simulator.core.store import Resource
from arm_simulator.providers.network import addressing
from arm_simulator.providers.network.base import (
    NetworkKind,
    id_objects,
    of_type,
    strip_inner,
    unique,
)
from arm_simulator.providers.network.in_use import scale_sets_in
from arm_simulator.providers.network.virtual_networks import SUBNET_TYPE

if TYPE_CHECKING:
    from arm_simulator.core.kinds import Context

GROUP_TYPE = "Microsoft.Network/networkSecurityGroups"
RULE_TYPE = "Microsoft.Network/networkSecurityGroups/securityRules"
_LOWEST, _HIGHEST = 100, 4096


class _RowsKind(NetworkKind):
    """A type whose one inline list is stored as rows of a child type."""

    list_name: ClassVar[str] = ""

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """Remove the inline list; it is written as rows afterwards."""
        inline = body["properties"].pop(self.list_name, None) or []
        strip_inner(rid, {self.list_name: inline}, (self.list_name,))
        ctx.scratch["inline"] = inline

    def after_put(self, ctx: Context, resource: Resource, existing: Resource | None) -> None:  # noqa: ARG002
        """Make the rows equal to the inline list: others are deleted."""
        inline = ctx.scratch.pop("inline", [])
        wanted = {str(item["name"]).lower() for item in inline}
        for row in ctx.store.list(type=f"{self.type}/{self.list_name}", parent=resource.id):
            if row.id.name.lower() not in wanted:
                ctx.delete(row.id, check_locks=False)
            ctx.store.release(row.id)  # two rules may swap their priorities in one PUT
        for item in inline:
            child = resource.id.child(self.list_name, item["name"])
            ctx.put(child, {"properties": item.get("properties") or {}}, check_locks=False)

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add the list inline."""
        body = super().render(ctx, resource, expand)
        rows = ctx.store.list(type=f"{self.type}/{self.list_name}", parent=resource.id)
        body["properties"][self.list_name] = [ctx.render(row) for row in rows]
        return body


class SecurityGroupKind(_RowsKind):
    """``networkSecurityGroups``."""

    type = GROUP_TYPE
    model = "network.NetworkSecurityGroup"
    list_name = "securityRules"

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No interface, subnet or scale set may use the group."""
        references = ctx.store.referrers(resource.id)
        users = unique(reference.via for reference in references)
        if not users:
            return
        sets = scale_sets_in(references)
        if sets:
            raise errors.in_use(
                "NetworkSecurityGroupInUseByVirtualMachineScaleSet",
                f"Cannot delete network security group {resource.id} since it is in use by virtual machine scale set "
                f"{sets[0]}.",
            )
        raise errors.in_use(
            "InUseNetworkSecurityGroupCannotBeDeleted",
            f"Network security group {resource.id} cannot be deleted because it is in use by the following resources: "
            f"{', '.join(users)}. In order to delete the Network security group, remove the association with the "
            "resource(s). "
            "To learn how to do this, see aka.ms/deletensg.",
        )

    def render(self, ctx: Context, resource: Resource, expand: Sequence[str] = ()) -> Body:
        """Add the default rules and the subnets and interfaces that use the group."""
        body = super().render(ctx, resource, expand)
        references = ctx.store.referrers(resource.id)
        subnets = [reference.via for reference in of_type(references, SUBNET_TYPE)]
        interfaces = [reference.via for reference in of_type(references, "Microsoft.Network/networkInterfaces")]
        if subnets:
            body["properties"]["subnets"] = id_objects(subnets)
        if interfaces:
            body["properties"]["networkInterfaces"] = id_objects(interfaces)
        body["properties"]["defaultSecurityRules"] = [_default_rule(resource.id, *rule) for rule in _DEFAULT_RULES]
        return body


class SecurityRuleKind(NetworkKind):
    """``networkSecurityGroups/securityRules``: priorities are unique in each direction."""

    type = RULE_TYPE
    model = "network.SecurityRule"
    tracked = False
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = None

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """Priority in range and unique; address and port filters given."""
        properties = body["properties"]
        priority = properties.get("priority")
        if not isinstance(priority, int) or not _LOWEST <= priority <= _HIGHEST:
            raise errors.ArmError(
                400,
                "SecurityRuleInvalidPriority",
                f"Security rule {rid.name} has invalid priority {priority}. Value provided should be in the range "
                f"{_LOWEST}-{_HIGHEST}.",
                "properties.priority",
            )
        for single, plural in (
            ("sourceAddressPrefix", "sourceAddressPrefixes"),
            ("destinationAddressPrefix", "destinationAddressPrefixes"),
            ("sourcePortRange", "sourcePortRanges"),
            ("destinationPortRange", "destinationPortRanges"),
        ):
            groups = plural.replace("AddressPrefixes", "ApplicationSecurityGroups")
            if not (properties.get(single) or properties.get(plural) or properties.get(groups)):
                raise errors.ArmError(
                    400,
                    "SecurityRuleParameterMissing",
                    f"Required security rule parameters are missing for security rule {rid.name}: {single}.",
                    f"properties.{single}",
                )
        assert rid.parent is not None
        scope = f"priority|{rid.parent.key}|{properties.get('direction')}".lower()
        ctx.store.release(rid)
        taken = ctx.store.claim(scope, priority, rid)
        if taken is not None:
            raise errors.ArmError(
                400,
                "SecurityRuleConflict",
                f"Security rule {rid.name} conflicts with rule {taken.rsplit('/', 1)[-1]}. Rules cannot have the "
                "same Priority and Direction.",
                "properties.priority",
            )


class ApplicationSecurityGroupKind(NetworkKind):
    """``applicationSecurityGroups``."""

    type = "Microsoft.Network/applicationSecurityGroups"
    model = "network.ApplicationSecurityGroup"

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """Nothing may use the group."""
        for reference in ctx.store.referrers(resource.id):
            raise errors.in_use(
                "InUseApplicationSecurityGroupCannotBeDeleted",
                f"Application security group {resource.id} cannot be deleted because it is in use by {reference.via}.",
            )


class RouteTableKind(_RowsKind):
    """``routeTables``."""

    type = "Microsoft.Network/routeTables"
    model = "network.RouteTable"
    list_name = "routes"

    def check_delete(self, ctx: Context, resource: Resource) -> None:
        """No subnet may use the table."""
        for reference in ctx.store.referrers(resource.id):
            raise errors.in_use(
                "InUseRouteTableCannotBeDeleted",
                f"Route table {resource.id} is in use and cannot be deleted: {reference.via}.",
            )


class RouteKind(NetworkKind):
    """``routeTables/routes``."""

    type = "Microsoft.Network/routeTables/routes"
    model = "network.Route"
    tracked = False
    verbs = frozenset({"GET", "PUT", "DELETE"})
    graph_table = None

    def check(self, ctx: Context, rid: ResourceId, body: Body, existing: Resource | None) -> None:  # noqa: ARG002
        """The prefix is one, and an appliance has an address.

        Raises:
            ArmError: 400 InvalidCIDRNotation or RouteNextHopAddressMissing (that code is ours).
        """
        properties = body["properties"]
        prefix = str(properties.get("addressPrefix") or "")
        if "/" in prefix or not prefix:
            addressing.network(prefix)
        if properties.get("nextHopType") == "VirtualAppliance" and not properties.get("nextHopIpAddress"):
            raise errors.ArmError(
                400,
                "RouteNextHopAddressMissing",
                f"Route {rid.name} with next hop VirtualAppliance needs nextHopIpAddress.",
                "properties.nextHopIpAddress",
            )


_DEFAULT_RULES = (
    ("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
)


def _default_rule(
    group: ResourceId, name: str, priority: int, direction: str, access: str, source: str, target: str
) -> Body:
    return {
        "id": f"{group}/defaultSecurityRules/{name}",
        "name": name,
        "type": f"{GROUP_TYPE}/defaultSecurityRules",
        "properties": {
            "provisioningState": "Succeeded",
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": target,
            "access": access,
            "priority": priority,
            "direction": direction,
        },
    }


def register(registry: Registry) -> None:
    """Add security groups, rules, application groups and route tables."""
    registry.add(SecurityGroupKind(), SecurityRuleKind(), ApplicationSecurityGroupKind(), RouteTableKind(), RouteKind())
