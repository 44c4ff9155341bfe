"""Values that the component refuses and the simulator accepts, each bound with its reason.

The simulator does not have every limit that Microsoft documents; there the component is stricter on purpose.
``test_over_strict`` compares this list with the verdicts of both.
"""

from __future__ import annotations

_BALANCER = "Microsoft documents it for load balancers (limits of rules, probes and outbound rules)"
_NAME = "Microsoft documents it (naming rules of Azure resources); the simulator asks for a name only"
_CLOCK = "there is no such hour, minute or day; the simulator does not read schedules"
_SCALE = "the REST reference: a rule changes the number by 1 or more, and no set has more than 1,000 instances"
_POOL = "a standby pool has 0 machines at least; the simulator looks at the most only"
_DISK = "the component's own: a disk without throughput cannot be what was meant"

_ZONE = "Azure has the zones 1 to 3; the simulator does not look at those of a placement"
_INSIGHTS = "the values of azure-native's enumeration; the simulator does not read them"
_CORES = "no machine has fewer than one; the simulator does not look at it"

OVER_STRICT: dict[str, str] = {
    "AutomaticZone.exclude_zones[] values": _ZONE,
    "AutomaticZone.include_zones[] values": _ZONE,
    "DataDisk.disk_iops_read_write ge 1": _DISK,
    "DataDisk.disk_mbps_read_write ge 1": _DISK,
    "Extension.name max_length 80": _NAME,
    "Extension.name pattern: - first": _NAME,
    "Extension.name pattern: a !": _NAME,
    "InboundNat.idle_timeout_in_minutes ge 4": _BALANCER,
    "InboundNat.idle_timeout_in_minutes le 100": _BALANCER,
    "LoadBalancer.zones[] values": "Azure has the zones 1 to 3; the simulator does not read a front end's",
    "LoadBalancingRule.backend_port ge 0": "there is no such port",
    "LoadBalancingRule.backend_port le 65535": "there is no such port",
    "LoadBalancingRule.frontend_port le 65534": "the REST reference: acceptable values are between 0 and 65534",
    "LoadBalancingRule.idle_timeout_in_minutes ge 4": _BALANCER,
    "LoadBalancingRule.idle_timeout_in_minutes le 100": _BALANCER,
    "MetricDimension.operator values": _INSIGHTS,
    "NetworkInterface.name max_length 80": _NAME,
    "NetworkInterface.name pattern: - first": _NAME,
    "NetworkInterface.name pattern: - last": _NAME,
    "NetworkInterface.name pattern: a !": _NAME,
    "Outbound.allocated_outbound_ports ge 8": _BALANCER,
    "Outbound.allocated_outbound_ports le 64000": _BALANCER,
    "Outbound.allocated_outbound_ports multiple_of 8": _BALANCER,
    "Outbound.idle_timeout_in_minutes ge 4": _BALANCER,
    "Outbound.idle_timeout_in_minutes le 120": _BALANCER,
    "PredictiveAutoscale.scale_mode values": _INSIGHTS,
    "Probe.interval_in_seconds ge 5": _BALANCER,
    "Probe.interval_in_seconds le 2147483646": _BALANCER,
    "Probe.probe_threshold ge 1": _BALANCER,
    "Probe.probe_threshold le 100": _BALANCER,
    "ScaleProfile.maximum le 1000": _SCALE,
    "ScaleRule.change_count ge 1": _SCALE,
    "ScaleRule.change_count le 1000": _SCALE,
    "ScaleSchedule.days[] values": _CLOCK,
    "ScaleSchedule.hour ge 0": _CLOCK,
    "ScaleSchedule.hour le 23": _CLOCK,
    "ScaleSchedule.minute ge 0": _CLOCK,
    "ScaleSchedule.minute le 59": _CLOCK,
    "StandbyPool.max_ready_capacity ge 0": _POOL,
    "StandbyPool.min_ready_capacity ge 0": _POOL,
    "VmSizeProperties.vcpus_available ge 1": _CORES,
    "VmSizeProperties.vcpus_per_core ge 1": _CORES,
    "ZonePlacement.exclude_zones[] values": _ZONE,
    "ZonePlacement.include_zones[] values": _ZONE,
    "ZonePlacement.max_zone_count le 3": "Azure has no more than three zones in a region",
}
"""Values that the simulated Azure accepts."""

_ENGINE = "the engine reads it, not Azure"
_VERSION = "it is the version of the request, not in its body"
_DECIDES = "it decides what is drawn; the word itself is nowhere"
UNHEARD: dict[str, str] = {
    "ScaleSetModel.readable_secrets[]": "it is about what is accepted; Azure gets the values themselves",
    "ScaleSetModel.api_version": _VERSION,
    "ScaleSetModel.api_versions[]": _VERSION,
    "ScaleSetModel.generic_resources[]": "it is about how the engine sends it",
    "WinRmListener.protocol": "one value goes with a certificate, the other one without",
    "Adoption.names[]": _ENGINE,
    "Adoption.parent_urn": _ENGINE,
    "Adoption.types[]": _ENGINE,
    "InboundNat.frontend_port_end": "the range of a NAT rule for each instance: no single rule has it",
    "InboundNat.kind": _DECIDES,
    "Outbound.method": _DECIDES,
    "RoleAssignment.condition_version": "2.0 is its only value, and the default where there is a condition",
    "Timeouts.create": _ENGINE,
    "Timeouts.delete": _ENGINE,
    "Timeouts.update": _ENGINE,
}
"""Arguments with bounds whose value is not in any emitted property."""
