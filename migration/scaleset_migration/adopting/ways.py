"""NAT rules on the set's load balancer as ways in: over the whole pool, and one to each named instance."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaleset_migration.adopting.surroundings import Candidate
from scaleset_migration.adopting.things import Found, Machine, Thing
from scaleset_migration.reverse.parts import at, given

_POOL = "/backendAddressPools/"
_FRONT = "frontendIPConfiguration.id"
_MORE = {"idle_timeout_in_minutes": "idleTimeoutInMinutes", "enable_tcp_reset": "enableTcpReset"}


def pool_rules(found: Found, base: Mapping[str, Any]) -> Iterator[Candidate]:
    """The NAT rules over the set's backend pool.

    Args:
        found: The set.
        base: The set's arguments so far.
    """
    for rule in found.pools:
        pool = str(at(rule.inputs, "backendAddressPool.id") or "")
        balanced = _behind(base, pool, str(at(rule.inputs, _FRONT) or ""))
        if balanced is None:
            continue
        prefix = f"{found.scale_set.short}-"
        name = rule.short.removeprefix(prefix) or rule.short
        way = {
            **_way(rule, "PoolRule"),
            **given(
                frontend_port_start=_port(rule, "frontendPortRangeStart"),
                frontend_port_end=_port(rule, "frontendPortRangeEnd"),
            ),
        }
        yield Candidate(f"NAT rule {rule.short}", "inbound_nat", way, name, {f"pool:{name}": rule}, balanced)


def machine_rules(machines: Sequence[Machine], base: Mapping[str, Any]) -> Iterator[Candidate]:
    """The NAT rules that lead to single machines, where every machine has one of that name.

    Args:
        machines: The machines that are instances of the program.
        base: The set's arguments so far.
    """
    names = [{_tail(rule, machine): rule for rule in machine.rules} for machine in machines]
    if not names:
        return
    for nat in dict.fromkeys(tail for each in names for tail in each if tail):
        rules = [each[nat] for each in names if nat in each]
        if len(rules) < len(machines):
            continue
        first = rules[0]
        pools = base.get("load_balancer_backend_pool_ids") or []
        balancer = first.id.partition("/inboundNatRules/")[0]
        own = [each for each in pools if each.lower().startswith(balancer.lower() + "/")]
        balanced = _behind(base, own[0] if own else "", str(at(first.inputs, _FRONT) or ""))
        if balanced is None:
            continue
        ports = [_port(rule, "frontendPort") for rule in rules]
        known = [each for each in ports if each is not None]
        way = {**_way(first, "Rule"), "frontend_port_start": min(known), "frontend_port_end": max(known)}
        instances = {
            name: {**value, "nat_ports": {**value.get("nat_ports", {}), nat: port}}
            for (name, value), port in zip(base["instances"].items(), ports, strict=True)
        }
        pairs = {f"nat:{machine.vm.short}/{nat}": rule for machine, rule in zip(machines, rules, strict=True)}
        yield Candidate(
            f"NAT rules {nat} to each instance", "inbound_nat", way, nat, pairs, {**balanced, "instances": instances}
        )


def _tail(rule: Thing, machine: Machine) -> str:
    """What the component would call the way in; ``""`` where the rule has another name than the component's."""
    prefix = f"{machine.vm.short}-"
    return rule.short[len(prefix) :] if rule.short.lower().startswith(prefix.lower()) else ""


def _way(rule: Thing, kind: str) -> dict[str, Any]:
    protocol = at(rule.inputs, "protocol")
    found = {name: at(rule.inputs, path) for name, path in _MORE.items()}
    return {
        "backend_port": _port(rule, "backendPort"),
        "kind": kind,
        **given(protocol=protocol if protocol != "Tcp" else None, **found),
        **given(enable_floating_ip=at(rule.inputs, "enableFloatingIP")),
    }


def _port(rule: Thing, name: str) -> int | None:
    value = at(rule.inputs, name)
    return int(value) if isinstance(value, int | float) else None


def _behind(base: Mapping[str, Any], pool: str, front: str) -> dict[str, Any] | None:
    """The arguments that say behind which load balancer the set is; None if it is not in the pool."""
    pools = list(base.get("load_balancer_backend_pool_ids") or [])
    known = base.get("load_balancer")
    if known is not None:
        same = (known.get("backend_address_pool_id"), known.get("frontend_ip_configuration_id")) == (pool, front)
        return {} if same else None
    if not front or pool.lower() not in {each.lower() for each in pools}:
        return None
    balancer = {
        "id": pool.partition(_POOL)[0],
        "backend_address_pool_id": pool,
        "frontend_ip_configuration_id": front,
    }
    rest = [each for each in pools if each.lower() != pool.lower()]
    return {"load_balancer": balancer, "load_balancer_backend_pool_ids": rest or None}
