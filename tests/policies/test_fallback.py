"""The pack's own analyzer depends on private names of the SDK: without them the pack is slower, not gone."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from pulumi_policy import proxy, secret

from scaleset_core.facts.properties import UNKNOWN

PROGRAM = """
import sys, warnings
from pulumi_policy import EnforcementLevel, policy
sdk = policy._PolicyAnalyzerServicer
{change}
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    from scaleset_policies.crossguard import policies, serve_fast
    fast = serve_fast()
    make = getattr(policy, "_PolicyAnalyzerServicer", sdk)
    made = make("azure-scaleset", "0", policies(), EnforcementLevel.ADVISORY)
from pulumi.runtime import proto
request = proto.AnalyzeRequest(type="azure-native:compute:VirtualMachineScaleSet", urn="urn:web", name="web")
request.properties.update({{"orchestrationMode": "Flexible", "overprovision": True}})
found = {{each.policyName for each in made.Analyze(request, None).diagnostics}}
print(fast, type(made).__name__, "overprovision-on-flexible" in found, len(told), *(each.message for each in told))
"""
GONE = "del policy._PolicyAnalyzerServicer"
CHANGED = """
from scaleset_policies.crossguard import serving
def fail(*_): raise TypeError("another form")
serving.ScaleSetAnalyzer.__init__ = fail
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("", ["True", "ScaleSetAnalyzer", "True", "0"]),
        (GONE, ["False", "_PolicyAnalyzerServicer", "True", "1"]),
        (CHANGED, ["True", "_PolicyAnalyzerServicer", "True", "1"]),
    ],
)
def test_the_pack_is_served_whatever_the_sdk_calls_its_analyzer(change: str, expected: list[str]) -> None:
    """With the name there: the pack's own. Without it, or in another form: the SDK's, the same rules, one warning."""
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(change=change)], capture_output=True, text=True, check=True
    ).stdout.split()
    assert answer[:4] == expected
    assert ("azure-scaleset runs without its own analyzer" in " ".join(answer)) is (expected[3] == "1")


def test_the_proxies_of_the_sdk_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module that reads values loads without the private classes that it looks behind, and reads plain trees."""
    for module, name in ((proxy, "_DictProxy"), (proxy, "_ListProxy"), (secret, "_DictSecretsProxy")):
        monkeypatch.delattr(module, name)
    spec = importlib.util.find_spec("scaleset_policies.crossguard.values")
    assert spec is not None
    assert spec.loader is not None
    values = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, values)
    spec.loader.exec_module(values)
    tree = values.from_sdk({"sku": {"capacity": 3.0}, "zones": ["1", proxy.UNKNOWN_STRING_VALUE]})
    assert tree.root == {"sku": {"capacity": 3}, "zones": ["1", UNKNOWN]}
