"""Suppressions at the resource, in every format; findings reported once for a set."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from check import samples
from check.running import check as run

from scaleset_policies.suppression import Suppression, parse

RULE = "SS016"
"""No NAT pools on Flexible: every sample breaks it."""
REASON = "moves in Q2; OPS-123"


def record(text: str) -> dict[str, Any]:
    """The JSON report of one input."""
    found: dict[str, Any] = json.loads(run("-", "-o", "json", stdin=text).stdout)
    return found


def waivers(report: dict[str, Any], rule: str = RULE) -> list[Any]:
    """What accepts each violation of a rule."""
    return [each["waiver"] for each in report["violations"] if each["rule"] == rule]


def tagged(value: Any, text: str) -> Any:
    """The sample with a tag on every set, in each format that has the shape of azure-native or of ARM."""
    if isinstance(value, dict):
        more = {"tags": {"scaleset-ignore": text}} if "orchestrationMode" in value.get("properties", value) else {}
        return {name: tagged(each, text) for name, each in value.items()} | more
    return [tagged(each, text) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("made", [samples.arm, samples.stack, samples.preview])
def test_a_tag_suppresses_with_its_reason(made: Any) -> None:
    """A tag of the set accepts the violation of the named rule, of no other one; the report tells the reason."""
    before = record(made())
    assert waivers(before) == [None]
    after = record(json.dumps(tagged(json.loads(made()), f"{RULE}: the last one")))
    assert waivers(after) == [{"reason": "the last one", "expires": None, "inSource": True}]
    others = {(each["rule"], each["path"]) for each in before["violations"] if each["rule"] != RULE}
    assert others == {(each["rule"], each["path"]) for each in after["violations"] if each["rule"] != RULE}
    assert all(each["waiver"] is None for each in after["violations"] if each["rule"] != RULE)


def test_terraform_has_the_tag_too() -> None:
    """The tag of a planned azurerm set works as that of a template."""
    document = json.loads(samples.terraform())
    for change in document["resource_changes"]:
        if "scale_set" in change["type"] or "scaleset" in json.dumps(change).lower():
            after = change["change"]["after"]
            target = after["body"] if isinstance(after.get("body"), dict) else after
            target["tags"] = {"scaleset-ignore": f"{RULE}: {REASON.replace(';', ',')}"}
    (found,) = waivers(record(json.dumps(document)))
    assert found["reason"] == "moves in Q2, OPS-123"


def template(metadata: Any = None, of_resource: Any = None) -> dict[str, Any]:
    """The sample's template with its own metadata or that of the set."""
    document: dict[str, Any] = json.loads(samples.arm())
    if metadata is not None:
        document["metadata"] = metadata
    for each in document["resources"]:
        if of_resource is not None and each["type"].endswith("virtualMachineScaleSets"):
            each["metadata"] = of_resource
    return document


@pytest.mark.parametrize(
    "document",
    [
        template(of_resource={"scaleset": {"ignore": f"{RULE}: moves in Q2"}}),
        template(of_resource={"scaleset": {"ignore": [{"rule": RULE, "reason": "moves in Q2"}]}}),
        template({"scaleset": {"ignore": [{"rule": RULE, "reason": "moves in Q2", "resource": "w*"}]}}),
        template({"scaleset": {"ignore": [f"{RULE} until 2999-01-01: moves in Q2"]}}),
    ],
)
def test_metadata_of_a_template(document: dict[str, Any]) -> None:
    """The metadata of a resource, or of the template (as Bicep's metadata statement writes it), suppresses."""
    (found,) = waivers(record(json.dumps(document)))
    assert found["reason"] == "moves in Q2"
    assert found["inSource"] is True


def test_a_comment_suppresses_what_it_stands_at() -> None:
    """A comment in the resource or right above it counts, one in a text does not; other resources stay."""
    lines = json.dumps(template(), indent=2).splitlines()
    at = next(number for number, line in enumerate(lines) if "virtualMachineScaleSets" in line and '"type"' in line)
    for place in (at, at + 1):
        text = "\n".join([*lines[:place], f"// scaleset:ignore {RULE}: moves in Q2", *lines[place:]])
        (found,) = waivers(record(text))
        assert found == {"reason": "moves in Q2", "expires": None, "inSource": True}
    start = next(number for number, line in enumerate(lines) if '"resources"' in line) + 1
    (found,) = waivers(record("\n".join([*lines[:start], "// scaleset:ignore SS002: no", *lines[start:]])))
    assert found is None
    text = "\n".join(lines).replace(
        '"contentVersion"', '"//": "// scaleset:ignore SS016: text", /* */ "contentVersion"'
    )
    assert waivers(record(text)) == [None]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RULE, "has no reason"),
        (f"{RULE}:  ", "has no reason"),
        (f"{RULE} until 2027-02-30: never", "has no reason"),
        ("SS999: why", "there is no rule 'SS999'"),
        ("?!", "there is no rule '?!'"),
    ],
)
def test_a_mistake_accepts_nothing_and_is_told(text: str, says: str) -> None:
    """Without a reason, or with a rule that does not exist: the violation stays, and a note says what is wrong."""
    found = record(json.dumps(tagged(json.loads(samples.arm()), text)))
    assert waivers(found) == [None]
    assert any(says in note for note in found["files"][0]["notes"])


def test_it_ends_on_its_day() -> None:
    """After the day the violation is back and says why it was accepted."""
    found = record(json.dumps(tagged(json.loads(samples.arm()), f"{RULE} until 2020-06-30: moves in Q2")))
    assert waivers(found) == [None]
    assert any("expired on 2020-06-30 (moves in Q2)" in each["message"] for each in found["violations"])


def test_another_tools_id() -> None:
    """The id that another tool has for the rule is as good; several are separated by semicolons."""
    assert parse("CKV_AZURE_97 until 2027-06-30: a; SS001: b", "here") == (
        Suppression("CKV_AZURE_97", "a", "here", date(2027, 6, 30)),
        Suppression("SS001", "b", "here"),
    )


def test_metadata_for_a_resource_that_is_not_there() -> None:
    """A suppression that no resource has is reported: it was written for something."""
    ignore = {"scaleset": {"ignore": [{"rule": RULE, "reason": "x", "resource": "other"}]}}
    found = record(json.dumps(template(ignore)))
    assert any("'other': there is no such resource" in note for note in found["files"][0]["notes"])


def machines(count: int) -> str:
    """A Flexible set with machines that all break the same rules."""
    body: dict[str, Any] = json.loads(samples.arm(nat_pool=False))
    for number in range(count):
        body["resources"].append(
            {
                "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2024-07-01", "name": f"web-{number}",
                "location": "westeurope",
                "properties": {
                    "virtualMachineScaleSet": {"id": samples.SET_ID},
                    "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
                    "storageProfile": {"osDisk": {"createOption": "FromImage"}},
                    "osProfile": {
                        "computerName": f"web-{number}", "adminUsername": "ops",
                        "linuxConfiguration": {"disablePasswordAuthentication": False},
                    },
                },
            }
        )  # fmt: skip
    text = json.dumps(body)
    return text.replace(samples.SET_ID, "[resourceId('Microsoft.Compute/virtualMachineScaleSets', 'web')]")


def test_what_is_the_same_for_machines_is_told_once(tmp_path: Path) -> None:
    """Five machines with one fault: one finding that names them; --group none tells each by itself."""
    file = tmp_path / "main.json"
    file.write_text(machines(5), encoding="utf-8")
    grouped = run(str(file)).stdout
    assert grouped.count("ssh-keys-only") == 1
    assert "5 resources: web-0, web-1, web-2, web-3, web-4" in grouped
    single = run(str(file), "--group", "none").stdout
    assert single.count("ssh-keys-only") == 5
    assert grouped.splitlines()[-1] == single.splitlines()[-1]
    assert len(grouped.splitlines()) < len(single.splitlines()) / 2


def test_a_switch_is_shown() -> None:
    """The value of a switch is no secret, whatever its name."""
    found = json.loads(run("-", "-o", "json", stdin=machines(1)).stdout)
    shown = [each["value"] for each in found["violations"] if each["path"].endswith("disablePasswordAuthentication")]
    assert shown
    assert set(shown) == {"false"}
