"""Fixtures for your own tests: a simulated Azure, and what the Pulumi engine needs to deploy to it.

They are available when the distribution is installed::

    def test_my_code(azure, azure_clients):
        compute = azure_clients(ComputeManagementClient)
        azure.inject(kind="throttled", path_regex="/virtualMachines$")
        ...

    def test_my_program(pulumi_azure):
        options = auto.LocalWorkspaceOptions(env_vars=pulumi_azure, pulumi_home=pulumi_azure["PULUMI_HOME"])
        stack = auto.create_stack("test", work_dir="infra", opts=options)
        stack.up()

``arm_client`` is another name of ``azure_clients``, ``arm_pulumi_env`` of ``pulumi_azure``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from arm_simulator.testing import RunningSimulator

_FOREIGN = ("PULUMI_", "ARM_", "AZURE_", "SCALESET_ARM_")


@pytest.fixture(scope="session")
def arm_simulator() -> Iterator[RunningSimulator]:
    """A running simulator; each test has its own subscription (``arm_subscription``)."""
    from arm_simulator.testing import running_simulator  # noqa: PLC0415 - sessions that use no simulator load none

    with running_simulator() as running:
        yield running


@pytest.fixture(autouse=True)
def _arm_simulator_put_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test configures or injects is gone for the next one."""
    if "arm_simulator" not in request.fixturenames:
        yield
        return
    running: RunningSimulator = request.getfixturevalue("arm_simulator")
    with running.put_back():
        yield


@pytest.fixture
def arm_subscription() -> str:
    """The id of an empty subscription, the test's own."""
    return str(uuid4())


@pytest.fixture
def arm_client(arm_simulator: RunningSimulator, arm_subscription: str) -> Callable[..., Any]:
    """Makes azure-mgmt clients of the test's subscription: ``arm_client(ComputeManagementClient)``."""

    def make(client_type: Any, **options: Any) -> Any:
        return arm_simulator.client(client_type, arm_subscription, **options)

    return make


@pytest.fixture
def azure(arm_simulator: RunningSimulator, arm_subscription: str) -> RunningSimulator:
    """The simulated Azure of this test: ``subscription`` is empty, and no request is recorded yet."""
    arm_simulator.clear_requests()
    return type(arm_simulator)(arm_simulator.endpoint, arm_simulator.simulator, arm_subscription)


@pytest.fixture
def azure_clients(arm_client: Callable[..., Any]) -> Callable[..., Any]:
    """Makes unmodified azure-mgmt clients of the test's subscription: ``azure_clients(ComputeManagementClient)``."""
    return arm_client


@pytest.fixture(scope="session")
def arm_pulumi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Pulumi home whose azure-native provider is the stand-in that talks to the simulator."""
    from azure_native.install import install  # noqa: PLC0415 - as above

    home = tmp_path_factory.mktemp("pulumi-home")
    install(home)
    return home


@pytest.fixture
def arm_pulumi_env(
    arm_simulator: RunningSimulator, arm_subscription: str, arm_pulumi_home: Path, tmp_path: Path
) -> dict[str, str]:
    """The environment for `pulumi` or the Automation API: states in the test's own folder, resources in the simulator.

    It does not contain the developer's own Pulumi or Azure login.
    """
    backend = tmp_path / "pulumi-backend"
    backend.mkdir()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)},
        "ARM_SUBSCRIPTION_ID": arm_subscription,
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(arm_pulumi_home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "SCALESET_ARM_ENDPOINT": arm_simulator.endpoint,
        "SCALESET_ARM_TOKEN": arm_simulator.token,
        "SCALESET_ARM_PACE": "0.015",
    }


@pytest.fixture
def pulumi_azure(arm_pulumi_env: dict[str, str]) -> dict[str, str]:
    """The environment for `pulumi` or the Automation API: its azure-native is the stand-in, its Azure the simulator."""
    return arm_pulumi_env
