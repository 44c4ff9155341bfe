"""The stand-in provider's package schema, and how its process ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2_grpc

from azure_native.schema import package_schema
from azure_native.table import all_tokens, resource_type

EXIT_SECONDS = 4.0
"""Less than the five seconds after which the engine kills a plugin."""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """The provider in a separate process."""
    command = [sys.executable, "-P", "-m", "azure_native"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def test_schema_is_closed() -> None:
    """Every resource of the tables is in the schema with its inputs, and every reference leads to a type in it."""
    schema = json.loads(package_schema("3.29.0"))
    assert sorted(schema["resources"]) == sorted(all_tokens())
    for token, spec in schema["resources"].items():
        assert set(spec["inputProperties"]) >= set(resource_type(token).inputs), token
        assert set(spec["requiredInputs"]) <= set(spec["inputProperties"]), token
        assert set(spec["required"]) <= set(spec["properties"]), token
    missing = {ref for ref in _references(schema) if ref.removeprefix("#/types/") not in schema["types"]}
    assert missing == {"pulumi.json#/Any"}


def test_interrupted_after_cancel_it_ends(process: subprocess.Popen[str]) -> None:
    """The engine asks for Cancel and then interrupts the plugin: it ends at once, and not when it is killed."""
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
        process.send_signal(signal.SIGINT)
        stub.Cancel(Empty())  # still there: Ctrl-C in a terminal interrupts it while the engine needs it
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=EXIT_SECONDS) == 0


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
