"""The tests against one change, each in a separate process that starts with everything imported.

A change in the body of a function is put into the existing function: :func:`warm` forks from a pytest session that has
collected its tests. One that takes effect at import needs fresh modules: :func:`cold` forks from a process that has
imported other people's packages only.
"""

from __future__ import annotations

import gc
import importlib.machinery
import io
import os
import resource
import signal
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from devkit import paths
from mutation.lines import AT_IMPORT, Lines
from mutation.operators import Mutant

OPTIONS = (
    "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not long and not engine", "--timeout=0",
    "--hypothesis-profile=mutants", "--no-header", "--no-summary", "--assert=plain",
)  # fmt: skip
SURVIVED = ""
TOO_LONG = "too long"
NOT_HERE = "not here"
"""The change is in no function that there is: only fresh modules have it."""
_BUDGET = 12.0
"""Seconds of processor time of the tests that look at one change."""
_WALL, _IDLE = 100, 15
"""Seconds after which a process is given up: altogether, and without doing anything."""
Found = Callable[[Mutant, str], None]


class Order:
    """Which tests look at a change, the likeliest first: those that noticed others, then the quick ones."""

    def __init__(self, lines: Lines, killers: dict[str, str]) -> None:
        self._lines = lines
        self._killers = killers
        self._counts = Counter(killers.values())

    def noticed(self, mutant: Mutant, test: str) -> None:
        """A test noticed a change."""
        self._killers[mutant.key] = test
        self._counts[test] += 1

    def of(self, mutant: Mutant, tests: Iterable[str]) -> list[str]:
        """The tests in their order, as many as there is time for."""
        costs = self._lines.costs
        first = self._killers.get(mutant.key)
        ranked = sorted(
            (each for each in tests if each in costs),
            key=lambda each: (each != first, -self._counts[each] / (costs[each] + 0.01), costs[each]),
        )
        spent = 0.0
        chosen = []
        for each in ranked:
            if spent + costs[each] <= _BUDGET:
                chosen.append(each)
                spent += costs[each]
        return chosen


def _child(work: Callable[[Callable[[str], None]], None]) -> str:
    """What ``work`` says first in a separate process; :data:`SURVIVED` if it ends and says nothing."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (int(4 * _BUDGET), int(4 * _BUDGET)))
        quiet = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(quiet, descriptor)

        def say(text: str) -> None:
            os.write(write, text.encode())
            os._exit(0)

        try:
            work(say)
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - whatever the change broke
            say(f"{type(error).__name__}")
    os.close(write)
    return _answer(child, read)


def _answer(child: int, read: int) -> str:
    now = time.monotonic()
    end, used, since = now + _WALL, "", now
    while (done := os.waitpid(child, os.WNOHANG))[0] == 0:
        now = time.monotonic()
        if (work := _work(child)) != used:
            used, since = work, now
        if now > end or now - since > _IDLE:
            os.kill(child, signal.SIGKILL)
            done = os.waitpid(child, 0)
            break
        time.sleep(0.01)
    with os.fdopen(read, "rb") as stream:
        os.set_blocking(read, False)
        said = (stream.read() or b"").decode()
    return TOO_LONG if not said and os.WIFSIGNALED(done[1]) else said


def _work(child: int) -> str:
    """What a process has done so far: two equal answers mean that it did nothing between them."""
    try:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return str(time.monotonic())  # another operating system: only the limit counts
    return f"{fields[11]} {fields[12]}"


class _Reports:
    """A plugin of pytest that says the first test that fails, and runs only some, in their order."""

    def __init__(self, say: Callable[[str], None], tests: Sequence[str]) -> None:
        self._say = say
        self._place = {name: index for index, name in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The tests that look at the change, the likeliest first."""
        items[:] = sorted((each for each in items if each.nodeid in self._place), key=lambda i: self._place[i.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The first that fails is enough."""
        if report.failed:
            self._say(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A change that breaks an import is noticed by the test file that imports it."""
        if report.failed:
            self._say(report.nodeid)


def cold(mutant: Mutant | None, tests: Sequence[str]) -> str:
    """The test that notices a change which takes effect at import; without a change, the test that fails."""
    changed = "" if mutant is None else str(paths.ROOT / mutant.file)

    def work(say: Callable[[str], None]) -> None:
        original = importlib.machinery.SourceFileLoader.get_code

        def get_code(self: Any, fullname: str) -> types.CodeType | None:
            if mutant is not None and self.path == changed:
                return compile(mutant.tree, changed, "exec", dont_inherit=True)
            return original(self, fullname)

        importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
        # The rest first: a file of tests is imported only if those before it notice nothing.
        for some in _by_file(tests):
            files = sorted({each.partition("::")[0] for each in some})
            code = pytest.main([*OPTIONS, *files], plugins=[_Reports(say, some)])
            if code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
                say(f"pytest ended with {code}")

    return _child(work)


def _by_file(tests: Sequence[str]) -> Iterator[Sequence[str]]:
    """The likeliest few, then all others."""
    few = 30
    yield tests[:few]
    if len(tests) > few:
        yield tests[few:]


class Warm:
    """A plugin of pytest: in place of running the tests it tries the changes, each in a fork of this process."""

    def __init__(self, mutants: Sequence[Mutant], order: Order, lines: Lines, found: Found) -> None:
        self._mutants = mutants
        self._order = order
        self._lines = lines
        self._found = found

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try them all."""
        items = {each.nodeid: each for each in session.items}
        functions = _functions({str(paths.ROOT / each.file) for each in self._mutants})
        gc.freeze()
        for mutant in self._mutants:
            tests = self._order.of(mutant, self._lines.of(mutant) - {AT_IMPORT})
            chosen = [items[each] for each in tests if each in items]
            said = _child(lambda say, mutant=mutant, chosen=chosen: _try(mutant, functions, chosen, say))  # type: ignore[misc]
            self._found(mutant, said)
        return True


_Code = tuple[str, int, str]


def _name(code: types.CodeType) -> _Code:
    return code.co_filename, code.co_firstlineno, code.co_qualname


def _functions(files: set[str]) -> dict[_Code, list[types.FunctionType]]:
    """The functions of files that there are now, also those inside others that were made at import."""
    found: dict[_Code, list[types.FunctionType]] = {}
    for each in gc.get_objects():
        if isinstance(each, types.FunctionType) and each.__code__.co_filename in files:
            found.setdefault(_name(each.__code__), []).append(each)
    return found


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def _try(
    mutant: Mutant,
    functions: dict[_Code, list[types.FunctionType]],
    chosen: Sequence[pytest.Item],
    say: Callable[[str], None],
) -> None:
    if not put_in(mutant.tree, str(paths.ROOT / mutant.file), functions):
        say(NOT_HERE)
    if not chosen:
        return
    chosen[0].config.pluginmanager.register(_Reports(say, ()))
    chosen[0].config.get_terminal_writer()._file = io.StringIO()  # its own copy of standard output  # noqa: SLF001
    for item, following in zip(chosen, [*chosen[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def put_in(tree: Any, file: str, functions: dict[_Code, list[types.FunctionType]]) -> bool:
    """Give the functions of a file the code of the changed file; whether that made the change.

    A function that was made inside another one keeps its code where the change takes a name from it that it holds.
    """
    codes = list(_codes(compile(tree, file, "exec", dont_inherit=True)))
    alike = Counter(map(_name, codes))
    changed = False
    for code in codes:
        for function in functions.get(_name(code), ()):
            if function.__code__ == code or alike[_name(code)] > 1:
                continue
            if function.__code__.co_freevars != code.co_freevars:
                return False
            function.__code__ = code
            changed = True
    return changed


def imported_first() -> None:
    """Import what the tests need and nobody changes, so that no fork has to."""
    import hypothesis  # noqa: PLC0415
    import pulumi  # noqa: F401, PLC0415
    import pulumi_policy  # noqa: F401, PLC0415
    import typer.testing  # noqa: F401, PLC0415

    import arm_simulator.testing  # noqa: F401, PLC0415
    import azure_native.provider  # noqa: F401, PLC0415

    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]  # a failing example does not have to be shrunk
    checks = list(hypothesis.HealthCheck)
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=phases, suppress_health_check=checks
    )
    ours = ("pulumi_azure_scaleset", "scaleset_core", "scaleset_operations", "scaleset_policies")
    assert not [name for name in sys.modules if name.partition(".")[0] in ours]
    sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
