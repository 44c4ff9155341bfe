"""A scale set of two machines in the test's own subscription, made by unmodified clients."""

import pytest
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient

USER = "azureuser"


@pytest.fixture
def compute(azure_clients):
    """A compute client."""
    return azure_clients(ComputeManagementClient)


@pytest.fixture
def scale_set(azure, azure_clients, compute):
    """Group `rg` with the set `web`."""
    azure.group("rg")
    network = {
        "location": "westeurope",
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "main", "properties": {"addressPrefix": "10.0.0.0/24"}}],
        },
    }
    networks = azure_clients(NetworkManagementClient).virtual_networks
    made = networks.begin_create_or_update("rg", "net", network).result()
    return compute.virtual_machine_scale_sets.begin_create_or_update("rg", "web", _set(made.subnets[0].id)).result()


def _set(subnet):
    configuration = {"name": "ip", "properties": {"primary": True, "subnet": {"id": subnet}}}
    interface = {"name": "nic", "properties": {"primary": True, "ipConfigurations": [configuration]}}
    key = {"path": f"/home/{USER}/.ssh/authorized_keys", "keyData": "ssh-ed25519 AAAA test"}
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    return {
        "location": "westeurope",
        "sku": {"name": "Standard_D2s_v5", "capacity": 2},
        "properties": {
            "orchestrationMode": "Flexible",
            "platformFaultDomainCount": 1,
            "virtualMachineProfile": {
                "osProfile": {
                    "computerNamePrefix": "web",
                    "adminUsername": USER,
                    "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}},
                },
                "storageProfile": {"osDisk": {"createOption": "FromImage"}, "imageReference": image},
                "networkProfile": {"networkApiVersion": "2020-11-01", "networkInterfaceConfigurations": [interface]},
            },
        },
    }
