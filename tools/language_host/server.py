"""The language runtime service that the engine calls on a Python language host."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2, json_format

from language_host import running_plugins, toolchains
from language_host.children import Children, stop
from language_host.environments import not_found
from language_host.installing import install, typecheck
from language_host.options import Options, RefusedError, parse
from language_host.packages import requirements
from language_host.protocol import engines, logs, messages, plugins, services
from language_host.toolchains import Toolchain

Q = TypeVar("Q")
A = TypeVar("A")

PROGRAM_RUNNER = Path(__file__).with_name("run_program.py")
FAILED_AND_SHOWN = 32
"""The exit code of a program whose error the user has already seen (see run_program.py)."""


def _refusing(
    answer: Callable[[LanguageHost, Q, grpc.ServicerContext], A],
) -> Callable[[LanguageHost, Q, grpc.ServicerContext], A]:
    """A method whose refusals are the call's error."""

    @functools.wraps(answer)
    def call(host: LanguageHost, request: Q, context: grpc.ServicerContext) -> A:
        try:
            return answer(host, request, context)
        except RefusedError as refusal:
            context.abort(grpc.StatusCode.UNKNOWN, str(refusal))

    return call


def _refusing_stream(
    answer: Callable[[LanguageHost, Q, grpc.ServicerContext], Iterator[A]],
) -> Callable[[LanguageHost, Q, grpc.ServicerContext], Iterator[A]]:
    """The same for a method with a stream of answers."""

    @functools.wraps(answer)
    def call(host: LanguageHost, request: Q, context: grpc.ServicerContext) -> Iterator[A]:
        try:
            yield from answer(host, request, context)
        except RefusedError as refusal:
            context.abort(grpc.StatusCode.UNKNOWN, str(refusal))

    return call


class LanguageHost(services.LanguageRuntimeServicer):
    """Runs Python programs, policy packs and component plugins for one engine.

    It refuses what the official host refuses, in the same words where a user would search for them;
    docs/toolchain.md lists what is compared.
    Code generation (`GenerateProgram`, `GenerateProject`, `GeneratePackage`, `Pack`, `Link`) answers UNIMPLEMENTED.

    Args:
        engine_address: Where the engine listens; an engine that attaches sends it in the handshake.
        version: The version to report.
        variables: The environment of programs.
        children: What starts them.
    """

    def __init__(
        self,
        engine_address: str,
        version: str,
        *,
        variables: Mapping[str, str] = os.environ,
        children: Children | None = None,
    ) -> None:
        self.engine_address = engine_address
        self.version = version
        self.variables = variables
        self.children = children or Children()

    def Handshake(  # noqa: N802 - the service's name for it
        self, request: messages.LanguageHandshakeRequest, _context: grpc.ServicerContext
    ) -> messages.LanguageHandshakeResponse:
        """Learn the address of the engine."""
        self.engine_address = request.engine_address or self.engine_address
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(  # noqa: N802
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> plugins.PluginInfo:
        """The version of this host: that of the engine it was set up with."""
        return plugins.PluginInfo(version=self.version)

    @_refusing
    def GetRequiredPackages(  # noqa: N802
        self, request: messages.GetRequiredPackagesRequest, _context: grpc.ServicerContext
    ) -> messages.GetRequiredPackagesResponse:
        """The providers that the SDKs installed in the program's environment need. A missing environment is made."""
        toolchain = self._toolchain(request.info)
        for stream, chunk in toolchain.ensure():
            self._tell(stream, chunk)
        environment = toolchain.environment()
        if not environment.python.exists():
            told = f"Failed to resolve python version command: {not_found(environment.python)}"
            print(told, file=sys.stderr, flush=True)
        response = messages.GetRequiredPackagesResponse()
        for package in requirements(toolchain.distributions(transitive=True), environment.search_path):
            dependency = response.packages.add(
                name=package.name, kind="resource", version=package.version, server=package.server
            )
            for field in ("parameterization", "extension"):
                if content := getattr(package, field):
                    parsed = json_format.ParseDict(dict(content), plugins.PackageParameterization())
                    getattr(dependency, field).CopyFrom(parsed)
        return response

    def GetRequiredPlugins(  # noqa: N802
        self, _request: messages.GetRequiredPluginsRequest, _context: grpc.ServicerContext
    ) -> messages.GetRequiredPluginsResponse:
        """Superseded by GetRequiredPackages; older engines are not supported."""
        return messages.GetRequiredPluginsResponse()

    @_refusing
    def Run(  # noqa: N802
        self, request: messages.RunRequest, context: grpc.ServicerContext
    ) -> messages.RunResponse:
        """Run a program to its end in its own process; its output goes to the engine through the host's."""
        options = _options(request.info)
        toolchain = toolchains.choose(options, self.variables)
        toolchain.validate()
        environment = toolchain.environment()
        if not environment.python.exists():
            msg = f"problem executing program (could not run language executor): {not_found(environment.python)}"
            return messages.RunResponse(error=msg)
        typecheck(options, toolchain, environment, self.variables)
        command = [str(environment.python), "-u", str(PROGRAM_RUNNER)]
        command += ["--project", request.project, "--stack", request.stack]
        command += ["--organization", request.organization, "--root_directory", request.info.root_directory]
        command += ["--pwd", request.pwd]
        command += ["--monitor", request.monitor_address, "--engine", self.engine_address]
        command += ["--dry_run", str(request.dryRun).lower(), "--parallel", str(request.parallel)]
        command += ["--", request.info.entry_point or ".", *request.args]
        variables = environment.activate(self.variables)
        # In the environment and not on the command line: other users of the machine can read that.
        variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        with self.children.start(command, directory=Path(request.pwd), variables=variables) as process:
            context.add_callback(lambda: stop(process, signal.SIGINT))
            status = process.wait()
        return _outcome(status)

    @_refusing_stream
    def RunPlugin(  # noqa: N802
        self, request: messages.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.RunPluginResponse]:
        """Run a policy pack or a component plugin, passing on what it prints and its exit code."""
        toolchain = self._toolchain(request.info, plugin=request.kind != running_plugins.ANALYZER)
        told = running_plugins.run(
            request, toolchain.environment(), children=self.children, inherited=self.variables, context=context
        )
        for item in told:
            yield messages.RunPluginResponse(exitcode=item) if isinstance(item, int) else _output(*item)

    @_refusing_stream
    def InstallDependencies(  # noqa: N802
        self, request: messages.InstallDependenciesRequest, _context: grpc.ServicerContext
    ) -> Iterator[messages.InstallDependenciesResponse]:
        """Make the environment of a program, plugin or pack, and install what it needs."""
        toolchain = self._toolchain(request.info, plugin=request.is_plugin)
        yield messages.InstallDependenciesResponse(stdout=b"Installing dependencies...\n\n")
        for stream, chunk in install(toolchain, plugin=request.is_plugin):
            yield messages.InstallDependenciesResponse(**{stream: chunk})
        yield messages.InstallDependenciesResponse(stdout=b"Finished installing dependencies\n\n")

    def RuntimeOptionsPrompts(  # noqa: N802
        self, _request: messages.RuntimeOptionsRequest, _context: grpc.ServicerContext
    ) -> messages.RuntimeOptionsResponse:
        """No questions for `pulumi new`."""
        return messages.RuntimeOptionsResponse()

    def Template(  # noqa: N802
        self, _request: messages.TemplateRequest, _context: grpc.ServicerContext
    ) -> messages.TemplateResponse:
        """Nothing to adapt in a new project."""
        return messages.TemplateResponse()

    @_refusing
    def About(  # noqa: N802
        self, request: messages.AboutRequest, _context: grpc.ServicerContext
    ) -> messages.AboutResponse:
        """The Python that programs run with."""
        options = _options(request.info)
        python = toolchains.choose(options, self.variables).environment().python
        if not python.exists():
            msg = f"failed to get python executable path: {not_found(python)}"
            raise RefusedError(msg)
        asked = [str(python), "-c", "import platform, sys; print(sys.executable); print(platform.python_version())"]
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
        executable, version = told if len(told) == len(("executable", "version")) else (str(python), "")
        named = {"toolchain": (options.toolchain or "auto").title()}
        named["typechecker"] = (options.typechecker or "none").title()
        return messages.AboutResponse(executable=executable, version=version, metadata=named)

    @_refusing
    def GetProgramDependencies(  # noqa: N802
        self, request: messages.GetProgramDependenciesRequest, _context: grpc.ServicerContext
    ) -> messages.GetProgramDependenciesResponse:
        """The distributions in the program's environment."""
        response = messages.GetProgramDependenciesResponse()
        try:
            found = self._toolchain(request.info).distributions(transitive=request.transitiveDependencies)
        except RefusedError as refusal:
            msg = f"failed to get python dependencies: {refusal}"
            raise RefusedError(msg) from refusal
        for name, version in found:
            response.dependencies.add(name=name, version=version)
        return response

    def Cancel(  # noqa: N802
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Interrupt the running processes."""
        self.children.interrupt()
        return empty_pb2.Empty()

    def _toolchain(self, info: messages.ProgramInfo, *, plugin: bool = False) -> Toolchain:
        return toolchains.choose(_options(info, plugin=plugin), self.variables)

    def _tell(self, stream: str, chunk: bytes) -> None:
        """Show the user a passing message, if the engine can still be reached."""
        severity = logs.LogSeverity.INFO if stream == "stdout" else logs.LogSeverity.ERROR
        message = logs.LogRequest(message=chunk.decode(errors="replace"), severity=severity, ephemeral=True)
        with suppress(grpc.RpcError), grpc.insecure_channel(self.engine_address) as channel:
            engines.EngineStub(channel).Log(message)


def _options(info: messages.ProgramInfo, *, plugin: bool = False) -> Options:
    written: dict[str, Any] = json_format.MessageToDict(info.options)
    return parse(info.root_directory, info.program_directory, written, plugin=plugin)


def _outcome(status: int) -> messages.RunResponse:
    if status == 0:
        return messages.RunResponse()
    if status == FAILED_AND_SHOWN:
        return messages.RunResponse(bail=True)
    # A signal is -1 for the official host, whichever it was.
    return messages.RunResponse(error=f"program exited with non-zero exit code: {max(status, -1)}")


def _output(stream: str, chunk: bytes) -> messages.RunPluginResponse:
    if stream == "stdout":
        return messages.RunPluginResponse(stdout=chunk)
    return messages.RunPluginResponse(stderr=chunk)
