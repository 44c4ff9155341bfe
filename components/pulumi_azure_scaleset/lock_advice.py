"""What to do when a lock stopped a change: said beside ARM's raw 409, by an error hook of the engine.

A lock is removed at the end of an update and the change comes before it, so "remove the lock and try again" is not
enough to get a person out. Engines without error hooks deploy all the same and show ARM's message alone.
"""

from collections.abc import Mapping

import pulumi

_CODE = "ScopeLocked"


def advise(sentences: Mapping[str, str], args: pulumi.ErrorHookArgs) -> str | None:
    """The sentence for a failed resource, or None if no lock was the cause.

    Args:
        sentences: What to say, by the resource's logical name.
        args: The engine's account of the failure.
    """
    return sentences.get(args.name) if any(_CODE in error for error in args.errors) else None


def lock_advice(component: str, sentences: Mapping[str, str]) -> pulumi.ResourceHookBinding | None:
    """The hooks for resources that a lock may guard; None where there is nothing to say or the engine has no hooks.

    Args:
        component: The component's logical name.
        sentences: What to say, by the resource's logical name.
    """
    if not sentences or not _supported():
        return None

    def on_error(args: pulumi.ErrorHookArgs) -> bool:
        sentence = advise(sentences, args)
        if sentence is not None:
            pulumi.log.error(sentence)
        return False

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"azure-scaleset:{component}:lock-advice", on_error)])


def _supported() -> bool:
    """Whether the engine has error hooks. The SDK answers in a module that is not part of its documented surface."""
    try:
        from pulumi.runtime.proto import resource_pb2  # noqa: PLC0415
        from pulumi.runtime.settings import monitor_supports_feature  # noqa: PLC0415

        return bool(monitor_supports_feature(resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS))
    except (ImportError, AttributeError):
        return False
