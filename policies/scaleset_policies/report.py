"""The report of a check of an estate."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from scaleset_policies.acceptance import Acceptance
from scaleset_policies.estate import Location, Resource
from scaleset_policies.rule import Level, Rule


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation of one rule at one place.

    Attributes:
        rule: The rule.
        resource: The resource.
        path: The property, with list indexes.
        shown: The value there as a report may show it; ``""`` if nothing is there or it is secret.
        message: The whole message, one paragraph of plain text.
        level: Its effect (never ``disabled``).
        waiver: The waiver or suppression that accepts it, or None.
        expired: The one that would accept it if it had not expired, or None.
    """

    rule: Rule
    resource: Resource
    path: str
    shown: str
    message: str
    level: Level
    waiver: Acceptance | None = None
    expired: Acceptance | None = None

    @property
    def location(self) -> Location | None:
        """The place of the property in the input, or the nearest known place if the property is missing."""
        return self.resource.where(self.path) or self.resource.where()

    @property
    def fails(self) -> bool:
        """Whether it stops a deployment."""
        return self.waiver is None and self.level is not Level.ADVISORY


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that could not be decided on a resource.

    Attributes:
        rule: The rule.
        resource: The resource.
        paths: The properties whose values are needed.
        level: The effect that a violation would have.
    """

    rule: Rule
    resource: Resource
    paths: tuple[str, ...]
    level: Level

    @property
    def message(self) -> str:
        """One sentence."""
        paths = ", ".join(dict.fromkeys(path or "its properties" for path in self.paths))
        return f"{self.rule.id} {self.rule.name} could not be decided for {self.resource}: {paths} not known yet."


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that failed on a resource: its own code raised, so the outcome is not known.

    Attributes:
        rule: The rule.
        resource: The resource.
        error: The exception's type, and where it was raised.
    """

    rule: Rule
    resource: Resource
    error: str

    @property
    def kind(self) -> str:
        """The exception's type."""
        return self.error.partition(" ")[0]

    @property
    def message(self) -> str:
        """What happened and what to do."""
        return (
            f"{self.rule.id} {self.rule.name} failed at {self.resource} with {self.error}: it is not known whether the "
            "rule is broken. This is a bug in scaleset, not a problem of your resource: please report it, with the "
            "resource's structure but without its secrets. To continue without the rule, configure "
            f'"{self.rule.name}": "disabled".'
        )


@dataclass(frozen=True, slots=True)
class Pass:
    """A rule that a resource complies with."""

    rule: Rule
    resource: Resource


class Passes(Sequence[Pass]):
    """Passes without an object for each: many resources comply with the same rules.

    Args:
        found: Each resource with the rules that it complies with.
    """

    def __init__(self, found: Iterable[tuple[Resource, tuple[Rule, ...]]] = ()) -> None:
        self._found = tuple(found)
        self._length = sum(len(rules) for _, rules in self._found)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Pass]:
        return (Pass(rule, resource) for resource, rules in self._found for rule in rules)

    @overload
    def __getitem__(self, index: int) -> Pass: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Pass]: ...
    def __getitem__(self, index: int | slice) -> Pass | Sequence[Pass]:
        return tuple(self)[index]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check.

    Attributes:
        violations: The violations, in the order of resources and rules, without waived ones.
        waived: The violations that a waiver accepts.
        undecided: The rules that could not be decided.
        passes: The rules that resources comply with.
        failures: Rules that failed.
        resources: The number of resources checked.
    """

    violations: tuple[Violation, ...] = ()
    waived: tuple[Violation, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    passes: Sequence[Pass] = ()
    failures: tuple[Failure, ...] = ()
    resources: int = 0

    @property
    def failed(self) -> bool:
        """Whether a violation stops a deployment."""
        return any(violation.fails for violation in self.violations)

    def __iter__(self) -> Iterator[Violation]:
        return iter(self.violations)
