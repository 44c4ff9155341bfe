"""Pulumi's own JSON: ``pulumi stack export``, ``pulumi preview --json`` and the engine events of NDJSON logs."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scaleset_core.facts.checks import API_VERSION
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.arm_types import from_pulumi, versioned
from scaleset_policies.formats.entries import Document, Entry, PolicyEvent, Reading
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import JsonText, Path
from scaleset_policies.formats.shape import covered, shape, veiled
from scaleset_policies.formats.sharing import Sharing
from scaleset_policies.formats.terraform.classic import Declared, entries_of, terraform_type

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""The member that marks special values in Pulumi's JSON; its value is the kind."""
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a public marker, not a secret
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
_BLINDED: Final = "[secret]"
_REPLACING: Final = frozenset({"replace", "create-replacement"})
UNKNOWNS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
        _BLINDED,
        "[unknown]",
    },
)
"""Sentinels for values that do not exist yet, by kind of value, and for secrets left out by the command line."""


def read_stack(document: JsonText) -> Reading:
    """The resources of ``pulumi stack export`` or of a checkpoint file of a self-managed backend."""
    reading = Reading()
    at: Path = ("deployment", "resources")
    if "deployment" not in document.value:
        at = ("checkpoint", "latest", "resources")
    states = _inside(document.value, at)
    if states is None and isinstance(_inside(document.value, at[:-1]), Mapping | None):
        return reading
    for index, state in enumerate(_listed(document, states, at)):
        if not isinstance(state, Mapping) or not isinstance(state.get("urn"), str):
            reading.problems.append(_problem(document, "expected a resource with a urn", (*at, index)))
        elif not state.get("delete"):
            _add(document, reading, state, (*at, index))
    reading.entries += entries_of(reading.classic)
    return reading


def read_preview(document: JsonText) -> Reading:
    """The resources that exist after the changes of ``pulumi preview --json``."""
    reading = Reading()
    states: dict[str, tuple[Mapping[str, Any], Path]] = {}
    before: dict[str, Any] = {}
    replaced: set[str] = set()
    steps = document.value.get("steps")
    for index, step in enumerate(_listed(document, [] if steps is None else steps, ("steps",))):
        state = step.get("newState") if isinstance(step, Mapping) else None
        if not isinstance(step, Mapping) or not isinstance(step.get("op"), str):
            reading.problems.append(_problem(document, "expected a step with op and urn", ("steps", index)))
        elif isinstance(state, Mapping) and isinstance(state.get("urn"), str):
            states[state["urn"]] = (state, ("steps", index, "newState"))
            before.setdefault(state["urn"], step.get("oldState"))
            replaced |= {state["urn"]} if step["op"] in _REPLACING else set()
        elif not step["op"].startswith(("delete", "discard", "remove", "read-discard")):
            reading.problems.append(_problem(document, "expected newState with a urn", ("steps", index)))
    for urn, (state, place) in states.items():
        _add(document, reading, state, place, before.get(urn), replaced=urn in replaced)
    if any(isinstance(each, Mapping) and each.get("severity") == "error" for each in _items(document, "diagnostics")):
        reading.problems.append(_problem(document, "the preview failed, so its steps are not all", ("diagnostics",)))
    reading.entries += entries_of(reading.classic)
    return reading


def _items(document: JsonText, name: str) -> list[Any]:
    value = document.value.get(name)
    return value if isinstance(value, list) else []


class EventLines:
    """Engine events, one JSON document for each line.

    Args:
        text: The lines.
        file: Their file's name.

    Raises:
        UnreadableError: a line is not a JSON object.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.sharing: Sharing | None = None
        self.lines: dict[int, JsonText] = {}
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            try:
                document = JsonText(line, file)
            except UnreadableError as error:
                raise UnreadableError(file, error.message, line=number, column=error.column or 1) from None
            if not isinstance(document.value, dict):
                raise UnreadableError(file, "expected an engine event: a JSON object", line=number, column=1)
            self.lines[number] = document

    def locate(self, path: Path) -> tuple[int, int]:
        """Line and column of a path whose first step is the line's number."""
        number = path[0] if path else 1
        if not isinstance(number, int) or number not in self.lines:
            return 1, 1
        return number, self.lines[number].locate(path[1:])[1]


def read_events(document: EventLines) -> Reading:
    """The content of the engine's events: policy violations, and the resources if there are any."""
    reading = Reading()
    states: dict[str, tuple[Mapping[str, Any], Path]] = {}
    ended = False
    for number, line in document.lines.items():
        event = line.value
        ended = ended or "summaryEvent" in event
        if isinstance(event.get("policyEvent"), Mapping):
            reading.events.append(_policy_event(event["policyEvent"], number))
        if not any(name.endswith("Event") and isinstance(body, Mapping) for name, body in event.items()):
            reading.problems.append(_problem(document, "expected an engine event", (number,)))
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            state = _inside(event, (kind, "metadata", "new"))
            place: Path = (number, kind, "metadata", "new")
            if isinstance(state, Mapping) and isinstance(state.get("urn"), str):
                states.setdefault(state["urn"], (state, place))
            elif kind in event and (state is not None or not isinstance(_inside(event, (kind, "metadata", "op")), str)):
                message = "expected metadata with op, and new as a resource with a urn"
                reading.problems.append(_problem(document, message, place))
    for state, place in states.values():
        _add(document, reading, state, place)
    if not ended:
        last = max(document.lines, default=1)
        message = "the events end without a summaryEvent, so some may be missing"
        reading.problems.append(UnreadableError(document.file, message, line=last, column=1))
    reading.entries += entries_of(reading.classic)
    return reading


def _policy_event(event: Mapping[str, Any], line: int) -> PolicyEvent:
    def text(name: str) -> str:
        value = event.get(name)
        return value if isinstance(value, str) else ""

    pack = " ".join(filter(None, (text("policyPackName"), text("policyPackVersion"))))
    message = re.sub(r"<\{%[^%]*%\}>", "", text("message"))
    return PolicyEvent(
        urn=text("resourceUrn"),
        pack=pack,
        policy=text("policyName"),
        message=message.strip(),
        level=text("enforcementLevel") or "mandatory",
        severity=text("severity"),
        line=line,
    )


def _add(
    document: Document,
    reading: Reading,
    state: Mapping[str, Any],
    at: Path,
    before: Any = None,
    *,
    replaced: bool = False,
) -> None:
    token = state.get("type")
    if not isinstance(token, str) or not token:
        reading.problems.append(_problem(document, "expected a resource with a type", at))
    for name in ("inputs", "outputs"):
        if not isinstance(state.get(name), Mapping | None):
            reading.problems.append(_problem(document, f"expected an object of {name}", (*at, name)))
    kind = from_pulumi(token) if isinstance(token, str) else ""
    if not kind:
        if isinstance(token, str) and token.startswith("azure:"):
            _classic(document, reading, state, at, before, replaced=replaced)
        return
    secrets: list[str] = []
    inputs, outputs = _values(state.get("inputs"), secrets), _values(state.get("outputs"))
    used = "inputs" if inputs else "outputs"
    read = inputs or _values(state.get("outputs"), secrets)
    properties = versioned(shape(read, kind), str(token))
    if API_VERSION not in properties and isinstance(outputs.get(API_VERSION), str):
        properties = {**properties, API_VERSION: outputs[API_VERSION]}
    identifier = next(
        (each for each in (state.get("id"), outputs.get("id")) if isinstance(each, str) and each[:1] == "/"), ""
    )
    if document.sharing is not None:
        properties, outputs = document.sharing.of(properties), document.sharing.of(outputs)
    urn = str(state["urn"])
    name = identifier.rsplit("/", 1)[-1] if identifier else _name(properties, outputs, urn)
    dependencies = state.get("dependencies")
    reading.entries.append(
        Entry(
            type=kind,
            name=name,
            id=identifier,
            label=urn,
            properties=properties,
            at=(*at, used),
            depends_on=tuple(each for each in dependencies if isinstance(each, str))
            if isinstance(dependencies, list)
            else (),
            references=_references(state.get("propertyDependencies")),
            before=shape(_values(before.get("inputs")), kind) if isinstance(before, Mapping) else None,
            secrets=frozenset(secrets),
            protect=state.get("protect") is True,
            complete=isinstance(state.get("propertyDependencies"), Mapping),
            outputs=outputs,
            replaced=replaced,
            written=used == "inputs",
        ),
    )


def _classic(
    document: Document, reading: Reading, state: Mapping[str, Any], at: Path, before: Any, *, replaced: bool
) -> None:
    """Keep a resource of the classic azure provider, to be read with the others of its kind."""
    token, kind = state["type"], terraform_type(state["type"])
    if not kind:
        if "scaleset" in token.lower():
            reading.problems.append(_problem(document, f"{token} of the classic azure provider cannot be read", at))
        return
    secrets: list[str] = []
    dependencies = state.get("dependencies")
    reading.classic.append(
        Declared(
            urn=str(state["urn"]),
            kind=kind,
            id=state["id"] if isinstance(state.get("id"), str) else "",
            inputs=_values(state.get("inputs"), secrets),
            outputs=_values(state.get("outputs"), secrets),
            at=at,
            secrets=frozenset(secrets),
            references=_references(state.get("propertyDependencies")),
            complete=isinstance(state.get("propertyDependencies"), Mapping),
            depends_on=tuple(filter(_is_text, dependencies)) if isinstance(dependencies, list) else (),
            before=_values(before.get("inputs")) if isinstance(before, Mapping) else None,
            protect=state.get("protect") is True,
            replaced=replaced,
        )
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _name(properties: Mapping[str, Any], outputs: Mapping[str, Any], urn: str) -> str:
    given = outputs.get("name")
    if isinstance(given, str):
        return given
    names = ("vmScaleSetName", "vmName", "loadBalancerName", "networkInterfaceName", "subnetName", "name")
    return next((properties[each] for each in names if isinstance(properties.get(each), str)), urn.rsplit("::", 1)[-1])


def _references(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        return {}
    return {
        name: tuple(each for each in urns if isinstance(each, str))
        for name, urns in value.items()
        if isinstance(urns, list) and urns
    }


def _values(value: Any, secrets: list[str] | None = None) -> dict[str, Any]:
    decoded = decode(value, secrets)
    return decoded if isinstance(decoded, dict) else {}


def decode(value: Any, secrets: list[str] | None = None, at: str = "") -> Any:
    """A value of Pulumi's JSON: unknowns and encrypted secrets are UNKNOWN, marked values are unwrapped.

    Args:
        value: The value.
        secrets: Collects the paths of secret values. With it, secrets in plain text are known as far as rules decide by
            them; without it, only their structure is kept.
        at: The path of ``value``.
    """
    if isinstance(value, str):
        if value == _BLINDED and secrets is not None:
            secrets.append(at)
        return UNKNOWN if value in UNKNOWNS else value
    if isinstance(value, list):
        return [decode(item, secrets, f"{at}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    signature = value.get(SIGNATURE)
    if signature is None:
        return {
            name: decode(item, secrets, f"{at}.{name}" if at else name)
            for name, item in value.items()
            if name != "__defaults"
        }
    if signature == _SECRET or (signature == _OUTPUT and value.get("secret")):
        return _secret(value, secrets, at)
    marked = _MARKED.get(signature) if isinstance(signature, str) else None
    return marked(value) if marked else UNKNOWN


def _secret(value: Mapping[str, Any], secrets: list[str] | None, at: str) -> Any:
    if secrets is None:
        return veiled(_content(value))
    secrets.append(at)
    return covered(_content(value), at.rpartition(".")[2])


def _content(value: Mapping[str, Any]) -> Any:
    """What a secret hides, as far as it can be read."""
    return _plaintext(value) if value.get(SIGNATURE) == _SECRET else _output(value)


def _output(value: Mapping[str, Any]) -> Any:
    return decode(value["value"]) if "value" in value else UNKNOWN


def _reference(value: Mapping[str, Any]) -> Any:
    return decode(value["id"]) if isinstance(value.get("id"), str) else UNKNOWN


def _plaintext(value: Mapping[str, Any]) -> Any:
    if "value" in value:
        return decode(value["value"])
    try:
        return decode(json.loads(value["plaintext"]))
    except (KeyError, TypeError, ValueError, RecursionError):
        return UNKNOWN


_MARKED: Final = {_OUTPUT: _output, _REFERENCE: _reference}


def _inside(value: Any, path: Path) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _listed(document: JsonText, value: Any, at: Path) -> Iterator[Any]:
    if not isinstance(value, list):
        raise _problem(document, f"expected a list at {'.'.join(map(str, at))}", at)
    return iter(value)


def _problem(document: Document, message: str, at: Path) -> UnreadableError:
    line, column = document.locate(at)
    return UnreadableError(document.file, message, line=line, column=column)
