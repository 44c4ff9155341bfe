"""The inputs of an imported resource: what the program wants where Azure agrees or can't say, else what Azure has.

`pulumi import` derives inputs from Azure's answer. They lack what Azure never shows (passwords, protected settings,
custom data) and contain what Azure filled in. So the next update would change, or even replace, a resource that is as
the program wants it. A resource that Pulumi creates has the program's inputs instead; so has one that is recovered.
Where Azure shows another value than the program's, Azure's is kept, and the next update changes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaleset_core.facts.secrets import SECRET_INPUTS

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key that marks special values in Pulumi's JSON."""
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the mark of a secret, not a secret
UNKNOWNS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""The placeholders for values that a preview does not know (sdk/go/common/resource/plugin/rpc.go)."""

_API_VERSION = "azureApiVersion"
_MISSING = object()


def is_secret(value: Any) -> bool:
    """Whether a value is a secret that Pulumi has encrypted."""
    return isinstance(value, Mapping) and value.get(SIGNATURE) == SECRET


def is_known(value: Any) -> bool:
    """Whether a preview knows all of a value."""
    if isinstance(value, Mapping):
        return all(is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return not (isinstance(value, str) and value in UNKNOWNS)


def planned(plan: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that a resource plan wants.

    Args:
        plan: One of the ``resourcePlans`` of a saved plan.
        present: The inputs in the state that the plan was made for; empty for a creation.
    """
    change = (plan.get("goal") or {}).get("inputDiff") or {}
    gone = set(change.get("deletes") or ())
    kept = {name: value for name, value in present.items() if name not in gone}
    return {**kept, **(change.get("adds") or {}), **(change.get("updates") or {})}


def settled(wanted: Mapping[str, Any], shown: Mapping[str, Any], own_id: str, *, exact: bool) -> dict[str, Any]:
    """The inputs that a recovered resource has in the state.

    Args:
        wanted: What the program wants, secrets encrypted; or what the interrupted creation sent.
        shown: The inputs that were derived from Azure's answer.
        own_id: The resource's id: programs refer to parts of a resource as ``$self/...``.
        exact: Whether ``wanted`` is what was sent to Azure: then what Azure does not show is as it was sent. Otherwise
            it is left out, so that the next update sends it.
    """
    merged = _Merge(own_id, exact=exact).values(wanted, shown)
    # The provider's own notes beside the inputs, which Azure never sees.
    notes = {name: value for name, value in wanted.items() if name == _API_VERSION or name.startswith("__")}
    return {**merged, **notes}


def taken_on_trust(wanted: Any, shown: Any, path: str = "") -> Iterator[str]:
    """The paths of secrets in ``wanted`` that Azure does not show, so that nobody can compare them."""
    if is_secret(wanted):
        yield path
    elif isinstance(wanted, Mapping):
        for name, value in wanted.items():
            inner = shown.get(name) if isinstance(shown, Mapping) else None
            here = f"{path}.{name}" if path else name
            if name in SECRET_INPUTS and inner is None:
                yield here
            else:
                yield from taken_on_trust(value, inner, here)
    elif isinstance(wanted, list):
        for index, value in enumerate(wanted):
            inner = shown[index] if isinstance(shown, list) and index < len(shown) else None
            yield from taken_on_trust(value, inner, f"{path}[{index}]")


def hidden(outputs: Any, wanted: Any) -> Any:
    """``outputs`` with the encrypted value for each secret in ``wanted``: Azure may show it in plain text."""
    if is_secret(wanted):
        return wanted
    if isinstance(outputs, Mapping) and isinstance(wanted, Mapping):
        return {name: hidden(value, wanted.get(name)) for name, value in outputs.items()}
    if isinstance(outputs, list) and isinstance(wanted, list) and len(outputs) == len(wanted):
        return [hidden(each, other) for each, other in zip(outputs, wanted, strict=True)]
    return outputs


class _Merge:
    def __init__(self, own_id: str, *, exact: bool) -> None:
        self._own_id = own_id
        self._exact = exact

    def values(self, wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
        result = {}
        for name, value in wanted.items():
            merged = self._value(name, value, shown.get(name, _MISSING))
            if merged is not _MISSING:
                result[name] = merged
        return result

    def _value(self, name: str, wanted: Any, shown: Any) -> Any:
        if is_secret(wanted) or name in SECRET_INPUTS:
            return wanted
        if shown is _MISSING or shown is None:
            return self._unseen(wanted)
        if isinstance(wanted, Mapping) and isinstance(shown, Mapping):
            return self.values(wanted, shown)
        if isinstance(wanted, list) and isinstance(shown, list):
            return self._items(name, wanted, shown)
        return wanted if self._same(wanted, shown) else shown

    def _unseen(self, wanted: Any) -> Any:
        """What Azure does not show: empty values, which it leaves out, secrets, and what was certainly sent."""
        if self._exact or is_empty(wanted):
            return wanted
        if isinstance(wanted, Mapping):
            inner = {name: self._value(name, value, _MISSING) for name, value in wanted.items()}
            return {name: value for name, value in inner.items() if value is not _MISSING} or _MISSING
        if isinstance(wanted, list):
            return self._exact_or_missing(wanted)
        return _MISSING

    def _exact_or_missing(self, wanted: Sequence[Any]) -> Any:
        items = [self._value("", value, _MISSING) for value in wanted]
        return _MISSING if any(item is _MISSING for item in items) else items

    def _items(self, name: str, wanted: list[Any], shown: list[Any]) -> list[Any]:
        pairs = _paired(wanted, shown, self._same)
        if pairs is None:
            return shown
        merged = [self._value(name, each, other) for each, other in pairs]
        return shown if any(item is _MISSING for item in merged) else merged

    def _same(self, wanted: Any, shown: Any) -> bool:
        if isinstance(wanted, Mapping) and isinstance(shown, Mapping):
            return all(name in shown and self._same(value, shown[name]) for name, value in wanted.items())
        if isinstance(wanted, str) and isinstance(shown, str):
            own = self._own_id + wanted.removeprefix("$self") if wanted.startswith("$self/") else wanted
            return _plain(own) == _plain(shown)
        if isinstance(wanted, bool) or isinstance(shown, bool):
            return wanted is shown
        if isinstance(wanted, int | float) and isinstance(shown, int | float):
            return wanted == shown
        if isinstance(wanted, int | float | str) and isinstance(shown, int | float | str):
            return str(wanted) == str(shown)
        return bool(wanted == shown)


def _paired(wanted: list[Any], shown: list[Any], same: Any) -> list[tuple[Any, Any]] | None:
    """The elements of two lists that belong together, in the program's order; None if the lists differ in length.

    Azure keeps the order of most lists. Elements with names or of equal value are matched at any position.
    """
    if len(wanted) != len(shown):
        return None
    names = [_name_of(each) for each in shown]
    if all(names) and len(set(names)) == len(names) and {_name_of(each) for each in wanted} == set(names):
        by_name = dict(zip(names, shown, strict=True))
        return [(each, by_name[_name_of(each)]) for each in wanted]
    left = list(shown)
    equal = []
    for each in wanted:
        found = next((index for index, other in enumerate(left) if same(each, other)), None)
        if found is None:
            return list(zip(wanted, shown, strict=True))
        equal.append((each, left.pop(found)))
    return equal


def _name_of(value: Any) -> str:
    name = value.get("name") if isinstance(value, Mapping) else None
    return name.lower() if isinstance(name, str) else ""


def _plain(text: str) -> str:
    """A text as Azure compares ids, regions and names of a closed list: without case, spaces and a last slash."""
    return re.sub(r"\s", "", text).rstrip("/").lower()


def is_empty(value: Any) -> bool:
    """Whether Azure shows a value like a missing one: an empty list, object or text."""
    return value is None or (isinstance(value, Mapping | list | str) and not value)
