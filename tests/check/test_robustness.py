"""Garbage, truncated and mutated inputs: never a traceback, and never a clean result for what was not understood."""

import contextlib
import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from check import samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.work import calls_of

from scaleset_policies.checking import Options, check_paths
from scaleset_policies.choices import FailOn, Format
from scaleset_policies.engine import check
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import Path, decode
from scaleset_policies.formats.read import FileEstate, read, read_parameters
from scaleset_policies.results import Exit

QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
WRITERS: dict[Format, Callable[..., str]] = {
    Format.ARM: samples.arm,
    Format.STACK: samples.stack,
    Format.PREVIEW: samples.preview,
    Format.ANALYZE: samples.events,
    Format.TERRAFORM: samples.terraform,
}
TEXTS = {kind: make() for kind, make in WRITERS.items()}
ONE_LINE: dict[Format, str] = {
    kind: json.dumps(json.loads(text)) for kind, text in TEXTS.items() if kind is not Format.ANALYZE
}
KINDS: st.SearchStrategy[Format] = st.sampled_from(list(ONE_LINE))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | st.sampled_from(
        [
            "[parameters('x')]",
            "[concat(",
            "[copyIndex()]",
            "[reference('lb').x]",
            "[resourceId('a')]",
            samples.UNKNOWN_TEXT,
            "Flexible",
            "[if(true(), json('null'), 1)]",
        ]
    )
)
NAMES = st.text(max_size=5) | st.sampled_from(
    [
        "properties",
        "resources",
        "copy",
        "condition",
        "type",
        "name",
        "4dabf18193072939515e22adb298388d",
        "urn",
        "change",
    ]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)


def examine(text: str, **options: Any) -> FileEstate | None:
    """Read and check; None if it was refused or is none of the formats. Whatever else is raised fails the test."""
    try:
        found = read(text, "file", **options)
    except UnreadableError:
        return None
    if found is not None:
        report = check(found.estate)
        for each in report:
            assert each.message
            if each.location is not None:
                assert each.location.line >= 1
    return found


@settings(QUICK, max_examples=1_000)
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | VALUES.map(lambda value: json.dumps(value).encode())
)
def test_garbage_is_refused(data: bytes) -> None:
    """Random bytes, texts and JSON are none of the formats, or refused with a place."""
    try:
        text = decode(data, "file")
    except UnreadableError:
        return
    found = examine(text)
    assert found is None or found.problems or not len(found.estate)


@settings(QUICK, max_examples=800)
@given(KINDS, st.data())
def test_truncated_documents_are_refused(kind: Format, data: st.DataObject) -> None:
    """A document cut anywhere is an error, whether its format is given or not."""
    text = data.draw(st.sampled_from([TEXTS[kind], ONE_LINE[kind]]))
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    named = data.draw(st.booleans())
    with pytest.raises(UnreadableError) as caught:
        read(cut, "file", format_=kind if named else None)
    assert caught.value.line >= 1


@settings(QUICK, max_examples=200)
@given(st.integers(1, len(TEXTS[Format.ANALYZE]) - 2))
def test_truncated_events_are_never_clean(end: int) -> None:
    """Events cut within a line are refused; cut between lines they end without their summary."""
    found = examine(TEXTS[Format.ANALYZE][:end], format_=Format.ANALYZE)
    assert found is None or found.problems


def places(value: Any, at: Path = ()) -> list[Path]:
    """Every place in a document."""
    found = [at]
    if isinstance(value, dict):
        for name, item in value.items():
            found += places(item, (*at, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*at, index))
    return found


def replaced(document: Any, at: Path, value: Any) -> Any:
    """The document with another value at a place."""
    if not at:
        return value
    result = copy.deepcopy(document)
    node = result
    for step in at[:-1]:
        node = node[step]
    node[at[-1]] = value
    return result


PLACES: dict[Format, list[Path]] = {kind: places(json.loads(text)) for kind, text in ONE_LINE.items()}


@pytest.mark.slow
@settings(QUICK, max_examples=2_500)
@given(KINDS, st.data())
def test_documents_of_any_shape_are_survived(kind: Format, data: st.DataObject) -> None:
    """One or two parts of a document replaced by anything: an answer or an error, never a traceback."""
    document = json.loads(ONE_LINE[kind])
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.sampled_from(PLACES[kind]))
        value = data.draw(VALUES)
        try:
            document = replaced(document, at, value)
        except (KeyError, IndexError, TypeError):
            continue
    named = data.draw(st.booleans())
    examine(json.dumps(document), format_=kind if named else None)


NEEDED = re.compile(
    r"orchestrationMode|loadBalancerInboundNatPools|/type$|/name$|/urn$|/op$|/actions$|/mode$|/address$|\$schema|contentVersion"
)


def harmless(kind: Format) -> list[Path]:
    """Places that say nothing about the mode or the NAT pool, nor contain what does."""
    every = PLACES[kind]
    needed = [at for at in every if NEEDED.search("/" + "/".join(map(str, at)))]
    return [
        at
        for at in every
        if at not in needed
        and not any(other[: len(at)] == at for other in needed)
        and not any(at[: len(other)] == other for other in needed)
        and not any(str(step).endswith("after_unknown") for step in at)
    ]


HARMLESS = {kind: harmless(kind) for kind in ONE_LINE}


@pytest.mark.slow
@settings(QUICK, max_examples=1_000)
@given(KINDS, st.data())
def test_a_broken_part_never_hides_the_nat_pool(kind: Format, data: st.DataObject) -> None:
    """Whatever else of the document is nonsense: the Flexible set's NAT pool is found, or the document is refused."""
    at = data.draw(st.sampled_from(HARMLESS[kind]))
    document = replaced(json.loads(ONE_LINE[kind]), at, data.draw(VALUES))
    found = examine(json.dumps(document))
    if found is not None and not found.problems:
        assert "SS016" in {each.rule.id for each in check(found.estate)}


@settings(QUICK, max_examples=200)
@given(VALUES)
def test_parameter_files_of_any_shape_are_survived(value: Any) -> None:
    """A parameter file is read or refused with a place."""
    for text in (json.dumps(value), json.dumps({"parameters": value})):
        with contextlib.suppress(UnreadableError):
            assert isinstance(read_parameters(text, "file"), dict)


@pytest.mark.parametrize("kind", list(Format))
@pytest.mark.parametrize("text", ["", " ", "\n", "null", "[]", "{}", "0", '""', "[[[[", "\ufeff", "\0", "{" * 5_000])
def test_nothing_in_a_file_is_never_clean(tmp_path: Any, kind: Format, text: str) -> None:
    """A file without any content of its format gives exit code 2, in every format and without one."""
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    for options in (Options(format=kind), Options()):
        assert check_paths([str(file)], options).exit(FailOn.NEVER) is Exit.UNREADABLE


@pytest.mark.parametrize(
    "document",
    [
        '{"$schema": "x/deploymentTemplate.json#", "contentVersion": "1", "resources": ' + "[" * 900 + "]" * 900 + "}",
        '{"version": 3, "deployment": {"resources": [{"urn": "u", "type": "azure-native:compute:VirtualMachine", '
        '"inputs": ' + '{"a":' * 900 + "1" + "}" * 900 + "}]}}",
    ],
)
def test_deep_documents_are_refused_or_read(tmp_path: Any, document: str) -> None:
    """Nesting close to the interpreter's limit ends with an answer."""
    file = tmp_path / "deep.json"
    file.write_text(document, encoding="utf-8")
    found = check_paths([str(file)], Options())
    assert found.files or found.errors
    assert "RecursionError" not in " ".join(map(str, found.errors))


def test_the_cost_of_an_export_grows_with_its_size() -> None:
    """Four times the resources take about four times the work, not sixteen: counted in calls, not in seconds.

    How long 4,000 resources take is for `make bench`, which has a limit for it.
    """

    def checked(sets: int) -> None:
        found = read(samples.large_stack(sets), "stack.json")
        assert found is not None
        report = check(found.estate)
        assert report.resources == 4 * sets + 2
        assert all(each.location is not None and each.location.line for each in report)

    checked(10)  # what is read once is read
    assert calls_of(lambda: checked(400)) < 4.5 * calls_of(lambda: checked(100))
