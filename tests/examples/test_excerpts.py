"""Excerpts of Python programs on the pages: what the component takes of them, and what the others do."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from functools import partial
from types import CodeType
from typing import Any

import pytest
from azure.mgmt.compute import ComputeManagementClient
from operations.world import World

import scaleset_operations
from arm_simulator.testing import SUBSCRIPTION, running_simulator
from docs_site import pages
from docs_site.pages import Block
from pulumi_azure_scaleset.compile import compile_args
from scaleset_operations import connect

THIS = "tests/examples/test_excerpts.py"
EXCERPTS = pages.of(f"{THIS}::test_an_excerpt_of_a_program")
NETWORKS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks"
REST: dict[str, Any] = {
    "resource_group_name": "rg",
    "instances": {"web-0": {}},
    "vm_size": "Standard_D2s_v5",
    "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
    "ssh_public_keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"],
    "subnet_id": f"{NETWORKS}/net/subnets/vms",
    "capacity": 1,
    "outbound": {"method": "External"},
}
"""What an excerpt leaves out."""


class Named:
    """Any resource or module of a program: its attributes and results are texts that an id or a name can be."""

    name = "rg"
    id = REST["subnet_id"]

    def __getattr__(self, name: str) -> Any:
        return lambda *_: REST["subnet_id"] if name == "require_output" else "text"


def without_dots(text: str) -> str:
    """The excerpt without the `...` that mean the rest."""
    return re.sub(r"\.\.\.,\s*", "", text)


@pytest.mark.parametrize("block", EXCERPTS, ids=lambda block: f"{block.page}-{block.line}")
def test_an_excerpt_of_a_program(block: Block) -> None:
    """The component takes the arguments, with those that the excerpt leaves out filled in, and reports nothing."""
    made: list[dict[str, Any]] = []

    def scale_set(_name: str, args: dict[str, Any] | None = None, **more: Any) -> None:
        made.append({**(args or {}), **more})

    pulumi = type("Module", (), {"StackReference": lambda *_: Named(), **dict.fromkeys(
        ("get_organization", "get_project"), lambda: "text")})  # fmt: skip
    names: dict[str, Any] = {"ScaleSet": scale_set, "pulumi": pulumi, "group": Named(), "subnet": Named()}
    exec(compile(without_dots(block.text), block.page, "exec"), names)
    made = made or [{"overrides": names["overrides"]}]
    assert made[0]
    for args in made:
        compiled = compile_args("web", REST | args)
        assert compiled.plan.children


def awaited(block: Block) -> CodeType:
    """The code of an excerpt that waits at its top."""
    code: CodeType = compile(block.text, block.page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return code


def test_operations_from_python(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The library restarts the machine that the page names, and its report says so."""
    (block,) = pages.of(f"{THIS}::test_operations_from_python")
    with running_simulator() as simulator:
        world = World(simulator)
        world.group()
        world.scale_set("web", "Flexible", capacity=1)
        world.machine("web_1a2b3c4d", "web", computer="web-1a2b3c4d")
        boots = world.state("web")["web_1a2b3c4d"]["bootCount"]
        here = partial(connect, endpoint=simulator.endpoint, token=simulator.token)
        monkeypatch.setattr(scaleset_operations, "connect", here)  # the page's leads to Azure
        code = eval(awaited(block), {"subscription": SUBSCRIPTION})
        assert inspect.iscoroutine(code)
        asyncio.run(code)
        assert world.state("web")["web_1a2b3c4d"]["bootCount"] == boots + 1
        world.http.close()
    assert capsys.readouterr().out.strip().endswith(" 0")


def test_the_simulator_without_pytest() -> None:
    """The context manager of the page gives a client of Azure's that lists what is there: nothing yet."""
    (block,) = pages.of(f"{THIS}::test_the_simulator_without_pytest")
    names: dict[str, Any] = {"ComputeManagementClient": ComputeManagementClient, "found": []}
    use = "    found.extend(compute.virtual_machines.list_all())\n    found.append(compute)\n"
    exec(compile(block.text + use, block.page, "exec"), names)
    assert [type(each) for each in names["found"]] == [ComputeManagementClient]
