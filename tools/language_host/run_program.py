"""Run a Pulumi program: the process that the language host starts for it.

It runs in the program's own environment, and so imports only the standard library and the Pulumi SDK. The contract is
that of the official host's executor. The command line is the same, and the configuration is in `PULUMI_CONFIG` and
`PULUMI_CONFIG_SECRET_KEYS`. Exit code 32 means "failed, and the error was already reported". The same exceptions end
with it (all but `RunError` and those that are no `Exception`).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

FAILED = 1
FAILED_AND_SHOWN = 32

# A user's program must not find the modules of this host.
sys.path[:] = [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))]  # noqa: PTH100, PTH120

try:
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
    threads = ThreadPoolExecutor(max_workers=max(parallel, 1) * 4)
    loop.set_default_executor(threads)
    status = FAILED
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _execute(program)))
        status = 0
    except KeyboardInterrupt:
        pass  # the engine ended the update: it tells why, and where the program was is of no interest
    except pulumi.RunError as error:
        # The host adds "program exited with non-zero exit code: 1" to it, as the official one does.
        pulumi.log.error(str(error))
    except Exception as error:  # noqa: BLE001 - every exception of the user's program is shown to the user
        pulumi.log.error("Program failed with an unhandled exception:\n" + _user_traceback(error))
        status = FAILED_AND_SHOWN
    finally:
        with contextlib.suppress(KeyboardInterrupt):  # as above, while the last calls end
            threads.shutdown(wait=True)
        loop.close()
        sys.stdout.flush()
        sys.stderr.flush()
    return status


def _execute(program: str) -> None:
    """Run a directory or a file; nothing is added to the path of modules for a file, as with the official host."""
    if os.path.isdir(program) and not os.path.exists(os.path.join(program, "__main__.py")):  # noqa: PTH110, PTH112, PTH118
        pulumi.log.error(f"unable to find main python program `__main__.py` in `{os.path.abspath(program)}`")  # noqa: PTH100
        sys.exit(FAILED_AND_SHOWN)
    runpy.run_path(program, run_name="__main__")


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


if __name__ == "__main__":
    sys.exit(main())
