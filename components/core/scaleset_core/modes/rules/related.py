"""Property rules that need several resources: a set, its network, its instances, its locks."""

from scaleset_core.modes.examples import ABSENT, NAT_POOLS, NO_ZONES, REGIONAL, flexible, on_flexible, pair, uniform
from scaleset_core.modes.pages import (
    API_COMPARISON_PAGE,
    EPHEMERAL_PAGE,
    LOCKS_PAGE,
    MIGRATION_PAGE,
    NETWORK_SDK,
    ORCHESTRATION_PAGE,
    PRIVATE_SUBNETS_BLOG,
    PRIVATE_SUBNETS_PAGE,
    PROTECTION_PAGE,
    STANDBY_PAGE,
)
from scaleset_core.modes.rules.parts import (
    BOTH,
    EPHEMERAL,
    FLEXIBLE,
    UNIFORM,
)
from scaleset_core.modes.types import Category, Impact, PropertyRule, Severity, Subject

_LOCAL = {EPHEMERAL: {"option": "Local"}, "sku.name": "Standard_D2ds_v5"}

RULES: tuple[PropertyRule, ...] = (
    PropertyRule(
        id="nat-pool-serves-flexible",
        number="SS068",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="inboundNatPools",
        argument="inbound_nat",
        statement="The load balancer of a Flexible set must not have inbound NAT pools.",
        reason="a NAT pool numbers the instances of a Uniform set and never reaches a Flexible instance",
        alternative=(
            "replace the NAT pool with NAT rules to the instances, or with one version 2 NAT rule over the backend pool"
        ),
        sources=(
            ORCHESTRATION_PAGE.at(
                "Unsupported parameters", says="NAT pools of a load balancer: NAT rules can be configured instead"
            ),
            MIGRATION_PAGE.at("Update Uniform scale sets", says="remove LoadBalancerNATPool: not valid on Flexible"),
            NETWORK_SDK.at(
                "LoadBalancerPropertiesFormat.inbound_nat_pools",
                says="interfaces of individual virtual machines cannot reference a pool",
            ),
        ),
        impact=Impact.CRITICAL,
        example=pair(
            flexible({"balancer:inboundNatPools": NAT_POOLS}, "balancer"),
            flexible({}, "balancer", "nat-rule"),
            "balancer:inboundNatPools",
            "rule:",
        ),
    ),
    PropertyRule(
        id="explicit-outbound-on-flexible",
        number="SS069",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="virtualMachineProfile.networkProfile",
        argument="outbound",
        statement="Instances that a Flexible set creates from its profile need explicit outbound access.",
        reason="they have no default outbound access; virtual networks created with Microsoft.Network 2025-07-01 or "
        "later give it to no virtual machine",
        alternative="use a load balancer outbound rule or a NAT gateway on the subnet; if your network routes outbound "
        "traffic (firewall, proxy) or none is wanted, set outbound: External, or in other programs "
        "defaultOutboundAccess false on the subnet",
        sources=(
            MIGRATION_PAGE.at(
                "Create scalable network connectivity",
                says="instances made from the profile have no default outbound access; four explicit ways",
            ),
            API_COMPARISON_PAGE.at("Networking", says="implicitly created instances do not have default access"),
            PRIVATE_SUBNETS_PAGE.at(says="names the explicit methods"),
            PRIVATE_SUBNETS_BLOG.at(
                says="virtual networks made with api-version 2025-07-01 or later have private subnets"
            ),
        ),
        impact=Impact.HIGH,
        category=Category.OUTBOUND,
        example=on_flexible({"subnet:natGateway": ABSENT}),
    ),
    PropertyRule(
        id="standby-pool-on-uniform",
        number="SS070",
        modes=UNIFORM,
        subject=Subject.RELATED,
        path="standbyVirtualMachinePools.attachedVirtualMachineScaleSetId",
        argument="standby_pool",
        statement="Standby pools are Flexible only.",
        reason="the pool provides complete virtual machines",
        alternative="use Flexible, or overprovision on Uniform",
        sources=(
            STANDBY_PAGE.at(
                "Limitations and considerations", says="only with Flexible orchestration; Uniform is not supported"
            ),
        ),
        impact=Impact.HIGH,
        example=pair(uniform({}, "standby-pool"), flexible({}, "standby-pool"), "orchestrationMode", "standby:"),
    ),
    PropertyRule(
        id="standby-pool-one-fault-domain",
        number="SS071",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="platformFaultDomainCount",
        argument="standby_pool",
        statement="A standby pool needs a set with one fault domain, a name of 3 to 24 characters, and a ready "
        "capacity (the set's own instances included) of at most 1,000.",
        reason="these are the limits of standby pools",
        alternative="use platform_fault_domain_count 1 and a smaller pool",
        sources=(
            STANDBY_PAGE.at("Limitations and considerations", says="not supported with more than one fault domain"),
            STANDBY_PAGE.at("Standby pool size", says="the pool holds maxReadyCapacity less the set's instances"),
        ),
        impact=Impact.HIGH,
        example=pair(
            flexible(REGIONAL, "standby-pool"),
            flexible({}, "standby-pool"),
            "platformFaultDomainCount",
            "standby:",
            also=NO_ZONES,
        ),
    ),
    PropertyRule(
        id="standby-pool-keeps-no-ephemeral-disks",
        number="SS147",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="virtualMachineState",
        argument="standby_pool.virtual_machine_state",
        statement="A standby pool of deallocated or hibernated machines cannot have ephemeral OS disks.",
        reason="an ephemeral disk is lost when its machine leaves the host",
        alternative="use the state Running, or remove os_disk.ephemeral",
        sources=(
            STANDBY_PAGE.at(says="ephemeral OS disks only with running machines"),
            EPHEMERAL_PAGE.at(says="stopping and deallocating is not supported"),
        ),
        impact=Impact.HIGH,
        example=pair(
            flexible(_LOCAL, "standby-pool"),
            flexible({"sku.name": "Standard_D2ds_v5"}, "standby-pool"),
            EPHEMERAL,
            "standby:",
        ),
    ),
    PropertyRule(
        id="running-standby-pool-excludes-autoscale",
        number="SS148",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="virtualMachineState",
        argument="standby_pool.virtual_machine_state",
        statement="A standby pool of running machines does not work with autoscale.",
        reason="Azure does not support both together yet",
        alternative="use the state Deallocated or Hibernated, or scale the set manually",
        sources=(
            STANDBY_PAGE.at(
                "Limitations and considerations", says="running machines in the pool do not work with autoscale"
            ),
        ),
        impact=Impact.HIGH,
        example=pair(
            flexible({"standby:virtualMachineState": "Running"}, "standby-pool", "autoscale"),
            flexible({"standby:virtualMachineState": "Deallocated"}, "standby-pool", "autoscale"),
            "standby:virtualMachineState",
            "autoscale:",
        ),
    ),
    PropertyRule(
        id="hibernated-standby-pool-needs-hibernation",
        number="SS149",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="virtualMachineState",
        argument="standby_pool.virtual_machine_state",
        statement="A standby pool of hibernated machines needs a set whose instances can hibernate.",
        reason="the pool hibernates its machines",
        alternative="set hibernation_enabled to true, or use the state Deallocated",
        sources=(STANDBY_PAGE.at("Virtual machine states", says="hibernated needs hibernation on in the set"),),
        impact=Impact.HIGH,
        example=pair(
            flexible({"standby:virtualMachineState": "Hibernated"}, "standby-pool"),
            flexible(
                {
                    "standby:virtualMachineState": "Hibernated",
                    "additionalCapabilities": {"hibernationEnabled": True},
                },
                "standby-pool",
            ),
            "additionalCapabilities",
            "standby:virtualMachineState",
        ),
    ),
    PropertyRule(
        id="protected-instance-without-lock",
        number="SS072",
        modes=FLEXIBLE,
        subject=Subject.RELATED,
        path="Microsoft.Authorization/locks",
        argument="instances.*.protection",
        statement="An instance that must not be deleted needs a management lock.",
        reason="protectionPolicy prevents only scale-in and set-wide actions, not a delete by a user",
        alternative="put a CanNotDelete lock on the virtual machine (protection.scale_in)",
        severity=Severity.WARNING,
        sources=(
            PROTECTION_PAGE.at(
                "Types of instance protection",
                says="neither kind blocks a user's operations on an instance, delete included",
            ),
            MIGRATION_PAGE.at("Protect instances from delete", says="use a resource lock against deletion"),
            LOCKS_PAGE.at(says="CanNotDelete: users can read and modify, but not delete"),
        ),
        impact=Impact.MEDIUM,
        category=Category.PROTECTION,
        example=pair(
            flexible({"web-0:options.protect": True}, "machine"),
            flexible({"web-0:options.protect": True}, "machine", "lock"),
            "web-0:options.protect",
            "lock:",
        ),
    ),
    PropertyRule(
        id="lock-blocks-own-stack",
        number="SS073",
        modes=BOTH,
        subject=Subject.RELATED,
        path="Microsoft.Authorization/locks",
        argument="protection",
        statement=(
            "A lock must not cover resources that the same program changes or deletes before it removes the lock."
        ),
        reason="Azure refuses the change while the lock exists, so the deployment stops half-way",
        alternative="make the lock depend on the resources that it protects, so that it is created last and deleted "
        "first; use locks on single resources instead of a ReadOnly lock on the resource group",
        severity=Severity.WARNING,
        sources=(
            LOCKS_PAGE.at(
                "Lock inheritance",
                says="everything below a locked scope inherits the lock, and the most restrictive one holds",
            ),
        ),
        impact=Impact.MEDIUM,
        category=Category.PROTECTION,
        example=pair(flexible({}, "machine", "group-lock"), flexible({}, "machine", "lock"), "lock:"),
    ),
)
