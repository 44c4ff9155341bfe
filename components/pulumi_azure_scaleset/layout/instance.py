"""One named Flexible instance: NAT rules, network interfaces, virtual machine, extensions, locks, in that order."""

from collections.abc import Mapping
from typing import Any

from pulumi_azure_scaleset.layout import guest, machine, protection
from pulumi_azure_scaleset.layout.extensions import common_inputs, predecessors
from pulumi_azure_scaleset.layout.interfaces import InstanceInterfaces, instance_interfaces, stopped_only
from pulumi_azure_scaleset.layout.network import private_address
from pulumi_azure_scaleset.layout.scale_set import KEY as SCALE_SET
from pulumi_azure_scaleset.model.resolved import extensions_of
from pulumi_azure_scaleset.model.scale_set import Instance, ScaleSetModel
from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.resources import (
    Advice,
    Child,
    Network,
    Plan,
    Ref,
    compact,
    concat,
    lazy,
    optional_sub,
    sub,
)
from scaleset_core.facts import names

# A replaced set replaces its machines too: Azure does not delete a set that still has some.
_WITH_SET = "virtualMachineScaleSet"
# What ARM does not change on an existing virtual machine, although azure-native tries to.
_IMMUTABLE = (
    "osProfile.computerName",
    "osProfile.adminUsername",
    "osProfile.adminPassword",
    "osProfile.customData",
    "osProfile.linuxConfiguration.ssh",
    "osProfile.linuxConfiguration.disablePasswordAuthentication",
    "osProfile.linuxConfiguration.provisionVMAgent",
    # enableAutomaticUpdates is fixed as well, but true says what its absence says: Azure alone can tell a change.
    "osProfile.windowsConfiguration.provisionVMAgent",
    "osProfile.windowsConfiguration.timeZone",
    "osProfile.windowsConfiguration.additionalUnattendContent",
    "osProfile.windowsConfiguration.winRM",
    "storageProfile.imageReference",
    "storageProfile.osDisk.diffDiskSettings",
    # For ConfidentialVM, which is fixed at creation; Trusted Launch can be changed on a deallocated machine.
    "storageProfile.osDisk.managedDisk.securityProfile",
    "platformFaultDomain",
    "zones",
    "placement",
    "priority",
    "evictionPolicy",
    "plan",
    _WITH_SET,
)
_STORAGE_TYPE = "storageProfile.osDisk.managedDisk.storageAccountType"


def add_instance(
    plan: Plan,
    model: ScaleSetModel,
    component: str,
    network: Network,
    name: str,
    ports: Mapping[str, int],
) -> None:
    """Add one instance's resources and outputs to the plan.

    Args:
        plan: The plan.
        model: The set.
        component: The component's logical name.
        network: Where the instance attaches.
        name: The instance's name, the virtual machine's name in Azure.
        ports: The instance's front-end port for each inbound NAT of kind Rule.
    """
    instance = model.instances[name]
    logical = names.instance_logical_name(component, name)
    rules = [plan.add(_nat_rule(model, network, name, logical, nat, port)) for nat, port in ports.items()]
    for index, (nat, port) in enumerate(ports.items()):
        if network.address is not None:
            plan.nat_endpoints[name if index == 0 else f"{name}/{nat}"] = concat(network.address, f":{port}")
    interfaces = instance_interfaces(model, instance, name, logical, network, rules)
    plan.extend(interfaces.children)
    plan.private_addresses[name] = lazy(private_address, Ref(interfaces.primary, "ipConfigurations"))
    plan.instance_ids[name] = plan.add(_virtual_machine(model, instance, name, logical, interfaces))
    if instance.identity is not None and instance.identity.system_assigned:
        plan.principals[name] = lazy(machine.principal_of, Ref(f"vm:{name}", "identity"))
    extensions = _extensions(model, instance, name, logical)
    plan.extend(extensions)
    kept = instance.protection or model.protection
    if kept is not None:
        guarded = [f"vm:{name}", *(child.key for child in (*interfaces.children, *extensions))]
        protection.add_to_instance(plan, kept, name, logical, model, tuple(guarded))


def _nat_rule(model: ScaleSetModel, network: Network, name: str, logical: str, nat: str, port: int) -> Child:
    way = model.inbound_nat[nat]
    return nat_rule_child(
        model,
        network,
        key=f"nat:{name}/{nat}",
        logical=f"{logical}-{nat}",
        physical=f"{name}-{nat}",
        nat=nat,
        target={"frontendPort": port, "backendPort": way.backend_port},
    )


def nat_rule_child(
    model: ScaleSetModel, network: Network, *, key: str, logical: str, physical: str, nat: str, target: dict[str, Any]
) -> Child:
    """An inbound NAT rule on the set's load balancer, version 1 or 2 by its target."""
    way = model.inbound_nat[nat]
    balancer = network.load_balancer
    made_here = isinstance(balancer, Ref)
    # The rule of an instance is replaced for another load balancer only: the interface moves over, the old rule is
    # deleted.
    moves_over = not made_here and "frontendPort" in target
    return Child(
        key=key,
        kind="inboundNatRule",
        type=tokens.INBOUND_NAT_RULE,
        name=logical,
        create_first=moves_over,
        inputs=compact(
            {
                "resourceGroupName": model.resource_group_name if made_here else lazy(_group_of, balancer),
                "loadBalancerName": f"{model.scale_set_name}-lb" if made_here else lazy(_name_of, balancer),
                "inboundNatRuleName": physical,
                "protocol": way.protocol,
                **target,
                "idleTimeoutInMinutes": way.idle_timeout_in_minutes,
                "enableFloatingIP": way.enable_floating_ip,
                "enableTcpReset": way.enable_tcp_reset,
                "frontendIPConfiguration": sub(network.frontend),
            }
        ),
    )


def _group_of(identity: str) -> str:
    return identity.split("/")[4]


def _name_of(identity: str) -> str:
    return identity.rsplit("/", 1)[-1]


def _virtual_machine(
    model: ScaleSetModel, instance: Instance, name: str, logical: str, interfaces: InstanceInterfaces
) -> Child:
    zone, automatic = instance.zone or names.default_zone(name, model.zones), instance.automatic_zone
    disks = model.data_disks if instance.data_disks is None else instance.data_disks
    image = instance.image or model.image
    size, os_disk = model.vm_size if instance.vm_size is None else instance.vm_size, instance.os_disk or model.os_disk
    system = machine.specialized_system(image, model)
    inputs = compact(
        {
            "resourceGroupName": model.resource_group_name,
            "vmName": name,
            "location": model.location,
            "extendedLocation": machine.extended_location(model),
            "zones": None if zone is None else [zone],
            "placement": guest.placement(automatic),
            "tags": {**model.tags, **instance.tags} or None,
            "identity": machine.identity(instance.identity or model.identity),
            "plan": machine.plan(model.plan),
            "virtualMachineScaleSet": sub(Ref(SCALE_SET)),
            "platformFaultDomain": instance.fault_domain,
            "hardwareProfile": compact(
                {"vmSize": size, "vmSizeProperties": guest.size_properties(model.vm_size_properties)}
            ),
            "storageProfile": compact(
                {
                    "imageReference": None if image is None else machine.image_reference(image),
                    "osDisk": machine.os_disk(os_disk, [size], flexible=True, system=system),
                    "dataDisks": machine.data_disks(disks, [size], flexible=True, profile=False),
                    "diskControllerType": model.disk_controller_type,
                    "alignRegionalDisksToVMZone": None if automatic is None else automatic.align_regional_disks,
                }
            ),
            "osProfile": guest.operating_system(
                model,
                {"computerName": instance.computer_name or name},
                model.custom_data if instance.custom_data is None else instance.custom_data,
                specialized=system is not None,
            ),
            "networkProfile": {"networkInterfaces": list(interfaces.references)},
            "securityProfile": machine.security_profile(model.security),
            "diagnosticsProfile": machine.diagnostics_profile(model.boot_diagnostics),
            "additionalCapabilities": machine.capabilities(model, disks),
            "applicationProfile": machine.application_profile(model),
            "scheduledEventsProfile": guest.events_profile(model),
            "scheduledEventsPolicy": guest.events_policy(model.scheduled_events_policy),
            "capacityReservation": machine.capacity_reservation(model),
            "proximityPlacementGroup": optional_sub(model.proximity_placement_group_id),
            "host": optional_sub(instance.host_id),
            "licenseType": model.license_type,
            "extensionsTimeBudget": model.extensions_time_budget,
            "userData": machine.user_data(model.user_data if instance.user_data is None else instance.user_data),
            **machine.price(instance.spot or model.spot),
        }
    )
    # A zone that the arguments leave open is chosen once: when the set's zones change, existing machines keep theirs.
    chosen_for_them = zone is not None and instance.zone is None
    return Child(
        key=f"vm:{name}",
        kind="virtualMachine",
        type=tokens.VIRTUAL_MACHINE,
        name=logical,
        inputs=inputs,
        outputs=machine.identity_outputs(instance.identity),
        ignore_changes=("zones",) if chosen_for_them else (),
        replace_on_changes=(*_IMMUTABLE, *machine.fixed_storage(os_disk, _STORAGE_TYPE)),
        advice=(*protection.advice(name), *_machine_advice(name)),
    )


def _machine_advice(instance: str) -> Advice:
    """The advice for a person when Azure refuses a change of a machine, by words of its error."""
    deallocated = stopped_only(instance)
    smaller = "Azure cannot shrink a disk: set its current size, or give the instance another name."
    storage = (
        "The type of an OS disk is not changed through its machine. Write os_disk.storage_account_type, which replaces "
        "the machine; or keep the data: deallocate it, change the disk itself in Azure, then the argument, and run "
        "`pulumi refresh` before `pulumi up`. A size without premium storage does not take a premium disk."
    )
    updates = (
        "Windows updates are switched on or off when a machine is created. Leave enable_automatic_updates (and a "
        "patch_mode that implies it) as it was, or give the instance another name."
    )
    return (
        ("Cannot resize disk", deallocated),
        ("can only be updated when VM is in deallocated state", deallocated),
        ("Max price change is not allowed", deallocated),
        ("Disk size reduction is not supported", smaller),
        ("Managed disk storage account type change", storage),
        ("windowsConfiguration.enableAutomaticUpdates", updates),
    )


def _extensions(model: ScaleSetModel, instance: Instance, name: str, logical: str) -> list[Child]:
    extensions = extensions_of(model, instance)
    waits = predecessors(extensions)
    return [
        Child(
            key=f"ext:{name}/{extension.name}",
            kind="virtualMachineExtension",
            type=tokens.VM_EXTENSION,
            name=f"{logical}-{extension.name}",
            inputs=compact(
                {
                    "resourceGroupName": model.resource_group_name,
                    # A reference, so that extensions are replaced together with their machine.
                    "vmName": Ref(f"vm:{name}", "name", known=name),
                    "vmExtensionName": extension.name,
                    "location": model.location,
                    **common_inputs(extension),
                    "tags": {**model.tags, **instance.tags} or None,
                }
            ),
            after=tuple(f"ext:{name}/{before}" for before in waits[extension.name]),
            # Azure does not change extensions of a machine that is not running, but deletes them with the machine at
            # any time.
            deleted_with=f"vm:{name}",
            advice=(*protection.advice(name), *_extension_advice(name, extension.name)),
        )
        for extension in extensions
    ]


def _extension_advice(instance: str, extension: str) -> Advice:
    """The advice for a person when Azure refuses a change of an extension, by words of its error."""
    stopped = (
        f"Start the machine (`scaleset instances start --instances {instance}`), run `pulumi up` again, and "
        "stop it afterwards. You can remove a machine together with its extensions while it is stopped."
    )
    there = (
        "The machine has this extension already. Either somebody else installed it, or a deletion of the "
        "machine failed and the configuration declares the machine again. "
        f"`scaleset extensions delete {extension} --instances {instance}`, "
        "then `pulumi up`."
    )
    return (("VM is not running", stopped), ("already existing resource", there))
