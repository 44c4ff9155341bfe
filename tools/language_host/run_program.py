"""Run a Pulumi program: the process that the language host starts for it.

It runs in the program's own environment and so imports nothing but the standard library and the Pulumi SDK. The
contract is that of the official host's executor: the same command line, configuration in `PULUMI_CONFIG` and
`PULUMI_CONFIG_SECRET_KEYS`, and exit code 32 for "failed, and the error was already reported".
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import NoReturn

FAILED_AND_SHOWN = 32
INTERRUPTED = 130

# A user's program must not find the modules of this host.
sys.path[:] = [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))]  # noqa: PTH100, PTH120

try:
    import grpc
    import pulumi
    import pulumi.runtime
except ImportError:
    traceback.print_exc()
    print(
        f"The Pulumi SDK can't be imported in {sys.executable}. Install the program's dependencies there.",
        file=sys.stderr,
    )
    sys.exit(1)


def main() -> int:
    """Run the program that the command line names; returns the exit code."""
    arguments = _parse_arguments()
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=arguments.project,
            stack=arguments.stack,
            organization=arguments.organization or "organization",
            root_directory=arguments.root_directory,
            monitor=arguments.monitor,
            engine=arguments.engine,
            parallel=arguments.parallel,
            dry_run=arguments.dry_run == "true",
        )
    )
    sys.argv = [arguments.program, *arguments.arguments]
    if arguments.pwd is not None:
        os.chdir(arguments.pwd)
    # The engine reports what failed; asyncio would add "exception was never retrieved" for everything that depends on
    # it.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    return _run(arguments.program, arguments.parallel)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run a Pulumi Python program.")
    for name in ("project", "stack", "organization", "root_directory", "pwd", "monitor", "engine", "dry_run"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--parallel", type=int, default=0)
    parser.add_argument("program")
    parser.add_argument("arguments", nargs="*")
    return parser.parse_args()


def _run(program: str, parallel: int) -> int:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # One thread for each resource operation under way; the SDK's calls to the engine block theirs.
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(parallel, 1) * 4))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _execute(program)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return FAILED_AND_SHOWN
    except KeyboardInterrupt:
        _leave_interrupted()
    except grpc.RpcError as error:
        return _report_engine_failure(error)
    except Exception as error:  # noqa: BLE001 - every exception of the user's program is shown to the user
        pulumi.log.error("Program failed with an unhandled exception:\n" + _user_traceback(error))
        return FAILED_AND_SHOWN
    finally:
        _close(loop)
    return 0


def _execute(program: str) -> None:
    if os.path.isfile(program):  # noqa: PTH113
        sys.path.insert(0, os.path.dirname(os.path.abspath(program)))  # noqa: PTH100, PTH120
    try:
        runpy.run_path(program, run_name="__main__")
    except KeyboardInterrupt:
        _leave_interrupted()


def _leave_interrupted() -> NoReturn:
    """End the process now that the program's own `finally` blocks have run.

    The engine was interrupted too and no longer responds: the SDK would wait for it, and so would the threads of its
    calls, which a normal exit joins.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


def _report_engine_failure(error: grpc.RpcError) -> int:
    # grpc types the raised objects as RpcError only; they are also calls.
    code = getattr(error, "code", lambda: None)()
    if code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}:
        # The engine has ended or is shutting down; it has reported the reason.
        pulumi.log.debug("Resource monitor has terminated, shutting down.")
        return FAILED_AND_SHOWN
    pulumi.log.error("Program failed with an unhandled exception:\n" + _user_traceback(error))
    return FAILED_AND_SHOWN


def _user_traceback(error: BaseException) -> str:
    """The traceback from the program's first frame on; all of it if no frame of the program is in it."""
    return "".join(traceback.format_exception(type(error), error, _program_part(error.__traceback__)))


def _program_part(trace: TracebackType | None) -> TracebackType | None:
    frame = trace
    inside = False
    while frame is not None:
        name = frame.tb_frame.f_code.co_filename
        executing = name == "<frozen runpy>" or name.endswith(f"{os.sep}runpy.py")
        if inside and not executing:
            return frame
        inside = inside or executing
        frame = frame.tb_next
    return trace


def _close(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.close()
    sys.stdout.flush()
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
