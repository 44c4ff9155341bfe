"""What a cut-over has done, and what was there before: a rollback needs that, also after the process was killed."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scaleset_operations.errors import UsageError
from scaleset_operations.statedir import hold, write_private


class Journal:
    """The journal of one cut-over, a file that only its owner reads.

    Args:
        folder: The plan's folder.
        name: The twin's name.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / f"cut-over-{name}.json"
        self.before: dict[str, Any] = {}
        self.done: list[str] = []
        self._read()

    def _read(self) -> None:
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
            self.before, self.done = dict(found["before"]), list(found["done"])
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise UsageError(f"{self.file}: it is not a journal of a cut-over ({error}).") from None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other run of this cut-over out until the block ends.

        Raises:
            UsageError: Another one is under way.
        """
        descriptor = os.open(self.file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not hold(descriptor):
                raise UsageError(f"{self.file.parent}: another run of this cut-over is under way.")
            yield
        finally:
            os.close(descriptor)

    def begin(self, before: Mapping[str, Any]) -> None:
        """Note what is there before anything is changed; what is noted already stays."""
        if not self.before:
            self.before = dict(before)
            self._write()

    def end(self, step: str) -> None:
        """A step and its check are done."""
        if step not in self.done:
            self.done.append(step)
            self._write()

    def back(self, step: str) -> None:
        """A step is undone."""
        self.done = [each for each in self.done if each != step]
        self._write()

    def forget(self) -> None:
        """All of it is undone: the next run starts from the beginning."""
        self.file.unlink(missing_ok=True)

    def _write(self) -> None:
        write_private(self.file, json.dumps({"before": self.before, "done": self.done}, indent=2))
