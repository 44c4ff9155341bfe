"""Validated: the scale set and its instances. The fields are those of ``args``."""

from typing import Annotated, Any, Literal

from pydantic import Field

from pulumi_azure_scaleset.model import access as a
from pulumi_azure_scaleset.model import capacity as c
from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model import machine as m
from pulumi_azure_scaleset.model import network as n
from pulumi_azure_scaleset.model.adoption import Adoption
from pulumi_azure_scaleset.model.base import (
    InputBase64,
    InputId,
    InputIds,
    InputStr,
    InputStrings,
    InputText,
    Int,
    Model,
)
from scaleset_core.modes import Mode

LONGEST_NAME = 64
"""The longest name of a scale set, in characters."""
SET_NAME = r"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$"
"""What the name of a scale set looks like."""
_VM_NAME = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?$"

InstanceName = Annotated[str, Field(min_length=1, max_length=64, pattern=_VM_NAME)]
Tags = dict[str, InputText]


class Instance(Model):
    """One instance."""

    zone: n.Zone | None = None
    fault_domain: Annotated[Int, Field(ge=0, le=2)] | None = None
    vm_size: InputStr | None = None
    image: m.Image | None = None
    computer_name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")] | None = (
        None
    )
    user_data: InputBase64 | None = None
    custom_data: InputBase64 | None = None
    os_disk: m.OsDisk | None = None
    data_disks: list[m.DataDisk] | None = None
    identity: m.Identity | None = None
    extensions: list[m.Extension] | None = None
    protection: m.Protection | None = None
    nat_ports: dict[str, n.Port] = {}
    subnet_id: Annotated[InputId, ids.SUBNET] | None = None
    private_ip_address: InputStr | None = None
    host_id: Annotated[InputId, ids.HOST] | None = None
    spot: c.Spot | None = None
    tags: Tags = {}
    overrides: dict[str, Any] = {}


class ScaleSetModel(Model):
    """The whole set, as it was written: fields that were left out are None or empty."""

    resource_group_name: InputStr
    location: InputStr | None = None
    scale_set_name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=SET_NAME)]
    orchestration_mode: Mode = Mode.FLEXIBLE
    tags: Tags = {}

    instances: dict[InstanceName, Instance] = {}
    instance_count: Annotated[Int, Field(ge=0, le=1000)] | None = None
    capacity: Annotated[Int, Field(ge=0)] | None = None
    ignore_capacity_changes: bool | None = None
    attached_virtual_machine_ids: list[Annotated[InputId, ids.MACHINE]] = []

    vm_size: InputStr | None = None
    os_type: Literal["Linux", "Windows"] = "Linux"
    image: m.Image | None = None
    plan: m.Plan | None = None
    admin_username: InputStr = "azureuser"
    admin_password: InputText | None = None
    ssh_public_keys: InputStrings | None = None
    computer_name_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")] | None = None
    user_data: InputBase64 | None = None
    custom_data: InputBase64 | None = None
    license_type: InputStr | None = None
    patch_mode: Literal["ImageDefault", "AutomaticByPlatform", "AutomaticByOS", "Manual"] | None = None
    provision_vm_agent: bool | None = None
    enable_automatic_updates: bool | None = None
    time_zone: str | None = None
    os_disk: m.OsDisk = m.OsDisk()
    data_disks: list[m.DataDisk] = []
    identity: m.Identity | None = None
    security: m.Security | None = None
    ultra_ssd_enabled: bool | None = None
    hibernation_enabled: bool | None = None
    boot_diagnostics: m.BootDiagnostics = m.BootDiagnostics()
    extensions: list[m.Extension] = []
    extensions_time_budget: str | None = None
    gallery_applications: list[m.GalleryApplication] = []

    zones: list[n.Zone] = []
    zone_balance: bool | None = None
    platform_fault_domain_count: Annotated[Int, Field(ge=1, le=5)] | None = None
    single_placement_group: bool | None = None
    proximity_placement_group_id: Annotated[InputId, ids.PLACEMENT_GROUP] | None = None
    host_group_id: Annotated[InputId, ids.HOST_GROUP] | None = None
    capacity_reservation_group_id: Annotated[InputId, ids.RESERVATION_GROUP] | None = None

    spot: c.Spot | None = None
    priority_mix: c.PriorityMix | None = None
    instance_mix: c.InstanceMix | None = None
    standby_pool: c.StandbyPool | None = None
    scale_in_policy: c.ScaleInPolicy | None = None
    overprovision: bool | None = None
    do_not_run_extensions_on_overprovisioned_vms: bool | None = None
    autoscale: c.Autoscale | None = None

    health: c.Health | None = None
    automatic_repairs: c.AutomaticRepairs | None = None
    terminate_notification: c.TerminateNotification | None = None
    upgrade_policy: c.UpgradePolicy | None = None
    resiliency: c.Resiliency | None = None

    subnet_id: Annotated[InputId, ids.SUBNET] | None = None
    virtual_network: n.VirtualNetwork | None = None
    network_security_group_id: Annotated[InputId, ids.SECURITY_GROUP] | None = None
    application_security_group_ids: list[Annotated[InputId, ids.APPLICATION_GROUP]] = []
    accelerated_networking: bool | None = None
    ip_forwarding: bool | None = None
    dns_servers: list[InputStr] = []
    enable_ipv6: bool = False
    public_ip_per_instance: n.PublicIpPerInstance | None = None
    network_interfaces: list[n.NetworkInterface] = []
    network_api_version: str | None = None
    load_balancer: n.LoadBalancer | None = None
    load_balancer_backend_pool_ids: list[Annotated[InputId, ids.BALANCER_POOL]] = []
    application_gateway_backend_pool_ids: list[Annotated[InputId, ids.GATEWAY_POOL]] = []
    inbound_nat: dict[n.Name, n.InboundNat] = {}
    outbound: n.Outbound | None = None

    protection: m.Protection | None = None
    lock: m.Lock | None = None

    role_assignments: dict[n.Name, a.RoleAssignment] = {}
    diagnostic_settings: dict[n.Name, a.DiagnosticSetting] = {}

    adopt: Adoption | None = None
    timeouts: m.Timeouts | None = None
    overrides: dict[str, Any] = {}
    accept_rules: list[str] = []

    @property
    def flexible(self) -> bool:
        """Whether the set's mode is Flexible."""
        return self.orchestration_mode is Mode.FLEXIBLE

    @property
    def windows(self) -> bool:
        """Whether instances run Windows."""
        return self.os_type == "Windows"

    @property
    def has_profile(self) -> bool:
        """Whether Azure makes instances from a profile: always on Uniform, with a capacity on Flexible."""
        asked = (self.capacity, self.autoscale, self.standby_pool)
        return not self.flexible or any(value is not None for value in asked)

    @property
    def profile_capacity(self) -> int:
        """How many instances the profile begins with."""
        if self.capacity is not None:
            return self.capacity
        return 0 if self.autoscale is None else self.autoscale.profiles[0].minimum

    @property
    def capacity_is_foreign(self) -> bool:
        """Whether something else than this program owns the capacity."""
        if self.ignore_capacity_changes is None:
            return self.autoscale is not None
        return self.ignore_capacity_changes


__all__ = ["InputIds", "Instance", "ScaleSetModel"]
