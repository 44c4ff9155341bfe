"""Secrets in public places, on the engine: an extension's settings, tags, user data, and raw inputs for them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from harness import Result, Workspace, WorkspaceFactory
from support.scalesets import EXTENSION, PROGRAM, configured, created, flexible, uniform

from devkit import paths

pytestmark = pytest.mark.engine

TOKEN = "t0ken-in-the-clear"
DATA = base64.b64encode(TOKEN.encode()).decode()
SECRET = f'pulumi.Output.secret("{TOKEN}")'
ENCODED = f'pulumi.Output.secret("{DATA}")'
UNKNOWN = "pulumi.Output.secret(group.id)"
"""A secret that a preview does not know."""
SETTINGS = {"commandToExecute": "register", "deep": [{"token": "@"}]}


def with_arguments(text: str) -> str:
    """The program with these further arguments, as source text."""
    return PROGRAM.replace("{**args,", f"{{**args, {text},")


def extension(value: str, **more: Any) -> str:
    """The source text of an extension with a value deep in its settings."""
    return repr([{**EXTENSION, "settings": SETTINGS, **more}]).replace("'@'", value)


def refused(stack: Workspace, args: dict[str, Any]) -> Result:
    """A preview and an `up` that end with the same problems, without a traceback and without resources of the set."""
    preview = stack.preview(configured(args), expect_failure=True)
    up = stack.up(expect_failure=True)
    for result in (preview, up):
        assert "Traceback" not in result.text, result.text
        assert TOKEN not in result.text
        assert DATA not in result.text
        assert "nothing was deployed" in result.text
    assert [name for name in created(stack) if name.startswith("web")] in ([], ["web"])
    return up


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
@pytest.mark.parametrize("value", [SECRET, UNKNOWN], ids=["known", "unknown"])
def test_a_secret_in_settings_is_refused(mode: str, value: str, workspace_factory: WorkspaceFactory) -> None:
    """At any depth, known or not: the preview names the place and protected_settings, and nothing is registered."""
    stack = workspace_factory(with_arguments(f'"extensions": {extension(value)}'))
    result = refused(stack, flexible() if mode == "Flexible" else uniform())
    assert "extensions[0].settings.deep[0].token: it is secret" in result.text
    assert "use protected_settings" in result.text


@pytest.mark.smoke
def test_all_public_places_are_told_at_once(workspace_factory: WorkspaceFactory) -> None:
    """Tags, user data, an instance's own, and raw inputs: each place with its own way out."""
    instance = f'{{"web-0": {{"tags": {{"k": {SECRET}}}, "user_data": {ENCODED}}}}}'
    raw = (
        f'{{"virtualMachineExtension": {{"settings": {{"a": {SECRET}}}}}, "virtualMachine": {{"userData": {ENCODED}}}}}'
    )
    text = f'"tags": {{"owner": {SECRET}}}, "user_data": {ENCODED}, "instances": {instance}, "overrides": {raw}'
    result = refused(workspace_factory(with_arguments(text)), flexible())
    for place in (
        "tags.owner",
        "user_data",
        "instances['web-0'].tags.k",
        "instances['web-0'].user_data",
        "overrides.virtualMachineExtension.settings.a",
        "overrides.virtualMachine.userData",
    ):
        assert f"{place}: it is secret" in result.text
    assert "use custom_data" in result.text
    assert "6 problems" in result.text


def test_it_is_accepted_where_somebody_says_so(workspace_factory: WorkspaceFactory) -> None:
    """With readable_secrets the same program deploys; protected settings and public Outputs need nothing."""
    public = extension('pulumi.Output.from_input("public")', protectedSettings={"token": "@"}).replace("'@'", SECRET)
    text = f'"tags": {{"owner": group.name}}, "extensions": {public}'
    stack = workspace_factory(with_arguments(text))
    stack.up(configured(flexible()))
    assert stack.preview().ops() == []
    said = '"readable_secrets": ["tags", "settings"]'
    stack.write_program(with_arguments(f'{said}, "tags": {{"owner": {SECRET}}}, "extensions": {extension(SECRET)}'))
    stack.up()
    assert stack.preview().ops() == []


def test_a_program_of_another_language_is_refused_too(workspace_factory: WorkspaceFactory) -> None:
    """From YAML, where arguments reach the component's own process: its spelling, no traceback, no secret."""
    web = {
        "resourceGroupName": "${group.name}",
        "instances": {"web-0": {}},
        "vmSize": "Standard_D2s_v5",
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "adminPassword": {"fn::secret": "C0rrect-Horse-Battery"},
        "virtualNetwork": {},
        "userData": {"fn::secret": DATA},
        "tags": {"owner": {"fn::secret": TOKEN}},
        "extensions": [{**EXTENSION, "settings": {"deep": [{"token": {"fn::secret": TOKEN}}]}}],
    }
    program = {
        "packages": {"azure-scaleset": str(paths.ROOT / "components")},
        "config": {"azure-native:location": {"value": "westeurope"}},
        "resources": {
            "group": {"type": "azure-native:resources:ResourceGroup", "properties": {"resourceGroupName": "rg"}},
            "web": {"type": "azure-scaleset:ScaleSet", "properties": web},
        },
    }
    stack = workspace_factory(program)
    for result in (stack.preview(expect_failure=True), stack.up(expect_failure=True)):
        assert "extensions[0].settings.deep[0].token: it is secret" in result.text
        assert "use protectedSettings" in result.text
        assert "tags.owner: it is secret" in result.text
        assert "Traceback" not in result.text
        assert TOKEN not in result.text
        assert DATA not in result.text
    assert [each for each in stack.resources() if "compute" in each["type"] or "network" in each["type"]] == []
