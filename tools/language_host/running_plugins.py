"""Component plugins and policy packs: the command that runs one, and its life."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import grpc

from language_host.children import Children, output_of, stop
from language_host.environments import Environment, not_found
from language_host.options import RefusedError
from language_host.policy_proxy import PolicyProxy, variables
from language_host.protocol import messages
from language_host.toolchains.base import Chunk, pyproject

ANALYZER = "analyzer"
NOT_RUNNABLE = "plugin is not runnable, it provides neither __main__.py nor a buildable pyproject.toml"
NOT_STARTED = "problem executing plugin program (could not run language executor): "


def command(request: messages.RunPluginRequest, environment: Environment) -> list[str]:
    """The command line of a plugin: its directory, or the module of the package that it is.

    Raises:
        RefusedError: It has neither a `__main__.py` nor a package that can be built.
    """
    directory = Path(request.info.root_directory)
    python, program = str(environment.python), request.info.program_directory
    if not (directory / "__main__.py").exists() and _runs_packages(environment):
        content = pyproject(directory)
        name = content.get("project", {}).get("name")
        if not name or not content.get("build-system", {}).get("build-backend"):
            raise RefusedError(NOT_RUNNABLE)
        return [python, "-u", "-m", "pulumi.run.plugin", name, *request.args]
    if request.kind == ANALYZER:
        return [python, "-u", "-m", "pulumi.policy", *request.args, program]
    return [python, "-u", program, *request.args]


def run(
    request: messages.RunPluginRequest,
    environment: Environment,
    *,
    children: Children,
    inherited: Mapping[str, str],
    context: grpc.ServicerContext,
) -> Iterator[Chunk | int]:
    """Run a plugin to its end: yields what it prints, then its exit code.

    Args:
        request: The engine's request.
        environment: What it runs in.
        children: What starts the process.
        inherited: The environment variables of the host.
        context: The call; the engine ends a plugin by cancelling it.

    Raises:
        RefusedError: It can't be started.
    """
    line = command(request, environment)
    if not environment.python.exists():
        where = f"; it has no environment: run `pulumi install` in {request.info.root_directory}"
        raise RefusedError(NOT_STARTED + not_found(environment.python) + where)
    given = dict(entry.split("=", 1) for entry in request.env if "=" in entry)
    activated = environment.activate(inherited) if environment.virtualenv else {}
    if request.kind != ANALYZER:
        directory = Path(request.pwd)
        with children.start(line, directory=directory, variables={**activated, **given}, capture=True) as process:
            context.add_callback(lambda: stop(process, signal.SIGTERM))
            yield from output_of(process)
            yield process.wait()
        return
    with PolicyProxy() as proxy:
        yield "stdout", f"{proxy.port}\n".encode()
        context.add_callback(lambda: proxy.fail("the engine has ended the pack"))
        context.add_callback(proxy.release)
        told = {**activated, **variables(proxy.configuration.result()), **given}
        yield from _pack(line, told, Path(request.info.program_directory), proxy, children=children, context=context)


def _pack(
    line: Sequence[str],
    told: Mapping[str, str],
    directory: Path,
    proxy: PolicyProxy,
    *,
    children: Children,
    context: grpc.ServicerContext,
) -> Iterator[Chunk | int]:
    """Run a pack's process behind its proxy."""
    with children.start(line, directory=directory, variables=told, capture=True) as process:
        context.add_callback(lambda: stop(process, signal.SIGTERM))
        first: bytes | None = b""
        for stream, chunk in output_of(process):
            if stream == "stderr" or first is None:
                yield stream, chunk
                continue
            first += chunk
            if b"\n" not in first:
                continue
            port, rest = first.split(b"\n", 1)
            first = None
            if not port.strip().isdigit():
                proxy.fail(f"could not read policy pack port: {port.decode(errors='replace')!r} is none")
                stop(process, signal.SIGTERM)
            else:
                proxy.attach(int(port))
            if rest:
                yield stream, rest
        status = process.wait()
        if first is not None:
            proxy.fail(f"could not read policy pack port: it ended with exit status {status}")
        yield status


def _runs_packages(environment: Environment) -> bool:
    """Whether the environment's SDK can run a plugin that is a package; older ones can't."""
    return any((place / "pulumi" / "run" / "plugin").exists() for place in environment.search_path) or any(
        (place / "pulumi" / "run" / "plugin.py").exists() for place in environment.search_path
    )
