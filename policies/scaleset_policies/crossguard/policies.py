"""One Pulumi policy for each rule."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, cast

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceRemediation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as PulumiSeverity

from scaleset_core.modes.evidence import named
from scaleset_policies import arm_types, messages
from scaleset_policies.config import DEFAULT, Config
from scaleset_policies.config_reading import load
from scaleset_policies.crossguard import values
from scaleset_policies.crossguard.context import current
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.formats.shape import shape
from scaleset_policies.outcome import Outcome
from scaleset_policies.report import Failure, Violation
from scaleset_policies.rule import Level, Rule, Scope
from scaleset_policies.rules import RULES

NAME: Final = "azure-scaleset"
"""The pack's name."""

_WAF: Final = "WAF:"
_CONFIG_SCHEMA: Final[dict[str, Any]] = {
    "waivers": {
        "type": "array",
        "description": "Violations that are accepted; they are reported as waived until they expire.",
        "items": {
            "type": "object",
            "properties": {
                "resource": {"type": "string", "description": "A glob over the resource's name, URN or id."},
                "reason": {"type": "string", "description": "Why the violation is accepted."},
                "expires": {"type": "string", "description": "The last day on which it is accepted, 2027-06-30."},
            },
            "required": ["resource", "reason", "expires"],
            "additionalProperties": False,
        },
    },
    "allow": {
        "type": "array",
        "description": "Values that the policy accepts, as globs.",
        "items": {"type": "string"},
    },
}


def policies(rules: Mapping[str, Rule] = RULES) -> list[Policy]:
    """The policies of the pack, in the order of the rules' ids."""
    return [_policy(rule) for rule in rules.values()]


def _policy(rule: Rule) -> Policy:
    common: dict[str, Any] = {
        "name": rule.name,
        "description": rule.title,
        "enforcement_level": EnforcementLevel(rule.level.value),
        "config_schema": PolicyConfigSchema(properties=_CONFIG_SCHEMA),
        "display_name": f"{rule.id} {rule.name}",
        "severity": PulumiSeverity(rule.severity.value),
        "framework": _framework(rule),
        "tags": [rule.id, rule.category.value, *rule.tags],
        "remediation_steps": rule.remediation,
        "url": rule.url or None,
    }
    if rule.scope is Scope.STACK:
        return StackValidationPolicy(validate=partial(_validate_stack, rule), **common)
    remediate = cast("ResourceRemediation", partial(_remediate, rule)) if rule.fix is not None else None
    return ResourceValidationPolicy(validate=partial(_validate_resource, rule), remediate=remediate, **common)


def _framework(rule: Rule) -> PolicyComplianceFramework:
    pillar = next((tag.removeprefix(_WAF) for tag in rule.tags if tag.startswith(_WAF)), "Reliability")
    return PolicyComplianceFramework(
        name="Azure Well-Architected Framework", version="2026", reference=pillar, specification=named(rule.sources)
    )


def _validate_resource(rule: Rule, args: ResourceValidationArgs, report: ReportViolation) -> None:
    if arm_types.from_pulumi(args.resource_type) not in rule.types:
        args.not_applicable(f"{rule.name} looks at {', '.join(sorted(rule.types))}")
    prepared = current()
    resource = prepared.resource if prepared is not None else None
    if resource is None:
        tree = values.from_sdk(args.props)
        resource = resource_of(args.urn, args.name, args.resource_type, tree)
    estate = prepared.estate if prepared is not None else Estate([resource], whole=False)
    outcome = rule.evaluate(estate, resource)
    _report_failure(rule, resource, outcome)
    waived = _judge(rule, resource, outcome, configuration(rule, args.get_config()), lambda text: report(text, None))
    reason = _finish(waived) or outcome.not_applicable
    if reason:
        args.not_applicable(reason)


def _validate_stack(rule: Rule, args: StackValidationArgs, report: ReportViolation) -> None:
    prepared = current()
    estate = prepared.estate if prepared is not None else estate_of(args.resources)
    config = configuration(rule, args.get_config())
    waived: list[Violation] = []
    for resource in estate.of_type(*sorted(rule.types)):
        outcome = rule.evaluate(estate, resource)
        _report_failure(rule, resource, outcome)
        waived += _judge(rule, resource, outcome, config, partial(_reporter(report), resource.key))
    reason = _finish(waived)
    if reason:
        args.not_applicable(reason)


def _reporter(report: ReportViolation) -> Callable[[str, str], None]:
    return lambda urn, text: report(text, urn)


def _judge(
    rule: Rule, resource: Resource, outcome: Outcome, config: Config, report: Callable[[str], None]
) -> list[Violation]:
    """Report violations; returns those that a waiver accepts."""
    waived = []
    for finding in outcome.findings:
        violation = messages.violation(rule, resource, finding, rule.level, config)
        if violation is None:
            continue
        if violation.waiver is not None:
            waived.append(violation)
        else:
            report(messages.without_title(violation))
    return waived


def _report_failure(rule: Rule, resource: Resource, outcome: Outcome) -> None:
    """Pass a rule that failed to the analyzer, which reports it; without one, stop the deployment with the same text.

    Raises:
        RuntimeError: the rule failed, and this package's analyzer is not running.
    """
    if not outcome.failure:
        return
    failure = Failure(rule, resource, outcome.failure)
    prepared = current()
    if prepared is None:
        raise RuntimeError(failure.message)
    prepared.failures.append(failure)


def _finish(waived: list[Violation]) -> str:
    """Pass waived violations to the analyzer, which reports them; without one, they say why a policy does not apply."""
    if not waived:
        return ""
    prepared = current()
    if prepared is not None:
        prepared.waived += waived
    return "; ".join(messages.waived(each) for each in waived)


def _remediate(rule: Rule, args: ResourceValidationArgs) -> dict[str, Any] | None:
    if arm_types.from_pulumi(args.resource_type) not in rule.types:
        return None
    resource = resource_of(args.urn, args.name, args.resource_type, values.from_sdk(args.props))
    config = configuration(rule, args.get_config())
    found = [
        violation
        for finding in rule.evaluate(Estate([resource], whole=False), resource).findings
        if (violation := messages.violation(rule, resource, finding, Level.REMEDIATE, config)) is not None
    ]
    if not any(violation.waiver is None for violation in found):
        return None
    properties: dict[str, Any] = values.editable(args.props)
    assert rule.fix is not None
    return properties if rule.fix.apply(properties) else None


def resource_of(urn: str, name: str, token: str, tree: values.Tree) -> Resource:
    """The resource of a request, with values in ARM's spelling; Azure also accepts ``"3"`` for 3."""
    kind = arm_types.from_pulumi(token)
    return Resource(
        key=urn,
        type=kind,
        name=name,
        properties=arm_types.versioned(shape(tree.root, kind), token),
        secrets=frozenset(tree.secrets),
        complete=True,
    )


def estate_of(resources: list[PolicyResource]) -> Estate:
    """The estate of a stack, from the SDK's arguments of a stack policy."""
    return Estate([_stack_resource(each) for each in resources if arm_types.from_pulumi(each.resource_type)])


def _stack_resource(source: PolicyResource) -> Resource:
    tree = values.from_sdk(source.props)
    return stack_resource(
        resource_of(source.urn, source.name, source.resource_type, tree),
        resource_id=tree.root.get("id"),
        dependencies=tuple(each.urn for each in source.dependencies),
        references={name: tuple(each.urn for each in found) for name, found in source.property_dependencies.items()},
        protect=source.opts.protect,
    )


def stack_resource(
    resource: Resource,
    *,
    resource_id: Any,
    dependencies: tuple[str, ...],
    references: Mapping[str, tuple[str, ...]],
    protect: bool,
) -> Resource:
    """``resource`` with the engine's data about its place in the stack."""
    known = isinstance(resource_id, str) and resource_id.startswith("/")
    return Resource(
        key=resource.key,
        type=resource.type,
        name=resource.name,
        properties=resource.properties,
        secrets=resource.secrets,
        complete=True,
        dependencies=dependencies,
        references=references,
        protect=protect,
        **({"id": resource_id} if known else {}),
    )


def configuration(rule: Rule, given: Mapping[str, Any]) -> Config:
    """The Pulumi policy configuration of one rule; Pulumi itself applies the level.

    Raises:
        ConfigError: with all problems at once.
    """
    body = {name: value for name, value in given.items() if name != "enforcementLevel"}
    return load({rule.name: body}, RULES) if body else DEFAULT
