"""What the engine can do, and what it is doing. The SDK's answers are in undocumented modules, so none is relied on.

A feature that the SDK did not find counts as missing: registering hooks with an engine that has none ends the
deployment, while doing without costs advice and convenience only.
"""

import contextlib
import inspect
import re
from typing import Any, Literal

Feature = Literal["errorHooks", "outputValues", "resourceHooks", "transforms"]


def supports(feature: Feature) -> bool:
    """Whether the engine has ``feature``. A unit test's mocks never have ``outputValues``.

    Up to 3.257 the SDK's function is a coroutine, which can't be awaited here, and names the features differently; but
    the SDK has queried all features before the program or the component starts.
    """
    try:
        from pulumi.runtime import settings  # noqa: PLC0415
        from pulumi.runtime.proto import resource_pb2  # noqa: PLC0415

        asks: Any = settings.monitor_supports_feature
        if inspect.iscoroutinefunction(asks):
            found: Any = settings.SETTINGS
            return (found.feature_support or {}).get(feature) is True
        words = re.sub(r"([A-Z])", r"_\1", feature).upper()
        return asks(getattr(resource_pb2, f"RESOURCE_MONITOR_FEATURE_{words}")) is True
    except (ImportError, AttributeError):
        return False


async def registrations_end() -> None:
    """Wait until every registration that has begun is answered; an SDK without the function is not waited for."""
    try:
        from pulumi.runtime.stack import wait_for_rpcs  # noqa: PLC0415
    except ImportError:
        return
    with contextlib.suppress(Exception):  # the error of a registration is reported with it
        await wait_for_rpcs(await_all_outstanding_tasks=False)
