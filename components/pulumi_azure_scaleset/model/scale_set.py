"""The scale set and its instances."""

from typing import Annotated, Any, Literal

from pydantic import Field

from pulumi_azure_scaleset.model import access as a
from pulumi_azure_scaleset.model import autoscale as s
from pulumi_azure_scaleset.model import capacity as c
from pulumi_azure_scaleset.model import guest as g
from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model import machine as m
from pulumi_azure_scaleset.model import network as n
from pulumi_azure_scaleset.model.adoption import Adoption
from pulumi_azure_scaleset.model.base import (
    InputBase64,
    InputId,
    InputStr,
    InputStrings,
    InputText,
    Int,
    Model,
)
from pulumi_azure_scaleset.model.forms import marked
from pulumi_azure_scaleset.model.instance import COMPUTER_NAME, UNNAMED, Instance, InstanceName, Tags
from pulumi_azure_scaleset.model.marks import (
    READABLE_DATA,
    Decides,
    DescribesMachines,
    Enumeration,
    FromComponent,
    NeededBy,
    OfPrimaryInterface,
    SaysHowMany,
    Secret,
    StandIn,
    TableLimits,
    WindowsOnly,
)
from scaleset_core.facts import images
from scaleset_core.modes import Mode
from scaleset_core.modes.rules.network import NETWORK_API_VERSIONS

LONGEST_NAME = 64
"""The longest name of a scale set, in characters."""
SET_NAME = r"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$"
"""What the name of a scale set looks like."""
OrchestrationMode = Annotated[Mode, Enumeration("OrchestrationMode", "The orchestration mode of a scale set.")]
ReadablePlace = Annotated[
    Literal["settings", "tags", "user_data"],
    Enumeration("ReadablePlace", "An argument whose value Azure shows to everybody who may read the resource."),
]
GenericKind = Annotated[
    Literal["scaleSet", "virtualMachine"],
    Enumeration("GenericKind", "The key of a resource that azure-native can have as its generic resource."),
]
OsType = Annotated[Literal["Linux", "Windows"], Enumeration("OsType", "The operating system of an image.")]
PatchMode = Annotated[
    Literal["ImageDefault", "AutomaticByPlatform", "AutomaticByOS", "Manual"],
    Enumeration("PatchMode", "Who installs a guest's patches."),
]
ApiVersion = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(-preview)?$")]
"""A version of an Azure API, ``2026-03-01``."""
FaultDomainAlignment = Annotated[
    Literal["Aligned", "Unaligned", "BestEffortAligned"],
    Enumeration("FaultDomainAlignment", "Whether computers and disks of a zonal set are in the same fault domains."),
]
NetworkApiVersion = Annotated[
    str, Enumeration("NetworkApiVersion", "A version of Microsoft.Network.", NETWORK_API_VERSIONS)
]


_OF_VERSIONS = ("zone_placement", "spot", "instances[].spot", "overrides", "instances[].overrides")
"""Arguments whose meaning depends on the version of the API."""


class ScaleSetModel(Model):
    """An Azure Virtual Machine Scale Set in either orchestration mode, with its instances, network and protection."""

    resource_group_name: Annotated[InputStr, StandIn(UNNAMED)]
    """The resource group."""
    location: InputStr | None = None
    """The region; the azure-native provider's by default."""
    scale_set_name: Annotated[
        str, Field(min_length=1, max_length=LONGEST_NAME, pattern=SET_NAME), FromComponent(), StandIn(UNNAMED)
    ]
    """The set's name in Azure, and the stem of all names below it; the component's name by default."""
    orchestration_mode: Annotated[OrchestrationMode, Decides()] = Mode.FLEXIBLE
    """Azure recommends Flexible. Changing it replaces the set and its instances."""
    tags: Tags = {}
    """Tags on every resource that takes tags."""

    instances: Annotated[
        dict[InstanceName, Instance], SaysHowMany(), StandIn({UNNAMED: {}}), NeededBy("inbound_nat", "protection")
    ] = {}
    """Named instances. Flexible: virtual machines by name. Uniform: instance ids ("0") with their protection. In Python
    a number is short for that many."""
    instance_count: (
        Annotated[Int, Field(ge=0, le=1000), SaysHowMany(), NeededBy("inbound_nat", "protection", "instances")] | None
    ) = None
    """Short for instances named {scale set name}-0, {scale set name}-1 and so on. On Uniform the same as capacity."""
    capacity: Annotated[Int, Field(ge=0), TableLimits(0, 1000), SaysHowMany(profile=True), StandIn(0)] | None = None
    """How many instances Azure creates from the profile. On Flexible they are in addition to the named ones."""
    ignore_capacity_changes: bool | None = None
    """True if something else controls the capacity: every update sends the number that Azure has at that time. True by
    default with autoscale, otherwise false."""
    ignore_tag_changes: list[str] = []
    """Names of tags that others set (Azure Policy, cost tools), with * for any text: every update sends the value that
    Azure has at that time."""
    attached_virtual_machine_ids: Annotated[list[Annotated[InputId, ids.MACHINE]], SaysHowMany()] = []
    """Ids of existing virtual machines, in the same resource group, that join a Flexible set. They stay yours: they are
    attached by a deployment and are not deleted with the set."""

    vm_size: Annotated[InputStr, DescribesMachines()] | None = None
    """The VM size, for example Standard_D2s_v5."""
    os_type: Annotated[OsType, Decides()] = "Linux"
    """The operating system of the image; if you leave it out, a known platform image decides."""
    image: Annotated[m.Image, DescribesMachines(), NeededBy("admin_password", "ssh_public_keys")] | None = None
    """The image of the OS disk."""
    plan: m.Plan | None = None
    """The purchase plan of a marketplace image that needs one."""
    admin_username: InputStr = "azureuser"
    """The administrator's name."""
    admin_password: Annotated[InputText, Secret(), DescribesMachines(), NeededBy("ssh_public_keys")] | None = None
    """The administrator's password; kept secret. Needed on Windows; on Linux it turns password logins on."""
    ssh_public_keys: Annotated[InputStrings, DescribesMachines(), NeededBy("admin_password")] | None = None
    """SSH public keys of the administrator, on Linux."""
    computer_name_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")] | None = None
    """The stem of the host names that Azure makes; the set's name by default."""
    user_data: Annotated[InputBase64, Secret(), DescribesMachines(), READABLE_DATA] | None = None
    """User data, base64. Kept secret here, and readable in Azure: a secret Output is refused."""
    custom_data: Annotated[InputBase64, Secret()] | None = None
    """Custom data (cloud-init), base64; kept secret."""
    license_type: InputStr | None = None
    """Windows_Server, Windows_Client, RHEL_BYOS or SLES_BYOS for licences that you own."""
    patch_mode: Annotated[PatchMode, NeededBy("patch_settings")] | None = None
    """Who installs the guest's patches: AutomaticByPlatform on Flexible only, AutomaticByOS and Manual on Windows
    only."""
    patch_settings: g.PatchSettings | None = None
    """How the guest is patched, besides patch_mode."""
    provision_vm_agent: bool | None = None
    """True (default) to install the VM agent."""
    enable_vm_agent_platform_updates: bool | None = None
    """Linux: True to let Azure update the VM agent."""
    allow_extension_operations: bool | None = None
    """False to forbid extensions; there must be none then."""
    key_vault_certificates: list[g.VaultCertificates] = []
    """Certificates that Azure installs on each instance, by key vault. Azure recommends its Key Vault extension
    instead, which renews them."""
    win_rm_listeners: Annotated[list[g.WinRmListener], WindowsOnly()] = []
    """Windows: the listeners of remote management."""
    additional_unattend_content: Annotated[list[g.UnattendContent], WindowsOnly()] = []
    """Windows: pieces of the Unattend.xml that Windows Setup reads."""
    enable_automatic_updates: Annotated[bool, WindowsOnly()] | None = None
    """Windows: True to let Windows update itself."""
    time_zone: Annotated[str, WindowsOnly()] | None = None
    """Windows: the time zone."""
    os_disk: m.OsDisk = m.OsDisk()
    """The OS disk."""
    data_disks: Annotated[list[m.DataDisk], DescribesMachines()] = []
    """The data disks."""
    disk_controller_type: m.DiskController | None = None
    """The controller of the disks; the size's and the image's best by default."""
    vm_size_properties: g.VmSizeProperties | None = None
    """How many virtual CPUs of its size an instance uses."""
    identity: m.Identity | None = None
    """Managed identities."""
    security: Annotated[m.Security, NeededBy("os_disk", "data_disks")] | None = None
    """The security profile."""
    security_posture: g.SecurityPosture | None = None
    """A security posture for the profile's instances."""
    service_artifact_id: Annotated[InputId, ids.SERVICE_ARTIFACT] | None = None
    """The id of a gallery's service artifact (vmArtifactsProfiles): it gives all of the profile's instances one version
    of an image whose version is latest."""
    ultra_ssd_enabled: bool | None = None
    """True to allow UltraSSD_LRS data disks; automatically true if there is one."""
    hibernation_enabled: Annotated[bool, NeededBy("standby_pool")] | None = None
    """True to allow hibernation. Flexible only."""
    boot_diagnostics: m.BootDiagnostics = m.BootDiagnostics()
    """Boot diagnostics; on with Azure's own storage by default."""
    extensions: Annotated[list[m.Extension], DescribesMachines()] = []
    """VM extensions in the order of installation: on each named instance, and in the profile."""
    extensions_time_budget: Annotated[str, TableLimits("PT15M", "PT2H")] | None = None
    """How long all extensions may take, as an ISO 8601 duration."""
    gallery_applications: list[m.GalleryApplication] = []
    """Gallery applications."""

    zones: Annotated[list[n.Zone], NeededBy("resiliency", "zone_balance", "instances[].zone")] = []
    """Availability zones; their order does not matter. None for a regional set."""
    zone_placement: Annotated[g.ZonePlacement, NeededBy("resiliency", "zone_balance")] | None = None
    """Azure chooses the zones of the profile's instances; use it instead of zones."""
    extended_location: g.ExtendedLocation | None = None
    """An Azure Extended Zone (edge zone) for everything."""
    zone_balance: bool | None = None
    """True to refuse scaling that would leave the zones unequal."""
    platform_fault_domain_count: (
        Annotated[
            Int,
            Field(ge=1, le=5),
            NeededBy("instances[].fault_domain", "attached_virtual_machine_ids", "standby_pool"),
        ]
        | None
    ) = None
    """How many fault domains there are; maximum spreading, which is 1, by default. It cannot be changed later."""
    zonal_platform_fault_domain_align_mode: FaultDomainAlignment | None = None
    """Whether computers and disks of a zonal set are in the same fault domains."""
    single_placement_group: bool | None = None
    """False by default in both modes: up to 1,000 instances, and virtual machines can join."""
    proximity_placement_group_id: Annotated[InputId, ids.PLACEMENT_GROUP] | None = None
    """The id of a proximity placement group."""
    host_group_id: Annotated[InputId, ids.HOST_GROUP] | None = None
    """The id of a dedicated host group."""
    capacity_reservation_group_id: Annotated[InputId, ids.RESERVATION_GROUP] | None = None
    """The id of a capacity reservation group."""

    spot: Annotated[c.Spot, NeededBy("priority_mix")] | None = None
    """Spot priority for the profile and the named instances."""
    priority_mix: c.PriorityMix | None = None
    """Regular instances among the Spot ones. Flexible only."""
    instance_mix: Annotated[c.InstanceMix, NeededBy("vm_size")] | None = None
    """Several VM sizes (skuProfile). Flexible only."""
    standby_pool: Annotated[c.StandbyPool, SaysHowMany(profile=True)] | None = None
    """A pool of prepared virtual machines. Flexible only."""
    scale_in_policy: c.ScaleInPolicy | None = None
    """Which instances are deleted first."""
    overprovision: bool | None = None
    """Uniform only; false by default, so that there are exactly as many instances as requested."""
    do_not_run_extensions_on_overprovisioned_vms: bool | None = None
    """Uniform only."""
    autoscale: Annotated[s.Autoscale, SaysHowMany(profile=True)] | None = None
    """Autoscale settings for the profile's instances."""

    health: (
        Annotated[
            c.Health,
            NeededBy("automatic_repairs", "upgrade_policy", "patch_mode", "resiliency", "instances[].extensions"),
        ]
        | None
    ) = None
    """The health signal."""
    automatic_repairs: c.AutomaticRepairs | None = None
    """Automatic repairs; needs health."""
    terminate_notification: c.TerminateNotification | None = None
    """A notice before an instance is deleted."""
    os_image_notification: bool | None = None
    """True for a notice (scheduled event) 15 minutes before an instance is reimaged or its OS upgraded."""
    scheduled_events_policy: g.ScheduledEventsPolicy | None = None
    """Scheduled events of what people start, and where events are published."""
    upgrade_policy: c.UpgradePolicy | None = None
    """How the profile's instances follow a change."""
    resiliency: c.Resiliency | None = None
    """Retries of creation and deletion, zone rebalancing."""

    subnet_id: Annotated[InputId, ids.SUBNET] | None = None
    """The subnet of the instances."""
    virtual_network: Annotated[n.VirtualNetwork, StandIn({})] | None = None
    """A virtual network to make, instead of subnet_id."""
    network_security_group_id: Annotated[InputId, ids.SECURITY_GROUP, OfPrimaryInterface()] | None = None
    """A network security group on each primary interface."""
    application_security_group_ids: Annotated[
        list[Annotated[InputId, ids.APPLICATION_GROUP]], OfPrimaryInterface()
    ] = []
    """Application security groups of each primary interface."""
    accelerated_networking: Annotated[bool, OfPrimaryInterface()] | None = None
    """True for SR-IOV on the primary interface."""
    ip_forwarding: Annotated[bool, OfPrimaryInterface()] | None = None
    """True to let instances forward traffic."""
    auxiliary_mode: Annotated[n.AuxiliaryMode, OfPrimaryInterface(), NeededBy("auxiliary_sku")] | None = None
    """The auxiliary mode of the primary interface, for many connections at once."""
    auxiliary_sku: Annotated[n.AuxiliarySku, OfPrimaryInterface()] | None = None
    """The size of the auxiliary mode; with auxiliary_mode."""
    disable_tcp_state_tracking: Annotated[bool, OfPrimaryInterface()] | None = None
    """True to turn connection tracking off on the primary interface."""
    dns_servers: Annotated[list[InputStr], OfPrimaryInterface()] = []
    """DNS servers of the primary interface."""
    enable_ipv6: Annotated[bool, OfPrimaryInterface()] = False
    """True to add an IPv6 address to the primary interface."""
    public_ip_per_instance: Annotated[n.PublicIpPerInstance, OfPrimaryInterface("public_ip")] | None = None
    """A public address on each instance."""
    network_interfaces: list[n.NetworkInterface] = []
    """More interfaces of each instance; if one of them is primary, it replaces the fields above."""
    network_api_version: NetworkApiVersion | None = None
    """The version of Microsoft.Network that Flexible profiles use; 2020-11-01 by default."""
    load_balancer: (
        Annotated[n.LoadBalancer, NeededBy("outbound", "inbound_nat", "virtual_network.allow_from")] | None
    ) = None
    """The load balancer; made by default if inbound_nat or an outbound rule needs one."""
    load_balancer_backend_pool_ids: list[Annotated[InputId, ids.BALANCER_POOL]] = []
    """More backend pools that the instances join."""
    application_gateway_backend_pool_ids: list[Annotated[InputId, ids.GATEWAY_POOL]] = []
    """Application gateway pools that the instances join."""
    inbound_nat: Annotated[
        dict[n.Name, n.InboundNat], NeededBy("outbound", "instances[].nat_ports", "virtual_network.allow_from")
    ] = {}
    """Inbound NAT to single instances, by name, for example ssh."""
    outbound: n.Outbound | None = None
    """How instances reach the Internet; an outbound rule by default if the component creates a public load balancer."""

    protection: m.Protection | None = None
    """Protection of every named instance."""
    lock: m.Lock | None = None
    """A management lock on the scale set."""

    role_assignments: dict[n.Name, a.RoleAssignment] = {}
    """Role assignments on the scale set, each under a key that you choose. If you remove one key, the others do not
    change."""
    diagnostic_settings: dict[n.Name, a.DiagnosticSetting] = {}
    """Where Azure Monitor sends the scale set's metrics, by name; five at most."""

    adopt: Adoption | None = None
    """Existing resources of the same stack that move into this component, instead of being created again."""
    timeouts: m.Timeouts | None = None
    """Timeouts of the child resources, because customTimeouts on a component do not apply to them."""
    api_version: Annotated[ApiVersion, NeededBy(*_OF_VERSIONS)] | None = None
    """The version of Microsoft.Compute for the scale set, its virtual machines and their extensions, for example
    2026-03-01; by default the one that azure-native has under the plain types. Changing it replaces nothing."""
    api_versions: Annotated[dict[str, ApiVersion], NeededBy(*_OF_VERSIONS)] = {}
    """API versions of single resources, by resource key (loadBalancer) or type
    (azure-native:network:LoadBalancer), in place of api_version."""
    generic_resources: list[GenericKind] = []
    """Resources that stay azure-native's generic resource, once azure-native has the api_version for which they became
    one: otherwise an update of azure-native would replace them."""
    overrides: dict[str, Any] = {}
    """Raw azure-native inputs merged into the child resources, by resource key (scaleSet, virtualMachine,
    networkInterface, loadBalancer, ...). Objects are merged, lists too if their elements have a name, a lun or an id,
    null removes, {"$replace": [...]} replaces a list. A property of a newer API needs that version: api_version."""
    readable_secrets: list[ReadablePlace] = []
    """Fields in which a secret is accepted although everybody with read access to the resource in Azure can see it."""
    accept_rules: list[str] = []
    """Ids of contested rules of the mode table to accept, for example automatic-os-upgrade-on-flexible."""

    @property
    def flexible(self) -> bool:
        """Whether the set's mode is Flexible."""
        return self.orchestration_mode is Mode.FLEXIBLE

    @property
    def windows(self) -> bool:
        """Whether instances run Windows."""
        return self.system == images.WINDOWS

    @property
    def system(self) -> str:
        """The operating system of the instances: as written, else that of the image where it is known, else Linux."""
        if "os_type" in self.model_fields_set or self.image is None:
            return self.os_type
        return self.image.system or self.os_type

    @property
    def has_profile(self) -> bool:
        """Whether Azure makes instances from a profile: always on Uniform, with a capacity on Flexible."""
        return not self.flexible or any(getattr(self, name) is not None for name in _ASKING)

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


_ASKING = tuple(name for name, mark in marked(ScaleSetModel, SaysHowMany).items() if mark.profile)
"""The arguments that ask for instances from a profile."""

__all__ = ["COMPUTER_NAME", "UNNAMED", "Instance", "ScaleSetModel"]
