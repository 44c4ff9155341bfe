"""A virtual machine that is declared on its own joins a Flexible scale set.

The machine stays its declarer's: the set only attaches it, by id, and does not delete it. The id of any machine in
the same resource group does as well, `/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.Compute/
virtualMachines/{name}`, as long as it is regional (or in one of the set's zones) and in no availability set.

Configuration: `pulumi config set sshPublicKey "$(cat ~/.ssh/id_ed25519.pub)"`. The sample key has no private half.
"""

import pulumi
from pulumi_azure_native import compute, network, resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs

SAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
SIZE = "Standard_D2s_v5"
USER = "azureuser"

config = pulumi.Config()
key = config.get("sshPublicKey") or SAMPLE_KEY
group = resources.ResourceGroup("attach-existing-vm")

# Without custom rules, it allows traffic from the virtual network, and the probes of load balancers.
firewall = network.NetworkSecurityGroup("instances", resource_group_name=group.name)
vnet = network.VirtualNetwork(
    "legacy",
    resource_group_name=group.name,
    address_space={"address_prefixes": ["10.40.0.0/16"]},
    subnets=[
        {"name": "servers", "address_prefix": "10.40.0.0/24", "network_security_group": {"id": firewall.id}},
    ],
)
servers = pulumi.Output.concat(vnet.id, "/subnets/servers")

# The virtual machine that was there first.
interface = network.NetworkInterface(
    "legacy",
    resource_group_name=group.name,
    ip_configurations=[{"name": "primary", "primary": True, "subnet": {"id": servers}}],
)
legacy = compute.VirtualMachine(
    "legacy",
    vm_name="legacy",
    resource_group_name=group.name,
    hardware_profile={"vm_size": SIZE},
    storage_profile={
        "image_reference": {
            "publisher": "Canonical",
            "offer": "ubuntu-24_04-lts",
            "sku": "server",
            "version": "latest",
        },
        "os_disk": {"create_option": "FromImage", "managed_disk": {"storage_account_type": "Premium_LRS"}},
    },
    os_profile={
        "computer_name": "legacy",
        "admin_username": USER,
        "linux_configuration": {
            "disable_password_authentication": True,
            "ssh": {"public_keys": [{"path": f"/home/{USER}/.ssh/authorized_keys", "key_data": key}]},
        },
    },
    network_profile={"network_interfaces": [{"id": interface.id, "primary": True}]},
    # The set writes this property; without the next line every `pulumi up` would take it away again.
    opts=pulumi.ResourceOptions(ignore_changes=["virtualMachineScaleSet"]),
)

# The set that it joins, beside a machine of the set's own.
web = ScaleSet(
    "web",
    ScaleSetArgs(
        resource_group_name=group.name,
        instances={"web-0": {}},
        attached_virtual_machine_ids=[legacy.id],
        vm_size=SIZE,
        image={"urn": "Canonical:ubuntu-24_04-lts:server:latest"},
        ssh_public_keys=[key],
        security={
            "encryption_at_host": True,
            "security_type": "TrustedLaunch",
            "secure_boot_enabled": True,
            "vtpm_enabled": True,
        },
        subnet_id=servers,
    ),
)

pulumi.export("scaleSetId", web.scale_set_id)
pulumi.export("instanceIds", web.instance_ids)
pulumi.export("attachedId", legacy.id)
