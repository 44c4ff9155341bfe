"""Reading a configuration, with all problems reported at once.

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

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from scaleset_policies.config import Config, ConfigError, RuleSettings, Waiver, closest, targets
from scaleset_policies.rule import Level, Rule


def _only_text(value: Any) -> Any:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError("expected a text that is not empty")


_Text = Annotated[str, BeforeValidator(_only_text)]


class _Waiver(BaseModel):
    """A waiver as it is written."""

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


class _Settings(BaseModel):
    """A rule's settings as they are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Level | None = Field(default=None, alias="enforcementLevel")
    waivers: tuple[_Waiver, ...] = ()
    allow: tuple[_Text, ...] = ()

    def settings(self) -> RuleSettings:
        """The same without the reading."""
        waivers = tuple(Waiver(each.resource, each.reason, each.expires) for each in self.waivers)
        return RuleSettings(self.level, waivers, self.allow)


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
        return _Settings.model_validate(dict(body)).settings()
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
