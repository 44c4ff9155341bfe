"""From a file to the estate that rules read, and back from a property to its line."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from arm_templates.values import Unresolved
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.choices import Format
from scaleset_policies.estate import Estate, Location, Resource, normal_id
from scaleset_policies.formats.arm import read_template
from scaleset_policies.formats.azure_json import read_azure, read_what_if
from scaleset_policies.formats.detect import EXPECTED, detect, looks_like_events
from scaleset_policies.formats.entries import Document, Entry, PolicyEvent, Reading
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.inner_text import CompiledText, bicep_parameters, is_bicep_parameters
from scaleset_policies.formats.json_text import JsonText, Path, Step
from scaleset_policies.formats.misfits import misfits
from scaleset_policies.formats.pulumi_state import EventLines, read_events, read_preview, read_stack
from scaleset_policies.formats.terraform import read_plan

_PLACEHOLDER: Final = re.compile(r"GEN-[A-Z0-9-]+|GET-(?:PREREQ|AZ)[\w-]*")
"""The placeholders in parameter files of Azure's quickstart templates that a test replaces with values."""
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class FileEstate:
    """The content of one file, ready to be checked.

    Attributes:
        file: The file as the user named it.
        format: Its format.
        estate: Its resources.
        problems: Places that could not be understood.
        notes: Notes about parts that were left out.
        events: Violations that the file itself reports.
        remarks: How it was read, if not by itself.
    """

    file: str
    format: Format
    estate: Estate
    problems: tuple[UnreadableError, ...] = ()
    notes: tuple[str, ...] = ()
    events: tuple[tuple[PolicyEvent, Location], ...] = field(default=())
    remarks: tuple[str, ...] = ()


def compiled(text: str, file: str, source: str, parameters: Mapping[str, Any] | None = None) -> FileEstate:
    """Read what was compiled from a source: lines are those of the source's statements, as far as they are found.

    Args:
        text: The template, or what ``bicep build-params`` writes.
        file: The source's name.
        source: The source.
        parameters: Values for the template's parameters.

    Raises:
        UnreadableError: it is no template.
    """
    document: JsonText = CompiledText(text, file, source)
    if is_bicep_parameters(document.value):
        document, values = bicep_parameters(document)
        parameters = {**values, **(parameters or {})}
    if detect(document.value) not in (Format.ARM, Format.BICEP):
        raise UnreadableError(file, "expected a template from its compiler")
    return _finished(document, Format.BICEP, read_template(document, parameters))


def read(
    text: str, file: str, *, format_: Format | None = None, parameters: Mapping[str, Any] | None = None
) -> FileEstate | None:
    """Read one document.

    Args:
        text: The document.
        file: Its file as the user named it.
        format_: Its format; detected from its content if None.
        parameters: Values for a template's parameters.

    Returns:
        Its content, or None if ``format_`` is None and it has none of the formats.

    Raises:
        UnreadableError: it is not JSON, or not of that format.
    """
    try:
        if format_ is Format.ANALYZE or (format_ is None and looks_like_events(text)):
            lines = EventLines(text, file)
            if not lines.lines:
                raise UnreadableError(file, "it is empty: expected engine events, one a line", line=1, column=1)
            return _finished(lines, Format.ANALYZE, read_events(lines))
        document = JsonText(text, file)
        detected = detect(document.value)
        if format_ is None and detected is None:
            return None
        chosen = format_ or detected
        assert chosen is not None
        if not _fits(chosen, detected):
            raise _mismatch(document, chosen, detected)
        if is_bicep_parameters(document.value):
            document, values = bicep_parameters(document)
            parameters = {**values, **(parameters or {})}
        return _finished(document, chosen, _READERS[chosen](document, parameters))
    except RecursionError:
        raise UnreadableError(file, "it is nested too deeply to be read") from None


_READERS: Final[dict[Format, Callable[[JsonText, Mapping[str, Any] | None], Reading]]] = {
    Format.STACK: lambda document, _: read_stack(document),
    Format.PREVIEW: lambda document, _: read_preview(document),
    Format.TERRAFORM: lambda document, _: read_plan(document),
    Format.AZURE: lambda document, _: read_azure(document),
    Format.WHAT_IF: lambda document, _: read_what_if(document),
    Format.ARM: read_template,
    Format.BICEP: read_template,
}


def read_parameters(text: str, file: str) -> dict[str, Any]:
    """The values of an ARM parameter file; those in a key vault, and placeholders for a test's values, are not known.

    Raises:
        UnreadableError: it is not a parameter file.
    """
    document = JsonText(text, file)
    parameters = document.value.get("parameters") if isinstance(document.value, dict) else None
    expected = 'expected a parameter file: {"parameters": {"name": {"value": ...}}}'
    if not isinstance(parameters, dict):
        raise _problem(document, expected, ())
    values: dict[str, Any] = {}
    for name, each in parameters.items():
        if not isinstance(each, dict) or not ("value" in each or "reference" in each):
            raise _problem(document, expected, ("parameters", name))
        if "value" not in each:
            values[name] = Unresolved(f"{{{name}}}", secret=True)
        elif isinstance(each["value"], str) and _PLACEHOLDER.fullmatch(each["value"]):
            values[name] = Unresolved(f"{{{name}}}")
        else:
            values[name] = each["value"]
    return values


def _fits(chosen: Format, detected: Format | None) -> bool:
    templates = (Format.ARM, Format.BICEP)
    return detected is not None and (chosen is detected or (chosen in templates and detected in templates))


def _mismatch(document: JsonText, chosen: Format, detected: Format | None) -> UnreadableError:
    wanted = {
        Format.STACK: "expected the output of `pulumi stack export`: an object with deployment.resources",
        Format.PREVIEW: "expected the output of `pulumi preview --json`: an object with steps",
        Format.TERRAFORM: "expected the output of `terraform show -json`: an object with format_version",
        Format.AZURE: "expected what Azure answers: a resource with id and type, or a list of them",
        Format.WHAT_IF: "expected what `az deployment group what-if --no-pretty-print` writes: an object with changes",
    }.get(chosen, "expected a template: an object with $schema, contentVersion and resources")
    found = f", but it looks like {detected.value}" if detected else ""
    return _problem(document, wanted + found, ())


def not_ours(file: str) -> UnreadableError:
    """The error for a document that has none of the formats."""
    return UnreadableError(file, EXPECTED, line=1, column=1)


def _finished(document: Document, format_: Format, reading: Reading) -> FileEstate:
    events = tuple((event, Location(document.file, event.line, 1)) for event in reading.events)
    return FileEstate(
        document.file,
        format_,
        Estate(_resources(document, reading.entries)),
        (*reading.problems, *_misfits(document, reading.entries)),
        tuple(reading.notes),
        events,
    )


def _misfits(document: Document, entries: list[Entry]) -> Iterator[UnreadableError]:
    """Errors for values of the wrong kind: rules cannot read them, so the check of this file is incomplete."""
    for entry in entries:
        for found in misfits(entry.properties):
            line, column = document.locate(place_of(entry, found.path))
            message = f"{entry.name}: {found.path}: expected {found.expected}, got {found.got}"
            yield UnreadableError(document.file, message, line=line, column=column)


def _resources(document: Document, entries: list[Entry]) -> list[Resource]:
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for entry in entries:
        seen[entry.label] += 1
        keys.append(entry.label if seen[entry.label] == 1 else f"{entry.label}#{seen[entry.label]}")
    known = set(keys)
    names = {name.lower(): key for entry, key in zip(entries, keys, strict=True) for name in (entry.name,) if name}
    ids = {normal_id(entry.id): key for entry, key in zip(entries, keys, strict=True) if entry.id}
    short_ids = {each.partition("/providers/")[2]: key for each, key in ids.items()}

    def keys_of(texts: tuple[str, ...]) -> tuple[str, ...]:
        """Dependencies are written as ids, as ``type/name`` or as plain names."""
        plain = (normal_id(text) for text in texts)
        found = (
            text if text in known else ids.get(each) or short_ids.get(each) or names.get(each)
            for text, each in zip(texts, plain, strict=True)
        )
        return tuple(each for each in found if each)

    resources = []
    for entry, key in zip(entries, keys, strict=True):
        resources.append(
            Resource(
                key=key,
                type=entry.type.lower(),
                name=entry.name,
                properties=entry.properties,
                id=entry.id or UNKNOWN,
                parent=entry.parent,
                dependencies=None if entry.depends_on is None else keys_of(entry.depends_on),
                before=entry.before,
                secrets=entry.secrets,
                references=entry.references,
                protect=entry.protect,
                locate=_locator(document, entry),
                label=f"{entry.name} (created only if a condition is true)" if entry.conditional else "",
                logical=entry.logical,
                partial=entry.partial,
                complete=entry.complete,
                outputs=entry.outputs,
                replaced=entry.replaced,
                ignores=entry.ignores,
                written=entry.written,
            )
        )
    return resources


def _locator(document: Document, entry: Entry) -> Callable[[str], Location | None]:
    def locate(path: str) -> Location | None:
        where = place_of(entry, path)
        line, column = document.locate(where)
        return Location(document.file, line, column, pointer(where))

    return locate


def place_of(entry: Entry, path: str) -> Path:
    """The path in the file of a property path."""
    rest: list[Step] = []
    top = path
    while top and entry.places:
        if top in entry.places:
            place = entry.places[top]
            at = place[1:] if place and place[0] == "" else (*entry.at, *place)
            return (*at, *reversed(rest))
        match = list(_STEP.finditer(top))[-1]
        rest.append(int(match[2]) if match[2] is not None else match[1])
        top = top[: match.start()].rstrip(".")
    if entry.places:
        return entry.at
    return (*entry.at, *steps(path))


def steps(path: str) -> Path:
    """A property path (``a.b[0].c``) as steps."""
    return tuple(int(index) if index else name for name, index in _STEP.findall(path))


def pointer(path: Path) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _problem(document: JsonText, message: str, at: Path) -> UnreadableError:
    line, column = document.locate(at)
    return UnreadableError(document.file, message, line=line, column=column)
