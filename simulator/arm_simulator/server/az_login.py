"""``scaleset-sim az-login``: make the simulator a cloud of the Azure CLI, and sign it in.

    eval "$(scaleset-sim az-login --endpoint https://127.0.0.1:8443)"
    az vmss list

The CLI gets a separate configuration folder: the user's clouds, accounts and defaults are not touched. azd and the
SDKs' ``EnvironmentCredential`` and ``AzureCliCredential`` work in the same shell.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from arm_simulator.providers.resources.resource_manager import CLOUD, TENANT
from arm_simulator.server import certificates
from arm_simulator.server.certificates import Certificates

TOKEN_VARIABLE = "SCALESET_ARM_TOKEN"  # noqa: S105 - the name of the variable, not a token
CLIENT = "00000000-0000-0000-0000-0000000000c1"
"""The client id that signs in. The simulator knows callers by their secret alone."""

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"


class LoginError(Exception):
    """The Azure CLI could not be signed in; the message says why."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "az-login",
        help="sign the Azure CLI in to a running simulator, in a configuration folder of its own",
        description='Sign the Azure CLI in: eval "$(scaleset-sim az-login --endpoint https://127.0.0.1:PORT)"',
    )
    parser.add_argument(
        "--endpoint", required=True, metavar="URL", help="what `serve --tls` printed: https://127.0.0.1:PORT"
    )
    parser.add_argument("--token", default="", help=f"its token, or that of an identity (default: ${TOKEN_VARIABLE})")
    parser.add_argument("--tls", type=Path, default=certificates.default_folder(), metavar="DIR", help="as for `serve`")
    parser.add_argument("--subscription", default=SUBSCRIPTION, metavar="ID", help="one that `serve` lists")
    parser.add_argument(
        "--config-dir", type=Path, metavar="DIR", help="AZURE_CONFIG_DIR; default: beside the certificates"
    )
    parser.add_argument("--az", default="az", metavar="PROGRAM", help="the Azure CLI")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Sign in and print the variables for the shell; returns the exit code."""
    token = options.token or os.environ.get(TOKEN_VARIABLE, "")
    found = Certificates(options.tls)
    folder = options.config_dir or found.folder / "azure"
    try:
        _check(options.endpoint, token, found)
        variables = environment(found, folder, options.endpoint, options.subscription, token)
        sign_in(options.az, variables, options.endpoint, options.subscription, token)
    except LoginError as error:
        sys.stderr.write(f"scaleset-sim: {error}\n")
        return 1
    for name, value in variables.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    return 0


def _check(endpoint: str, token: str, found: Certificates) -> None:
    if not token:
        raise LoginError(f"there is no token: give --token, or set {TOKEN_VARIABLE} to what `serve` was given.")
    if not found.valid():
        raise LoginError(f"{found.folder} has no certificates: start `scaleset-sim serve --tls` first.")
    if not endpoint.startswith("https://"):
        raise LoginError(f"--endpoint is {endpoint!r}: the Azure CLI signs in over https only; `serve --tls`.")


def environment(found: Certificates, folder: Path, endpoint: str, subscription: str, token: str) -> dict[str, str]:
    """The variables by which the Azure CLI, azd and the SDKs work with the simulator."""
    trusted = str(certificates.bundle(found))
    return {
        "AZURE_CONFIG_DIR": str(folder),
        "REQUESTS_CA_BUNDLE": trusted,
        "SSL_CERT_FILE": trusted,
        "NODE_EXTRA_CA_CERTS": str(found.authority),
        "AZURE_AUTHORITY_HOST": endpoint,
        "AZURE_TENANT_ID": TENANT,
        "AZURE_CLIENT_ID": CLIENT,
        "AZURE_CLIENT_SECRET": token,
        "AZURE_SUBSCRIPTION_ID": subscription,
    }


def sign_in(az: str, variables: dict[str, str], endpoint: str, subscription: str, token: str) -> None:
    """Register the cloud with the Azure CLI and sign in.

    Raises:
        LoginError: The CLI is missing, or refuses.
    """
    folder = Path(variables["AZURE_CONFIG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    known = CLOUD in call(az, variables, "cloud", "list", "--query", "[].name", "-o", "tsv").split()
    call(
        az,
        variables,
        "config",
        "set",
        "core.instance_discovery=false",
        "core.collect_telemetry=no",
        "--only-show-errors",
    )
    if known:
        call(az, variables, "cloud", "set", "--name", "AzureCloud")
    call(az, variables, "cloud", "update" if known else "register", "--name", CLOUD, *endpoints(endpoint))
    call(az, variables, "cloud", "set", "--name", CLOUD)
    with tempfile.NamedTemporaryFile("w", dir=folder) as secret:  # 0600; a command line can be read by others
        secret.write(token)
        secret.flush()
        who = ["--service-principal", "--username", CLIENT, "--password", f"@{secret.name}", "--tenant", TENANT]
        call(az, variables, "login", *who, "--allow-no-subscriptions", "--only-show-errors", "-o", "none")
    call(az, variables, "account", "set", "--subscription", subscription)


def endpoints(url: str) -> list[str]:
    """The options that name the cloud's addresses: all are the simulator's."""
    names = ["resource-manager", "active-directory", "active-directory-resource-id", "management", "gallery"]
    names += ["active-directory-graph-resource-id", "microsoft-graph-resource-id"]
    return [part for name in names for part in (f"--endpoint-{name}", url)]


def call(az: str, variables: dict[str, str], *arguments: str) -> str:
    """Run the Azure CLI; returns what it printed.

    Raises:
        LoginError: It is not installed, or it failed.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the program that the user names
            [az, *arguments], env={**os.environ, **variables}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise LoginError(f"{az} is not installed: https://learn.microsoft.com/cli/azure/install-azure-cli") from None
    if done.returncode != 0:
        raise LoginError(f"az {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout
