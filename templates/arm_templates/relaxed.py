"""JSON as Azure Resource Manager takes it: with comments, trailing commas, unquoted names, line breaks in strings.

``az deployment`` sends ``{"properties": {"mode": "Incremental", template:{...}}}`` with the template's text as it is in
the file.
"""

import json
import re
from typing import Any

_SPACE = r"(?:\s|//[^\n]*+|/\*.*?\*/)*+"
# What is open to the end is found once, and ends the search: the time grows with the length, whatever is sent.
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+")|(?P<comment>//[^\n]*+|/\*.*?\*/)|(?P<name>(?<![\w$])[A-Za-z_$][\w$]*+)(?=\s*+:)'
    rf'|(?P<comma>,)(?={_SPACE}[}}\]])|(?P<open>"|/\*)',
    re.DOTALL,
)


def loads(content: str | bytes, **hooks: Any) -> Any:
    """The value of a text; of plain JSON as fast as the standard library's.

    Args:
        content: The text, or its UTF-8.
        hooks: What :func:`json.loads` takes: ``parse_int`` and the like.

    Raises:
        ValueError: It is not even JSON with comments.
    """
    try:
        return json.loads(content, **hooks)
    except ValueError as error:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        try:
            return json.loads(_TOKEN.sub(_strict, text), strict=False, **hooks)
        except ValueError:
            raise error from None


def _strict(match: re.Match[str]) -> str:
    if match["open"] is not None:
        raise ValueError(f"it is open to the end: {match['open']}")
    if match["comment"] is not None:
        return " "
    if match["comma"] is not None:
        return ""
    return f'"{match["name"]}"' if match["name"] is not None else match[0]
