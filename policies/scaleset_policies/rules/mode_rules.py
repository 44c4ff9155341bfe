"""The rules of the mode table as rules of this package: no fact about the modes is repeated here."""

from collections.abc import Callable, Iterator, Mapping

from scaleset_core.facts.checks import (
    Finding,
    api_version,
    evaluate,
    machine_path,
    machine_view,
)
from scaleset_core.facts.checks import Outcome as CheckOutcome
from scaleset_core.modes import RULES as TABLE
from scaleset_core.modes import Mode, PropertyRule, Subject
from scaleset_core.modes import Severity as TableSeverity
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import PASSES, Outcome, Verdict, not_applicable, told
from scaleset_policies.relations import NO_MODE, NO_SET, changes_only, mode_in
from scaleset_policies.rule import Decide, Level, Rule, Scope
from scaleset_policies.rules import related_load_balancers, related_machines, related_outbound, related_protection
from scaleset_policies.rules.practice_parts import MACHINES
from scaleset_policies.rules.related import Related
from scaleset_policies.rules.related_load_balancers import decide_load_balancer

_TYPES: Mapping[Subject, frozenset[str]] = {
    Subject.SCALE_SET: frozenset({arm_types.SCALE_SET}),
    Subject.VIRTUAL_MACHINE: frozenset({arm_types.VIRTUAL_MACHINE}),
    Subject.LOAD_BALANCER: frozenset({arm_types.LOAD_BALANCER}),
}
_DECISIONS: Mapping[str, Related] = {
    each.rule: each
    for module in (related_load_balancers, related_machines, related_outbound, related_protection)
    for each in vars(module).values()
    if isinstance(each, Related)
}
"""The decisions over several resources, by rule id."""


def rules() -> Iterator[Rule]:
    """One rule for each record of the mode table, by number."""
    yield from map(_rule, sorted(TABLE.values(), key=lambda each: each.number))


def _rule(entry: PropertyRule) -> Rule:
    advice = entry.contested or entry.severity is TableSeverity.WARNING
    related = _related(entry)
    return Rule(
        id=entry.number,
        name=entry.id,
        title=entry.statement,
        severity=entry.impact,
        level=Level.ADVISORY if advice else Level.MANDATORY,
        category=entry.category,
        scope=related.scope,
        types=related.types,
        path=entry.path,
        reason=entry.reason,
        remediation=entry.alternative,
        sources=entry.sources,
        since=entry.since,
        until=entry.until,
        decide=_in_its_versions(entry, related.decide),
        modes=entry.modes,
        conflict=entry.conflict,
        tags=("WAF:Reliability", *(f"mode:{mode.value}" for mode in sorted(entry.modes))),
        example=entry.example,
        fix=entry.fix,
    )


def _in_its_versions(entry: PropertyRule, decide: Decide) -> Decide:
    """``decide`` for resources whose api-version is one in which the rule holds, or is not known."""
    if not entry.since and not entry.until:
        return decide

    def within(estate: Estate, resource: Resource) -> Outcome:
        outcome, version = decide(estate, resource), api_version(resource.view)
        if entry.holds_in(version) or outcome.verdict is Verdict.PASSES:
            return outcome
        return not_applicable(f"the rule does not hold in api-version {version}")

    return within


def _related(entry: PropertyRule) -> Related:
    if entry.check is None:
        return _DECISIONS[entry.id]
    if entry.subject is Subject.LOAD_BALANCER:
        return Related(entry.id, Scope.STACK, _TYPES[entry.subject], decide_load_balancer(entry))
    if entry.subject is Subject.VIRTUAL_MACHINE:
        return Related(entry.id, Scope.RESOURCE, _TYPES[entry.subject], _decide_machine(entry))
    if entry.machine and Mode.FLEXIBLE in entry.modes:
        return Related(entry.id, Scope.RESOURCE, MACHINES, _decide_both(entry))
    return Related(entry.id, Scope.RESOURCE, _TYPES[entry.subject], _decide_scale_set(entry))


def _decide_both(entry: PropertyRule) -> Decide:
    """The decision of a rule on a set's profile that also applies to each virtual machine of a Flexible set."""
    of_sets, check = _decide_scale_set(entry), entry.check
    assert check is not None

    def decide(estate: Estate, resource: Resource) -> Outcome:
        if resource.type != arm_types.VIRTUAL_MACHINE:
            return of_sets(estate, resource)
        if resource.view.first("virtualMachineScaleSet") is None:
            return not_applicable(NO_SET)
        outcome = evaluate(
            check, estate.derived(("as a profile", resource.key), lambda _: machine_view(resource.properties))
        )
        if outcome.clean:
            return PASSES
        findings = [Finding(machine_path(each.path), each.value, each.detail) for each in outcome.findings]
        return Outcome(tuple(findings), tuple(map(machine_path, outcome.undecided)))

    return decide


def _run(entry: PropertyRule) -> Callable[[Resource], CheckOutcome]:
    check = entry.check
    assert check is not None
    return lambda resource: evaluate(check, resource.view)


def _decide_scale_set(entry: PropertyRule) -> Decide:
    run, in_any_mode = _run(entry), entry.modes >= frozenset(Mode)

    def decide(estate: Estate, resource: Resource) -> Outcome:
        if in_any_mode:
            return told(run(resource))
        if changes_only(resource):
            return not_applicable(NO_MODE)
        mode = mode_in(estate, resource)
        if isinstance(mode, str) and mode not in entry.modes:
            wanted = " or ".join(sorted(entry.modes))
            return not_applicable(f"the rule is about {wanted} sets, not {str(mode) or 'no mode of Azure'}")
        outcome = run(resource)
        if isinstance(mode, Mode):
            return told(outcome)
        # In any mode, a check without findings passes; one with findings may not apply.
        return PASSES if outcome.clean else Outcome(undecided=("orchestrationMode", *outcome.undecided))

    return decide


def _decide_machine(entry: PropertyRule) -> Decide:
    run = _run(entry)

    def decide(_: Estate, resource: Resource) -> Outcome:
        if entry.id != "fault-domain-needs-scale-set" and resource.view.first("virtualMachineScaleSet") is None:
            return not_applicable(NO_SET)
        return told(run(resource))

    return decide
