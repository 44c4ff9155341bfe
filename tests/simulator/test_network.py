"""Microsoft.Network through the unmodified azure-mgmt-network client: what exists, what stays, what is shown."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from azure.mgmt.network import NetworkManagementClient
from simulator.worlds import BALANCER, GROUP, LOCATION, NETWORK, POOL, SUBNET, refused
from support.work import calls_of

from arm_simulator.testing import RunningSimulator
from simulator import worlds


def test_addresses_are_the_lowest_free_and_stable(client: NetworkManagementClient) -> None:
    """Interfaces get .4, .5, .6 in turn; a freed address is given again; a rewrite keeps the address."""
    nics = [worlds.make_interface(client, f"nic{index}") for index in range(3)]
    assert [nic.ip_configurations[0].private_ip_address for nic in nics] == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
    client.network_interfaces.begin_delete(GROUP, "nic1").result()
    again = worlds.make_interface(client, "nic2")
    assert again.ip_configurations[0].private_ip_address == "10.0.0.6"
    assert worlds.make_interface(client, "new").ip_configurations[0].private_ip_address == "10.0.0.5"


def test_static_addresses_are_checked(client: NetworkManagementClient) -> None:
    """A static address outside the subnet, in the reserved range or taken is refused, and leaves nothing behind."""
    worlds.make_interface(client, "one", address="10.0.0.9")
    refused("PrivateIPAddressInUse", lambda: worlds.make_interface(client, "two", address="10.0.0.9"))
    refused("PrivateIPAddressNotInSubnet", lambda: worlds.make_interface(client, "two", address="10.9.0.9"))
    refused("PrivateIPAddressInReservedRange", lambda: worlds.make_interface(client, "two", address="10.0.0.1"))
    assert [nic.name for nic in client.network_interfaces.list(GROUP)] == ["one"]


def test_a_missing_subnet_is_an_invalid_reference(client: NetworkManagementClient) -> None:
    """An interface in a subnet that does not exist is refused with InvalidResourceReference naming the subnet."""
    body: Any = {
        "location": LOCATION,
        "properties": {"ipConfigurations": [{"name": "a", "properties": {"subnet": {"id": SUBNET + "x"}}}]},
    }
    error = refused(
        "InvalidResourceReference", lambda: client.network_interfaces.begin_create_or_update(GROUP, "n", body)
    )
    assert SUBNET + "x" in error.message


def test_what_is_in_use_cannot_be_deleted(client: NetworkManagementClient) -> None:
    """Subnet, network, public address, pool, NAT rule and balancer stay while something refers to them."""
    worlds.make_balancer(client)
    client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "ssh", worlds.nat_rule(50000)).result()
    worlds.make_interface(client, pool=True, rule="ssh")
    refused("InUseSubnetCannotBeDeleted", lambda: client.subnets.begin_delete(GROUP, "net", "main"))
    refused("InUseSubnetCannotBeDeleted", lambda: client.virtual_networks.begin_delete(GROUP, "net"))
    refused("PublicIPAddressCannotBeDeleted", lambda: client.public_ip_addresses.begin_delete(GROUP, "ip"))
    refused("LoadBalancerInboundNatRuleInUse", lambda: client.inbound_nat_rules.begin_delete(GROUP, "lb", "ssh"))
    refused(
        "LoadBalancerBackendAddressPoolInUse",
        lambda: client.load_balancer_backend_address_pools.begin_delete(GROUP, "lb", "pool"),
    )
    refused("LoadBalancerInUse", lambda: client.load_balancers.begin_delete(GROUP, "lb"))
    client.network_interfaces.begin_delete(GROUP, "nic").result()
    client.load_balancers.begin_delete(GROUP, "lb").result()
    client.public_ip_addresses.begin_delete(GROUP, "ip").result()
    client.virtual_networks.begin_delete(GROUP, "net").result()
    assert not list(client.virtual_networks.list(GROUP))


def test_back_references_are_shown(client: NetworkManagementClient) -> None:
    """Pool, NAT rule, front end, public address and subnet each name who uses them, as Azure's GETs do."""
    worlds.make_balancer(client)
    client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "ssh", worlds.nat_rule(50000)).result()
    nic = worlds.make_interface(client, pool=True, rule="ssh")
    configuration = f"{nic.id}/ipConfigurations/primary"
    balancer = client.load_balancers.get(GROUP, "lb")
    assert balancer.backend_address_pools is not None
    assert [item.id for item in balancer.backend_address_pools[0].backend_ip_configurations or []] == [configuration]
    rule = client.inbound_nat_rules.get(GROUP, "lb", "ssh")
    assert rule.backend_ip_configuration is not None
    assert rule.backend_ip_configuration.id == configuration
    assert balancer.frontend_ip_configurations is not None
    front = balancer.frontend_ip_configurations[0]
    assert [item.id for item in front.inbound_nat_rules or []] == [rule.id]
    assert [item.id for item in front.load_balancing_rules or []] == [f"{BALANCER}/loadBalancingRules/http"]
    address = client.public_ip_addresses.get(GROUP, "ip")
    assert address.ip_configuration is not None
    assert address.ip_configuration.id == f"{BALANCER}/frontendIPConfigurations/front"
    assert address.ip_address
    subnet = client.subnets.get(GROUP, "net", "main")
    assert [item.id for item in subnet.ip_configurations or []] == [configuration]


def test_a_nat_rule_serves_one_interface(client: NetworkManagementClient) -> None:
    """A second interface cannot take up a V1 NAT rule that has one."""
    worlds.make_balancer(client)
    client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "ssh", worlds.nat_rule(50000)).result()
    worlds.make_interface(client, "a", rule="ssh")
    refused("InboundNatRuleAlreadyInUse", lambda: worlds.make_interface(client, "b", rule="ssh"))


def test_front_end_ports_collide(client: NetworkManagementClient) -> None:
    """One port and protocol of a front end serves one rule, whether load-balancing rule or NAT rule."""
    worlds.make_balancer(client)
    code = "RulesUseSameFrontendPortProtocolAndIPConfig"
    put = client.inbound_nat_rules.begin_create_or_update
    refused(code, lambda: put(GROUP, "lb", "web", worlds.nat_rule(80)))
    put(GROUP, "lb", "a", worlds.nat_rule(50000)).result()
    refused(code, lambda: put(GROUP, "lb", "b", worlds.nat_rule(50000)))
    put(GROUP, "lb", "a", worlds.nat_rule(50001)).result()
    put(GROUP, "lb", "b", worlds.nat_rule(50000)).result()


def test_rules_may_swap_their_ports_in_one_put(client: NetworkManagementClient) -> None:
    """A PUT of the balancer is taken as a whole: two NAT rules exchange their front-end ports."""
    ports = {"a": 50000, "b": 50001}
    worlds.make_balancer(client, inboundNatRules=[{"name": name, **worlds.nat_rule(ports[name])} for name in ports])
    swapped = [{"name": "a", **worlds.nat_rule(50001)}, {"name": "b", **worlds.nat_rule(50000)}]
    body = worlds.balancer_body(inboundNatRules=swapped)
    client.load_balancers.begin_create_or_update(GROUP, "lb", body).result()
    found = {rule.name: rule.frontend_port for rule in client.inbound_nat_rules.list(GROUP, "lb")}
    assert found == {"a": 50001, "b": 50000}


def test_pools_and_rules_exclude_each_other(client: NetworkManagementClient) -> None:
    """A balancer with a NAT pool takes no NAT rule."""
    pool = {
        "name": "ssh",
        "properties": {
            "frontendIPConfiguration": {"id": worlds.FRONT},
            "protocol": "Tcp",
            "frontendPortRangeStart": 50000,
            "frontendPortRangeEnd": 50099,
            "backendPort": 22,
        },
    }
    worlds.make_balancer(client, inboundNatPools=[pool])
    refused(
        "LoadBalancerHasBothInboundNatPoolsAndInboundNatRules",
        lambda: client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "x", worlds.nat_rule(40000)),
    )


def test_rules_name_only_parts_of_their_balancer(client: NetworkManagementClient) -> None:
    """A rule with an unknown probe or pool is an InvalidResourceReference and nothing is stored."""
    worlds.make_address(client)
    body = worlds.balancer_body(probes=[])
    refused("InvalidResourceReference", lambda: client.load_balancers.begin_create_or_update(GROUP, "lb", body))
    body = worlds.balancer_body(backendAddressPools=[])
    refused("InvalidResourceReference", lambda: client.load_balancers.begin_create_or_update(GROUP, "lb", body))
    assert not list(client.load_balancers.list(GROUP))


def test_skus_must_match(sim: RunningSimulator, client: NetworkManagementClient) -> None:
    """A Standard balancer takes no Basic public address."""
    sim.configure(basic_skus="taken")
    worlds.make_address(client, sku="Basic")
    refused(
        "DifferentSkuLoadBalancersAndPublicIPAddressNotAllowed",
        lambda: client.load_balancers.begin_create_or_update(GROUP, "lb", worlds.balancer_body()),
    )


def test_port_range_rules_map_the_members_of_the_pool(client: NetworkManagementClient) -> None:
    """A V2 rule gives each member a port of its range, keeps it when a neighbour leaves, and refuses one too many."""
    worlds.make_balancer(client)
    body: Any = {
        "properties": {
            "frontendIPConfiguration": {"id": worlds.FRONT},
            "backendAddressPool": {"id": POOL},
            "protocol": "Tcp",
            "frontendPortRangeStart": 500,
            "frontendPortRangeEnd": 501,
            "backendPort": 22,
        }
    }
    client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "range", body).result()

    def port(nic: str) -> list[int | None]:
        query: Any = {"ipConfiguration": {"id": f"{NETWORK}/networkInterfaces/{nic}/ipConfigurations/primary"}}
        answer = client.load_balancers.begin_list_inbound_nat_rule_port_mappings(GROUP, "lb", "pool", query).result()
        return [mapping.frontend_port for mapping in answer.inbound_nat_rule_port_mappings or []]

    worlds.make_interface(client, "a", pool=True)
    worlds.make_interface(client, "b", pool=True)
    assert (port("a"), port("b")) == ([500], [501])
    refused("InboundNatRuleFrontendPortRangeExhausted", lambda: worlds.make_interface(client, "c", pool=True))
    client.network_interfaces.begin_delete(GROUP, "a").result()
    assert (port("a"), port("b")) == ([], [501])
    worlds.make_interface(client, "b", pool=False)
    assert port("b") == []


def test_a_put_of_the_balancer_replaces_its_lists(client: NetworkManagementClient) -> None:
    """A NAT rule that a PUT of the balancer leaves out goes; one that an interface uses stops the PUT."""
    worlds.make_balancer(client)
    client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "ssh", worlds.nat_rule(50000)).result()
    client.load_balancers.begin_create_or_update(GROUP, "lb", worlds.balancer_body()).result()
    assert not list(client.inbound_nat_rules.list(GROUP, "lb"))
    client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "ssh", worlds.nat_rule(50000)).result()
    worlds.make_interface(client, rule="ssh")
    refused(
        "LoadBalancerInboundNatRuleInUse",
        lambda: client.load_balancers.begin_create_or_update(GROUP, "lb", worlds.balancer_body()),
    )
    assert [rule.name for rule in client.inbound_nat_rules.list(GROUP, "lb")] == ["ssh"]


def test_parts_of_a_balancer_go_together(client: NetworkManagementClient) -> None:
    """A probe and the rule that uses it leave in one PUT; a pool that a rule of the balancer names cannot go alone."""
    worlds.make_balancer(client)
    refused(
        "LoadBalancerBackendAddressPoolInUse",
        lambda: client.load_balancer_backend_address_pools.begin_delete(GROUP, "lb", "pool"),
    )
    body = worlds.balancer_body(probes=[], loadBalancingRules=[], outboundRules=[])
    after = client.load_balancers.begin_create_or_update(GROUP, "lb", body).result()
    assert (after.probes, after.load_balancing_rules) == ([], [])
    client.load_balancer_backend_address_pools.begin_delete(GROUP, "lb", "pool").result()
    assert not client.load_balancers.get(GROUP, "lb").backend_address_pools


def test_what_a_get_shows_can_be_put_back(client: NetworkManagementClient) -> None:
    """GET then PUT of the same JSON changes nothing: ids, back references and read-only members are tolerated."""
    worlds.make_balancer(client)
    client.inbound_nat_rules.begin_create_or_update(GROUP, "lb", "ssh", worlds.nat_rule(50000)).result()
    worlds.make_interface(client, pool=True, rule="ssh")

    def parts(balancer: Any) -> Any:
        return [item.as_dict()["properties"] for item in balancer.inbound_nat_rules + balancer.load_balancing_rules]

    before = client.load_balancers.get(GROUP, "lb")
    after = client.load_balancers.begin_create_or_update(GROUP, "lb", before).result()
    assert parts(after) == parts(before)
    nic = client.network_interfaces.get(GROUP, "nic")
    again = client.network_interfaces.begin_create_or_update(GROUP, "nic", nic).result()
    assert again.as_dict()["properties"] == nic.as_dict()["properties"]
    network = client.virtual_networks.get(GROUP, "net")
    client.virtual_networks.begin_create_or_update(GROUP, "net", network).result()
    assert client.subnets.get(GROUP, "net", "main").address_prefix == "10.0.0.0/16"


def test_subnets_fit_into_their_network(client: NetworkManagementClient) -> None:
    """A subnet outside the network or over a neighbour is refused; a free one is added and listed inline."""
    put = client.subnets.begin_create_or_update
    outside: Any = {"properties": {"addressPrefix": "192.168.0.0/24"}}
    refused("NetcfgInvalidSubnet", lambda: put(GROUP, "net", "b", outside))
    over: Any = {"properties": {"addressPrefix": "10.0.5.0/24"}}
    refused("NetcfgSubnetRangesOverlap", lambda: put(GROUP, "net", "b", over))
    free: Any = {"properties": {"addressPrefix": "10.1.0.0/24"}}
    put(GROUP, "net", "b", free).result()
    assert [subnet.name for subnet in client.virtual_networks.get(GROUP, "net").subnets or []] == ["main", "b"]


def test_a_small_subnet_fills_up(client: NetworkManagementClient) -> None:
    """A /29 has three usable addresses; the fourth interface gets SubnetIsFull."""
    body: Any = {"properties": {"addressPrefix": "10.1.0.0/29"}}
    client.subnets.begin_create_or_update(GROUP, "net", "tiny", body).result()

    def put(index: int) -> Any:
        tiny = SUBNET.replace("/main", "/tiny")
        nic: Any = {
            "location": LOCATION,
            "properties": {"ipConfigurations": [{"name": "a", "properties": {"subnet": {"id": tiny}}}]},
        }
        return client.network_interfaces.begin_create_or_update(GROUP, f"t{index}", nic).result()

    for index in range(3):
        put(index)
    refused("SubnetIsFull", lambda: put(3))


def test_security_rules_are_rows_with_unique_priorities(client: NetworkManagementClient) -> None:
    """Inline rules and rules added one by one are one list; two of one priority and direction collide."""
    rule = {
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": "22",
        "sourceAddressPrefix": "*",
        "destinationAddressPrefix": "*",
        "access": "Allow",
        "priority": 100,
        "direction": "Inbound",
    }
    group: Any = {"location": LOCATION, "properties": {"securityRules": [{"name": "ssh", "properties": rule}]}}
    client.network_security_groups.begin_create_or_update(GROUP, "nsg", group).result()
    extra: Any = {"properties": rule}
    refused("SecurityRuleConflict", lambda: client.security_rules.begin_create_or_update(GROUP, "nsg", "b", extra))
    extra["properties"] = {**rule, "priority": 101}
    client.security_rules.begin_create_or_update(GROUP, "nsg", "b", extra).result()
    shown = client.network_security_groups.get(GROUP, "nsg")
    assert [item.name for item in shown.security_rules or []] == ["ssh", "b"]
    subnet: Any = {
        "properties": {
            "addressPrefix": "10.0.0.0/16",
            "networkSecurityGroup": {"id": f"{NETWORK}/networkSecurityGroups/nsg"},
        }
    }
    client.subnets.begin_create_or_update(GROUP, "net", "main", subnet).result()
    refused(
        "InUseNetworkSecurityGroupCannotBeDeleted",
        lambda: client.network_security_groups.begin_delete(GROUP, "nsg"),
    )


def test_nat_gateways_serve_subnets(client: NetworkManagementClient) -> None:
    """A gateway shows its subnets and stays while one uses it; its address cannot serve a balancer too."""
    worlds.make_address(client)
    gateway_id = f"{NETWORK}/natGateways/nat"
    gateway: Any = {
        "location": LOCATION,
        "sku": {"name": "Standard"},
        "properties": {"publicIpAddresses": [{"id": f"{NETWORK}/publicIPAddresses/ip"}]},
    }
    client.nat_gateways.begin_create_or_update(GROUP, "nat", gateway).result()
    subnet: Any = {"properties": {"addressPrefix": "10.0.0.0/16", "natGateway": {"id": gateway_id}}}
    client.subnets.begin_create_or_update(GROUP, "net", "main", subnet).result()
    shown = client.nat_gateways.get(GROUP, "nat")
    assert [item.id for item in shown.subnets or []] == [SUBNET]
    refused("InUseNatGatewayCannotBeDeleted", lambda: client.nat_gateways.begin_delete(GROUP, "nat"))
    refused(
        "PublicIPAddressInUse",
        lambda: client.load_balancers.begin_create_or_update(GROUP, "lb", worlds.balancer_body()),
    )


def test_a_thousand_nat_rules_do_not_slow_down_the_next(client: NetworkManagementClient, sim: RunningSimulator) -> None:
    """The PUT of one NAT rule and interface costs no multiple of the work with 600 neighbours instead of 50.

    Counted are calls of functions, and each step of the database counts as one.
    """
    worlds.make_balancer(client)

    async def put(http: httpx.AsyncClient, index: int) -> None:
        rule = f"{BALANCER}/inboundNatRules/r{index}"
        answer = await http.put(rule, params=worlds.VERSION, json=worlds.nat_rule(40000 + index))
        assert answer.status_code == 201, answer.text
        nic = {
            "location": LOCATION,
            "properties": {
                "ipConfigurations": [
                    {
                        "name": "p",
                        "properties": {
                            "subnet": {"id": SUBNET},
                            "loadBalancerBackendAddressPools": [{"id": POOL}],
                            "loadBalancerInboundNatRules": [{"id": rule}],
                        },
                    }
                ]
            },
        }
        answer = await http.put(f"{NETWORK}/networkInterfaces/n{index}", params=worlds.VERSION, json=nic)
        assert answer.status_code == 201, answer.text

    async def fill(start: int, end: int) -> None:
        # In this thread, where calls are counted, and not through the server's.
        transport = httpx.ASGITransport(app=sim.simulator.app)
        headers = {"Authorization": f"Bearer {sim.token}"}
        async with httpx.AsyncClient(transport=transport, base_url=sim.endpoint, headers=headers) as http:
            for index in range(start, end):
                await put(http, index)

    def work(start: int, end: int) -> int:
        return calls_of(lambda: asyncio.run(fill(start, end)))

    database = sim.simulator.store._db
    database.set_progress_handler(lambda: 0, 1)
    asyncio.run(fill(0, 50))
    few = work(50, 60)
    database.set_progress_handler(None, 1)
    asyncio.run(fill(60, 600))
    database.set_progress_handler(lambda: 0, 1)
    assert work(600, 610) < 3 * few


def test_an_interface_stays_in_its_virtual_network(client: NetworkManagementClient) -> None:
    """Another subnet of the same network is taken; one of another network never is."""

    def placed(network: str, subnet: str) -> Any:
        target = f"{NETWORK}/virtualNetworks/{network}/subnets/{subnet}"
        inner = {"subnet": {"id": target}}
        return {"location": LOCATION, "properties": {"ipConfigurations": [{"name": "a", "properties": inner}]}}

    for number, network in enumerate(("left", "right"), 50):
        parts = [{"name": f"s{i}", "properties": {"addressPrefix": f"10.{number}.{i}.0/24"}} for i in (0, 1)]
        space = {"addressSpace": {"addressPrefixes": [f"10.{number}.0.0/16"]}, "subnets": parts}
        body: Any = {"location": LOCATION, "properties": space}
        client.virtual_networks.begin_create_or_update(GROUP, network, body).result()
    interfaces = client.network_interfaces
    interfaces.begin_create_or_update(GROUP, "moved", placed("left", "s0")).result()
    interfaces.begin_create_or_update(GROUP, "moved", placed("left", "s1")).result()
    error = refused(
        "NetworkInterfaceCannotChangeVirtualNetwork",
        lambda: interfaces.begin_create_or_update(GROUP, "moved", placed("right", "s0")),
    )
    assert "cannot be changed after its creation" in error.message
    assert interfaces.get(GROUP, "moved").ip_configurations[0].subnet.id.endswith("/left/subnets/s1")
