"""How long ``scaleset check`` takes: on exports of whole stacks, and on templates.

    python -m benchmarks.check --instances 999 --json

The exports contain what our own program registers, recorded from a run in which every id is known, in the form of
``pulumi stack export``; the templates are the samples of the tests. The whole process is measured.
"""

import argparse
import importlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.monitor import Monitor, Registration
from benchmarks.processes import run
from benchmarks.running import COMPONENT, Operation, ProgramError, on_monitor
from benchmarks.sampling import taken
from devkit import paths

EXPORTS = (99, 999)
"""Instances of the exports: 402 and 4,002 resources with the stack, the component and what all instances share."""
_SCALESET = str(paths.VENV_BIN / "scaleset")
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_STACK_URN = "urn:pulumi:dev::benchmark::pulumi:pulumi:Stack::benchmark-dev"
_FOUND = 1
"""The exit code of a check that found violations: the templates are samples of mistakes."""


class CheckError(Exception):
    """A check could not read its input; the message is what it printed."""


def measure(exports: Sequence[int] = EXPORTS, *, rounds: int = 5) -> list[dict[str, Any]]:
    """Measure the check of exports and of templates.

    Args:
        exports: The numbers of instances of the exports.
        rounds: How often each file is checked.

    Returns:
        One result for each input: ``input``, ``resources``, ``bytes``, ``rounds``, ``violations`` (whether there are
        any), and medians and spreads of ``cpu`` and ``wall`` in seconds.

    Raises:
        CheckError: the command could not read a file.
        ProgramError: the program that gives the exports failed.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        return [_checked(*each, rounds) for each in _inputs(Path(directory), exports)]


def _inputs(directory: Path, exports: Sequence[int]) -> Iterator[tuple[str, int, Path]]:
    """The title, the number of resources and the file of each input; a file exists only while it is measured."""
    for name, text in sample_templates().items():
        file = directory / f"{name}.json"
        file.write_text(text)
        yield f"ARM template, {name}", len(json.loads(text)["resources"]), file
    for instances in exports:
        resources = export(instances)
        file = directory / f"stack-{instances}.json"
        file.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}, indent=4))
        yield "stack export", len(resources), file


def sample_templates() -> dict[str, str]:
    """The ARM templates of the tests, by their content."""
    tests = str(paths.ROOT / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    samples: Any = importlib.import_module("check.samples")
    arm: Any = importlib.import_module("check.arm_samples")
    return {
        "uniform set": samples.arm("Uniform"),
        "flexible set": samples.arm(),
        "symbolic names": json.dumps({"$schema": samples.SCHEMA, **arm.SYMBOLIC}),
        "modules": json.dumps({"$schema": samples.SCHEMA, **arm.MODULES}),
    }


def export(instances: int) -> list[dict[str, Any]]:
    """The resources of the deployed stack of our program, as the engine's checkpoint has them.

    Raises:
        ProgramError: the program failed.
    """
    monitor = Monitor(existing=True, recording=True)
    on_monitor(monitor, COMPONENT, instances, operation=Operation.SAME)
    stack = {"urn": _STACK_URN, "type": "pulumi:pulumi:Stack", "custom": False}
    return [stack, *(_state(each) for each in monitor.registrations if each.type != stack["type"])]


def _state(registration: Registration) -> dict[str, Any]:
    inputs = _plain(registration.inputs)
    state = {
        "urn": registration.urn,
        "type": registration.type,
        "custom": registration.custom,
        "parent": registration.parent or _STACK_URN,
        "dependencies": list(registration.dependencies),
    }
    if registration.custom:
        state |= {"id": registration.id, "inputs": inputs, "outputs": {**inputs, "provisioningState": "Succeeded"}}
    return state


def _plain(value: Any) -> Any:
    """A value from the wire as in the checkpoint: without the marks of Outputs, but with those of secrets."""
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _OUTPUT_VALUE:
            return _plain(value.get("value"))
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _checked(title: str, resources: int, file: Path, rounds: int) -> dict[str, Any]:
    runs = []
    for _ in range(rounds + 1):
        ended = run([_SCALESET, "check", str(file), "--format", "json"])
        if ended.code not in {0, _FOUND}:
            raise CheckError(f"`scaleset check` of a {title} ended with {ended.code}:\n{ended.err}")
        runs.append(ended)
    measured = runs[1:]  # the first one compiles its imports
    return {
        "input": title,
        "resources": resources,
        "bytes": file.stat().st_size,
        "rounds": rounds,
        "violations": measured[-1].code == _FOUND,
        "cpu": taken([each.cpu for each in measured]),
        "wall": taken([each.wall for each in measured]),
    }


def sentence(result: dict[str, Any]) -> str:
    """A result in one line."""
    return (
        f"check of {result['input']}, {result['resources']:,} resources: {result['wall']['median']:.2f} s wall, "
        f"{result['cpu']['median']:.2f} s CPU"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--instances", type=int, action="append", help="of an export; may be given several times")
    parser.add_argument("--rounds", type=int, default=5, help="how often each file is checked")
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    arguments = parser.parse_args(argv)
    try:
        results = measure(arguments.instances or EXPORTS, rounds=arguments.rounds)
    except (CheckError, ProgramError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(results) if arguments.json else "\n".join(sentence(result) for result in results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
