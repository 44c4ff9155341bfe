"""The Azure CLI and ``scaleset`` on many instances of a Flexible set: wall, CPU and requests.

    python -m benchmarks.az.compare --instances 100

Both talk to the same simulator. ``az`` works on many machines by ``--ids``, side by side in threads; a lock is one
command for each machine, of which ``LOCKED`` are measured and the rest is scaled.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arm_simulator.server.az_login import LoginError
from benchmarks.az import running, world
from benchmarks.azure import Azure, scale_set, serving

LOCKED = 20
"""How many locks az makes in the measurement."""
_IDS = '$(az vm list --vmss web --query "[].id" -o tsv)'
_LOCK = "az lock create -n protect -t CanNotDelete --resource $vm --resource-type Microsoft.Compute/virtualMachines"
_NAMES = 'for vm in $(az vm list --vmss web --query "[].name" -o tsv | head -n {count}); do {command}; done'
WAYS: Mapping[str, tuple[str, str]] = {
    "list": ("az vm list --vmss web --show-details -o table", "scaleset instances list -n web"),
    "restart": (f"az vm restart --ids {_IDS}", "scaleset set restart -n web --yes"),
    "lock": (
        _NAMES.format(count=LOCKED, command=_LOCK),
        "scaleset instances protect --all -n web --no-instance-protection",
    ),
    "run-command": (
        f"az vm run-command invoke --command-id RunShellScript --scripts true --ids {_IDS}",
        "scaleset instances run-command --all --script true -n web --yes",
    ),
}


def measure(instances: int, program: str) -> list[dict[str, Any]]:
    """Run each operation once with both tools, on a new set each time.

    Args:
        instances: How many instances the set has.
        program: The Azure CLI.

    Returns:
        For each ``operation``: ``instances``, ``version`` of az, ``measured`` (how many instances az worked on; what is
        missing is scaled), and for ``az`` and ``ours`` the ``wall`` and ``cpu`` in seconds and the ``requests``.

    Raises:
        benchmarks.az.running.CommandError: a command failed.
        LoginError: the Azure CLI could not be signed in.
    """
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "tls") as azure:
        variables = running.signed_in(azure, program, Path(folder) / "azure")
        common = {"instances": instances, "version": running.version(program, variables)}
        scale_set(azure, "web", 1)
        for line in ("az vm list -o none", "az lock list -o none", "scaleset instances list -n web"):
            running.shell(azure, line, variables)  # compiles their imports
        found = []
        for operation, (az, ours) in WAYS.items():
            done = min(LOCKED, instances) if operation == "lock" else instances
            theirs = _scaled(_run(azure, az, instances, variables), instances / done)
            own = _run(azure, ours, instances, {})
            found.append({**common, "operation": operation, "measured": done, "az": theirs, "ours": own})
    return found


def _run(azure: Azure, line: str, instances: int, variables: Mapping[str, str]) -> dict[str, float]:
    azure.control("POST", "reset")
    azure.group()
    scale_set(azure, "web", instances)
    azure.control("DELETE", "requests")
    ended = running.shell(azure, line, variables)
    return {"wall": ended.wall, "cpu": ended.cpu, "requests": len(world.asked(azure))}


def _scaled(found: Mapping[str, float], factor: float) -> dict[str, float]:
    return {name: round(value * factor) if name == "requests" else value * factor for name, value in found.items()}


def sentence(result: Mapping[str, Any]) -> str:
    """A result in one line."""
    parts = [
        f"{tool} {each['wall']:.1f} s wall, {each['cpu']:.1f} s CPU, {each['requests']:,} requests"
        for tool, each in (("az", result["az"]), ("scaleset", result["ours"]))
    ]
    scaled = "" if result["measured"] == result["instances"] else f" (az: {result['measured']} measured, scaled)"
    return f"{result['operation']} of {result['instances']:,}{scaled}: {'; '.join(parts)}"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.az.compare", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--instances", type=int, default=100, help="how many instances the set has")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    arguments = parser.parse_args(argv)
    program = running.find_az()
    if program is None:
        parser.error(f"there is no `az`: install azure-cli, or name it in {running.VARIABLE}")
    try:
        results = measure(arguments.instances, program)
    except (running.CommandError, LoginError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(results) if arguments.json else "\n".join(sentence(each) for each in results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
