"""One instance of a scale set."""

from typing import Annotated, Any

from pydantic import Field

from pulumi_azure_scaleset.model import capacity as c
from pulumi_azure_scaleset.model import guest as g
from pulumi_azure_scaleset.model import ids
from pulumi_azure_scaleset.model import machine as m
from pulumi_azure_scaleset.model import network as n
from pulumi_azure_scaleset.model.base import InputBase64, InputId, InputStr, InputText, Int, Model
from pulumi_azure_scaleset.model.marks import READABLE_DATA, READABLE_TAGS, NoRule, Secret

_VM_NAME = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?$"

InstanceName = Annotated[str, Field(min_length=1, max_length=64, pattern=_VM_NAME)]
COMPUTER_NAME = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"
"""What a host name looks like."""
Tags = Annotated[dict[str, InputText], READABLE_TAGS]
UNNAMED = "unknown"
"""The stem of instance names while the set's name is wrong."""


class Instance(Model):
    """One instance. On Flexible it is a virtual machine; on Uniform it is an instance id, with protection only.

    What is left out comes from the scale set's own arguments.
    """

    zone: Annotated[n.Zone, NoRule()] | None = None
    """The availability zone, one of the set's zones; spread by name over the set's zones by default."""
    automatic_zone: Annotated[g.AutomaticZone, NoRule()] | None = None
    """Azure chooses the zone, in place of zone; the set has no zones then. Changing it replaces this instance only."""
    fault_domain: Annotated[Int, Field(ge=0, le=2), NoRule()] | None = None
    """The fault domain; only if the set counts more than one."""
    vm_size: InputStr | None = None
    """The VM size. Changing it restarts the instance and replaces nothing."""
    image: m.Image | None = None
    """The image. Changing it replaces this instance only."""
    computer_name: Annotated[str, Field(min_length=1, max_length=64, pattern=COMPUTER_NAME), NoRule()] | None = None
    """The host name; the instance's name by default."""
    user_data: Annotated[InputBase64, Secret(), NoRule(), READABLE_DATA] | None = None
    """User data, base64. Kept secret here, and readable in Azure: a secret Output is refused."""
    custom_data: Annotated[InputBase64, Secret(), NoRule()] | None = None
    """Custom data (cloud-init), base64; kept secret. Changing it replaces this instance only."""
    os_disk: m.OsDisk | None = None
    """The OS disk, in place of the set's."""
    data_disks: list[m.DataDisk] | None = None
    """The data disks, in place of the set's."""
    identity: m.Identity | None = None
    """Managed identities, in place of the set's."""
    extensions: Annotated[list[m.Extension], NoRule()] | None = None
    """Extensions of this instance, in place of the set's; installed in this order."""
    protection: Annotated[m.Protection, NoRule()] | None = None
    """Protection, in place of the set's."""
    nat_ports: Annotated[dict[str, n.Port], NoRule()] = {}
    """Front-end ports by the name of the inbound NAT, in place of the allocated ones."""
    subnet_id: Annotated[InputId, ids.SUBNET, NoRule()] | None = None
    """The subnet, in place of the set's."""
    private_ip_address: Annotated[InputStr, NoRule()] | None = None
    """A fixed private address; dynamic by default."""
    host_id: Annotated[InputId, ids.HOST] | None = None
    """The id of a dedicated host."""
    spot: c.Spot | None = None
    """Spot priority for this instance."""
    tags: Annotated[Tags, NoRule()] = {}
    """Tags, added to the set's."""
    overrides: dict[str, Any] = {}
    """Raw azure-native inputs merged into this instance's resources, by key: virtualMachine, networkInterface."""
