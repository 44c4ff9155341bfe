"""What is there before the commands of each page: the sets, projects and files that the page takes for granted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from migration.adoptions import FLEXIBLE, machine, put_set
from migration.racks import RACK, register
from migration.racks import machine as rack_machine
from migration.worlds import behind_balancer
from operations.balancers import BALANCER, POOL, balancer
from operations.world import World
from support.shells import Shell
from support.templates import GOOD

from arm_simulator.testing import SUBSCRIPTION

Preparation = Callable[[World, Shell], None]
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
FOLDER = Path(".scratch") / "page"
"""Where a page's project is, in the clone."""


def nothing(_world: World, _shell: Shell) -> None:
    """An empty subscription, and a shell at the root of the clone."""


def enter(shell: Shell) -> Path:
    """Make the folder for the page's project, enter it, and have the repository's folders there too."""
    folder = shell.folder / FOLDER
    folder.mkdir(parents=True)
    for name in ("components", "policies"):
        (folder / name).symlink_to(shell.folder / name)
    done(shell, f"cd {folder}")
    return folder


def done(shell: Shell, command: str) -> None:
    """Run a command that must succeed."""
    status, output = shell.run(command)
    assert status == 0, f"{command}:\n{output}"


def project(shell: Shell, stack: str, resources: Mapping[str, Any], **more: Any) -> Path:
    """A YAML project with a deployed stack, which the shell is in."""
    folder = enter(shell)
    content = {"name": "page", "runtime": "yaml", "config": {"azure-native:location": {"value": "westeurope"}}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({**content, "resources": dict(resources), **more}))
    done(shell, f"pulumi stack init {stack}")
    done(shell, "pulumi up --yes")
    return folder


def scale_set(group: str, name: str, **properties: Any) -> dict[str, Any]:
    """A set of a YAML project, in a group that exists."""
    given = {
        "resourceGroupName": group,
        "vmSize": "Standard_D2s_v5",
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "sshPublicKeys": [KEY],
        "virtualNetwork": {"allowFrom": []},
        "outbound": {"method": "NatGateway"},
    }
    return {"type": "azure-scaleset:ScaleSet", "name": name, "properties": given | properties}


PACKAGES = {"packages": {"azure-scaleset": "./components"}}


def one_named(world: World, shell: Shell) -> None:
    """The set `web` in the group `web`, with the instance `web-0`."""
    world.call("PUT", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/web", "2024-03-01", {"location": "westeurope"})
    project(shell, "dev", {"web": scale_set("web", "web", instances={"web-0": {}})}, **PACKAGES)


def operated(world: World, shell: Shell) -> None:
    """The Flexible set `web` with a machine `web_1a2b3c4d`, a Uniform set with NAT pools behind `lb`, a project."""
    world.scale_set("web", "Flexible", capacity=2)
    world.machine("web_1a2b3c4d", "web", computer="web-1a2b3c4d")
    balancer(world, nat="pool", outbound=True)
    pools: dict[str, Any] = {
        "loadBalancerBackendAddressPools": [POOL],
        "loadBalancerInboundNatPools": [{"id": f"{BALANCER}/inboundNatPools/ssh"}],
    }
    world.scale_set("batch", "Uniform", **pools)
    project(shell, "dev", {"shop": scale_set("rg", "shop", instances={"shop-0": {}})}, **PACKAGES)
    done(shell, "pulumi preview --json --show-sames > plan.json && pulumi stack export > deployed.json")


def portal_made(world: World, _shell: Shell) -> None:
    """A set that Azure alone knows: two machines, one of them with a public address, the other with an extension."""
    put_set(world, "web", {"location": "westeurope", "properties": dict(FLEXIBLE)})
    machine(world, "red", "web")
    machine(world, "blue", "web", address=True)
    world.compute("DELETE", "virtualMachines/blue/extensions/script")


def checked(world: World, shell: Shell) -> None:
    """A folder `infra` with a template, and a project with a set."""
    del world
    folder = project(shell, "dev", {"shop": scale_set("rg", "shop", instances={"shop-0": {}})}, **PACKAGES)
    (folder / "infra").mkdir()
    (folder / "infra" / "main.json").write_text(json.dumps(GOOD))


def templates(world: World, shell: Shell) -> None:
    """A template and a plan."""
    checked(world, shell)
    done(shell, "cp infra/main.json . && pulumi preview --json --show-sames > plan.json")


def migrating(world: World, _shell: Shell) -> None:
    """A Uniform set behind a load balancer, whom clients reach, and an availability set of two machines."""
    behind_balancer(world)
    register(world)
    world.compute("PUT", "availabilitySets/racks", RACK)
    for name in ("db-0", "db-1"):
        rack_machine(world, name, pooled=False)


PAGES: Mapping[str, Preparation] = {
    "components/core/README.md": nothing,
    "components/operations/README.md": one_named,
    "docs/adopting.md": portal_made,
    "docs/check.md": checked,
    "docs/migration.md": migrating,
    "docs/multi-language.md": checked,
    "docs/operations.md": operated,
    "docs/permissions.md": nothing,
    "docs/testing-your-own-code.md": nothing,
    "examples/README.md": nothing,
    "policies/README.md": templates,
}
"""The pages whose blocks are followed in order, except those with a comment that says otherwise."""
