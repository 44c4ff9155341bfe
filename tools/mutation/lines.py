"""Which test runs which line of the code, and what each test costs: measured once, and again for tests that changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage
import pytest

from devkit import paths
from mutation.operators import Mutant

FILE = paths.SCRATCH / "mutation" / "lines.json"
AT_IMPORT = ""
"""The name, among those of tests, of what runs while modules are imported."""


@dataclass
class Lines:
    """What is known.

    Attributes:
        sources: The digest of all the code that is changed.
        files: The digest of each test file.
        costs: The seconds of processor time of each test that passes.
        tests: The tests by file of the code and line.
    """

    sources: str = ""
    files: dict[str, str] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=dict)
    tests: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Lines:
        """What was written last; nothing if nothing was."""
        return cls(**json.loads(FILE.read_text())) if FILE.exists() else cls()

    def write(self) -> None:
        """Write it for the next run."""
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(json.dumps(vars(self)))

    def of(self, mutant: Mutant) -> set[str]:
        """The tests that run the statement of a change."""
        lines = self.tests.get(mutant.file, {})
        first, last = mutant.span
        return {test for line in range(first, last + 1) for test in lines.get(str(line), ())}

    def at_import(self, mutant: Mutant) -> bool:
        """Whether a change takes effect while modules are imported (or tests are collected)."""
        return not mutant.inside or AT_IMPORT in self.of(mutant)


def digest(*files: Path) -> str:
    """One digest of the contents of files."""
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:16]


def test_files(folders: tuple[str, ...]) -> dict[str, str]:
    """The digests of all test files in folders."""
    found = (file for folder in folders for file in sorted((paths.ROOT / folder).glob("**/test_*.py")))
    return {str(file.relative_to(paths.ROOT)): digest(file) for file in found}


class Recorder:
    """A plugin of pytest: it notes the lines and the costs of the tests that run."""

    def __init__(self, sources: list[str]) -> None:
        self._coverage = coverage.Coverage(data_file=None, include=sources, config_file=False)
        self.costs: dict[str, float] = {}
        self._failed: set[str] = set()

    def start(self) -> None:
        """Before anything of the project is imported."""
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Lines that run from here on are the test's."""
        self._coverage.switch_context(item.nodeid)
        begin = time.process_time()
        result = yield
        self.costs[item.nodeid] = round(time.process_time() - begin, 4)
        self._coverage.switch_context(AT_IMPORT)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails or is skipped without any change proves nothing about one."""
        if not report.passed:
            self._failed.add(report.nodeid)

    def result(self) -> tuple[dict[str, float], dict[str, dict[str, list[str]]]]:
        """The costs, and the tests by file and line."""
        self._coverage.stop()
        data = self._coverage.get_data()
        tests = {
            str(Path(file).relative_to(paths.ROOT)): {
                str(line): [each for each in names if each not in self._failed]
                for line, names in data.contexts_by_lineno(file).items()
            }
            for file in data.measured_files()
        }
        return {name: cost for name, cost in self.costs.items() if name not in self._failed}, tests


def merged(
    known: Lines, costs: dict[str, float], tests: dict[str, dict[str, list[str]]], files: dict[str, str]
) -> Lines:
    """What is known with what was measured of some files' tests."""
    stale = files.keys()
    kept = {name: cost for name, cost in known.costs.items() if name.partition("::")[0] not in stale}
    lines: dict[str, dict[str, list[str]]] = {}
    for source in (known.tests, tests):
        for file, by_line in source.items():
            for line, names in by_line.items():
                fresh = source is tests
                here = lines.setdefault(file, {}).setdefault(line, [])
                here += [each for each in names if (fresh or each.partition("::")[0] not in stale) and each not in here]
    return Lines(known.sources, {**known.files, **files}, {**kept, **costs}, lines)
