"""What users write: the arguments of :class:`~pulumi_azure_scaleset.ScaleSet` as TypedDicts.

The multi-language schema is inferred from this module, so every field has a docstring, and what decides *which*
resources exist (mode, names, zones, counts, NAT, protection) is plain, while ids, names of others, keys and secrets
are ``pulumi.Input``. No ``from __future__ import annotations`` here: the analyzer reads annotations as they are.
"""

from typing import TYPE_CHECKING, Any, Required, TypedDict

import pulumi

from pulumi_azure_scaleset.args.access import DiagnosticSetting, RoleAssignment
from pulumi_azure_scaleset.args.adoption import Adoption
from pulumi_azure_scaleset.args.capacity import (
    AutomaticRepairs,
    Autoscale,
    Health,
    InstanceMix,
    PriorityMix,
    Resiliency,
    ScaleInPolicy,
    Spot,
    StandbyPool,
    TerminateNotification,
    UpgradePolicy,
)
from pulumi_azure_scaleset.args.machine import (
    BootDiagnostics,
    DataDisk,
    Extension,
    GalleryApplication,
    Identity,
    Image,
    Lock,
    OsDisk,
    Plan,
    Protection,
    Security,
    Timeouts,
)
from pulumi_azure_scaleset.args.network import (
    InboundNat,
    LoadBalancer,
    NetworkInterface,
    Outbound,
    PublicIpPerInstance,
    VirtualNetwork,
)

__all__ = ["Instance", "ScaleSetArgs"]


class Instance(TypedDict, total=False):
    """One instance. On Flexible a virtual machine of its own; on Uniform an instance id, with protection only.

    What is left out comes from the scale set's own arguments.
    """

    zone: str
    """The availability zone, one of the set's zones; spread by name over the set's zones by default."""
    fault_domain: int
    """The fault domain, from 0; only if the set counts more than one."""
    vm_size: pulumi.Input[str]
    """The VM size. Changing it restarts the instance and replaces nothing."""
    image: Image
    """The image. Changing it replaces this instance only."""
    computer_name: str
    """The host name; the instance's name by default."""
    user_data: pulumi.Input[str]
    """User data, base64; kept secret."""
    custom_data: pulumi.Input[str]
    """Custom data (cloud-init), base64; kept secret. Changing it replaces this instance only."""
    os_disk: OsDisk
    """The OS disk, in place of the set's."""
    data_disks: list[DataDisk]
    """The data disks, in place of the set's."""
    identity: Identity
    """Managed identities, in place of the set's."""
    extensions: list[Extension]
    """Extensions of this instance, in place of the set's; installed in this order."""
    protection: Protection
    """Protection, in place of the set's."""
    nat_ports: dict[str, int]
    """Front-end ports by the name of the inbound NAT, in place of the allocated ones."""
    subnet_id: pulumi.Input[str]
    """The subnet, in place of the set's."""
    private_ip_address: pulumi.Input[str]
    """A fixed private address; dynamic by default."""
    host_id: pulumi.Input[str]
    """The id of a dedicated host."""
    spot: Spot
    """Spot priority for this instance."""
    tags: dict[str, pulumi.Input[str]]
    """Tags, added to the set's."""
    overrides: dict[str, Any]
    """Raw azure-native inputs merged into this instance's resources, by key: virtualMachine, networkInterface."""


if TYPE_CHECKING:
    Instances = dict[str, Instance] | int
else:
    # The analyzer knows no unions; in Python a number stands for that many instances.
    Instances = dict[str, Instance]


class ScaleSetArgs(TypedDict, total=False):
    """An Azure Virtual Machine Scale Set in either orchestration mode, with its instances, network and protection."""

    resource_group_name: Required[pulumi.Input[str]]
    """The resource group."""
    location: pulumi.Input[str]
    """The region; the azure-native provider's by default."""
    scale_set_name: str
    """The set's name in Azure, and the stem of all names below it; the component's name by default."""
    orchestration_mode: str
    """Flexible (default, recommended by Azure) or Uniform. Changing it replaces the set and its instances."""
    tags: dict[str, pulumi.Input[str]]
    """Tags on every resource that takes tags."""

    instances: Instances
    """Named instances. Flexible: virtual machines by name. Uniform: instance ids ("0") with their protection. In Python
    a number is short for that many."""
    instance_count: int
    """Short for instances named {scale set name}-0, {scale set name}-1 and so on. On Uniform the same as capacity."""
    capacity: int
    """How many instances Azure makes from the profile, 0 to 1,000. On Flexible these are besides the named ones."""
    ignore_capacity_changes: bool
    """True if something else owns the capacity: drift is ignored. True by default with autoscale, otherwise false."""
    attached_virtual_machine_ids: list[pulumi.Input[str]]
    """Ids of existing virtual machines, in the same resource group, that join a Flexible set. They stay yours: they are
    attached by a deployment and are not deleted with the set."""

    vm_size: pulumi.Input[str]
    """The VM size, for example Standard_D2s_v5."""
    os_type: str
    """Linux (default) or Windows."""
    image: Image
    """The image of the OS disk."""
    plan: Plan
    """The purchase plan of a marketplace image that needs one."""
    admin_username: pulumi.Input[str]
    """The administrator's name; azureuser by default."""
    admin_password: pulumi.Input[str]
    """The administrator's password; kept secret. Needed on Windows; on Linux it turns password logins on."""
    ssh_public_keys: pulumi.Input[list[pulumi.Input[str]]]
    """SSH public keys of the administrator, on Linux."""
    computer_name_prefix: str
    """The stem of the host names that Azure makes; the set's name by default."""
    user_data: pulumi.Input[str]
    """User data, base64; kept secret."""
    custom_data: pulumi.Input[str]
    """Custom data (cloud-init), base64; kept secret."""
    license_type: pulumi.Input[str]
    """Windows_Server, Windows_Client, RHEL_BYOS or SLES_BYOS for licences that you own."""
    patch_mode: str
    """Guest patching: ImageDefault, AutomaticByPlatform (Flexible only), AutomaticByOS or Manual (both Windows)."""
    provision_vm_agent: bool
    """True (default) to install the VM agent."""
    enable_automatic_updates: bool
    """Windows: True to let Windows update itself."""
    time_zone: str
    """Windows: the time zone."""
    os_disk: OsDisk
    """The OS disk."""
    data_disks: list[DataDisk]
    """The data disks."""
    identity: Identity
    """Managed identities."""
    security: Security
    """The security profile."""
    ultra_ssd_enabled: bool
    """True to allow UltraSSD_LRS data disks; true by itself if one is listed."""
    hibernation_enabled: bool
    """True to allow hibernation. Flexible only."""
    boot_diagnostics: BootDiagnostics
    """Boot diagnostics; on with Azure's own storage by default."""
    extensions: list[Extension]
    """VM extensions in the order of installation: on each named instance, and in the profile."""
    extensions_time_budget: str
    """How long all extensions may take, PT15M to PT2H."""
    gallery_applications: list[GalleryApplication]
    """Gallery applications."""

    zones: list[str]
    """Availability zones; their order does not matter. None for a regional set."""
    zone_balance: bool
    """True to refuse scaling that would leave the zones unequal."""
    platform_fault_domain_count: int
    """Fault domains; 1 (maximum spreading) by default. It cannot be changed later."""
    single_placement_group: bool
    """False by default in both modes: up to 1,000 instances, and virtual machines can join."""
    proximity_placement_group_id: pulumi.Input[str]
    """The id of a proximity placement group."""
    host_group_id: pulumi.Input[str]
    """The id of a dedicated host group."""
    capacity_reservation_group_id: pulumi.Input[str]
    """The id of a capacity reservation group."""

    spot: Spot
    """Spot priority for the profile and the named instances."""
    priority_mix: PriorityMix
    """Regular instances among the Spot ones. Flexible only."""
    instance_mix: InstanceMix
    """Several VM sizes (skuProfile). Flexible only."""
    standby_pool: StandbyPool
    """A pool of prepared virtual machines. Flexible only."""
    scale_in_policy: ScaleInPolicy
    """Which instances go first."""
    overprovision: bool
    """Uniform only; false by default, so that there are as many instances as asked for."""
    do_not_run_extensions_on_overprovisioned_vms: bool
    """Uniform only."""
    autoscale: Autoscale
    """Autoscale settings for the profile's instances."""

    health: Health
    """The health signal."""
    automatic_repairs: AutomaticRepairs
    """Automatic repairs; needs health."""
    terminate_notification: TerminateNotification
    """A notice before an instance is deleted."""
    upgrade_policy: UpgradePolicy
    """How the profile's instances follow a change."""
    resiliency: Resiliency
    """Retries of creation and deletion, zone rebalancing."""

    subnet_id: pulumi.Input[str]
    """The subnet of the instances."""
    virtual_network: VirtualNetwork
    """A virtual network to make, instead of subnet_id."""
    network_security_group_id: pulumi.Input[str]
    """A network security group on each primary interface."""
    application_security_group_ids: list[pulumi.Input[str]]
    """Application security groups of each primary interface."""
    accelerated_networking: bool
    """True for SR-IOV on the primary interface."""
    ip_forwarding: bool
    """True to let instances forward traffic."""
    dns_servers: list[pulumi.Input[str]]
    """DNS servers of the primary interface."""
    enable_ipv6: bool
    """True to add an IPv6 address to the primary interface."""
    public_ip_per_instance: PublicIpPerInstance
    """A public address on each instance."""
    network_interfaces: list[NetworkInterface]
    """More interfaces of each instance; if one of them is primary it takes the place of the fields above."""
    network_api_version: str
    """The version of Microsoft.Network that Flexible profiles use: 2020-11-01 (default) or 2022-11-01."""
    load_balancer: LoadBalancer
    """The load balancer; made by default if inbound_nat or an outbound rule needs one."""
    load_balancer_backend_pool_ids: list[pulumi.Input[str]]
    """More backend pools that the instances join."""
    application_gateway_backend_pool_ids: list[pulumi.Input[str]]
    """Application gateway pools that the instances join."""
    inbound_nat: dict[str, InboundNat]
    """Ways in to single instances, by name, for example ssh."""
    outbound: Outbound
    """How instances reach the outside; an outbound rule by default if a public load balancer is made here."""

    protection: Protection
    """Protection of every named instance."""
    lock: Lock
    """A management lock on the scale set."""

    role_assignments: dict[str, RoleAssignment]
    """Grants on the scale set by keys of your own. A key stands for its grant: taking one out touches no other."""
    diagnostic_settings: dict[str, DiagnosticSetting]
    """Where Azure Monitor sends the scale set's metrics, by name; five at most."""

    adopt: Adoption
    """Resources of the same stack that become this component's, instead of being made anew."""
    timeouts: Timeouts
    """Timeouts of the child resources, since customTimeouts on a component reach none of them."""
    overrides: dict[str, Any]
    """Raw azure-native inputs merged into the child resources, by resource key (scaleSet, virtualMachine,
    networkInterface, loadBalancer, ...): the way to a property that Azure added yesterday."""
    accept_rules: list[str]
    """Ids of contested rules of the mode table to accept, for example automatic-os-upgrade-on-flexible."""
