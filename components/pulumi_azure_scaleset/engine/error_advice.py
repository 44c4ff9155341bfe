"""What to do about an error that Azure's words leave open: said beside the error, by an error hook of the engine.

A lock is removed at the end of an update and the change comes before it, so "remove the lock and try again" is not
enough to get a person out; nor is "already existing" for something that the same update is about to delete. Engines
without error hooks deploy all the same and show the error alone.
"""

import inspect
from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_azure_scaleset.plan.resources import Advice


def advise(advice: Mapping[str, Advice], args: "pulumi.ErrorHookArgs") -> str | None:
    """The sentence for a failed resource, or None if its error speaks for itself.

    Args:
        advice: What to say about which error, by the resource's logical name.
        args: The engine's account of the failure.
    """
    for word, sentence in advice.get(args.name, ()):
        if any(word in error for error in args.errors):
            return sentence
    return None


def error_advice(component: str, advice: Mapping[str, Advice]) -> "pulumi.ResourceHookBinding | None":
    """The hooks for resources with advice; None where there is nothing to say or the engine has no hooks.

    Args:
        component: The component's logical name.
        advice: What to say about which error, by the resource's logical name.
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
    """Whether the engine has error hooks. The SDK answers in a module that is not part of its documented surface.

    Up to 3.257 its question is a coroutine, which can't be awaited here, and its features have names of their own; but
    it has asked for all of them before the program or the component starts. What it has not found is a no: hooks for
    an engine without them end the deployment, and no hooks cost a sentence.
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
