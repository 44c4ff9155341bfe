"""The cost of the policy pack: the whole pack compared with an empty one, over the resources of our own scale set.

``python -m benchmarks.policies --instances 1000 --json``
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, proxy
from pulumi_policy.policy import _PolicyAnalyzerServicer

from benchmarks.sampling import taken
from pulumi_azure_scaleset.compile import compile_args
from pulumi_azure_scaleset.plan.resources import readable
from scaleset_core.facts.properties import UNKNOWN
from scaleset_policies.crossguard import policies
from scaleset_policies.crossguard.serving import ScaleSetAnalyzer

Servicer = ScaleSetAnalyzer | _PolicyAnalyzerServicer


def measure(instances: int, rounds: int = 3) -> dict[str, Any]:
    """The processor time of the pack and of an empty pack, in milliseconds a resource: medians and spreads.

    Args:
        instances: Named instances of the set: interface, machine, NAT rule, extension and lock each.
        rounds: How often each is measured, in alternation.
    """
    requests, stack = _stack(instances)
    spent: dict[str, list[float]] = {"pack": [], "empty": []}
    for index in range(rounds):
        order = ("pack", "empty") if index % 2 == 0 else ("empty", "pack")
        for name in order:
            spent[name].append(_time(_pack() if name == "pack" else _empty(), requests, stack))
    pack, empty = ([seconds * 1000 / len(requests) for seconds in spent[name]] for name in ("pack", "empty"))
    extra = taken([a - b for a, b in zip(pack, empty, strict=True)])
    return {
        "instances": instances,
        "resources": len(requests),
        "rounds": rounds,
        "pack_ms": taken(pack),
        "empty_ms": taken(empty),
        "extra_ms": extra,
    }


def _pack() -> Servicer:
    return ScaleSetAnalyzer("azure-scaleset", "0", policies(), EnforcementLevel.ADVISORY)


def _empty() -> Servicer:
    return _PolicyAnalyzerServicer("empty", "0", policies()[:1], EnforcementLevel.DISABLED)


def _stack(instances: int) -> tuple[list[proto.AnalyzeRequest], proto.AnalyzeStackRequest]:
    args = {
        "resource_group_name": "rg",
        "instance_count": instances,
        "vm_size": "Standard_D2s_v5",
        "image": {"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        "ssh_public_keys": ["ssh-rsa AAAA"],
        "virtual_network": {"allow_from": ["198.51.100.0/24"]},
        "inbound_nat": {"ssh": {"backend_port": 22}},
        "protection": {"scale_in": True},
        "extensions": [
            {"name": "hello", "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript"}
            | {"type_handler_version": "2.1"}
        ],
    }
    requests, resources = [], []
    for child in compile_args("web", args).plan.children:
        body = struct_pb2.Struct()
        body.update(_wire(readable(child.inputs)))
        urn = f"urn:pulumi:dev::bench::{child.type}::{child.name}"
        requests.append(proto.AnalyzeRequest(type=child.type, urn=urn, name=child.name, properties=body))
        resources.append(proto.AnalyzerResource(type=child.type, urn=urn, name=child.name, properties=body))
    return requests, proto.AnalyzeStackRequest(resources=resources)


def _wire(value: Any) -> Any:
    """A tree as the engine sends it in a preview: unknown values are sentinels."""
    if value is UNKNOWN:
        return proxy.UNKNOWN_STRING_VALUE
    if isinstance(value, Mapping):
        return {name: _wire(item) for name, item in value.items()}
    return [_wire(item) for item in value] if isinstance(value, list) else value


def _time(servicer: Servicer, requests: Sequence[Any], stack: Any) -> float:
    start = time.process_time()
    for request in requests:
        servicer.Analyze(request, None)
    servicer.AnalyzeStack(stack, None)
    return time.process_time() - start


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies", description=__doc__)
    parser.add_argument("--instances", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    arguments = parser.parse_args(argv)
    result = measure(arguments.instances, arguments.rounds)
    text = json.dumps(result) if arguments.json else sentence(result)
    print(text)
    return 0


def sentence(result: Mapping[str, Any]) -> str:
    """The result in one line."""
    pack, empty, extra = (result[name]["median"] for name in ("pack_ms", "empty_ms", "extra_ms"))
    return (
        f"policies, {result['resources']:,} resources: {extra:.2f} ms of CPU a resource over an empty pack "
        f"({pack:.2f} against {empty:.2f})"
    )


if __name__ == "__main__":
    sys.exit(main())
