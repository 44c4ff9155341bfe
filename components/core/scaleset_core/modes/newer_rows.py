"""Rows for what Azure has today and Microsoft's comparison of 2021 lacks; read them through :mod:`scaleset_core.modes`.

Sources: azure-mgmt-compute 39.0.0 (api-version 2026-04-01) for the calls, and the pages named at the rows. Where a call
is documented for one mode only, the other mode's route says what to do there.
"""

from scaleset_core.modes.routes import (
    MANAGED_ON_SET,
    MANAGED_ON_VM,
    batch_call,
    hook_call,
    instance_call,
    rolling_call,
    set_call,
    unsupported,
    vm_call,
)
from scaleset_core.modes.types import Route, Row

_SDK = "azure-mgmt-compute 39.0.0 (api-version 2026-04-01)"
_ROLLING_PAGE = "learn.microsoft.com: Configure rolling upgrades on Virtual Machine Scale Sets (2026-05)"
_AUTO_OS_PAGE = "learn.microsoft.com: Automatic OS image upgrades (2026-05)"
_ATTACH_PAGE = "learn.microsoft.com: Attach or detach a virtual machine (2025-04)"

_SCALING = "Scaling"
_ROLLING = "Rolling upgrades"
_HOOKS = "Lifecycle hooks"
_INSTANCE = "Instances"
_MEMBERS = "Membership and placement"

_SCALE = set_call(
    "begin_update",
    "PATCH",
    note="Writes sku.capacity and nothing else. Autoscale may change it again.",
)
_SCALE_OUT = set_call(
    "begin_scale_out",
    "POST scaleOut",
    since="2025-04-01",
    note="Azure's reference does not say whether its number counts all machines or only the added ones; the "
    "simulator adds them.",
)
_START = rolling_call(
    "begin_start_os_upgrade",
    "POST osRollingUpgrade",
    note="Instances that already run the newest version are not changed.",
    variants=(("extensions", rolling_call("begin_start_extension_upgrade", "POST extensionRollingUpgrade")),),
)
_APPROVE = batch_call(
    "begin_approve_rolling_upgrade",
    "POST approveRollingUpgrade",
    note="For sets whose automatic OS upgrades wait for it (osRollingUpgradeDeferral).",
)
_NOT_ON_UNIFORM = unsupported(
    "a Uniform set creates its instances, and they always belong to it",
    "use a Flexible set, or scale the Uniform set",
)


def _row(
    identity: str,
    section: str,
    title: str,
    uniform: Route,
    flexible: Route | None = None,
    *,
    command: str,
    source: str = _SDK,
    risk: str = "",
) -> Row:
    """A row; without a Flexible route the call is the same in both modes."""
    return Row(
        id=identity,
        section=section,
        title=title,
        uniform=uniform,
        flexible=uniform if flexible is None else flexible,
        command=command,
        source=source,
        risk=risk,
    )


def _disks(name: str, title: str, risk: str = "") -> Row:
    """A row of the call that attaches and detaches data disks."""
    method, http = "begin_attach_detach_data_disks", "POST attachDetachDataDisks"
    return _row(
        f"instance.{name}",
        _INSTANCE,
        title,
        instance_call(method, http),
        vm_call(method, http),
        command=f"instances {name}",
        risk=risk,
    )


NEWER_ROWS: tuple[Row, ...] = (
    _row("set.scale", _SCALING, "Change the number of instances", _SCALE, command="set scale"),
    _row("set.scale-out", _SCALING, "Add instances, in a zone of choice", _SCALE_OUT, command="set scale-out"),
    _row(
        "rolling-upgrade.start",
        _ROLLING,
        "Start a rolling upgrade to the newest OS image or extension versions",
        _START,
        command="rolling-upgrade start",
        source=f"{_SDK}; {_AUTO_OS_PAGE}",
        risk="outage",
    ),
    _row(
        "rolling-upgrade.get-latest",
        _ROLLING,
        "See how the latest rolling upgrade goes",
        rolling_call("get_latest", "GET rollingUpgrades/latest", reads=True),
        command="rolling-upgrade get-latest",
        source=f"{_SDK}; {_ROLLING_PAGE}",
    ),
    _row(
        "rolling-upgrade.cancel",
        _ROLLING,
        "Stop the rolling upgrade that is in progress",
        rolling_call(
            "begin_cancel",
            "POST rollingUpgrades/cancel",
            note="What is upgraded stays upgraded; the set then has instances of both versions.",
        ),
        command="rolling-upgrade cancel",
        source=f"{_SDK}; {_ROLLING_PAGE}",
    ),
    _row(
        "rolling-upgrade.approve",
        _ROLLING,
        "Approve deferred OS upgrades",
        _APPROVE,
        command="rolling-upgrade approve",
        risk="outage",
    ),
    _row(
        "set.os-upgrade-history",
        _ROLLING,
        "See the OS upgrades of the past",
        set_call("get_os_upgrade_history", "GET osUpgradeHistory", reads=True),
        command="set os-upgrade-history",
        source=f"{_SDK}; {_AUTO_OS_PAGE}",
    ),
    _row(
        "lifecycle-hook.list",
        _HOOKS,
        "See which events wait for an answer before Azure continues",
        hook_call("list", "GET lifecycleHookEvents", reads=True),
        command="lifecycle-hooks list",
    ),
    _row(
        "lifecycle-hook.answer",
        _HOOKS,
        "Approve or reject what a lifecycle hook asks",
        hook_call("update", "PATCH lifecycleHookEvents"),
        command="lifecycle-hooks approve",
        risk="outage",
    ),
    _row(
        "set.reapply",
        _INSTANCE,
        "Apply the set's profile to its instances again",
        set_call("begin_reapply", "POST reapply"),
        command="set reapply",
    ),
    _row(
        "instance.reapply",
        _INSTANCE,
        "Apply an instance's own model again, after a failed state",
        unsupported(
            "Azure reapplies the model of a Uniform set as a whole, not of one instance",
            "use `scaleset set reapply`, or `scaleset set update-instances` for single instances",
        ),
        vm_call("begin_reapply", "POST reapply"),
        command="instances reapply",
    ),
    _row(
        "instance.run-command",
        _INSTANCE,
        "Run a script on instances and see what it prints",
        instance_call("begin_run_command", "POST runCommand", answers=True, variants=(("managed", MANAGED_ON_SET),)),
        vm_call("begin_run_command", "POST runCommand", answers=True, variants=(("managed", MANAGED_ON_VM),)),
        command="instances run-command",
        risk="outage",
    ),
    _row(
        "instance.boot-log",
        _INSTANCE,
        "Read what instances print as they start, or see their screen",
        instance_call("retrieve_boot_diagnostics_data", "POST retrieveBootDiagnosticsData", reads=True),
        vm_call("retrieve_boot_diagnostics_data", "POST retrieveBootDiagnosticsData", reads=True),
        command="instances boot-log",
    ),
    _row(
        "instance.resiliency-view",
        _INSTANCE,
        "See how resilient an instance is against the loss of its zone",
        instance_call("get", "GET", reads=True, query=("$expand",)),
        vm_call("get", "GET", reads=True, query=("$expand",)),
        command="instances resiliency-view",
    ),
    _disks("attach-disk", "Attach managed data disks"),
    _disks("detach-disk", "Detach data disks", "outage"),
    _row(
        "instance.attach",
        _MEMBERS,
        "Add existing virtual machines to the set",
        _NOT_ON_UNIFORM,
        vm_call(
            "begin_update",
            "PATCH",
            note="Without an outage if the set has one fault domain. Its network does not change, so load "
            "balancers do not reach it yet.",
        ),
        command="instances attach",
        source=_ATTACH_PAGE,
    ),
    _row(
        "instance.detach",
        _MEMBERS,
        "Take virtual machines out of the set, and keep them",
        _NOT_ON_UNIFORM,
        vm_call(
            "begin_update",
            "PATCH",
            note="The machine continues as a separate machine. A machine that the set created has to be "
            "deallocated first.",
        ),
        command="instances detach",
        source=_ATTACH_PAGE,
        risk="outage",
    ),
    _row(
        "instance.migrate-zone",
        _MEMBERS,
        "Move instances to another availability zone",
        set_call(
            "begin_migrate_vm_availability_zone",
            "POST migrateVMAvailabilityZone",
            instance_ids="required",
            since="2026-04-01",
            note="Without --zone Azure chooses it.",
        ),
        command="instances migrate-zone",
        risk="outage",
    ),
)
