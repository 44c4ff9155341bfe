"""The Application Health extension is known by publisher and type, to all who ask for it, in any spelling."""

from __future__ import annotations

from typing import Any

import pytest
from policies.programs import estate_of

from pulumi_azure_scaleset.model.machine import Extension
from pulumi_azure_scaleset.model.resolved import is_health_extension
from scaleset_core.facts.health import is_health
from scaleset_policies.engine import check
from scaleset_policies.examples import EXAMPLES

PUBLISHER = "Microsoft.ManagedServices"
CASES = [
    (PUBLISHER, "ApplicationHealthLinux", True),
    (PUBLISHER, "ApplicationHealthWindows", True),
    (PUBLISHER.upper(), "applicationhealthlinux", True),
    (PUBLISHER, "ApplicationHealthLinuxAgent", False),
    ("Contoso.ManagedServices", "ApplicationHealthLinux", False),
    (PUBLISHER, "CustomScript", False),
]


def broken(extension: dict[str, Any]) -> set[str]:
    """The rules that a Flexible set with rolling upgrades and this extension alone breaks."""
    program = EXAMPLES["rolling-needs-health-extension-on-flexible"].bad
    profile = {
        **program["web"]["properties"]["virtualMachineProfile"],
        "extensionProfile": {"extensions": [extension]},
    }
    web = {**program["web"], "properties": {**program["web"]["properties"], "virtualMachineProfile": profile}}
    return {each.rule.name for each in check(estate_of({**program, "web": web}))}


@pytest.mark.parametrize(("publisher", "kind", "is_one"), CASES)
def test_all_know_it_by_publisher_and_type(publisher: str, kind: str, *, is_one: bool) -> None:
    """The component, a rule of the mode table and a rule of good practice agree."""
    assert is_health(publisher, kind) is is_one
    extension = Extension(name="e", publisher=publisher, type=kind, type_handler_version="1.0")
    assert is_health_extension(extension) is is_one
    settings = {"protocol": "tcp", "port": 80}
    found = broken({"name": "e", "publisher": publisher, "type": kind, "settings": settings})
    assert ("rolling-needs-health-extension-on-flexible" not in found) is is_one
    assert ("application-health" not in found) is is_one
