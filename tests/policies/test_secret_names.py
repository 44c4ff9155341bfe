"""Which names are those of secrets: the component, the policies and the dry run have one list."""

from __future__ import annotations

from typing import Any

import pytest
from support.scale_set_args import base

from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.errors import ScaleSetArgsError
from scaleset_core.facts.checks import Finding
from scaleset_core.facts.secrets import masked
from scaleset_operations import Call
from scaleset_policies import arm_types, messages
from scaleset_policies.estate import Resource

CANARY = "canary-4711"
SECRET = (
    "adminPassword",
    "admin_password",
    "protectedSettings",
    "customData",
    "userData",
    "commandToExecute",
    "script",
    "sasToken",
    "sas",
    "storageAccountKey",
    "accountKey",
    "accessKey",
    "apiKey",
    "sharedKey",
    "connectionString",
    "clientSecret",
    "privateKey",
    "token",
    "credential",
    "PASSWORD",
)
PLAIN = ("keyData", "publisher", "description", "disablePasswordAuthentication", "scriptName", "keyVaultId", "port")
NAMES = [*((name, True) for name in SECRET), *((name, False) for name in PLAIN)]


def nested(name: str) -> dict[str, Any]:
    """The value under this name, deep in an object as people write them."""
    return {"properties": {"list": [{"settings": {name: CANARY}}]}}


@pytest.mark.parametrize(("name", "secret"), NAMES)
def test_the_component_never_repeats_it(name: str, *, secret: bool) -> None:
    """A refusal of the same text elsewhere is without it, if it is the value of a secret."""
    args = {**base("Flexible"), "orchestration_mode": CANARY, "overrides": {"scaleSet": nested(name)}}
    with pytest.raises(ScaleSetArgsError) as refused:
        compile_args("web", args)
    assert (CANARY not in str(refused.value)) is secret


@pytest.mark.parametrize(("name", "secret"), NAMES)
def test_the_policies_never_show_it(name: str, *, secret: bool) -> None:
    """A report has ``[secret]`` instead of its value."""
    resource = Resource(key="web", type=arm_types.SCALE_SET, name="web", properties=nested(name))
    shown = messages.shown_value(resource, Finding(f"properties.list[0].settings.{name}", CANARY))
    assert (shown == "[secret]") is secret


@pytest.mark.parametrize(("name", "secret"), NAMES)
def test_a_dry_run_masks_it(name: str, *, secret: bool) -> None:
    """The printed body has ``***`` instead, whatever contains it."""
    call = Call(group="g", method="m", arguments=(), verb="PUT", path="/", body=nested(name))
    assert (CANARY not in str(call.to_json())) is secret


def test_nothing_and_switches_are_shown() -> None:
    """What holds no text hides nothing: a reader sees that there is none, and what a switch says."""
    assert masked({"adminPassword": None, "token": "", "provideToken": True}) == {
        "adminPassword": None,
        "token": "",
        "provideToken": True,
    }


def test_a_dry_run_shows_an_url_without_its_signature() -> None:
    """A shared access signature in a list of files is cut out; the file stays readable."""
    url = "https://store.blob.core.windows.net/files/setup.sh?sv=2024&sig=abc%2Bdef&se=2027"
    (shown,) = masked({"fileUris": [url]})["fileUris"]
    assert "abc" not in shown
    assert shown.startswith("https://store.blob.core.windows.net/files/setup.sh?")
