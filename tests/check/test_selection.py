"""What counts: ``--rules``, ``--skip``, ``--path``, ``--fail-on undecided``, and baselines that outlive a move."""

import json
from pathlib import Path

import pytest
from check import samples
from check.running import check as run
from check.test_sources import OPEN

from scaleset_policies.checking import Options, check_paths
from scaleset_policies.choices import Format
from scaleset_policies.formats.read import read
from scaleset_policies.results import earlier_fingerprint, fingerprint

BAD = samples.arm()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a bad template."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text(BAD, encoding="utf-8")
    return tmp_path


def broken(*options: str) -> set[str]:
    """The rules that the bad template breaks."""
    return {each["rule"] for each in json.loads(run("bad.json", "--format", "json", *options).output)["violations"]}


def test_rules_are_chosen() -> None:
    """By number, id or category, several at once; what is skipped is taken off."""
    every = broken()
    assert broken("--rules", "SS016") == {"SS016"}
    assert broken("--rules", "ss016,nat-pool-serves-flexible") == {"SS016", "SS068"}
    assert broken("--rules", "SS016", "--rules", "SS068") == {"SS016", "SS068"}
    assert broken("--skip", "SS016") == every - {"SS016"}
    practice = broken("--rules", "good-practice")
    assert practice
    assert practice == every - broken("--skip", "good-practice")
    assert broken("--rules", "all") == every


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rules", "SS16"], "there is no such rule"),
        (["--skip", "ssh-key-only"], "did you mean ssh-keys-only?"),
        (["--rules", "SS016", "--skip", "SS016"], "no rule is left"),
        (["--path", "other*"], "no resource has a name, URN, address or id that matches"),
    ],
)
def test_a_choice_of_nothing_is_no_clean_result(options: list[str], message: str) -> None:
    """A mistyped rule or resource ends with 2, not with an empty report."""
    found = run("bad.json", *options)
    assert found.exit_code == 2
    assert message in found.output


def test_resources_are_chosen() -> None:
    """By name or id, as in a waiver; rules still follow references to the others."""
    assert "SS068" in broken("--path", "web-lb")
    assert "SS016" not in broken("--path", "web-lb")
    assert "SS016" in broken("--path", "*/VIRTUALMACHINESCALESETS/web")


def test_what_is_undecided_can_fail(folder: Path) -> None:
    """``--fail-on undecided`` fails for what no rule could decide, and for every violation."""
    (folder / "open.json").write_text(json.dumps(OPEN), encoding="utf-8")
    options = ("--rules", "SS016")
    assert run("open.json", *options, "--fail-on", "warning").exit_code == 0
    assert run("open.json", *options, "--fail-on", "undecided").exit_code == 1
    assert run("bad.json", *options, "--fail-on", "undecided").exit_code == 1
    assert run("bad.json", "--rules", "SS001", "--fail-on", "undecided").exit_code == 0


@pytest.mark.parametrize("where", ["elsewhere/bad.json", "renamed.json", "-"])
def test_a_baseline_outlives_a_move(folder: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Another folder, another name, another working directory, standard input: still accepted."""
    assert run("bad.json", "--write-baseline", "base.json").exit_code == 1
    file = folder / where
    if where != "-":
        file.parent.mkdir(exist_ok=True)
        file.write_text(BAD, encoding="utf-8")
    monkeypatch.chdir(file.parent if file.parent.is_dir() else folder)
    name = where if where == "-" else str(file.name)
    baseline = str(folder / "base.json")
    assert run(name, "--baseline", baseline, "--fail-on", "warning", stdin=BAD).exit_code == 0


def test_a_baseline_outlives_other_parameters(folder: Path) -> None:
    """A template's resource is known by its name as it is written: its value may be another in each environment."""
    text = BAD.replace('"web"', "\"[concat(parameters('environment'), '-web')]\"")
    document = {**json.loads(text), "parameters": {"environment": {"type": "string"}}}
    (folder / "named.json").write_text(json.dumps(document), encoding="utf-8")
    for name in ("dev", "prod"):
        values = {"parameters": {"environment": {"value": name}}}
        (folder / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
    run("named.json", "--parameters", "dev.json", "--write-baseline", "base.json")
    options = ("--baseline", "base.json", "--fail-on", "warning")
    assert run("named.json", "--parameters", "prod.json", *options).exit_code == 0
    assert run("named.json", *options).exit_code == 0


def test_a_second_resource_of_the_same_name_is_new(folder: Path) -> None:
    """A baseline accepts as many violations of one kind as there were."""
    run("bad.json", "--write-baseline", "base.json")
    (folder / "copy.json").write_text(BAD, encoding="utf-8")
    assert run("bad.json", "--baseline", "base.json").exit_code == 0
    assert run("bad.json", "copy.json", "--baseline", "base.json").exit_code == 1


def test_old_baselines_are_read(folder: Path) -> None:
    """A file of version 1 accepts what it accepted: there the path of a template counts."""
    results = check_paths(["bad.json"], Options())
    marks = [{"fingerprint": item.earlier} for item in results.items]
    assert not {item.earlier for item in results.items} & {item.fingerprint for item in results.items}
    (folder / "old.json").write_text(json.dumps({"version": 1, "accepted": marks}), encoding="utf-8")
    accepted = run("bad.json", "--baseline", "old.json", "--fail-on", "warning")
    assert accepted.exit_code == 0
    assert "are gone" not in accepted.output
    file = results.files[0]
    violation = file.report.violations[0]
    assert earlier_fingerprint(violation, file) != fingerprint(violation)


def test_waivers_know_a_resource_by_its_written_name() -> None:
    """A waiver may name what the template says, before it is evaluated."""
    text = BAD.replace('"name": "web"', '"name": "[parameters(\'set\')]"')
    found = read(text, "f", format_=Format.ARM, parameters={"set": "shop"})
    assert found is not None
    names = {name for each in found.estate for name in each.names}
    assert {"shop", "[parameters('set')]"} <= names
