"""A request's body reaches the client by the name of its parameter, whatever stands before it."""

from __future__ import annotations

from typing import Any

import pytest

from scaleset_operations.azure import Azure
from scaleset_operations.cloud import CLOUDS, Connection
from scaleset_operations.errors import AzureError

BODY = {"instanceIds": ["3"]}


class OlderGroup:
    """azure-mgmt-compute before 38: options stand before the instances, and other keywords are dropped."""

    def __init__(self) -> None:
        self.called: dict[str, Any] = {}

    async def power_off(
        self,
        group: str,
        name: str,
        skip_shutdown: bool = False,
        vm_instance_i_ds: Any = None,
        **_: Any,
    ) -> None:
        """A method with the body in another place."""
        self.called = {"target": (group, name), "skip": skip_shutdown, "instances": vm_instance_i_ds}

    async def restart(self, group: str, name: str, **_: Any) -> None:
        """A method that has no parameter for a body: it would restart the whole set."""
        self.called = {"target": (group, name)}


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> OlderGroup:
    """The only operation group there is."""
    made = OlderGroup()
    monkeypatch.setattr(Azure, "group", lambda *_: made)
    return made


async def ask(method: str) -> None:
    """One call with a body."""
    connection = Connection(cloud=next(iter(CLOUDS.values())), endpoint="http://127.0.0.1:1")
    async with Azure(connection, "sub") as azure:
        await azure.ask("virtual_machine_scale_sets", method, "rg", "web", body=BODY)


async def test_instances_are_never_taken_for_an_option(group: OlderGroup) -> None:
    """Powering off one instance with an older client powers off one instance, not the set."""
    await ask("power_off")
    assert group.called == {"target": ("rg", "web"), "skip": False, "instances": BODY}


async def test_a_client_without_the_parameter_is_an_error(group: OlderGroup) -> None:
    """A client that would drop the body is not called at all."""
    with pytest.raises(AzureError, match=r"restart takes no body: the Azure clients are older or newer"):
        await ask("restart")
    assert group.called == {}
