"""What a recovery is about to import: one that dies half-way is finished by the next one.

Between `pulumi import` and the edit of the state, the state has inputs that were derived from Azure's answer, without
passwords: the next update would replace machines. The journal has the inputs that they are to have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from scaleset_operations.recovery.arm_ids import kind_of
from scaleset_operations.recovery.wanted import Wanted
from scaleset_operations.statedir import write_private


class Journal:
    """The journal of one stack's recoveries.

    Args:
        file: Where it is while a recovery is under way; secrets in it are encrypted.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> list[Wanted]:
        """What an earlier recovery was about to import; nothing if it came to its end, or there was none."""
        try:
            entries = json.loads(self.file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return []
        return [
            Wanted(
                each["resource"],
                each["inputs"],
                each["id"],
                kind_of(str(each["resource"]["type"])),
                interrupted=each["interrupted"],
            )
            for each in entries
        ]

    def write(self, wanted: Iterable[Wanted]) -> None:
        """Note what is about to be imported, before it is."""
        entries = [
            {"resource": each.resource, "inputs": each.inputs, "id": each.id, "interrupted": each.interrupted}
            for each in wanted
        ]
        write_private(self.file, json.dumps(entries))

    def end(self) -> None:
        """All of it is done."""
        self.file.unlink(missing_ok=True)
