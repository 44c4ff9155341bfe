"""The analyzer: the SDK's own, limited to the policies for a resource's type, with its properties converted once.

With one policy for each rule, the SDK alone would convert every resource's properties ninety times, and the whole stack
once more for every stack policy. Here a request is converted once, resources without rules are answered at once,
and the SDK's servicer (levels, configuration, diagnostics) runs only the policies of the resource's type.
"""

from collections.abc import Callable, Iterable
from typing import Any

import grpc
from pulumi.runtime import proto
from pulumi_policy import Policy, ResourceValidationPolicy, StackValidationPolicy, policy
from pulumi_policy.policy import _PolicyAnalyzerServicer

from scaleset_policies import arm_types, messages
from scaleset_policies.config import ConfigError
from scaleset_policies.config_reading import load
from scaleset_policies.crossguard import values
from scaleset_policies.crossguard.context import Prepared, preparing
from scaleset_policies.crossguard.once import OncePerSet
from scaleset_policies.crossguard.policies import resource_of, stack_resource
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.rule import Rule, Scope
from scaleset_policies.rules import BY_NAME, RULES

SdkAnalyzer = _PolicyAnalyzerServicer
"""The SDK's own class, kept before it is replaced."""


class ScaleSetAnalyzer(SdkAnalyzer):
    """The analyzer of this pack; same arguments as the SDK's."""

    def __init__(self, name: str, version: str, policies: list[Policy], *arguments: Any) -> None:
        super().__init__(name, version, policies, *arguments)
        self._pack = (name, version)
        self._level = arguments[0]
        self._routes = {kind: found for kind in arm_types.ALL if (found := self._part(_about(kind, policies)))}
        self._fixers = {kind: found for kind in arm_types.ALL if (found := self._part(_fixing(kind, policies)))}
        self._stack = self._part([each for each in policies if isinstance(each, StackValidationPolicy)])
        self._inputs: dict[str, Any] = {}
        self._once = OncePerSet()

    def _part(self, policies: list[Policy]) -> Any:
        return SdkAnalyzer(*self._pack, policies, self._level) if policies else None

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802 - the name of the call
        """Read levels, waivers and accepted values; an invalid configuration stops the deployment."""
        given = {name: _settings(each) for name, each in request.policyConfig.items()}
        try:
            load({name: body for name, body in given.items() if body}, RULES)
        except ConfigError as error:
            if context is None:
                raise
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"policy configuration of {self._pack[0]}: {error}")
        for part in [*self._routes.values(), *self._fixers.values(), self._stack]:
            if part is not None:
                part.Configure(request, context)
        return super().Configure(request, context)  # type: ignore[no-untyped-call]

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run the resource policies for this type."""
        kind = arm_types.from_pulumi(request.type)
        if not kind:
            return proto.AnalyzeResponse()
        self._inputs[request.urn] = request.properties
        servicer = self._routes.get(kind)
        if servicer is None:
            return proto.AnalyzeResponse()
        tree = values.from_struct(request.properties)
        self._inputs[request.urn] = tree
        resource = resource_of(request.urn, request.name, request.type, tree)
        slim = proto.AnalyzeRequest(type=request.type, urn=request.urn, name=request.name)
        with preparing(Prepared(Estate([resource], whole=False), resource)) as prepared:
            return self._once.keep(request, resource, self._with_prepared(servicer.Analyze(slim, context), prepared))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run the stack policies over all resources at once."""
        if self._stack is None:
            return proto.AnalyzeResponse()
        estate = Estate(self._stack_resources(request.resources))
        self._inputs.clear()
        with preparing(Prepared(estate)) as prepared:
            self._once.clear()
            return self._with_prepared(self._stack.AnalyzeStack(proto.AnalyzeStackRequest(), context), prepared)

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run the remediations for this type."""
        servicer = self._fixers.get(arm_types.from_pulumi(request.type))
        return proto.RemediateResponse() if servicer is None else servicer.Remediate(request, context)

    def _stack_resources(self, resources: Iterable[Any]) -> Iterable[Resource]:
        for each in resources:
            if not arm_types.from_pulumi(each.type):
                continue
            # Use the program's inputs: in a preview's outputs one unknown value hides all others.
            given = self._inputs.get(each.urn, each.properties)
            tree = given if isinstance(given, values.Tree) else values.from_struct(given)
            yield stack_resource(
                resource_of(each.urn, each.name, each.type, tree),
                resource_id=each.properties.fields["id"].string_value if "id" in each.properties.fields else None,
                dependencies=tuple(each.dependencies),
                references={name: tuple(found.urns) for name, found in each.propertyDependencies.items()},
                protect=each.options.protect,
            )

    def _with_prepared(self, response: Any, prepared: Prepared) -> Any:
        """Add waivers as advisory diagnostics with reason and expiry; a rule that failed stops the deployment."""
        for violation in prepared.waived:
            message = f"{violation.rule.title}\n{messages.waived(violation)}"
            response.diagnostics.append(self._diagnostic(violation.rule, violation.resource, message, proto.ADVISORY))
        for failure in prepared.failures:
            found = self._diagnostic(failure.rule, failure.resource, failure.message, proto.MANDATORY)
            response.diagnostics.append(found)
        return response

    def _diagnostic(self, rule: Rule, resource: Resource, message: str, level: Any) -> Any:
        return proto.AnalyzeDiagnostic(
            policyName=rule.name,
            policyPackName=self._pack[0],
            policyPackVersion=self._pack[1],
            description=rule.title,
            message=message,
            urn=resource.key if rule.scope is Scope.STACK else "",
            enforcementLevel=level,
        )


def put_in_place(analyzer: Callable[..., Any]) -> None:
    """Let the next PolicyPack create its analyzer with ``analyzer``."""
    policy._PolicyAnalyzerServicer = analyzer  # type: ignore[misc, assignment]  # noqa: SLF001 - there is no public hook


def _about(kind: str, policies: list[Policy]) -> list[Policy]:
    return [each for each in policies if isinstance(each, ResourceValidationPolicy) and _looks_at(each, kind)]


def _fixing(kind: str, policies: list[Policy]) -> list[Policy]:
    found = _about(kind, policies)
    return [each for each in found if isinstance(each, ResourceValidationPolicy) and each.has_remediation()]


def _looks_at(each: Policy, kind: str) -> bool:
    rule = BY_NAME.get(each.name)
    return rule is not None and kind in rule.types


def _settings(given: Any) -> dict[str, Any]:
    settings: dict[str, Any] = values.from_struct(given.properties).root
    return settings
