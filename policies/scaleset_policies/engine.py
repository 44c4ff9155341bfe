"""Checking an estate: every rule on every resource that it is about."""

from collections.abc import Iterable, Mapping
from functools import cache

from scaleset_policies import messages
from scaleset_policies.config import DEFAULT, Config
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import PASSES
from scaleset_policies.report import Failure, Passes, Report, Undecided, Violation
from scaleset_policies.rule import Level, Rule
from scaleset_policies.rules import RULES
from scaleset_policies.selection import EVERYTHING, Selection


def check(
    estate: Estate,
    config: Config = DEFAULT,
    rules: Iterable[Rule] | None = None,
    selection: Selection = EVERYTHING,
) -> Report:
    """Run the rules over every resource of ``estate``.

    Args:
        estate: The resources.
        config: Levels, waivers, accepted values.
        rules: The rules; all by default.
        selection: Those of the rules and resources that count; all by default.

    Returns:
        The report. It is complete: each rule that is about a resource is among the violations, the waived, the
        undecided, the failures or the passes, unless it is disabled or not applicable.
    """
    estate.today = config.today
    by_type = _active(RULES.values() if rules is None else rules, config, selection)
    violations: list[Violation] = []
    undecided: list[Undecided] = []
    passes: list[tuple[Resource, tuple[Rule, ...]]] = []
    same: dict[tuple[int, ...], tuple[Rule, ...]] = {}
    failures: list[Failure] = []
    hidden = messages.secrets_of_all(estate)
    covered = [resource for resource in estate if selection.covers(resource)]
    for resource in covered:
        passed: list[Rule] = []
        for rule, level in by_type.get(resource.type, ()):
            outcome = rule.evaluate(estate, resource)
            if outcome is PASSES:
                passed.append(rule)
                continue
            if outcome.failure:
                failures.append(Failure(rule, resource, outcome.failure))
                continue
            found = [
                violation
                for finding in outcome.findings
                if (violation := messages.violation(rule, resource, finding, level, config, hidden)) is not None
            ]
            violations += found
            if outcome.undecided:
                places = tuple(_place(resource, path, hidden) for path in outcome.undecided)
                undecided.append(Undecided(rule, resource, places, level))
            elif not found and not outcome.not_applicable:
                passed.append(rule)
        if passed:
            passes.append((resource, same.setdefault(tuple(map(id, passed)), tuple(passed))))
    return Report(
        violations=tuple(each for each in violations if each.waiver is None),
        waived=tuple(each for each in violations if each.waiver is not None),
        undecided=tuple(undecided),
        passes=Passes(passes),
        failures=tuple(failures),
        resources=len(covered),
    )


def _active(rules: Iterable[Rule], config: Config, selection: Selection) -> Mapping[str, list[tuple[Rule, Level]]]:
    """The rules that count, with their levels, by the ARM types that they are about."""
    by_type: dict[str, list[tuple[Rule, Level]]] = {}
    for rule in rules:
        level = config.level(rule)
        if selection.has(rule) and level is not Level.DISABLED:
            for kind in rule.types:
                by_type.setdefault(kind, []).append((rule, level))
    return by_type


def _place(resource: Resource, path: str, hidden: frozenset[str]) -> str:
    """What a rule needs to know, as a report may show it: more than a property path may name other resources."""
    if not hidden or (" " not in path and "/" not in path):
        return path
    return messages.without(messages.redact(resource, path), hidden)


@cache
def rules_by_type() -> Mapping[str, tuple[Rule, ...]]:
    """The rules about each ARM type."""
    result: dict[str, list[Rule]] = {}
    for rule in RULES.values():
        for kind in rule.types:
            result.setdefault(kind, []).append(rule)
    return {kind: tuple(found) for kind, found in result.items()}


def applicable(resource: Resource) -> tuple[Rule, ...]:
    """The rules about resources of this type."""
    return rules_by_type().get(resource.type, ())
