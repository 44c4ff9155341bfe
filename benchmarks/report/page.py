"""The page of the documentation, from the results."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.report import tables
from benchmarks.running import Operation

_INTRODUCTION = """\
# Benchmarks

`make bench` measures everything on this page and rewrites it; no number here is written by hand. It also writes every
number, and how each is measured, into `docs/generated/benchmarks.md` and `benchmarks/results.json`, which are not in
git. It takes about half an hour. `make bench ARGS="--quick"` takes a few minutes (small sizes, one round). With
`ARGS="--only check,startup"`, only these parts run and the results of the others stay. `ARGS="--help"` has the rest.

Each value is the median of its rounds, with the smallest and the largest in parentheses. Two programs that are compared
run in turn, and the one that runs first alternates. A ratio is the median of the ratios of the single rounds.
"""

_REGISTRATION = """\
## Registration

A Flexible scale set of N named instances, each with an inbound NAT rule, a network interface, a virtual machine and an
extension: declared with `ScaleSet`, and written by hand with azure-native's classes. A test proves that both programs
register the same resources with the same inputs.

![CPU and memory of the program against the number of instances](../benchmarks.svg)

The table measures the process that runs the Pulumi program, as the language host starts it: CPU of all its threads,
wall time from its start to its end, and its largest resident size, imports included. Python's bytecode is compiled
before, for both programs. The program uses gRPC to a resource monitor that answers at once, so engine and provider take
no processor time from it. Wall time includes the monitor and everything else on the machine; CPU does not. Where there
is only our number, the hand-written program was left out because it takes minutes.

While a set of 100 resources or more registers, Python's cycle collector runs less often (`gc.set_threshold`).
Afterwards the program's own setting is restored. A program that has chosen a slower pace, or none, keeps it.
"""

_PICTURE = """\
The program with `ScaleSet` against the same resources written by hand with azure-native's classes:

![CPU and memory of the program against the number of instances](benchmarks.svg)
"""

_ENGINE = """\
### On the real engine

The same process under the Pulumi engine with the stand-in azure-native provider on the Azure simulator, which use the
processor at the same time. CPU and memory match the tables above. So the monitor is a fair replacement for the engine.
"""

_POLICIES = """\
## Policies

CPU of the whole pack a resource, against a pack without policies, in one process: the calls that the engine makes in a
preview, whose ids are not known yet.
"""

_OPERATIONS = """\
## Operations

The whole `scaleset` process against an Azure simulator in a process of its own: `scaleset instances list`, and
`scaleset set restart`. In the restart every answer takes {latency:g} s, {concurrency} calls may be under way, and some
are refused with 429. The ideal is calls x latency / concurrency with {calls} calls an instance (the POST, the
operation's status, its result): no connection is ever idle, nothing is refused, nothing has to be computed.
"""

_RESTART = """\
### Restarts that take Azure a while

The same command, where the simulator keeps each operation in progress for as long as the table says and asks for few
polls. The ideal is when the rate limit lets the last call through, and the operation's own time. The limits are Azure
Resource Manager's of a subscription and a principal.
"""

_AZ = """\
### Against the Azure CLI

`az` {version} and `scaleset` on a Flexible set, against one simulator without any latency, each process from its start
to its end. [docs/az.md](../az.md) has single rows, and the commands.
"""

_CHECK = """\
## Check

The whole process of `scaleset check`, on the stack exports of the program of the registration benchmark, and on ARM
templates from the tests.
"""

_STARTUP = """\
## Start

New processes with compiled bytecode, by turns. The package needs no module of azure-native, so the target holds it
against `import pulumi` alone. The second line is the same in a program that makes its resource group with azure-native.
The third one adds everything that the first `ScaleSet` of a program loads (it is loaded then, not by the import), and
holds that against the modules that the hand-written program has to load. azure-native loads a module at the first use
of one of its classes, so each statement uses one.
"""

_SIMULATOR = """\
## Simulator

One client with one connection, one request after the other, client and server in two processes: what the operations
above ask of it is far less.
"""


def summary(results: Mapping[str, Any]) -> str:
    """The page that is committed: the targets and the picture."""
    return "\n".join([*_head(results), _PICTURE])


def page(results: Mapping[str, Any]) -> str:
    """Everything that was measured, as Markdown; a part that was not measured is left out."""
    blocks = _head(results)
    registered = results.get("registration", ())
    if registered:
        blocks += [_REGISTRATION, *_by_operation([each for each in registered if each["engine"] == "monitor"])]
        engine = [each for each in registered if each["engine"] == "pulumi"]
        blocks += [_ENGINE, *_by_operation(engine, "####")] if engine else []
    parts: Sequence[tuple[str, str, Callable[[Any], list[str]]]] = (
        ("policies", _POLICIES, tables.policies),
        ("operations", _operations(results), tables.operations),
        ("restart", _RESTART, tables.restart),
        ("az", _AZ.format(version=_az_version(results)), tables.az),
        ("check", _CHECK, tables.check),
        ("imports", _STARTUP, tables.imports),
        ("commands", "", tables.commands),
        ("simulator", _SIMULATOR, tables.simulator),
    )
    for name, text, rows in parts:
        if results.get(name):
            blocks += [*([text] if text else []), "\n".join(rows(results[name])) + "\n"]
    return "\n".join(blocks)


def _head(results: Mapping[str, Any]) -> list[str]:
    targets = "\n".join(tables.targets(results)) + "\n"
    return [_INTRODUCTION.rstrip(), _conditions(results), "## Targets\n", targets]


def _conditions(results: Mapping[str, Any]) -> str:
    named = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    text = f"\nPython {results['python']}, {named}; {results['processors']} processors"
    if seconds := results.get("seconds"):
        minutes = sum(seconds.values()) / 60
        parts = ", ".join(f"{name} {value / 60:.1f}" for name, value in seconds.items())
        text += f". These runs took {minutes:.0f} minutes together ({parts})"
    return text + ".\n"


def _by_operation(measured: Sequence[Mapping[str, Any]], level: str = "###") -> list[str]:
    blocks = []
    for operation in Operation:
        found = [each for each in measured if each["operation"] == operation.label]
        if found:
            rows = "\n".join(tables.registration(found))
            blocks.append(f"{level} {operation.label[0].upper()}{operation.label[1:]}\n\n{rows}\n")
    return blocks


def _az_version(results: Mapping[str, Any]) -> str:
    return next((str(each["version"]) for each in results.get("az", ())), "")


def _operations(results: Mapping[str, Any]) -> str:
    restarts = [each for each in results.get("operations", ()) if each["operation"] == "restart"]
    return _OPERATIONS.format(**restarts[0]) if restarts else ""
