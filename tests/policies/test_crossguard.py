"""The pack as Pulumi serves it: values on the wire, remediation, configuration, routing, cost."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf import json_format, struct_pb2
from policies.programs import (
    SECRET,
    SIGNATURE,
    TOKENS,
    analyzer,
    ask,
    configured,
    estate_of,
    put,
    replaced,
    sdk_analyzer,
    struct,
    token,
)
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, Secret, proxy
from pulumi_policy.policy import _PolicyAnalyzerServicer
from support.work import calls_of

from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies import arm_types
from scaleset_policies.config import ConfigError
from scaleset_policies.crossguard import policies, values
from scaleset_policies.crossguard.serving import ScaleSetAnalyzer
from scaleset_policies.estate import Estate
from scaleset_policies.examples import EXAMPLES
from scaleset_policies.rules import BY_NAME, RULES

SET = "azure-native:compute:VirtualMachineScaleSet"
FIXABLE = [rule.name for rule in RULES.values() if rule.fix is not None]
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def wire(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Properties as the engine sends them."""
    result = struct_pb2.Struct()
    result.update(dict(properties))
    return result


def test_values_are_read_leaf_by_leaf() -> None:
    """Unknowns of every kind, secrets, outputs, resources and assets are read; none hides its neighbours."""
    unknowns = [getattr(proxy, name) for name in dir(proxy) if name.startswith("UNKNOWN_")]
    tree = values.from_struct(
        wire(
            {
                "unknowns": unknowns,
                "number": 3,
                "half": 0.5,
                "flag": True,
                "nothing": None,
                "secret": {SIGNATURE: SECRET, "value": {"deep": ["x"]}},
                "output": {SIGNATURE: OUTPUT, "value": "y", "secret": True},
                "later": {SIGNATURE: OUTPUT},
                "resource": {SIGNATURE: RESOURCE, "urn": "urn:x", "id": "/subscriptions/s"},
                "asset": {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "path": "x"},
            }
        )
    )
    assert tree.root["unknowns"] == [UNKNOWN] * 7
    assert tree.root["number"] == 3
    assert isinstance(tree.root["number"], int)
    assert tree.root["half"] == 0.5
    assert tree.root["flag"] is True
    assert tree.root["nothing"] is None
    assert tree.root["secret"] == {"deep": ["x"]}
    assert tree.root["output"] == "y"
    assert tree.root["later"] is UNKNOWN
    assert tree.root["resource"] == "/subscriptions/s"
    assert tree.root["asset"] is UNKNOWN
    assert tree.secrets == {"secret", "output"}


def remediate(servicer: Any, properties: Mapping[str, Any], kind: str = SET) -> list[Any]:
    """What the analyzer corrects."""
    request = proto.AnalyzeRequest(type=kind, urn="urn:web", name="web")
    request.properties.CopyFrom(wire(properties))
    return list(servicer.Remediate(request, None).remediations)


def as_dict(remediation: Any) -> dict[str, Any]:
    """The corrected properties."""
    result: dict[str, Any] = json_format.MessageToDict(remediation.properties)
    return result


@pytest.mark.parametrize("name", FIXABLE)
@pytest.mark.parametrize("make", [analyzer, sdk_analyzer])
def test_a_remediation_leaves_nothing_to_complain_about(name: str, make: Any) -> None:
    """With the level remediate the bad example is corrected, and the result keeps the rule and every other rule."""
    estate = estate_of(EXAMPLES[name].bad)
    scale_set = next(each for each in estate if each.key == "web")
    servicer = configured(make(), {name: {"enforcementLevel": "remediate"}})
    sent = json_format.MessageToDict(struct(scale_set))
    found = remediate(servicer, sent)
    assert [each.policyName for each in found] == [name]
    corrected = values.from_struct(found[0].properties).root
    after = Estate([replaced(each, corrected) if each is scale_set else each for each in estate])
    broken = {each.policy for each in ask(analyzer(), after)} - {"prefer-flexible"}
    assert not broken


@pytest.mark.parametrize("name", FIXABLE)
def test_a_remediation_touches_nothing_else(name: str) -> None:
    """The good example, and every resource of another type, stay as they are."""
    servicer = configured(analyzer(), {each: {"enforcementLevel": "remediate"} for each in FIXABLE})
    estate = estate_of(EXAMPLES[name].good)
    for resource in estate:
        assert remediate(servicer, json_format.MessageToDict(struct(resource))) == []
    assert remediate(servicer, {"overprovision": True}, "azure-native:compute:VirtualMachine") == []


def test_nothing_is_corrected_unless_asked_for() -> None:
    """By default a violation is reported; the program's values stay."""
    properties = json_format.MessageToDict(
        struct(next(e for e in estate_of(EXAMPLES[FIXABLE[0]].bad) if e.key == "web"))
    )
    assert remediate(analyzer(), properties) == []


def test_a_remediation_keeps_secrets_secret_and_unknowns_unknown() -> None:
    """Even when the profile as a whole is secret, its pools are dropped and every leaf in it stays secret."""
    scale_set = next(each for each in estate_of(EXAMPLES["nat-pool-on-flexible"].bad) if each.key == "web")
    properties = put(scale_set.properties, ("virtualMachineProfile", "osProfile", "adminPassword"), "hunter2")
    properties = {
        **json_format.MessageToDict(struct(replaced(scale_set, properties))),
    }
    profile = {**properties["virtualMachineProfile"]}
    profile["osProfile"] = {**profile["osProfile"], "adminPassword": "hunter2"}
    properties["virtualMachineProfile"] = {SIGNATURE: SECRET, "value": profile}
    servicer = configured(analyzer(), {"nat-pool-on-flexible": {"enforcementLevel": "remediate"}})
    (found,) = remediate(servicer, properties)
    result = as_dict(found)
    assert "loadBalancerInboundNatPools" not in str(result)
    password = result["virtualMachineProfile"]["osProfile"]["adminPassword"]
    assert password == {SIGNATURE: SECRET, "value": "hunter2"}
    subnet = result["virtualMachineProfile"]["networkProfile"]["networkInterfaceConfigurations"][0]
    assert subnet["ipConfigurations"][0]["subnet"]["id"] == {SIGNATURE: SECRET, "value": proxy.UNKNOWN_STRING_VALUE}


def test_a_waived_violation_is_not_corrected() -> None:
    """A waiver accepts the present value, so nobody changes it."""
    waiver = {"resource": "web", "reason": "OPS-1", "expires": "2999-01-01"}
    servicer = configured(
        analyzer(), {"overprovision-on-flexible": {"enforcementLevel": "remediate", "waivers": [waiver]}}
    )
    assert remediate(servicer, {"orchestrationMode": "Flexible", "overprovision": True}) == []


def test_editable_copies_share_nothing() -> None:
    """Editing the copy leaves the original as it was."""
    given = {"a": [{"b": Secret({"c": 1})}]}
    copy = values.editable(given)
    assert isinstance(copy["a"][0]["b"]["c"], Secret)
    copy["a"][0]["b"] = None
    assert isinstance(given["a"][0]["b"], Secret)


class AbortedError(Exception):
    """What a gRPC context raises when a call is ended."""


class Context:
    """A gRPC context that remembers why the call was ended."""

    def abort(self, code: Any, details: str) -> None:
        """End the call."""
        raise AbortedError(code, details)


def test_a_wrong_configuration_stops_the_deployment_with_all_its_problems() -> None:
    """Waivers that nobody can read are not ignored: the call that configures the pack fails and says why."""
    request = proto.ConfigureAnalyzerRequest()
    request.policyConfig["ssh-keys-only"].properties.update({"waivers": [{"resource": "*", "expires": "soon"}]})
    request.policyConfig["ssh-key-only"].properties.update({"allow": ["x"]})
    with pytest.raises(AbortedError) as caught:
        analyzer().Configure(request, Context())
    code, details = caught.value.args
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "ssh-keys-only.waivers[0].reason: it is missing" in details
    assert "expected a date such as 2027-06-30, got 'soon'" in details
    assert "ssh-key-only: there is no such rule; did you mean ssh-keys-only?" in details
    with pytest.raises(ConfigError):
        analyzer().Configure(request, None)


def test_levels_come_from_pulumi() -> None:
    """The engine's configuration decides what a violation does; disabled policies are not run."""
    estate = estate_of(EXAMPLES["nat-pool-on-flexible"].bad)
    advisory = ask(configured(analyzer(), {"nat-pool-on-flexible": {"enforcementLevel": "advisory"}}), estate)
    assert [each.level for each in advisory if each.policy == "nat-pool-on-flexible"] == [proto.ADVISORY]
    disabled = ask(configured(analyzer(), {"nat-pool-on-flexible": {"enforcementLevel": "disabled"}}), estate)
    assert not [each for each in disabled if each.policy == "nat-pool-on-flexible"]


def test_the_pack_describes_every_rule() -> None:
    """Pulumi gets each policy's level, severity, schema, tags, remediation steps and framework."""
    info = analyzer().GetAnalyzerInfo(None, None)
    by_name = {each.name: each for each in info.policies}
    assert set(by_name) == set(BY_NAME)
    for rule in RULES.values():
        told = by_name[rule.name]
        assert told.displayName == f"{rule.id} {rule.name}"
        assert rule.id in told.tags
        assert told.remediation_steps == rule.remediation
        assert set(told.configSchema.properties.fields) == {"waivers", "allow"}
        assert told.severity
        assert told.framework.name == "Azure Well-Architected Framework"


def test_the_pack_has_the_version_of_the_distribution() -> None:
    """Pulumi shows the version of PulumiPolicy.yaml; it is the one that was installed."""
    pack = Path(__file__).resolve().parents[2] / "policies"
    assert yaml.safe_load((pack / "PulumiPolicy.yaml").read_text())["version"] == version("pulumi-azure-scaleset")


@pytest.mark.parametrize(
    "name",
    [
        SET,
        "azure-native:compute/v20240701:VirtualMachineScaleSet",
        "azure-native_compute_v20240701:compute:VirtualMachineScaleSet",
    ],
)
def test_every_spelling_of_a_type_is_known(name: str) -> None:
    """Programs that pin an api-version are checked like all others."""
    assert arm_types.from_pulumi(name) == arm_types.SCALE_SET
    request = proto.AnalyzeRequest(type=name, urn="urn:web", name="web")
    request.properties.update({"orchestrationMode": "Flexible", "overprovision": True})
    found = {each.policyName for each in analyzer().Analyze(request, None).diagnostics}
    assert "overprovision-on-flexible" in found


def test_a_broken_policy_run_of_the_sdk_never_happens_on_unknown_values() -> None:
    """No policy is abandoned in a preview: there is no "can't run policy" among the diagnostics."""
    for example in EXAMPLES.values():
        estate = estate_of(example.bad)
        hidden = Estate([replaced(each, dict.fromkeys(each.properties, UNKNOWN)) for each in estate])
        for servicer in (analyzer(), sdk_analyzer()):
            assert not [each for each in ask(servicer, hidden) if "can't run policy" in each.message]


def test_inputs_serve_the_stack_policies_where_a_preview_hides_the_outputs() -> None:
    """One unknown value makes a whole output unknown in a preview; what the program said is used instead."""
    estate = estate_of(EXAMPLES["nat-pool-serves-flexible"].bad)
    servicer = analyzer()
    stack = []
    for resource in estate:
        request = proto.AnalyzeRequest(type=token(resource), urn=resource.key, name=resource.name)
        request.properties.CopyFrom(struct(resource))
        servicer.Analyze(request, None)
        hidden = proto.AnalyzerResource(type=request.type, urn=resource.key, name=resource.name)
        hidden.properties.update(dict.fromkeys(resource.properties, proxy.UNKNOWN_OBJECT_VALUE))
        for name, keys in resource.references.items():
            hidden.propertyDependencies[name].urns.extend(keys)
        stack.append(hidden)
    found = servicer.AnalyzeStack(proto.AnalyzeStackRequest(resources=stack), None).diagnostics
    assert [(each.policyName, each.urn) for each in found if each.enforcementLevel == proto.MANDATORY] == [
        ("nat-pool-serves-flexible", "balancer")
    ]


CALLS_A_RESOURCE = 1_600


def _fleet(count: int) -> list[tuple[str, dict[str, Any]]]:
    """A Flexible set's instances: a machine, an interface, a NAT rule and a lock each."""
    program = {**EXAMPLES["fault-domain-in-range"].good, **EXAMPLES["nat-pools-exclude-nat-rules"].good}
    estate = {each.key: each for each in estate_of(program)}
    lock = {"scope": proxy.UNKNOWN_STRING_VALUE, "lockName": "keep", "level": "CanNotDelete"}
    bodies = [
        (TOKENS[estate[key].type], json_format.MessageToDict(struct(estate[key]))) for key in ("web-0", "nic", "rule")
    ]
    bodies.append((TOKENS[arm_types.LOCK], lock))
    return bodies * count


def test_the_pack_costs_little_for_each_resource() -> None:
    """The whole pack makes at most sixteen hundred calls a resource more than a pack without policies.

    In seconds that is for `make bench`, which has a limit of 3 ms a resource for it.
    """
    fleet = _fleet(100)
    empty = _PolicyAnalyzerServicer("empty", "1", policies()[:1], EnforcementLevel.DISABLED)
    spent = {name: _work(servicer, fleet) for name, servicer in (("pack", analyzer()), ("empty", empty))}
    assert (spent["pack"] - spent["empty"]) / len(fleet) <= CALLS_A_RESOURCE


def test_the_cost_of_a_stack_grows_with_its_size() -> None:
    """Four times the resources take about four times the work, not sixteen: counted in calls, not in seconds."""
    _work(analyzer(), _fleet(50))
    small, large = _work(analyzer(), _fleet(100)), _work(analyzer(), _fleet(400))
    assert large < 4.5 * small


def _work(servicer: ScaleSetAnalyzer | _PolicyAnalyzerServicer, fleet: list[tuple[str, dict[str, Any]]]) -> int:
    """How many calls of functions the analyzer makes for the fleet."""
    requests = []
    resources = []
    for index, (kind, body) in enumerate(fleet):
        request = proto.AnalyzeRequest(type=kind, urn=f"urn:{index}", name=f"r{index}")
        request.properties.update(body)
        requests.append(request)
        resource = proto.AnalyzerResource(type=kind, urn=request.urn, name=request.name)
        resource.properties.CopyFrom(request.properties)
        first = index - index % 4
        if "VirtualMachine" in kind:
            resource.propertyDependencies["networkProfile"].urns.append(f"urn:{first + 1}")
        if "ManagementLock" in kind:
            resource.propertyDependencies["scope"].urns.append(f"urn:{first}")
        resources.append(resource)
    stack = proto.AnalyzeStackRequest(resources=resources)

    def analyze() -> None:
        for request in requests:
            servicer.Analyze(request, None)
        servicer.AnalyzeStack(stack, None)

    return calls_of(analyze)
