"""The page ``docs/az.md``: each row with the Azure CLI and with ``scaleset``, from ``recorded.json``.

python -m benchmarks.az.page
"""

import sys
from collections.abc import Mapping
from typing import Any

from benchmarks.az.record import recorded
from benchmarks.az.verbs import FLEXIBLE, UNIFORM, VERBS, Verb
from devkit import paths
from scaleset_core.modes.rows import ROWS

PAGE = paths.ROOT / "docs" / "az.md"
EXAMPLE = {UNIFORM: "0", FLEXIBLE: "web_1a2b3c4d"}
"""An instance as an operator types it, in each mode."""
_HEAD = """# With `az` and with `scaleset`

This page shows what an operator types for each row of Microsoft's comparison of the orchestration modes, in both modes,
and what it costs. `python -m benchmarks.az.page` writes it from the records of `python -m benchmarks.az.record`:
azure-cli {version} on {date}, each row on a set `web` of three instances on [the simulator](../simulator/README.md).
The resource group is a default of both tools; an instance is `0` on Uniform and `web_1a2b3c4d` on Flexible.

- **Keys** are the characters of the line, including Enter.
- **Requests** are those to Azure Resource Manager, including polling. `scaleset` first reads the mode of the set,
  whether the instance belongs to it, and which locks prevent the command; `az` reads none of that. `--mode` saves the
  first request.
- **Seconds** are wall time of the whole command on a shared two-core machine, where Azure's own time is zero. They
  compare the tools, not Azure.
- A cell that begins with "none" says why there is no command. A test runs every row again. The recorded requests of
  `az` and those of `scaleset` must leave the set in the same state.

Total of the rows that both have: **{keys_ours:,} keys against {keys_az:,}** of `az`, {requests_ours:,} requests
against {requests_az:,}, {seconds_ours:.0f} s against {seconds_az:.0f} s. `az` has no command for {none} of the {all}
pairs of a row and a mode; `scaleset` has one for each call that Azure has.

| Row | Mode | `az` | `scaleset` | Keys: az | ours | Requests: az | ours | Seconds: az | ours |
| :-- | :-- | :-- | :-- | --: | --: | --: | --: | --: | --: |
"""


def keys(line: str, mode: str) -> int:
    """How many keys a line is, with the Enter; 0 for no command."""
    return len(line.replace("{i}", EXAMPLE[mode])) + 1 if line and not line.startswith("none") else 0


def page(found: Mapping[str, Any]) -> str:
    """The page, from the content of ``recorded.json``."""
    verbs = [VERBS[f"{row.id} {mode}"] for row in ROWS for mode in (UNIFORM, FLEXIBLE)]
    head = _HEAD.format(version=found["version"], date=found["date"], **_sums(found["rows"]))
    return head + "".join(_line(verb, found["rows"][verb.key]) for verb in verbs)


def _sums(rows: Mapping[str, Any]) -> dict[str, Any]:
    both = [verb for key, verb in VERBS.items() if "az" in rows[key] and "ours" in rows[key]]
    return {
        "keys_az": sum(keys(verb.az, verb.mode) for verb in both),
        "keys_ours": sum(keys(verb.ours, verb.mode) for verb in both),
        "requests_az": sum(len(rows[verb.key]["az"]["requests"]) for verb in both),
        "requests_ours": sum(rows[verb.key]["ours"]["requests"] for verb in both),
        "seconds_az": sum(rows[verb.key]["az"]["seconds"] for verb in both),
        "seconds_ours": sum(rows[verb.key]["ours"]["seconds"] for verb in both),
        "none": sum(not verb.has_az for verb in VERBS.values()),
        "all": len(VERBS),
    }


def _line(verb: Verb, seen: Mapping[str, Any]) -> str:
    az, ours = seen.get("az"), seen.get("ours")
    cells = [
        f"`{verb.row}`" if verb.mode == UNIFORM else "",
        verb.mode,
        _typed(verb.az, verb.mode) if az else verb.az,
        _typed(verb.ours, verb.mode) if ours else "none: it is refused, and the message names what to do instead",
        str(keys(verb.az, verb.mode)) if az else "",
        str(keys(verb.ours, verb.mode)) if ours else "",
        str(len(az["requests"])) if az else "",
        str(ours["requests"]) if ours else "",
        f"{az['seconds']:.1f}" if az else "",
        f"{ours['seconds']:.1f}" if ours else "",
    ]
    return f"| {' | '.join(cells)} |\n"


def _typed(line: str, mode: str) -> str:
    return "`" + line.replace("{i}", EXAMPLE[mode]).replace("|", "\\|") + "`"


def main() -> int:
    """Write the page; returns the exit code."""
    PAGE.write_text(page(recorded()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
