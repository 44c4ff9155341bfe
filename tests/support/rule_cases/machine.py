"""Cases of the rules on machines, several resources and disks."""

from __future__ import annotations

from support import azure_world as azure
from support.rule_cases.parts import CONFIDENTIAL, HEALTH, LOCAL, RuleCase, disk, flexible, machine, profile, uniform

_SCALED = {"capacity": None, "autoscale": {"profiles": [{"name": "usual", "minimum": 1, "maximum": 3}]}}

MACHINE: dict[str, RuleCase] = {
    "computer-name-prefix-length": flexible(
        {"computer_name_prefix": "w" * 10}, "computerNamePrefix", {"computer_name_prefix": "w" * 9}, windows=True
    ),
    "availability-set-excludes-scale-set": flexible(
        machine(availabilitySet={"id": azure.AVAILABILITY_SET}), "availabilitySet", kind="named"
    ),
    "fault-domain-needs-scale-set": flexible(
        machine(virtualMachineScaleSet=None, platformFaultDomain=0),
        "platformFaultDomain",
        {"platform_fault_domain_count": 2, "instances": {"web-0": {"fault_domain": 1}}},
        kind="named",
    ),
    "managed-disks-only-on-flexible": flexible(
        machine(storageProfile={"osDisk": {"vhd": {"uri": "https://a/b"}}}), "Unmanaged disks", kind="named"
    ),
    "fault-domain-in-range": flexible(
        {"platform_fault_domain_count": 2, "instances": {"web-0": {"fault_domain": 2}}},
        "range 0 to 1",
        {"platform_fault_domain_count": 2, "instances": {"web-0": {"fault_domain": 1}}},
        kind="named",
    ),
    "instance-zone-in-set": flexible(
        {"zones": ["1"], "instances": {"web-0": {"zone": "2"}}},
        "Zone '2'",
        {"zones": ["1", "2"], "instances": {"web-0": {"zone": "2"}}},
        kind="named",
    ),
    "attach-needs-no-placement-group": flexible(
        {"single_placement_group": True, "platform_fault_domain_count": 2, "vm_size": "Standard_L8s_v3"},
        "'singlePlacementGroup' = true",
        {"single_placement_group": False, "platform_fault_domain_count": 2, "vm_size": "Standard_L8s_v3"},
        kind="both",
    ),
    "attach-existing-needs-one-fault-domain": flexible(
        {"attached_virtual_machine_ids": [azure.LONE_VM], "platform_fault_domain_count": 2},
        "more than 1 fault domains",
        {"attached_virtual_machine_ids": [azure.LONE_VM]},
        code="DeploymentFailed",
    ),
    "instances-by-name-on-uniform": uniform(
        {"instances": {"web-0": {"protection": {"scale_in": True}}}},
        "is not an active Virtual Machine Scale Set VM instanceId",
        {"instances": {"0": {"protection": {"scale_in": True}}}},
        code="DeploymentFailed",
    ),
    "standby-pool-on-uniform": uniform(
        {"standby_pool": {"max_ready_capacity": 1}}, "Flexible", code="StandbyPoolScaleSetNotSupported"
    ),
    "standby-pool-one-fault-domain": flexible(
        {"standby_pool": {"max_ready_capacity": 1}, "platform_fault_domain_count": 2},
        "platformFaultDomainCount",
        {"standby_pool": {"max_ready_capacity": 1}},
        code="StandbyPoolScaleSetNotSupported",
    ),
    "standby-pool-keeps-no-ephemeral-disks": flexible(
        {**LOCAL, "standby_pool": {"max_ready_capacity": 1}},
        "phemeral",
        {**LOCAL, "standby_pool": {"max_ready_capacity": 1, "virtual_machine_state": "Running"}},
        code="StandbyPoolScaleSetNotSupported",
    ),
    "hibernated-standby-pool-needs-hibernation": flexible(
        {"standby_pool": {"max_ready_capacity": 1, "virtual_machine_state": "Hibernated"}},
        "hibernationEnabled",
        {
            "standby_pool": {"max_ready_capacity": 1, "virtual_machine_state": "Hibernated"},
            "hibernation_enabled": True,
        },
        code="StandbyPoolScaleSetNotSupported",
    ),
    "running-standby-pool-excludes-autoscale": flexible(
        {**_SCALED, "standby_pool": {"max_ready_capacity": 1, "virtual_machine_state": "Running"}},
        "utoscale",
        {**_SCALED, "standby_pool": {"max_ready_capacity": 1}},
        code="StandbyPoolScaleSetNotSupported",
    ),
    "extensions-time-budget": flexible(
        {**HEALTH, "extensions_time_budget": "PT10M"},
        "extensionsTimeBudget",
        {**HEALTH, "extensions_time_budget": "PT2H"},
    ),
}

DISKS: dict[str, RuleCase] = {
    "unmanaged-disks-retired": uniform(
        profile(storageProfile={"osDisk": {"vhdContainers": ["https://a/b"]}}), "Unmanaged disks"
    ),
    "disk-types": flexible(
        {"os_disk": {"storage_account_type": "PremiumV2_LRS"}},
        "storageAccountType",
        {"os_disk": {"storage_account_type": "StandardSSD_ZRS"}},
    ),
    "data-disk-size": uniform(disk(size_gb=32_768), "diskSizeGB", disk(size_gb=32_767)),
    "ultra-disks-need-capability": flexible(
        {**disk(storage_account_type="UltraSSD_LRS"), "ultra_ssd_enabled": False},
        "ultraSSDEnabled",
        disk(storage_account_type="UltraSSD_LRS"),
    ),
    "disk-performance-on-flexible": flexible(
        disk(storage_account_type="UltraSSD_LRS", disk_iops_read_write=500),
        "",
        disk(storage_account_type="UltraSSD_LRS"),
        taken="contested: the same page says Ultra Disks: Yes",
    ),
    "confidential-disks": flexible(
        {"os_disk": {"security_encryption_type": "VMGuestStateOnly"}}, "ConfidentialVM", CONFIDENTIAL
    ),
    "ephemeral-disk-cannot-be-deallocated": uniform(
        {**LOCAL, "spot": {"eviction_policy": "Deallocate"}},
        "cannot be deallocated",
        {**LOCAL, "spot": {"eviction_policy": "Delete"}},
    ),
}
