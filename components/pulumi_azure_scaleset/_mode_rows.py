"""The 35 rows of the API comparison; read them through :mod:`pulumi_azure_scaleset.modes`."""

from pulumi_azure_scaleset._mode_types import Route, RouteKind, Row

_COMPARISON = "learn.microsoft.com: Orchestration modes API comparison (2021-08, tables unchanged in 2026-05)"
_ORCHESTRATION = "learn.microsoft.com: Orchestration modes for Virtual Machine Scale Sets (2024-06)"
_SDK = "azure-mgmt-compute 39.0.0 (api-version 2026-04-01)"

_SETS = "virtual_machine_scale_sets"
_SET_VMS = "virtual_machine_scale_set_vms"
_VMS = "virtual_machines"
_VM_EXT = "virtual_machine_extensions"
_SET_EXT = "virtual_machine_scale_set_extensions"

_VIEW = "Instance view"
_BATCH = "Instance batch operations"
_GET_UPDATE = "Get or update"
_SET_OPS = "Scale set operations"
_EXTENSIONS = "VM extensions"
_NETWORKING = "Networking"
_SET_APIS = "Scale set APIs"

_EPHEMERAL_NOTE = (
    "The single-VM call takes only virtual machines with an ephemeral OS disk. The set-level call with VM names as "
    "instance ids is newer and not documented for every region: use it with --set-level."
)


def _set(method: str, http: str, **more: str) -> Route:
    return Route(kind=RouteKind.SET_CALL, group=_SETS, method=method, http=http, **more)


def _set_vm(method: str, http: str, **more: str) -> Route:
    return Route(kind=RouteKind.INSTANCE_CALL, group=_SET_VMS, method=method, http=http, **more)


def _vm(method: str, http: str, **more: str) -> Route:
    return Route(kind=RouteKind.VM_CALL, group=_VMS, method=method, http=http, **more)


def _set_ext(method: str, http: str, **more: str) -> Route:
    return Route(kind=RouteKind.SET_CALL, group=_SET_EXT, method=method, http=http, **more)


def _vm_ext(method: str, http: str, **more: str) -> Route:
    return Route(kind=RouteKind.VM_EXTENSION_CALL, group=_VM_EXT, method=method, http=http, **more)


def _unsupported(reason: str, alternative: str) -> Route:
    return Route(kind=RouteKind.UNSUPPORTED, reason=reason, alternative=alternative)


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
    )


def _extension(name: str, title: str, uniform: Route, flexible: Route, command: str) -> Row:
    return Row(
        id=f"extension.{name}",
        section=_EXTENSIONS,
        title=title,
        uniform=uniform,
        flexible=flexible,
        command=f"extensions {command}",
        source=_COMPARISON,
    )


_REIMAGE_ALL_ON_FLEXIBLE = _unsupported(
    "reimageAll resets the data disks of a Uniform instance together with its OS disk; a Flexible instance's data "
    "disks are ordinary managed disks that no call resets",
    "reimage the OS disk with `scaleset instances reimage` (ephemeral OS disks) or replace the instance; replace or "
    "restore its data disks one by one",
)

ROWS: tuple[Row, ...] = (
    Row(
        id="view.instances",
        section=_VIEW,
        title="See the state of the scale set and of its instances",
        uniform=_set("get_instance_view", "GET instanceView"),
        flexible=Route(
            kind=RouteKind.RESOURCE_GRAPH,
            group=_VMS,
            method="instance_view",
            http="POST Microsoft.ResourceGraph/resources",
            note="The set's own instance view is refused on Flexible. Power states of many come from Resource Graph, "
            "which may lag by up to 60 seconds; --live asks each virtual machine.",
        ),
        command="set view",
        source=_COMPARISON,
    ),
    _instance(
        "deallocate",
        "Stop instances and release their hardware",
        _set("begin_deallocate", "POST deallocate"),
        _vm("begin_deallocate", "POST deallocate"),
    ),
    _instance(
        "delete",
        "Delete instances",
        _set("begin_delete_instances", "POST delete"),
        _vm("begin_delete", "DELETE", note="A batch delete on the set exists too; one call a VM reports each VM."),
    ),
    _instance(
        "view",
        "See one instance's state",
        _set_vm("get_instance_view", "GET instanceView"),
        _vm("instance_view", "GET instanceView"),
    ),
    _instance(
        "perform-maintenance",
        "Start planned maintenance now",
        _set("begin_perform_maintenance", "POST performMaintenance"),
        _vm("begin_perform_maintenance", "POST performMaintenance"),
    ),
    _instance(
        "power-off",
        "Stop instances and keep their hardware (still billed)",
        _set("begin_power_off", "POST poweroff"),
        _vm("begin_power_off", "POST powerOff"),
    ),
    _instance(
        "redeploy",
        "Move instances to new hosts",
        _set("begin_redeploy", "POST redeploy"),
        _vm("begin_redeploy", "POST redeploy"),
    ),
    _instance(
        "reimage",
        "Reset the OS disk to the image",
        _set("begin_reimage", "POST reimage"),
        _vm("begin_reimage", "POST reimage", condition="ephemeral-os-disk", note=_EPHEMERAL_NOTE),
    ),
    _instance(
        "reimage-all",
        "Reset the OS disk and the data disks",
        _set("begin_reimage_all", "POST reimageall"),
        _REIMAGE_ALL_ON_FLEXIBLE,
    ),
    _instance(
        "restart",
        "Restart instances",
        _set("begin_restart", "POST restart"),
        _vm("begin_restart", "POST restart"),
    ),
    _instance(
        "simulate-eviction",
        "Evict Spot instances as Azure would",
        _set_vm("simulate_eviction", "POST simulateEviction", condition="spot"),
        _vm("simulate_eviction", "POST simulateEviction", condition="spot"),
    ),
    _instance(
        "start",
        "Start instances",
        _set("begin_start", "POST start"),
        _vm("begin_start", "POST start"),
    ),
    Row(
        id="instance.get",
        section=_GET_UPDATE,
        title="Read one instance's model",
        uniform=_set_vm("get", "GET"),
        flexible=_vm("get", "GET"),
        command="instances get",
        source=_COMPARISON,
    ),
    Row(
        id="instance.update",
        section=_GET_UPDATE,
        title="Change one instance's model",
        uniform=_set_vm("begin_update", "PUT"),
        flexible=_vm("begin_update", "PATCH", note="Protection is not part of the virtual machine: use a lock."),
        command="instances update",
        source=_COMPARISON,
    ),
    Row(
        id="protection",
        section="Instance protection",
        title="Protect instances from scale-in, from set-wide actions, from deletion",
        uniform=_set_vm(
            "begin_update", "PUT", note="protectionPolicy: protectFromScaleIn and protectFromScaleSetActions"
        ),
        flexible=Route(
            kind=RouteKind.LOCK,
            group="management_locks",
            method="create_or_update_by_scope",
            http="PUT Microsoft.Authorization/locks",
            note="CanNotDelete stops every deletion, ReadOnly every change, whoever asks. The protectionPolicy of the "
            "scale-set VM exists on Flexible too since api-version 2023-09-01 and guards something else: only "
            "scale-in and set-wide actions, not a user's own delete.",
        ),
        command="instances protect",
        source=f"{_COMPARISON}; newer: instance protection on Flexible, api-version 2023-09-01",
    ),
    Row(
        id="list.instances",
        section="List instances",
        title="List the instances, each with the id of its scale set",
        uniform=_set_vm("list", "GET virtualMachines"),
        flexible=Route(
            kind=RouteKind.RESOURCE_GRAPH,
            group="resource_graph",
            method="resources",
            http="POST Microsoft.ResourceGraph/resources",
            note="Matches the whole id of the set, without regard to case: `contains` would list web2 for web.",
        ),
        command="instances list",
        source=_COMPARISON,
    ),
    _on_set(
        "update-instances",
        "Bring instances to the set's latest model",
        _set("begin_update_instances", "POST manualupgrade"),
        _set(
            "begin_update_instances",
            "POST manualupgrade",
            note="The 2021 table says: update each VM. Instance names on the set's own call are documented since 2026; "
            "explicit VMs have no model of the set to follow and are reported as skipped.",
            since="2023-09-01",
        ),
    ),
    _on_set(
        "deallocate",
        "Stop the whole set and release its hardware",
        _set("begin_deallocate", "POST deallocate"),
        _vm("begin_deallocate", "POST deallocate"),
    ),
    _on_set(
        "perform-maintenance",
        "Start planned maintenance on the whole set",
        _set("begin_perform_maintenance", "POST performMaintenance"),
        _vm("begin_perform_maintenance", "POST performMaintenance"),
    ),
    _on_set(
        "power-off",
        "Stop the whole set and keep its hardware (still billed)",
        _set("begin_power_off", "POST poweroff"),
        _vm("begin_power_off", "POST powerOff"),
    ),
    _on_set(
        "redeploy",
        "Move the whole set to new hosts",
        _set("begin_redeploy", "POST redeploy"),
        _vm("begin_redeploy", "POST redeploy"),
    ),
    _on_set(
        "reimage",
        "Reset the OS disks of the whole set",
        _set("begin_reimage", "POST reimage"),
        _vm("begin_reimage", "POST reimage", condition="ephemeral-os-disk", note=_EPHEMERAL_NOTE),
    ),
    _on_set(
        "reimage-all",
        "Reset the OS and data disks of the whole set",
        _set("begin_reimage_all", "POST reimageall"),
        _REIMAGE_ALL_ON_FLEXIBLE,
    ),
    _on_set(
        "restart",
        "Restart the whole set",
        _set("begin_restart", "POST restart"),
        _vm("begin_restart", "POST restart"),
    ),
    _on_set(
        "orchestration-service-state",
        "Suspend or resume automatic repairs",
        _set("begin_set_orchestration_service_state", "POST setOrchestrationServiceState"),
        _set(
            "begin_set_orchestration_service_state",
            "POST setOrchestrationServiceState",
            note="No single VM has an equivalent. Automatic repairs work in both modes today and their service state "
            "is a property of the set, so the set's call is made and Azure's answer is reported as it is.",
        ),
    ),
    _on_set(
        "start",
        "Start the whole set",
        _set("begin_start", "POST start"),
        _vm("begin_start", "POST start"),
    ),
    _extension(
        "create-or-update",
        "Install or replace an extension",
        _set_ext("begin_create_or_update", "PUT extensions"),
        _vm_ext("begin_create_or_update", "PUT extensions"),
        "set",
    ),
    _extension(
        "delete",
        "Remove an extension",
        _set_ext("begin_delete", "DELETE extensions"),
        _vm_ext("begin_delete", "DELETE extensions"),
        "delete",
    ),
    _extension(
        "get",
        "Read an extension",
        _set_ext("get", "GET extensions"),
        _vm_ext("get", "GET extensions"),
        "get",
    ),
    _extension(
        "list",
        "List extensions",
        _set_ext("list", "GET extensions"),
        _vm_ext("list", "GET extensions"),
        "list",
    ),
    _extension(
        "update",
        "Change some of an extension's settings",
        _set_ext("begin_update", "PATCH extensions"),
        _vm_ext("begin_update", "PATCH extensions"),
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
            "by default today: an explicit method is a must (outbound rule, NAT gateway, or your own).",
        ),
        command="outbound show",
        source=f"{_COMPARISON}; newer: private subnets by default (Microsoft.Network 2025-07-01)",
    ),
    _on_set(
        "convert-to-single-placement-group",
        "Merge the set into one placement group",
        _set("convert_to_single_placement_group", "POST convertToSinglePlacementGroup"),
        _unsupported(
            "Flexible sets have no placement groups to convert: singlePlacementGroup never goes from false to true",
            "set single_placement_group when the set is created, or create a new set and move the instances",
        ),
        _SET_APIS,
    ),
    _on_set(
        "force-recovery-update-domain-walk",
        "Walk Service Fabric's update domains after a failure",
        _set(
            "force_recovery_service_fabric_platform_update_domain_walk",
            "POST forceRecoveryServiceFabricPlatformUpdateDomainWalk",
        ),
        _unsupported(
            "Flexible sets have no update domains and cannot run Service Fabric",
            "restart or redeploy the instances in batches: `scaleset set restart --batch N`",
        ),
        _SET_APIS,
    ),
)
