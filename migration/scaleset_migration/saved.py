"""The plan that a run reads: the arguments of each twin, without secrets."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_azure_scaleset.plan.resources import readable
from scaleset_core.facts.properties import UNKNOWN
from scaleset_migration.availability import saved as availability
from scaleset_migration.availability.planning import PlannedMove
from scaleset_migration.availability.saved import SavedMove
from scaleset_migration.planning import Planned
from scaleset_migration.settle import FromConfig, Settled, check
from scaleset_operations.errors import UsageError
from scaleset_operations.statedir import write_private

FILE = "plan.json"
_FROM_CONFIG = "$config"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Saved:
    """The plan of one set as it is on disk.

    Attributes:
        old: The old set's id.
        name: The twin's name.
        arguments: The component's arguments for the twin.
        body: The properties of the set that the program makes, without secrets.
        instances: The names of the instances that have names.
        ports: The front-end ports of before, each with the new instance that the plan names, or ``""``.
        count: How many instances the old set had.
    """

    old: str
    name: str
    arguments: Mapping[str, Any]
    body: Mapping[str, Any]
    instances: tuple[str, ...]
    ports: Mapping[int, str]
    count: int

    def settled(self) -> Settled:
        """What the arguments become, with secrets from the environment.

        Raises:
            UsageError: A secret is missing, or the component refuses the arguments.
        """
        missing: list[str] = []
        known = _with_secrets(self.arguments, missing)
        if missing:
            raise UsageError(
                "; ".join(f"{variable(each)} is not set: {each} cannot be read in Azure" for each in missing)
            )
        found = check(self.name, known)
        if found.plan is None:
            raise UsageError("\n".join(found.problems))
        return found


def variable(name: str) -> str:
    """The environment variable of a secret: ``SCALESET_ADMIN_PASSWORD`` for ``adminPassword``."""
    return "SCALESET_" + "".join(f"_{each}" if each.isupper() else each for each in name).upper()


def _with_secrets(value: Any, missing: list[str]) -> Any:
    if isinstance(value, FromConfig):
        found = os.environ.get(variable(value.name))
        if found is None:
            missing.append(value.name)
        return found
    if isinstance(value, Mapping):
        return {name: _with_secrets(each, missing) for name, each in value.items()}
    return [_with_secrets(each, missing) for each in value] if isinstance(value, list) else value


def save(planned: Sequence[Planned | PlannedMove], folder: Path) -> None:
    """Write the plans that can be run."""
    uniform = [each for each in planned if isinstance(each, Planned)]
    moves = [availability.to_json(each) for each in planned if isinstance(each, PlannedMove)]
    sets = [
        {
            "set": each.situation.id,
            "name": each.twin.name,
            "arguments": _written(each.settled.arguments),
            "body": _made(each),
            "instances": sorted(each.settled.arguments.get("instances", {})),
            "ports": {str(move.after): move.member for move in each.moves if not move.before.stays},
            "count": each.situation.capacity,
        }
        for each in uniform
    ]
    content = {"version": _VERSION, "sets": sets, **({"availabilitySets": moves} if moves else {})}
    write_private(folder / FILE, json.dumps(content, indent=2) + "\n")


def load(folder: Path) -> list[Saved | SavedMove]:
    """The plans in a folder.

    Raises:
        UsageError: There is none, or it cannot be read.
    """
    file = folder / FILE
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["version"] != _VERSION:
            raise UsageError(f"{file}: version {found['version']}, expected {_VERSION}: plan again.")
        moves = [availability.from_json(each) for each in found.get("availabilitySets", ())]
        return [*map(_saved, found["sets"]), *moves]
    except FileNotFoundError:
        raise UsageError(f"{file}: there is no plan; `scaleset migrate plan --out {folder}` writes one.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file}: it is not a plan ({type(error).__name__}: {error}).") from None


def _saved(entry: Mapping[str, Any]) -> Saved:
    return Saved(
        entry["set"],
        entry["name"],
        _read(entry["arguments"]),
        entry["body"],
        tuple(map(str, entry["instances"])),
        {int(port): str(member) for port, member in entry["ports"].items()},
        int(entry["count"]),
    )


def _written(value: Any) -> Any:
    if isinstance(value, FromConfig):
        return {_FROM_CONFIG: value.name}
    if isinstance(value, Mapping):
        return {name: _written(each) for name, each in value.items()}
    return [_written(each) for each in value] if isinstance(value, list | tuple) else value


def _read(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {_FROM_CONFIG}:
            return FromConfig(str(value[_FROM_CONFIG]))
        return {name: _read(each) for name, each in value.items()}
    return [_read(each) for each in value] if isinstance(value, list) else value


def _made(planned: Planned) -> Any:
    """The properties of the set as the component sends them; those of the twin where it refuses the arguments."""
    if planned.settled.plan is None:
        return _known(planned.twin.body)
    sent = readable(planned.settled.plan.scale_set.inputs)
    return _known({name: value for name, value in sent.items() if name not in {"resourceGroupName", "vmScaleSetName"}})


def _known(value: Any) -> Any:
    """A tree without what is not known (secrets), and without what the configuration says."""
    if isinstance(value, Mapping):
        return {name: _known(each) for name, each in value.items() if not _open(each)}
    return [_known(each) for each in value if not _open(each)] if isinstance(value, list | tuple) else value


def _open(value: Any) -> bool:
    return value is UNKNOWN or isinstance(value, FromConfig)
