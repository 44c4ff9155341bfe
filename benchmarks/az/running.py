"""Running a row's command with the Azure CLI or with ``scaleset``, and counting what it asks."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arm_simulator.server import az_login
from arm_simulator.server.certificates import Certificates
from benchmarks.az import world
from benchmarks.az.verbs import Verb
from benchmarks.azure import SUBSCRIPTION, Azure
from benchmarks.processes import Ended, environment, run
from devkit import paths

VARIABLE = "SCALESET_AZ"
"""The variable that names the Azure CLI to use, where it is not ``az`` on PATH."""


class CommandError(Exception):
    """A command failed; the message is what it printed."""


@dataclass(frozen=True)
class Way:
    """How one of the two tools did a row.

    Attributes:
        requests: What it asked, in general form: ``method``, ``path``, ``query``, ``status`` and ``body``.
        seconds: Wall time of the command.
        state: What it left.
    """

    requests: list[dict[str, Any]]
    seconds: float
    state: dict[str, Any]


def find_az() -> str | None:
    """The Azure CLI: of the environment, or on PATH; None if there is none."""
    return shutil.which(os.environ.get(VARIABLE, "az"))


def signed_in(azure: Azure, program: str, folder: Path) -> dict[str, str]:
    """Sign the Azure CLI in to the simulator; the variables for its commands.

    Raises:
        arm_simulator.server.az_login.LoginError: it could not be signed in.
    """
    assert azure.tls is not None, "the Azure CLI signs in over https only"
    variables = az_login.environment(Certificates(azure.tls), folder, azure.endpoint, SUBSCRIPTION, azure.token)
    az_login.sign_in(program, variables, azure.endpoint, SUBSCRIPTION, azure.token)
    return {**variables, "PATH": f"{Path(program).parent}{os.pathsep}{os.environ['PATH']}"}


def version(program: str, variables: Mapping[str, str]) -> str:
    """The version of the Azure CLI."""
    found: dict[str, str] = json.loads(az_login.call(program, dict(variables), "version", "-o", "json"))
    return found["azure-cli"]


def by_az(azure: Azure, verb: Verb, variables: Mapping[str, str]) -> Way:
    """Do a row with the Azure CLI.

    Raises:
        CommandError: it failed.
    """
    return _done(azure, verb, verb.az, variables)


def by_ours(azure: Azure, verb: Verb, variables: Mapping[str, str] | None = None) -> Way:
    """Do a row with ``scaleset``.

    Raises:
        CommandError: it failed.
    """
    return _done(azure, verb, verb.ours, variables or {})


def prepared(azure: Azure, verb: Verb) -> tuple[list[str], dict[str, Any]]:
    """A new set in the state that the row needs, the ids of its instances, and what it is like."""
    names = world.fresh(azure, verb)
    if verb.before:
        shell(azure, verb.before)
    return names, world.left(azure, names)


def _done(azure: Azure, verb: Verb, command: str, variables: Mapping[str, str]) -> Way:
    names, before = prepared(azure, verb)
    azure.control("DELETE", "requests")
    ended = shell(azure, command.replace("{i}", names[0]), variables)
    made = [_general(each, verb, names) for each in world.asked(azure)]
    return Way(made, ended.wall, world.left(azure, names, before))


def shell(azure: Azure, command: str, variables: Mapping[str, str] | None = None) -> Ended:
    """Run a command line, with the simulator as Azure.

    Raises:
        CommandError: it failed.
    """
    bare = environment()
    path = f"{paths.VENV_BIN}{os.pathsep}{(variables or {}).get('PATH', bare['PATH'])}"
    whole = {**bare, **azure.variables(), **(variables or {}), "PATH": path}
    ended = run(["bash", "-o", "pipefail", "-c", command], whole)
    if ended.code != 0:
        raise CommandError(f"{command} ended with {ended.code}:\n{ended.err}{ended.out}")
    return ended


def _general(each: Mapping[str, Any], verb: Verb, names: Sequence[str]) -> dict[str, Any]:
    made = {key: each[key] for key in ("method", "path", "query", "status")}
    if each["method"] != "GET" and each.get("body") is not None:
        made["body"] = each["body"]
    found: dict[str, Any] = json.loads(world.general(json.dumps(made), verb, names))
    return found
