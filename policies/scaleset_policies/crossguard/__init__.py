"""The rules as a Pulumi policy pack (CrossGuard): one policy for each rule, so that each has its own level in Pulumi.

Only the ``__main__`` of the pack's folder constructs the pack: the constructor blocks.
"""

from scaleset_policies.crossguard.fast import serve_fast
from scaleset_policies.crossguard.policies import NAME, policies

__all__ = ["NAME", "policies", "serve_fast"]
