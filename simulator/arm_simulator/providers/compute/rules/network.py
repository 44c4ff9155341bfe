"""Rules of ``virtualMachineProfile.networkProfile``."""

from __future__ import annotations

from collections.abc import Iterator

from .problem import Body, Problem, check_range, dig, invalid, items, missing, not_allowed_in_mode, same
from .view import SetRequest

_BASE = "virtualMachineProfile.networkProfile.networkInterfaceConfigurations"


def _configurations(request: SetRequest) -> Iterator[tuple[str, Body]]:
    for n, nic in enumerate(request.nics):
        for i, config in enumerate(items(nic, "properties.ipConfigurations")):
            yield f"{_BASE}[{n}].properties.ipConfigurations[{i}]", config


def nic_shape(request: SetRequest) -> Iterator[Problem]:
    """A profile has NICs with unique names, exactly one primary, each with an ipConfiguration."""
    if request.profile is None:
        return
    if not request.nics:
        yield missing(_BASE)
        return
    names = [str(nic.get("name") or "").lower() for nic in request.nics]
    if "" in names:
        yield missing(f"{_BASE}.name")
    if len(set(names)) != len(names):
        yield invalid(_BASE, "Network interface configurations of a Virtual Machine Scale Set must have unique names.")
    primaries = sum(dig(nic, "properties.primary") is True for nic in request.nics)
    if primaries != 1:
        yield Problem(
            "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
            f"Virtual machine scale set '{request.name}' must have one network interface configuration set as the "
            "primary.",
            _BASE,
        )
    for number, nic in enumerate(request.nics):
        yield from _ip_configurations(f"{_BASE}[{number}]", nic)


def _ip_configurations(target: str, nic: Body) -> Iterator[Problem]:
    configs = items(nic, "properties.ipConfigurations")
    target = f"{target}.properties.ipConfigurations"
    if not configs:
        yield missing(target)
        return
    primaries = [config for config in configs if dig(config, "properties.primary") is True]
    if len(configs) > 1 and len(primaries) != 1:
        yield Problem(
            "NetworkInterfaceMustHaveOnePrimaryIpConfiguration",
            "A network interface with more than one IP configuration must have exactly one that is primary.",
            target,
        )
    for config in primaries:
        if dig(config, "properties.privateIPAddressVersion") == "IPv6":
            yield invalid(target, "The primary IP configuration of a network interface cannot be IPv6.")
    if all(dig(config, "properties.subnet.id") is None for config in configs):
        yield missing(f"{target}.properties.subnet")


def nat_pools(request: SetRequest) -> Iterator[Problem]:
    """Inbound NAT pools belong to Uniform; Flexible instances use NAT rules."""
    if not request.flexible:
        return
    for target, config in _configurations(request):
        if dig(config, "properties.loadBalancerInboundNatPools"):
            member = f"{target}.properties.loadBalancerInboundNatPools"
            yield not_allowed_in_mode(member, request.name, request.mode)


def public_addresses(request: SetRequest) -> Iterator[Problem]:
    """``publicIPAddressConfiguration``: the sku is Flexible only, idle timeout 4 to 30 minutes."""
    for target, config in _configurations(request):
        public = dig(config, "properties.publicIPAddressConfiguration")
        if public is None:
            continue
        member = f"{target}.properties.publicIPAddressConfiguration"
        if dig(public, "name") is None:
            yield missing(f"{member}.name")
        if dig(public, "sku") is not None and not request.flexible:
            yield not_allowed_in_mode(f"{member}.sku", request.name, request.mode)
        if request.flexible and str(dig(public, "sku.name") or "").lower() == "basic":
            yield not_allowed_in_mode(f"{member}.sku.name", request.name, request.mode)
        minutes = dig(public, "properties.idleTimeoutInMinutes")
        yield from check_range(f"{member}.properties.idleTimeoutInMinutes", minutes, 4, 30)


def load_balancer_sku(request: SetRequest) -> Iterator[Problem]:
    """Flexible sets take Standard load balancers only."""
    if not request.flexible:
        return
    for target, config in _configurations(request):
        for pool in items(config, "properties.loadBalancerBackendAddressPools"):
            parent = load_balancer_of(str(pool.get("id") or ""))
            balancer = request.lookup(parent) if parent else None
            if balancer is not None and str(dig(balancer, "sku.name") or "Basic").lower() == "basic":
                yield invalid(
                    f"{target}.properties.loadBalancerBackendAddressPools",
                    f"Load balancer '{parent}' of sku 'Basic' cannot be used by Virtual Machine Scale Set "
                    f"'{request.name}' because its orchestrationMode is 'Flexible'. Use a load balancer of sku "
                    "'Standard'.",
                )


def health_probe_active(request: SetRequest) -> Iterator[Problem]:
    """A probe reports health only if a load-balancing rule of its load balancer uses it."""
    if request.flexible or request.probe is None:
        return
    parent = load_balancer_of(request.probe)
    balancer = request.lookup(parent) if parent else None
    if balancer is None:
        return
    rules = items(balancer, "properties.loadBalancingRules")
    if not any(same(dig(rule, "properties.probe.id"), request.probe) for rule in rules):
        yield Problem(
            "CannotUseInactiveHealthProbe",
            f"VM scale set '{request.name}' cannot use probe {request.probe} as a HealthProbe because no load "
            "balancing rule uses it.",
            "virtualMachineProfile.networkProfile.healthProbe",
        )


def load_balancer_of(child: str) -> str | None:
    """The id of the load balancer that an id of one of its parts is below; None if it is not such an id."""
    lowered = child.lower()
    marker = "/providers/microsoft.network/loadbalancers/"
    if marker not in lowered:
        return None
    start = lowered.index(marker) + len(marker)
    return child[: start + len(child[start:].split("/", 1)[0])]


RULES = (nic_shape, nat_pools, public_addresses, load_balancer_sku, health_probe_active)
