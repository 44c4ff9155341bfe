"""What each row must do in each mode, written from Microsoft's comparison page and the pages that are newer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from operations.world import ROOT, World

from scaleset_core.modes import Mode

SET = f"{ROOT}/providers/Microsoft.Compute/virtualMachineScaleSets/web"
VM = f"{ROOT}/providers/Microsoft.Compute/virtualMachines"


@dataclass(frozen=True)
class Case:
    """One row in one mode.

    Attributes:
        row: The row's id.
        mode: The scale set's mode.
        command: The command line; ``{i}`` is the first instance's id, ``{set}`` the options that name the set.
        calls: The calls that make the row, as ``VERB path`` below the scale set or the machine; ``{i}`` the instance,
            ``{each}`` once for each instance.
        changed: Members of an instance's state that differ afterwards.
        touched: ``one``, ``all`` or ``none``: which instances change.
        code: The exit code.
        says: Text that stderr must contain.
        before: Commands that bring the set into the state the row needs.
        options: Options of the scale set.
    """

    row: str
    mode: Mode
    command: str
    calls: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    touched: str = "none"
    code: int = 0
    says: str = ""
    before: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    after: Callable[[World], bool] | None = None


U, F = Mode.UNIFORM, Mode.FLEXIBLE
EPHEMERAL = (("ephemeral", True),)
SPOT = (("spot", True),)
REPAIRS = (("repairs", True),)


def power(action: str, uniform: str, *changed: str, before: tuple[str, ...] = ()) -> list[Case]:
    """The four cases of an action that both modes have, on instances and on the set."""
    return [
        Case(
            f"instance.{action}",
            U,
            f"instances {action} -i {{i}} --yes",
            (f"POST {SET}/{uniform}",),
            changed,
            "one",
            before=before,
        ),
        Case(
            f"instance.{action}",
            F,
            f"instances {action} -i {{i}} --yes",
            (f"POST {VM}/{{i}}/{FLEXIBLE.get(action, uniform)}",),
            changed,
            "one",
            before=before,
        ),
        Case(f"set.{action}", U, f"set {action} --yes", (f"POST {SET}/{uniform}",), changed, "all", before=before),
        Case(
            f"set.{action}",
            F,
            f"set {action} --yes",
            (f"POST {VM}/{{each}}/{FLEXIBLE.get(action, uniform)}",),
            changed,
            "all",
            before=before,
        ),
    ]


FLEXIBLE = {"power-off": "powerOff"}
STOPPED = ("set deallocate --yes",)
OFF = ("set power-off --yes",)
PATCHES = ("instances update -i {i} --set tags.team=web",)
EXTENSION = "--publisher Microsoft.Azure.Extensions --type CustomScript --version 2.1"
ATTACH_DISK = "instances attach-disk -i {i} --disk extra"
INSTALL = f"extensions set script {EXTENSION}"


def tagged(world: World) -> bool:
    """Whether the first instance has the tag."""
    first = world.compute("GET", "virtualMachineScaleSets/web/virtualMachines")["value"][0]
    return bool(first.get("tags", {}).get("team") == "web")


def locked(world: World) -> bool:
    """Whether a CanNotDelete lock sits on the first instance."""
    machine = world.names("web")[0]
    found = world.call("GET", f"{VM}/{machine}/providers/Microsoft.Authorization/locks", "2020-05-01")["value"]
    return [item["properties"]["level"] for item in found] == ["CanNotDelete"]


def policy(world: World) -> bool:
    """Whether the first instance's protectionPolicy protects it from scale-in."""
    first = world.compute("GET", "virtualMachineScaleSets/web/virtualMachines")["value"][0]
    return bool(first["properties"]["protectionPolicy"]["protectFromScaleIn"] is True)


def gone(world: World) -> bool:
    """Whether one instance is gone."""
    return len(world.names("web")) == 2


def extension_names(world: World, mode: Mode) -> list[list[str]]:
    """The names of the extensions: of the set, or of each machine."""
    if mode is U:
        return [[item["name"] for item in world.compute("GET", "virtualMachineScaleSets/web/extensions")["value"]]]
    found = [world.compute("GET", f"virtualMachines/{name}/extensions") for name in world.names("web")]
    return [[item["name"] for item in answer["value"]] for answer in found]


def more(count: int) -> Callable[[World], bool]:
    """Whether the set has so many instances now."""
    return lambda world: len(world.names("web")) == count


def both(row: str, command: str, *calls: str, **given: Any) -> list[Case]:
    """The cases of a row whose call is the same in both modes; what is no member of a case is an option of the set."""
    case = {key: given.pop(key) for key in ("before", "after", "changed", "touched", "code", "says") if key in given}
    return [Case(row, mode, command, calls, options=tuple(given.items()), **case) for mode in (U, F)]


def of_each(action: str, options: str, verb: str, tail: str, *before: str) -> list[Case]:
    """The cases of an action on the first instance: on Uniform below the set, on Flexible the machine's own."""
    row, command = f"instance.{action}", f"instances {action} -i {{i}} {options} --yes"
    return [
        Case(row, U, command, (f"{verb} {SET}/virtualMachines/{{i}}{tail}",), before=before),
        Case(row, F, command, (f"{verb} {VM}/{{i}}{tail}",), before=before),
    ]


CASES = [
    Case("view.instances", U, "set view -o json", (f"GET {SET}/instanceView",)),
    Case("view.instances", F, "set view -o json", ("POST /providers/Microsoft.ResourceGraph/resources",)),
    *power("deallocate", "deallocate", "power"),
    *power("perform-maintenance", "performMaintenance", "hostId"),
    *power("power-off", "poweroff", "power"),
    *power("redeploy", "redeploy", "hostId"),
    *power("restart", "restart", "bootCount"),
    *power("start", "start", "power", before=OFF),
    Case("instance.delete", U, "instances delete -i {i} --yes", (f"POST {SET}/delete",), after=gone),
    Case("instance.delete", F, "instances delete -i {i} --yes", (f"POST {SET}/delete",), after=gone),
    Case("instance.view", U, "instances view -i {i} -o json", (f"GET {SET}/virtualMachines/{{i}}/instanceView",)),
    Case("instance.view", F, "instances view -i {i} -o json", (f"GET {VM}/{{i}}/instanceView",)),
    Case(
        "instance.reimage", U, "instances reimage -i {i} --yes", (f"POST {SET}/reimage",), ("osDiskGeneration",), "one"
    ),
    Case(
        "instance.reimage",
        F,
        "instances reimage -i {i} --yes",
        (f"POST {SET}/reimage",),
        ("osDiskGeneration",),
        "one",
    ),
    Case("set.reimage", U, "set reimage --yes", (f"POST {SET}/reimage",), ("osDiskGeneration",), "all"),
    Case(
        "set.reimage",
        F,
        "set reimage --yes",
        (f"POST {SET}/reimage",),
        ("osDiskGeneration",),
        "all",
    ),
    Case(
        "instance.reimage-all",
        U,
        "instances reimage-all -i {i} --yes",
        (f"POST {SET}/reimageall",),
        ("osDiskGeneration", "dataDiskGeneration"),
        "one",
    ),
    Case(
        "instance.reimage-all",
        F,
        "instances reimage-all -i {i} --yes",
        code=2,
        says="`scaleset instances reimage -g rg -n web ",
    ),
    Case(
        "set.reimage-all",
        U,
        "set reimage-all --yes",
        (f"POST {SET}/reimageall",),
        ("osDiskGeneration", "dataDiskGeneration"),
        "all",
    ),
    Case("set.reimage-all", F, "set reimage-all --yes", code=2, says="`scaleset instances reimage -g rg -n web "),
    Case(
        "instance.simulate-eviction",
        U,
        "instances simulate-eviction -i {i} --yes",
        (f"POST {SET}/virtualMachines/{{i}}/simulateEviction",),
        ("power",),
        "one",
        options=SPOT,
    ),
    Case(
        "instance.simulate-eviction",
        F,
        "instances simulate-eviction -i {i} --yes",
        (f"POST {VM}/{{i}}/simulateEviction",),
        ("power",),
        "one",
        options=SPOT,
    ),
    Case("instance.get", U, "instances get -i {i} -o json", (f"GET {SET}/virtualMachines/{{i}}",)),
    Case("instance.get", F, "instances get -i {i} -o json", (f"GET {VM}/{{i}}",)),
    Case("instance.update", U, PATCHES[0], (f"PUT {SET}/virtualMachines/{{i}}",), after=tagged),
    Case("instance.update", F, PATCHES[0], (f"PATCH {VM}/{{i}}",), after=tagged),
    Case("protection", U, "instances protect -i {i}", (f"PUT {SET}/virtualMachines/{{i}}",), after=policy),
    Case(
        "protection",
        F,
        "instances protect -i {i}",
        (
            f"PUT {SET}/virtualMachines/{{i}}",
            f"PUT {VM}/{{i}}/providers/Microsoft.Authorization/locks/scaleset-protect",
        ),
        after=lambda world: locked(world) and policy(world),
    ),
    Case("list.instances", U, "instances list -o json", (f"GET {SET}/virtualMachines",)),
    Case("list.instances", F, "instances list -o json", ("POST /providers/Microsoft.ResourceGraph/resources",) * 2),
    Case(
        "set.update-instances", U, "set update-instances --yes", (f"POST {SET}/manualupgrade",), ("lastAction",), "all"
    ),
    Case(
        "set.update-instances", F, "set update-instances --yes", (f"POST {SET}/manualupgrade",), ("lastAction",), "all"
    ),
    Case(
        "set.orchestration-service-state",
        U,
        "set orchestration-service-state --action Suspend",
        (f"POST {SET}/setOrchestrationServiceState",),
        options=REPAIRS,
    ),
    Case(
        "set.orchestration-service-state",
        F,
        "set orchestration-service-state --action Suspend",
        (f"POST {SET}/setOrchestrationServiceState",),
        options=REPAIRS,
    ),
    Case(
        "extension.create-or-update",
        U,
        INSTALL,
        (f"PUT {SET}/extensions/script",),
        after=lambda world: extension_names(world, U) == [["script"]],
    ),
    Case(
        "extension.create-or-update",
        F,
        INSTALL,
        (f"PUT {SET}/extensions/script", f"PUT {VM}/{{each}}/extensions/script"),
        ("lastAction",),
        "all",
        after=lambda world: extension_names(world, F) == [["script"]] * 3,
    ),
    Case(
        "extension.delete",
        U,
        "extensions delete script --yes",
        (f"DELETE {SET}/extensions/script",),
        before=(INSTALL,),
        after=lambda world: extension_names(world, U) == [[]],
    ),
    Case(
        "extension.delete",
        F,
        "extensions delete script --yes",
        (f"DELETE {SET}/extensions/script", f"DELETE {VM}/{{each}}/extensions/script"),
        before=(INSTALL,),
        after=lambda world: extension_names(world, F) == [[]] * 3,
    ),
    Case("extension.get", U, "extensions get script -o json", (f"GET {SET}/extensions/script",), before=(INSTALL,)),
    Case(
        "extension.get",
        F,
        "extensions get script -o json",
        (f"GET {SET}/extensions/script", f"GET {VM}/{{each}}/extensions/script"),
        before=(INSTALL,),
    ),
    Case("extension.list", U, "extensions list -o json", (f"GET {SET}/extensions",), before=(INSTALL,)),
    Case(
        "extension.list",
        F,
        "extensions list -o json",
        (f"GET {SET}/extensions", f"GET {VM}/{{each}}/extensions"),
        before=(INSTALL,),
    ),
    Case(
        "extension.update",
        U,
        'extensions update script --settings {"a":1}',
        (f"PATCH {SET}/extensions/script",),
        before=(INSTALL,),
    ),
    Case(
        "extension.update",
        F,
        'extensions update script --settings {"a":1}',
        (f"PATCH {SET}/extensions/script", f"PATCH {VM}/{{each}}/extensions/script"),
        before=(INSTALL,),
    ),
    Case("network.inbound-nat", U, "nat list -o json", (f"GET {SET}/networkInterfaces",)),
    Case("network.inbound-nat", F, "nat list -o json", (f"GET {ROOT}/providers/Microsoft.Network/networkInterfaces",)),
    Case("network.outbound", U, "outbound show -o json", (f"GET {SET}/networkInterfaces",)),
    Case(
        "network.outbound", F, "outbound show -o json", (f"GET {ROOT}/providers/Microsoft.Network/networkInterfaces",)
    ),
    Case(
        "set.convert-to-single-placement-group",
        U,
        "set convert-to-single-placement-group --yes",
        (f"POST {SET}/convertToSinglePlacementGroup",),
    ),
    Case(
        "set.convert-to-single-placement-group",
        F,
        "set convert-to-single-placement-group --yes",
        code=2,
        says="single_placement_group",
    ),
    Case(
        "set.force-recovery-update-domain-walk",
        U,
        "set force-recovery-update-domain-walk --platform-update-domain 0 --yes",
        (f"POST {SET}/forceRecoveryServiceFabricPlatformUpdateDomainWalk",),
        ("lastAction",),
        "one",
    ),
    Case(
        "set.force-recovery-update-domain-walk",
        F,
        "set force-recovery-update-domain-walk --platform-update-domain 0 --yes",
        code=2,
        says="scaleset set restart --batch",
    ),
    *both("set.scale", "set scale --capacity 5", f"PATCH {SET}", after=lambda world: len(world.names("web")) == 5),
    *both("set.scale-out", "set scale-out --capacity 1", f"POST {SET}/scaleOut", after=more(4)),
    *both(
        "rolling-upgrade.start",
        "rolling-upgrade start --yes",
        f"POST {SET}/osRollingUpgrade",
        changed=("osDiskGeneration",),
        touched="all",
        health=True,
    ),
    *both(
        "rolling-upgrade.get-latest",
        "rolling-upgrade get-latest -o json",
        f"GET {SET}/rollingUpgrades/latest",
        before=("rolling-upgrade start --yes",),
        health=True,
    ),
    *both(
        "rolling-upgrade.cancel", "rolling-upgrade cancel", f"POST {SET}/rollingUpgrades/cancel", code=1, health=True
    ),
    *both("rolling-upgrade.approve", "rolling-upgrade approve --yes", f"POST {SET}/approveRollingUpgrade", code=1),
    *both("set.os-upgrade-history", "set os-upgrade-history -o json", f"GET {SET}/osUpgradeHistory"),
    *both("lifecycle-hook.list", "lifecycle-hooks list -o json", f"GET {SET}/lifecycleHookEvents"),
    *both("lifecycle-hook.answer", "lifecycle-hooks approve none --yes", code=2, says="there is no event 'none'"),
    *both("set.reapply", "set reapply", f"POST {SET}/reapply"),
    Case("instance.reapply", U, "instances reapply -i {i}", code=2, says="scaleset set reapply"),
    Case("instance.reapply", F, "instances reapply -i {i}", (f"POST {VM}/{{i}}/reapply",), ("lastAction",), "one"),
    *of_each("run-command", "--script true", "POST", "/runCommand"),
    *(
        replace(each, options=(("boot", True),))
        for each in of_each("boot-log", "", "POST", "/retrieveBootDiagnosticsData")
    ),
    *of_each("resiliency-view", "-o json", "GET", ""),
    *of_each("attach-disk", "--disk extra", "POST", "/attachDetachDataDisks"),
    *of_each(
        "detach-disk", "--disk extra", "POST", "/attachDetachDataDisks", "instances attach-disk -i {i} --disk extra"
    ),
    Case("instance.attach", U, "instances attach --machine alone", code=2, says="use a Flexible set"),
    Case("instance.attach", F, "instances attach --machine alone", (f"PATCH {VM}/alone",), after=more(4)),
    Case("instance.detach", U, "instances detach -i {i} --yes", code=2, says="use a Flexible set"),
    Case("instance.detach", F, "instances detach -i {i} --yes", (f"PATCH {VM}/{{i}}",), before=STOPPED, after=gone),
    *both(
        "instance.migrate-zone",
        "instances migrate-zone -i {i} --zone 2 --yes",
        f"POST {SET}/migrateVMAvailabilityZone",
        changed=("hostId",),
        touched="one",
        zones=["1", "2"],
    ),
]
