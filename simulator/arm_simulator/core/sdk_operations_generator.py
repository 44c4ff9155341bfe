"""Writes ``sdk_operations.tsv``: the operations of the azure-mgmt packages, read from their source.

    python -m arm_simulator.core.sdk_operations_generator          # write the file
    python -m arm_simulator.core.sdk_operations_generator --check  # exit 1 when the file is out of date

Each request builder of a package has a URL template, a method and an api-version; the classes that call it give the
operation its name. Nothing is imported or executed. Packages that are not installed keep the lines that they have.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from arm_simulator.core import generated
from arm_simulator.core.sdk_operations import FILE, Operation, read

PACKAGES = {
    "azure-mgmt-compute": "azure.mgmt.compute",
    "azure-mgmt-network": "azure.mgmt.network",
    "azure-mgmt-authorization": "azure.mgmt.authorization",
    "azure-mgmt-resource": "azure.mgmt.resource.resources",
    "azure-mgmt-resource-deployments": "azure.mgmt.resource.deployments",
    "azure-mgmt-resource-locks": "azure.mgmt.resource.locks",
    "azure-mgmt-resource-subscriptions": "azure.mgmt.resource.subscriptions",
}
"""Distribution and module."""
_URL = re.compile(r"_url(?:: str)? = (?:kwargs\.pop\('template_url', )?'([^']+)'")
_METHOD = re.compile(r"method='([A-Z]+)'")
_VERSION = re.compile(r"'api-version', '([^']+)'")
_VERSION_FOLDER = re.compile(r"v\d{4}_\d\d_\d\d")


def operations(distribution: str, module: str) -> list[Operation] | None:
    """The operations of one package, in order of name; None where it is not installed."""
    try:
        version = importlib.metadata.version(distribution)
        found = importlib.util.find_spec(module)
    except (ModuleNotFoundError, importlib.metadata.PackageNotFoundError):
        return None
    if found is None or not found.submodule_search_locations:
        return None
    newest: dict[str, Operation] = {}
    for source in _sources(Path(next(iter(found.submodule_search_locations)))):
        for name, method, url, api_version in _read(source):
            made = Operation(f"{distribution} {version}", name, method, url, api_version)
            if name not in newest or newest[name].api_version <= api_version:
                newest[name] = made
    return sorted(newest.values())


def _sources(folder: Path) -> Iterator[Path]:
    """The operations of a package; of one with a folder for each api-version those of the stable ones."""
    versions = sorted(each for each in folder.iterdir() if _VERSION_FOLDER.fullmatch(each.name))
    for each in versions or [folder]:
        yield from sorted((each / "operations").glob("_*operations.py"))


def _read(source: Path) -> Iterator[tuple[str, str, str, str]]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    builders = {
        node.name: ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("build_")
    }
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        group = re.sub(r"(Operations)?(Mixin)?$", "", node.name).lstrip("_")
        for method in (each for each in node.body if isinstance(each, ast.FunctionDef)):
            word = method.name.strip("_").removeprefix("begin_").removesuffix("_initial")
            name = f"{group}_{''.join(part.title() for part in word.split('_'))}"
            for builder in _called(method, builders):
                text = builders[builder]
                url, verb, version = (pattern.search(text) for pattern in (_URL, _METHOD, _VERSION))
                if url and verb:
                    yield name, verb[1], url[1], version[1] if version else ""


def _called(method: ast.FunctionDef, builders: Iterable[str]) -> list[str]:
    known = set(builders)
    calls = (node.func for node in ast.walk(method) if isinstance(node, ast.Call))
    return sorted({each.id for each in calls if isinstance(each, ast.Name) and each.id in known})[:1]


def generate() -> str:
    """The text of the file."""
    before = read()
    lines = []
    for distribution, module in PACKAGES.items():
        found = operations(distribution, module)
        kept = [each for each in before if each.package.split()[0] == distribution]
        lines += [each.line() for each in (kept if found is None else found)]
    return "".join(f"{line}\n" for line in lines)


def main(arguments: list[str] | None = None) -> int:
    """Write or check the file; returns the exit code."""
    return generated.main("arm_simulator.core.sdk_operations_generator", FILE, generate, arguments)


if __name__ == "__main__":
    sys.exit(main())
