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
