"""What becomes of a set's surroundings: protection, locks, grants, autoscale, outbound access, room."""

from scaleset_migration.draft import NICS, PROFILE
from scaleset_migration.facts import LOCKS_PAGE, Fact, Fate, by_rule
from scaleset_migration.refusals import MAY_BE_SOME
from scaleset_migration.reverse.network import backend_pools, nat_pools, primary_configuration
from scaleset_migration.reverse.parts import at, objects
from scaleset_migration.situation import Situation

_MOST = 1000


def around(situation: Situation, *, named: bool) -> list[Fact]:
    """What becomes of the set's surroundings."""
    return [
        *_protection(situation, named=named),
        *_scaling(situation, named=named),
        *_outbound(situation),
        *_neighbours(situation),
        *_limits(situation),
        _declared(situation),
        *_unread(situation),
        *_by_id(situation),
    ]


def _by_id(situation: Situation) -> list[Fact]:
    """What belongs to the old set's id, or names it: locks, grants, diagnostic settings, alerts."""
    found = []
    for scope, level, name in situation.locks:
        found.append(
            Fact(
                f"lock {name}",
                Fate.CHANGES,
                f"{level} at {scope.rsplit('/', 1)[-1]}",
                "lock or protection of the twin",
                "A lock belongs to one resource; the old set's lock is deleted with it.",
                "Lift it with `scaleset instances with-lock-lifted` when the old set is retired.",
                LOCKS_PAGE,
            )
        )
    for role in situation.roles:
        inner = role.get("properties") or {}
        found.append(
            Fact(
                f"role assignment {role.get('name')!s}",
                Fate.CHANGES,
                str(inner.get("roleDefinitionId", "")).rsplit("/", 1)[-1],
                "role_assignments of the twin",
                "Its scope is the old set; instances of a Flexible set are not below the set.",
                "Recreate it for the twin, and for its instances on the resource group.",
                "https://learn.microsoft.com/azure/role-based-access-control/scope-overview",
            )
        )
    found += [
        Fact(
            f"diagnostic setting {name}",
            Fate.CHANGES,
            name,
            "diagnostic_settings of the twin",
            "It names the old set's id, as alerts and dashboards may do.",
            "Point alerts and dashboards at the new id.",
            "https://learn.microsoft.com/azure/azure-monitor/essentials/diagnostic-settings",
        )
        for name in situation.settings
    ]
    found += [
        Fact(
            f"named by {each}",
            Fate.CHANGES,
            "the old set's id",
            "the twin's id",
            "It names the old set, and Azure changes nothing in it.",
            "Point it at the twin after the cut-over.",
            "https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview",
        )
        for each in situation.naming
        if "autoscalesettings" not in each.lower()
    ]
    return found


def _declared(situation: Situation) -> Fact:
    """What the program that declares the old set would do meanwhile and afterwards."""
    return Fact(
        "what declares the old set",
        Fate.OPEN,
        situation.place,
        "the new program",
        "The next run of the program that declares the old set now would put its instances back into the pools, and "
        "create the set again after it is deleted.",
        "Do not run it during the cut-over. Remove the set from it, without deleting the set (`terraform state rm`, "
        "`pulumi state delete`), before the old set is retired.",
        "https://www.pulumi.com/docs/iac/cli/commands/pulumi_state_delete/",
    )


def _unread(situation: Situation) -> list[Fact]:
    """What may be there, and was not read."""
    return [
        Fact(
            kind,
            Fate.OPEN,
            "not read",
            "",
            MAY_BE_SOME,
            "Plan again with the role Scale Set Reader (`scaleset roles show reader`), or look yourself.",
            "https://learn.microsoft.com/azure/role-based-access-control/overview",
        )
        for kind in situation.unread
    ]


def _protection(situation: Situation, *, named: bool) -> list[Fact]:
    kept = [each for each in situation.members or () if each.protection]
    how = "protection of each instance" if named else "not kept: its instances have no names yet"
    return [
        Fact(
            f"instance {each.name}.protectionPolicy",
            Fate.CHANGES if named else Fate.NONE,
            ", ".join(each.protection),
            how,
            "The twin's instances are others; a lock protects a virtual machine against every way of deleting it.",
            "Use --style instances, or protect the new ones: `scaleset instances protect`.",
            "https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-instance-protection",
        )
        for each in kept
    ]


def _scaling(situation: Situation, *, named: bool) -> list[Fact]:
    works = not named
    return [
        Fact(
            "autoscale",
            Fate.CHANGES if works else Fate.NONE,
            "on the old set's id",
            "autoscale of the twin" if works else "",
            "The settings name the old set's id." if works else "Azure scales instances from a profile only.",
            "Add the profiles as the argument autoscale, and turn the old settings off before the cut-over."
            if works
            else "Use --style profile.",
            "https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-overview",
        )
        for _ in situation.autoscale
    ]


def _outbound(situation: Situation) -> list[Fact]:
    """How the twin's instances reach the outside: Flexible gives none by itself."""
    interfaces = objects(situation.body, NICS)
    subnet = str(at(primary_configuration(interfaces[0]), "subnet.id") or "").lower() if interfaces else ""
    if at(situation.subnets.get(subnet, {}), "natGateway.id"):
        return [Fact("outbound", Fate.CARRIES, "NAT gateway of the subnet", why="It serves both modes.")]
    rules = [
        rule
        for balancer in situation.balancers.values()
        for rule in objects(balancer, "outboundRules")
        if str(at(rule, "backendAddressPool.id") or "").lower()
        in {each.lower() for each in backend_pools(at(situation.body, PROFILE))}
    ]
    if rules:
        return [
            Fact("outbound", Fate.CARRIES, "outbound rule of the load balancer", why="The twin is in the same pool.")
        ]
    return [
        Fact(
            "outbound",
            Fate.OPEN,
            "default outbound access, or the load balancer's rules",
            "",
            "Instances of a Flexible profile have no default outbound access.",
            "Give the subnet a NAT gateway, or the pool an outbound rule, before the new set is created.",
            "https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access",
        )
    ]


def _neighbours(situation: Situation) -> list[Fact]:
    """NAT pools of other sets on the same load balancer."""
    own = {each.lower() for each in nat_pools(at(situation.body, PROFILE))}
    used = {each.partition("/inboundnatpools/")[0] for each in own}
    found = []
    for key, balancer in situation.balancers.items():
        names = [
            str(each.get("name"))
            for each in objects(balancer, "inboundNatPools")
            if f"{key}/inboundnatpools/{str(each.get('name')).lower()}" not in own
        ]
        if key in used and names:
            name = key.rsplit("/", 1)[-1]
            found.append(
                Fact(
                    f"load balancer {name}",
                    Fate.OPEN,
                    f"NAT pools of others: {', '.join(names)}",
                    "",
                    "Azure does not allow NAT rules and NAT pools on one load balancer.",
                    f"`scaleset nat migrate --load-balancer {name}` makes rules of all of them first.",
                    "https://learn.microsoft.com/azure/load-balancer/load-balancer-nat-pool-migration",
                )
            )
    return found


def _limits(situation: Situation) -> list[Fact]:
    """Room for both sets side by side."""
    count = situation.capacity
    if not count:
        return []
    if count > _MOST:
        return [by_rule("capacity-limit", "sku.capacity", Fate.NONE, count)]
    return [
        Fact(
            "cost",
            Fate.CHANGES,
            f"{count} instances",
            f"{2 * count} instances from the step create to the step retire",
            "Both sets are billed while both run; the twin costs the same afterwards.",
            "Retire the old set soon after the ports have moved.",
            "https://azure.microsoft.com/pricing/details/virtual-machine-scale-sets/",
        ),
        _quota(situation),
    ]


_QUOTAS = "https://learn.microsoft.com/azure/virtual-machines/quotas"


def _quota(situation: Situation) -> Fact:
    """Whether the subscription has room for both sets."""
    count, size, room = situation.capacity, at(situation.body, "sku.name"), situation.room
    was, becomes = f"{count} x {size}", f"{2 * count} x {size} during the cut-over"
    if room is None:
        todo = (
            f"`az vm list-usage -l {at(situation.body, 'location') or 'LOCATION'}`; ask for more, or migrate in parts."
        )
        return Fact("quota", Fate.OPEN, was, becomes, "Both sets run side by side.", todo, _QUOTAS)
    left = (
        f"{room.needed} more vCPUs are needed: of {room.family} {room.family_left} are left, "
        f"in the region {room.region_left}."
    )
    if room.needed <= room.left:
        return Fact("quota", Fate.CARRIES, was, becomes, left, "", _QUOTAS)
    return Fact("quota", Fate.OPEN, was, becomes, left, "Ask for more, or migrate in parts.", _QUOTAS)
