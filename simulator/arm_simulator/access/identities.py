"""The identities of one server: a name, an object id and a token each. They are not part of the state file."""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_MEMBERS = ("name", "objectId", "token")


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who is signed in: a user, a service principal.

    Attributes:
        name: What Azure calls the client in its refusals.
        object_id: The GUID that role assignments have as ``principalId``.
        token: The bearer token.
    """

    name: str
    object_id: str
    token: str

    def to_json(self) -> dict[str, str]:
        """What the control face answers."""
        return {"name": self.name, "objectId": self.object_id, "token": self.token}


class Identities:
    """All of them, by name."""

    def __init__(self) -> None:
        self._known: dict[str, Identity] = {}

    def __iter__(self) -> Iterator[Identity]:
        return iter(self._known.values())

    def add(self, given: Mapping[str, Any]) -> Identity:
        """Make one, or replace the one of that name.

        Args:
            given: ``name``; ``objectId`` and ``token`` where they are not to be made up.

        Raises:
            ValueError: A member is missing, unknown, or not what it must be.
        """
        unknown = sorted(set(given) - set(_MEMBERS))
        if unknown:
            raise ValueError(f"An identity has no '{unknown[0]}': it has {', '.join(_MEMBERS)}.")
        name = given.get("name")
        if not isinstance(name, str) or not name:
            raise ValueError(f"An identity's 'name' is {name!r}; it must be a text.")
        token = given.get("token") or secrets.token_urlsafe(24)
        try:
            object_id = str(uuid.UUID(str(given.get("objectId") or uuid.uuid4())))
        except ValueError:
            raise ValueError(f"An identity's 'objectId' is {given['objectId']!r}; it must be a GUID.") from None
        self._known[name] = Identity(name, object_id, str(token))
        return self._known[name]

    def find(self, token: bytes) -> Identity | None:
        """Whose token this is."""
        found = [each for each in self if hmac.compare_digest(each.token.encode(), token)]  # all, to tell no timing
        return found[0] if found else None

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()

    def put_back(self, known: Iterable[Identity]) -> None:
        """Know exactly these."""
        self._known = {each.name: each for each in known}
