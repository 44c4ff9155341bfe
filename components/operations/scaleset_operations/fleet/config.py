"""fleet.yaml: the members of the fleet, validated all at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from scaleset_operations.fleet.problems import FleetError, Problem, of_model

FILE_VARIABLE = "FLEET_FILE"
"""The environment variable by which the runner passes the path of the fleet file to a stack's program."""

SET_LIMIT = 1000
"""Instances of one scale set, in either mode: Azure's limit with marketplace and gallery images."""

"""The secret configuration value that a stack's program reads, if it is set."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,38}[a-z0-9]$")]
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]+[a-z0-9]*$")]
Image = Annotated[str, StringConstraints(pattern=r"^[^:\s]+:[^:\s]+:[^:\s]+:[^:\s]+$")]
Size = Annotated[str, StringConstraints(pattern=r"^(Standard|Basic)_\w+$")]
Key = Annotated[str, StringConstraints(pattern=r"^ssh-|^ecdsa-")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Defaults(_Strict):
    """The fields that members share, unless they set their own."""

    mode: Literal["Flexible", "Uniform"] = Field("Flexible", description="Flexible or Uniform")
    size: Size = Field("Standard_D2s_v5", description="a VM size such as Standard_D2s_v5")
    image: Image = Field(
        "Canonical:ubuntu-24_04-lts:server:latest", description="a marketplace image, publisher:offer:sku:version"
    )
    ssh_public_keys: list[Key] = Field(min_length=1, description="a list of OpenSSH public keys, at least one")
    zones: list[Literal["1", "2", "3"]] = Field([], description='a list of zones, of "1", "2" and "3" in quotes')
    tags: dict[str, str] = Field({}, description="a mapping of tag names to texts")
    wave: int = Field(0, ge=0, le=99, description="a whole number from 0 (the canary) to 99")


class Member(Defaults):
    """One member of the fleet: a scale set from a profile, or named instances over several stacks."""

    name: Name = Field(description="2 to 40 lower-case letters, digits and hyphens, a letter first")
    subscription: str = Field(description="a name from `subscriptions`")
    region: Region = Field(description="a region's short name, such as westeurope")
    capacity: int | None = Field(
        None,
        ge=0,
        le=SET_LIMIT,
        description="a whole number from 0 to 1000, the limit of one set; use two members for more",
    )
    ignore_capacity_changes: bool = Field(False, description="true (something else scales the set) or false")
    instances: int | None = Field(
        None, ge=1, le=SET_LIMIT, description="the number of named instances of each stack, from 1 to 1000"
    )
    stacks: int = Field(1, ge=1, le=100, description="over how many stacks the named instances go, from 1 to 100")


class Fleet(_Strict):
    """The whole fleet."""

    name: Name = Field(description="2 to 40 lower-case letters, digits and hyphens, a letter first")
    subscriptions: dict[str, UUID]
    members: list[Member]

    def member(self, name: str) -> Member:
        """The member with this name."""
        return next(member for member in self.members if member.name == name)


class _File(BaseModel):
    """The outermost level; its parts are validated one by one, so that each reports all its problems."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(description="2 to 40 lower-case letters, digits and hyphens, a letter first")
    subscriptions: dict[str, Any] = Field(min_length=1, description="a mapping of names to subscription ids")
    defaults: dict[str, Any] = Field({}, description="a mapping of fields that members have in common")
    members: list[dict[str, Any]] = Field(min_length=1, description="a list of members, at least one")


def fleet_file() -> Path:
    """The fleet file that this program belongs to: `FLEET_FILE`, or the one in the working directory."""
    return Path(os.environ.get(FILE_VARIABLE) or "fleet.yaml")


def load(file: Path) -> Fleet:
    """Read and validate a fleet file.

    Raises:
        FleetError: It can't be used; the error has all problems.
    """
    data = _read(file)
    problems = list(of_model("", _File, data))
    members = [m for m in _list(data.get("members")) if isinstance(m, Mapping)]
    defaults = data.get("defaults") if isinstance(data.get("defaults"), Mapping) else {}
    shared = _Common(defaults or {})
    problems += shared.problems
    merged = [{**shared.valid, **member} for member in members]
    for index, member in enumerate(merged):
        # A wrong default is reported once, not as missing in each member.
        problems += [p for p in of_model(_where(member, index), Member, member) if p.field not in shared.wrong]
    subscriptions = data.get("subscriptions")
    problems += _subscriptions(subscriptions if isinstance(subscriptions, Mapping) else {}, merged)
    problems += _relations(merged)
    if problems:
        raise FleetError(file.name, problems)
    ids = {name: UUID(identity) for name, identity in data["subscriptions"].items()}
    return Fleet(name=data["name"], subscriptions=ids, members=[Member.model_validate(member) for member in merged])


class _Common:
    """The defaults: their problems are reported once, and their valid part goes to every member."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        found = [p for p in of_model("defaults", Member, data) if not p.message.startswith("missing")]
        own = [
            Problem("defaults", key, "each member has its own")
            for key in ("name", "capacity", "instances")
            if key in data
        ]
        self.problems = [*found, *own]
        self.wrong = {problem.field.split(".")[0].split("[")[0] for problem in self.problems}
        self.valid = {key: value for key, value in data.items() if key not in self.wrong}


def _subscriptions(known: Mapping[str, Any], members: list[dict[str, Any]]) -> Iterator[Problem]:
    for name, identity in known.items():
        if not _is_uuid(identity):
            yield Problem("subscriptions", str(name), f"got {identity!r}; expected a subscription id (a GUID)")
    for index, member in enumerate(members):
        used = member.get("subscription")
        if isinstance(used, str) and used not in known:
            names = ", ".join(map(str, known)) or "none"
            yield Problem(
                _where(member, index), "subscription", f"got {used!r}; expected a name from `subscriptions`: {names}"
            )


def _relations(members: list[dict[str, Any]]) -> Iterator[Problem]:
    """Problems between fields, and between members."""
    for index, member in enumerate(members):
        where = _where(member, index)
        named, profile = member.get("instances") is not None, member.get("capacity") is not None
        if named == profile:
            got = "both are given" if named else "neither is given"
            yield Problem(
                where, "capacity, instances", f"{got}; expected capacity (made from a profile) or instances (by name)"
            )
        if named and member.get("mode") == "Uniform":
            yield Problem(where, "instances", "a Uniform set has no named machines; use capacity, or mode: Flexible")
        if not named and member.get("stacks", 1) != 1:
            yield Problem(
                where, "stacks", "only named instances go over several stacks; use instances, or several members"
            )
        if not profile and member.get("ignore_capacity_changes"):
            yield Problem(where, "ignore_capacity_changes", "it needs capacity: named instances are not scaled")
    for name, count in Counter(_stack_names(members)).items():
        if count > 1:
            yield Problem("members", "name", f"{count} stacks would be named {name!r}; expected one, rename a member")


def stack_names(name: str, stacks: int) -> list[str]:
    """The names of a member's stacks: its own name; or those of its network and of each part, numbered."""
    return [name] if stacks == 1 else [f"{name}-network", *(f"{name}-{number:02d}" for number in range(stacks))]


def _stack_names(members: list[dict[str, Any]]) -> Iterator[str]:
    for member in members:
        try:
            stacks = Member.model_validate(member).stacks
        except ValidationError:
            stacks = 1
        if isinstance(member.get("name"), str):
            yield from stack_names(member["name"], stacks)


def _where(member: Mapping[str, Any], index: int) -> str:
    name = member.get("name")
    return f"member {name!r}" if isinstance(name, str) else f"members[{index}]"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_uuid(value: Any) -> bool:
    try:
        return bool(UUID(value))
    except (ValueError, AttributeError, TypeError):
        return False


class _UniqueKeys(yaml.SafeLoader):
    """YAML that refuses duplicate keys; the usual loader silently drops all but the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise FleetError(file.name, [Problem("", "", f"it can't be read: {error.strerror}")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise FleetError(file.name, [Problem(place, "", str(error.problem))]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FleetError(file.name, [Problem("", "", f"it is no YAML text: {error}")]) from None
    if not isinstance(data, dict):
        raise FleetError(file.name, [Problem("", "", "expected a mapping with name, subscriptions and members")])
    return data
