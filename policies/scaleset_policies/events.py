"""Violations that the Pulumi engine reported, as violations of rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from scaleset_policies.acceptance import accepted
from scaleset_policies.config import Config
from scaleset_policies.estate import Estate, Location, Resource
from scaleset_policies.formats.entries import PolicyEvent
from scaleset_policies.outcome import Outcome, not_applicable
from scaleset_policies.report import Report, Violation
from scaleset_policies.rule import Category, Level, Rule, Scope, Severity
from scaleset_policies.rules import BY_NAME

_ELSEWHERE: Final = "the engine reported it"


@dataclass(frozen=True, slots=True)
class _At:
    location: Location

    def __call__(self, path: str) -> Location | None:  # noqa: ARG002 - an event has one place only
        return self.location


def violations(events: Iterable[tuple[PolicyEvent, Location]], report: Report, config: Config) -> tuple[Violation, ...]:
    """The violations that events report.

    Args:
        events: The events with their places.
        report: What the rules found in the same file; its violations are not reported twice.
        config: Waivers and levels: a disabled rule of this pack is left out.
    """
    known = {(each.rule.name, each.resource.key) for each in (*report.violations, *report.waived)}
    found = []
    for event, location in events:
        if (event.policy, event.urn) in known:
            continue
        own = BY_NAME.get(event.policy)
        rule = own or _foreign(event)
        if config.level(rule) is Level.DISABLED and own is not None:
            continue
        resource = _resource(event, location)
        active, expired = accepted(rule, resource, config)
        found.append(
            Violation(
                rule=rule,
                resource=resource,
                path="",
                shown="",
                message=event.message or f"{event.policy} was violated.",
                level=_level(event.level),
                waiver=active,
                expired=expired,
            )
        )
    return tuple(found)


def _resource(event: PolicyEvent, location: Location) -> Resource:
    key = event.urn or "stack"
    return Resource(key=key, type="", name=key.rsplit("::", 1)[-1], properties={}, locate=_At(location))


def _level(text: str) -> Level:
    try:
        return Level(text.lower())
    except ValueError:
        return Level.MANDATORY


def _severity(text: str) -> Severity:
    try:
        return Severity(text.lower())
    except ValueError:
        return Severity.MEDIUM


def _foreign(event: PolicyEvent) -> Rule:
    """A substitute for a rule of another policy pack."""
    return Rule(
        id=event.policy or "policy",
        name=event.policy or "policy",
        title=f"Policy {event.policy} of {event.pack or 'another policy pack'}.",
        severity=_severity(event.severity),
        level=_level(event.level),
        category=Category.GOOD_PRACTICE,
        scope=Scope.RESOURCE,
        types=frozenset(),
        path="",
        reason=_ELSEWHERE,
        remediation="see the policy pack",
        sources=(),
        decide=_decide,
    )


def _decide(estate: Estate, resource: Resource) -> Outcome:  # noqa: ARG001 - the signature of a decision
    return not_applicable(_ELSEWHERE)
