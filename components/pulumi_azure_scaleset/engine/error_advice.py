"""What to do about an error that Azure's words leave open: said beside the error, by an error hook of the engine.

A lock is removed at the end of an update and the change comes before it, so "remove the lock and try again" is not
enough to get a person out; nor is "already existing" for something that the same update is about to delete. Engines
without error hooks deploy all the same and show the error alone.
"""

from collections.abc import Mapping

import pulumi

from pulumi_azure_scaleset.plan.resources import Advice


def advise(advice: Mapping[str, Advice], args: pulumi.ErrorHookArgs) -> str | None:
    """The sentence for a failed resource, or None if its error speaks for itself.

    Args:
        advice: What to say about which error, by the resource's logical name.
        args: The engine's account of the failure.
    """
    for word, sentence in advice.get(args.name, ()):
        if any(word in error for error in args.errors):
            return sentence
    return None


def error_advice(component: str, advice: Mapping[str, Advice]) -> pulumi.ResourceHookBinding | None:
    """The hooks for resources with advice; None where there is nothing to say or the engine has no hooks.

    Args:
        component: The component's logical name.
        advice: What to say about which error, by the resource's logical name.
    """
    if not advice or not _supported():
        return None

    def on_error(args: pulumi.ErrorHookArgs) -> bool:
        sentence = advise(advice, args)
        if sentence is not None:
            pulumi.log.error(sentence)
        return False

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"azure-scaleset:{component}:advice", on_error)])


def _supported() -> bool:
    """Whether the engine has error hooks. The SDK answers in a module that is not part of its documented surface."""
    try:
        from pulumi.runtime.proto import resource_pb2  # noqa: PLC0415
        from pulumi.runtime.settings import monitor_supports_feature  # noqa: PLC0415

        return bool(monitor_supports_feature(resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS))
    except (ImportError, AttributeError):
        return False
