"""What azurerm says of a load balancer in several resources: its rules translate, with their front ends and pools."""

from typing import Any

from check.terraform_plans import change, loaded, plan

from scaleset_policies.engine import check

SET = "azurerm_orchestrated_virtual_machine_scale_set.web"
PUBLIC = {"name": "front", "public_ip_address_id": "/ip"}
INTERNAL = {"name": "front", "subnet_id": "/subnet"}


def balanced(rule: dict[str, Any] | None, balancer: str = "azurerm_lb.lb", *fronts: dict[str, Any]) -> set[str]:
    """The verdicts about a Flexible set behind a load balancer with one rule and a NAT pool."""
    front = {"frontend_ip_configuration": list(fronts or (PUBLIC,))}
    set_after = {"name": "web", "network_interface": [{"name": "nic", "ip_configuration": [{"name": "ip"}]}]}
    pools = "load_balancer_backend_address_pool_ids"
    unknown = {"id": True, "loadbalancer_id": True}
    of_rule = {**unknown, "backend_address_pool_ids": True}
    changes = [
        change("azurerm_lb.lb", {"name": "lb", "sku": "Standard", **front}, {"id": True}),
        change("azurerm_lb_backend_address_pool.pool", {"name": "pool"}, unknown),
        *([] if rule is None else [change("azurerm_lb_rule.rule", {"name": "rule", **rule}, of_rule)]),
        change("azurerm_lb_nat_pool.ssh", {"name": "ssh"}, unknown),
        change(SET, set_after, {"network_interface": [{"ip_configuration": [{pools: True}]}]}),
    ]
    own = {"loadbalancer_id": {"references": ["azurerm_lb.lb"]}}
    part = {"loadbalancer_id": {"references": [balancer]}}
    pool = {"references": ["azurerm_lb_backend_address_pool.pool"]}
    used = {pools: pool}
    resources = [
        {"address": "azurerm_lb.lb", "expressions": {}},
        {"address": "azurerm_lb_backend_address_pool.pool", "expressions": own},
        {"address": "azurerm_lb_rule.rule", "expressions": {**part, "backend_address_pool_ids": pool}},
        {"address": "azurerm_lb_nat_pool.ssh", "expressions": part},
        {"address": SET, "expressions": {"network_interface": [{"ip_configuration": [used]}]}},
    ]
    report = check(loaded(plan(*changes, resources=resources)).estate)
    found = {each.rule.id for each in report} | {f"?{each.rule.id}" for each in report.undecided}
    return {each for each in found if each.endswith(("SS068", "SS069"))}


def test_a_load_balancing_rule_gives_outbound_access() -> None:
    """``azurerm_lb_rule`` translates outbound traffic unless it says that it does not."""
    assert balanced(None) == {"SS068", "SS069"}
    assert balanced({"disable_outbound_snat": True}) == {"SS068", "SS069"}
    assert balanced({"disable_outbound_snat": False}) == {"SS068"}


def test_a_load_balancing_rule_translates_with_its_own_front_end() -> None:
    """An internal front end gives no outbound access; of several, ``frontend_ip_configuration_name`` decides."""
    rule = {"disable_outbound_snat": False, "frontend_ip_configuration_name": "front"}
    inside, outside = {**INTERNAL, "name": "inside"}, {**PUBLIC, "name": "outside"}
    assert balanced(rule, "azurerm_lb.lb", INTERNAL) == {"SS068", "SS069"}
    assert balanced(rule, "azurerm_lb.lb", PUBLIC, inside) == {"SS068"}
    assert balanced(rule, "azurerm_lb.lb", INTERNAL, outside) == {"SS068", "SS069"}
    assert balanced({"disable_outbound_snat": False}, "azurerm_lb.lb", INTERNAL, outside) == {"SS068", "?SS069"}


def test_parts_of_a_load_balancer_that_nobody_can_name_are_undecided() -> None:
    """A NAT pool whose load balancer comes from a local value may be this one's."""
    assert balanced({"disable_outbound_snat": False}, "local.balancer") == {"?SS068", "?SS069"}
    assert balanced({"disable_outbound_snat": False}, "var.balancer") == {"SS069"}
