"""The update matrix as a page of the documentation: ``make docs`` writes it."""

from __future__ import annotations

from collections.abc import Iterator

from update_matrix.table import FOLLOW, PARTS, Entry, entries
from update_matrix.verdict import OPERATIONS

_HEAD = """<!-- Written by `make docs`; change tools/update_matrix/*.yaml, not this file. -->
# What a change does

This page lists each argument of a scale set and of an instance, with one or more changes of it, and what `pulumi up`
does: **replace** if any resource is deleted and created again, **update** if everything is done in place, **no-op**
if nothing changes in Azure. A replacement deletes first, because names are fixed. Resources that depend on the
replaced one are replaced too and are listed with it. There is one exception: if a NAT rule moves to another load
balancer, the new rule is created first. Resources that are not listed do not change.

**Azure takes it** says what a change costs the affected machines and resources:

| | Who does what | Outage |
|---|---|---|
| nothing | nothing changes in Azure | none |
| in place | `pulumi up` | none |
| restart | `pulumi up`; Azure restarts the machine | one restart; one machine after the other if you deploy that way |
| deallocated | you deallocate, then `pulumi up`, then you start | from the first to the last of the three; data stays |
| replace | `pulumi up` deletes, then creates again | until the new one exists; the old one's data is lost |
| never | Azure refuses it in any state; nothing happens | none |

**Instances of the profile** says how the instances that Azure created from the profile get a change of it: by the
upgrade policy (Manual: you upgrade them), after they are upgraded and reimaged, or not at all, because only new ones
have it. Named instances are separate machines and have it at once.

**refused** marks changes that Azure does not accept in any state. The preview shows an update (or reports the problem
already, if the note says so). `pulumi up` ends with the error in the note, and nothing changes. They are not planned
as replacements for one of two reasons. The engine may be unable to distinguish them from changes of the same argument
that Azure accepts (a zone more, a zone less). Or a replacement would also replace machines that are not affected.

**deallocated**: Azure accepts the change only while the instances are deallocated. While they run, it refuses the
change without harm: `scaleset instances deallocate`, `pulumi up`, `scaleset instances start`. None of these changes
replaces a machine, so its data stays. Trusted Launch is one of them: Azure turns it on and off on generation 2
machines. A machine is confidential from its creation on, so that change replaces it.

Some properties are fixed at creation, so a change replaces the resource:

- on a machine: the image, computer and administrator's name, password, SSH keys, custom data, the VM agent, the time
  zone of Windows, zone, fault domain, plan, priority and eviction policy, ephemeral disk, and the type of the OS disk
- on a set: the mode, fault domain count, zone balance, host group, computer name prefix, administrator's name,
  priority and eviction policy, ephemeral disk and the type of the OS disk
- on a Flexible set also the proximity placement group

If the arguments do not set the type of the OS disk, a change of the size replaces nothing. If a set is replaced, its
named instances are replaced too, because Azure does not delete a set that has instances.

The table cannot show one thing: Azure moves an interface to another subnet of its virtual network, but never to
another network. To move a named instance there, give it another name.

The table is data. Tests compare it with the component and with the azure-native provider's own replacement rules.
They also deploy, change and deploy again, entry by entry, on the Pulumi engine against a simulated Azure.

Resources are named by their keys: `scaleSet`; `vm:web-0` for the virtual machine of an instance, `nic:`, `nat:`,
`ext:`, `lock:`, `policy:` for its interface, NAT rules, extensions, locks and protection; `vm:*` for those of all
named instances. `nat:web-0/ssh` is the NAT rule `ssh` of web-0. `role:ops` and `diagnostics:all` are the role
assignment `ops` and the diagnostic setting `all`.

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
