"""The proof: the import and a preview, run on a separate stack that is thrown away. Azure is only read."""

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from scaleset_migration.adopting import import_file
from scaleset_migration.adopting.adopt import Adopted, adopt
from scaleset_migration.adopting.program import FILE, program_of
from scaleset_migration.adopting.things import Found, Thing
from scaleset_migration.programs import Language, write
from scaleset_migration.programs.languages import configured
from scaleset_operations.errors import OperationsError
from scaleset_operations.recovery.engine import Preview, Stack

_STACK = "proof"
_UNCHANGED = frozenset({"same", "read", "refresh"})
_NOT_OURS = ("pulumi:pulumi:Stack", "pulumi:providers:")
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Proof:
    """What Pulumi said.

    Attributes:
        adopted: The sets with the arguments that were proven.
        resources: How many resources were imported.
        changes: What the preview after the import would change, one line each; empty: nothing.
        problem: Why the import or the preview failed; ``""`` if they did not.
    """

    adopted: tuple[Adopted, ...]
    resources: int = 0
    changes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether the preview after the import is empty."""
        return not self.problem and not self.changes


def available() -> bool:
    """Whether there is a ``pulumi`` to prove anything with."""
    return shutil.which("pulumi") is not None


def prove(adopted: Sequence[Adopted], folder: Path, tell: Callable[[str], None] = lambda _: None) -> Proof:
    """Import the sets into a separate stack, and preview the program.

    What the provider finds at an import decides: if it is not what was read here, the arguments are made again from it
    and tried once more.

    Args:
        adopted: The sets.
        folder: Where the stack's folder may be made; it is removed again.
        tell: Called for each step.
    """
    found = Proof(tuple(adopted))
    for _ in range(_ROUNDS):
        found, inputs = _tried(found.adopted, folder, tell)
        if found.problem or not found.changes:
            break
        again = tuple(adopt(_with_inputs(each.found, inputs), each.component) for each in found.adopted)
        if [each.arguments for each in again] == [each.arguments for each in found.adopted]:
            break
        found = replace(found, adopted=again)
    return found


def _tried(
    adopted: Sequence[Adopted], folder: Path, tell: Callable[[str], None]
) -> tuple[Proof, Mapping[str, Mapping[str, Any]]]:
    """One import and preview; the inputs that the import found, by the ids in lower case."""
    sets = tuple(adopted)
    # The absolute path, even if the user named a relative folder: the backend's address must be absolute.
    with tempfile.TemporaryDirectory(prefix=".proof-", dir=folder.resolve()) as place:
        stack, problem = _made(sets, Path(place))
        if problem:
            return Proof(sets, problem=problem), {}
        content = import_file.build(sets)
        file = Path(place) / FILE
        file.write_text(json.dumps(content), encoding="utf-8")
        count = sum(1 for each in content["resources"] if "id" in each)
        tell(f"importing {count} resources into a stack that is thrown away")
        problem = stack.import_resources(file)
        if problem:
            return Proof(sets, problem=f"pulumi import: {problem}"), {}
        tell("previewing the program")
        try:
            preview, state = stack.preview(), stack.export()
        except OperationsError as error:
            return Proof(sets, count, problem=str(error)), {}
    return Proof(sets, count, tuple(_changes(preview))), _inputs(state)


def _made(adopted: tuple[Adopted, ...], place: Path) -> tuple[Stack, str]:
    """A project with the program and an empty stack; why there is none."""
    program = program_of(adopted)
    project = place / "project"
    project.mkdir()
    for name, text in write(program, Language.PYTHON).items():
        (project / name).write_text(text, encoding="utf-8")
    settings = yaml.safe_load((project / "Pulumi.yaml").read_text(encoding="utf-8"))
    # The component is where this command is; an environment of the program's own would have to be installed first.
    options = {"options": {"virtualenv": sys.prefix}} if sys.prefix != sys.base_prefix else {}
    settings["runtime"] = {"name": "python", **options}
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (place / "state").mkdir()
    known = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & os.environ.keys()
    passphrase = {} if known else {"PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe()}
    stack = Stack(_STACK, str(project), {"PULUMI_BACKEND_URL": (place / "state").as_uri(), **passphrase})
    problem = stack.command("stack", "init")
    for each in configured(program):
        problem = problem or stack.command("config", "set", "--secret", each.name, str(each.example))
    return stack, problem


def _changes(preview: Preview) -> list[str]:
    found = []
    for step in preview.steps:
        urn = str(step.get("urn"))
        kind = urn.split("::")[2].rpartition("$")[2]
        operation = str(step.get("op"))
        if operation not in _UNCHANGED and not kind.startswith(_NOT_OURS):
            paths = ", ".join(sorted(step.get("detailedDiff") or step.get("diffReasons") or ()))
            found.append(f"{operation} {urn.rsplit('::', 1)[-1]} ({kind}){': ' if paths else ''}{paths}")
    return found


def _inputs(state: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    resources = (state.get("deployment") or {}).get("resources") or []
    return {str(each["id"]).lower(): each.get("inputs") or {} for each in resources if each.get("id")}


def _with_inputs(found: Found, inputs: Mapping[str, Mapping[str, Any]]) -> Found:
    """The set with the inputs that the provider found."""

    def renewed(each: Thing) -> Thing:
        own = inputs.get(each.id.lower())
        return each if own is None else replace(each, inputs=_public(own))

    return replace(
        found,
        scale_set=renewed(found.scale_set),
        machines=tuple(
            replace(
                each,
                vm=renewed(each.vm),
                nics=tuple(map(renewed, each.nics)),
                extensions=tuple(map(renewed, each.extensions)),
                addresses={name: renewed(one) for name, one in each.addresses.items()},
                rules=tuple(map(renewed, each.rules)),
                locks=tuple(map(renewed, each.locks)),
            )
            for each in found.machines
        ),
        locks=tuple(map(renewed, found.locks)),
        autoscale=tuple(map(renewed, found.autoscale)),
        roles=tuple(map(renewed, found.roles)),
        settings=tuple(map(renewed, found.settings)),
    )


def _public(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs without the provider's own notes."""
    return {name: value for name, value in inputs.items() if not name.startswith("__") and name != "azureApiVersion"}
