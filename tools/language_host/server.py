"""The language runtime service that the engine calls on a Python language host."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format

from language_host import environments
from language_host.children import Children, output_of, stop
from language_host.environments import Environment
from language_host.protocol import messages, plugins, services

PROGRAM_RUNNER = Path(__file__).with_name("run_program.py")
FAILED_AND_SHOWN = 32
"""The exit code of a program whose error the user has already seen (see run_program.py)."""

NO_INSTALL = b"Dependencies are not installed by this language host: the program runs in %s.\n"


class LanguageHost(services.LanguageRuntimeServicer):
    """Runs Python programs, policy packs and component plugins for one engine.

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

    def GetRequiredPackages(  # noqa: N802
        self, request: messages.GetRequiredPackagesRequest, _context: grpc.ServicerContext
    ) -> messages.GetRequiredPackagesResponse:
        """The providers that the SDKs installed in the program's environment need."""
        response = messages.GetRequiredPackagesResponse()
        for package in _environment(request.info).requirements():
            dependency = response.packages.add(
                name=package.name, kind="resource", version=package.version, server=package.server
            )
            if package.parameterization:
                dependency.parameterization.CopyFrom(
                    json_format.ParseDict(dict(package.parameterization), plugins.PackageParameterization())
                )
        return response

    def GetRequiredPlugins(  # noqa: N802
        self, _request: messages.GetRequiredPluginsRequest, _context: grpc.ServicerContext
    ) -> messages.GetRequiredPluginsResponse:
        """Superseded by GetRequiredPackages; older engines are not supported."""
        return messages.GetRequiredPluginsResponse()

    def Run(  # noqa: N802
        self, request: messages.RunRequest, _context: grpc.ServicerContext
    ) -> messages.RunResponse:
        """Run a program to its end in its own process; its output goes to the engine through the host's."""
        environment = _environment(request.info)
        command = [str(environment.python), "-u", str(PROGRAM_RUNNER)]
        command += ["--project", request.project, "--stack", request.stack]
        command += ["--organization", request.organization, "--root_directory", request.info.root_directory]
        command += ["--pwd", request.info.program_directory or request.pwd]
        command += ["--monitor", request.monitor_address, "--engine", self.engine_address]
        command += ["--dry_run", str(request.dryRun).lower(), "--parallel", str(request.parallel)]
        command += ["--", request.info.entry_point or request.program or ".", *request.args]
        variables = environment.activate(self.variables)
        # In the environment and not on the command line: other users of the machine can read that.
        variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        with self.children.start(command, directory=Path(request.pwd), variables=variables) as process:
            status = process.wait()
        return self._outcome(status)

    def _outcome(self, status: int) -> messages.RunResponse:
        if status == 0:
            return messages.RunResponse()
        if status == FAILED_AND_SHOWN or self.children.stopping:
            return messages.RunResponse(bail=True)
        if status < 0:
            return messages.RunResponse(error=f"Program was terminated by signal {-status}")
        return messages.RunResponse(error=f"Program exited with non-zero exit code: {status}")

    def RunPlugin(  # noqa: N802
        self, request: messages.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.RunPluginResponse]:
        """Run a policy pack or a component plugin, passing on what it prints and its exit code."""
        environment = _environment(request.info)
        variables = environment.activate(dict(entry.split("=", 1) for entry in request.env if "=" in entry))
        command = [str(environment.python), "-u", *_plugin_command(request)]
        with self.children.start(command, directory=Path(request.pwd), variables=variables, capture=True) as process:
            # The engine ends a plugin by cancelling the call.
            context.add_callback(lambda: stop(process, signal.SIGTERM))
            for stream, chunk in output_of(process):
                yield _output(stream, chunk)
            status = process.wait()
        yield messages.RunPluginResponse(exitcode=status)

    def InstallDependencies(  # noqa: N802
        self, request: messages.InstallDependenciesRequest, _context: grpc.ServicerContext
    ) -> Iterator[messages.InstallDependenciesResponse]:
        """Report which environment is used; nothing is installed."""
        python = str(_environment(request.info).python).encode()
        yield messages.InstallDependenciesResponse(stdout=NO_INSTALL % python)

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

    def About(  # noqa: N802
        self, request: messages.AboutRequest, _context: grpc.ServicerContext
    ) -> messages.AboutResponse:
        """The Python that programs run with."""
        environment = _environment(request.info)
        version = subprocess.run(
            [environment.python, "-c", "import platform; print(platform.python_version())"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        return messages.AboutResponse(executable=str(environment.python), version=version or platform.python_version())

    def GetProgramDependencies(  # noqa: N802
        self, request: messages.GetProgramDependenciesRequest, _context: grpc.ServicerContext
    ) -> messages.GetProgramDependenciesResponse:
        """The distributions in the program's environment."""
        response = messages.GetProgramDependenciesResponse()
        environment = _environment(request.info)
        for name, version in environment.distributions(transitive=request.transitiveDependencies):
            response.dependencies.add(name=name, version=version)
        return response

    def Cancel(  # noqa: N802
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Interrupt the running processes."""
        self.children.interrupt()
        return empty_pb2.Empty()


def _environment(info: messages.ProgramInfo) -> Environment:
    options: dict[str, Any] = json_format.MessageToDict(info.options)
    return environments.choose(Path(info.root_directory), options)


def _output(stream: str, chunk: bytes) -> messages.RunPluginResponse:
    if stream == "stdout":
        return messages.RunPluginResponse(stdout=chunk)
    return messages.RunPluginResponse(stderr=chunk)


def _plugin_command(request: messages.RunPluginRequest) -> list[str]:
    """The arguments to Python for a plugin: a policy pack, a directory to run, or an installable package."""
    directory = Path(request.info.program_directory)
    entry_point = request.info.entry_point or "."
    program = str(directory if entry_point == "." else directory / entry_point)
    if request.kind == "analyzer":
        return ["-m", "pulumi.policy", *request.args, program]
    if entry_point == "." and not (directory / "__main__.py").exists() and (name := _package_name(directory)):
        return ["-m", "pulumi.run.plugin", name, *request.args]
    return [program, *request.args]


def _package_name(directory: Path) -> str | None:
    """The name of the distribution that the directory's `pyproject.toml` builds, if it builds one."""
    try:
        content = tomllib.loads((directory / "pyproject.toml").read_text())
    except FileNotFoundError:
        return None
    if "build-system" not in content:
        return None
    name = content.get("project", {}).get("name")
    return name if isinstance(name, str) else None
