"""The pack itself: constructing it serves it to the engine until Pulumi ends the process."""

from pulumi_policy import EnforcementLevel, PolicyPack

from scaleset_policies.crossguard.fast import serve_fast
from scaleset_policies.crossguard.policies import NAME, policies


def serve() -> None:
    """Serve the rules as the policy pack ``azure-scaleset``; does not return."""
    serve_fast()
    PolicyPack(
        name=NAME,
        policies=policies(),
        enforcement_level=EnforcementLevel.ADVISORY,
        display_name="Azure scale sets",
        description="Keeps Uniform-only properties out of Flexible scale sets, and Flexible-only properties out "
        "of Uniform ones; protection, outbound access, good practice.",
        provider="azure-native",
        tags=["azure", "vmss", "scale set", "flexible orchestration"],
    )
