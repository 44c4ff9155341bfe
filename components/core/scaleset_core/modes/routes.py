"""Routes that several rows of the mode table share, and a constructor for each kind of route."""

from typing import Any

from scaleset_core.modes.types import Route, RouteKind

SETS = "virtual_machine_scale_sets"
SET_VMS = "virtual_machine_scale_set_vms"
VMS = "virtual_machines"
VM_EXT = "virtual_machine_extensions"
SET_EXT = "virtual_machine_scale_set_extensions"
SET_VM_EXT = "virtual_machine_scale_set_vm_extensions"

ROLLING = "virtual_machine_scale_set_rolling_upgrades"
HOOKS = "virtual_machine_scale_set_life_cycle_hook_events"

REIMAGE_NOTE = (
    "The set's call takes the names of instances, with any OS disk. A virtual machine that was attached is reimaged "
    "only if its OS profile is the set's. --each-machine uses the virtual machine's own call, which takes only an "
    "ephemeral OS disk."
)


PROFILE_NOTE = (
    "Without a selection the set's profile is written first, so that machines made later have it too; with one, only "
    "the chosen machines."
)


def set_call(method: str, http: str, **more: Any) -> Route:
    """A call on the scale set."""
    return Route(kind=RouteKind.SET_CALL, group=SETS, method=method, http=http, **more)


def instance_call(method: str, http: str, **more: Any) -> Route:
    """A scale-set call on one of the set's instances, Uniform only."""
    return Route(kind=RouteKind.INSTANCE_CALL, group=SET_VMS, method=method, http=http, **more)


def vm_call(method: str, http: str, **more: Any) -> Route:
    """A call on a virtual machine."""
    return Route(kind=RouteKind.VM_CALL, group=VMS, method=method, http=http, **more)


def set_extension_call(method: str, http: str, **more: Any) -> Route:
    """A call on an extension of the set's profile."""
    return Route(kind=RouteKind.SET_CALL, group=SET_EXT, method=method, http=http, **more)


def vm_extension_call(method: str, http: str, **more: Any) -> Route:
    """A call on an extension of a virtual machine."""
    return Route(kind=RouteKind.VM_EXTENSION_CALL, group=VM_EXT, method=method, http=http, **more)


def rolling_call(method: str, http: str, **more: Any) -> Route:
    """A call about the rolling upgrade of a scale set."""
    return Route(kind=RouteKind.SET_CALL, group=ROLLING, method=method, http=http, **more)


def hook_call(method: str, http: str, **more: Any) -> Route:
    """A call about the events of a scale set's lifecycle hooks."""
    return Route(kind=RouteKind.SET_CALL, group=HOOKS, method=method, http=http, **more)


def batch_call(method: str, http: str, **more: Any) -> Route:
    """A call on the scale set that takes the ids of chosen instances."""
    return set_call(method, http, **{"instance_ids": "optional", **more})


def extension_routes(method: str, http: str, **more: Any) -> tuple[Route, Route]:
    """Uniform: the set's extension, or with --instances that of single instances; Flexible: one call for each VM.

    A Flexible set's profile has the extension too (variant ``profile``): machines that are made later get it from
    there.
    """
    single = Route(kind=RouteKind.INSTANCE_CALL, group=SET_VM_EXT, method=method, http=http, **more)
    of_set = set_extension_call(method, http, variants=(("instances", single),), **more)
    in_profile = set_extension_call(method, http, **more)
    return of_set, vm_extension_call(method, http, variants=(("profile", in_profile),), note=PROFILE_NOTE, **more)


def scheduled_actions(verb: str, **more: Any) -> Route:
    """A call by which Azure acts on up to a hundred virtual machines."""
    return Route(
        kind=RouteKind.SCHEDULED_ACTIONS,
        group="scheduled_actions",
        method=f"virtual_machines_execute_{verb}",
        http=f"POST virtualMachinesExecute{verb.capitalize()}",
        **more,
    )


def unsupported(reason: str, alternative: str) -> Route:
    """The mode has no such call: the reason, and what to do instead."""
    return Route(kind=RouteKind.UNSUPPORTED, reason=reason, alternative=alternative)


REIMAGE_ALL_ON_FLEXIBLE = unsupported(
    "reimageAll resets the data disks of a Uniform instance together with its OS disk; a Flexible instance's data "
    "disks are ordinary managed disks that no call resets",
    "reimage the OS disk with `scaleset instances reimage` or replace the instance; replace or restore its data disks "
    "one by one",
)

REIMAGE_BY_NAME = batch_call(
    "begin_reimage",
    "POST reimage",
    note=REIMAGE_NOTE,
    variants=(("each-machine", vm_call("begin_reimage", "POST reimage", condition="ephemeral-os-disk")),),
)
DELETE_BY_NAME = set_call(
    "begin_delete_instances",
    "POST delete",
    deletes="instance",
    instance_ids="required",
    query=("forceDeletion",),
    note="One write for up to a hundred machines. If it fails, the machines are read again to report each. "
    "--each-machine makes one call for each virtual machine.",
    variants=(
        ("each-machine", vm_call("begin_delete", "DELETE", deletes="instance", query=("forceDeletion",))),
        ("scheduled-actions", scheduled_actions("delete", deletes="instance")),
    ),
)
START_VM = vm_call("begin_start", "POST start", variants=(("scheduled-actions", scheduled_actions("start")),))
DEALLOCATE_VM = vm_call(
    "begin_deallocate",
    "POST deallocate",
    query=("hibernate",),
    variants=(
        ("scheduled-actions", scheduled_actions("deallocate")),
        ("scheduled-actions hibernate", scheduled_actions("hibernate")),
    ),
)
LIVE_VM_LIST = Route(
    kind=RouteKind.VM_LIST,
    group=VMS,
    method="list",
    http="GET virtualMachines",
    reads=True,
    note="Exact, and slower for many instances.",
)
LOCK_ON_MACHINE = Route(
    kind=RouteKind.LOCK,
    group="management_locks",
    method="create_or_update_by_scope",
    http="PUT Microsoft.Authorization/locks",
    note="CanNotDelete stops every deletion by anybody, ReadOnly every change: scale-in and repairs fail. Since "
    "api-version 2023-09-01 Flexible also has the protectionPolicy of the scale-set VM: scale-in and repairs "
    "skip such an instance, but a user can delete it. If the set has a profile, an instance gets both.",
    variants=(
        (
            "remove",
            Route(
                kind=RouteKind.LOCK,
                group="management_locks",
                method="delete_by_scope",
                http="DELETE Microsoft.Authorization/locks",
                deletes="lock",
            ),
        ),
        ("instance-protection", instance_call("begin_update", "PUT", whole_body=True, since="2023-09-01")),
    ),
)
MANAGED_ON_SET = Route(
    kind=RouteKind.INSTANCE_CALL,
    group="virtual_machine_scale_set_vm_run_commands",
    method="begin_create_or_update",
    http="PUT runCommands",
    answers=True,
)
MANAGED_ON_VM = Route(
    kind=RouteKind.VM_CALL,
    group="virtual_machine_run_commands",
    method="begin_create_or_update",
    http="PUT runCommands",
    answers=True,
)
"""A managed run command: a resource below the machine, which takes parameters that Azure keeps secret."""
