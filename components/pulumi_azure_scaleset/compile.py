"""From arguments to a plan: validate, lay out, check against the mode table. Nothing is registered here."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pulumi_azure_scaleset.errors import Problem, ScaleSetArgsError
from pulumi_azure_scaleset.layout.flexible import flexible_plan
from pulumi_azure_scaleset.layout.uniform import uniform_plan
from pulumi_azure_scaleset.model.forms import marked
from pulumi_azure_scaleset.model.marks import NoRule
from pulumi_azure_scaleset.model.scale_set import Instance, ScaleSetModel
from pulumi_azure_scaleset.plan import adoption, overrides, owners, tokens, versions
from pulumi_azure_scaleset.plan.resources import Child, Conflict, Plan, readable
from pulumi_azure_scaleset.validation import cross as structure
from pulumi_azure_scaleset.validation.cross import reachability
from pulumi_azure_scaleset.validation.culprit import culprit
from pulumi_azure_scaleset.validation.knock_on import follows
from pulumi_azure_scaleset.validation.validate import Validated, validate
from scaleset_core.facts.checks import (
    API_VERSION,
    Finding,
    api_version,
    evaluate,
    machine_path,
    machine_view,
    show,
)
from scaleset_core.facts.properties import View
from scaleset_core.facts.secrets import HIDDEN, is_secret, redact
from scaleset_core.modes import (
    PropertyRule,
    Severity,
    Subject,
    machine_rules,
    rules_for,
)

_SUBJECTS = {
    tokens.SCALE_SET: Subject.SCALE_SET,
    tokens.LOAD_BALANCER: Subject.LOAD_BALANCER,
    tokens.VIRTUAL_MACHINE: Subject.VIRTUAL_MACHINE,
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan that passed every check, with its warnings."""

    model: ScaleSetModel
    plan: Plan
    warnings: tuple[str, ...]


def compile_args(name: str, args: Mapping[str, Any], ignore_changes: Sequence[str] = ()) -> Compiled:
    """The plan of the component called ``name``.

    Args:
        name: The component's logical name.
        args: The arguments.
        ignore_changes: The component's option of this name.

    Raises:
        ScaleSetArgsError: the arguments are wrong; it has all problems of all kinds.
    """
    validated = validate(name, args)
    model = validated.model
    if model is None:
        raise _refusal(name, validated.problems, validated)
    if not validated.decided:
        # What both modes refuse is reported nevertheless.
        raise _refusal(name, [*validated.problems, *_independent(overrides.problems(model), validated)], validated)
    found = [*validated.problems, *_independent(structure.problems(model), validated)]
    bare = _laid_out(model, name)
    replaced = overrides.replaced_lists(bare, model)
    plan = _finished(bare, model)
    found += versions.unsendable(plan, model)
    found += list(_conflicts(plan, model, {problem.field for problem in found}))
    found += adoption.problems(model.adopt, plan.children)
    found += owners.ignore(plan, ignore_changes)
    unheard = (*overrides.without_effect(model, plan), *versions.without_effect(model, plan))
    warnings = [*unheard, *replaced, *reachability.warnings(model)]
    for broken in broken_rules(model, plan):
        entry, problem = broken.rule, Problem(broken.argument, rule_message(broken.rule, broken.finding))
        if entry.severity is Severity.WARNING or entry.id in model.accept_rules:
            warnings.append(str(problem))
        elif not _already(found, entry, problem.field, validated.dropped):
            found.append(problem)
    if found:
        raise _refusal(name, found, validated)
    return Compiled(model, plan, tuple(redact(warning, validated.secrets) for warning in warnings))


def _independent(problems: Iterable[Problem], validated: Validated) -> Iterator[Problem]:
    """The ``problems`` that do not follow from an argument that was removed."""
    return (each for each in problems if not follows(each.field, validated.dropped))


def _refusal(name: str, found: Sequence[Problem], validated: Validated) -> ScaleSetArgsError:
    """The error with each problem once, and without the values of secrets."""
    clean = (Problem(redact(each.field, validated.secrets), redact(each.message, validated.secrets)) for each in found)
    return ScaleSetArgsError(name, tuple(dict.fromkeys(clean)))


def layout(model: ScaleSetModel, name: str) -> Plan:
    """The mode's layout of ``model``, with its overrides merged in."""
    return _finished(_laid_out(model, name), model)


def _laid_out(model: ScaleSetModel, name: str) -> Plan:
    return flexible_plan(model, name) if model.flexible else uniform_plan(model, name)


def _finished(plan: Plan, model: ScaleSetModel) -> Plan:
    """``plan`` with the overrides merged in, tags left to their owners, and the API versions chosen."""
    overrides.apply(plan, model)
    owners.leave_tags(plan, model.ignore_tag_changes)
    versions.register(plan, model)
    return plan


def _conflicts(plan: Plan, model: ScaleSetModel, known: Collection[str]) -> Iterator[Problem]:
    """Arguments whose resources would have one name, each pair once, unless the argument is known to be wrong."""
    pairs: dict[tuple[str, str], Conflict] = {}
    for conflict in plan.conflicts:
        pair = argument_of(conflict.child, model), argument_of(conflict.other, model)
        if not any(field == pair[0] or field.startswith(f"{pair[0]}.") for field in known):
            pairs.setdefault(pair, conflict)
    for (field, other), conflict in pairs.items():
        yield Problem(
            field,
            f"its {conflict.child.kind} would be called {conflict.name!r}, as that of {other} is: rename one of them",
        )


_OF_INSTANCES = frozenset({"ext", "lock", "nat", "nic", "pip", "policy", "vm"})
_ARGUMENTS = {
    "attach": "attached_virtual_machine_ids",
    "loadBalancer": "load_balancer",
    "loadBalancerPublicIp": "load_balancer",
    "lock": "lock",
    "natGateway": "outbound",
    "natGatewayPublicIp": "outbound",
    "networkSecurityGroup": "virtual_network",
    "scaleSet": "scale_set_name",
    "standbyPool": "standby_pool",
    "virtualNetwork": "virtual_network",
}
_KEYED = {"diagnostics": "diagnostic_settings", "pool": "inbound_nat", "role": "role_assignments"}


def argument_of(child: Child, model: ScaleSetModel) -> str:
    """The argument that a child comes from, as a message names it."""
    kind, _, tail = child.key.partition(":")
    if kind in _OF_INSTANCES and child.owner in model.instances:
        return f"instances[{child.owner!r}]"
    if kind in _KEYED:
        return f"{_KEYED[kind]}[{tail!r}]"
    return _ARGUMENTS.get(kind, kind)


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken rule.

    Attributes:
        rule: The rule.
        finding: The property that breaks it.
        argument: The argument that wrote it.
    """

    rule: PropertyRule
    finding: Finding
    argument: str


def broken_rules(model: ScaleSetModel, plan: Plan) -> Iterator[Broken]:
    """The rules of the mode table that the plan's resources break."""
    alike = False
    for child in plan.children:
        subject = _SUBJECTS.get(child.type)
        if subject is None:
            continue
        if subject is Subject.VIRTUAL_MACHINE:
            # Instances without individual properties are identical for the rules: checking one is enough.
            own = model.instances[child.owner].model_fields_set
            plain = child.kind not in model.overrides and own <= _NO_RULE
            if plain and alike:
                continue
            alike = alike or plain
        yield from _broken(model, child, subject)


_NO_RULE = marked(Instance, NoRule).keys()
"""The arguments of an instance that no rule of the mode table looks at."""


def _broken(model: ScaleSetModel, child: Child, subject: Subject) -> Iterator[Broken]:
    properties = readable(child.inputs)
    if child.api_version:
        properties = {**properties, API_VERSION: child.api_version}
    version = api_version(View(properties))
    for entry in rules_for(model.orchestration_mode, subject):
        if entry.check is not None and entry.holds_in(version):
            for finding in evaluate(entry.check, View(properties)).findings:
                yield Broken(entry, finding, culprit(entry, finding.path, child, model))
    if subject is Subject.VIRTUAL_MACHINE:
        view = machine_view(properties)
        for entry in machine_rules(model.orchestration_mode):
            if entry.check is not None and entry.holds_in(version):
                for finding in evaluate(entry.check, view).findings:
                    shown = replace(finding, path=f"{child.key}: {machine_path(finding.path)}")
                    yield Broken(entry, shown, culprit(entry, finding.path, child, model))


def rule_message(entry: PropertyRule, finding: Finding) -> str:
    """A broken rule: the value, what is wrong, why, what to write instead, where to read more; paths and ids last."""
    got = "" if finding.value is None else f"got {HIDDEN if is_secret(finding.path) else show(finding.value)}; "
    detail = f"{finding.detail}. " if finding.detail else ""
    contested = f" ({entry.doubt})" if entry.contested else ""
    return (
        f"{got}{detail}{entry.statement} Why: {entry.reason}. Instead: {entry.alternative}. "
        f"More: `scaleset rules show {entry.number}` [{finding.path}; rule {entry.id}{contested}]"
    )


def _already(found: list[Problem], entry: PropertyRule, field: str, dropped: frozenset[str]) -> bool:
    """Whether the problem was reported already, or follows from an argument that was removed."""
    # Whether a contested rule was accepted is not known without accept_rules.
    unsure = entry.contested and "accept_rules" in dropped
    roots = {Problem(each, "").root for each in (entry.argument, field)}
    raw = ".overrides." in f".{field}"
    return (
        unsure
        or any(follows(each, dropped) for each in (entry.argument, field) if each)
        or any(
            problem.root in roots
            and _alike(problem.field, field)
            and (entry.statement in problem.message or (problem.field == field and not raw))
            for problem in found
        )
    )


_INSTANCE = re.compile(r"instances\['.*?'\]")


def _alike(field: str, other: str) -> bool:
    """Whether two fields are not those of different instances."""
    of, of_other = _INSTANCE.match(field), _INSTANCE.match(other)
    return of is None or of_other is None or of[0] == of_other[0]
