"""The network of the twin: names as the component has them, no NAT pools, and separate addresses."""

from typing import Any

from scaleset_core.facts import names
from scaleset_migration.draft import NICS, PROFILE, Draft
from scaleset_migration.facts import Fact, Fate, by_rule, shown
from scaleset_migration.reverse.parts import ids, objects

_NETWORK_API = "2020-11-01"


def interfaces(draft: Draft) -> None:
    """Names as the component has them, the network's API version, and no NAT pools."""
    version = f"{PROFILE}.networkProfile.networkApiVersion"
    if objects(draft.body, NICS) and draft.value(version) is None:
        draft.body[PROFILE]["networkProfile"]["networkApiVersion"] = _NETWORK_API
    for index, interface in enumerate(objects(draft.body, NICS)):
        primary = interface.get("primary") is True or len(objects(draft.body, NICS)) == 1
        assert isinstance(interface, dict)
        interface["primary"] = primary
        if primary:
            _rename(draft, interface, f"{NICS}[{index}]", names.PRIMARY_NIC)
        interface.setdefault("deleteOption", "Delete")
        second = 0
        for number, configuration in enumerate(objects(interface, "ipConfigurations")):
            assert isinstance(configuration, dict)
            place = f"{NICS}[{index}].ipConfigurations[{number}]"
            six = configuration.get("privateIPAddressVersion") == "IPv6"
            second += six
            _rename(draft, configuration, place, f"{names.IP_CONFIGURATION}-v6" if six else names.IP_CONFIGURATION)
            if not six and len(objects(interface, "ipConfigurations")) - second == 1:
                configuration["primary"] = True
            pools = ids(configuration, "loadBalancerInboundNatPools")
            configuration.pop("loadBalancerInboundNatPools", None)
            if pools:
                rule = "nat-pool-on-flexible"
                text = "NAT rules on the same load balancer: see the ports"
                fate = Fate.CHANGES if isinstance(pools[0], str) else Fate.OPEN
                was = str(pools[0]).rsplit("/", maxsplit=1)[-1]
                draft.facts.append(by_rule(rule, f"{place}.loadBalancerInboundNatPools", fate, was, text))
            _address(draft, configuration, place)


def _rename(draft: Draft, part: dict[str, Any], place: str, name: str) -> None:
    was = part.get("name")
    if was not in (None, name):
        part["name"] = name
        draft.facts.append(Fact(f"{place}.name", Fate.CHANGES, str(was), name, "The component's name for it."))


def _address(draft: Draft, configuration: dict[str, Any], place: str) -> None:
    address = configuration.get("publicIPAddressConfiguration")
    if not isinstance(address, dict):
        return
    _rename(draft, address, f"{place}.publicIPAddressConfiguration", "public")
    was = address.get("sku")
    address["sku"] = {"name": "Standard", "tier": "Regional"}
    if was not in (None, address["sku"]):
        why = "Azure gives Flexible instances Standard addresses."
        sku = f"{place}.publicIPAddressConfiguration.sku"
        draft.facts.append(Fact(sku, Fate.CHANGES, shown(sku, was), "Standard, Regional", why))
    address.setdefault("deleteOption", "Delete")
    draft.facts.append(
        Fact(
            f"{place}.publicIPAddressConfiguration.publicIPAddressVersion",
            Fate.CARRIES,
            str(address.pop("publicIPAddressVersion", "IPv4")),
            why="The addresses are new: tell everybody who keeps lists of them.",
        )
    )
