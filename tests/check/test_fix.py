"""``scaleset check --fix`` and ``--diff``: templates with the corrections that are safe, and nothing else changed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from check import samples
from check.running import check as run
from hypothesis import given
from hypothesis import strategies as st

from scaleset_policies.checking import Options
from scaleset_policies.fixing import fix
from scaleset_policies.formats.json_edit import added, removed, replaced
from scaleset_policies.formats.json_text import JsonText

NAT_POOL = "SS016"
COMMENT = "// of the network team"


def broken(file: Path) -> set[str]:
    """The rules that a file breaks."""
    return {each["rule"] for each in json.loads(run(str(file), "-o", "json").stdout)["violations"]}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template that breaks rules with a correction, with a comment and line ends of Windows."""
    document = json.loads(samples.arm())
    for each in document["resources"]:
        if each["type"].endswith("virtualMachineScaleSets"):
            each["properties"]["overprovision"] = True
            del each["properties"]["virtualMachineProfile"]["networkProfile"]["networkApiVersion"]
    text = json.dumps(document, indent=4).replace('"contentVersion"', f'{COMMENT}\n    "contentVersion"')
    file = tmp_path / "main.json"
    file.write_bytes(text.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    return file


def test_a_template_is_corrected_in_place(template: Path) -> None:
    """The findings with a correction are gone, no other has come; comment, line ends and mode of the file stay."""
    before, text = broken(template), template.read_bytes()
    assert before >= {NAT_POOL, "SS035", "SS150"}
    answer = run(str(template), "--fix")
    assert "corrected SS016 web: drop loadBalancerInboundNatPools" in answer.stderr
    assert broken(template) == before - {NAT_POOL, "SS035", "SS150"}
    after = template.read_bytes()
    assert COMMENT.encode() in after
    assert after.count(b"\n") == after.count(b"\r\n")
    assert template.stat().st_mode & 0o777 == 0o640
    changed = set(text.split(b"\r\n")) ^ set(after.split(b"\r\n"))
    assert len(changed) <= 12, changed
    assert run(str(template), "--fix").stderr == ""
    assert template.read_bytes() == after


def test_the_diff_is_what_would_be_written(template: Path) -> None:
    """--diff writes nothing, prints a diff that patch takes, and ends with 1; of a corrected template with 0."""
    before = template.read_bytes()
    answer = run(str(template), "--diff")
    assert answer.exit_code == 1
    assert template.read_bytes() == before
    gone = [line[1:].strip() for line in answer.stdout.splitlines() if re.match("-[^-]", line)]
    assert any("loadBalancerInboundNatPools" in line for line in gone)
    run(str(template), "--fix")
    again = run(str(template), "--diff")
    assert (again.exit_code, again.stdout) == (0, "")


def test_standard_input_can_be_a_diff_only(template: Path) -> None:
    """What is piped in cannot be changed: --fix says so, --diff works."""
    data = template.read_bytes()
    assert "loadBalancerInboundNatPools" in run("-", "--diff", stdin=data).stdout
    answer = run("-", "--fix", stdin=data)
    assert answer.exit_code == 2
    assert "--diff prints the corrections" in answer.stderr


def test_what_an_expression_makes_is_left(tmp_path: Path) -> None:
    """A profile from a variable is not at its place: that is reported, and the file is not changed."""
    document = json.loads(samples.arm())
    for each in document["resources"]:
        if each["type"].endswith("virtualMachineScaleSets"):
            document["variables"] = {"profile": each["properties"]["virtualMachineProfile"]}
            each["properties"]["virtualMachineProfile"] = "[variables('profile')]"
    file = tmp_path / "main.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    before = file.read_bytes()
    assert "not corrected: SS016" in run(str(file), "--fix").stderr
    assert file.read_bytes() == before


def test_what_is_accepted_is_not_touched(template: Path) -> None:
    """A finding that is suppressed or in the baseline is somebody's decision."""
    baseline = template.parent / "baseline.json"
    run(str(template), "--write-baseline", str(baseline))
    before = template.read_bytes()
    run(str(template), "--fix", "--baseline", str(baseline))
    assert template.read_bytes() == before


@pytest.mark.parametrize("made", [samples.stack, samples.terraform])
def test_other_formats_are_told(made: Any, tmp_path: Path) -> None:
    """A plan or a state is not the source: it is not corrected, and the command says so."""
    file = tmp_path / "input.json"
    file.write_text(made(), encoding="utf-8")
    before = file.read_bytes()
    assert "only ARM templates are corrected" in run(str(file), "--fix").stderr
    assert file.read_bytes() == before


def test_utf_16_stays_utf_16(template: Path) -> None:
    """The encoding that the file's mark tells is kept."""
    template.write_bytes(template.read_text(encoding="utf-8").encode("utf-16"))
    run(str(template), "--fix")
    assert '"SS' not in template.read_text(encoding="utf-16")
    assert "loadBalancerInboundNatPools" not in template.read_text(encoding="utf-16")


VALUES = st.one_of(st.none(), st.integers(), st.just({"x": [1]}))
MEMBERS = st.dictionaries(st.sampled_from("abcdef"), VALUES, max_size=5)


@given(MEMBERS, st.sampled_from("abcdef"), st.sampled_from([None, 0, 2]))
def test_edits_are_those_of_the_value(members: dict[str, Any], name: str, indent: int | None) -> None:
    """Removing, replacing and adding in the text is the same as in the value, with and without indentation."""
    text = json.dumps({"top": members, "rest": [1]}, indent=indent)
    document = JsonText(text, "x")
    path = ("top", name)
    without = {key: value for key, value in members.items() if key != name}
    gone, new = removed(document, path), replaced(document, path, "new")
    if name not in members:
        assert gone is None
        assert new is None
        made = added(document, ("top",), name, "new")
        assert made is not None
        assert json.loads(made) == {"top": {**members, name: "new"}, "rest": [1]}
        return
    assert gone is not None
    assert new is not None
    assert json.loads(gone) == {"top": without, "rest": [1]}
    assert json.loads(new) == {"top": {**members, name: "new"}, "rest": [1]}
    assert list(json.loads(gone)["top"]) == list(without)


def test_every_correction_is_proven(template: Path) -> None:
    """Each correction of a template is kept only where its finding is gone; the result names them all."""
    made = fix(template.read_text(encoding="utf-8"), "main.json", Options())
    assert made is not None
    assert made.left == ()
    assert [each.split()[0] for each in made.done] == sorted(each.split()[0] for each in made.done)
