"""The policy pack: `pulumi up --policy-pack policies`. Constructing a PolicyPack serves it until Pulumi ends it."""

from pulumi_policy import EnforcementLevel, PolicyPack

from scaleset_policies import crossguard

if __name__ == "__main__":
    crossguard.serve_fast()
    PolicyPack(
        name=crossguard.NAME,
        policies=crossguard.policies(),
        enforcement_level=EnforcementLevel.ADVISORY,
        display_name="Azure scale sets",
        description="Keeps Uniform-only properties out of Flexible scale sets and the other way round; protection, "
        "outbound access, good practice.",
        provider="azure-native",
        tags=["azure", "vmss", "scale set", "flexible orchestration"],
    )
