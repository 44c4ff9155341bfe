"""Pulumi type tokens of the azure-native resources that a scale set is made of."""

SCALE_SET = "azure-native:compute:VirtualMachineScaleSet"
VIRTUAL_MACHINE = "azure-native:compute:VirtualMachine"
VM_EXTENSION = "azure-native:compute:VirtualMachineExtension"
NETWORK_INTERFACE = "azure-native:network:NetworkInterface"
LOAD_BALANCER = "azure-native:network:LoadBalancer"
INBOUND_NAT_RULE = "azure-native:network:InboundNatRule"
PUBLIC_IP = "azure-native:network:PublicIPAddress"
NAT_GATEWAY = "azure-native:network:NatGateway"
SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup"
VIRTUAL_NETWORK = "azure-native:network:VirtualNetwork"
LOCK = "azure-native:authorization:ManagementLockByScope"
ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
DIAGNOSTIC_SETTING = "azure-native:monitor:DiagnosticSetting"
AUTOSCALE = "azure-native:monitor:AutoscaleSetting"
STANDBY_POOL = "azure-native:standbypool:StandbyVirtualMachinePool"
DEPLOYMENT = "azure-native:resources:Deployment"

IDENTITY = {
    SCALE_SET: ("vmScaleSetName",),
    VIRTUAL_MACHINE: ("vmName",),
    VM_EXTENSION: ("vmName", "vmExtensionName"),
    NETWORK_INTERFACE: ("networkInterfaceName",),
    LOAD_BALANCER: ("loadBalancerName",),
    INBOUND_NAT_RULE: ("loadBalancerName", "inboundNatRuleName"),
    PUBLIC_IP: ("publicIpAddressName",),
    NAT_GATEWAY: ("natGatewayName",),
    SECURITY_GROUP: ("networkSecurityGroupName",),
    VIRTUAL_NETWORK: ("virtualNetworkName",),
    LOCK: ("scope", "lockName"),
    ROLE_ASSIGNMENT: ("scope", "roleAssignmentName"),
    DIAGNOSTIC_SETTING: ("resourceUri", "name"),
    AUTOSCALE: ("autoscaleSettingName",),
    STANDBY_POOL: ("standbyVirtualMachinePoolName",),
    DEPLOYMENT: ("deploymentName",),
}
"""The inputs that identify a resource in Azure, by its type: two resources with equal ones are the same."""

TAGGED = frozenset(
    {
        SCALE_SET,
        VIRTUAL_MACHINE,
        VM_EXTENSION,
        NETWORK_INTERFACE,
        LOAD_BALANCER,
        PUBLIC_IP,
        NAT_GATEWAY,
        VIRTUAL_NETWORK,
        SECURITY_GROUP,
        AUTOSCALE,
        STANDBY_POOL,
    }
)
"""The types that take tags."""

OF_KIND = {
    "scaleSet": SCALE_SET,
    "virtualMachine": VIRTUAL_MACHINE,
    "networkInterface": NETWORK_INTERFACE,
    "virtualMachineExtension": VM_EXTENSION,
    "inboundNatRule": INBOUND_NAT_RULE,
    "loadBalancer": LOAD_BALANCER,
    "publicIPAddress": PUBLIC_IP,
    "virtualNetwork": VIRTUAL_NETWORK,
    "networkSecurityGroup": SECURITY_GROUP,
    "natGateway": NAT_GATEWAY,
    "lock": LOCK,
    "instanceProtection": DEPLOYMENT,
    "autoscaleSetting": AUTOSCALE,
    "standbyVirtualMachinePool": STANDBY_POOL,
    "attachment": DEPLOYMENT,
    "roleAssignment": ROLE_ASSIGNMENT,
    "diagnosticSetting": DIAGNOSTIC_SETTING,
}
"""The type of each resource key of ``overrides``."""

IN_EDGE_ZONES = frozenset({SCALE_SET, VIRTUAL_MACHINE, NETWORK_INTERFACE, LOAD_BALANCER, PUBLIC_IP, VIRTUAL_NETWORK})
"""The types that can be in an edge zone; they cannot be moved out of it."""
