"""Secrets in plain text: rules decide by them, and no report shows them."""

import base64
import json
from typing import Any

import pytest
from check import samples
from check.samples import SECRET
from check.terraform_plans import change, loaded, plan

from scaleset_policies import reports
from scaleset_policies.checking import Options, check_estate
from scaleset_policies.choices import ReportFormat
from scaleset_policies.engine import check
from scaleset_policies.formats.read import FileEstate
from scaleset_policies.report import Report
from scaleset_policies.results import Results

FLEXIBLE = "azurerm_orchestrated_virtual_machine_scale_set.web"
UNIFORM = "azurerm_linux_virtual_machine_scale_set.web"
HEALTH = {"name": "health", "publisher": "Microsoft.ManagedServices", "type": "ApplicationHealthLinux"}
SCRIPT = {"name": "setup", "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript"}
MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def rolling(address: str, extensions: list[dict[str, Any]], sensitive: Any = True) -> FileEstate:
    """A plan of a set with rolling upgrades whose extensions Terraform marks as sensitive."""
    after = {"name": "web", "upgrade_mode": "Rolling", "extension": extensions}
    return loaded(plan(change(address, after, sensitive={"extension": sensitive})))


def found(report: Report, rule: str) -> str:
    """``broken``, ``undecided`` or ``""``."""
    if rule in {each.rule.id for each in report}:
        return "broken"
    return "undecided" if rule in {each.rule.id for each in report.undecided} else ""


@pytest.mark.parametrize(("address", "rule"), [(FLEXIBLE, "SS025"), (UNIFORM, "SS026")])
def test_a_rule_decides_by_a_sensitive_block(address: str, rule: str) -> None:
    """A set of extensions is sensitive as a whole if one of them has protected settings: the rules still see them."""
    assert found(check(rolling(address, [SCRIPT]).estate), rule) == "broken"
    assert found(check(rolling(address, [SCRIPT, HEALTH]).estate), rule) == ""


@pytest.mark.parametrize(
    ("settings", "protected", "sensitive", "verdict"),
    [
        (None, {"commandToExecute": SECRET}, True, ""),
        ({"fileUris": ["https://example.com/a.sh"]}, {"commandToExecute": SECRET}, True, ""),
        ({"commandToExecute": "./install.sh"}, None, True, ""),
        ({"commandToExecute": f"./install.sh --password={SECRET}"}, None, True, "broken"),
        ({"commandToExecute": "./install.sh"}, None, [{"settings": True}], "broken"),
        ({"port": 80}, None, [{"settings": True}], "broken"),
        ({"port": 80}, {"k": SECRET}, [{"protected_settings": True}], ""),
    ],
)
def test_only_what_is_public_and_secret_breaks_the_rule(
    settings: Any, protected: Any, sensitive: Any, verdict: str
) -> None:
    """A command that is hidden as advised is no violation, though Terraform marks all extensions as sensitive."""
    text = None if settings is None else json.dumps(settings)
    hidden = None if protected is None else json.dumps(protected)
    extension = {**SCRIPT, "settings": text, "protected_settings": hidden}
    assert found(check(rolling(UNIFORM, [extension], sensitive).estate), "SS105") == verdict


@pytest.mark.parametrize(("text", "verdict"), [("apt-get install nginx", ""), (f"PASSWORD={SECRET}", "broken")])
def test_a_boot_script_is_read_though_the_provider_calls_it_sensitive(text: str, verdict: str) -> None:
    """The provider marks every ``custom_data`` and ``user_data`` as sensitive: the rule looks for passwords in it."""
    script = base64.b64encode(text.encode()).decode()
    after, sensitive = (
        {"name": "web", "custom_data": script, "user_data": script},
        {"custom_data": True, "user_data": True},
    )
    report = check(loaded(plan(change(UNIFORM, after, sensitive=sensitive))).estate)
    assert found(report, "SS104") == verdict
    assert script not in "".join(each.message for each in report)


def test_a_sensitive_block_of_an_operating_system_is_read() -> None:
    """``linux_configuration`` becomes several properties: as a whole it may be sensitive, or not known."""
    system = {"disable_password_authentication": False, "admin_password": SECRET, "admin_username": "ops"}
    after = {"name": "web", "os_profile": [{"linux_configuration": [system]}]}
    for mark in (True, [{"linux_configuration": True}], [{"linux_configuration": [True]}]):
        report = check(loaded(plan(change(FLEXIBLE, after, sensitive={"os_profile": mark}))).estate)
        assert found(report, "SS101") == "broken"
    unknown = {"os_profile": [{"linux_configuration": True}]}
    report = check(loaded(plan(change(FLEXIBLE, {"name": "web", "os_profile": [{}]}, unknown))).estate)
    assert found(report, "SS101") == "undecided"


@pytest.mark.parametrize("kind", list(ReportFormat))
def test_nothing_sensitive_is_shown(kind: ReportFormat) -> None:
    """Neither in a message's value or detail, nor in the name of a resource or in what could not be decided."""
    name, prefix, subnet = "web-SECRET-name", "Prefix-SECRET-longer-than-fifteen" * 3, f"/subscriptions/{SECRET}/x"
    nic = {"name": SECRET, "ip_configuration": [{"name": SECRET, "subnet_id": subnet}]}
    after = {
        "name": name,
        "upgrade_mode": SECRET,
        "sku_name": SECRET,
        "priority": SECRET,
        "extension": [{**SCRIPT, "settings": json.dumps({"commandToExecute": f"password={SECRET}"})}],
        "os_profile": [{"linux_configuration": [{"computer_name_prefix": prefix}]}],
        "network_interface": [nic, nic],
    }
    found = loaded(plan(change(FLEXIBLE, after, sensitive=dict.fromkeys(after, True))))
    results = Results((check_estate(found, Options().config),))
    assert {"SS058", "SS105", "SS024"} <= {item.violation.rule.id for item in results.items}
    options = {"verbose": True} if kind is ReportFormat.TEXT else {}
    text = reports.write(results, kind, **options)
    for each in (SECRET, name, prefix, prefix[:20]):
        assert each.lower() not in text.lower()
    assert SECRET not in repr(found)


def test_a_secret_of_a_program_is_read_too() -> None:
    """Pulumi's secrets in plain text are known to the rules; encrypted ones are not."""
    for extensions, verdict in (([SCRIPT], "broken"), ([SCRIPT, HEALTH], ""), (None, "undecided")):
        document = json.loads(samples.stack())
        inputs = document["deployment"]["resources"][1]["inputs"]
        inputs["upgradePolicy"] = {"mode": "Rolling"}
        secret = {"ciphertext": "AAAA"} if extensions is None else {"plaintext": json.dumps(extensions)}
        inputs["virtualMachineProfile"]["extensionProfile"] = {"extensions": {**MARK, **secret}}
        assert found(check(loaded(json.dumps(document)).estate), "SS025") == verdict
