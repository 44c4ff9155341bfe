"""How strict the rules are: levels, waivers and accepted values, with all problems reported at once.

The format is that of Pulumi's policy configuration, so one file serves ``pulumi up --policy-pack-config FILE`` and
``scaleset check --config FILE``::

    {
      "all": "mandatory",
      "good-practice": "advisory",
      "SS016": "mandatory",
      "ssh-keys-only": {
        "enforcementLevel": "mandatory",
        "allow": ["web-*"],
        "waivers": [{"resource": "*legacy*", "reason": "moves in Q2, OPS-123", "expires": "2027-06-30"}]
      }
    }

A key is ``all``, a category, a rule's id or its name; the more specific one wins, in any order.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

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


def _only_text(value: Any) -> Any:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError("expected a text that is not empty")


_Text = Annotated[str, BeforeValidator(_only_text)]


class Waiver(BaseModel):
    """An accepted violation: it is reported as waived until it expires.

    Attributes:
        resource: A glob that the resource's name, URN, address or ARM id must match (``*legacy*``).
        reason: Why it is accepted.
        expires: The last day on which it is valid.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    resource: _Text
    reason: _Text
    expires: date

    @field_validator("expires", mode="before")
    @classmethod
    def _iso_date(cls, value: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValueError(f"expected a date such as 2027-06-30, got {value!r}") from None

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


class RuleSettings(BaseModel):
    """The configuration of one rule (or category, or all).

    Attributes:
        level: The effect of a violation; None keeps the level.
        waivers: Accepted violations.
        allow: Values that the rule accepts, as globs over the value as text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Level | None = Field(default=None, alias="enforcementLevel")
    waivers: tuple[Waiver, ...] = ()
    allow: tuple[_Text, ...] = ()

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


def load(data: Any, rules: Mapping[str, Rule], *, today: date | None = None) -> Config:
    """The configuration that ``data`` (JSON or YAML, already parsed) describes.

    Args:
        data: A mapping as shown in the module's documentation.
        rules: The known rules by id.
        today: The day for which waivers' expiry is checked; the current day by default.

    Raises:
        ConfigError: with all problems at once.
    """
    if not isinstance(data, Mapping):
        raise ConfigError([f"expected an object with rules as keys, got {type(data).__name__}"])
    names = targets(rules)
    problems: list[str] = []
    settings: dict[str, RuleSettings] = {}
    written: dict[str, str] = {}
    for key, value in data.items():
        target = names.get(str(key).lower())
        if target is None:
            problems.append(closest(str(key), names))
            continue
        if target in written:
            problems.append(f"{key}: the same rule as {written[target]}; configure it once")
            continue
        written[target] = str(key)
        parsed = _settings(str(key), value, problems)
        if parsed is not None:
            settings[target] = parsed
    if problems:
        raise ConfigError(problems)
    return Config(settings, today or date.today())  # noqa: DTZ011 - expiry dates are in local time


def _settings(key: str, value: Any, problems: list[str]) -> RuleSettings | None:
    body = {"enforcementLevel": value} if isinstance(value, str) else value
    if not isinstance(body, Mapping):
        levels = ", ".join(level.value for level in Level)
        problems.append(f"{key}: expected a level ({levels}) or an object, got {value!r}")
        return None
    try:
        return RuleSettings.model_validate(dict(body))
    except ValidationError as error:
        for each in error.errors():
            place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in each["loc"])
            problems.append(f"{key}{place}: {_expectation(each)}")
        return None


def _expectation(error: Any) -> str:
    kind, got = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return (
            "there is no such setting; expected enforcementLevel, waivers, allow; in a waiver resource, reason, expires"
        )
    if kind == "missing":
        return "it is missing, and a waiver needs resource, reason and expires"
    if kind == "enum":
        *levels, last = (level.value for level in Level)
        return f"expected {', '.join(levels)} or {last}, got {got!r}"
    if kind == "tuple_type":
        return f"expected a list, got {got!r}"
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    return message if "got" in message else f"{message}, got {got!r}"


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
