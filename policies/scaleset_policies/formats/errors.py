"""The error of a reader for an input that it cannot understand."""


class UnreadableError(Exception):
    """An input that cannot be read.

    Attributes:
        file: The file as the user named it (``-`` for standard input).
        message: What is wrong and what was expected, as the end of a sentence.
        line: The line, from 1; 0 if the error is not in a single line.
        column: The column, from 1; 0 if there is no line.
    """

    def __init__(self, file: str, message: str, *, line: int = 0, column: int = 0) -> None:
        self.file = file
        self.message = message
        self.line = line
        self.column = column
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{place}: {self.message}"
