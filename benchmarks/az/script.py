"""A script of some three hundred commands of the Azure CLI, and the state that each of them must leave.

    python -m benchmarks.az.script [SCENE ...]            # run it and say what went otherwise
    python -m benchmarks.az.script --record [SCENE ...]   # and save what az asked, for those who have no az

``script.yaml`` has the commands; a scene is what there is in the beginning, and steps that follow one another. Needs
the Azure CLI: ``az`` on PATH, or what ``SCALESET_AZ`` names. ``script.jsonl`` has the requests of each step; a test
sends them again.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jmespath
import yaml

from arm_simulator.server.az_login import LoginError
from benchmarks.az import running, world
from benchmarks.az.stages import MACHINE, SET, Stage, prepare
from benchmarks.azure import ROOT, SUBSCRIPTION, Azure, serving

SCRIPT = Path(__file__).with_name("script.yaml")
RECORDED = Path(__file__).with_name("script.jsonl")
GONE = "gone"
_VERSIONS = {
    "microsoft.network": "2025-01-01",
    "microsoft.authorization": "2022-04-01",
    "microsoft.compute": "2026-04-01",
}
_LOCKS = "2020-05-01"
_NOT_FOUND = 404


@dataclass(frozen=True)
class Step:
    """One command.

    Attributes:
        key: Scene, mode and number: its name in the recording.
        az: What is typed, without ``az``.
        get: What is looked at afterwards; empty for a command that must fail.
        expected: Values by JMESPath expression; None: nothing is there.
        fails: What az's error has to say; empty for a command that must succeed.
    """

    key: str
    az: str
    get: str
    expected: Mapping[str, Any] | None
    fails: str


@dataclass(frozen=True)
class Scene:
    """Steps on one beginning."""

    name: str
    stage: Stage
    steps: tuple[Step, ...] = field(default=())


def scenes() -> list[Scene]:
    """The scenes of ``script.yaml``, each in its modes."""
    document = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    return [_scene(each, mode) for each in document for mode in each.get("modes") or [""]]


def _scene(found: Mapping[str, Any], mode: str) -> Scene:
    name = f"{found['scene']} {mode}".strip()
    steps = [
        Step(
            key=f"{name} {number}",
            az=each["az"],
            get=each.get("get", ""),
            expected=None if each.get("is") == GONE else each.get("is", {}),
            fails=each.get("fails", ""),
        )
        for number, each in enumerate(found["steps"], 1)
        if each.get("only", mode) == mode
    ]
    return Scene(name, Stage(found["start"], mode, found.get("options") or {}), tuple(steps))


def problems(azure: Azure, step: Step, names: Sequence[str]) -> list[str]:
    """What differs from what a step must leave."""
    if step.fails:
        return []
    path, _, query = filled(step.get, names).partition("?")
    url = path if path.startswith("/") else f"{ROOT}/providers/{path}"
    pairs = dict(each.split("=", 1) for each in query.split("&") if each)
    answer = azure.http.get(url, params={"api-version": _version(url), **pairs})
    if step.expected is None:
        return [] if answer.status_code == _NOT_FOUND else [f"{step.get} is still there"]
    if answer.is_error:
        return [f"{step.get}: {answer.status_code} {answer.text}"]
    body = answer.json()
    wanted = json.loads(filled(json.dumps(step.expected), names))
    seen = {expression: jmespath.search(expression, body) for expression in wanted}
    return [f"{key}: {seen[key]!r}, not {wanted[key]!r}" for key in wanted if seen[key] != wanted[key]]


def _version(url: str) -> str:
    if "/locks" in url:
        return _LOCKS
    namespace = url.lower().rpartition("/providers/")[2].partition("/")[0]
    return _VERSIONS.get(namespace, "2024-03-01" if "ManagedIdentity" not in url else "2023-01-31")


def filled(text: str, names: Sequence[str]) -> str:
    """A text with ids instead of ``{set}``, ``{vm}``, ``{root}``, ``{sub}`` and ``{i}``."""
    given = {"set": SET, "vm": MACHINE, "root": ROOT, "sub": SUBSCRIPTION, "i": names[0] if names else ""}
    for name, value in given.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def instances(azure: Azure, scene: Scene) -> list[str]:
    """The ids of the set's instances as they are now; none where there is no set."""
    if scene.stage.start != "set":
        return []
    answer = azure.http.get(f"{SET}/virtualMachines", params={"api-version": _VERSIONS["microsoft.compute"]})
    return [] if answer.is_error else [str(each["instanceId"]) for each in answer.json()["value"]]


def general(text: str, scene: Scene, names: Sequence[str]) -> str:
    """A request without what differs from run to run: the names of a Flexible set's instances."""
    text = text.replace(SUBSCRIPTION, "{sub}")
    if scene.stage.mode == "Flexible":
        for place, name in enumerate(names):
            text = text.replace(name, f"{{i{place}}}").replace(name.removeprefix("web_"), f"{{h{place}}}")
    return text


def run(
    azure: Azure, scene: Scene, variables: Mapping[str, str]
) -> Iterator[tuple[Step, list[dict[str, Any]], list[str]]]:
    """Do a scene with the Azure CLI: each step with its requests, and what went otherwise."""
    prepare(azure, scene.stage)
    for step in scene.steps:
        names = instances(azure, scene)
        azure.control("DELETE", "requests")
        wrong = _typed(azure, step, names, variables)
        asked = [_kept(each, scene, names) for each in world.asked(azure) if "/operations/" not in each["path"]]
        yield step, asked, wrong or problems(azure, step, names)


def _typed(azure: Azure, step: Step, names: Sequence[str], variables: Mapping[str, str]) -> list[str]:
    try:
        running.shell(azure, f"az {filled(step.az, names)} -o none", variables)
    except running.CommandError as error:
        said = str(error)
        return [] if step.fails and step.fails in said else [said[-600:]]
    return [f"it did not fail with {step.fails}"] if step.fails else []


def _kept(each: Mapping[str, Any], scene: Scene, names: Sequence[str]) -> dict[str, Any]:
    made = {key: each[key] for key in ("method", "path", "query", "status")}
    if each["method"] != "GET" and each.get("body") is not None:
        made["body"] = each["body"]
    found: dict[str, Any] = json.loads(general(json.dumps(made), scene, names))
    return found


def replay(azure: Azure, requests: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str]:
    """Send recorded requests again; the answers that differ from the recorded ones."""
    wrong = []
    for each in requests:
        body = world.special(json.dumps(each["body"]), names) if each.get("body") is not None else None
        answer = azure.http.request(
            each["method"],
            world.special(each["path"], names),
            params={key: world.special(value, names) for key, value in each["query"].items()},
            content=body,
            headers={"Content-Type": "application/json"} if body else {},
        )
        if answer.status_code != each["status"]:
            wrong.append(f"{each['method']} {each['path']}: {answer.status_code}, not {each['status']}: {answer.text}")
    return wrong


def recorded() -> dict[str, list[dict[str, Any]]]:
    """The requests of each step, by its key; the first line of the file is ``{"version": ..., "date": ...}``."""
    lines = RECORDED.read_text(encoding="utf-8").splitlines()[1:] if RECORDED.exists() else []
    return dict(map(json.loads, lines))


def play(program: str, wanted: Sequence[Scene]) -> tuple[dict[str, list[dict[str, Any]]], list[str], str]:
    """Run scenes with the Azure CLI.

    Returns:
        The requests of each step, what went otherwise, and the version of az.

    Raises:
        LoginError: the Azure CLI could not be signed in.
    """
    found, wrong = {}, []
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "tls") as azure:
        variables = running.signed_in(azure, program, Path(folder) / "azure")
        version = running.version(program, variables)
        for scene in wanted:
            print(scene.name, file=sys.stderr, flush=True)
            for step, asked, otherwise in run(azure, scene, variables):
                found[step.key] = asked
                wrong += [f"{step.key}: az {step.az}: {each}" for each in otherwise]
    return found, wrong, version


def main(argv: Sequence[str] | None = None) -> int:
    """Run; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.az.script", description=__doc__.split("\n", 1)[0])
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help="how the names of the scenes begin; default: all")
    parser.add_argument("--record", action="store_true", help="save what az asked")
    arguments = parser.parse_args(argv)
    program = running.find_az()
    if program is None:
        parser.error(f"there is no `az`: install azure-cli, or name it in {running.VARIABLE}")
    every = scenes()
    begun = tuple(arguments.scenes) or ("",)
    wanted = [scene for scene in every if scene.name.startswith(begun)]
    keys = [step.key for scene in every for step in scene.steps]
    failed = False
    for scene in wanted:  # one after the other: what is recorded of one is saved before the next
        try:
            found, wrong, version = play(program, [scene])
        except LoginError as error:
            print(error, file=sys.stderr)
            return 1
        print("\n".join(wrong) or f"{len(found)} commands of azure-cli {version} left what they must leave.")
        failed = failed or bool(wrong)
        if arguments.record and not wrong:
            _save({**recorded(), **found}, keys, version)
    return int(failed)


def _save(found: Mapping[str, Any], keys: Sequence[str], version: str) -> None:
    lines = [json.dumps({"azure-cli": version}), *(json.dumps([key, found[key]]) for key in keys if key in found)]
    RECORDED.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
