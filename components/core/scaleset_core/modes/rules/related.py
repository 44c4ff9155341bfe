"""Property rules that need several resources: a set, its network, its instances, its locks."""

from scaleset_core.modes.rules.parts import (
    BOTH,
    FLEXIBLE,
    MIGRATION_PAGE,
    ORCHESTRATION_PAGE,
    STANDBY_PAGE,
    UNIFORM,
)
from scaleset_core.modes.types import PropertyRule, Severity, Subject

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="nat-pool-serves-flexible",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="inboundNatPools",
        argument="inbound_nat",
        statement="The load balancer of a Flexible set has no inbound NAT pools.",
        reason="a NAT pool numbers the instances of a Uniform set and never reaches a Flexible instance",
        alternative="replace the pool by NAT rules to the instances or by one version 2 NAT rule over the backend pool",
        source=f"{ORCHESTRATION_PAGE}; {MIGRATION_PAGE}",
    ),
    PropertyRule(
        id="explicit-outbound-on-flexible",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="virtualMachineProfile.networkProfile",
        argument="outbound",
        statement="Instances that a Flexible set creates from its profile need an explicit outbound method.",
        reason="they have no default outbound access; and virtual networks made with Microsoft.Network 2025-07-01 or "
        "later give none to any virtual machine",
        alternative="use a load balancer outbound rule, a NAT gateway on the subnet, or say outbound: External if your "
        "network routes it (firewall, proxy, none wanted)",
        source=f"{MIGRATION_PAGE}; learn.microsoft.com: Orchestration modes API comparison; Private subnets by default",
    ),
    PropertyRule(
        id="standby-pool-on-uniform",
        modes=UNIFORM,
        subject=Subject.RELATED,
        path="standbyVirtualMachinePools.attachedVirtualMachineScaleSetId",
        argument="standby_pool",
        statement="Standby pools are Flexible only.",
        reason="a pool hands over whole virtual machines",
        alternative="use Flexible, or overprovision on Uniform",
        source=STANDBY_PAGE,
    ),
    PropertyRule(
        id="standby-pool-one-fault-domain",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="platformFaultDomainCount",
        argument="standby_pool",
        statement="A standby pool needs a set with one fault domain, a name of 3 to 24 characters, and set and pool "
        "together at most 1,000 instances.",
        reason="these are the limits of standby pools",
        alternative="use platform_fault_domain_count 1 and a smaller pool",
        source=STANDBY_PAGE,
    ),
    PropertyRule(
        id="protected-instance-without-lock",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="Microsoft.Authorization/locks",
        argument="instances.*.protection",
        statement="An instance that is to be protected from deletion has a management lock.",
        reason="protectionPolicy stops scale-in and set-wide actions only, never a user's own delete",
        alternative="put a CanNotDelete lock on the virtual machine (protection.scale_in)",
        severity=Severity.WARNING,
        source="learn.microsoft.com: Instance protection for scale set instances (2026-05)",
    ),
    PropertyRule(
        id="lock-blocks-own-stack",
        modes=BOTH,
        subject=Subject.RELATED,
        path="Microsoft.Authorization/locks",
        argument="protection",
        statement="A lock does not stand above resources that the same program changes or deletes before the lock.",
        reason="ARM refuses the change while the lock stands, so the deployment stops half-way",
        alternative="make the lock depend on what it guards, so that it comes last and goes first; prefer locks on "
        "single resources to ReadOnly locks on the resource group",
        severity=Severity.WARNING,
        source="learn.microsoft.com: Lock your resources to protect your infrastructure",
    ),
)
