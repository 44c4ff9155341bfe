"""What to do about an error when Azure's message does not say: an error hook of the engine adds the advice.

A lock is removed at the end of an update, after the change that it blocks, so "remove the lock and try again" does not
help; nor does "already existing" for something that the same update is about to delete. Engines without error hooks
deploy nevertheless and show the error alone.
"""

import inspect
from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_azure_scaleset.plan.resources import Advice


def advise(advice: Mapping[str, Advice], args: "pulumi.ErrorHookArgs") -> str | None:
    """The sentence for a failed resource, or None if the error needs no advice.

    Args:
        advice: The sentence for each error, by the resource's logical name.
        args: What the engine reports about the failure.
    """
    for word, sentence in advice.get(args.name, ()):
        if any(word in error for error in args.errors):
            return sentence
    return None


def error_advice(component: str, advice: Mapping[str, Advice]) -> "pulumi.ResourceHookBinding | None":
    """The hooks for resources with advice; None without advice, or if the engine has no hooks.

    Args:
        component: The component's logical name.
        advice: The sentence for each error, by the resource's logical name.
    """
    if not advice or not _supported():
        return None

    def on_error(args: "pulumi.ErrorHookArgs") -> bool:
        sentence = advise(advice, args)
        if sentence is not None:
            pulumi.log.error(sentence)
        return False

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"azure-scaleset:{component}:advice", on_error)])


def _supported() -> bool:
    """Whether the engine has error hooks. The SDK's answer is in an undocumented module.

    Up to 3.257 the SDK's function is a coroutine, which can't be awaited here, and names the features differently; but
    the SDK has queried all features before the program or the component starts. A feature that it did not find counts
    as missing: registering hooks with an engine that has none ends the deployment, while doing without hooks costs only
    the advice.
    """
    try:
        from pulumi.runtime import settings  # noqa: PLC0415
        from pulumi.runtime.proto import resource_pb2  # noqa: PLC0415

        supports: Any = settings.monitor_supports_feature
        if inspect.iscoroutinefunction(supports):
            found: Any = settings.SETTINGS
            return (found.feature_support or {}).get("errorHooks") is True
        return supports(resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS) is True
    except (ImportError, AttributeError):
        return False
