"""A Pulumi program: a network and a Flexible scale set, with pulumi-azure-native alone."""

import pulumi
from pulumi_azure_native import compute, network, resources

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKjT2TVTsk/0IhmbajA7qwZq+1vKwhbV1K02nfyJiyTa"
USER = "azureuser"


def program() -> None:
    """Declare it all."""
    group = resources.ResourceGroup("web", resource_group_name="web", location="westeurope")
    net = network.VirtualNetwork(
        "net",
        resource_group_name=group.name,
        address_space={"address_prefixes": ["10.0.0.0/16"]},
        subnets=[{"name": "main", "address_prefix": "10.0.0.0/24"}],
    )
    subnet = net.id.apply(lambda found: f"{found}/subnets/main")
    configuration = {"name": "ip", "primary": True, "subnet": {"id": subnet}}
    web = compute.VirtualMachineScaleSet(
        "set",
        vm_scale_set_name="web",
        resource_group_name=group.name,
        orchestration_mode="Flexible",
        platform_fault_domain_count=1,
        sku={"name": "Standard_D2s_v5", "capacity": 2},
        virtual_machine_profile={
            "os_profile": {
                "computer_name_prefix": "web",
                "admin_username": USER,
                "linux_configuration": {
                    "disable_password_authentication": True,
                    "ssh": {"public_keys": [{"path": f"/home/{USER}/.ssh/authorized_keys", "key_data": KEY}]},
                },
            },
            "storage_profile": {
                "image_reference": {
                    "publisher": "Canonical",
                    "offer": "ubuntu-24_04-lts",
                    "sku": "server",
                    "version": "latest",
                },
                "os_disk": {"create_option": "FromImage"},
            },
            "network_profile": {
                "network_api_version": "2020-11-01",
                "network_interface_configurations": [
                    {"name": "nic", "primary": True, "ip_configurations": [configuration]}
                ],
            },
        },
    )
    pulumi.export("id", web.id)
