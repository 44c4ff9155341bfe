"""``python -m mutation``: try a sample of changes of each area, and write docs/mutation.md.

python -m mutation [AREA ...] [--sample N | --all] [--seed N] [--left] [--page] [--again]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from devkit import paths
from mutation import forks, page
from mutation.areas import AREAS, all_mutants, sample
from mutation.lines import AT_IMPORT, Lines, Recorder, digest, merged, test_files
from mutation.operators import Mutant

RESULTS = paths.SCRATCH / "mutation" / "results.json"
SAMPLE = 70
SEED = 1
_FOLDERS = tuple(dict.fromkeys(folder for area in AREAS.values() for folder in area.tests))


Chosen = dict[str, tuple[list[Mutant], list[Mutant]]]
"""All changes and the sample, by area."""


@dataclass
class Session:
    """One run.

    Attributes:
        lines: Which test runs which line.
        order: Which tests look at a change first.
        results: Who noticed each change, by key.
        area: The area of each change, by key.
    """

    lines: Lines
    order: forks.Order
    results: dict[str, str] = field(default_factory=dict)
    area: dict[str, str] = field(default_factory=dict)

    def found(self, mutant: Mutant, test: str) -> None:
        """One change was tried."""
        self.results[mutant.key] = test
        if "::" in test:
            self.order.noticed(mutant, test)
        with RESULTS.open("a") as out:
            out.write(json.dumps([mutant.key, test]) + "\n")
        print(f"{'noticed ' if test else 'survived'} {mutant.key}  {test}", flush=True)


def main() -> int:
    """Run it."""
    options = _options()
    os.chdir(paths.ROOT)
    os.nice(5)
    chosen: Chosen = {
        name: (everything := all_mutants(AREAS[name]), sample(everything, options.sample, options.seed))
        for name in options.areas or AREAS
    }
    forks.imported_first()
    lines = _lines(refresh=options.again)
    session = Session(lines, forks.Order(lines, _killers()), area={})
    begin = time.monotonic()
    for name, (_, some) in chosen.items():
        session.area |= {each.key: name for each in some}
    wanted = [each for _, some in chosen.values() for each in some]
    if options.left:
        session.results |= {key: test for key, test in _last().items() if test not in {forks.SURVIVED, forks.NOT_HERE}}
    if options.page:
        session.results = _last()
        return _told(options, chosen, session)
    everyone, wanted = wanted, [each for each in wanted if each.key not in session.results]
    _warm(session, [each for each in wanted if not lines.at_import(each)])
    _cold(session, [each for each in wanted if session.results.get(each.key, forks.NOT_HERE) == forks.NOT_HERE])
    _doubted(session, everyone)
    print(f"{len(wanted)} changes in {time.monotonic() - begin:.0f} seconds")
    return _told(options, chosen, session)


def _told(options: argparse.Namespace, chosen: Chosen, session: Session) -> int:
    """Write the page, or print it where only some areas were tried."""
    whole = {name: len(everything) for name, (everything, _) in chosen.items()}
    tried = {
        name: [(each, session.results[each.key]) for each in some if each.key in session.results]
        for name, (_, some) in chosen.items()
    }
    text, enough = page.written(whole, tried, options.seed)
    if options.areas:
        print(text)
    else:
        page.FILE.write_text(text, encoding="utf-8")
    return 0 if enough else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description="Mutation testing; see docs/mutation.md.")
    parser.add_argument("areas", nargs="*", choices=[*AREAS, []], help=f"areas: {', '.join(AREAS)}; all by default")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"changes of each area ({SAMPLE})")
    parser.add_argument("--all", dest="sample", action="store_const", const=10**9, help="every change; many hours")
    parser.add_argument("--seed", type=int, default=SEED, help=f"which sample ({SEED})")
    parser.add_argument("--left", action="store_true", help="only those that survived last time, after new tests")
    parser.add_argument("--page", action="store_true", help="only write the page of what was tried")
    parser.add_argument("--again", action="store_true", help="find out anew which test runs which line")
    return parser.parse_args()


def _last() -> dict[str, str]:
    """Who noticed which change last time."""
    if not RESULTS.exists():
        return {}
    return dict(json.loads(line) for line in RESULTS.read_text().splitlines())


def _killers() -> dict[str, str]:
    """Those who noticed something are asked first this time."""
    return {key: test for key, test in _last().items() if "::" in test}


def _lines(*, refresh: bool) -> Lines:
    sources = [file for area in AREAS.values() for file in area.files()]
    now = digest(*sources)
    known = Lines.read()
    if refresh or known.sources != now:
        known = Lines(now)
    files = test_files(_FOLDERS)
    stale = {file: name for file, name in files.items() if known.files.get(file) != name}
    if stale:
        print(f"looking at {len(stale)} files of tests", flush=True)
        known = merged(known, *_recorded(list(stale), [str(each) for each in sources]), stale)
        known.write()
    return known


def _recorded(files: list[str], sources: list[str]) -> tuple[dict[str, float], dict[str, dict[str, list[str]]]]:
    """What a separate process measures."""
    out = paths.SCRATCH / "mutation" / "recorded.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    child = os.fork()
    if child == 0:
        recorder = Recorder(sources)
        recorder.start()
        code = pytest.main([*forks.OPTIONS, *files], plugins=[recorder])
        out.write_text(json.dumps(recorder.result()))
        sys.stdout.flush()
        os._exit(int(code))
    os.waitpid(child, 0)
    costs, tests = json.loads(out.read_text())
    return costs, tests


def _warm(session: Session, mutants: list[Mutant]) -> None:
    """Try what takes effect in functions that there are already."""
    files = sorted({name.partition("::")[0] for name in session.lines.costs})
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as out:

            def found(mutant: Mutant, test: str) -> None:
                if "::" in test:
                    session.order.noticed(mutant, test)
                print(json.dumps([mutants.index(mutant), test]), file=out, flush=True)

            plugin = forks.Warm(mutants, session.order, session.lines, found)
            pytest.main([*forks.OPTIONS, *files], plugins=[plugin])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        for line in stream:
            index, test = json.loads(line)
            session.found(mutants[index], test)
    os.waitpid(child, 0)


def _doubted(session: Session, mutants: list[Mutant]) -> None:
    """Try again without them what was noticed by tests that fail, alone, without any change."""
    answers = {test for test in session.results.values() if "::" in test}
    unfit = {test for test in sorted(answers) if forks.cold(None, [test])}
    if unfit:
        print(f"they depend on tests before them: {sorted(unfit)}")
        for test in unfit:
            session.lines.costs.pop(test, None)
        _cold(session, [each for each in mutants if session.results[each.key] in unfit])


def _cold(session: Session, mutants: list[Mutant]) -> None:
    """Try what takes effect at import."""
    for mutant in mutants:
        folders = AREAS[session.area[mutant.key]].tests
        tests = session.lines.of(mutant) - {AT_IMPORT}
        tests |= {name for name in session.lines.costs if name.startswith(folders)}
        session.found(mutant, forks.cold(mutant, session.order.of(mutant, tests)))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main())
