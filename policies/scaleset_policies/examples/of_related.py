"""Examples of rules about several resources together, and about the virtual machines of a set."""

from collections.abc import Mapping
from typing import Any, Final

from scaleset_policies.examples.programs import (
    ABSENT,
    BALANCER,
    GROUP,
    IP,
    POOL_OF_BALANCER,
    Example,
    Program,
    changed,
    flexible,
    machine,
    uniform,
)

_NIC: Final[dict[str, Any]] = {
    "type": "azure-native:network:NetworkInterface",
    "properties": {
        "resourceGroupName": "web",
        "networkInterfaceName": "web-0",
        "ipConfigurations": [{"name": "ip", "primary": True, "subnet": {"id": "${subnet.id}"}}],
    },
}
_NAT_POOLS: Final = [
    {
        "name": "ssh",
        "protocol": "Tcp",
        "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50099,
        "backendPort": 22,
    }
]
_NAT_RULE: Final[dict[str, Any]] = {
    "type": "azure-native:network:InboundNatRule",
    "properties": {
        "resourceGroupName": "web",
        "loadBalancerName": "${balancer.name}",
        "inboundNatRuleName": "ssh",
        "protocol": "Tcp",
        "backendAddressPool": {"id": "${balancer.id}/backendAddressPools/web"},
        "frontendPortRangeStart": 50000,
        "frontendPortRangeEnd": 50099,
        "backendPort": 22,
    },
}
_STANDBY: Final[dict[str, Any]] = {
    "type": "azure-native:standbypool:StandbyVirtualMachinePool",
    "properties": {
        "resourceGroupName": "web",
        "standbyVirtualMachinePoolName": "web-standby",
        "attachedVirtualMachineScaleSetId": "${web.id}",
        "elasticityProfile": {"maxReadyCapacity": 10},
        "virtualMachineState": "Deallocated",
    },
}
_INSTANCE: Final[dict[str, Any]] = {
    "type": "azure-native:compute:VirtualMachineScaleSetVM",
    "properties": {"resourceGroupName": "web", "vmScaleSetName": "web", "instanceId": "0"},
}
_AVAILABILITY_SET: Final = {"id": f"{GROUP}/providers/Microsoft.Compute/availabilitySets/web"}


def _lock(*depends_on: str, target: str = "web-0") -> dict[str, Any]:
    lock: dict[str, Any] = {
        "type": "azure-native:authorization:ManagementLockByScope",
        "properties": {"scope": f"${{{target}.id}}", "lockName": "keep", "level": "CanNotDelete"},
    }
    return {**lock, "options": {"dependsOn": [f"${{{name}}}" for name in depends_on]}} if depends_on else lock


def _members(set_changes: Mapping[str, Any], machine_changes: Mapping[str, Any]) -> Program:
    parts = {"nic:": _NIC, "web-0:": machine(changes=machine_changes)}
    return changed(flexible(set_changes), parts)


def _pair(bad: Program, good: Program, *changes: str, **more: Any) -> Example:
    return Example(bad, good, changes, **more)


def _balanced(make: Any, balancer: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> Program:
    program = make({"balancer:": BALANCER, f"{IP}.loadBalancerBackendAddressPools": POOL_OF_BALANCER, **(more or {})})
    return changed(program, {f"balancer:{path}": value for path, value in balancer.items()})


_REGIONAL: Final = {"zones": ABSENT, "platformFaultDomainCount": 2}
_IN_DOMAIN: Final = {"zones": ABSENT, "platformFaultDomain": 1}
_BEFORE: Final = {"web-0": {"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}}

EXAMPLES: Final[dict[str, Example]] = {
    "nat-pools-exclude-nat-rules": _pair(
        _balanced(uniform, {"inboundNatPools": _NAT_POOLS}, {"rule:": _NAT_RULE}),
        _balanced(uniform, {}, {"rule:": _NAT_RULE}),
        "balancer:inboundNatPools",
        "rule:",
    ),
    "basic-load-balancer-on-flexible": _pair(
        _balanced(flexible, {"sku.name": "Basic"}), _balanced(flexible, {}), "balancer:sku"
    ),
    "nat-pool-serves-flexible": _pair(
        _balanced(flexible, {"inboundNatPools": _NAT_POOLS}),
        _balanced(flexible, {}, {"rule:": _NAT_RULE}),
        "balancer:inboundNatPools",
        "rule:",
    ),
    "explicit-outbound-on-flexible": _pair(flexible({"subnet:natGateway": ABSENT}), flexible(), "subnet:natGateway"),
    "standby-pool-on-uniform": _pair(
        changed(uniform(), {"standby:": _STANDBY}),
        changed(flexible(), {"standby:": _STANDBY}),
        "orchestrationMode",
        "standby:",
    ),
    "standby-pool-one-fault-domain": _pair(
        changed(flexible(_REGIONAL), {"standby:": _STANDBY}),
        changed(flexible(), {"standby:": _STANDBY}),
        "platformFaultDomainCount",
        "standby:",
        also=("SS122",),
    ),
    "protected-instance-without-lock": _pair(
        changed(_members({}, {}), {"web-0:options.protect": True}),
        changed(_members({}, {}), {"web-0:options.protect": True, "lock:": _lock("web-0")}),
        "web-0:options.protect",
        "lock:",
    ),
    "lock-blocks-own-stack": _pair(
        changed(
            _members({}, {}),
            {
                "lock:": {
                    "type": "azure-native:authorization:ManagementLockAtResourceGroupLevel",
                    "properties": {"resourceGroupName": "${group.name}", "lockName": "keep", "level": "ReadOnly"},
                },
                "group:": {"type": "azure-native:resources:ResourceGroup", "properties": {"resourceGroupName": "web"}},
                "web:resourceGroupName": "${group.name}",
            },
        ),
        changed(_members({}, {}), {"lock:": _lock("web-0")}),
        "lock:",
    ),
    "availability-set-excludes-scale-set": _pair(
        _members({}, {"availabilitySet": _AVAILABILITY_SET}), _members({}, {}), "web-0:availabilitySet"
    ),
    "fault-domain-needs-scale-set": _pair(
        _members({}, {"virtualMachineScaleSet": ABSENT, "platformFaultDomain": 1, "zones": ABSENT}),
        _members({}, {}),
        "web-0:virtualMachineScaleSet",
        "web-0:platformFaultDomain",
    ),
    "managed-disks-only-on-flexible": _pair(
        _members({}, {"storageProfile.osDisk.vhd": {"uri": "https://example.blob.core.windows.net/vhds/os.vhd"}}),
        _members({}, {}),
        "web-0:storageProfile.osDisk",
    ),
    "fault-domain-in-range": _pair(
        _members({}, {"platformFaultDomain": 1}),
        _members(_REGIONAL, _IN_DOMAIN),
        "platformFaultDomainCount",
        "web-0:platformFaultDomain",
        tolerates=("SS122",),
    ),
    "instance-zone-in-set": _pair(
        _members({"zones": ["2", "3"]}, {}), _members({"zones": ["1", "2"]}, {}), "zones", "web-0:zones"
    ),
    "attach-needs-no-placement-group": _pair(
        _members({"singlePlacementGroup": True}, {}),
        _members({"singlePlacementGroup": False}, {}),
        "singlePlacementGroup",
        "web-0:virtualMachineScaleSet",
        also=("SS077",),
    ),
    "attach-existing-needs-one-fault-domain": _pair(
        _members({"singlePlacementGroup": False, **_REGIONAL}, {"zones": ABSENT}),
        _members({"singlePlacementGroup": False}, {}),
        "platformFaultDomainCount",
        "web-0:virtualMachineScaleSet",
        also=("SS122",),
        before=_BEFORE,
        note="The virtual machine `web-0` existed before without `virtualMachineScaleSet`; only an input that says so "
        "can break the rule (`pulumi preview --json`, a Terraform plan).",
    ),
    "instances-by-name-on-uniform": _pair(
        changed(uniform(), {"nic:": _NIC, "web-0:": machine()}),
        _members({}, {}),
        "orchestrationMode",
        "web-0:virtualMachineScaleSet",
    ),
    "set-actions-protection-needs-scale-in": _pair(
        changed(
            uniform(),
            {
                "instance:": _INSTANCE,
                "instance:protectionPolicy": {"protectFromScaleIn": False, "protectFromScaleSetActions": True},
            },
        ),
        changed(
            uniform(),
            {
                "instance:": _INSTANCE,
                "instance:protectionPolicy": {"protectFromScaleIn": True, "protectFromScaleSetActions": True},
            },
        ),
        "instance:protectionPolicy",
    ),
}
