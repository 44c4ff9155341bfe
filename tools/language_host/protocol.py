"""The messages and services of the protocols that the host speaks, without the rest of the Pulumi SDK.

`import pulumi` takes more than half a second, and the host starts with every `pulumi` command, so the SDK's parent
packages are entered as bare namespaces before its generated modules are imported. Nothing else of the SDK may be
imported in the host's process; programs run in their own.
"""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path


def _enter_namespace(name: str, location: Path) -> None:
    spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(location)]
    sys.modules[name] = importlib.util.module_from_spec(spec)


def _enter_sdk() -> None:
    sdk = importlib.util.find_spec("pulumi")
    if sdk is None or sdk.origin is None:
        msg = "The Pulumi SDK is not installed in this Python environment."
        raise ModuleNotFoundError(msg)
    root = Path(sdk.origin).parent
    _enter_namespace("pulumi", root)
    _enter_namespace("pulumi.runtime", root / "runtime")
    _enter_namespace("pulumi.runtime.proto", root / "runtime" / "proto")


if "pulumi" not in sys.modules:
    _enter_sdk()

from pulumi.runtime.proto import analyzer_pb2 as analyzers  # noqa: E402 - after the namespaces are there
from pulumi.runtime.proto import engine_pb2 as logs  # noqa: E402
from pulumi.runtime.proto import engine_pb2_grpc as engines  # noqa: E402
from pulumi.runtime.proto import language_pb2 as messages  # noqa: E402
from pulumi.runtime.proto import language_pb2_grpc as services  # noqa: E402
from pulumi.runtime.proto import plugin_pb2 as plugins  # noqa: E402

__all__ = ["analyzers", "engines", "logs", "messages", "plugins", "services"]
