"""The provider's way from the wire to the component and back, without an engine."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.errors import InputPropertiesError
from pulumi.provider.server import ComponentInitError

from pulumi_azure_scaleset import compile as compiling
from pulumi_azure_scaleset.provider import ScaleSetProvider

TOKEN = "azure-scaleset:index:ScaleSet"
SOUND = {
    "resourceGroupName": "rg",
    "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
    "vmSize": "Standard_D2s_v5",
    "sshPublicKeys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"],
    "virtualNetwork": {},
    "instances": {"web-0": {}},
}


@pytest.fixture(scope="module")
def provider() -> ScaleSetProvider:
    """The provider."""
    return ScaleSetProvider("1.2.3")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"vmSise": "x"}, "vmSise: there is no such argument; did you mean 'vmSize'?"),
        ({"osDisk": {"sizeGB": 3.0}}, "osDisk.sizeGB: there is no such argument; did you mean 'sizeGb'?"),
        ({"instances": {"web-0": {"zonne": "1"}}}, "instances['web-0'].zonne: there is no such argument"),
        ({"inboundNat": {"ssh": {}}}, "inboundNat['ssh'].backendPort: it is required"),
        ({"resourceGroupName": None}, "resourceGroupName: it is required"),
        ({"capacity": 1.5}, "capacity: got 1.5; "),
        ({"adminPassword": 12345.0}, "adminPassword: got a secret value; "),
    ],
)
def test_problems_are_spelt_as_in_the_program(provider: ScaleSetProvider, change: dict[str, Any], told: str) -> None:
    """A wrong, missing or unknown argument at any depth is reported in camelCase; nothing is dropped on the way."""
    with pytest.raises(InputPropertiesError) as caught:
        provider.construct("web", TOKEN, {**SOUND, **change})
    assert any(line.strip(" -").startswith(told) for line in caught.value.message.splitlines()), caught.value.message
    assert "12345" not in caught.value.message


def test_a_defect_keeps_its_traceback(provider: ScaleSetProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a user can mend is shown as a plain message; an error of the component's own is reported in full."""

    def broken(*_: Any) -> None:
        raise KeyError("defect")

    monkeypatch.setattr(compiling, "compile_args", broken)
    with pytest.raises(ComponentInitError) as caught:
        provider.construct("web", TOKEN, dict(SOUND))
    assert isinstance(caught.value.inner, KeyError)


def test_any_run_error_is_a_plain_message(provider: ScaleSetProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pulumi.RunError` means the same as in a Python program: a message for the user."""

    def refusing(*_: Any) -> None:
        raise pulumi.RunError("set osDisk first")

    monkeypatch.setattr(compiling, "compile_args", refusing)
    with pytest.raises(InputPropertiesError, match=r"^set osDisk first$"):
        provider.construct("web", TOKEN, dict(SOUND))


def test_foreign_types_are_refused(provider: ScaleSetProvider) -> None:
    """A resource type of another package is an error that names both packages."""
    with pytest.raises(ValueError, match="invalid provider: other, expected azure-scaleset"):
        provider.construct("web", "other:index:ScaleSet", {})
