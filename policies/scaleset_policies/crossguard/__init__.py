"""The rules as a Pulumi policy pack (CrossGuard): one policy a rule, so that each has its own level in Pulumi.

The pack itself is constructed by the ``__main__`` of the pack's folder only: the constructor blocks.
"""

from scaleset_policies.crossguard.policies import NAME, policies
from scaleset_policies.crossguard.serving import ScaleSetAnalyzer, serve_fast

__all__ = ["NAME", "ScaleSetAnalyzer", "policies", "serve_fast"]
