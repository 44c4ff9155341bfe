"""Every format gives the same verdicts, and the specific shapes of each are read."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from check import samples
from check.samples import SECRET

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.choices import Format
from scaleset_policies.engine import check
from scaleset_policies.formats.detect import detect
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.pulumi_state import decode
from scaleset_policies.formats.read import FileEstate, read

WRITERS: dict[Format, Callable[..., str]] = {
    Format.ARM: samples.arm,
    Format.STACK: samples.stack,
    Format.PREVIEW: samples.preview,
    Format.ANALYZE: samples.events,
    Format.TERRAFORM: samples.terraform,
}
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270"


def loaded(text: str, **options: Any) -> FileEstate:
    """A document that must be one of the formats."""
    found = read(text, "file", **options)
    assert found is not None
    return found


ABOUT_NAMES = {f"SS{number}" for number in range(151, 159)}
"""Rules about properties as their author wrote them, which do not look at what is converted from azurerm's names."""


def verdicts(found: FileEstate) -> list[tuple[str, ...]]:
    """Every verdict about the set and its load balancer, without the names that differ between formats."""
    report = check(found.estate)
    kinds = {arm_types.SCALE_SET, arm_types.LOAD_BALANCER}
    return sorted(
        [("violates", each.rule.id, each.resource.type) for each in report]
        + [("undecided", each.rule.id, each.resource.type) for each in report.undecided if each.resource.type in kinds]
        + [
            ("passes", each.rule.id, each.resource.type)
            for each in report.passes
            if each.resource.type in kinds and each.rule.id not in ABOUT_NAMES
        ]
    )


@pytest.mark.parametrize("nat_pool", [True, False])
@pytest.mark.parametrize("mode", ["Flexible", "Uniform"])
def test_formats_agree(mode: str, nat_pool: bool) -> None:
    """The same set, written in each format, gets the same verdict from every rule; ids known or not."""
    every = {each: verdicts(loaded(make(mode, nat_pool=nat_pool))) for each, make in WRITERS.items()}
    expected = every[Format.ARM]
    assert {("violates", "SS016", arm_types.SCALE_SET)} <= set(expected) or not (mode == "Flexible" and nat_pool)
    for each, found in every.items():
        assert found == expected, each


@pytest.mark.parametrize("kind", WRITERS)
def test_the_format_is_told_by_the_content(kind: Format) -> None:
    """Each document is recognised, read when named, and refused under another format's name."""
    text = WRITERS[kind]()
    assert loaded(text).format is kind
    assert len(loaded(text, format_=kind).estate) == len(loaded(text).estate)
    for other in set(Format) - {kind, Format.ANALYZE} - ({Format.BICEP} if kind is Format.ARM else set()):
        with pytest.raises(UnreadableError):
            read(text, "file", format_=other)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        1,
        "text",
        {"name": "package", "version": "1"},
        {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
            "parameters": {},
        },
        {"resources": []},
        {"resources": [{"type": "aws_instance"}]},
    ],
)
def test_other_json_is_none_of_the_formats(value: Any) -> None:
    """Package files, parameter files and the like are not taken for something to check."""
    assert detect(value) is None
    assert read(json.dumps(value), "file") is None


@pytest.mark.parametrize(
    ("value", "decoded"),
    [
        (samples.UNKNOWN_TEXT, UNKNOWN),
        ("1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", UNKNOWN),
        ({SIGNATURE: SECRET_MARK, "ciphertext": "v1:abc"}, UNKNOWN),
        ({SIGNATURE: SECRET_MARK, "plaintext": json.dumps(SECRET)}, UNKNOWN),
        ({SIGNATURE: SECRET_MARK, "value": {"a": [SECRET, None]}}, {"a": [UNKNOWN, None]}),
        ({SIGNATURE: SECRET_MARK, "plaintext": "{broken"}, UNKNOWN),
        ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}, UNKNOWN),
        ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": 1}, 1),
        ({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": SECRET, "secret": True}, UNKNOWN),
        ({SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "u", "id": "/x"}, "/x"),
        ({SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "asset"}, UNKNOWN),
        ({SIGNATURE: ["nonsense"]}, UNKNOWN),
        ({"__defaults": [], "a": 1.0}, {"a": 1.0}),
    ],
)
def test_pulumis_marks_are_understood(value: Any, decoded: Any) -> None:
    """Unknown values, secrets, outputs, references and assets; of a secret only the structure is kept."""
    assert decode(value) == decoded


def test_a_secret_profile_still_shows_its_nat_pools() -> None:
    """A secret in which something is forbidden does not hide that it is there."""
    document = json.loads(samples.stack())
    inputs = document["deployment"]["resources"][1]["inputs"]
    inputs["virtualMachineProfile"] = {
        SIGNATURE: SECRET_MARK,
        "plaintext": json.dumps(inputs["virtualMachineProfile"]),
    }
    assert "SS016" in {each.rule.id for each in check(loaded(json.dumps(document)).estate)}


def test_states_that_are_gone_are_left_out() -> None:
    """What is being deleted is not checked; a replaced resource is checked once, as it will be."""
    document = json.loads(samples.stack())
    document["deployment"]["resources"][1]["delete"] = True
    assert loaded(json.dumps(document)).estate.of_type(arm_types.SCALE_SET) == []
    plan = json.loads(samples.preview())
    last = plan["steps"][1]
    old = {**last["newState"], "inputs": {"orchestrationMode": "Uniform"}}
    plan["steps"] += [
        {"op": "create-replacement", "urn": last["urn"], "newState": last["newState"]},
        {"op": "delete-replaced", "urn": last["urn"], "oldState": old},
    ]
    (only,) = loaded(json.dumps(plan)).estate.of_type(arm_types.SCALE_SET)
    assert only.properties["orchestrationMode"] == "Flexible"


def test_secrets_changes_and_order_are_told() -> None:
    """A state's secrets are marked; a preview says what was there before; dependencies are the engine's."""
    plan = json.loads(samples.preview())
    state = plan["steps"][1]["newState"]
    state["inputs"]["virtualMachineProfile"]["osProfile"]["customData"] = {SIGNATURE: SECRET_MARK, "ciphertext": "v1"}
    plan["steps"][1]["oldState"] = {**state, "inputs": {"singlePlacementGroup": True}}
    (only,) = loaded(json.dumps(plan)).estate.of_type(arm_types.SCALE_SET)
    assert only.secrets == {"virtualMachineProfile.osProfile.customData"}
    assert only.before == {"singlePlacementGroup": True}
    assert only.dependencies == (plan["steps"][0]["urn"],)


def test_what_is_incomplete_is_no_clean_result() -> None:
    """A preview that failed and events that end without a summary are problems: some resources may be missing."""
    plan = json.loads(samples.preview("Uniform"))
    plan["diagnostics"] = [{"message": "boom", "severity": "error"}]
    assert "the preview failed" in str(loaded(json.dumps(plan)).problems[0])
    cut = samples.events().splitlines()[:-1]
    assert "end without a summaryEvent" in str(loaded("\n".join(cut)).problems[0])


def test_events_point_at_their_lines() -> None:
    """In NDJSON a resource's place is the line of its event."""
    found = loaded(samples.events())
    report = check(found.estate)
    (violation,) = [each for each in report if each.rule.id == "SS016"]
    assert violation.location is not None
    assert violation.location.line == 3
    assert violation.location.column > 100


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 3, "deployment": {"resources": {}}}',
        '{"version": 3, "deployment": {"resources": [1]}}',
        '{"steps": {}}',
        '{"steps": [{"op": "create", "urn": "u"}]}',
        '{"steps": [7]}',
        '{"format_version": "1.2", "planned_values": 1}',
        '{"format_version": "1.2", "resource_changes": [], "errored": true}',
        '{"format_version": "1.2", "resource_changes": [{}]}',
        '{"format_version": "1.2", "values": {}}',
        '{"sequence": 1, "policyEvent": {}}\n[1]',
        '{"sequence": 1, "policyEvent": {}}\n{"seq',
    ],
)
def test_documents_of_a_broken_shape_are_told(text: str) -> None:
    """A document with the right name and the wrong content is a problem with a place, never a clean result."""
    try:
        problems = list(loaded(text).problems)
    except UnreadableError as error:
        problems = [error]
    assert problems
    assert all(each.line for each in problems)


def test_the_table_of_names_is_the_sdks() -> None:
    """Spellings and types of properties are those of the Azure SDK's models."""
    command = [sys.executable, "-m", "property_names", "--check"]
    assert subprocess.run(command, check=False).returncode == 0
