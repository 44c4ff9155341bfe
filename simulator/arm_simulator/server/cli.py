"""The command ``scaleset-sim``: ``serve`` simulates Azure Resource Manager on 127.0.0.1.

``install-provider`` puts the stand-in for Pulumi's azure-native provider into a Pulumi home, for programs to run on it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn

from arm_simulator.core.messages import BASIC_SKUS, COLLISIONS, COMPUTE_PUTS
from arm_simulator.core.store import StateFileError
from arm_simulator.server import az_login, certificates
from arm_simulator.server.app import Simulator
from arm_simulator.server.az_login import TOKEN_VARIABLE
from arm_simulator.server.certificates import NoTlsError
from arm_simulator.server.routing import Settings

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """uvicorn that prints its address as soon as it listens."""

    def __init__(self, config: uvicorn.Config, port: int) -> None:
        super().__init__(config)
        self._address = f"{'https' if config.is_ssl else 'http'}://{HOST}:{port}"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the line that callers wait for."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"listening on {self._address}\n")
            sys.stdout.flush()


def bind(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 picks a free one.

    Raises:
        OSError: The port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets TCP_NODELAY by this
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener


def uvicorn_config(simulator: Simulator, certificate: Path | None = None) -> uvicorn.Config:
    """The server's settings: one loop, no access log, connections kept open; TLS with a certificate."""
    return uvicorn.Config(
        simulator.app,
        interface="asgi3",
        proxy_headers=False,  # there is no proxy whose X-Forwarded-Proto could be trusted
        log_level="warning",
        access_log=False,
        timeout_keep_alive=120,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=2,
        ssl_certfile=certificate,
        ssl_keyfile=certificate,
    )


def serve(options: argparse.Namespace) -> int:
    """Run until SIGINT or SIGTERM; returns the exit code."""
    token = options.token or os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        token = secrets.token_urlsafe(24)
        sys.stderr.write(f"No --token and no {TOKEN_VARIABLE}: this run's token is {token}\n")
    settings = Settings(
        lro_polls=options.lro_polls,
        retry_after=options.retry_after,
        balancer_collisions=options.balancer_collisions,
        balancer_busy_ms=options.balancer_busy,
        consistency_lag=options.consistency_lag,
        compute_put=options.compute_put,
        basic_skus=options.basic_skus,
    )
    certificate: Path | None = None
    if options.tls is not None:
        try:
            certificate = certificates.ensure(options.tls).server
        except NoTlsError as error:
            return _fail(str(error))
    try:
        simulator = Simulator(options.state, token, options.latency, settings, hosts=options.allow_host or ())
    except StateFileError as error:
        return _fail(f"{error} Give another --state FILE.")
    simulator.router.subscriptions = tuple(options.subscription or [az_login.SUBSCRIPTION])
    try:
        listener = bind(options.port)
    except OSError as error:
        simulator.close()
        return _fail(
            f"cannot listen on {HOST}:{options.port}: {error.strerror or error}. Give another --port, or 0 to pick one."
        )
    server = _Server(uvicorn_config(simulator, certificate), listener.getsockname()[1])
    try:
        asyncio.run(server.serve(sockets=[listener]))
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()
        simulator.close()
    return 0


def install_provider(options: argparse.Namespace) -> int:
    """Put the stand-in provider into a Pulumi home; returns the exit code."""
    try:
        # An extra of the distribution: the server needs neither Pulumi nor its SDK of Azure.
        from azure_native.install import install  # noqa: PLC0415

        executable = install(options.home)
    except ImportError as error:  # PackageNotFoundError, where azure-native's own SDK is missing, is one of these
        return _fail(
            f"{error.name or error} is not installed: pip install 'pulumi-azure-scaleset-simulator[provider]'."
        )
    sys.stdout.write(f"{executable}\n")
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"scaleset-sim: {message}\n")
    return 1


def _number(kind: type[int | float], low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = kind(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not in {low:g} to {high:g}")
        return value

    parse.__name__ = "number"
    return parse


def parser() -> argparse.ArgumentParser:
    """The command line."""
    main_parser = argparse.ArgumentParser(
        prog="scaleset-sim", description="Azure Resource Manager on your own machine."
    )
    commands = main_parser.add_subparsers(dest="command", required=True)
    _add_serve(commands)
    provider = commands.add_parser(
        "install-provider", help="put the stand-in for Pulumi's azure-native into a Pulumi home, for PULUMI_HOME"
    )
    provider.add_argument(
        "--home",
        type=Path,
        required=True,
        metavar="DIR",
        help="the PULUMI_HOME; better not the one of your real stacks",
    )
    provider.set_defaults(run=install_provider)
    az_login.add_to(commands)
    return main_parser


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("serve", help="play Azure on 127.0.0.1 until interrupted")
    run.add_argument("--port", type=_number(int, 0, 65535), default=0, help="TCP port; 0 picks a free one (default)")
    run.add_argument("--state", type=Path, default=":memory:", metavar="FILE", help="SQLite file with the state")
    run.add_argument(
        "--allow-host",
        action="append",
        metavar="NAME",
        help="answer requests to this name too (of a proxy, a container); repeatable. Others are refused, but for "
        "127.0.0.1, localhost and [::1]",
    )
    run.add_argument("--token", default="", help=f"bearer token of the clients (default: ${TOKEN_VARIABLE})")
    run.add_argument("--latency", type=_number(float, 0, 60_000), default=0, metavar="MS", help="delay of each answer")
    run.add_argument(
        "--lro-polls",
        type=_number(int, 0, 1000),
        default=0,
        metavar="N",
        help="polls until a long-running operation is done",
    )
    run.add_argument(
        "--retry-after",
        type=_number(int, 0, 3600),
        default=0,
        metavar="SECONDS",
        help="Retry-After of long-running operations",
    )
    run.add_argument(
        "--balancer-collisions",
        choices=COLLISIONS,
        default="off",
        help="what a write under a load balancer is answered while another one is in progress (default: off)",
    )
    run.add_argument(
        "--balancer-busy",
        type=_number(int, 0, 600_000),
        default=0,
        metavar="MS",
        help="how long a write under a load balancer is in progress, besides --lro-polls",
    )
    run.add_argument(
        "--consistency-lag",
        type=_number(int, 0, 1000),
        default=0,
        metavar="N",
        help="requests until a new lock has effect, a deleted one has none, and a new principal is found",
    )
    run.add_argument(
        "--compute-put",
        choices=COMPUTE_PUTS,
        default="keep",
        help="what a PUT of a machine or scale set does with what it leaves out (default: keep, as Azure does)",
    )
    run.add_argument(
        "--basic-skus",
        choices=BASIC_SKUS,
        default="refused",
        help="whether new public addresses and load balancers may be Basic (default: refused, as in Azure)",
    )
    run.add_argument(
        "--subscription",
        action="append",
        metavar="ID",
        help="a subscription that is listed from the start; repeatable (any other id exists, too)",
    )
    run.add_argument(
        "--tls",
        type=Path,
        nargs="?",
        const=certificates.default_folder(),
        metavar="DIR",
        help="serve https, with certificates that are kept in this folder (default: in the user's cache)",
    )
    run.set_defaults(run=serve)


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the console script; exits with the command's code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    options = parser().parse_args(arguments)
    sys.exit(options.run(options))
