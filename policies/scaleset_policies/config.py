"""How strict the rules are: levels, waivers and accepted values. ``config_reading`` makes it from a file."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from scaleset_policies.estate import Resource
from scaleset_policies.rule import Category, Level, Rule

_ALL = "all"
_PACK = "azure-scaleset"


class ConfigError(Exception):
    """A configuration that cannot be used.

    Attributes:
        problems: All problems, each with its place and what was expected.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Waiver:
    """An accepted violation: it is reported as waived until it expires.

    Attributes:
        resource: A glob that the resource's name, URN, address or ARM id must match (``*legacy*``).
        reason: Why it is accepted.
        expires: The last day on which it is valid.
    """

    resource: str
    reason: str
    expires: date

    @property
    def until(self) -> str:
        """Until when it holds, as part of a sentence."""
        return f"until {self.expires.isoformat()}"

    def valid(self, today: date) -> bool:
        """Whether it has not expired."""
        return self.expires >= today

    def covers(self, resource: Resource) -> bool:
        """Whether it applies to ``resource``."""
        pattern = self.resource.lower()
        return any(fnmatchcase(name.lower(), pattern) for name in resource.names)


@dataclass(frozen=True)
class RuleSettings:
    """The configuration of one rule (or category, or all).

    Attributes:
        level: The effect of a violation; None keeps the level.
        waivers: Accepted violations.
        allow: Values that the rule accepts, as globs over the value as text.
    """

    level: Level | None = None
    waivers: tuple[Waiver, ...] = ()
    allow: tuple[str, ...] = ()

    def allows(self, value: Any) -> bool:
        """Whether ``value`` is one of the accepted values."""
        if not self.allow or value is None or isinstance(value, Mapping | list | tuple):
            return False
        text = str(value).lower()
        return any(fnmatchcase(text, pattern.lower()) for pattern in self.allow)


@dataclass(frozen=True)
class Config:
    """How strict the rules are.

    Attributes:
        settings: By ``all``, category or rule id.
        today: The day for which waivers' expiry is checked.
    """

    settings: Mapping[str, RuleSettings] = field(default_factory=dict)
    today: date = field(default_factory=date.today)

    @property
    def _empty(self) -> bool:
        return not self.settings

    def level(self, rule: Rule) -> Level:
        """The effective level of ``rule``."""
        for key in (rule.id, rule.category.value, _ALL):
            settings = self.settings.get(key)
            if settings is not None and settings.level is not None:
                return settings.level
        return rule.level

    def waivers(self, rule: Rule, resource: Resource) -> list[Waiver]:
        """The waivers of ``rule`` for ``resource``, including expired ones; the latest expiry comes first."""
        found = [
            waiver
            for key in (rule.id, rule.category.value, _ALL)
            if key in self.settings
            for waiver in self.settings[key].waivers
            if waiver.covers(resource)
        ]
        return sorted(found, key=lambda waiver: waiver.expires, reverse=True)

    def allows(self, rule: Rule, value: Any) -> bool:
        """Whether the configuration accepts a ``value`` that ``rule`` would refuse."""
        settings = self.settings.get(rule.id)
        return settings is not None and settings.allows(value)


DEFAULT = Config()
"""Every rule at its own level, no waivers."""


def targets(rules: Mapping[str, Rule]) -> dict[str, str]:
    """What can be named in a configuration, in lower case: ``all``, categories, rules' numbers and ids."""
    names = {_ALL: _ALL, **{category.value: category.value for category in Category}}
    for rule in rules.values():
        names[rule.id.lower()] = rule.id
        names[rule.name.lower()] = rule.id
    return names


def closest(key: str, names: Mapping[str, str]) -> str:
    """The message about a name that is none of ``names``."""
    near = difflib.get_close_matches(key.lower(), names, n=1, cutoff=0.5)
    if not near:
        return f"{key}: there is no such rule; expected a rule's id or name, a category, or all"
    suggestion = near[0].upper() if names[near[0]].lower() == near[0] and near[0].startswith("ss") else near[0]
    return f"{key}: there is no such rule; did you mean {suggestion}?"
