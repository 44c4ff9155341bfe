"""Scripts on instances: what they printed, and managed run commands, which take parameters that Azure keeps secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scaleset_operations.calls import Call
from scaleset_operations.planning import Plan

_SECTIONS = re.compile(r"\[stdout\]\n(?P<out>.*?)\n?\[stderr\]\n?(?P<err>.*)", re.DOTALL)
_HIDDEN = "***"
_SHORTEST = 3
"""A shorter secret is part of too many words to be hidden."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a script printed on one instance.

    Attributes:
        out: Standard output, as much as Azure keeps (4 KiB).
        err: Standard error.
        exit_code: Its exit code; None where Azure does not tell, as after a runCommand action.
        failed: Whether Azure says that it failed.
    """

    out: str
    err: str
    exit_code: int | None = None
    failed: bool = False

    def without(self, secrets: Iterable[str]) -> Printed:
        """Without the values of secret parameters."""
        out, err = self.out, self.err
        for secret in sorted((each for each in secrets if len(each) >= _SHORTEST), key=len, reverse=True):
            out, err = out.replace(secret, _HIDDEN), err.replace(secret, _HIDDEN)
        return replace(self, out=out, err=err)

    def to_row(self, instance: str) -> dict[str, Any]:
        """The flat record that is printed."""
        return {"instance": instance, "exitCode": self.exit_code, "stdout": self.out, "stderr": self.err}


def printed(result: Any) -> Printed:
    """What a script printed, from the answer of runCommand or from a managed run command with its instance view."""
    view = ((result or {}).get("properties") or {}).get("instanceView")
    if isinstance(view, Mapping):
        code = view.get("exitCode")
        state = str(view.get("executionState") or "")
        failed = state in {"Failed", "TimedOut", "Canceled"} or bool(code)
        return Printed(str(view.get("output") or ""), str(view.get("error") or ""), code, failed)
    texts = {"StdOut": "", "StdErr": ""}
    failed = False
    for item in (result or {}).get("value") or []:
        code, message = str(item.get("code") or ""), str(item.get("message") or "")
        match = _SECTIONS.search(message)
        failed = failed or code.lower().endswith("/failed")
        if match:  # Linux: both in one message
            texts = {"StdOut": match["out"].rstrip("\n"), "StdErr": match["err"].rstrip("\n")}
        else:
            kind = "StdErr" if "StdErr" in code else "StdOut"
            texts[kind] += message
    return Printed(texts["StdOut"], texts["StdErr"], None, failed)


def with_followers(plan: Plan, location: str, *, keep: bool) -> Plan:
    """The plan of managed run commands: each is created, its output is read, and it is deleted unless it is kept.

    Args:
        plan: The plan that creates them.
        location: The set's region, which a managed run command has to name.
        keep: Whether they are kept.
    """
    return replace(
        plan,
        calls=tuple(
            replace(call, body={"location": location, **(call.body or {})}, then=tuple(_followers(call, keep=keep)))
            for call in plan.calls
        ),
    )


def _followers(call: Call, *, keep: bool) -> Iterable[Call]:
    reads = "get" if call.group == "virtual_machine_scale_set_vm_run_commands" else "get_by_virtual_machine"
    bare = replace(call, body=None, query={})
    yield replace(bare, method=reads, verb="GET", query={"$expand": "instanceView"})
    if not keep:
        yield replace(bare, method="begin_delete", verb="DELETE")
