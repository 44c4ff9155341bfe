"""What an adoption leaves: the program, the import file, what Terraform lets go, and the next steps on the terminal."""

import json
import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from scaleset_migration.adopting import import_file, proof, terraform
from scaleset_migration.adopting.adopt import Adopted, CannotAdoptError, adopt
from scaleset_migration.adopting.program import FILE, program_of
from scaleset_migration.adopting.things import Found
from scaleset_migration.programs import Language, write
from scaleset_migration.programs.languages import configured
from scaleset_migration.reverse.parts import objects
from scaleset_operations.cli.options import OutputOptions
from scaleset_operations.cli.output import err, for_people, out, show
from scaleset_operations.errors import UsageError

_CANNOT = 1
_NAMED = 4
_STEPS = "NEXT-STEPS.md"


@dataclass(frozen=True, slots=True)
class _Result:
    """What was written."""

    adopted: tuple[Adopted, ...]
    refused: tuple[str, ...]
    proven: proof.Proof | None
    folder: Path
    addresses: tuple[str, ...]
    steps: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def code(self) -> int:
        """The exit code."""
        failed = self.refused or (self.proven is not None and not self.proven.holds)
        return _CANNOT if failed else 0

    def record(self) -> dict[str, Any]:
        """The result for programs."""
        return {
            "sets": [
                {
                    "name": each.component,
                    "id": each.found.scale_set.id,
                    "resources": [] if each.found.in_stack else [thing.id for _, thing in each.children],
                    "outside": list(each.outside),
                    "ignoreChanges": list(each.ignored),
                }
                for each in self.adopted
            ],
            "refused": list(self.refused),
            "proof": None
            if self.proven is None
            else {
                "holds": self.proven.holds,
                "imported": self.proven.resources,
                "changes": list(self.proven.changes),
                "problem": self.proven.problem,
            },
            "files": list(self.files),
            "steps": list(self.steps),
        }


def check_directory(folder: Path) -> None:
    """Refuse a directory that has something.

    Raises:
        UsageError: It is no empty directory.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"--out {str(folder)!r} is not empty: nothing there is overwritten. Give a new directory.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--out {str(folder)!r} is a file. Give a new directory.")


def wants_proof(wanted: bool | None) -> bool:
    """Whether to prove: what was asked for, or whether it is possible.

    Raises:
        UsageError: It was asked for, and there is no Pulumi.
    """
    possible = proof.available()
    if wanted and not possible:
        raise UsageError("--prove needs the `pulumi` command, which is not on PATH. Install it, or use --no-prove.")
    return possible if wanted is None else wanted


def finish(
    found: Sequence[Found], folder: Path, language: str, output: OutputOptions, *, source: str, proving: bool
) -> int:
    """Adopt the sets, write everything, prove it, and tell; the exit code.

    Args:
        found: The sets.
        folder: The directory.
        language: The program's language.
        output: How results are printed.
        source: The file that they came from; ``""`` for Azure.
        proving: Whether to run the proof.
    """
    adopted, refused = _adopted(found)
    proven = None
    if adopted:
        folder.mkdir(parents=True, exist_ok=True)
        # What a stack has already is not imported, and its state cannot be opened here: its own preview is the proof.
        importable = all(not each.found.in_stack for each in adopted)
        if proving and importable:
            proven = proof.prove(adopted, folder, _tell)
            adopted = list(proven.adopted)
    result = _write(adopted, refused, proven, folder, language, source)
    if for_people(output):
        _explain(result)
    else:
        show(result.record(), output)
    for each in refused:
        err().print(f"Cannot be adopted: {each}", markup=False)
    return result.code


def _tell(step: str) -> None:
    if sys.stderr.isatty():
        err().print(f"{step} ...", style="dim", markup=False)


def _adopted(found: Sequence[Found]) -> tuple[list[Adopted], list[str]]:
    """The sets that can be adopted, and why the others cannot."""
    names = Counter(each.scale_set.short for each in found)
    adopted: list[Adopted] = []
    refused: list[str] = []
    taken: set[str] = set()
    for one in found:
        # A rule over a pool that several sets share is one resource.
        each = replace(one, pools=tuple(rule for rule in one.pools if rule.id.lower() not in taken))
        short = each.scale_set.short
        component = short if names[short] == 1 else f"{each.scale_set.inputs['resourceGroupName']}-{short}"
        try:
            adopted.append(adopt(each, component))
            taken |= {thing.id.lower() for _, thing in adopted[-1].children}
        except CannotAdoptError as error:
            refused += list(error.reasons)
    return adopted, refused


def _write(
    adopted: Sequence[Adopted],
    refused: Sequence[str],
    proven: proof.Proof | None,
    folder: Path,
    language: str,
    source: str,
) -> _Result:
    files: dict[str, str] = {}
    released: list[str] = []
    steps: list[str] = []
    if adopted:
        files |= write(program_of(adopted), Language(language))
        importing = [each for each in adopted if not each.found.in_stack]
        if importing:
            files[FILE] = json.dumps(import_file.build(importing), indent=2) + "\n"
        released = terraform.released(source, [thing.id for each in adopted for _, thing in each.children])
        if released:
            files[terraform.FILE] = terraform.blocks(released)
        steps = _steps(adopted, folder, language, released)
        files[_STEPS] = _document(adopted, steps, released)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    return _Result(tuple(adopted), tuple(refused), proven, folder, tuple(released), tuple(steps), tuple(sorted(files)))


def _steps(adopted: Sequence[Adopted], folder: Path, language: str, released: Sequence[str]) -> list[str]:
    """The commands that do it."""
    if any(each.found.in_stack for each in adopted):
        return ["pulumi preview", "pulumi up"]
    secrets = [f"pulumi config set --secret {each.name}" for each in configured(program_of(adopted))]
    made = [] if language == Language.YAML else ["pulumi install"]
    return [
        f"cd {shlex.quote(str(folder))}",
        *made,
        "pulumi stack init prod",
        *secrets,
        f"pulumi import --file {FILE} --generate-code=false --protect=false --yes",
        "pulumi preview --expect-no-changes",
        *terraform.commands(released),
    ]


def _document(adopted: Sequence[Adopted], steps: Sequence[str], released: Sequence[str]) -> str:
    lines = ["# Next steps", "", "```sh", *steps, "```", ""]
    outside = [f"{one.component}: {each}" for one in adopted for each in one.outside]
    if outside:
        lines += ["Outside the program:", "", *(f"- {each}" for each in outside), ""]
    lines += _notes(adopted, released)
    return "\n".join(lines).rstrip() + "\n"


def _notes(adopted: Sequence[Adopted], released: Sequence[str]) -> list[str]:
    """What a person should know, a sentence a line."""
    ignored = [f"{each} of {one.component}" for one in adopted for each in one.ignored]
    found = []
    if ignored:
        found.append(
            f"Left as Azure has it (ignore_changes): {', '.join(ignored)}. Take a path out to send the program's value."
        )
    extensions = [f"{name} of {one.component}" for one in adopted for name in _extensions(one)]
    if extensions:
        found.append(
            f"Azure shows no protected settings: if {_listed(extensions)} has some, write its protected_settings "
            "before the first change that sends it. Custom data is not shown either."
        )
    if any(not one.found.exact and not one.found.in_stack for one in adopted):
        found.append(
            "The program is made from the source, not from Azure: only the preview after the import "
            "shows whether they agree."
        )
    if released:
        found.append(f"Terraform lets go by {terraform.FILE} (1.7 and later), or by the commands `terraform state rm`.")
    if any(one.found.in_stack for one in adopted):
        found.append(
            "The stack has the resources already: replace them with this component in its program, in one change. "
            "The preview shows the component itself as the only creation."
        )
    return found


def _extensions(adopted: Adopted) -> list[str]:
    """The names of the extensions that Azure may keep secrets of."""
    stated = [each.short for _, each in adopted.children if each.token == tokens.VM_EXTENSION and not each.hidden]
    inside = objects(adopted.found.scale_set.inputs, "virtualMachineProfile.extensionProfile.extensions")
    return list(dict.fromkeys([*(str(each.get("name")) for each in inside), *stated]))


def _listed(names: Sequence[str]) -> str:
    more = f" or {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _explain(result: _Result) -> None:
    """The result for people."""

    def line(text: str) -> None:
        out().print(text, markup=False, highlight=False, soft_wrap=True)

    for each in result.adopted:
        machines = sum(1 for child, _ in each.children if child.kind == "virtualMachine")
        named = f", {machines} named instance{'s' if machines > 1 else ''} among them" if machines else ""
        count = len(each.children)
        line(f"{each.component}: {count} resource{'s' if count > 1 else ''}{named}.")
        for text in each.outside:
            line(f"  outside the program: {text}")
    for text in _notes(result.adopted, result.addresses):
        line(text)
    if result.proven is not None:
        _tell_proof(result.proven, line)
    if result.adopted:
        line(f"Written to {result.folder}: {', '.join(result.files)}.")
        line("Next:")
        for step in result.steps:
            line(f"  {step}")


def _tell_proof(proven: proof.Proof, line: Any) -> None:
    if proven.holds:
        these = f"{proven.resources} resource{'s' if proven.resources > 1 else ''}"
        line(f"Proven: after importing {these}, `pulumi preview` changes nothing.")
    elif proven.problem:
        err().print(f"Not proven: {proven.problem}", markup=False)
    else:
        err().print("Not proven: after the import, `pulumi preview` would change:", markup=False)
        for each in proven.changes:
            err().print(f"  {each}", markup=False)
