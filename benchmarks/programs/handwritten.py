"""The same resources with the same inputs as ``component.py``, as written with azure-native alone."""

import pulumi
from pulumi_azure_native import compute, network, resources

CONFIG = pulumi.Config()
COUNT = CONFIG.require_int("instances")
CHANGED = CONFIG.get("changed")
"""The instance that is larger than the others, if there is one."""
KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7"
LOCATION = "westeurope"
FIRST_PORT = 50000

group = resources.ResourceGroup("group", resource_group_name="rg", location=LOCATION)
firewall = network.NetworkSecurityGroup(
    "web-nsg",
    resource_group_name=group.name,
    location=LOCATION,
    network_security_group_name="web-nsg",
    security_rules=[
        network.SecurityRuleArgs(
            name="nat-ssh",
            priority=1911,
            direction=network.SecurityRuleDirection.INBOUND,
            access=network.SecurityRuleAccess.ALLOW,
            protocol=network.SecurityRuleProtocol.TCP,
            source_address_prefixes=["198.51.100.0/24"],
            source_port_range="*",
            destination_address_prefix="*",
            destination_port_range="22",
        )
    ],
)
virtual_network = network.VirtualNetwork(
    "web-vnet",
    resource_group_name=group.name,
    location=LOCATION,
    virtual_network_name="web-vnet",
    address_space=network.AddressSpaceArgs(address_prefixes=["10.0.0.0/16"]),
    # As a dict, which azure-native hides from mypy: its Args class would add two policies.
    subnets=[
        {
            "name": "instances",
            "address_prefix": "10.0.0.0/20",
            "network_security_group": {"id": firewall.id},
        }
    ],
)
address = network.PublicIPAddress(
    "web-lb-pip",
    resource_group_name=group.name,
    location=LOCATION,
    public_ip_address_name="web-lb-pip",
    public_ip_allocation_method=network.IPAllocationMethod.STATIC,
    sku=network.PublicIPAddressSkuArgs(name=network.PublicIPAddressSkuName.STANDARD),
)
balancer = network.LoadBalancer(
    "web-lb",
    resource_group_name=group.name,
    location=LOCATION,
    load_balancer_name="web-lb",
    sku=network.LoadBalancerSkuArgs(name=network.LoadBalancerSkuName.STANDARD),
    frontend_ip_configurations=[
        network.FrontendIPConfigurationArgs(
            name="frontend", public_ip_address=network.PublicIPAddressArgs(id=address.id)
        )
    ],
    backend_address_pools=[network.BackendAddressPoolArgs(name="web")],
    outbound_rules=[
        network.OutboundRuleArgs(
            name="outbound",
            protocol=network.LoadBalancerOutboundRuleProtocol.ALL,
            backend_address_pool=network.SubResourceArgs(id="$self/backendAddressPools/web"),
            frontend_ip_configurations=[network.SubResourceArgs(id="$self/frontendIPConfigurations/frontend")],
        )
    ],
)
scale_set = compute.VirtualMachineScaleSet(
    "web",
    resource_group_name=group.name,
    location=LOCATION,
    vm_scale_set_name="web",
    orchestration_mode=compute.OrchestrationMode.FLEXIBLE,
    platform_fault_domain_count=1,
    single_placement_group=False,
)

instance_ids: dict[str, pulumi.Output[str]] = {}
addresses: dict[str, pulumi.Output[str | None]] = {}
endpoints: dict[str, pulumi.Output[str]] = {}
for index in range(COUNT):
    name = f"web-{index}"
    rule = network.InboundNatRule(
        f"{name}-ssh",
        resource_group_name=group.name,
        load_balancer_name="web-lb",
        inbound_nat_rule_name=f"{name}-ssh",
        protocol=network.TransportProtocol.TCP,
        frontend_port=FIRST_PORT + index,
        backend_port=22,
        frontend_ip_configuration=network.SubResourceArgs(
            id=pulumi.Output.concat(balancer.id, "/frontendIPConfigurations/frontend")
        ),
    )
    interface = network.NetworkInterface(
        f"{name}-nic",
        resource_group_name=group.name,
        location=LOCATION,
        network_interface_name=f"{name}-nic",
        ip_configurations=[
            network.NetworkInterfaceIPConfigurationArgs(
                name="ipconfig",
                primary=True,
                private_ip_allocation_method=network.IPAllocationMethod.DYNAMIC,
                subnet={"id": pulumi.Output.concat(virtual_network.id, "/subnets/instances")},  # type: ignore[arg-type]  # see above
                load_balancer_backend_address_pools=[
                    network.BackendAddressPoolArgs(id=pulumi.Output.concat(balancer.id, "/backendAddressPools/web"))
                ],
                load_balancer_inbound_nat_rules=[network.InboundNatRuleArgs(id=rule.id)],
            )
        ],
    )
    machine = compute.VirtualMachine(
        name,
        resource_group_name=group.name,
        location=LOCATION,
        vm_name=name,
        virtual_machine_scale_set=compute.SubResourceArgs(id=scale_set.id),
        hardware_profile=compute.HardwareProfileArgs(
            vm_size="Standard_D4s_v5" if name == CHANGED else "Standard_D2s_v5"
        ),
        network_profile=compute.NetworkProfileArgs(
            network_interfaces=[compute.NetworkInterfaceReferenceArgs(id=interface.id)]
        ),
        os_profile=compute.OSProfileArgs(
            computer_name=name,
            admin_username="azureuser",
            linux_configuration=compute.LinuxConfigurationArgs(
                disable_password_authentication=True,
                provision_vm_agent=True,
                ssh=compute.SshConfigurationArgs(
                    public_keys=[compute.SshPublicKeyArgs(key_data=KEY, path="/home/azureuser/.ssh/authorized_keys")]
                ),
            ),
        ),
        storage_profile=compute.StorageProfileArgs(
            image_reference=compute.ImageReferenceArgs(
                publisher="Canonical", offer="ubuntu-24_04-lts", sku="server", version="latest"
            ),
            os_disk=compute.OSDiskArgs(
                create_option=compute.DiskCreateOptionTypes.FROM_IMAGE,
                caching=compute.CachingTypes.READ_WRITE,
                delete_option=compute.DiskDeleteOptionTypes.DELETE,
                managed_disk=compute.ManagedDiskParametersArgs(
                    storage_account_type=compute.StorageAccountTypes.PREMIUM_LRS
                ),
            ),
        ),
        diagnostics_profile=compute.DiagnosticsProfileArgs(boot_diagnostics=compute.BootDiagnosticsArgs(enabled=True)),
    )
    compute.VirtualMachineExtension(
        f"{name}-hello",
        resource_group_name=group.name,
        location=LOCATION,
        vm_name=machine.name,
        vm_extension_name="hello",
        publisher="Microsoft.Azure.Extensions",
        type="CustomScript",
        type_handler_version="2.1",
        auto_upgrade_minor_version=True,
        settings={"commandToExecute": "echo hello"},
    )
    instance_ids[name] = machine.id
    addresses[name] = interface.ip_configurations.apply(lambda found: found[0].private_ip_address if found else None)
    endpoints[name] = pulumi.Output.concat(address.ip_address, f":{FIRST_PORT + index}")  # type: ignore[arg-type]

pulumi.export("scaleSetId", scale_set.id)
pulumi.export("instanceIds", instance_ids)
pulumi.export("privateIpAddresses", addresses)
pulumi.export("natEndpoints", endpoints)
