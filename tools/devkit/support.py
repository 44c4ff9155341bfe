"""What is supported: the tables of docs/support.md, from the metadata, the locks and the workflow that test it.

``python -m devkit.support`` regenerates them; the rest of the page is written by hand.
"""

from __future__ import annotations

import re
import sys
import tomllib
from typing import Any

import yaml
from packaging.requirements import Requirement

from devkit import paths
from devkit.locked import pins
from pulumi_azure_scaleset.plan import sdk_schema, tokens
from scaleset_operations.calls import COMPUTE

PAGE = paths.ROOT / "docs" / "support.md"
BEGIN, END = "<!-- written by python -m devkit.support -->\n", "<!-- end -->\n"

_WHAT = {
    "pulumi": "Pulumi's SDK for Python",
    "pulumi-azure-native": "azure-native",
    "pulumi-policy": "Pulumi's policy SDK, for the pack",
    "pydantic": "pydantic",
}


def facts() -> str:
    """The tables, as they must be on the page."""
    oldest, newest = _versions("requirements-oldest.lock"), _versions("requirements.lock")
    rows = [
        f"| {words} (`{name}`) | {_specifier(name)} | {oldest[name]} | {newest[name]} |"
        for name, words in _WHAT.items()
    ]
    python = _project("components")["requires-python"]
    lines = [
        "| | Declared | Oldest tested | Newest tested |",
        "|---|---|---|---|",
        f"| Python | {python} | {_tested_python()} | {_tested_python()} |",
        *rows,
        f"| The Pulumi engine | as the SDK | {_engine()} | {_engine()} |",
        f"| Go, for generated SDKs and an engine without a Pulumi CLI | | {_tool('go')} | {_tool('go')} |",
        f"| Node.js, for the TypeScript SDK | | {_tool('node')} | {_tool('node')} |",
        "",
        f"Later Pythons ({', '.join(_later_pythons())}) are tried on each change, without an engine;",
        "nothing is promised for them yet.",
        "",
        "| API versions | azure-native's own | others |",
        "|---|---|---|",
        *(_api(token) for token in (tokens.SCALE_SET, tokens.VIRTUAL_MACHINE, tokens.LOAD_BALANCER)),
        "",
        f"The `scaleset` command calls Microsoft.Compute at {COMPUTE}.",
    ]
    return "\n".join(lines) + "\n"


def current(text: str) -> str:
    """The page with the tables as they have to be.

    Args:
        text: The page.

    Raises:
        ValueError: a marker is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE.name} lacks {BEGIN.strip()} or {END.strip()}")
    return f"{before}{BEGIN}{facts()}{END}{after}"


def _project(folder: str) -> dict[str, Any]:
    document = tomllib.loads((paths.ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = document["project"]
    return found


def _specifier(name: str) -> str:
    """What the distributions declare; they say the same."""
    found = set()
    for folder in ("components", "components/operations", "policies", "simulator"):
        project = _project(folder)
        extras = project.get("optional-dependencies", {}).values()
        requirements = map(Requirement, [*project["dependencies"], *(each for extra in extras for each in extra)])
        found |= {
            ",".join(sorted(map(str, each.specifier), reverse=True)) for each in requirements if each.name == name
        }
    (only,) = found
    return only


def _versions(lock: str) -> dict[str, str]:
    entries = pins((paths.ROOT / lock).read_text(encoding="utf-8"))
    return {name: text.split("==")[1].split()[0] for name, text in entries.items()}


def _jobs() -> dict[str, Any]:
    """The jobs of the workflow that every change runs."""
    found: dict[str, Any] = yaml.safe_load((paths.ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))[
        "jobs"
    ]
    return found


def _tool(name: str) -> str:
    (version,) = (
        str(value)
        for step in _jobs()["all"]["steps"]
        for key, value in step.get("with", {}).items()
        if key == f"{name}-version"
    )
    return version


def _tested_python() -> str:
    return _tool("python")


def _later_pythons() -> list[str]:
    found: list[str] = _jobs()["newer-python"]["strategy"]["matrix"]["python"]
    return found


def _engine() -> str:
    """The engine that the tests build, where no other is installed."""
    module = (paths.ROOT / "tools" / "engine" / "go.mod").read_text(encoding="utf-8")
    found = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", module)
    assert found is not None
    return found[1]


def _api(token: str) -> str:
    versions = sdk_schema.versions_of(token)
    assert versions is not None
    _, space, kind = token.split(":")
    others = sorted({versions.default, *versions.others})
    return f"| {space}: {kind} | {versions.default} | {len(others) - 1}, from {others[0]} to {others[-1]} |"


def main() -> int:
    """Write the page; returns the exit code."""
    PAGE.write_text(current(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
