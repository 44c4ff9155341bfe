"""The 35 rows of the API comparison; read them through :mod:`scaleset_core.modes`."""

from scaleset_core.modes.routes import (
    DEALLOCATE_VM,
    DELETE_BY_NAME,
    LIVE_VM_LIST,
    LOCK_ON_MACHINE,
    REIMAGE_ALL_ON_FLEXIBLE,
    REIMAGE_BY_NAME,
    START_VM,
    batch_call,
    extension_routes,
    instance_call,
    set_call,
    unsupported,
    vm_call,
)
from scaleset_core.modes.types import Route, RouteKind, Row

_COMPARISON = "learn.microsoft.com: Orchestration modes API comparison (2021-08, tables unchanged in 2026-05)"
_ORCHESTRATION = "learn.microsoft.com: Orchestration modes for Virtual Machine Scale Sets (2024-06)"
_SDK = "azure-mgmt-compute 39.0.0 (api-version 2026-04-01)"

_VIEW = "Instance view"
_BATCH = "Instance batch operations"
_GET_UPDATE = "Get or update"
_SET_OPS = "Scale set operations"
_EXTENSIONS = "VM extensions"
_NETWORKING = "Networking"
_SET_APIS = "Scale set APIs"

_RISKS = {
    **dict.fromkeys(("delete", "redeploy", "reimage", "reimage-all", "simulate-eviction"), "loss"),
    **dict.fromkeys(("deallocate", "power-off", "restart", "perform-maintenance", "update-instances"), "outage"),
    **dict.fromkeys(("convert-to-single-placement-group", "force-recovery-update-domain-walk"), "outage"),
}


def _instance(
    name: str, title: str, uniform: Route, flexible: Route, command: str | None = None, source: str = _COMPARISON
) -> Row:
    return Row(
        id=f"instance.{name}",
        section=_BATCH,
        title=title,
        uniform=uniform,
        flexible=flexible,
        command=f"instances {name}" if command is None else command,
        source=source,
        risk=_RISKS.get(name, ""),
    )


def _on_set(name: str, title: str, uniform: Route, flexible: Route, section: str = _SET_OPS) -> Row:
    return Row(
        id=f"set.{name}",
        section=section,
        title=title,
        uniform=uniform,
        flexible=flexible,
        command=f"set {name}",
        source=_COMPARISON,
        risk=_RISKS.get(name, ""),
    )


def _extension(name: str, title: str, routes: tuple[Route, Route], command: str) -> Row:
    uniform, flexible = routes
    return Row(
        id=f"extension.{name}",
        section=_EXTENSIONS,
        title=title,
        uniform=uniform,
        flexible=flexible,
        command=f"extensions {command}",
        source=_COMPARISON,
        risk=_RISKS.get(name, ""),
    )


ROWS: tuple[Row, ...] = (
    Row(
        id="view.instances",
        section=_VIEW,
        title="See the state of the scale set and of its instances",
        uniform=set_call(
            "get_instance_view",
            "GET instanceView",
            reads=True,
            variants=(("instances", instance_call("list", "GET virtualMachines", reads=True)),),
        ),
        flexible=Route(
            kind=RouteKind.RESOURCE_GRAPH,
            group="resource_graph",
            method="resources",
            http="POST Microsoft.ResourceGraph/resources",
            reads=True,
            note="The set's own instance view is refused on Flexible. Power states of many come from Resource Graph, "
            "which may lag by up to 60 seconds; --live reads the virtual machines themselves.",
            variants=(("live", LIVE_VM_LIST),),
        ),
        command="set view",
        source=_COMPARISON,
    ),
    _instance(
        "deallocate",
        "Stop instances and release their hardware",
        batch_call("begin_deallocate", "POST deallocate"),
        DEALLOCATE_VM,
    ),
    _instance(
        "delete",
        "Delete instances",
        set_call(
            "begin_delete_instances",
            "POST delete",
            deletes="instance",
            instance_ids="required",
            query=("forceDeletion",),
        ),
        DELETE_BY_NAME,
    ),
    _instance(
        "view",
        "See one instance's state",
        instance_call("get_instance_view", "GET instanceView", reads=True),
        vm_call("instance_view", "GET instanceView", reads=True),
    ),
    _instance(
        "perform-maintenance",
        "Start planned maintenance now",
        batch_call("begin_perform_maintenance", "POST performMaintenance"),
        vm_call("begin_perform_maintenance", "POST performMaintenance"),
    ),
    _instance(
        "power-off",
        "Stop instances and keep their hardware (still billed)",
        batch_call("begin_power_off", "POST poweroff", query=("skipShutdown",)),
        vm_call("begin_power_off", "POST powerOff", query=("skipShutdown",)),
    ),
    _instance(
        "redeploy",
        "Move instances to new hosts",
        batch_call("begin_redeploy", "POST redeploy"),
        vm_call("begin_redeploy", "POST redeploy"),
    ),
    _instance(
        "reimage",
        "Reset the OS disk to the image",
        batch_call("begin_reimage", "POST reimage"),
        REIMAGE_BY_NAME,
    ),
    _instance(
        "reimage-all",
        "Reset the OS disk and the data disks",
        batch_call("begin_reimage_all", "POST reimageall"),
        REIMAGE_ALL_ON_FLEXIBLE,
    ),
    _instance(
        "restart",
        "Restart instances",
        batch_call("begin_restart", "POST restart"),
        vm_call("begin_restart", "POST restart"),
    ),
    _instance(
        "simulate-eviction",
        "Evict Spot instances as Azure would",
        instance_call("simulate_eviction", "POST simulateEviction", condition="spot"),
        vm_call("simulate_eviction", "POST simulateEviction", condition="spot"),
    ),
    _instance(
        "start",
        "Start instances",
        batch_call("begin_start", "POST start"),
        START_VM,
    ),
    Row(
        id="instance.get",
        section=_GET_UPDATE,
        title="Read one instance's model",
        uniform=instance_call("get", "GET", reads=True),
        flexible=vm_call("get", "GET", reads=True),
        command="instances get",
        source=_COMPARISON,
    ),
    Row(
        id="instance.update",
        section=_GET_UPDATE,
        title="Change one instance's model",
        uniform=instance_call("begin_update", "PUT", whole_body=True),
        flexible=vm_call("begin_update", "PATCH", note="Protection is not part of the virtual machine: use a lock."),
        command="instances update",
        source=_COMPARISON,
    ),
    Row(
        id="protection",
        section="Instance protection",
        title="Protect instances from scale-in, from set-wide actions, from deletion",
        uniform=instance_call(
            "begin_update",
            "PUT",
            whole_body=True,
            note="protectionPolicy: protectFromScaleIn and protectFromScaleSetActions",
        ),
        flexible=LOCK_ON_MACHINE,
        command="instances protect",
        source=f"{_COMPARISON}; newer: instance protection on Flexible, api-version 2023-09-01",
    ),
    Row(
        id="list.instances",
        section="List instances",
        title="List the instances, each with the id of its scale set",
        uniform=instance_call("list", "GET virtualMachines", reads=True),
        flexible=Route(
            kind=RouteKind.RESOURCE_GRAPH,
            group="resource_graph",
            method="resources",
            http="POST Microsoft.ResourceGraph/resources",
            reads=True,
            note="Matches the whole id of the set, without regard to case: `contains` would list web2 for web.",
            variants=(("live", LIVE_VM_LIST),),
        ),
        command="instances list",
        source=_COMPARISON,
    ),
    _on_set(
        "update-instances",
        "Bring instances to the set's latest model",
        set_call("begin_update_instances", "POST manualupgrade", from_set=True, instance_ids="required"),
        set_call(
            "begin_update_instances",
            "POST manualupgrade",
            from_set=True,
            instance_ids="required",
            note="The 2021 table says: update each VM. Instance names on the set's own call are documented since 2026; "
            "explicit VMs have no model of the set to follow and are reported as skipped.",
            since="2023-09-01",
        ),
    ),
    _on_set(
        "deallocate",
        "Stop the whole set and release its hardware",
        batch_call("begin_deallocate", "POST deallocate"),
        DEALLOCATE_VM,
    ),
    _on_set(
        "perform-maintenance",
        "Start planned maintenance on the whole set",
        batch_call("begin_perform_maintenance", "POST performMaintenance"),
        vm_call("begin_perform_maintenance", "POST performMaintenance"),
    ),
    _on_set(
        "power-off",
        "Stop the whole set and keep its hardware (still billed)",
        batch_call("begin_power_off", "POST poweroff", query=("skipShutdown",)),
        vm_call("begin_power_off", "POST powerOff", query=("skipShutdown",)),
    ),
    _on_set(
        "redeploy",
        "Move the whole set to new hosts",
        batch_call("begin_redeploy", "POST redeploy"),
        vm_call("begin_redeploy", "POST redeploy"),
    ),
    _on_set(
        "reimage",
        "Reset the OS disks of the whole set",
        batch_call("begin_reimage", "POST reimage"),
        REIMAGE_BY_NAME,
    ),
    _on_set(
        "reimage-all",
        "Reset the OS and data disks of the whole set",
        batch_call("begin_reimage_all", "POST reimageall"),
        REIMAGE_ALL_ON_FLEXIBLE,
    ),
    _on_set(
        "restart",
        "Restart the whole set",
        batch_call("begin_restart", "POST restart"),
        vm_call("begin_restart", "POST restart"),
    ),
    _on_set(
        "orchestration-service-state",
        "Suspend or resume automatic repairs",
        set_call("begin_set_orchestration_service_state", "POST setOrchestrationServiceState"),
        set_call(
            "begin_set_orchestration_service_state",
            "POST setOrchestrationServiceState",
            note="No single VM has an equivalent. Automatic repairs work in both modes today and their service state "
            "is a property of the set, so the set's call is made and Azure's answer is reported as it is.",
        ),
    ),
    _on_set(
        "start",
        "Start the whole set",
        batch_call("begin_start", "POST start"),
        START_VM,
    ),
    _extension(
        "create-or-update",
        "Install or replace an extension",
        extension_routes("begin_create_or_update", "PUT extensions"),
        "set",
    ),
    _extension(
        "delete",
        "Remove an extension",
        extension_routes("begin_delete", "DELETE extensions", deletes="extension"),
        "delete",
    ),
    _extension(
        "get",
        "Read an extension",
        extension_routes("get", "GET extensions", reads=True),
        "get",
    ),
    _extension(
        "list",
        "List extensions",
        extension_routes("list", "GET extensions", reads=True),
        "list",
    ),
    _extension(
        "update",
        "Change some of an extension's settings",
        extension_routes("begin_update", "PATCH extensions"),
        "update",
    ),
    Row(
        id="network.inbound-nat",
        section=_NETWORKING,
        title="Reach single instances from outside through the load balancer",
        uniform=Route(
            kind=RouteKind.DECLARED,
            http="loadBalancers.inboundNatPools",
            note="NAT pools retire on 2027-09-30; a version 2 NAT rule over the backend pool works in both modes.",
        ),
        flexible=Route(
            kind=RouteKind.DECLARED,
            http="loadBalancers/inboundNatRules",
            note="A NAT rule to the instance's network interface, or a version 2 rule over the backend pool.",
        ),
        command="nat list",
        source=f"{_COMPARISON}; newer: NAT rule version 2 and the retirement of NAT pools",
    ),
    Row(
        id="network.outbound",
        section=_NETWORKING,
        title="Reach the outside from the instances",
        uniform=Route(
            kind=RouteKind.DECLARED,
            http="loadBalancers.outboundRules",
            note="Through the scale set's load balancer or a NAT gateway.",
        ),
        flexible=Route(
            kind=RouteKind.DECLARED,
            http="loadBalancers.outboundRules",
            note="Instances created from the profile have no default outbound access, and virtual networks are private "
            "by default today: an explicit method is required (outbound rule, NAT gateway, or your own).",
        ),
        command="outbound show",
        source=f"{_COMPARISON}; newer: private subnets by default (Microsoft.Network 2025-07-01)",
    ),
    _on_set(
        "convert-to-single-placement-group",
        "Merge the set into one placement group",
        set_call("convert_to_single_placement_group", "POST convertToSinglePlacementGroup"),
        unsupported(
            "Flexible sets have no placement groups to convert: singlePlacementGroup never goes from false to true",
            "set single_placement_group when the set is created, or create a new set and move the instances",
        ),
        _SET_APIS,
    ),
    _on_set(
        "force-recovery-update-domain-walk",
        "Walk Service Fabric's update domains after a failure",
        set_call(
            "force_recovery_service_fabric_platform_update_domain_walk",
            "POST forceRecoveryServiceFabricPlatformUpdateDomainWalk",
            query=("platformUpdateDomain", "zone", "placementGroupId"),
        ),
        unsupported(
            "Flexible sets have no update domains and cannot run Service Fabric",
            "restart or redeploy the instances in batches: `scaleset set restart --batch 1`",
        ),
        _SET_APIS,
    ),
)
