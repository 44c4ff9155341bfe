"""What is not played is refused by its name, never answered with a success; FIDELITY.md has what is played."""

from __future__ import annotations

import httpx
import pytest
from azure.mgmt.network import NetworkManagementClient
from simulator.worlds import GROUP, NETWORK, SCOPE, VERSION

from arm_simulator import fidelity
from arm_simulator.core import sdk_operations, sdk_operations_generator
from arm_simulator.testing import SUBSCRIPTION, RunningSimulator
from simulator import worlds

COMPUTE = f"{SCOPE}/providers/Microsoft.Compute"


def test_the_page_is_current() -> None:
    """The page is what an empty simulator answers; after a change: `python -m arm_simulator.fidelity`."""
    assert fidelity.main(["--check"]) == 0


@pytest.mark.slow
def test_the_operations_are_those_of_the_installed_sdks() -> None:
    """The table of operations has what the installed packages have, under the names of the REST specification."""
    assert sdk_operations_generator.main(["--check"]) == 0
    found = {each.name: each for each in sdk_operations.read()}
    assert found["VirtualMachineScaleSets_DeleteInstances"].method == "POST"
    assert found["VirtualMachineScaleSets_DeleteInstances"].namespace == "Microsoft.Compute"
    assert found["ResourceGroups_CreateOrUpdate"].namespace == "Microsoft.Resources"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/subscriptions/s/providers/microsoft.compute/virtualmachines", "VirtualMachines_ListAll"),
        ("POST", f"{COMPUTE}/virtualMachines/vm/start", "VirtualMachines_Start"),
        ("GET", f"{NETWORK}/loadBalancers/lb/probes/p", "LoadBalancerProbes_Get"),
        ("POST", f"{COMPUTE}/virtualMachines/vm/fly", None),
    ],
)
def test_a_request_is_known_by_its_name(method: str, path: str, name: str | None) -> None:
    """Verb and path name the operation, in any case; what no SDK has is none."""
    found = sdk_operations.of(method, path)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", f"{COMPUTE}/virtualMachines/vm/assessPatches", "VirtualMachines_AssessPatches"),
        ("GET", f"{COMPUTE}/restorePointCollections", "RestorePointCollections_List"),
        ("PUT", f"{COMPUTE}/galleries/g/applications/a", "GalleryApplications_CreateOrUpdate"),
        ("PUT", f"{NETWORK}/virtualNetworks/net/virtualNetworkPeerings/p", "VirtualNetworkPeerings_CreateOrUpdate"),
        ("GET", f"{NETWORK}/networkWatchers", "NetworkWatchers_List"),
    ],
)
@pytest.mark.usefixtures("client")
def test_an_operation_that_is_not_played(
    http: httpx.Client, sim: RunningSimulator, method: str, path: str, name: str
) -> None:
    """501 with the operation's name, in the shape of an ARM error, and the state is as before."""
    before = sim.simulator.store.version
    answer = http.request(method, path, params=VERSION, json={} if method != "GET" else None)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["target"]) == (501, "NotImplemented", name)
    assert name in error["message"]
    assert sim.simulator.store.version == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{NETWORK}/virtualNetworks/net/fly"),
        ("GET", f"{NETWORK}/virtualNetworks/net/wings"),
        ("GET", f"{NETWORK}/virtualNetworks/net/wings/left"),
        ("PUT", f"{NETWORK}/virtualNetworks/net/wings/left"),
        ("DELETE", f"{NETWORK}/virtualNetworks/net/wings/left"),
        ("POST", f"{NETWORK}/virtualNetworks/net"),
        ("PUT", f"{NETWORK}/wings/left"),
        ("GET", f"{NETWORK}/wings"),
        ("PUT", f"{SCOPE}/providers/Microsoft.Wings/wings/left"),
        ("POST", f"{SCOPE}/fly"),
        ("DELETE", f"/subscriptions/{SUBSCRIPTION}/locations"),
        ("POST", f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network"),
        ("PUT", "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/locks/l"),
        ("GET", "/providers/Microsoft.Management/managementGroups/m"),
    ],
)
@pytest.mark.usefixtures("client")
def test_what_azure_does_not_have_is_refused(http: httpx.Client, sim: RunningSimulator, method: str, path: str) -> None:
    """Unknown types, children, actions and verbs are never a success, and change nothing."""
    before = sim.simulator.store.version
    answer = http.request(method, path, params=VERSION, json={"location": "westeurope"} if method != "GET" else None)
    assert 400 <= answer.status_code <= 501, answer.text
    assert answer.status_code != 500
    assert answer.json()["error"]["code"]
    assert sim.simulator.store.version == before


def test_parts_of_a_balancer_are_read_as_resources(client: NetworkManagementClient) -> None:
    """Front ends, probes and rules have their own lists and GETs, with what the balancer shows of them."""
    worlds.make_address(client)
    worlds.make_balancer(client)
    assert [each.name for each in client.load_balancer_frontend_ip_configurations.list(GROUP, "lb")] == ["front"]
    assert client.load_balancer_probes.get(GROUP, "lb", "tcp").port == 80
    assert [each.name for each in client.load_balancer_load_balancing_rules.list(GROUP, "lb")] == ["http"]
    assert client.load_balancer_outbound_rules.get(GROUP, "lb", "out").protocol == "All"
