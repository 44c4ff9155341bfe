"""The distributions as files: ``python -m devkit.dist`` builds all into dist/, with locks, checksums and the like.

Each wheel is built from the sdist before it. ``sizes`` installs each into its own empty environment, with the pins of
requirements.lock, and writes the table in docs/development.md.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from devkit import paths, release

PROJECTS = {
    "pulumi-azure-scaleset-core": paths.ROOT / "components" / "core",
    "pulumi-azure-scaleset-migration": paths.ROOT / "migration",
    "pulumi-azure-scaleset-templates": paths.ROOT / "templates",
    "pulumi-azure-scaleset": paths.ROOT / "components",
    "pulumi-azure-scaleset-operations": paths.ROOT / "components" / "operations",
    "pulumi-azure-scaleset-policies": paths.ROOT / "policies",
    "pulumi-azure-scaleset-simulator": paths.ROOT / "simulator",
}
"""The folder of each distribution."""

DIST = paths.ROOT / "dist"
PAGE = paths.ROOT / "docs" / "development.md"
BEGIN, END = "<!-- sizes: begin -->", "<!-- sizes: end -->"
_INSTALLS = (
    "pulumi-azure-scaleset-core[command]",
    "pulumi-azure-scaleset",
    "pulumi-azure-scaleset-operations",
    "pulumi-azure-scaleset-operations[fleet]",
    "pulumi-azure-scaleset-policies",
    "pulumi-azure-scaleset-policies[pack]",
    "pulumi-azure-scaleset-simulator",
    "pulumi-azure-scaleset-simulator[clients]",
    "pulumi-azure-scaleset-simulator[provider]",
)
_UV = str(paths.VENV_BIN / "uv")


def build(directory: Path, *kinds: str) -> None:
    """Build every distribution into a directory.

    Args:
        directory: Where the files go.
        kinds: ``--sdist`` or ``--wheel`` for one of them straight from the folder; without, a wheel from the sdist.
    """
    for project in PROJECTS.values():
        # The build tool is the locked one, in this environment.
        how = ["--no-build-isolation", "--no-create-gitignore", "--python", sys.executable, "--out-dir", str(directory)]
        _run(_UV, "build", "--quiet", *how, *kinds, str(project))


def build_release(directory: Path) -> None:
    """Build every distribution, and what lies beside them in a release."""
    build(directory)
    release.write(directory)


def install(venv: Path, requirement: str, wheels: Path) -> Path:
    """Install a distribution and what it requires into a new environment; returns its folder of executables.

    Args:
        venv: The environment's folder; it is created.
        requirement: A distribution of ours, with its extras.
        wheels: The folder with all our wheels.
    """
    _run(_UV, "venv", "--quiet", "--python", sys.executable, str(venv))
    python = venv / "bin" / "python"
    constraints = ["--constraints", str(paths.ROOT / "requirements.lock"), "--find-links", str(wheels)]
    ours = [
        part for name in PROJECTS for part in ("--refresh-package", name)
    ]  # the version stays when the files change
    _run(_UV, "pip", "install", "--quiet", "--python", str(python), *constraints, *ours, requirement)
    return python.parent


def size(venv: Path) -> tuple[int, float]:
    """How many packages an environment has, and how many megabytes they take without compiled bytecode."""
    (site,) = (venv / "lib").glob("python3*/site-packages")
    files = (file for file in site.rglob("*") if file.is_file() and file.suffix != ".pyc")
    return len(packages(venv)), sum(file.stat().st_size for file in files) / 1e6


def packages(venv: Path) -> set[str]:
    """The names of the distributions in an environment."""
    (site,) = (venv / "lib").glob("python3*/site-packages")
    return {folder.name.partition("-")[0].replace("_", "-").lower() for folder in site.glob("*.dist-info")}


def table() -> str:
    """The table of sizes."""
    lines = ["| Installed alone | Packages | MB |", "|---|---:|---:|"]
    with tempfile.TemporaryDirectory() as scratch:
        build(Path(scratch) / "dist")
        for index, requirement in enumerate(_INSTALLS):
            venv = Path(scratch) / str(index)
            install(venv, requirement, Path(scratch) / "dist")
            count, megabytes = size(venv)
            lines.append(f"| `{requirement}` | {count} | {megabytes:,.0f} |")
    return "\n".join(lines)


def main() -> int:
    """Build, or measure and write the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m devkit.dist", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["build", "sizes"], default="build")
    if parser.parse_args().command == "build":
        build_release(DIST)
        for file in sorted(DIST.iterdir()):
            print(f"{file.relative_to(paths.ROOT)}  {file.stat().st_size / 1000:,.0f} kB")
        return 0
    text = f"{BEGIN}\n{table()}\n{END}"
    print(text)
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: text, PAGE.read_text(), flags=re.DOTALL))
    return 0


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
