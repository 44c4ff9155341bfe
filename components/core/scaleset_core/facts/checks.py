"""The building blocks of property rules: small checks over a :class:`~scaleset_core.facts.properties.View`.

A check yields a :class:`Finding` for each violation and a :class:`NotDecided` for each place that it could not decide
because a value is not known yet. :func:`evaluate` always runs a check to its end, so that an unknown value never hides
other findings.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaleset_core.facts.properties import NotKnownError, Unknown, View
from scaleset_core.facts.secrets import without_signature


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that breaks a rule.

    Attributes:
        path: The property, with list indexes.
        value: The value there (None if it is missing). Never put it in a message without :func:`show`.
        detail: What exactly is wrong with it, as the end of a sentence, or ``""`` if the rule's statement is enough.
    """

    path: str
    value: Any = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NotDecided:
    """A place that could not be decided, because the value at ``path`` is not known yet."""

    path: str


Check = Callable[[View], Iterator[Finding | NotDecided]]
"""A check over one resource's properties."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a check: the findings, and the places that could not be decided."""

    findings: tuple[Finding, ...] = ()
    undecided: tuple[str, ...] = field(default=())

    @property
    def clean(self) -> bool:
        """Nothing is broken and everything was decided."""
        return not self.findings and not self.undecided


_CLEAN = Outcome()


def evaluate(check: Check, view: View) -> Outcome:
    """Run ``check`` over ``view``. Never raises for an unknown value: the outcome says what was not decided."""
    findings: list[Finding] = []
    undecided: list[str] = []
    try:
        for item in check(view):
            if isinstance(item, Finding):
                findings.append(item)
            else:
                undecided.append(item.path)
    except NotKnownError as error:
        undecided.append(error.path)
    return Outcome(tuple(findings), tuple(undecided)) if findings or undecided else _CLEAN


def show(value: Any, limit: int = 60) -> str:
    """``value`` as a message may show it: short, and without the content of nested objects.

    Any other object is shown as its type, since its ``repr`` may contain anything. A URL is shown without
    its shared access signature.
    """
    if isinstance(value, Mapping):
        return "{...}"
    if isinstance(value, list | tuple):
        plain = all(_is_single(item) for item in value)
        return _short("[" + ", ".join(show(item, limit) for item in value[:limit]) + "]", limit) if plain else "[...]"
    if not _is_single(value):
        return f"an object of the type {type(value).__name__}"
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return f"a number of {value.bit_length()} bits"
    text = value if isinstance(value, str) else repr(value)
    hidden = without_signature(text)
    if isinstance(value, str):
        hidden = repr(hidden[: limit + len("...")])
    return _short(hidden, limit)


_LONGEST_NUMBER = 256


def _is_single(value: Any) -> bool:
    return value is None or isinstance(value, str | bytes | bool | int | float | Unknown)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."


API_VERSION = "azureApiVersion"
"""azure-native's own name for a resource's api-version; in a template it is ``apiVersion``."""
NEWEST_KNOWN = "2026-04-01"
"""The newest api-version of Microsoft.Compute whose values and limits the checks know."""
_DATE = len(NEWEST_KNOWN)


def api_version(view: View) -> str:
    """The date of the resource's api-version, or ``""`` where it is not said or not known yet."""
    found = view.first(API_VERSION)
    return found.value[:_DATE] if found is not None and isinstance(found.value, str) else ""


def _unless_newer(view: View, finding: Finding) -> Finding | NotDecided:
    """``finding``, unless the resource's api-version is newer than what is known here: it may allow more."""
    version = api_version(view)
    return NotDecided(f"{finding.path}, whose values in api-version {version}") if version > NEWEST_KNOWN else finding


def forbidden(*paths: str, allow: Sequence[Any] = ()) -> Check:
    """No value may be set at any of ``paths``, except null and the values of ``allow``."""

    def check(view: View) -> Iterator[Finding | NotDecided]:
        for path in paths:
            for found in view.each(path):
                if found.hidden or (allow and not found.known):
                    yield NotDecided(found.path)
                elif not found.known or found.value not in allow:
                    yield Finding(found.path, found.value if found.known else None)

    return check


def required(path: str, *, under: str = "") -> Check:
    """A value must be set at ``path``; with ``under``, only if a value is set there."""

    def check(view: View) -> Iterator[Finding | NotDecided]:
        if under and not view.has(under):
            return
        if not view.has(path):
            yield Finding(view.path(path), detail="it is missing")

    return check


def one_of(path: str, *values: Any) -> Check:
    """The value at ``path``, if any, must be one of ``values``; a newer api-version may have more."""

    def check(view: View) -> Iterator[Finding | NotDecided]:
        for found in view.each(path):
            if not found.known:
                yield NotDecided(found.path)
            elif not any(same(found.value, value) for value in values):
                expected = f"expected one of {', '.join(map(str, values))}"
                yield _unless_newer(view, Finding(found.path, found.value, expected))

    return check


def same(value: Any, expected: Any) -> bool:
    """Whether ``value`` is ``expected``; ARM compares enumeration values case-insensitively."""
    if isinstance(value, str) and isinstance(expected, str):
        return value.lower() == expected.lower()
    return bool(value == expected)


def between(path: str, low: float, high: float, unit: str = "") -> Check:
    """The number at ``path``, if any, must be between ``low`` and ``high``, inclusive."""

    def check(view: View) -> Iterator[Finding | NotDecided]:
        for found in view.each(path):
            if not found.known:
                yield NotDecided(found.path)
            elif not is_number(found.value) or not low <= found.value <= high:
                expected = f"expected {low:g} to {high:g}{' ' + unit if unit else ''}"
                yield _unless_newer(view, Finding(found.path, found.value, expected))

    return check


def lasts(path: str, low_minutes: float, high_minutes: float) -> Check:
    """The ISO 8601 duration at ``path``, if any, must be between the two numbers of minutes, inclusive."""

    def check(view: View) -> Iterator[Finding | NotDecided]:
        for found in view.each(path):
            if not found.known:
                yield NotDecided(found.path)
                continue
            minutes = duration_minutes(found.value)
            if minutes is None or not low_minutes <= minutes <= high_minutes:
                expected = f"expected an ISO 8601 duration from PT{low_minutes:g}M to PT{high_minutes:g}M"
                yield _unless_newer(view, Finding(found.path, found.value, expected))

    return check


def both(*checks: Check) -> Check:
    """All of ``checks``, one after the other; one that cannot decide does not stop the next."""

    def check(view: View) -> Iterator[Finding | NotDecided]:
        for each in checks:
            outcome = evaluate(each, view)
            yield from outcome.findings
            yield from map(NotDecided, outcome.undecided)

    return check


def is_number(value: Any) -> bool:
    """Whether ``value`` is a number (a bool is not)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII)


def duration_minutes(value: Any) -> float | None:
    """The length of an ISO 8601 duration such as ``PT1H30M`` in minutes, or None if it is not one."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (float(part) if part else 0.0 for part in match.groups())
    return days * 1440 + hours * 60 + minutes + seconds / 60


def machine_view(properties: Any) -> View:
    """A virtual machine's properties as those of a set with one profile, for rules that apply to both.

    Args:
        properties: The machine's properties, without ``properties`` wrappers.
    """
    if not isinstance(properties, Mapping):
        return View(properties)
    size = View(properties).first("hardwareProfile.vmSize")
    shown = {
        "virtualMachineProfile": properties,
        "sku": {"name": None if size is None else size.value},
        "hostGroup": properties.get("host") or properties.get("hostGroup"),
        # Only the instances of a Flexible set are separate virtual machines.
        "orchestrationMode": "Flexible",
    }
    shown |= {name: properties[name] for name in _ENVELOPE if name in properties}
    return View(shown)


_ENVELOPE = ("zones", "proximityPlacementGroup", "additionalCapabilities", "identity", API_VERSION)


def machine_path(path: str) -> str:
    """The path in the machine itself of a finding in :func:`machine_view`."""
    return path.removeprefix("virtualMachineProfile.").replace("sku.name", "hardwareProfile.vmSize")
