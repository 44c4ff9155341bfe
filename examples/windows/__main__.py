"""Two Windows servers in a Flexible scale set, with your own licences and patches by the platform.

Configuration: `pulumi config set --secret adminPassword ...`. The password stays secret in the state and in all logs.
`pulumi config set operators "$(curl -s ifconfig.me)"` lets your own address in.
"""

import pulumi
from pulumi_azure_native import resources

from pulumi_azure_scaleset import ScaleSet, ScaleSetArgs

OPERATORS = "198.51.100.0/24"  # a sample: the addresses that you come from

config = pulumi.Config()
group = resources.ResourceGroup("windows")

iis = ScaleSet(
    "iis",
    ScaleSetArgs(
        resource_group_name=group.name,
        instances=2,
        vm_size="Standard_D2s_v5",
        os_type="Windows",
        image={"urn": "MicrosoftWindowsServer:WindowsServer:2022-datacenter-azure-edition:latest"},
        admin_username="operator",
        admin_password=config.require_secret("adminPassword"),
        license_type="Windows_Server",
        patch_mode="AutomaticByPlatform",
        time_zone="W. Europe Standard Time",
        os_disk={"size_gb": 128, "storage_account_type": "StandardSSD_LRS"},
        extensions=[
            {
                "name": "web-server",
                "publisher": "Microsoft.Compute",
                "type": "CustomScriptExtension",
                "type_handler_version": "1.10",
                "settings": {
                    "commandToExecute": "powershell -Command Install-WindowsFeature Web-Server",
                },
            }
        ],
        zones=["1", "2", "3"],
        security={
            "encryption_at_host": True,
            "security_type": "TrustedLaunch",
            "secure_boot_enabled": True,
            "vtpm_enabled": True,
        },
        virtual_network={"allow_from": [config.get("operators") or OPERATORS]},
        load_balancer={"rules": {"http": {"frontend_port": 80, "allow_from": ["Internet"]}}},
        inbound_nat={"rdp": {"backend_port": 3389}},
    ),
)

pulumi.export("scaleSetId", iis.scale_set_id)
pulumi.export("address", iis.frontend_address)
pulumi.export("rdp", iis.nat_endpoints)
