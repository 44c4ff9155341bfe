"""Start the language host: `pulumi-language-python [flags] ENGINE_ADDRESS`, as the engine calls it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc

from language_host.protocol import services
from language_host.server import LanguageHost

PARENT_CHECK_SECONDS = 1.0
UNLIMITED_MESSAGES = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
PARALLEL_CALLS = 64
"""More than an engine's concurrent calls: each running program and plugin occupies a thread until it ends."""


def main() -> int:
    """Serve until the engine interrupts the host or ends; the first line of output is the port."""
    parser = argparse.ArgumentParser(prog="pulumi-language-python")
    parser.add_argument("engine_address", nargs="?", default="")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("--host-version", default="")
    arguments, _ = parser.parse_known_args()
    if arguments.version:
        print(arguments.host_version)
        return 0

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    host = LanguageHost(arguments.engine_address, arguments.host_version)
    server = grpc.server(ThreadPoolExecutor(max_workers=PARALLEL_CALLS), options=UNLIMITED_MESSAGES)
    services.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)

    engine = os.getppid()
    while not stopped.wait(PARENT_CHECK_SECONDS):
        if os.getppid() != engine:  # the engine was killed: nothing else would end this process
            break
    host.children.interrupt()
    server.stop(grace=None).wait()
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Threads that still serve a call can't be ended, and nothing is left to save.
    os._exit(status)
