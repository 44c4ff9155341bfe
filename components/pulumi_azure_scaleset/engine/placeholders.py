"""Placeholders for the values of failed resources, for `pulumi up --continue-on-error`.

The engine skips what depends on a failed resource, but asks the provider to check it first, without the values that do
not exist. A value that the provider requires (the scope of a lock, for example) is then missing, and a failed check
ends the whole deployment: one machine that finds no capacity would stop all others. So required values get a
placeholder, which only the check sees: the engine skips the resource right after it.
"""

from typing import Any

import pulumi

UNAVAILABLE = "(unavailable: another resource failed)"
"""The placeholder for a value that does not exist because its resource failed."""


def even_if_failed(value: pulumi.Output[Any]) -> pulumi.Output[Any]:
    """``value``, or :data:`UNAVAILABLE` if an update does not learn it; in a preview it stays unknown.

    Args:
        value: An Output of a text.
    """
    return value if pulumi.runtime.is_dry_run() else value.apply(_known, run_with_unknowns=True)


def _known(value: Any) -> Any:
    # Before 3.252 the SDK shows a failed resource's output as None, and since as unknown.
    return UNAVAILABLE if value is None or pulumi.contains_unknowns(value) else value
