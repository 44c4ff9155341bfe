"""Security groups of Terraform plans: with inline rules, and with rules that are separate resources."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scaleset_policies.engine import check
from scaleset_policies.formats.read import read
from scaleset_policies.rules import RULES

RULE: dict[str, Any] = {
    "name": "ssh",
    "priority": 100,
    "direction": "Inbound",
    "access": "Allow",
    "protocol": "Tcp",
    "source_port_range": "*",
    "source_port_ranges": [],
    "source_address_prefix": "*",
    "source_address_prefixes": [],
    "source_application_security_group_ids": [],
    "destination_port_range": "22",
    "destination_port_ranges": [],
    "destination_address_prefix": "*",
    "destination_address_prefixes": [],
    "destination_application_security_group_ids": [],
}
GROUP = "azurerm_network_security_group.web"
OWN = "azurerm_network_security_rule.ssh"


def change(address: str, after: dict[str, Any], **unknown: bool) -> dict[str, Any]:
    """A planned resource."""
    kind, name = address.split(".")
    planned = {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True, **unknown}}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": planned}


def found(*changes: dict[str, Any]) -> list[str]:
    """The names of the resources that open a port."""
    configured = [{**{name: each[name] for name in ("address", "mode", "type", "name")}} for each in changes]
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": []}},
        "resource_changes": list(changes),
        "configuration": {"root_module": {"resources": [{**each, "expressions": {}} for each in configured]}},
    }
    estate = read(json.dumps(plan), "plan.json", parameters=None)
    assert estate is not None
    report = check(estate.estate, rules=[RULES["SS160"]])
    assert not report.undecided
    return [str(each.resource) for each in report.violations]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ["web"]),
        ({"destination_port_range": "", "destination_port_ranges": ["20-30"]}, ["web"]),
        ({"destination_port_range": "", "destination_port_ranges": ["443"]}, []),
        ({"source_address_prefix": "", "source_address_prefixes": ["10.0.0.0/8"]}, []),
        ({"source_address_prefix": "", "source_application_security_group_ids": ["/group"]}, []),
        ({"access": "Deny"}, []),
    ],
)
def test_the_rules_in_a_group(changed: dict[str, Any], expected: list[str]) -> None:
    """Azurerm writes empty texts and lists for what is not set."""
    assert found(change(GROUP, {"name": "web", "location": "x", "security_rule": [{**RULE, **changed}]})) == expected


def test_rules_that_are_resources() -> None:
    """They are found by the name of their group, whose computed block nobody set."""
    group = change(GROUP, {"name": "web", "location": "x"}, security_rule=True)
    assert found(group, change(OWN, {**RULE, "network_security_group_name": "web"})) == ["ssh"]
    assert found(group) == []
