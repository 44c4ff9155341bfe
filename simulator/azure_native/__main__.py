"""Run the provider: ``python -m azure_native [--version V] [ENGINE_ADDRESS]`` prints its port and serves until stopped.

``--version`` is the version of azure-native that it says it is, that of the installed SDK without it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from importlib.metadata import version

import grpc.aio
from pulumi.runtime.proto import provider_pb2_grpc

from azure_native.servicer import Servicer

_MESSAGE_BYTES = 400 * 1024 * 1024
_PARENT_CHECK_SECONDS = 2.0


async def serve(plays: str) -> None:
    """Serve on a free port of 127.0.0.1 and print the port, as the engine expects of a plugin."""
    limits = [("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)]
    server = grpc.aio.server(options=limits)
    servicer = Servicer(plays)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Ctrl-C reaches the whole process group, and the engine still needs the plugin: it calls Cancel, and interrupts the
    # plugin again when it no longer needs it.
    loop.add_signal_handler(signal.SIGINT, lambda: stopped.set() if servicer.cancelled else None)
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    # After that: an engine that is interrupted as soon as it knows the port interrupts the plugin too.
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    watch = asyncio.create_task(_stop_without_parent(stopped))
    await stopped.wait()
    watch.cancel()
    await server.stop(grace=1)
    await servicer.close()


async def _stop_without_parent(stopped: asyncio.Event) -> None:
    """An engine that was killed cannot end its plugins: stop when the parent process is gone."""
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110  there is no event for a parent's death
        await asyncio.sleep(_PARENT_CHECK_SECONDS)
    stopped.set()


def _plays(arguments: list[str]) -> str:
    parser = argparse.ArgumentParser("azure_native")
    parser.add_argument("--version", default=version("pulumi-azure-native"))
    # The engine adds its address, and more flags when it traces.
    found: str = parser.parse_known_args(arguments)[0].version
    return found


if __name__ == "__main__":
    asyncio.run(serve(_plays(sys.argv[1:])))
