"""Replaces the SDK's analyzer by the pack's own, if the SDK's private class still exists.

The SDK has no public hook. If a later release renames or changes the class, the SDK's own analyzer serves the pack: the
same rules and verdicts, more slowly, with a warning.
"""

import warnings
from typing import Any, Final

_SLOW: Final = (
    "the policy pack azure-scaleset runs without its own analyzer: this release of pulumi_policy has changed inside "
    "({reason}). The rules are the same; large stacks take longer. See whether there is a newer pack."
)


def serve_fast() -> bool:
    """Let the next PolicyPack be served by the pack's analyzer.

    Returns:
        Whether it will be; if not, a warning says why.
    """
    try:
        from scaleset_policies.crossguard import serving  # noqa: PLC0415 - the import fails if the class is gone
    except (ImportError, TypeError) as error:
        _warn(error)
        return False

    def analyzer(*arguments: Any) -> Any:
        try:
            return serving.ScaleSetAnalyzer(*arguments)
        except Exception as error:  # noqa: BLE001 - on any error the SDK's own analyzer serves the rules
            _warn(error)
            return serving.SdkAnalyzer(*arguments)

    serving.put_in_place(analyzer)
    return True


def _warn(error: Exception) -> None:
    warnings.warn(_SLOW.format(reason=f"{type(error).__name__}: {error}"), RuntimeWarning, stacklevel=3)
