"""Generates the tables from Azure's SDKs if they are missing: in a checkout, never in an sdist.

pyproject.toml lists the tables, their sources and generators under ``tool.hatch.build.hooks.custom``; `make setup`
reads it too. Only a build that has to generate a table requires the SDKs (the largest has 155 MB).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GeneratedTables(BuildHookInterface[Any]):
    """The hook."""

    def dependencies(self) -> list[str]:
        """The generators' requirements, if they have to run."""
        return [] if self._complete() else list(self.config["sdks"])

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Run the generators if anything is missing."""
        if self._complete():
            return
        for file in self.config["files"]:
            (Path(self.root) / file).parent.mkdir(exist_ok=True)
        # Prepend: pip isolates a build from the surrounding environment through PYTHONPATH.
        path = os.pathsep.join(filter(None, [self.root, os.environ.get("PYTHONPATH")]))
        for arguments in self.config["generators"]:
            subprocess.run(
                [sys.executable, *arguments], cwd=self.root, env={**os.environ, "PYTHONPATH": path}, check=True
            )

    def _complete(self) -> bool:
        return all((Path(self.root) / file).exists() for file in self.config["files"])
