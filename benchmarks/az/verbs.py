"""What an operator types for each of the 35 rows, with the Azure CLI and with ``scaleset``, in both modes.

``{i}`` is the first instance: its number on Uniform, its name on Flexible. The resource group is a default of the
configuration in both tools, so no command names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

UNIFORM, FLEXIBLE = "Uniform", "Flexible"
_IDS = '$(az vm list --vmss web --query "[].id" -o tsv)'
_EACH = 'for vm in $(az vm list --vmss web --query "[].name" -o tsv); do {}; done'
_INSTALL = "--publisher Microsoft.Azure.Extensions --version 2.1"
_OURS = "scaleset extensions set script --publisher Microsoft.Azure.Extensions --type CustomScript --version 2.1 -n web"
_NO_PLACEMENT = "none: Flexible sets have neither placement groups to convert nor update domains"


@dataclass(frozen=True)
class Verb:
    """A row in one mode.

    Attributes:
        row: The row's id in the mode table.
        mode: The orchestration mode.
        az: What is typed for the Azure CLI, for a shell; ``none: ...`` where it has no command.
        ours: What is typed for ``scaleset``; ``""`` where Azure has nothing for the mode.
        before: What of ours brings the set into the state that the row needs.
        options: Options of the scale set: see :func:`benchmarks.azure.scale_set`.
    """

    row: str
    mode: str
    az: str
    ours: str
    before: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_az(self) -> bool:
        """Whether the Azure CLI has a command for it."""
        return not self.az.startswith("none")

    @property
    def key(self) -> str:
        """A name for it."""
        return f"{self.row} {self.mode}"


def _power(name: str, uniform: str, flexible: str, before: str = "") -> Iterator[Verb]:
    """An action on an instance and on the whole set; ``""`` where az has no command."""
    missing = f"none: `az vmss` has no {name}"
    yes = "" if name == "start" else " --yes"
    for row, choice, vmss, vm, ours in (
        ("instance", "-i {i}", " --instance-ids {i}", " -n {i}", "instances"),
        ("set", "", "", f" --ids {_IDS}", "set"),
    ):
        command = " ".join(f"scaleset {ours} {name} {choice} -n web".split())
        # Named instances are restarted without a question; a whole set asks.
        sure = yes if row == "set" or name in {"redeploy", "reimage"} else ""
        az = f"az vmss {uniform} -n web{vmss}" if uniform else missing
        yield Verb(f"{row}.{name}", UNIFORM, az, command + sure, before)
        yield Verb(f"{row}.{name}", FLEXIBLE, f"az vm {flexible}{vm}", command + sure, before)


def _same(row: str, az: str, ours: str, **more: Any) -> Iterator[Verb]:
    """A row whose commands are the same in both modes."""
    for mode in (UNIFORM, FLEXIBLE):
        yield Verb(row, mode, az, ours, **more)


def _of_set(row: str, uniform: str, flexible: str, ours: str, **more: Any) -> Iterator[Verb]:
    yield Verb(row, UNIFORM, uniform, ours, **more)
    yield Verb(row, FLEXIBLE, flexible, ours, **more)


def _reimage() -> Iterator[Verb]:
    """With ids `az vmss reimage` calls reimageAll, without them reimage: what az's own reference does not say."""
    one, whole = "scaleset instances reimage -i {i} -n web --yes", "scaleset set reimage -n web --yes"
    many = "none: with --instance-ids `az vmss reimage` resets the data disks too (reimageAll)"
    refused = "none: `az vmss reimage` is refused on Flexible, and `az vm reimage` takes ephemeral OS disks only"
    yield Verb("instance.reimage", UNIFORM, many, one)
    yield Verb("set.reimage", UNIFORM, "az vmss reimage -n web", whole)
    yield Verb("instance.reimage", FLEXIBLE, refused, one)
    yield Verb("set.reimage", FLEXIBLE, refused, whole)
    for row, chosen, ours in (("instance", "{i}", one), ("set", '"*"', whole)):
        az = f"az vmss reimage -n web --instance-ids {chosen}"
        yield Verb(f"{row}.reimage-all", UNIFORM, az, ours.replace("reimage", "reimage-all"))
        yield Verb(f"{row}.reimage-all", FLEXIBLE, "none: Azure has no such call for Flexible", "")


def _instances() -> Iterator[Verb]:
    yield from _of_set(
        "view.instances",
        "az vmss get-instance-view -n web && az vmss list-instances -n web --expand instanceView",
        "az vm list --vmss web --show-details",
        "scaleset set view -n web",
    )
    yield from _same(
        "instance.delete",
        "az vmss delete-instances -n web --instance-ids {i}",
        "scaleset instances delete -i {i} -n web --yes",
    )
    yield from _of_set(
        "instance.view",
        "az vmss get-instance-view -n web --instance-id {i}",
        "az vm get-instance-view -n {i}",
        "scaleset instances view -i {i} -n web",
    )
    yield from _of_set(
        "instance.simulate-eviction",
        "az vmss simulate-eviction -n web --instance-id {i}",
        "az vm simulate-eviction -n {i}",
        "scaleset instances simulate-eviction -i {i} -n web --yes",
        options={"spot": True},
    )
    yield from _of_set(
        "instance.get",
        "az vmss show -n web --instance-id {i}",
        "az vm show -n {i}",
        "scaleset instances get -i {i} -n web",
    )
    yield from _of_set(
        "instance.update",
        "az vmss update -n web --instance-id {i} --set tags.team=web",
        "az vm update -n {i} --set tags.team=web",
        "scaleset instances update -i {i} --set tags.team=web -n web",
    )
    protect = "az vmss update -n web --instance-id {i} --protect-from-scale-in true"
    lock = "az lock create -n scaleset-protect -t CanNotDelete --resource {i} --resource-type "
    yield from _of_set(
        "protection",
        protect,
        f"{protect} && {lock}Microsoft.Compute/virtualMachines",
        "scaleset instances protect -i {i} -n web",
    )
    yield from _of_set(
        "list.instances",
        "az vmss list-instances -n web --expand instanceView",
        "az vm list --vmss web --show-details",
        "scaleset instances list -n web",
    )


def _sets() -> Iterator[Verb]:
    yield from _same(
        "set.update-instances",
        'az vmss update-instances -n web --instance-ids "*"',
        "scaleset set update-instances -n web --yes",
    )
    yield from _same(
        "set.orchestration-service-state",
        "az vmss set-orchestration-service-state -n web --service-name AutomaticRepairs --action Suspend",
        "scaleset set orchestration-service-state --action Suspend -n web",
        options={"repairs": True},
    )
    convert, walk = "set.convert-to-single-placement-group", "set.force-recovery-update-domain-walk"
    yield Verb(
        convert,
        UNIFORM,
        "none: `az vmss` has no command for the call",
        "scaleset set convert-to-single-placement-group -n web --yes",
    )
    yield Verb(
        walk,
        UNIFORM,
        "az vmss update-domain-walk --vmss-name web --platform-update-domain 0",
        "scaleset set force-recovery-update-domain-walk --platform-update-domain 0 -n web --yes",
    )
    yield Verb(convert, FLEXIBLE, _NO_PLACEMENT, "")
    yield Verb(walk, FLEXIBLE, _NO_PLACEMENT, "")


def _extensions() -> Iterator[Verb]:
    on_set = f"az vmss extension set --vmss-name web -n CustomScript --extension-instance-name script {_INSTALL}"
    on_each = f"az vm extension set --ids {_IDS} -n CustomScript --extension-instance-name script {_INSTALL}"
    yield from _of_set("extension.create-or-update", on_set, f"{on_set} && {on_each}", _OURS)
    settings = " --settings '{\"a\":1}'"
    yield from _of_set(
        "extension.update",
        on_set + settings,
        f"{on_set}{settings} && {on_each}{settings}",
        "scaleset extensions update script --settings '{\"a\":1}' -n web",
        before=_OURS,
    )
    for row, word, ours in (
        ("delete", "delete", "delete script -n web --yes"),
        ("get", "show", "get script -n web"),
        ("list", "list", "list -n web"),
    ):
        name = "" if word == "list" else " -n script"
        each = _EACH.format(f"az vm extension {word} --vm-name $vm{name}")
        whole = f"az vmss extension {word} --vmss-name web{name}"
        yield from _of_set(f"extension.{row}", whole, f"{whole} && {each}", f"scaleset extensions {ours}", before=_OURS)


def _network() -> Iterator[Verb]:
    ports = "scaleset nat list -n web"
    yield Verb(
        "network.inbound-nat",
        UNIFORM,
        "az vmss list-instance-connection-info -n web",
        ports,
        options={"ports": True},
    )
    yield Verb(
        "network.inbound-nat",
        FLEXIBLE,
        "none: only the rules (`az network lb inbound-nat-rule list`) and the ports of one address "
        "(`az network lb list-mapping`)",
        ports,
    )
    yield from _same(
        "network.outbound",
        "none: only each part by itself (`az network lb outbound-rule list`, `az network nat gateway show`)",
        "scaleset outbound show -n web",
    )


def _all() -> Iterator[Verb]:
    yield from _instances()
    yield from _power("deallocate", "deallocate", "deallocate")
    yield from _power("power-off", "stop", "stop")
    yield from _power("restart", "restart", "restart")
    yield from _power("start", "start", "start", before="scaleset set deallocate -n web --yes")
    yield from _power("redeploy", "", "redeploy")
    yield from _power("perform-maintenance", "perform-maintenance", "perform-maintenance")
    yield from _reimage()
    yield from _sets()
    yield from _extensions()
    yield from _network()


VERBS: Mapping[str, Verb] = {verb.key: verb for verb in _all()}
"""Each row of Microsoft's comparison in both modes, by :attr:`Verb.key`."""
