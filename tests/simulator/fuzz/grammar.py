"""A seeded generator of requests that no client would send, close enough to sound ones to get far."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from simulator.fuzz.seeds import CONTROL, QUERIES, RESOURCES

from arm_simulator.core import schema
from arm_simulator.core.kinds import Registry

TOKEN = "T"
VERSIONS = ("2026-04-01", "2025-01-01", "2024-03-01", "2018-10-01", "2099-01-01-preview", "x", "", "1", "\u2028")
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 65536, 2**31, 2**53 + 1, -(2**63), 2**63 - 1, 0.5, -1e308, 1e-300, "",
    " ", "a", "A" * 300, "/", "//", "/subscriptions", "/subscriptions/x",
    "/subscriptions/x/providers", "/subscriptions/x/resourceGroups/rg/x",
    "é", "\u0000", "\ud83d\ude00", "\u202e", "%2f", "'", '"', "$(x)", "*", "10.0.0.0/8", "::1/0", "300.1.1.1", "1-0",
    "0-65535", "22-", "P", "PT", "PT1H", "P99999999999D", "2026-13-41T99:99:99Z", "9" * 40, "true", "1", "[", "[x]",
    "[parameters('x')]", [], {}, [None], [[]], [{}], {"": {}}, {"id": 5}, {"id": None}, {"id": "x"}, {"name": []},
    ["1", "1"], [1, 2], {"a": {"b": [1]}}, {"properties": None}, {"properties": []},
)  # fmt: skip
RAW = (
    b"", b" ", b"{", b"]", b"nul", b"null", b"[]", b"1", b'"x"', b"\xff\xfe", b'{"a":"\xed\xa0\x80"}',
    b'{"a":"\\ud800"}',
    b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1e999}', b'{"a":' + b"9" * 5000 + b"}", b"[" * 100_000, b'{"a":' * 5000,
    b"[" * 90 + b"]" * 90, b'{"a":1,"a":2}', b"\xef\xbb\xbf{}", b"{}{}", b"{'a':1}",
    "{}".encode("utf-16"), b"\x00" * 64,
)  # fmt: skip
HEADERS = (
    b"host", b"authorization", b"if-match", b"if-none-match", b"content-type", b"x-ms-client-request-id",
    b"x-ms-correlation-request-id", b"content-length", b"accept-language", b"transfer-encoding", b"connection",
)  # fmt: skip
VALUES = (
    b"", b"*", b'"x"', b"W/", b"\xff\xfe", b"a" * 5000, b"\x00", b"evil.example", b"127.0.0.1:99999", b"[::1]:1",
    b"999999999999",
    b"-1", b"Bearer", b"Bearer \xe9", b"Bearer a.b.c", b"Bearer a.b.\xff", b"Bearer a.b.=", b"Basic x",
    b"application/xml", b"\xe2\x82\xac",
)  # fmt: skip
NAMES = (
    "x",
    "0",
    "..",
    ".",
    "a.",
    "é",
    "%00",
    "a%2Fb",
    "a%0Ab",
    "%ff",
    "%ED%A0%80",
    "A" * 300,
    "$",
    "'",
    "providers",
    "locks",
)
EXPANDS = (
    "instanceView",
    "userData",
    "x",
    ",,",
    "virtualMachineScaleSet/id eq 'x'",
    "\x00",
    "9" * 30,
    "-1",
    "true",
    "²",
)
_OWN = ((b"host", b"127.0.0.1"), (b"authorization", f"Bearer {TOKEN}".encode()))
SCHEDULES = (
    "virtualMachinesExecuteStart", "virtualMachinesSubmitDeallocate", "virtualMachinesGetOperationStatus",
    "virtualMachinesCancelOperations", "virtualMachinesExecuteDelete",
)  # fmt: skip
PARAMETERS = (
    "$expand",
    "$filter",
    "$top",
    "$skiptoken",
    "forceDeletion",
    "hibernate",
    "monitor",
    "$select",
    "statusOnly",
)


@dataclass
class Request:
    """One request as it comes from a socket."""

    method: str
    path: bytes
    query: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.path[:300]!r} ?{self.query[:200]!r} {self.headers[2:]} {self.body[:1500]!r}"


class Grammar:
    """Makes requests, the same ones for the same seed."""

    def __init__(self, seed: int, registry: Registry) -> None:
        self.random = random.Random(seed)
        self.registry = registry
        self.targets = list(RESOURCES)
        self.names = [*self.targets, *(f"{target}/x" for target in self.targets)]
        self.compute = [each for each in self.targets if "Microsoft.Compute" in each or "loadBalancers" in each]

    def sound(self) -> list[Request]:
        """The requests that make the world."""
        query = b"api-version=2026-04-01"
        return [
            Request("PUT", path.encode(), query, list(_OWN), json.dumps(body).encode())
            for path, body in RESOURCES.items()
        ]

    def request(self) -> Request:
        """The next one."""
        kind = self.random.random()
        if kind < 0.42:
            found = self._write()
        elif kind < 0.60:
            found = self._action()
        elif kind < 0.78:
            found = self._read()
        elif kind < 0.88:
            found = self._control()
        elif kind < 0.92:
            found = self._graph()
        else:
            found = self._request(self._method(), self._path(), self.random.choice(RAW), self._version())
        if self.random.random() < 0.08:
            found.headers.append((self.random.choice(HEADERS), self.random.choice(VALUES)))
        if self.random.random() < 0.01:
            found.headers = found.headers[1:]
        return found

    def query(self) -> str:
        """A query of Resource Graph with a random error."""
        text = self.random.choice(QUERIES)
        for _ in range(self.random.randrange(4)):
            words = text.split(" ")
            place = self.random.randrange(len(words))
            other = self.random.choice(self.random.choice(QUERIES).split(" "))
            edit = self.random.randrange(4)
            if edit == 0:
                words[place] = other
            elif edit == 1:
                words.insert(place, other)
            elif edit == 2:
                words[place] = str(self.random.choice(JUNK))
            else:
                del words[place]
            text = " ".join(words)
        return text

    # --- requests ---

    def _write(self) -> Request:
        target = self.random.choice(self.targets)
        body = copy.deepcopy(RESOURCES[target])
        kind = self.registry.find(_type(target))
        if kind is not None and kind.model and self.random.random() < 0.5:
            body = self._grown(kind.model, body)
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 3))):
            body = self._spoilt(body)
        if self.random.random() < 0.2:
            target = self._path()
        method = self.random.choice(("PUT", "PUT", "PUT", "PATCH", "POST"))
        return self._request(method, target, json.dumps(body).encode(), self._version())

    def _action(self) -> Request:
        target = self.random.choice(self.compute)
        kind = self.registry.find(_type(target))
        assert kind is not None
        word = self.random.choice([*kind.actions, *kind.views, "x", "restart"])
        body: Any = self.random.choice(
            (None, {}, {"instanceIds": ["0", "*"]}, {"commandId": "RunShellScript", "script": ["x"]})
        )
        if self.random.random() < 0.1:
            body = {
                "resources": {"ids": [target]},
                "executionParameters": {},
                "correlationid": "c",
                "operationIds": ["x"],
            }
            target = f"{target.split('/resource')[0]}/providers/Microsoft.ComputeSchedule/locations/x"
            word = self.random.choice(SCHEDULES)
        if self.random.random() < 0.6:
            body = self._spoilt(body or {})
        raw = b"" if body is None else json.dumps(body).encode()
        return self._request(
            self.random.choice(("POST", "POST", "POST", "GET")), f"{target}/{word}", raw, self._version()
        )

    def _read(self) -> Request:
        return self._request(self.random.choice(("GET", "HEAD", "DELETE")), self._path(), b"", self._version())

    def _control(self) -> Request:
        name = self.random.choice([*CONTROL, "faults", "requests", "x", "../x", ""])
        body = self._spoilt(
            copy.deepcopy(CONTROL.get(name, {"times": 0, "method": "PUT", "path_regex": "x$", "status": 429}))
        )
        if isinstance(body, dict) and name == "faults":
            body["times"] = 0
        if name == "latency":
            body = {"milliseconds": self.random.choice((0, -1, "x", None))}
        if name == "settings":
            body = body if isinstance(body, dict) and "lro_ms" not in body else {}
        return self._request(
            self.random.choice(("GET", "POST", "POST")), f"/_simulator/{name}", json.dumps(body).encode(), ""
        )

    def _graph(self) -> Request:
        body: Any = {"query": self.query(), "subscriptions": ["x"], "options": {"$top": 3, "resultFormat": "table"}}
        if self.random.random() < 0.6:
            body = self._spoilt(body)
        path = "/providers/Microsoft.ResourceGraph/resources"
        return self._request("POST", path, json.dumps(body).encode(), "2024-04-01")

    def _request(self, method: str, path: str, body: bytes, version: str) -> Request:
        query = f"api-version={quote(version)}" if version or self.random.random() < 0.9 else ""
        if self.random.random() < 0.15:
            value = self.random.choice((*EXPANDS, "%ff", "%ED%A0%80"))
            query += f"&{self.random.choice(PARAMETERS)}={value if value.startswith('%') else quote(value)}"
        return Request(method, quote(path, safe="/%").encode(), query.encode(), list(_OWN), body)

    def _method(self) -> str:
        return self.random.choice(("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "X"))

    def _version(self) -> str:
        return self.random.choice(VERSIONS) if self.random.random() < 0.15 else self.random.choice(VERSIONS[:3])

    def _path(self) -> str:
        parts = self.random.choice(self.names).split("/")[1:]
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            edit, place = self.random.randrange(5), self.random.randrange(len(parts))
            if edit == 0:
                parts[place] = self.random.choice(NAMES)
            elif edit == 1:
                parts.insert(
                    place, self.random.choice((*NAMES, "providers", "resourceGroups", "operations", "instanceView"))
                )
            elif edit == 2 and len(parts) > 1:
                del parts[place]
            elif edit == 3:
                parts = parts[: place + 1]
            else:
                parts += self.random.choice(self.names).split("/")[1:][-self.random.randrange(1, 5) :]
        return "/" + "/".join(parts)

    # --- bodies ---

    def _spoilt(self, body: Any) -> Any:
        """The body with one node changed, removed, doubled or replaced by another's."""
        places = list(_places(body))
        if not places or self.random.random() < 0.02:
            return copy.deepcopy(self.random.choice(JUNK))
        holder, key = self.random.choice(places)
        edit = self.random.randrange(6)
        if edit <= 2:
            holder[key] = copy.deepcopy(self.random.choice(JUNK))
        elif edit == 3 and isinstance(holder, dict):
            del holder[key]
        elif edit == 4 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        elif isinstance(holder[key], str):
            holder[key] = self.random.choice((*self.names, holder[key] + "x", holder[key].upper()))
        else:
            holder[key] = [holder[key]]
        return body

    def _grown(self, model: str, body: Any) -> Any:
        """The body with a member that its model has and it lacks, at the top or anywhere on the way down."""
        package, _, name = model.partition(".")
        self._grow(package, name, body, 0)
        return body

    def _grow(self, package: str, name: str, body: Any, depth: int) -> None:
        if not isinstance(body, dict):
            return
        members = schema.document()[package]["models"][name]
        inner = [key for key in body if key in members and members[key].lstrip("-!").startswith("@")]
        if inner and self.random.random() < 0.8:
            key = self.random.choice(inner)
            self._grow(package, members[key].lstrip("-!")[1:], body[key], depth + 1)
            return
        key = self.random.choice(list(members))
        body[key] = self._value(package, members[key].lstrip("-!"), depth)

    def _value(self, package: str, spec: str, depth: int) -> Any:  # noqa: PLR0911 - one for each kind of value
        if depth > 5 or self.random.random() < 0.04:
            return copy.deepcopy(self.random.choice(JUNK))
        mark = spec[0]
        if mark == "@":
            members = schema.document()[package]["models"][spec[1:]]
            chosen = self.random.sample(list(members), min(len(members), self.random.randrange(1, 4)))
            return {key: self._value(package, members[key].lstrip("-!"), depth + 1) for key in chosen}
        if mark == "#":
            return self.random.choice(list(schema.document()[package]["enums"][spec[1:]]))
        if mark == "[":
            return [self._value(package, spec[1:], depth + 1) for _ in range(self.random.randrange(3))]
        if mark == "{":
            return {
                str(key): self._value(package, spec[1:], depth + 1) for key in self.random.sample(("a", "b", ""), 1)
            }
        if mark in "if":
            return self.random.choice((0, 1, -1, 5, 100, 65535, 65536, 2**31, 2**63 - 1, 0.5))
        if mark == "b":
            return self.random.choice((True, False))
        return self.random.choice([each for each in JUNK if isinstance(each, str)] + self.names)


def _type(path: str) -> str:
    parts = path.rsplit("/providers/", maxsplit=1)[-1].split("/")
    return "/".join([parts[0], *parts[1::2]])


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    pending = [value]
    while pending:
        current = pending.pop()
        items = (
            current.items() if isinstance(current, dict) else enumerate(current) if isinstance(current, list) else ()
        )
        for key, inner in list(items):
            found.append((current, key))
            pending.append(inner)
    return found
