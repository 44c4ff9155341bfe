"""Clients of Azure sign in to the simulator over TLS with a client secret, as they do at Microsoft Entra ID."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient

from arm_simulator.providers.resources.resource_manager import TENANT
from arm_simulator.server import az_login, certificates, sign_in
from arm_simulator.server.certificates import Certificates
from arm_simulator.server.cli import parser
from arm_simulator.testing import RunningSimulator
from devkit import paths

ROOT = "https://sim.example"


@dataclass(frozen=True)
class Secure:
    """A simulator in a separate process, over TLS, with the token T."""

    endpoint: str
    certificates: Certificates

    def credential(self, secret: str) -> ClientSecretCredential:
        """A credential of azure-identity for a client secret."""
        return ClientSecretCredential(
            TENANT,
            az_login.CLIENT,
            secret,
            authority=self.endpoint,
            disable_instance_discovery=True,
            connection_verify=str(self.certificates.authority),
        )

    def compute(self, secret: str) -> Any:
        """A client of Microsoft.Compute that signs in with a client secret."""
        return ComputeManagementClient(
            self.credential(secret),
            az_login.SUBSCRIPTION,
            base_url=self.endpoint,
            credential_scopes=[f"{self.endpoint}/.default"],
            connection_verify=str(self.certificates.authority),
        )


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """A simulator over TLS."""
    folder = tmp_path_factory.mktemp("tls")
    command = [str(paths.VENV_BIN / "scaleset-sim"), "serve", "--token", "T", "--tls", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield Secure(server.stdout.readline().split()[-1], Certificates(folder))
        finally:
            server.terminate()


def test_an_azure_client_signs_in_and_works(secure: Secure) -> None:
    """azure-identity's credential gets a token with the right secret, and a client of Azure works with it over TLS."""
    with secure.compute("T") as client:
        assert list(client.virtual_machine_scale_sets.list_all()) == []


def test_a_wrong_secret_is_refused_as_entra_does(secure: Secure) -> None:
    """A secret that is not a known token is refused with Entra's code, which azure-identity shows."""
    with secure.credential("wrong") as credential, pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(f"{secure.endpoint}/.default")


def test_the_subscription_is_listed_from_the_start(secure: Secure) -> None:
    """Before anything is deployed, the list of subscriptions has the one that the Azure CLI is to work in."""
    context = ssl.create_default_context(cafile=str(secure.certificates.authority))
    url = f"{secure.endpoint}/subscriptions?api-version=2022-12-01"
    listed = httpx.get(url, headers={"Authorization": "Bearer T"}, verify=context).json()["value"]
    assert [each["subscriptionId"] for each in listed] == [az_login.SUBSCRIPTION]


def test_links_are_https_behind_tls(secure: Secure) -> None:
    """The cloud's description names the addresses as the client reached them."""
    context = ssl.create_default_context(cafile=str(secure.certificates.authority))
    cloud = httpx.get(f"{secure.endpoint}/metadata/endpoints?api-version=2022-09-01", verify=context).json()
    assert cloud["resourceManager"] == cloud["authentication"]["loginEndpoint"] == secure.endpoint


def test_the_metadata_has_the_shape_of_its_version(simulator: RunningSimulator) -> None:
    """One object at first, a list of clouds from 2019-05-01, the cloud alone from 2022-09-01; without a token."""
    shapes = {}
    for version in ("1.0", "2015-01-01", "2019-05-01", "2022-09-01"):
        body = httpx.get(f"{simulator.endpoint}/metadata/endpoints?api-version={version}").json()
        shapes[version] = [sorted(each) for each in body] if isinstance(body, list) else sorted(body)
    assert (
        shapes["1.0"]
        == shapes["2015-01-01"]
        == ["authentication", "galleryEndpoint", "graphEndpoint", "portalEndpoint"]
    )
    assert shapes["2019-05-01"] == [shapes["2022-09-01"]]
    assert {"name", "resourceManager", "suffixes"} <= set(shapes["2022-09-01"])


def test_an_identity_signs_in_with_its_own_token(simulator: RunningSimulator) -> None:
    """The secret of an identity gives a token that is that identity's, with its permissions alone."""
    who = simulator.identity(f"reader-{uuid4()}")
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": who.token, "scope": "y/.default"}
    got = httpx.post(f"{simulator.endpoint}/{TENANT}/oauth2/v2.0/token", data=form).json()["access_token"]
    url = f"{simulator.endpoint}/subscriptions/{uuid4()}/resourceGroups?api-version=2022-09-01"
    refused = httpx.get(url, headers={"Authorization": f"Bearer {got}"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AuthorizationFailed")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password", "client_id": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 400, "invalid_request"),
        ({"grant_type": "client_credentials", "client_id": "x"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "x", "client_secret": "no"}, 401, "invalid_client"),
    ],
)
def test_what_the_token_endpoint_refuses(form: dict[str, str], status: int, error: str) -> None:
    """A grant that is not played, a form that lacks something, and a wrong secret have Entra's error and code."""
    reply = sign_in.token(form, lambda secret: secret == "yes")
    assert (reply.status, reply.body["error"]) == (status, error)
    assert reply.body["error_description"].startswith(f"AADSTS{reply.body['error_codes'][0]}")


@pytest.mark.parametrize(
    "path", ["/t/oauth2/v2.0/token", "/t/oauth2/token", "/common/v2.0/.well-known/openid-configuration"]
)
def test_a_sign_in_needs_no_token(path: str) -> None:
    """The endpoints of a sign-in are open to those who have no token yet; nothing else is."""
    assert sign_in.is_public(path)
    assert not sign_in.is_public(f"/subscriptions{path}")


def test_certificates_are_kept_and_renewed(tmp_path: Path) -> None:
    """A second start uses the same authority, which clients trust already; near their end both are made again."""
    first = certificates.ensure(tmp_path / "tls")
    authority = first.authority.read_bytes()
    assert certificates.ensure(tmp_path / "tls").authority.read_bytes() == authority
    assert first.server.stat().st_mode & 0o077 == 0
    (first.folder / "valid-until").write_text("2020-01-01")
    assert certificates.ensure(tmp_path / "tls").authority.read_bytes() != authority


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--endpoint", "https://127.0.0.1:1", "--token", "T"], "start `scaleset-sim serve --tls` first"),
        (["--endpoint", "https://127.0.0.1:1"], "there is no token"),
        (["--endpoint", "http://127.0.0.1:1", "--token", "T"], "over https only"),
        (
            ["--endpoint", "https://127.0.0.1:1", "--token", "T", "--az", "no-such-program"],
            "no-such-program is not installed",
        ),
    ],
)
def test_az_login_says_what_is_missing(
    options: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without certificates, a token, https or the Azure CLI the command ends with one line that says what to do."""
    monkeypatch.delenv(az_login.TOKEN_VARIABLE, raising=False)
    if "first" not in text:
        certificates.ensure(tmp_path)
    parsed = parser().parse_args(["az-login", "--tls", str(tmp_path), *options])
    assert parsed.run(parsed) == 1
    told = capsys.readouterr().err
    assert text in told
    assert told.count("\n") == 1


def test_the_aliases_of_images(simulator: RunningSimulator) -> None:
    """The document that the metadata names is there without a token: an image of each system, by az's names."""
    cloud = httpx.get(f"{simulator.endpoint}/metadata/endpoints?api-version=2022-09-01").json()
    found = httpx.get(cloud["vmImageAliasDoc"]).json()["outputs"]["aliases"]["value"]
    assert found["Linux"]["Ubuntu2404"]["publisher"] == "Canonical"
    assert "Win2022Datacenter" in found["Windows"]
    read_by_az = {"publisher", "offer", "sku", "version", "architecture"}
    assert all(image.keys() == read_by_az for images in found.values() for image in images.values())
