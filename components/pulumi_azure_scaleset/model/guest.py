"""What the guest's operating system gets: patches, certificates, remote management, agents.

The values are those of azure-mgmt-compute 39.0.0: PatchSettings, VaultSecretGroup, WinRMListener, ProxyAgentSettings,
ScheduledEventsPolicy, SecurityPostureReference.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model.base import InputId, InputStr, InputText, Int, Model
from pulumi_azure_scaleset.model.marks import Enumeration
from pulumi_azure_scaleset.model.network import Zone

AssessmentMode = Annotated[
    Literal["ImageDefault", "AutomaticByPlatform"],
    Enumeration("AssessmentMode", "Who looks for missing patches."),
]
RebootSetting = Annotated[
    Literal["IfRequired", "Never", "Always", "Unknown"],
    Enumeration("RebootSetting", "Whether patches of the platform restart a machine."),
]
ListenerProtocol = Annotated[
    Literal["Http", "Https"], Enumeration("ListenerProtocol", "The protocol of a WinRM listener.")
]
UnattendSetting = Annotated[
    Literal["AutoLogon", "FirstLogonCommands"],
    Enumeration("UnattendSetting", "The setting of Windows Setup that a content belongs to."),
]
EndpointMode = Annotated[
    Literal["Audit", "Enforce", "Disabled"],
    Enumeration("EndpointMode", "What the proxy agent does about a request to the host that its rules forbid."),
]


class PatchSettings(Model):
    """How the guest is patched, besides patch_mode: on named instances, and in the profile of either mode."""

    assessment_mode: AssessmentMode | None = None
    """Who looks for missing patches: AutomaticByPlatform for Azure, which needs the VM agent."""
    reboot_setting: RebootSetting | None = None
    """Whether patches of the platform restart a machine. With patch_mode AutomaticByPlatform."""
    bypass_platform_safety_checks_on_user_schedule: bool | None = None
    """True to patch on a schedule of your own (maintenance configurations) and at no other time. With patch_mode
    AutomaticByPlatform."""
    enable_hotpatching: bool | None = None
    """True to patch without a restart, on Windows images that have it. With patch_mode AutomaticByPlatform."""

    @property
    def by_platform(self) -> tuple[str, ...]:
        """The settings that are given and that only patches of the platform have."""
        names = ("reboot_setting", "bypass_platform_safety_checks_on_user_schedule")
        given = [name for name in names if getattr(self, name) is not None]
        return (*given, *(("enable_hotpatching",) if self.enable_hotpatching else ()))


class VaultCertificate(Model):
    """A certificate in a key vault."""

    certificate_url: InputStr
    """The URL of the certificate's secret, with its version."""
    certificate_store: InputStr | None = None
    """The store of the local machine that it goes into, for example My. Needed on Windows, and for Windows only: Linux
    has it in /var/lib/waagent."""


class VaultCertificates(Model):
    """Certificates of one key vault that Azure installs on each instance."""

    source_vault_id: Annotated[InputId, ids.VAULT]
    """The id of the key vault; it must be enabled for deployment."""
    certificates: Annotated[list[VaultCertificate], Field(min_length=1)]
    """The certificates."""


class WinRmListener(Model):
    """A listener of Windows Remote Management."""

    protocol: ListenerProtocol
    """The protocol."""
    certificate_url: InputStr | None = None
    """The URL of the certificate's secret in a key vault, with its version; with Https, and needed there."""

    @model_validator(mode="after")
    def _certificate(self) -> Self:
        if (self.protocol == "Https") != (self.certificate_url is not None):
            raise ValueError("certificate_url is needed with protocol Https and forbidden with Http")
        return self


class UnattendContent(Model):
    """A piece of the Unattend.xml that Windows Setup reads (Microsoft-Windows-Shell-Setup, pass OobeSystem)."""

    setting_name: UnattendSetting
    """The setting that it belongs to."""
    content: InputText
    """The XML with the setting's own root element, less than 4 KB; kept secret in the state."""


class HostEndpoint(Model):
    """How the proxy agent guards one endpoint of the host."""

    mode: EndpointMode | None = None
    """What is done about a forbidden request: logged, refused, or nothing."""
    in_vm_access_control_profile_id: Annotated[InputId, ids.ACCESS_CONTROL_VERSION] | None = None
    """The id of a version of an access control profile in a gallery."""


class ProxyAgent(Model):
    """The guest proxy agent (Metadata Security Protocol), which guards the host's endpoints."""

    enabled: bool = True
    """Whether the feature is on, once this object is given."""
    key_incarnation_id: Int | None = None
    """A higher number makes a new key for the channel between guest and host."""
    wire_server: HostEndpoint | None = None
    """The Wire Server, 168.63.129.16."""
    imds: HostEndpoint | None = None
    """The Instance Metadata Service, 169.254.169.254."""


class ScheduledEventsPolicy(Model):
    """Scheduled events of what people start, and where events are published."""

    user_initiated_redeploy: bool | None = None
    """True to approve the events of redeployments by themselves."""
    user_initiated_reboot: bool | None = None
    """True to approve the events of restarts by themselves."""
    event_grid_and_resource_graph: bool | None = None
    """True to publish events to Event Grid and Resource Graph too."""


class SecurityPosture(Model):
    """A security posture: extensions that Azure adds to the profile's instances."""

    id: InputStr
    """The posture's id, /CommunityGalleries/{gallery}/securityPostures/{posture}/versions/{version}; the version may be
    latest."""
    exclude_extensions: list[InputStr] | None = None
    """Names of its extensions to leave out."""
    is_overridable: bool | None = None
    """True if an extension of your own may replace one of the posture's."""


class VmSizeProperties(Model):
    """How many virtual CPUs of its size an instance uses."""

    vcpus_available: Annotated[Int, Field(ge=1)] | None = None
    """The number of vCPUs; the size's own by default."""
    vcpus_per_core: Annotated[Int, Field(ge=1)] | None = None
    """The number of vCPUs on each physical core; 1 turns hyper-threading off."""

    @model_validator(mode="after")
    def _any(self) -> Self:
        if self.vcpus_available is None and self.vcpus_per_core is None:
            raise ValueError("give vcpus_available or vcpus_per_core")
        return self


class ExtendedLocation(Model):
    """An Azure Extended Zone (edge zone), which a set and all that the component makes for it is in."""

    name: InputStr
    """The zone's name, for example losangeles."""


class ZonePlacement(Model):
    """Azure chooses the zones (zonePlacementPolicy Auto), in place of zones. Needs api_version 2026-03-01 or newer."""

    include_zones: list[Zone] | None = None
    """The zones to choose from; all of the region by default."""
    exclude_zones: list[Zone] | None = None
    """Zones to leave out."""
    max_zone_count: Annotated[Int, Field(ge=1, le=3)] | None = None
    """The most zones to use; all by default."""
    max_instance_percent_per_zone: Annotated[Int, Field(ge=1, le=100)] | None = None
    """The largest share of the instances in one zone, in percent."""

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if self.include_zones and self.exclude_zones:
            raise ValueError("give include_zones or exclude_zones")
        return self


class AutomaticZone(Model):
    """Azure chooses the zone of a named instance when it makes it (its placement)."""

    include_zones: list[Zone] | None = None
    """The zones to choose from; all of the region by default."""
    exclude_zones: list[Zone] | None = None
    """Zones to leave out."""
    align_regional_disks: bool | None = None
    """True to move regional disks into the zone permanently."""

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if self.include_zones and self.exclude_zones:
            raise ValueError("give include_zones or exclude_zones")
        return self
