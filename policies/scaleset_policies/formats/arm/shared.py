"""What all deployments of one template file share."""

from typing import Final

from arm_templates.syntax import ExpressionError
from scaleset_policies.formats.entries import Reading
from scaleset_policies.formats.errors import UnreadableError
from scaleset_policies.formats.json_text import JsonText, Path

MAX_RESOURCES: Final = 20_000
"""More resources of one file are not read."""
LINES_SHOWN: Final = 80
"""The length of a text of the template in a message."""


class Shared:
    """The state that all deployments of one file share: the file, and the problems and notes about it."""

    def __init__(self, document: JsonText, reading: Reading) -> None:
        self.document = document
        self.reading = reading
        self.left = MAX_RESOURCES
        self._reported: set[tuple[int, int]] = set()

    def report(self, text: str, error: ExpressionError) -> None:
        """Record an expression that is not valid in the language, at its place in the file."""
        line, column = self.document.place_of_text(text)
        self._add(f"{text[:LINES_SHOWN]!r} is not a template expression: {error.message}", line, column)

    def problem(self, message: str, at: Path) -> None:
        """Record another problem."""
        self._add(message, *self.document.locate(at))

    def _add(self, message: str, line: int, column: int) -> None:
        if (line, column) not in self._reported:
            self._reported.add((line, column))
            self.reading.problems.append(UnreadableError(self.document.file, message, line=line, column=column))

    def note(self, message: str) -> None:
        """Record something that was left out."""
        if message not in self.reading.notes:
            self.reading.notes.append(message)
