"""``scaleset check``: paths, exit codes, options, and nothing secret or harmful in what it prints."""

import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from check import samples
from check.running import check as run

from scaleset_policies import reports
from scaleset_policies.checking import Options, check_paths
from scaleset_policies.choices import ReportFormat

BAD, GOOD = samples.arm(), samples.arm("Uniform", nat_pool=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a good template, a bad one, a broken one and files of other kinds."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "all").mkdir()
    files = {
        "bad.json": BAD,
        "good.json": GOOD,
        "broken.json": BAD[:400],
        "all/bad.json": BAD,
        "all/package.json": '{"name": "x"}',
        "all/other.json": "{ not json at all",
        "empty.json": "",
        "main.bicep": "resource x",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "package.json").write_text("{}", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.json"], 0),
        (["bad.json"], 1),
        (["bad.json", "good.json"], 1),
        (["broken.json"], 2),
        (["broken.json", "bad.json"], 2),
        (["good.json", "missing.json"], 2),
        (["empty.json"], 2),
        (["main.bicep"], 2),
        (["all"], 1),
        (["all/package.json"], 2),
        (["none"], 2),
        (["all/package.json", "--skip-others"], 0),
        (["all/package.json", "bad.json", "--skip-others"], 1),
        (["broken.json", "--skip-others"], 2),
        (["bad.json", "--fail-on", "never"], 0),
        (["broken.json", "--fail-on", "never"], 2),
        (["good.json", "--fail-on", "warning"], 1),
        (["bad.json", "--from", "arm"], 1),
        (["bad.json", "--from", "bicep"], 1),
        (["bad.json", "--from", "terraform"], 2),
        (["bad.json", "--from", "nothing"], 2),
        (["bad.json", "--config", "missing.yaml"], 2),
        (["bad.json", "--parameters", "bad.json"], 2),
        (["bad.json", "--baseline", "good.json"], 2),
        (["bad.json", "--output-file", "bad.json/x"], 2),
        (["bad.json", "--output", "jsn"], 2),
        (["bad.json", "--output", "json", "--format", "sarif"], 2),
        (["bad.json", "--output", "report.txt", "--output-file", "other.txt"], 2),
        ([], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    """0 is clean, 1 is violations, 2 is an input or an option that cannot be understood."""
    assert run(*arguments).exit_code == code


def test_one_broken_file_does_not_hide_the_others() -> None:
    """The error names file and place, the other file's violations are there."""
    found = run("broken.json", "bad.json")
    assert "broken.json:" in found.output
    assert "it is not JSON" in found.output
    assert "SS016 nat-pool-on-flexible  bad.json:" in found.output
    assert "not complete" in found.output


def test_directories_are_walked_quietly() -> None:
    """Files of other kinds are passed over; a directory without any of ours is an error, not a clean result."""
    found = run("all")
    assert "SS016" in found.output
    assert "package.json" not in found.output
    assert "other.json" not in found.output
    assert "no file in this directory" in run("none").output


def test_a_broken_template_in_a_directory_is_an_error(folder: Path) -> None:
    """What looks like one of ours and cannot be read is not passed over."""
    (folder / "all" / "cut.json").write_text(BAD[:900], encoding="utf-8")
    found = run("all")
    assert found.exit_code == 2
    assert "all/cut.json" in found.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_standard_input(encoding: str) -> None:
    """``-`` reads standard input, in the encodings that shells write."""
    found = run("-", stdin=samples.stack().encode(encoding))
    assert found.exit_code == 1
    assert "stdin:" in found.output


def test_configuration_sets_levels_and_waives() -> None:
    """JSON or YAML; a waived violation is shown with its reason and does not fail."""
    Path("c.yaml").write_text(
        "good-practice: disabled\nSS068: disabled\nSS016:\n  waivers:\n"
        "    - {resource: web, reason: moves in spring, expires: 2999-01-01}\n",
        encoding="utf-8",
    )
    found = run("bad.json", "--config", "c.yaml")
    assert found.exit_code == 0
    assert "waived   SS016" in found.output
    assert "Waived until 2999-01-01: moves in spring" in found.output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SS016: strict", "SS016"),
        ("no-such-rule: advisory", "there is no such rule"),
        ("[1]", "expected an object"),
        ("a: [", "c.yaml:1:"),
        ("a: !!python/object:os.system x", "c.yaml"),
    ],
)
def test_a_wrong_configuration_is_told(text: str, expected: str) -> None:
    """Every problem of a configuration names the file and the key."""
    Path("c.yaml").write_text(text, encoding="utf-8")
    found = run("bad.json", "--config", "c.yaml")
    assert found.exit_code == 2
    assert expected in found.output


def test_a_baseline_accepts_what_exists_and_nothing_new(folder: Path) -> None:
    """Accepted violations stay accepted when lines move and lists grow; a new one fails."""
    assert run("bad.json", "--write-baseline", "base.json").exit_code == 1
    assert run("bad.json", "--baseline", "base.json", "--fail-on", "warning").exit_code == 0
    document = json.loads(BAD)
    document = {"$schema": document.pop("$schema"), "metadata": {"note": "moves\nevery line"}, **document}
    (folder / "bad.json").write_text(json.dumps(document, indent=7), encoding="utf-8")
    moved = run("bad.json", "--baseline", "base.json", "--fail-on", "warning")
    assert moved.exit_code == 0
    assert "accepted" in moved.output
    document["resources"][1]["properties"]["overprovision"] = True
    (folder / "bad.json").write_text(json.dumps(document), encoding="utf-8")
    assert run("bad.json", "--baseline", "base.json").exit_code == 1
    (folder / "bad.json").write_text(GOOD, encoding="utf-8")
    assert "of the baseline no longer found" in run("bad.json", "--baseline", "base.json").output


def test_parameter_files_decide(folder: Path) -> None:
    """``--parameters`` gives what the template leaves open."""
    document = json.loads(BAD)
    document["parameters"] = {"mode": {"type": "string", "defaultValue": "Uniform"}}
    document["resources"][1]["properties"]["orchestrationMode"] = "[parameters('mode')]"
    (folder / "open.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "p.json").write_text('{"parameters": {"mode": {"value": "Flexible"}}}', encoding="utf-8")
    assert "SS016" not in run("open.json").output
    assert "SS016" in run("open.json", "--parameters", "p.json").output


@pytest.mark.parametrize("kind", [*ReportFormat, "table", "yaml", "tsv"])
def test_output_goes_to_the_file(kind: str) -> None:
    """``--output-file`` writes the same report to a file, making its folder; standard output stays empty."""
    shown = run("bad.json", "-o", kind)
    written = run("bad.json", "-o", kind, "--output-file", "made/report")
    assert shown.stdout
    assert written.stdout == ""
    assert Path("made/report").read_text("utf-8") == shown.stdout


def test_yaml_and_tsv_say_what_json_says() -> None:
    """YAML is the same record; TSV has one line for each violation, with as many cells as it has columns."""
    record = json.loads(run("bad.json", "-o", "json").stdout)
    assert yaml.safe_load(run("bad.json", "-o", "yaml").stdout) == record
    lines = [line.split("\t") for line in run("bad.json", "-o", "tsv").stdout.splitlines()]
    assert [line[1] for line in lines] == [each["rule"] for each in record["violations"]]
    assert {len(line) for line in lines} == {9}


def test_a_pipeline_that_says_it_in_the_old_way_gets_what_it_got() -> None:
    """``--format`` is the format and ``--output FILE`` the file; a line on stderr tells the new name of the latter."""
    new = run("bad.json", "-o", "sarif").stdout
    assert run("bad.json", "--format", "sarif").stdout == new
    old = run("bad.json", "-f", "sarif", "-o", "report.sarif")
    assert Path("report.sarif").read_text("utf-8") == new
    assert old.stdout == ""
    assert "use --output-file report.sarif" in old.stderr
    assert old.exit_code == 1


def test_what_is_no_format_names_those_that_are() -> None:
    """A word that is neither a format nor looks like a file is refused, and nothing is written."""
    found = run("bad.json", "-o", "jsn")
    assert "json, sarif" in found.output
    assert "--output-file jsn" in found.output
    assert not Path("jsn").exists()


@pytest.mark.parametrize("kind", list(ReportFormat))
def test_secrets_and_escape_sequences_are_never_printed(folder: Path, kind: ReportFormat) -> None:
    """A secret in any place stays out of every format, and a name cannot move the cursor or forge a command."""
    evil = "web\x1b[2J\u202e\n::error::forged\r%0A"
    document = json.loads(samples.stack())
    state = document["deployment"]["resources"][1]
    profile = state["inputs"]["virtualMachineProfile"]
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    profile["osProfile"]["adminPassword"] = {**mark, "plaintext": json.dumps(samples.SECRET)}
    profile["osProfile"]["customData"] = samples.SECRET
    profile["extensionProfile"] = {
        "extensions": [
            {"name": evil, "settings": {"commandToExecute": samples.SECRET}, "protectedSettings": {"k": samples.SECRET}}
        ]
    }
    state["inputs"]["vmScaleSetName"] = evil
    state["urn"] += evil
    state["id"] = f"{samples.SET_ID}{evil}"
    (folder / "evil.json").write_text(json.dumps(document), encoding="utf-8")
    found = run("evil.json", "--format", kind.value, "--verbose")
    assert samples.SECRET not in found.output
    assert "\x1b" not in found.output
    assert "\u202e" not in found.output
    assert not any(line.startswith("::error::") for line in found.output.splitlines())


def test_a_policy_event_becomes_an_entry() -> None:
    """What the engine reported, of this pack or another, is in the report at its line and counts."""
    lines: list[dict[str, Any]] = [
        {
            "sequence": 1,
            "timestamp": 1,
            "policyEvent": {
                "resourceUrn": "urn:pulumi:dev::shop::t::x",
                "message": "<{%reset%}>not allowed<{%reset%}>",
                "policyName": "others-rule",
                "policyPackName": "others",
                "enforcementLevel": "mandatory",
                "severity": "high",
            },
        },
        {"sequence": 2, "timestamp": 1, "summaryEvent": {}},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    found = run("-", stdin=text)
    assert found.exit_code == 1
    assert "error    others-rule others-rule  stdin:1:1" in found.output
    assert "not allowed" in found.output
    lines[0]["policyEvent"] |= {"policyName": "nat-pool-on-flexible", "enforcementLevel": "advisory"}
    again = run("-", stdin="\n".join(json.dumps(line) for line in lines))
    assert again.exit_code == 0
    assert "warning  SS016 nat-pool-on-flexible" in again.output


def test_a_terminal_gets_colour_and_wrapped_lines() -> None:
    """The same report, styled: colour codes and no line wider than the terminal."""
    found = check_paths(["bad.json"], Options())
    plain = reports.write(found, ReportFormat.TEXT, width=80)
    assert max(len(line) for line in plain.splitlines()) <= 80
    assert "\x1b[" in reports.write(found, ReportFormat.TEXT, width=80, color=True)


def test_a_name_that_no_file_can_have_is_told() -> None:
    """A path that the system refuses is an unreadable input; the others are checked."""
    found = run("x" * 5_000, "bad.json")
    assert found.exit_code == 2
    assert "it cannot be read: File name too long" in found.output
    assert "SS016" in found.output


def test_a_folder_that_may_not_be_read_is_told() -> None:
    """A folder or a file behind a closed door is an unreadable input, not nothing."""
    with tempfile.TemporaryDirectory() as open_folder:
        for name in ("closed", "open"):
            Path(open_folder, name).mkdir()
            Path(open_folder, name, "good.json").write_text(GOOD, encoding="utf-8")
        Path(open_folder).chmod(0o755)
        Path(open_folder, "closed").chmod(0)
        try:
            with nobody():
                walked = check_paths([open_folder], Options())
                named = check_paths([f"{open_folder}/closed/good.json"], Options())
        finally:
            Path(open_folder, "closed").chmod(0o755)
    assert [len(walked.files), len(named.files)] == [1, 0]
    for found in (walked, named):
        assert [each.message for each in found.errors] == ["it cannot be read: Permission denied"]
        assert "closed" in found.errors[0].file


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Without the superuser's rights, which open every door."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_pipes_in_a_folder_are_passed_over_and_read_when_named(folder: Path) -> None:
    """Nobody waits for a pipe that happens to lie in a folder; one that the shell makes is read."""
    os.mkfifo(folder / "all" / "pipe.json")
    assert run("all").exit_code == 1
    os.mkfifo(folder / "named.json")
    writer = threading.Thread(target=(folder / "named.json").write_text, args=(BAD, "utf-8"))
    writer.start()
    found = run("named.json")
    writer.join()
    assert found.exit_code == 1


def test_a_name_that_cannot_be_written_as_bytes_is_told() -> None:
    """Names with half characters or null bytes are unreadable inputs like others."""
    found = check_paths(["x\ud800.json", "y\0.json"], Options())
    assert [each.message.partition(":")[0] for each in found.errors] == ["it cannot be read"] * 2
