"""The rules of the mode table, as rules of this package: nothing about the modes is stated here a second time."""

from collections.abc import Callable, Iterator, Mapping

from pulumi_azure_scaleset.checks import Outcome as CheckOutcome
from pulumi_azure_scaleset.checks import evaluate
from pulumi_azure_scaleset.modes import RULES as TABLE
from pulumi_azure_scaleset.modes import Mode, PropertyRule, Subject
from pulumi_azure_scaleset.modes import Severity as TableSeverity
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome, not_applicable
from scaleset_policies.relations import mode_of
from scaleset_policies.rule import Category, Decide, Level, Rule, Scope
from scaleset_policies.rules.fixes import FIXES
from scaleset_policies.rules.numbers import NUMBERS
from scaleset_policies.rules.related import RELATED, Related
from scaleset_policies.rules.related_load_balancers import decide_load_balancer

_TYPES: Mapping[Subject, frozenset[str]] = {
    Subject.SCALE_SET: frozenset({arm_types.SCALE_SET}),
    Subject.VIRTUAL_MACHINE: frozenset({arm_types.VIRTUAL_MACHINE}),
    Subject.LOAD_BALANCER: frozenset({arm_types.LOAD_BALANCER}),
}
_CATEGORIES = {
    "explicit-outbound-on-flexible": Category.OUTBOUND,
    "protected-instance-without-lock": Category.PROTECTION,
    "lock-blocks-own-stack": Category.PROTECTION,
    "set-actions-protection-needs-scale-in": Category.PROTECTION,
}


def rules() -> Iterator[Rule]:
    """One rule for each entry of the mode table."""
    for entry in TABLE.values():
        yield _rule(entry)


def _rule(entry: PropertyRule) -> Rule:
    number, severity = NUMBERS[entry.id]
    contested = entry.conflict is not None or entry.severity is TableSeverity.WARNING
    fix, fix_text = FIXES.get(entry.id, (None, ""))
    related = _related(entry)
    return Rule(
        id=number,
        name=entry.id,
        title=entry.statement,
        severity=severity,
        level=Level.ADVISORY if contested else Level.MANDATORY,
        category=_CATEGORIES.get(entry.id, Category.CORRECTNESS),
        scope=related.scope,
        types=related.types,
        path=entry.path,
        reason=entry.reason,
        remediation=entry.alternative,
        source=entry.source,
        decide=related.decide,
        modes=entry.modes,
        conflict=entry.conflict,
        tags=("WAF:Reliability", *(f"mode:{mode.value}" for mode in sorted(entry.modes))),
        fix=fix,
        fix_text=fix_text,
    )


def _related(entry: PropertyRule) -> Related:
    if entry.check is None:
        return RELATED[entry.id]
    if entry.subject is Subject.LOAD_BALANCER:
        return Related(Scope.STACK, _TYPES[entry.subject], decide_load_balancer(entry))
    decide = _decide_scale_set(entry) if entry.subject is Subject.SCALE_SET else _decide_machine(entry)
    return Related(Scope.RESOURCE, _TYPES[entry.subject], decide)


def _run(entry: PropertyRule) -> Callable[[Resource], CheckOutcome]:
    check = entry.check
    assert check is not None
    return lambda resource: evaluate(check, resource.view)


def _decide_scale_set(entry: PropertyRule) -> Decide:
    run = _run(entry)

    def decide(_: Estate, resource: Resource) -> Outcome:
        if entry.modes >= frozenset(Mode):
            outcome = run(resource)
            return Outcome(outcome.findings, outcome.undecided)
        mode = mode_of(resource)
        if isinstance(mode, str) and mode not in entry.modes:
            wanted = " or ".join(sorted(entry.modes))
            return not_applicable(f"the rule is about {wanted} sets, not {str(mode) or 'no mode of Azure'}")
        outcome = run(resource)
        if isinstance(mode, Mode):
            return Outcome(outcome.findings, outcome.undecided)
        # Whatever the mode turns out to be, a check that finds nothing holds; one that finds something may not apply.
        return Outcome() if outcome.clean else Outcome(undecided=("orchestrationMode", *outcome.undecided))

    return decide


def _decide_machine(entry: PropertyRule) -> Decide:
    run = _run(entry)

    def decide(_: Estate, resource: Resource) -> Outcome:
        if entry.id != "fault-domain-needs-scale-set" and resource.view.first("virtualMachineScaleSet") is None:
            return not_applicable("the virtual machine is in no scale set")
        outcome = run(resource)
        return Outcome(outcome.findings, outcome.undecided)

    return decide
