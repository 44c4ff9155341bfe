"""Secrets on the engine: not in the state, the logs, the plan, nor in what a failed deployment prints."""

from __future__ import annotations

import base64

import pytest
from harness import WorkspaceFactory
from support.scalesets import EXTENSION, PROGRAM, configured, flexible, uniform

pytestmark = pytest.mark.engine

PASSWORD = "Sup3r-Secret-Passw0rd"
USER_DATA = base64.b64encode(b"very secret user data").decode()
CUSTOM_DATA = base64.b64encode(b"very secret custom data").decode()
TOKEN = "protected-token-7f3a"
SECRETS = (PASSWORD, USER_DATA, CUSTOM_DATA, TOKEN)


@pytest.mark.smoke
@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_secrets_in_raw_inputs_are_secret_everywhere(workspace_factory: WorkspaceFactory, mode: str) -> None:
    """What `overrides` has below a secret's name, at any depth, is encrypted in the state and in no event."""
    arguments = flexible() if mode == "Flexible" else uniform()
    linux = {"disablePasswordAuthentication": False}
    os_profile = {"osProfile": {"adminPassword": PASSWORD, "customData": CUSTOM_DATA, "linuxConfiguration": linux}}
    profile = {"virtualMachineProfile": {**os_profile, "userData": USER_DATA}}
    overrides: dict[str, object] = {"scaleSet": profile} if mode == "Uniform" else {"virtualMachine": os_profile}
    if mode == "Flexible":
        overrides["virtualMachineExtension"] = {"protectedSettings": {"join": {"tokens": [TOKEN]}}}
    stack = workspace_factory(PROGRAM.replace("{**args,", f"{{**args, 'overrides': {overrides!r},"))
    preview = stack.preview(configured(arguments))
    up = stack.up()
    state = "".join(path.read_text(errors="replace") for path in stack.backend.rglob("*.json"))
    assert "web-vnet" in state
    for shown in (state, preview.text, up.text, str(up.events), str(preview.events)):
        assert [secret for secret in SECRETS if secret in shown] == []
    assert stack.preview().ops() == []


@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_plain_secrets_are_secret_everywhere(workspace_factory: WorkspaceFactory, mode: str) -> None:
    """Passwords, protected settings, user and custom data that a program writes in plain are encrypted in the state."""
    arguments = flexible() if mode == "Flexible" else uniform()
    secret = {
        "adminPassword": PASSWORD,
        "userData": USER_DATA,
        "customData": CUSTOM_DATA,
        "extensions": [{**EXTENSION, "settings": {}, "protectedSettings": {"token": TOKEN}}],
    }
    # In the program and not in the configuration, which the engine keeps in plain text beside the state.
    stack = workspace_factory(PROGRAM.replace("{**args,", f"{{**args, **{secret!r},"))
    preview = stack.preview(configured(arguments))
    up = stack.up()
    assert stack.preview().ops() == []
    state = "".join(path.read_text(errors="replace") for path in stack.backend.rglob("*.json"))
    assert "web-vnet" in state
    for shown in (state, preview.text, up.text, str(up.events)):
        assert [secret for secret in SECRETS if secret in shown] == []
    refreshed = stack.refresh()
    assert [secret for secret in SECRETS if secret in str(refreshed.events)] == []
