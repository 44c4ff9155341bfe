"""What a run was about to do, and what Azure accepted of it, on disk before it happens.

One JSON object a line, in a file that only its owner can read. After ``kill -9`` at any point the file tells of each
call whether it was never sent, sent, accepted (with the operation's URL) or ended. It holds no secret: a body is kept
only if nothing in it can be one; tokens never come near it.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scaleset_core.facts.secrets import masked
from scaleset_operations.calls import Call
from scaleset_operations.errors import UsageError
from scaleset_operations.lro import Accepted, Ask
from scaleset_operations.report import Outcome, State
from scaleset_operations.statedir import folder, hold, places

FORMAT = 1
_FOLDER = "journals"
_KEPT = 30 * 24 * 3600.0
_FREE = frozenset({"settings", "parameters", "script", "properties", "tags"})
"""Members whose values are the user's own text: they may be secret whatever their names are."""


@dataclass(slots=True)
class Past:
    """What a journal tells of one call.

    Attributes:
        call: The call; without its body where that was not kept.
        whole: Whether the body is there, or there never was one.
        sent: When it was sent, seconds since the epoch; 0: it never was.
        operation: The operation that Azure accepted; None: none that is known.
        outcomes: How it ended, by instance; None: it is not known to have ended.
        following: The number of the latest call following it that was about to be sent; -1: none.
    """

    call: Call
    whole: bool = True
    sent: float = 0.0
    operation: Accepted | None = None
    outcomes: list[Outcome] | None = None
    following: int = -1


@dataclass(slots=True)
class Story:
    """A whole journal.

    Attributes:
        path: The file.
        header: What was to be done: ``row``, ``mode``, ``target``, ``endpoint``, ``title`` and so on.
        calls: The calls, in the plan's order.
    """

    path: Path
    header: Mapping[str, Any]
    calls: list[Past] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether anything is left to ask for or to do."""
        return any(past.outcomes is None or any(each.state is State.UNKNOWN for each in past.outcomes)
                   for past in self.calls)  # fmt: skip


def default_folder() -> Path:
    """Where journals are without ``--journal``."""
    return folder(_FOLDER)


def is_ours(path: Path) -> bool:
    """Whether a journal is where journals are without ``--journal``, now or in earlier versions."""
    return path.parent in places(_FOLDER)


def _kept() -> list[Path]:
    """The journals there, the latest first."""
    found = [path for each in places(_FOLDER) for path in each.glob("*.jsonl")]
    return sorted(found, key=lambda path: path.name, reverse=True)


def keeps(body: Any) -> bool:
    """Whether a request's body may be written down: nothing in it is secret by its name, or free text."""
    if isinstance(body, Mapping):
        return masked(body) == body and all(name not in _FREE and keeps(each) for name, each in body.items())
    return all(keeps(each) for each in body) if isinstance(body, list | tuple) else True


class Journal:
    """The journal of one run, open for writing; holds a lock, so that no second run resumes it meanwhile.

    Args:
        path: The file.
        fresh: Whether it must not exist yet.
        clock: The time, by Azure's clock as far as it is known.

    Raises:
        UsageError: It cannot be written, or another run has it.
    """

    def __init__(self, path: Path, *, fresh: bool = True, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._closed = False
        flags = os.O_WRONLY | os.O_APPEND | (os.O_CREAT | os.O_EXCL if fresh else 0)
        try:
            self._descriptor = os.open(path, flags, 0o600)
        except FileExistsError:
            raise UsageError(
                f"--journal {path}: the file exists. `scaleset resume {path}` goes on with that run; for a new run "
                "name another file."
            ) from None
        except OSError as error:
            raise UsageError(f"--journal {path}: {error.strerror}; name a file that can be written.") from None
        if not hold(self._descriptor):
            os.close(self._descriptor)
            raise UsageError(f"{path}: the run of this journal still goes on. Wait for it, or end it first.")

    def begin(self, header: Mapping[str, Any], calls: Iterable[Call]) -> None:
        """Write what will be done."""
        self._write({"format": FORMAT, "at": time.time(), **header})
        for number, call in enumerate(calls):
            whole = call.body is None or keeps(call.body)
            self._write({
                "call": number, "group": call.group, "method": call.method, "verb": call.verb, "path": call.path,
                "query": dict(call.query), "instances": list(call.instances), "stage": call.stage,
                "answers": call.answers, "whole": whole, **({"body": call.body} if whole else {}),
                **({"then": [_follower(each) for each in call.then]} if call.then else {}),
            })  # fmt: skip
        os.fsync(self._descriptor)

    def sending(self, number: int) -> None:
        """A call is about to be sent."""
        self._write({"sent": number, "at": self._clock()})

    def accepted(self, number: int, operation: Accepted) -> None:
        """Azure has accepted a call."""
        self._write({"accepted": number, "at": time.time(), "operation": operation.to_json()})

    def following(self, number: int, step: int) -> None:
        """A call that follows another one is about to be sent."""
        self._write({"following": number, "step": step, "at": self._clock()})

    def ended(self, number: int, outcomes: Iterable[Outcome]) -> None:
        """How a call ended."""
        rows = [
            {"name": each.name, "state": each.state.value, "why": each.why, "seconds": round(each.seconds, 3)}
            for each in outcomes
        ]
        self._write({"ended": number, "at": time.time(), "outcomes": rows})

    def close(self, *, remove: bool) -> None:
        """Close it; and remove it where nothing is left to ask for. Again it does nothing."""
        if self._closed:
            return
        self._closed = True
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _write(self, record: Mapping[str, Any]) -> None:
        # One write a line: the end of the process, at any point, leaves whole lines and at most one broken last one.
        os.write(self._descriptor, json.dumps(record, separators=(",", ":")).encode() + b"\n")


def new_path() -> Path:
    """The file of a new run; files of a month ago are removed."""
    place = default_folder()
    for old in place.glob("*.jsonl"):
        if time.time() - old.stat().st_mtime > _KEPT:
            old.unlink(missing_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return place / f"{stamp}-{uuid.uuid4().hex[:8]}.jsonl"


def read(path: Path) -> Story:
    """A journal.

    Raises:
        UsageError: It cannot be read, or is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can not be read as a journal: {error}.") from None
    records = []
    for line in lines:
        try:
            records.append(json.loads(line))
        except ValueError:
            break  # the line that was being written when the run died
    try:
        header, *rest = records if records[0]["format"] == FORMAT else []
        story = Story(path, header)
        for record in rest:
            _take(story, record)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise UsageError(f"{path} is not a journal of `scaleset`, or it is from another version.") from None
    return story


def _take(story: Story, record: Mapping[str, Any]) -> None:
    if "call" in record:
        story.calls.append(_past(record))
    elif "sent" in record:
        past = story.calls[record["sent"]]
        past.sent, past.operation, past.outcomes, past.following = float(record["at"]), None, None, -1
    elif "accepted" in record:
        found = record["operation"]
        story.calls[record["accepted"]].operation = Accepted(**{**found, "ask": Ask(found["ask"])})
    elif "following" in record:
        past = story.calls[record["following"]]
        past.following = max(past.following, int(record["step"]))
    elif "ended" in record:
        story.calls[record["ended"]].outcomes = [
            Outcome(name=row["name"], state=State(row["state"]), why=row["why"], seconds=row["seconds"])
            for row in record["outcomes"]
        ]


def _follower(call: Call) -> dict[str, Any]:
    """A call that follows another one: it has no body."""
    return {"method": call.method, "verb": call.verb, "path": call.path, "query": dict(call.query)}


def _past(record: Mapping[str, Any]) -> Past:
    call = Call(
        group=record["group"], method=record["method"], arguments=(), verb=record["verb"], path=record["path"],
        body=record.get("body"), query=record["query"], instances=tuple(record["instances"]), stage=record["stage"],
        answers=record["answers"],
    )  # fmt: skip
    then = tuple(replace(call, body=None, then=(), **each) for each in record.get("then", ()))
    return Past(replace(call, then=then), whole=bool(record["whole"]))


def unfinished(title: str, target: str, endpoint: str) -> Story | None:
    """The latest journal of this command on this scale set that has something left, where there is one."""
    for path in _kept():
        try:
            story = read(path)
        except UsageError:
            continue
        header = story.header
        same = header.get("title") == title and str(header.get("target")).lower() == target.lower()
        if same and header.get("endpoint") == endpoint and story.open:
            return story
    return None


def latest() -> Story | None:
    """The latest journal that has something left."""
    for path in _kept():
        try:
            story = read(path)
        except UsageError:
            continue
        if story.open:
            return story
    return None
