"""Where the component and the simulator disagreed about arguments, and how each was decided.

Most were shrunk from generated arguments. The others were found in the sources during one of those decisions, and
corrected before a run could show them. Where ``wrong`` is "both", both sides accepted what Azure refuses,
or refused what it accepts.

The key describes the disagreement; ``wrong`` names the side that was wrong.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Literal

from support import azure_world as azure


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One disagreement.

    Attributes:
        wrong: Which side was corrected.
        mode: The orchestration mode.
        kind: How the set has instances, as in ``scale_set_args.base``.
        windows: Whether it runs Windows.
        args: The changes to the valid base.
        accepted: The component's verdict now.
        azure_accepts: The simulator's verdict now.
        rule: The rule of the mode table that refuses it, or ``""``.
        no_model: The model refuses the value itself, so there is nothing to deploy.
    """

    wrong: Literal["component", "simulator", "both"]
    mode: str = "Flexible"
    kind: str = "profile"
    windows: bool = False
    args: dict[str, Any] = field(default_factory=dict)
    accepted: bool = False
    azure_accepts: bool = False
    rule: str = ""
    no_model: bool = False


def _c(rule: str = "", **more: Any) -> Settled:
    """The component was too lenient: it refuses now, by a rule of the mode table or by a check between arguments."""
    return Settled(wrong="component", rule=rule, **more)


def _raw(**inputs: Any) -> dict[str, Any]:
    return {"overrides": {"scaleSet": inputs}}


def _profile(**inputs: Any) -> dict[str, Any]:
    return _raw(virtualMachineProfile=inputs)


_LARGE = base64.b64encode(bytes(70_000)).decode()
_ULTRA = {"lun": 0, "size_gb": 8, "storage_account_type": "UltraSSD_LRS"}
_SCRIPT = {"publisher": "Microsoft.Azure.Extensions", "type": "CustomScript", "type_handler_version": "2.1"}
_TWO_WAYS = {"ssh": {"backend_port": 22, "kind": "Pool"}, "rdp": {"backend_port": 3389, "kind": "PoolRule"}}
_HTTP = {"health": {"protocol": "http", "port": 80, "request_path": "/"}}
_HTTP_WITHOUT_PATH = {"health": {"protocol": "http", "port": 80}}
_RESERVED = {"capacity_reservation_group_id": azure.RESERVATION}
_NAMED = "named"

_PLACEMENT = {
    "a host group and a proximity placement group": _c(
        "dedicated-host-limits",
        args={"host_group_id": azure.HOST_GROUP, "proximity_placement_group_id": azure.PLACEMENT_GROUP},
    ),
    # No page of Microsoft's says that dedicated hosts take no Spot instances: the component only warns.
    "Spot on a host group": Settled(
        wrong="component", args={"host_group_id": azure.HOST_GROUP, "spot": {}}, accepted=True, azure_accepts=False
    ),
    "a host group in three zones": _c(
        "dedicated-host-limits", mode="Uniform", args={"host_group_id": azure.HOST_GROUP, "zones": ["1", "2", "3"]}
    ),
    "reserved capacity on a host group": _c(
        "capacity-reservation-excludes-spot-and-hosts", args={**_RESERVED, "host_group_id": azure.HOST_GROUP}
    ),
    "reserved capacity for Spot": _c(
        "capacity-reservation-excludes-spot-and-hosts", mode="Uniform", args={**_RESERVED, "spot": {}}
    ),
    "reserved capacity for a named Spot instance": _c(
        "capacity-reservation-excludes-spot-and-hosts", kind=_NAMED, args={**_RESERVED, "spot": {}}
    ),
    "reserved capacity and proximity on named instances": _c(
        "capacity-reservation-excludes-proximity",
        kind=_NAMED,
        args={**_RESERVED, "proximity_placement_group_id": azure.PLACEMENT_GROUP},
    ),
    "101 Uniform instances in one placement group": _c(
        "single-placement-group-limit", mode="Uniform", args={"capacity": 101, "single_placement_group": True}
    ),
    "one placement group on Flexible for a general-purpose size": _c(
        "single-placement-group-on-flexible",
        args={"single_placement_group": True, "platform_fault_domain_count": 2},
    ),
    "attach while raw inputs leave the placement group to the platform": _c(
        "attach-needs-no-placement-group",
        args={"attached_virtual_machine_ids": [azure.LONE_VM], **_raw(singlePlacementGroup=None)},
    ),
    "raw inputs that let the platform place named instances": Settled(
        wrong="component",
        kind="both",
        args={
            "vm_size": "Standard_L8s_v3",
            "platform_fault_domain_count": 2,
            "single_placement_group": True,
            **_raw(singlePlacementGroup=None),
        },
        accepted=True,
        azure_accepts=True,
    ),
    "a fault domain beside an availability set": Settled(
        wrong="simulator",
        kind=_NAMED,
        rule="fault-domain-needs-scale-set",
        args={
            "overrides": {
                "virtualMachine": {
                    "availabilitySet": {"id": azure.AVAILABILITY_SET},
                    "virtualMachineScaleSet": None,
                    "platformFaultDomain": 0,
                }
            }
        },
    ),
    "the mode in lower case, as raw input": _c(
        mode="Uniform", args=_raw(orchestrationMode="flexible"), azure_accepts=False
    ),
}

_PRICE = {
    "a maximum price of nothing": _c("max-price-value", mode="Uniform", args={"spot": {"max_price": 0}}),
    "restoring Spot instances for three hours": Settled(
        wrong="both",
        rule="spot-restore-timeout",
        args={"spot": {"restore_enabled": True, "restore_timeout": "PT3H"}},
    ),
    "restoring Spot instances without a profile": Settled(
        wrong="component",
        kind=_NAMED,
        args={"spot": {"restore_enabled": True, "restore_timeout": "PT1H"}},
        accepted=False,
        azure_accepts=True,
    ),
    "a burstable size for a named Spot instance": _c(
        "spot-not-burstable", kind=_NAMED, args={"spot": {}, "vm_size": "Standard_B2s"}
    ),
    "size Mix without a mix": _c("instance-mix-limits", args=_raw(sku={"name": "Mix"})),
    "size Mix on Uniform": _c("instance-mix-on-uniform", mode="Uniform", args=_raw(sku={"name": "Mix"})),
    "a mix with one size twice": _c(
        "instance-mix-limits",
        args={"vm_size": None, "instance_mix": {"vm_sizes": [{"name": "Standard_D2s_v5"}] * 2}},
    ),
    "a mix of Arm64 and x64": _c(
        "instance-mix-limits",
        args={
            "vm_size": None,
            "instance_mix": {"vm_sizes": [{"name": "Standard_D2s_v5"}, {"name": "Standard_D2ps_v5"}]},
        },
    ),
    # The specification has a list, and no source was found that refuses two rules.
    "two scale-in rules": Settled(
        wrong="both",
        args={"scale_in_policy": {"rules": ["Default", "NewestVM"]}},
        accepted=True,
        azure_accepts=True,
    ),
    "a standby pool for an instance mix": Settled(
        wrong="simulator",
        args={
            "vm_size": None,
            "instance_mix": {"vm_sizes": [{"name": "Standard_D2s_v5"}]},
            "standby_pool": {"max_ready_capacity": 1},
        },
    ),
    # The pool has maxReadyCapacity less the set's instances: the two are never more than the larger of both.
    "a standby pool of 1,000 beside an instance": Settled(
        wrong="both", args={"standby_pool": {"max_ready_capacity": 1000}}, accepted=True, azure_accepts=True
    ),
    "overprovision false on Flexible": Settled(
        wrong="component", args={"overprovision": False}, accepted=True, azure_accepts=True
    ),
    "extensions on overprovisioned machines, false, on Flexible": Settled(
        wrong="component",
        args={"do_not_run_extensions_on_overprovisioned_vms": False},
        accepted=True,
        azure_accepts=True,
    ),
}

_MACHINE = {
    "health by http without a path on named instances": _c(
        "health-extension-settings", kind=_NAMED, args=_HTTP_WITHOUT_PATH
    ),
    "a health extension's grace period of 0": Settled(
        wrong="simulator",
        args={"health": {"protocol": "tcp", "port": 80, "rich_states": True, "grace_period_in_seconds": 0}},
        accepted=True,
        azure_accepts=True,
    ),
    "user data of 70,000 bytes": _c(args={"user_data": _LARGE}, no_model=True),
    "custom data of 70,000 bytes on an instance": _c(
        kind=_NAMED, args={"instances": {"web-0": {"custom_data": _LARGE}}}, no_model=True
    ),
    "text that is no SSH key": _c(args={"ssh_public_keys": ["no key"]}),
    "a Linux password of 80 characters": _c(args={"admin_password": "Xx1!" * 20}),
    "a Linux password of 8 characters": Settled(
        wrong="component", args={"admin_password": "Passw0r!"}, accepted=True, azure_accepts=True
    ),
    "a password that everybody knows": _c(args={"admin_password": "P@ssword123"}),
    "an administrator called john": _c(args={"admin_username": "john"}),
    "an administrator whose name ends in a period": _c(args={"admin_username": "operator."}),
    "an administrator's name of 21 characters on Windows": Settled(
        wrong="both", windows=True, args={"admin_username": "a" * 21}
    ),
    "a Linux host name with a period": Settled(
        wrong="component", kind=_NAMED, args={"instances": {"a.b": {}}}, accepted=True, azure_accepts=True
    ),
    "a Windows host name with a period": Settled(
        wrong="simulator", kind=_NAMED, windows=True, args={"instances": {"a.b": {}}}
    ),
    "a host name with an underscore": _c(kind=_NAMED, args={"instances": {"a_b": {}}}),
    "a Windows host name of digits": _c(windows=True, args={"scale_set_name": "12345"}),
    "Linux patching on Windows": _c(windows=True, args={"patch_mode": "ImageDefault"}),
    "patch mode Manual on Windows": Settled(
        wrong="component", windows=True, args={"patch_mode": "Manual"}, accepted=True, azure_accepts=True
    ),
    # The SDK asks for true, the guest-patching page moves machines with false to AutomaticByPlatform: a warning.
    "patching by the platform with Windows updates off": Settled(
        wrong="component",
        windows=True,
        args={"patch_mode": "AutomaticByPlatform", "enable_automatic_updates": False, **_HTTP},
        accepted=True,
        azure_accepts=False,
    ),
    "two extensions of one kind": _c(
        mode="Uniform", args={"extensions": [{"name": "one", **_SCRIPT}, {"name": "two", **_SCRIPT}]}
    ),
    "three hours for all extensions": _c(
        "extensions-time-budget",
        args={"health": {"protocol": "tcp", "port": 1}, "extensions_time_budget": "PT3H"},
    ),
    "three hours for the extensions of named instances": Settled(
        wrong="both", rule="extensions-time-budget", kind=_NAMED, args={"extensions_time_budget": "PT3H"}
    ),
    "a terminate notification for a named Spot instance": Settled(
        wrong="both",
        rule="terminate-notification-on-spot",
        kind=_NAMED,
        args={"spot": {}, "terminate_notification": {}},
    ),
    "a health extension without the VM agent": Settled(
        wrong="both", args={"health": {"protocol": "tcp", "port": 1}, "provision_vm_agent": False}
    ),
    "a health extension without the VM agent on named instances": _c(
        kind=_NAMED, args={"health": {"protocol": "tcp", "port": 1}, "provision_vm_agent": False}
    ),
    "protection of a Flexible instance by policy": Settled(
        wrong="simulator",
        kind=_NAMED,
        args={"protection": {"scale_in": True, "instance_policy": True}},
        accepted=True,
        azure_accepts=True,
    ),
}

_DISKS = {
    "unmanaged disks in raw inputs": _c(
        "unmanaged-disks-retired",
        mode="Uniform",
        args=_profile(storageProfile={"osDisk": {"vhdContainers": ["https://a/b"]}}),
    ),
    "an Ultra OS disk": _c("disk-types", kind=_NAMED, args={"os_disk": {"storage_account_type": "UltraSSD_LRS"}}),
    "a disk type that Azure does not have": _c(
        "disk-types", args={"data_disks": [{"lun": 0, "size_gb": 8, "storage_account_type": "Fast_LRS"}]}
    ),
    "a data disk of 40,000 GB": _c("data-disk-size", args={"data_disks": [{"lun": 0, "size_gb": 40_000}]}),
    "an Ultra disk of 40,000 GB": Settled(
        wrong="simulator",
        args={"data_disks": [{**_ULTRA, "size_gb": 40_000}]},
        accepted=True,
        azure_accepts=True,
    ),
    "Ultra disks switched off where one is listed": _c(
        "ultra-disks-need-capability", args={"data_disks": [_ULTRA], "ultra_ssd_enabled": False}
    ),
    "disk encryption of a machine that is not confidential": _c(
        "confidential-disks", args={"os_disk": {"security_encryption_type": "VMGuestStateOnly"}}
    ),
    "a confidential machine that says nothing about its disk": _c(
        "confidential-disks",
        kind=_NAMED,
        args={"security": {"security_type": "ConfidentialVM", "vtpm_enabled": True}},
    ),
    "an ephemeral disk that an eviction would deallocate": _c(
        "ephemeral-disk-cannot-be-deallocated",
        args={"os_disk": {"ephemeral": True}, "spot": {"eviction_policy": "Deallocate"}},
    ),
    "an existing disk in a profile": _c(
        args={"data_disks": [{"lun": 0, "create_option": "Attach", "managed_disk_id": azure.FREE_DISK}]}
    ),
}

_NETWORK = {
    "IPv6 in the network that is made here": _c(
        args={"virtual_network": {}, "subnet_id": None, "enable_ipv6": True, "outbound": {"method": "NatGateway"}}
    ),
    "two load-balancing rules on one port": _c(
        args={
            "load_balancer": {
                "rules": {"http": {"frontend_port": 80}, "again": {"frontend_port": 80, "backend_port": 81}}
            }
        }
    ),
    "two ways in on one port, one for all protocols": _c(
        args={
            "inbound_nat": {
                "ssh": {"backend_port": 22, "kind": "PoolRule"},
                "all": {"backend_port": 23, "kind": "PoolRule", "protocol": "All"},
            }
        }
    ),
    "outbound rules of an internal balancer": Settled(
        wrong="simulator",
        args={"load_balancer": {"subnet_id": azure.SUBNET}, "outbound": {"method": "LoadBalancer"}},
    ),
    "named instances behind a Basic balancer": Settled(
        wrong="simulator",
        kind=_NAMED,
        rule="basic-load-balancer-on-flexible",
        args={"load_balancer": {"subnet_id": azure.SUBNET}, "overrides": {"loadBalancer": {"sku": {"name": "Basic"}}}},
    ),
    "NAT pools beside pool rules": _c("nat-pools-exclude-nat-rules", mode="Uniform", args={"inbound_nat": _TWO_WAYS}),
    "one port for two instances": _c(
        mode="Uniform",
        args={
            "capacity": 2,
            "inbound_nat": {"ssh": {"backend_port": 22, "frontend_port_start": 50_000, "frontend_port_end": 50_000}},
        },
    ),
}

SETTLED: dict[str, Settled] = {**_PLACEMENT, **_PRICE, **_MACHINE, **_DISKS, **_NETWORK}
"""By description."""
