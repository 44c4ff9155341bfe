"""Which of Azure's refusals are temporary, and how long to wait.

Azure serialises writes to a load balancer and to what depends on it (inbound NAT rules, the interfaces behind it), and
refuses or cancels those that come in between. azurerm solves this with a lock for each balancer. Here the engine writes
concurrently, and a refused write waits for its turn. With twenty instances most succeed at once, and none fails.
"""

import random
from collections.abc import Sequence

_PASSING = (
    # https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
    "RetryableError",
    "AnotherOperationInProgress",
    "OperationPreempted",
    "CanceledAndSupersededDueToAnotherOperation",
    "superseded by a more recent",
    "ReferencedResourceNotProvisioned",
    "TooManyRequests",
    # A principal that was just made is not everywhere yet:
    # https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
    "PrincipalNotFound",
)
MOST = 60
"""How often one change is tried again; the engine itself allows 99."""
_FIRST_SECONDS, _LONGEST_SECONDS = 0.5, 20.0


def passing(error: str) -> bool:
    """Whether ``error`` is one that passes by itself."""
    return any(word in error for word in _PASSING)


def pause(attempt: int) -> float:
    """How many seconds to wait before the next attempt.

    Args:
        attempt: How often the change has failed, from 1.
    """
    # Half of it is random: what was refused together would come together again.
    longest = min(_FIRST_SECONDS * 2.0 ** (attempt - 1), _LONGEST_SECONDS)
    return longest * (0.5 + random.random() / 2)  # noqa: S311 - nothing secret


def tries_again(errors: Sequence[str]) -> float | None:
    """The pause before the next attempt after these errors, newest first; None if it is no use.

    Args:
        errors: What the change failed with so far.
    """
    if not errors or not passing(errors[0]) or len(errors) > MOST:
        return None
    return pause(len(errors))
