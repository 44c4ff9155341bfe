"""What deploying the maximal sets needs, by the simulator, against the roles: nothing is missing, nothing is too much.

Every resource that the component emits is created, read and deleted through the simulator's permission check; the
roles are derived elsewhere, from the list of types in the core.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from support import azure_world
from support.azure_world import Deployment, World
from support.maximal import EVERYTHING
from support.rights import needed

from arm_simulator.core.messages import Call
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.plan.versions import plain, token_of
from scaleset_core.roles import DEPLOYED, REFERENCES, ROLES
from scaleset_core.roles.deployment import LOOKS

NAMES = [name for name in ROLES if name.startswith("deployer")]
SMALL = {
    "resource_group_name": azure_world.GROUP,
    "scale_set_name": "web",
    "orchestration_mode": "Flexible",
    "instances": {"a": {}},
    "vm_size": "Standard_D2s_v5",
    "ssh_public_keys": [azure_world.SSH_KEY],
    "subnet_id": azure_world.SUBNET,
    "outbound": {"method": "External"},
}
MORE: dict[str, dict[str, Any]] = {
    "managed image": {**SMALL, "image": {"id": azure_world.MANAGED_IMAGE}},
    "gallery version": {**SMALL, "image": {"id": f"{azure_world.GALLERY_IMAGE}/versions/1.0.0"}},
    "own gateway": {
        **{name: value for name, value in SMALL.items() if name != "subnet_id"},
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "virtual_network": {},
        "outbound": {"method": "NatGateway"},
    },
}
"""What the maximal sets do not have: other sources of images, and a NAT gateway of the component's own."""


class Deployments:
    """The requests of every configuration's deployment, each with the world as it was after it."""

    def __init__(self) -> None:
        self.world = World()
        self.refused: dict[str, set[str]] = {}
        for args in (*EVERYTHING.values(), *MORE.values()):
            with self.world.scratch():
                self._run(compile_args("web", args).plan)

    def _run(self, plan: Any) -> None:
        deployment = Deployment(self.world)
        refusal = deployment.run(plan)
        assert refusal is None, refusal
        for key, path in deployment.paths.items():
            for method, body in (("PUT", deployment.bodies[key]), ("GET", None), ("DELETE", None)):
                call = Call(method, path, {}, {}, body, "")
                for operation in needed(self.world.context(), call):
                    self.refused.setdefault(operation, set()).add(f"{method} {path}")


@cache
def refused() -> dict[str, set[str]]:
    """The operations that deployments are refused without, each with the requests."""
    return Deployments().refused


def test_the_roles_have_all_that_a_deployment_needs() -> None:
    """Each operation that any request of any maximal set needs is in the deployer's roles, or in the references'."""
    granted = {each for name in (*NAMES, "references") for each in ROLES[name].operations}
    assert sorted(set(refused()) - granted) == []


@pytest.mark.parametrize("operation", sorted({each for name in NAMES for each in ROLES[name].operations} - set(LOOKS)))
def test_a_deployment_without_one_operation_is_refused(operation: str) -> None:
    """No operation of the deployer's roles is too much: without it some request is refused, with its name."""
    assert refused().get(operation), operation


@pytest.mark.parametrize("operation", sorted(REFERENCES))
def test_a_reference_without_one_operation_is_refused(operation: str) -> None:
    """No operation of the references' role is too much."""
    assert refused().get(operation), operation


def test_the_types_are_those_that_the_component_declares() -> None:
    """Each type that a maximal set emits is in the roles' list, and no other."""
    emitted = {
        plain(token_of(child)).removeprefix("azure-native:")
        for args in (*EVERYTHING.values(), *MORE.values())
        for child in compile_args("web", args).plan.children
    }
    assert emitted == set(DEPLOYED)
