"""Write the tables, or with ``--check`` report which are out of date."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version

from azure_native.generate import overrides
from azure_native.generate.build import ModuleTable
from azure_native.generate.text import render
from azure_native.table import TABLES


def main() -> int:
    """Run the generator; exit code 1 if ``--check`` finds a difference."""
    parser = argparse.ArgumentParser(prog="python -m azure_native.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the tables in the package, write nothing")
    parser.add_argument("--report", action="store_true", help="list what was skipped and what no model has")
    parser.add_argument("modules", nargs="*", help="modules of the SDK (default: all)")
    options = parser.parse_args()
    stale = []
    report = overrides.Report()
    for module in options.modules or overrides.MODULES:
        text = render(version("pulumi-azure-native"), ModuleTable(module, report).build())
        target = TABLES / f"{module}.json"
        if options.check:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                stale.append(module)
        else:
            target.write_text(text, encoding="utf-8")
    if options.report:
        for line in [*(f"skipped {s}" for s in report.skipped), *(f"no model for {u}" for u in report.unmatched)]:
            sys.stdout.write(f"{line}\n")
    for module in stale:
        sys.stderr.write(f"{module}.json is out of date: run python -m azure_native.generate\n")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
