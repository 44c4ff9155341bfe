"""One stopped machine does not stop the stack, on the real engine against the simulated Azure."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.compute import ComputeManagementClient
from components.conftest import Deployed
from support.scalesets import EXTENSION, GROUP, configured, flexible

from arm_simulator.testing import RunningSimulator
from devkit.environment import Azure

pytestmark = pytest.mark.engine

SECOND = {
    "name": "second",
    "publisher": "Microsoft.Azure.Monitor",
    "type": "AzureMonitorLinuxAgent",
    "typeHandlerVersion": "1.0",
}


def two(*extensions: dict[str, Any]) -> dict[str, Any]:
    """Two named instances with these extensions."""
    return flexible(instances={"web-0": {}, "web-1": {}}, extensions=list(extensions))


def compute_client(simulator: RunningSimulator, azure: Azure) -> Any:
    """The SDK's client."""
    return simulator.client(ComputeManagementClient, azure.subscription)


@pytest.mark.parametrize("stop", ["begin_deallocate", "begin_power_off"])
def test_extension_changes_of_a_stopped_machine_wait(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure, stop: str
) -> None:
    """The other machine gets the new version; the stopped one keeps its own, with a warning, and follows later."""
    stack = deployed(two({**EXTENSION, "protectedSettings": {"token": "once"}}))
    compute = compute_client(simulator, azure)
    getattr(compute.virtual_machines, stop)(GROUP, "web-0").result()
    changed = configured(two({**EXTENSION, "typeHandlerVersion": "2.0", "protectedSettings": {"token": "twice"}}))
    done = stack.up(changed)
    assert [name for op, _, name in done.ops(completed=True) if op == "update"] == ["web-1-hello"]
    assert "not running, so its extensions are not changed" in " ".join(done.text.split())
    assert "twice" not in done.text + str(stack.stack_export())
    compute.virtual_machines.begin_start(GROUP, "web-0").result()
    assert [(op, name) for op, _, name in stack.up().ops()] == [("update", "web-0-hello")]
    versions = [compute.virtual_machine_extensions.get(GROUP, name, "hello") for name in ("web-0", "web-1")]
    assert [each.properties.type_handler_version for each in versions] == ["2.0", "2.0"]
    assert stack.preview().ops() == []


def test_a_new_extension_of_a_stopped_machine_is_refused_for_it_alone(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """The preview refuses it and says how to update all others; that works, and after a start the rest follows."""
    stack = deployed(two(EXTENSION))
    compute = compute_client(simulator, azure)
    compute.virtual_machines.begin_deallocate(GROUP, "web-0").result()
    more = configured(two(EXTENSION, SECOND))
    refused = " ".join(stack.preview(more, expect_failure=True).text.split())
    assert "web-0 is deallocated, and Azure installs no extension" in refused
    urn = refused.split("--exclude '")[1].split("'")[0]
    stack.up(extra_args=["--exclude", urn])
    assert compute.virtual_machine_extensions.get(GROUP, "web-1", "second").name == "second"
    compute.virtual_machines.begin_start(GROUP, "web-0").result()
    assert [(op, name) for op, _, name in stack.up().ops()] == [("create", "web-0-second")]
    assert stack.preview().ops() == []


def test_an_extension_is_taken_from_a_stopped_machine_later(
    deployed: Deployed, simulator: RunningSimulator, azure: Azure
) -> None:
    """Azure deletes no extension of a stopped machine: the error gives the update of all others, and the way later."""
    stack = deployed(two(EXTENSION, SECOND))
    compute = compute_client(simulator, azure)
    compute.virtual_machines.begin_deallocate(GROUP, "web-0").result()
    fewer = configured(two(EXTENSION) | {"tags": {"team": "blue"}})
    failed = " ".join(stack.up(fewer, expect_failure=True).text.split())
    urn = failed.split("--exclude '")[1].split("'")[0]
    assert urn.endswith("::web-0-second")
    stack.up(extra_args=["--exclude", urn])
    assert [each.name for each in compute.virtual_machine_extensions.list(GROUP, "web-1").value] == ["hello"]
    assert compute.virtual_machines.get(GROUP, "web-0").tags == {"team": "blue"}
    compute.virtual_machines.begin_start(GROUP, "web-0").result()
    # What waited for the start follows: the tag of the other extension, and the deletion.
    assert {(op, name) for op, _, name in stack.up().ops()} == {("update", "web-0-hello"), ("delete", "web-0-second")}
    assert stack.preview().ops() == []
