"""Command line of the component package's tools; see the package's docstring."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import component_package
from component_package import arguments, elsewhere, reference, requirements, schema, sdk


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m component_package",
        description=component_package.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command")
    generate = commands.add_parser("sdk", help="write the SDKs")
    generate.add_argument("directory", type=Path)
    generate.add_argument("--publish", action="store_true", help="for npm and the like instead of a project's folder")
    options = parser.parse_args()
    if options.command == "sdk":
        try:
            sdk.generate(schema.FILE, options.directory, publish=options.publish)
        except sdk.GeneratorError as error:
            print(error, file=sys.stderr)
            return 1
        return 0
    if arguments.write():
        # The schema is inferred from these types, and this process has loaded their old versions.
        return subprocess.run([sys.executable, "-m", "component_package"], check=False).returncode
    schema.FILE.write_text(schema.expected(), encoding="utf-8")
    reference.FILE.write_text(reference.expected(), encoding="utf-8")
    elsewhere.FILE.write_text(elsewhere.expected(), encoding="utf-8")
    requirements.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
