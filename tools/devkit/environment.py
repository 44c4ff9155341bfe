"""The environment variables for the engine: its own home, backend and provider, and nothing from the developer's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devkit import paths
from devkit.engine import Engine

FOREIGN_PREFIXES = ("PULUMI_", "ARM_", "AZURE_", "SCALESET_ARM_")
"""Variables of a developer's real Pulumi login and Azure subscription: they never reach the engine from here."""

FIXED = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
    "PULUMI_SUPPRESS_NEO_LINK": "true",
}


@dataclass(frozen=True)
class Azure:
    """The simulated cloud that the provider talks to.

    Attributes:
        endpoint: Its base URL, `http://127.0.0.1:PORT`.
        token: The bearer token that it accepts.
        subscription: The id of the subscription that resources are created in.
    """

    endpoint: str
    token: str
    subscription: str

    def variables(self) -> dict[str, str]:
        """The environment variables by which the provider and the tools find it."""
        return {
            "SCALESET_ARM_ENDPOINT": self.endpoint,
            "SCALESET_ARM_TOKEN": self.token,
            # The official provider's order of requests without its waits, and nothing that it would drop in silence.
            "SCALESET_ARM_PACE": "0.015",
            "SCALESET_ARM_UNKNOWN_PROPERTIES": "refuse",
            "ARM_SUBSCRIPTION_ID": self.subscription,
        }


def pulumi_variables(
    engine: Engine, *, home: Path, backend: Path, azure: Azure | None, base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """All environment variables for a `pulumi` command, without the passphrase.

    Args:
        engine: The engine that will run.
        home: Its `PULUMI_HOME`.
        backend: The directory that holds the states.
        azure: The simulated cloud, if the program uses one.
        base: The variables to start from; those of this process by default.
    """
    start = os.environ if base is None else base
    variables = {key: value for key, value in start.items() if not key.startswith(FOREIGN_PREFIXES)}
    front = [*map(str, engine.path), str(paths.VENV_BIN)]
    variables["PATH"] = os.pathsep.join([*front, variables.get("PATH", os.defpath)])
    variables["PULUMI_HOME"] = str(home)
    variables["PULUMI_BACKEND_URL"] = backend.as_uri()
    variables.update(FIXED)
    if azure is not None:
        variables.update(azure.variables())
    return variables
