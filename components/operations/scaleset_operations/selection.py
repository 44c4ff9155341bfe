"""Which instances: names, all of them, or those that a small expression describes.

The expression is a list of conditions that must all hold: ``power=running,zone=1|2,health!=healthy``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scaleset_operations.errors import UsageError
from scaleset_operations.instances import Instance
from scaleset_operations.target import Target

_CONDITION = re.compile(r"^\s*(?P<field>[A-Za-z-]+)\s*(?P<operator>!=|==|=)\s*(?P<values>[^=!]+?)\s*$")


def _yes_no(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


_FIELDS: Mapping[str, Callable[[Instance], str]] = {
    "power": lambda instance: instance.power,
    "zone": lambda instance: instance.zone,
    "fault-domain": lambda instance: "" if instance.fault_domain is None else str(instance.fault_domain),
    "health": lambda instance: instance.health,
    "latest-model": lambda instance: _yes_no(instance.latest_model),
    "provisioning": lambda instance: instance.provisioning.lower(),
    "priority": lambda instance: instance.priority.lower(),
    "size": lambda instance: instance.size.lower(),
    "name": lambda instance: instance.name.lower(),
}
_ALIASES = {"powerstate": "power", "power-state": "power", "faultdomain": "fault-domain", "fd": "fault-domain",
            "latestmodel": "latest-model", "model": "latest-model"}  # fmt: skip
_POWER = {"running", "starting", "stopping", "stopped", "deallocating", "deallocated", "unknown"}
_TRUTH = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_FROM_THE_SET = {"latest-model"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: the field's value is (or is not) one of ``values``."""

    field: str
    negated: bool
    values: tuple[str, ...]

    def holds(self, instance: Instance) -> bool:
        """Whether ``instance`` meets it."""
        return (_FIELDS[self.field](instance) in self.values) is not self.negated


@dataclass(frozen=True, slots=True)
class Where:
    """All conditions of one ``--where``."""

    conditions: tuple[Condition, ...] = ()

    def holds(self, instance: Instance) -> bool:
        """Whether ``instance`` meets every condition."""
        return all(condition.holds(instance) for condition in self.conditions)

    @property
    def asks_the_set(self) -> bool:
        """Whether a condition needs facts from the scale-set API (the model's state)."""
        return any(condition.field in _FROM_THE_SET for condition in self.conditions)


def parse_where(text: str) -> Where:
    """Read a ``--where`` expression.

    Raises:
        UsageError: It cannot be read; every wrong part is named, with what was expected.
    """
    conditions: list[Condition] = []
    problems: list[str] = []
    for part in text.split(","):
        match = _CONDITION.match(part)
        if match is None:
            problems.append(f"{part.strip()!r} is not a condition; expected FIELD=VALUE or FIELD!=VALUE")
            continue
        name = match["field"].lower()
        name = _ALIASES.get(name, name)
        if name not in _FIELDS:
            problems.append(f"{match['field']!r} is not a field; expected one of {', '.join(_FIELDS)}")
            continue
        values = tuple(value.strip().lower() for value in match["values"].split("|") if value.strip())
        values, wrong = _check_values(name, values)
        problems += wrong
        conditions.append(Condition(name, match["operator"] == "!=", values))
    if problems:
        raise UsageError(f"--where {text!r}: {'; '.join(problems)}. Example: --where power=running,zone=1|2")
    return Where(tuple(conditions))


def _check_values(field: str, values: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    if field == "power":
        wrong = [value for value in values if value not in _POWER]
        return values, [f"power={value!r}: expected one of {', '.join(sorted(_POWER))}" for value in wrong]
    if field == "latest-model":
        wrong = [value for value in values if value not in _TRUTH]
        return tuple(_TRUTH.get(value, value) for value in values), [
            f"latest-model={value!r}: expected true or false" for value in wrong
        ]
    return values, []


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a person selected.

    Attributes:
        names: Names or instance ids, in the order given; empty: by ``everything`` or ``where``.
        everything: All instances.
        where: Only those that meet it.
    """

    names: tuple[str, ...] = ()
    everything: bool = False
    where: Where | None = None

    @property
    def by_name(self) -> bool:
        """Whether single instances were named."""
        return bool(self.names)


def make_selection(*, names: str = "", everything: bool = False, where: str = "", required: bool = True) -> Selection:
    """The selection of the options ``--instances``, ``--all`` and ``--where``.

    Raises:
        UsageError: They contradict each other, or none is given although one is required.
    """
    listed = tuple(dict.fromkeys(part.strip() for part in names.split(",") if part.strip()))
    if names and not listed:
        raise UsageError(f"--instances {names!r} names no instance; expected names with commas between: web-0,web-1.")
    if listed and (everything or where):
        raise UsageError("--instances names the instances; it does not go together with --all or --where. Use one.")
    if not listed and not everything and not where and required:
        raise UsageError("which instances? Give --instances a,b,c, or --where power=running, or --all.")
    return Selection(names=listed, everything=everything, where=parse_where(where) if where else None)


def made_by(target: Target, name: str) -> bool:
    """Whether a Flexible instance's name is one that Azure gives to machines it makes from the set's profile."""
    return re.fullmatch(rf"{re.escape(target.name)}_[0-9a-z]{{8}}", name, re.IGNORECASE) is not None


def select(selection: Selection, known: Sequence[Instance], target: Target) -> tuple[Instance, ...]:
    """The selected instances, in the order in which they were named.

    Names match ignoring case; on Uniform the instance id and the name ``{set}_{id}`` both work.

    Raises:
        UsageError: A name is not an instance of this scale set; all such names are listed.
    """
    if not selection.by_name:
        return tuple(item for item in known if selection.where is None or selection.where.holds(item))
    index: dict[str, Instance] = {}
    for item in known:
        for key in (item.name, item.instance_id, item.resource_id):
            index.setdefault(key.lower(), item)
    missing = [name for name in selection.names if name.lower() not in index]
    if missing:
        shown = ", ".join(item.instance_id for item in known[:10]) + (", ..." if len(known) > 10 else "")  # noqa: PLR2004 - enough to recognise a pattern
        raise UsageError(
            f"--instances: {', '.join(repr(name) for name in missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not in the scale set {target.name!r} "
            f"({len(known)} instances{': ' + shown if known else ''}). Nothing was done."
        )
    return tuple(dict.fromkeys(index[name.lower()] for name in selection.names))
