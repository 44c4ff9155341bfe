"""The update matrix as a page of the documentation: ``make docs`` writes it."""

from __future__ import annotations

from collections.abc import Iterator

from update_matrix.table import FOLLOW, PARTS, Entry, entries
from update_matrix.verdict import OPERATIONS

_HEAD = """<!-- Written by `make docs`; change tools/update_matrix/*.yaml, not this file. -->
# What a change does

Each argument of a scale set and of an instance, one or more changes of it, and what `pulumi up` does about them:
**replace** if any resource is deleted and made anew, **update** if all is done in place, **no-op** if nothing in Azure
is touched. A replacement deletes first, since names are fixed; resources that cannot outlive the replaced one go along
and are listed with it. The one exception is a NAT rule that moves to another load balancer: the new one comes first.
Resources that are not listed are not touched.

**Azure takes it** says what a change costs the machines and resources that are touched:

| | Who does what | Outage |
|---|---|---|
| nothing | nothing in Azure is touched | none |
| in place | `pulumi up` | none |
| restart | `pulumi up`; Azure restarts the machine | one restart, one machine after the other if you deploy so |
| deallocated | you deallocate, then `pulumi up`, then you start | from the first to the last of the three; data stays |
| replace | `pulumi up` deletes, then makes anew | until the new one is there; what was on it is lost |
| never | Azure refuses it in any state; nothing happens | none |

**Instances of the profile** says how those that Azure made from the profile get a change of it: by the upgrade policy
(Manual: you upgrade them), once they are upgraded and reimaged, or not at all, since only new ones have it. Named
instances are machines of their own and have it at once.

**refused** are changes that Azure does not take, in whatever state: the preview shows an update (or says so already,
where the note says that), `pulumi up` ends with the error in the note, and everything stays as it was. They are not
planned as replacements because the engine cannot tell them from changes of the same argument that Azure does take (a
zone more, a zone less), or because that would take along machines which have nothing to do with them.

**deallocated**: Azure takes the change only while the instances are deallocated, and refuses it without harm while they
run: `scaleset instances deallocate`, `pulumi up`, `scaleset instances start`. None of these changes replaces a machine,
so its data stays. Trusted Launch is among them: Azure turns it on and off again on generation 2
machines; a confidential machine is one from its creation on, and so the change replaces it.

What is fixed at a creation, and so replaces: on a machine the image, computer and administrator's name, password, SSH
keys, custom data, the VM agent, the time zone of Windows, zone, fault domain, plan, priority and eviction policy,
ephemeral disk, and the type of the OS disk; on a set the mode, fault domain count, zone balance, host group, computer
name prefix, administrator's name, priority and eviction policy, ephemeral disk and the type of the OS disk; on a
Flexible set the proximity placement group too. A type of the OS disk that the arguments leave open replaces nothing,
whatever the size becomes.
A set that is replaced takes its named instances along, since Azure deletes no set that holds some.

What the table cannot say: Azure moves an interface to another subnet of its virtual network, and never to another
network. To move a named instance there, give it another name.

The table is data that tests hold against the component and the azure-native provider's own replacement rules, and
deploy, change and deploy again, entry by entry, on the Pulumi engine against a simulated Azure.

Resources are named by their keys: `scaleSet`; `vm:web-0` for the virtual machine of an instance, `nic:`, `nat:`,
`ext:`, `lock:`, `policy:` for its interface, NAT rules, extensions, locks and protection; `vm:*` for those of all named
instances. `nat:web-0/ssh` is the NAT rule `ssh` of web-0. `role:ops` and `diagnostics:all` are the grant `ops` and the
diagnostic setting `all`.

The sets that are changed:

| Set | What it is |
|---|---|
| flexible | Flexible: two named instances (web-0, web-1), two from the profile, NAT rules, an extension |
| named | Flexible: two named instances |
| profile | Flexible: two instances from the profile, a NAT gateway |
| windows | Flexible: one named Windows instance |
| uniform | Uniform: two instances |
"""

_TITLES = {"ScaleSetArgs": "Arguments of the scale set", "Instance": "Arguments of one instance (web-0)"}


def page() -> str:
    """The text of the page."""
    return "\n".join([_HEAD, *(line for owner in PARTS for line in _section(owner))]).rstrip() + "\n"


def _section(owner: str) -> Iterator[str]:
    yield f"## {_TITLES[owner]}\n"
    yield "| Argument | Change | Set | Verdict | Azure takes it | Instances of the profile | Touched | Note |"
    yield "|---|---|---|---|---|---|---|---|"
    for entry in entries():
        if entry.owner == owner:
            yield _row(entry)
    yield ""


def _row(entry: Entry) -> str:
    cells = [
        f"`{entry.argument}`",
        entry.change,
        entry.base,
        f"**{entry.verdict}**",
        entry.takes.value,
        FOLLOW.get(entry.follow, ""),
        _touched(entry),
        _note(entry),
    ]
    return f"| {' | '.join(cells)} |"


def _note(entry: Entry) -> str:
    refused = f"`{entry.refused}`{', in the preview already' if entry.guard else ''}." if entry.refused else ""
    parts = (refused, entry.note)
    return " ".join(filter(None, parts))


def _touched(entry: Entry) -> str:
    parts = [(operation, entry.expected.get(operation, [])) for operation in OPERATIONS]
    return "; ".join(f"{operation} {', '.join(f'`{key}`' for key in keys)}" for operation, keys in parts if keys)
