"""The cost of starting: importing the package, and the first screen of the command line.

    python -m benchmarks.startup --json

Each run is a new process, in alternation, with its bytecode compiled. Three pairs of imports are measured:

- ``package``: ``from pulumi_azure_scaleset import ScaleSet`` against ``import pulumi``. The package needs no module of
  azure-native: it registers resources by their type tokens.
- ``program``: the same in a program that makes the resource group with azure-native, as the demo and most programs
  do: against ``import pulumi`` and ``pulumi_azure_native.resources``.
- ``by hand``: everything that our program has loaded when its set is validated and laid out, against what a program
  without our package has to load for the same resources: ``import pulumi`` and azure-native's ``resources``,
  ``network`` and ``compute``.

azure-native loads a module when a class of it is first used, so the statements use one class of each.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.processes import Ended, run
from benchmarks.sampling import alternated, compared, taken
from devkit import paths

MEASURES = ("cpu", "wall")
_OURS = "from pulumi_azure_scaleset import ScaleSet"
_GROUP = "import pulumi; from pulumi_azure_native import resources; resources.ResourceGroup"
_NATIVE = (
    f"{_GROUP}; from pulumi_azure_native import compute, network; compute.VirtualMachine; network.NetworkInterface"
)


@dataclass(frozen=True)
class Pair:
    """Two imports that are compared.

    Attributes:
        ours: Statements with our package.
        reference: Statements without it.
    """

    ours: str
    reference: str


IMPORTS: Mapping[str, Pair] = {
    "package": Pair(f"import pulumi; {_OURS}", "import pulumi"),
    "program": Pair(f"{_GROUP}; {_OURS}", _GROUP),
    "by hand": Pair(f"{_GROUP}; {_OURS}; import pulumi_azure_scaleset.compile", _NATIVE),
}
COMMANDS = (
    "--help",
    "check --help",
    "instances list --help",
    "set restart --help",
    "instances protect --help",
    "fleet up --help",
    "recover --help",
    "preview --help",
    "roles for --help",
)
_SCALESET = str(paths.VENV_BIN / "scaleset")


class StartError(Exception):
    """A process that was to be measured failed; the message is what it printed."""


def measure(*, rounds: int = 11) -> dict[str, Any]:
    """Measure the imports and the commands.

    Args:
        rounds: How often each.

    Returns:
        ``imports`` and ``commands``: lists of results with ``name``, ``rounds`` and medians and spreads of ``cpu`` and
        ``wall`` in seconds; imports also have ``statements``, ``reference`` and the ratios.

    Raises:
        StartError: a process failed.
    """
    return {
        "imports": [_imported(name, pair, rounds) for name, pair in IMPORTS.items()],
        "commands": [_command(text, rounds) for text in COMMANDS],
    }


def _imported(name: str, pair: Pair, rounds: int) -> dict[str, Any]:
    candidates = {"ours": pair.ours, "reference": pair.reference}
    for code in candidates.values():
        _python(code)  # compiles its imports
    costs = alternated(_python, candidates, rounds)
    return {
        "name": name,
        "statements": pair.ours,
        "against": pair.reference,
        **compared(costs, MEASURES, "reference"),
    }


def _python(code: str) -> Ended:
    return _run([sys.executable, "-c", code])


def _command(text: str, rounds: int) -> dict[str, Any]:
    command = [_SCALESET, *text.split()]
    runs = [_run(command) for _ in range(rounds + 1)][1:]
    return {"name": text, "rounds": rounds} | {m: taken([getattr(each, m) for each in runs]) for m in MEASURES}


def _run(command: Sequence[str]) -> Ended:
    ended = run(command)
    if ended.code != 0:
        raise StartError(f"{' '.join(command[1:])} ended with {ended.code}:\n{ended.err}")
    return ended


def sentences(result: Mapping[str, Any]) -> list[str]:
    """The results in one line each."""
    lines = [
        f"import, {each['name']}: {each['cpu']['ours']['median']:.2f} s against "
        f"{each['cpu']['reference']['median']:.2f} s of CPU, ratio {each['cpu_ratio']:.2f}"
        for each in result["imports"]
    ]
    return lines + [
        f"scaleset {each['name']}: {each['wall']['median']:.2f} s wall, {each['cpu']['median']:.2f} s CPU"
        for each in result["commands"]
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=11, help="how often each process is started")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    try:
        result = measure(rounds=arguments.rounds)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(result) if arguments.json else "\n".join(sentences(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
