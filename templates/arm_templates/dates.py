"""Template functions on times: ISO 8601 in UTC, durations such as ``P3DT4H``, .NET's format strings.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date
"""

import calendar
import datetime as dt
import re
from typing import Final

from arm_templates.values import CannotEvaluateError

_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_PART = re.compile(r"y+|M+|d+|H+|h+|m+|s+|f+|t+|'[^']*'|\\.|.", re.DOTALL)
_UNIVERSAL: Final = "yyyy-MM-dd HH:mm:ssZ"
_SORTABLE: Final = "yyyy-MM-ddTHH:mm:ss"
_NOON: Final = 12


def parsed(text: str) -> dt.datetime:
    """A time in UTC.

    Raises:
        ValueError: it is no ISO 8601 time.
    """
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def add(base: str, duration: str, form: str = "") -> str:
    """``dateTimeAdd(base, duration, [format])``."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise CannotEvaluateError
    sign = -1 if match["sign"] else 1
    amount = {name: sign * int(value or 0) for name, value in match.groupdict().items() if name != "sign"}
    moment = parsed(base)
    months = moment.year * 12 + moment.month - 1 + amount.pop("years") * 12 + amount.pop("months")
    year, month = divmod(months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return written(moment.replace(year=year, month=month + 1, day=day) + dt.timedelta(**amount), form)


def from_epoch(seconds: int) -> str:
    """``dateTimeFromEpoch(seconds)``."""
    return written(dt.datetime.fromtimestamp(seconds, dt.UTC), "yyyy-MM-ddTHH:mm:ssZ")


def to_epoch(text: str) -> int:
    """``dateTimeToEpoch(time)``."""
    return int(parsed(text).timestamp())


def written(moment: dt.datetime, form: str = "") -> str:
    """A time in one of .NET's formats: ``u``, ``s``, ``d`` or a pattern such as ``yyyy-MM-dd``."""
    named = {"": "yyyyMMddTHHmmssZ", "u": _UNIVERSAL, "s": _SORTABLE, "d": "M/d/yyyy", "o": f"{_SORTABLE}.fffffffZ"}
    return "".join(_part(moment, part) for part in _PART.findall(named.get(form, form)))


def _part(moment: dt.datetime, part: str) -> str:
    width = len(part)
    named = {
        "ddd": calendar.day_abbr[moment.weekday()],
        "dddd": calendar.day_name[moment.weekday()],
        "MMM": calendar.month_abbr[moment.month],
        "MMMM": calendar.month_name[moment.month],
        "y": str(moment.year % 100),
        "yy": f"{moment.year % 100:02d}",
        "t": "AP"[moment.hour // _NOON],
        "tt": "AP"[moment.hour // _NOON] + "M",
    }
    numbers = {
        "y": moment.year,
        "M": moment.month,
        "d": moment.day,
        "H": moment.hour,
        "h": moment.hour % _NOON or _NOON,
        "m": moment.minute,
        "s": moment.second,
    }
    if part in named:
        return str(named[part])
    if part[0] in numbers:
        return f"{numbers[part[0]]:0{width}d}"
    if part[0] == "f":
        return f"{moment.microsecond:06d}0"[:width]
    return part[1:] if part[0] == "\\" else part.strip("'")
