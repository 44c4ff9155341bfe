"""The engine's plugins in one warm process, for all engine runs of one test process.

A `pulumi` command starts a Python language host, a program and a provider, and each imports the Pulumi SDK: two of its
two and a half seconds of processor time. Here the language host and the provider of `tools` and `simulator` serve in a
running process, to which the engine attaches (`PULUMI_DEBUG_LANGUAGES`, `PULUMI_DEBUG_PROVIDERS`), and programs are
forked from a warm interpreter. The services are the real ones, new for each command. Their start and end as the
engine's own processes are covered by tests with `own_processes`.

`python -m harness.hosts` reads one line for each command from its input and answers each with one line.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import grpc
import grpc.aio
from pulumi.runtime.proto import provider_pb2_grpc

from azure_native.servicer import Servicer
from devkit.engine import pinned_version
from harness.forks import Forks
from language_host.children import Children
from language_host.protocol import services
from language_host.server import LanguageHost

PRELOADED = (
    "grpc",
    "pulumi.dynamic",
    "pulumi.policy",
    "pulumi.provider.experimental",
    "pulumi_azure_native.authorization",
    "pulumi_azure_native.compute",
    "pulumi_azure_native.network",
    "pulumi_azure_native.resources",
    "pulumi_azure_scaleset.provider",
    "pulumi_policy",
    "scaleset_policies.crossguard",
)
"""The modules that programs, component plugins and policy packs import."""

CLASSES = {
    "pulumi_azure_native.compute": ("VirtualMachine", "VirtualMachineScaleSet"),
    "pulumi_azure_native.network": ("LoadBalancer", "NetworkInterface", "Subnet", "VirtualNetwork"),
    "pulumi_azure_native.resources": ("ResourceGroup",),
    "pulumi_azure_scaleset": ("ScaleSet",),
}
"""Classes that the modules import on first use."""

PARALLEL_CALLS = 64
UNLIMITED_MESSAGES = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def warm() -> None:
    """Import the modules that programs need."""
    for name in PRELOADED:
        importlib.import_module(name)
    for name, classes in CLASSES.items():
        module = importlib.import_module(name)
        for each in classes:
            getattr(module, each)


class ForkedChildren(Children):
    """The language host's child processes, forked instead of started.

    Another virtual environment (``runtime.options.virtualenv``) has other modules: its programs are started normally.

    Args:
        forks: The warm interpreter.
        output: The descriptor that programs write to.
    """

    def __init__(self, forks: Forks, output: int) -> None:
        super().__init__()
        self._forks = forks
        self._output = output

    def _process(
        self, command: Sequence[str], directory: Path, variables: Mapping[str, str], *, capture: bool
    ) -> subprocess.Popen[bytes]:
        if Path(command[0]).parent != Path(sys.executable).parent:  # `python3` beside `python` is the same
            return super()._process(command, directory, variables, capture=capture)
        output = subprocess.PIPE if capture else self._output
        forked = self._forks.start(command[1:], directory=directory, variables=variables, stdout=output, stderr=output)
        return cast("subprocess.Popen[bytes]", forked)


class Hosts:
    """The services for one command of the engine.

    Each connection of the engine gets a separate language host or provider, as it otherwise gets a separate process.

    Args:
        forks: The warm interpreter.
        output: The file that programs write to, truncated first.
        environment: The environment of the command and its plugins.
    """

    def __init__(self, forks: Forks, output: Path, environment: Mapping[str, str]) -> None:
        self._forks = forks
        self._output = output.open("wb")
        self._environment = environment
        self._languages: dict[str, LanguageHost] = {}
        self._providers: dict[str, Servicer] = {}
        self._threads = ThreadPoolExecutor(max_workers=PARALLEL_CALLS)
        self._language_server = grpc.server(self._threads, options=UNLIMITED_MESSAGES)
        self._provider_server = grpc.aio.server(options=UNLIMITED_MESSAGES)

    async def start(self) -> dict[str, int]:
        """Start serving; returns the port of each service."""
        base: type[Any] = services.LanguageRuntimeServicer
        languages = _methods(
            base, lambda name: lambda _, request, context: self._language(context, name)(request, context)
        )
        services.add_LanguageRuntimeServicer_to_server(type("Languages", (base,), languages)(), self._language_server)
        base = provider_pb2_grpc.ResourceProviderServicer
        providers = type("Providers", (base,), _methods(base, self._forward_to_provider))()
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(providers, self._provider_server)
        ports = {
            "language": self._language_server.add_insecure_port("127.0.0.1:0"),
            "provider": self._provider_server.add_insecure_port("127.0.0.1:0"),
        }
        self._language_server.start()
        await self._provider_server.start()
        return ports

    async def stop(self) -> None:
        """Stop serving, and end processes that still run."""
        for host in self._languages.values():
            host.children.interrupt()
        await asyncio.to_thread(self._language_server.stop(grace=None).wait)
        self._threads.shutdown(wait=False)
        await self._provider_server.stop(grace=None)
        for servicer in self._providers.values():
            await servicer.close()
        self._output.close()

    def _language(self, context: grpc.ServicerContext, name: str) -> Callable[..., Any]:
        host = self._languages.get(context.peer())
        if host is None:
            children = ForkedChildren(self._forks, self._output.fileno())
            host = LanguageHost("", pinned_version(), variables=self._environment, children=children)
            host = self._languages.setdefault(context.peer(), host)
        method: Callable[..., Any] = getattr(host, name)
        return method

    def _forward_to_provider(self, name: str) -> Callable[..., Any]:
        async def forward(_: object, request: object, context: grpc.aio.ServicerContext[Any, Any]) -> object:
            if context.peer() not in self._providers:
                self._providers[context.peer()] = Servicer(version("pulumi-azure-native"), self._environment)
            return await getattr(self._providers[context.peer()], name)(request, context)

        return forward


def _methods(base: type[Any], make: Callable[[str], Callable[..., Any]]) -> dict[str, Any]:
    """An implementation of each method of a service."""
    return {name: make(name) for name in vars(base) if name[0].isupper()}


async def serve(forks: Forks) -> None:
    """Answer the lines on the input until it ends."""
    lines = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    running: dict[str, Hosts] = {}
    while line := await lines.readline():
        request = json.loads(line)
        key = request["key"]
        answer: dict[str, int] = {}
        if key in running:
            await running.pop(key).stop()
        else:
            running[key] = Hosts(forks, Path(request["output"]), request["environment"])
            answer = await running[key].start()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for hosts in running.values():
        await hosts.stop()


if __name__ == "__main__":
    with Forks(warm) as forks:
        asyncio.run(serve(forks))
