"""The provider's gRPC service in front of a running ARM simulator, in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
import pytest
from provider.driver import Engine
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from arm_simulator.testing import RunningSimulator
from azure_native.servicer import Servicer
from devkit.environment import Azure


@pytest.fixture
async def engine(simulator: RunningSimulator, azure: Azure) -> AsyncIterator[Engine]:
    """The configured provider, with a subscription of the test's own in the simulator."""
    assert azure.endpoint == simulator.endpoint
    server = grpc.aio.server()
    servicer = Servicer("3.29.0", azure.variables())
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
        await stub.Configure(pb.ConfigureRequest(variables={"azure-native:config:location": "westeurope"}))
        yield Engine(stub, azure.subscription)
    await server.stop(grace=None)
    await servicer.close()
