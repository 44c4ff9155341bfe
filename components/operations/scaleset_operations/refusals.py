"""What a refusal of Azure's access control means: which operation is missing where, and which role has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaleset_core.roles import granting

_OWN = re.compile(r"perform action '([^']+)' over scope '([^']*)'")
_LINKED = re.compile(r"perform action(?:\(s\))? '([^']+)' on the linked scope\(s\) '([^']+)'")


def missing(code: str, message: str) -> Iterator[tuple[str, str]]:
    """The operations that the caller lacks, each with its scope; none for another error."""
    if code == "AuthorizationFailed":
        yield from _OWN.findall(message)
    if code == "LinkedAuthorizationFailed":
        for operations, scopes in _LINKED.findall(message):
            yield from zip(operations.split(","), scopes.split(","), strict=False)


def explained(code: str, message: str) -> str:
    """Azure's text, and after a refusal what is missing and the role that allows it."""
    advice = [
        f"Missing is {operation} on {scope}: {_role(operation)}."
        for operation, scope in dict.fromkeys(missing(code, message))
    ]
    return " ".join([message, *advice])


def _role(operation: str) -> str:
    roles = granting(operation)
    if not roles:
        return "no role of `scaleset roles list` has it"
    return f"the role {roles[0].title!r} has it (`scaleset roles show {roles[0].id}`)"
