"""The rules that other tools have, too: open ports, boot integrity, updates, keys, images out of support."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scaleset_core.facts.checks import Finding, evaluate
from scaleset_core.facts.image_support import end_of_support, table
from scaleset_core.facts.images import Image
from scaleset_core.facts.properties import UNKNOWN, View
from scaleset_policies import arm_types
from scaleset_policies.config_reading import load
from scaleset_policies.engine import check
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Verdict
from scaleset_policies.rules import RULES
from scaleset_policies.rules.open_ports import reachable


def rule(priority: Any = 100, access: str = "Allow", **more: Any) -> dict[str, Any]:
    """A rule for inbound SSH from everywhere, with changes."""
    usual = {
        "priority": priority,
        "direction": "Inbound",
        "access": access,
        "protocol": "Tcp",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "22",
    }
    return {**usual, **more}


def outcome(*rules: Any, port: int = 22) -> str:
    """``open``, ``closed`` or ``unknown``."""
    view = View({"securityRules": list(rules)})
    found = evaluate(lambda each: reachable(each.members("securityRules"), port), view)
    assert not (found.findings and found.undecided)
    return "open" if found.findings else "unknown" if found.undecided else "closed"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule()], "open"),
        ([rule(protocol="*")], "open"),
        ([rule(protocol="Udp")], "closed"),
        ([rule(direction="Outbound")], "closed"),
        ([rule(destinationPortRange="*")], "open"),
        ([rule(destinationPortRange="20-30")], "open"),
        ([rule(destinationPortRange="23-30")], "closed"),
        ([rule(destinationPortRange=None, destinationPortRanges=["443", "22"])], "open"),
        ([rule(destinationPortRange="", destinationPortRanges=["443"])], "closed"),
        ([rule(sourceAddressPrefix="0.0.0.0/0")], "open"),
        ([rule(sourceAddressPrefix="::/0")], "open"),
        ([rule(sourceAddressPrefix="internet")], "open"),
        ([rule(sourceAddressPrefix="VirtualNetwork")], "closed"),
        ([rule(sourceAddressPrefix="203.0.113.0/24")], "closed"),
        ([rule(sourceAddressPrefix=None, sourceAddressPrefixes=["10.0.0.0/8", "Internet"])], "open"),
        ([rule(sourceAddressPrefix=None, sourceApplicationSecurityGroups=[{"id": "/group"}])], "closed"),
        ([rule(access="Deny")], "closed"),
        ([rule(200), rule(100, "Deny")], "closed"),
        ([rule(100), rule(200, "Deny")], "open"),
        ([rule(200), rule(100, "Deny", sourceAddressPrefix="203.0.113.0/24")], "open"),
        ([rule(200), rule(100, "Deny", destinationAddressPrefix="10.0.0.4")], "open"),
        ([rule(200), rule(100, "Deny", sourcePortRange="1024-65535")], "open"),
        ([rule(200), rule(100, "Deny", destinationPortRange="3389")], "open"),
        ([rule(200), rule(100, "Deny", protocol="*", destinationPortRange="0-65535")], "closed"),
        ([rule(sourceAddressPrefix=UNKNOWN)], "unknown"),
        ([rule(destinationPortRange=UNKNOWN)], "unknown"),
        ([rule(UNKNOWN)], "unknown"),
        ([rule(UNKNOWN), rule(100, "Deny")], "unknown"),
        ([rule(200), rule(100, "Deny", sourceAddressPrefix=UNKNOWN)], "unknown"),
        ([rule(100), rule(200, "Deny", sourceAddressPrefix=UNKNOWN)], "open"),
        ([UNKNOWN], "unknown"),
        ([], "closed"),
    ],
)
def test_the_first_matching_rule_decides(rules: list[Any], expected: str) -> None:
    """By priority, whatever the order in the list; what may match and is not known decides nothing."""
    assert outcome(*rules) == expected


def test_the_place_of_an_open_port_is_its_rule() -> None:
    """The finding is at the rule that opens the port, with the port."""
    view = View({"securityRules": [rule(destinationPortRange="443"), rule(destinationPortRange="3389")]})
    assert list(reachable(view.members("securityRules"), 3389)) == [
        Finding("securityRules[1]", detail="it lets the Internet reach port 3389"),
    ]


def network(*rules: tuple[str, dict[str, Any]], group: tuple[dict[str, Any], ...] | None = ()) -> Estate:
    """A security group with inline rules, and rules that are resources."""
    root = "/subscriptions/s/resourceGroups/web/providers/Microsoft.Network/networkSecurityGroups/web"
    made = []
    if group is not None:
        properties = {"securityRules": list(group)}
        made.append(
            Resource(key="group", type=arm_types.NETWORK_SECURITY_GROUP, name="web", id=root, properties=properties)
        )
    for name, body in rules:
        place = f"{root}/securityRules/{name}"
        made.append(Resource(key=name, type=arm_types.SECURITY_RULE, name=name, id=place, properties=body))
    return Estate(made)


@pytest.mark.parametrize(
    ("estate", "expected"),
    [
        (network(("ssh", rule())), {"ssh": "violates", "group": "passes"}),
        (network(("ssh", rule()), group=None), {"ssh": "undecided"}),
        (network(("no", rule(access="Deny")), group=(rule(200),)), {"no": "passes", "group": "passes"}),
        (network(("no", rule(access="Deny")), ("ssh", rule(200))), {"no": "passes", "ssh": "passes"}),
        (network(("no", rule(300, access="Deny")), group=(rule(200),)), {"no": "passes", "group": "violates"}),
        (network(("ssh", rule(300)), group=(rule(200),)), {"ssh": "passes", "group": "violates"}),
        (network(("no", rule(UNKNOWN, "Deny")), group=(rule(200),)), {"group": "undecided"}),
    ],
)
def test_the_rules_of_a_group_count_together(estate: Estate, expected: dict[str, str]) -> None:
    """Whether a group lists them or they are separate resources; each is reported at its own resource."""
    found = {each.key: RULES["SS160"].evaluate(estate, each).verdict.value for each in estate}
    assert {key: found[key] for key in expected} == expected


def verdict(name: str, properties: dict[str, Any], *, today: date | None = None) -> Verdict:
    """The verdict of one rule on one set."""
    resource = Resource(key="web", type=arm_types.SCALE_SET, name="web", properties=properties)
    estate = Estate([resource])
    estate.today = today or estate.today
    return RULES[name].evaluate(estate, resource).verdict


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        ({"securityType": "trustedlaunch", "uefiSettings": {"secureBootEnabled": True}}, Verdict.VIOLATES),
        (
            {"securityType": "TrustedLaunch", "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True}},
            Verdict.PASSES,
        ),
        ({"securityType": "TrustedLaunch", "uefiSettings": UNKNOWN}, Verdict.UNDECIDED),
        ({"securityType": "Standard"}, Verdict.PASSES),
        ({}, Verdict.PASSES),
    ],
)
def test_trusted_launch_needs_both_settings(security: dict[str, Any], expected: Verdict) -> None:
    """Both are asked for where trusted launch is named, and nowhere else."""
    assert verdict("SS161", {"virtualMachineProfile": {"securityProfile": security}}) is expected


@pytest.mark.parametrize(
    ("windows", "policy", "expected"),
    [
        ({"enableAutomaticUpdates": False}, {}, Verdict.VIOLATES),
        ({"enableAutomaticUpdates": True}, {}, Verdict.PASSES),
        ({}, {}, Verdict.PASSES),
        (
            {"enableAutomaticUpdates": False, "patchSettings": {"patchMode": "automaticbyplatform"}},
            {},
            Verdict.PASSES,
        ),
        ({"enableAutomaticUpdates": False}, {"enableAutomaticOSUpgrade": True}, Verdict.PASSES),
        ({"enableAutomaticUpdates": UNKNOWN}, {}, Verdict.UNDECIDED),
    ],
)
def test_windows_is_updated_by_something(windows: dict[str, Any], policy: dict[str, Any], expected: Verdict) -> None:
    """Updates by Windows, by the platform or by new images: one is enough."""
    profile = {"osProfile": {"windowsConfiguration": windows}}
    upgrade = {"automaticOSUpgradePolicy": policy}
    assert verdict("SS162", {"upgradePolicy": upgrade, "virtualMachineProfile": profile}) is expected


@pytest.mark.parametrize(
    ("linux", "expected"),
    [
        ({"disablePasswordAuthentication": True}, Verdict.VIOLATES),
        ({"disablePasswordAuthentication": True, "ssh": {"publicKeys": []}}, Verdict.VIOLATES),
        ({"disablePasswordAuthentication": True, "ssh": {"publicKeys": [{"keyData": UNKNOWN}]}}, Verdict.PASSES),
        ({"disablePasswordAuthentication": True, "ssh": UNKNOWN}, Verdict.UNDECIDED),
        ({"disablePasswordAuthentication": False}, Verdict.PASSES),
    ],
)
def test_a_machine_without_passwords_needs_a_key(linux: dict[str, Any], expected: Verdict) -> None:
    """A key whose text is not known is a key."""
    assert verdict("SS163", {"virtualMachineProfile": {"osProfile": {"linuxConfiguration": linux}}}) is expected


def test_the_table_of_support_is_ordered_and_complete() -> None:
    """By day; each row has an address, patterns in lower case, and none is there twice."""
    rows = table()
    assert [each.ends for each in rows] == sorted(each.ends for each in rows)
    for each in rows:
        assert each.source.startswith("https://")
        patterns = (each.publisher, each.offer, each.sku)
        assert patterns == tuple(text.lower() for text in patterns)
    assert len({(each.publisher, each.offer, each.sku) for each in rows}) == len(rows)


@pytest.mark.parametrize(
    ("image", "ends"),
    [
        (Image("Canonical", "UbuntuServer", "18.04-LTS"), date(2023, 5, 31)),
        (Image("Canonical", "0001-com-ubuntu-server-focal", "20_04-lts-gen2"), date(2025, 5, 31)),
        (Image("MicrosoftWindowsServer", "WindowsServer", "2012-R2-Datacenter"), date(2023, 10, 10)),
        (Image("RedHat", "RHEL", "7-LVM"), date(2024, 6, 30)),
        (Image("RedHat", "RHEL", "9-lvm-gen2"), None),
        (Image("Canonical", "ubuntu-24_04-lts", "server"), None),
        (Image("someone", "UbuntuServer", "18.04-LTS"), None),
    ],
)
def test_the_end_of_an_images_support(image: Image, ends: date | None) -> None:
    """By publisher, offer and SKU, case aside; an image that the table does not have has no end."""
    assert end_of_support(image) == ends


def test_the_day_of_the_configuration_decides_about_support() -> None:
    """On the last day an image is supported, on the next it is not; the day is the configuration's."""
    last = date(2027, 6, 1)
    reference = {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2"}
    properties = {"virtualMachineProfile": {"storageProfile": {"imageReference": reference}}}
    for day, broken in ((last, False), (last + timedelta(days=1), True)):
        resource = Resource(key="web", type=arm_types.SCALE_SET, name="web", properties=properties)
        report = check(Estate([resource]), load({}, RULES, today=day))
        assert any(each.rule.id == "SS164" for each in report) == broken


def test_keys_of_ones_own_are_asked_for_only_where_wanted() -> None:
    """The rule is off unless a configuration turns it on."""
    resource = Resource(key="web", type=arm_types.SCALE_SET, name="web", properties={"virtualMachineProfile": {}})
    assert not [each for each in check(Estate([resource])) if each.rule.id == "SS165"]
    wanted = load({"customer-managed-keys": "mandatory"}, RULES)
    assert [each for each in check(Estate([resource]), wanted) if each.rule.id == "SS165"]
