"""Record what the Azure CLI and ``scaleset`` ask of Azure for each row, with how long it takes.

    python -m benchmarks.az.record [ROW ...]

Needs the Azure CLI: ``az`` on PATH, or what ``SCALESET_AZ`` names. Each row runs on a new set of three instances on the
simulator. ``recorded.json`` then has az's version, the date, and for each row both tools' requests, their wall time and
the state that they left; ``docs/az.md`` is made from it. Rows that are named run again, the others stay.
"""

import argparse
import datetime as dt
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from arm_simulator.server.az_login import LoginError
from benchmarks.az import running
from benchmarks.az.verbs import VERBS, Verb
from benchmarks.azure import Azure, serving

RECORDED = Path(__file__).with_name("recorded.json")


def recorded() -> dict[str, Any]:
    """The file: ``version``, ``date`` and ``rows``; without it, no rows."""
    found: dict[str, Any] = json.loads(RECORDED.read_text()) if RECORDED.exists() else {"rows": {}}
    return found


def record(program: str, wanted: Sequence[Verb]) -> None:
    """Run the rows with both tools and save what was seen.

    Raises:
        benchmarks.az.running.CommandError: a command failed.
        LoginError: the Azure CLI could not be signed in.
    """
    found = recorded()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "tls") as azure:
        variables = running.signed_in(azure, program, Path(folder) / "azure")
        found |= {"version": running.version(program, variables), "date": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"}
        for verb in wanted:
            print(verb.key, file=sys.stderr, flush=True)
            found["rows"][verb.key] = _row(azure, verb, variables)
    found["rows"] = {key: found["rows"][key] for key in VERBS if key in found["rows"]}
    RECORDED.write_text(json.dumps(found, indent=1) + "\n")


def _row(azure: Azure, verb: Verb, variables: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if verb.has_az:
        running.by_az(azure, verb, variables)  # compiles its imports
        way = running.by_az(azure, verb, variables)
        made["az"] = {"seconds": round(way.seconds, 2), "requests": way.requests, "state": way.state}
    if verb.ours:
        running.by_ours(azure, verb)
        own = running.by_ours(azure, verb)
        made["ours"] = {"seconds": round(own.seconds, 2), "requests": len(own.requests)}
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Record; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.az.record", description=__doc__.split("\n", 1)[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows to run again, such as instance.restart")
    arguments = parser.parse_args(argv)
    program = running.find_az()
    if program is None:
        parser.error(f"there is no `az`: install azure-cli, or name it in {running.VARIABLE}")
    wanted = [verb for verb in VERBS.values() if not arguments.rows or verb.row in arguments.rows]
    try:
        record(program, wanted)
    except (running.CommandError, LoginError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
