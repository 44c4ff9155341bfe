"""What the operations make of Azure's answers: states, ids, errors."""

from __future__ import annotations

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError

from scaleset_core.modes import Mode
from scaleset_operations.azure import translate
from scaleset_operations.instances import from_set_machine
from scaleset_operations.target import same_id

SET = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web"


def test_an_instance_of_a_uniform_set() -> None:
    """Its provisioning state, zone, size and model state are those of the answer; what is missing is empty."""
    properties = {"provisioningState": "Updating", "latestModelApplied": False}
    body = {
        "id": f"{SET}/virtualMachines/0",
        "instanceId": "0",
        "name": "web_0",
        "zones": ["2"],
        "sku": {"name": "Standard_D2s_v5"},
        "properties": properties,
    }
    found = from_set_machine(body, Mode.UNIFORM)
    assert (found.name, found.instance_id, found.zone) == ("web_0", "0", "2")
    assert (found.provisioning, found.latest_model, found.size) == ("Updating", False, "Standard_D2s_v5")
    assert from_set_machine({**body, "properties": {}}, Mode.UNIFORM).provisioning == ""


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [("/a/b", "/A/B/", True), ("/a/b/", "/a/b", True), ("/a/b", "/a/c", False)],
)
def test_ids_without_case_and_trailing_slash(left: str, right: str, *, same: bool) -> None:
    """ARM ignores case and a trailing slash, on either side."""
    assert same_id(left, right) is same


def test_errors_of_the_clients() -> None:
    """No sign-in and no connection have a remedy in one line; an answer of Azure keeps its own code and words."""
    nobody = translate(ClientAuthenticationError("EnvironmentCredential: nothing\nmore"))
    assert (nobody.status, nobody.code) == (0, "NoCredential")
    assert str(nobody.message) == "EnvironmentCredential: nothing Sign in with `az login`, or set AZURE_* variables."
    unreachable = translate(ServiceRequestError("refused"))
    assert (unreachable.status, unreachable.code) == (0, "NoConnection")
    plain = translate(HttpResponseError("broken"))
    assert (plain.status, plain.code, plain.message) == (0, "HttpResponseError", "broken")
