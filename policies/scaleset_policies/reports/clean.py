"""Text from an input made safe to print: a resource's name must not move the cursor or hide what follows it."""

import re
from pathlib import Path, PurePath
from typing import Final

_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """``text`` with control characters, invisible characters and lone surrogates written as escapes."""
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\r\n\t":
        return " "
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - two digits or four


def shown_path(file: str) -> str:
    """A file's path in reports: with slashes, and relative if it is below the working directory."""
    if file == "-":
        return "stdin"
    path = Path(file)
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (OSError, ValueError):
        return PurePath(file).as_posix()
