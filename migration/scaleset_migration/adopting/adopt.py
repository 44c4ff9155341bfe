"""The adoption of one set: arguments that are exactly what runs, the resources to import, and what stays outside."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_azure_scaleset.plan import tokens
from pulumi_azure_scaleset.plan.lists import same
from pulumi_azure_scaleset.plan.overrides import INSTANCE_KINDS
from pulumi_azure_scaleset.plan.resources import Child, Plan
from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.facts.secrets import is_secret
from scaleset_core.modes import RULES
from scaleset_migration.adopting.arguments import of_instance, of_set, own_locks
from scaleset_migration.adopting.comparing import missing, resolved, secrets
from scaleset_migration.adopting.surroundings import Candidate, candidates
from scaleset_migration.adopting.things import GROUP, Found, Machine, Thing
from scaleset_migration.adopting.ways import machine_rules, pool_rules
from scaleset_migration.reverse.parts import given
from scaleset_migration.settle import Settled, check
from scaleset_migration.sources.files import unknown
from scaleset_migration.sources.owners import owner

_SET = "scaleSet"
_INSTANCES = "instances"


class CannotAdoptError(Exception):
    """A set that cannot be adopted.

    Attributes:
        reasons: Why, each with what to do.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(reasons))


@dataclass(frozen=True, slots=True)
class Adopted:
    """A set that can be adopted.

    Attributes:
        component: The component's name.
        found: The set as it is.
        arguments: The component's arguments.
        ignored: Its ``ignore_changes``: secrets that Azure shows to nobody, so that the state has none.
        children: Its resources in the plan's order, each with the one in Azure.
        outside: What stays outside the program, and why.
        warnings: What the component says of the arguments.
    """

    component: str
    found: Found
    arguments: Mapping[str, Any]
    ignored: tuple[str, ...]
    children: tuple[tuple[Child, Thing], ...]
    outside: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def adopt(found: Found, component: str = "") -> Adopted:
    """The arguments with which the set and its attached resources stay as they are.

    Args:
        found: The set.
        component: The component's name; the set's by default.

    Raises:
        CannotAdoptError: The component refuses such a set.
    """
    name, group = found.scale_set.short, str(found.scale_set.inputs[GROUP])
    owned = owner(found.scale_set.inputs, group)
    if owned is not None:
        why = f"{name} belongs to {owned.name}, which manages it: {owned.instead} ({owned.source})"
        raise CannotAdoptError([why])
    hidden = [path for path in unknown(found.scale_set.inputs) if not is_secret(path)]
    if hidden:
        more = f" and {len(hidden) - _NAMED} more" if len(hidden) > _NAMED else ""
        listed = ", ".join(hidden[:_NAMED])
        raise CannotAdoptError([f"{name}: {listed}{more}: not known in this source; adopt the live set (-g, -n)"])
    return _Adoption(found, component or name).all()


_NAMED = 6


class _Adoption:
    def __init__(self, found: Found, component: str) -> None:
        self.found = found
        self.component = component
        self.base = of_set(found)
        self.outside: list[str] = []
        self.pairs: dict[str, Thing] = {_SET: found.scale_set}

    def all(self) -> Adopted:
        self._concede()
        machines = self._machines()
        if not machines and _has_no_instances(self.found, self.base):
            # A set without a profile and without members that the program has: nothing is asked for.
            self.base.setdefault(_INSTANCES, {})
        self.base |= {_INSTANCES: dict(machines)} if machines else {}
        self._accept()
        for each in candidates(self.found):
            self._take_in(each)
        self._ways(machines)
        self._told()
        return self._finished()

    def _concede(self) -> None:
        """Leave to raw inputs what the component's arguments refuse to say: it runs."""
        problems = self._check(self.base).problems
        while problems:
            better = None
            for name in dict.fromkeys(re.split(r"[.\[:]", each, maxsplit=1)[0] for each in problems):
                fewer = {key: value for key, value in self.base.items() if key != name}
                left = self._check(fewer).problems
                if name in self.base and name not in _NEEDED and len(left) < len(problems):
                    better = fewer, left
                    break
            if better is None:
                return
            self.base, problems = better

    def _machines(self) -> dict[str, Any]:
        """The instances that the component can express, each tried by itself."""
        taken: dict[str, Any] = {}
        for machine in self.found.machines:
            name = machine.vm.short
            value = of_instance(machine, self.base)
            pairs = {_SET: self.found.scale_set, **_children_of(machine)}
            settled = self._check({**self.base, _INSTANCES: {name: value}})
            why = _misfit(settled, pairs, name)
            if why:
                self.outside.append(f"virtual machine {name}: a member of the set, not in the program: {why}")
                continue
            assert settled.plan is not None
            overrides = _overrides_of(settled.plan, pairs, name)
            taken[name] = {**value, **({"overrides": overrides} if overrides else {})}
            there = [child.key for child in settled.plan.children]
            self.pairs |= {key: each for key, each in pairs.items() if key in there}
            self._leftovers(machine)
        return taken

    def _leftovers(self, machine: Machine) -> None:
        """Resources attached to a machine for which the component has no argument."""
        name, own = machine.vm.short, own_locks(machine)
        known = {each.id for each in self.pairs.values()}
        self.outside += [f"lock {each.short} at {name}" for each in machine.locks if each not in own]
        addresses = [each for each in machine.addresses.values() if each.id not in known]
        self.outside += [f"public address {each.short} of {name}: its id is in the program" for each in addresses]

    def _check(self, arguments: Mapping[str, Any]) -> Settled:
        """What the component says to the arguments, with contested rules accepted."""
        settled = check(self.component, arguments)
        if settled.plan is not None or "accept_rules" in arguments:
            return settled
        wider = check(self.component, {**arguments, "accept_rules": _CONTESTED})
        return settled if wider.plan is None else wider

    def _accept(self) -> None:
        """Accept the contested rules that the set breaks: it runs."""
        if check(self.component, self.base).plan is not None:
            return
        if check(self.component, {**self.base, "accept_rules": _CONTESTED}).plan is None:
            return
        needed = list(_CONTESTED)
        for rule in _CONTESTED:
            fewer = [each for each in needed if each != rule]
            if check(self.component, {**self.base, "accept_rules": fewer}).plan is not None:
                needed = fewer
        self.base["accept_rules"] = needed

    def _ways(self, machines: Mapping[str, Any]) -> None:
        """The NAT rules: each changes what the next one finds."""
        own = [each for each in self.found.machines if each.vm.short in machines]
        taken: set[str] = set()
        makers: tuple[Callable[[], Iterator[Candidate]], ...] = (
            lambda: machine_rules(own, self.base),
            lambda: pool_rules(self.found, self.base),
        )
        for make in makers:
            while (each := next((one for one in make() if one.label not in taken), None)) is not None:
                taken.add(each.label)
                self._take_in(each)
        known = {each.id for each in self.pairs.values()}
        for machine in own:
            left = [each for each in machine.rules if each.id not in known]
            self.outside += [f"NAT rule {each.short} to {machine.vm.short}: its id is in the program" for each in left]
        named = any(each.startswith("NAT rule ") for each in self.outside)
        left = [each for each in self.found.pools if each.id not in known]
        self.outside += [f"NAT rule {each.short}: it belongs to the load balancer" for each in left if not named]

    def _take_in(self, each: Candidate) -> None:
        """Take a resource in that is attached to the set, if that leaves it as it is."""
        given = self.base.get(each.argument)
        if given is not None and not each.key:
            self.outside.append(f"{each.label}: the component has one {each.argument} for a set")
            return
        value = {**(given or {}), each.key: each.value} if each.key else each.value
        changed = {**self.base, **each.more, each.argument: value}
        arguments = {name: one for name, one in changed.items() if one is not None}
        pairs = {**self.pairs, **each.pairs}
        settled = self._check(arguments)
        why = _refusal(settled) or _unpaired(settled.plan, pairs) or _misnamed(settled.plan, pairs)
        if why:
            self.outside.append(f"{each.label}: {why}")
            return
        self.base, self.pairs = arguments, pairs

    def _told(self) -> None:
        """What is no resource of the program by its nature."""
        found = self.found
        self.outside += found.unread
        if found.made:
            count = len(found.made)
            these = f"{count} instances" if count > 1 else "1 instance"
            self.outside.append(f"{these} that Azure created from the profile: the capacity declares them")
        for name in found.protected:
            why = "it stays; as an argument it would be a deployment that Azure does not have yet"
            self.outside.append(f"protection policy of instance {name}: {why}")

    def _takes_over(self, plan: Plan) -> dict[str, Any]:
        """The argument by which resources of the stack become the component's."""
        if not self.found.in_stack:
            return {}
        things = {child.name: self.pairs[child.key] for child in plan.children}
        parents = dict.fromkeys(each.parent for each in things.values())
        if len(parents) > 1:
            listed = ", ".join(each or "the program itself" for each in parents)
            why = f"its resources are in several components of the stack ({listed}): move them into one first"
            raise CannotAdoptError([f"{self.found.scale_set.short}: {why}"])
        names = {name: each.name for name, each in things.items() if name != each.name}
        (parent,) = parents
        return {_ADOPT: {**given(names=names), **({"parent_urn": parent} if parent else {})}}

    def _finished(self) -> Adopted:
        settled = self._check(self.base)
        if settled.plan is None:
            raise CannotAdoptError([f"{self.found.scale_set.short}: {each}" for each in settled.problems])
        overrides, ignored = _raw(settled.plan, self.pairs)
        arguments = {**self.base, **({"overrides": overrides} if overrides else {}), **self._takes_over(settled.plan)}
        final = self._check(arguments)
        if final.plan is None:
            raise CannotAdoptError([f"{self.found.scale_set.short}: {each}" for each in final.problems])
        children = tuple((child, self.pairs[child.key]) for child in final.plan.children)
        rest = [f"{child.kind}.{path}" for child, thing in children for path in secrets(child.inputs, thing.inputs)]
        rest += [f"{child.kind}.{path}" for child, thing in children for path in thing.hidden]
        if arguments.get("scale_set_name") == self.component:
            del arguments["scale_set_name"]
        return Adopted(
            component=self.component,
            found=self.found,
            arguments=arguments,
            ignored=tuple(dict.fromkeys([*ignored, *rest])),
            children=children,
            outside=tuple(self.outside),
            warnings=final.warnings,
        )


_ADOPT = "adopt"
_NEEDED = frozenset({"resource_group_name", "scale_set_name", "orchestration_mode", "location", "capacity"})
_CONTESTED = sorted(entry.id for entry in RULES.values() if entry.contested)


def _has_no_instances(found: Found, base: Mapping[str, Any]) -> bool:
    return found.flexible and "capacity" not in base


def _children_of(machine: Machine) -> dict[str, Thing]:
    """The children of a named instance by their keys, as far as Azure has them."""
    name = machine.vm.short
    found: dict[str, Thing] = {f"vm:{name}": machine.vm}
    found |= {f"ext:{name}/{each.short}": each for each in machine.extensions}
    for index, nic in enumerate(machine.nics):
        part = name if index == 0 else f"{name}/nic{index}"
        found[f"nic:{part}"] = nic
        if nic.id.lower() in machine.addresses:
            found[f"pip:{part}"] = machine.addresses[nic.id.lower()]
    for lock in own_locks(machine):
        found[f"lock:{name}/{str(lock.inputs['level']).lower()}"] = lock
    return found


def _misfit(settled: Settled, pairs: Mapping[str, Thing], name: str) -> str:
    """Why an instance cannot be expressed; empty if it can."""
    if settled.plan is None:
        return _refusal(settled)
    why = _unpaired(settled.plan, pairs)
    if why:
        return why
    there = {child.key for child in settled.plan.children}
    unsaid = [thing for key, thing in pairs.items() if key not in there and thing.token == tokens.NETWORK_INTERFACE]
    if unsaid:
        names = ", ".join(each.short for each in unsaid)
        return f"it has network interfaces that the set's arguments do not have ({names})"
    if len({str(nic) for nic in _interfaces(settled.plan, pairs, name)}) > 1:
        return "its network interfaces differ from each other in raw inputs, which an instance has once for all of them"
    return ""


def _interfaces(plan: Plan, pairs: Mapping[str, Thing], name: str) -> list[dict[str, Any]]:
    own = [child for child in plan.children if child.owner == name and child.type == tokens.NETWORK_INTERFACE]
    return [missing(child, pairs[child.key].inputs, pairs) for child in own]


def _overrides_of(plan: Plan, pairs: Mapping[str, Thing], name: str) -> dict[str, Any]:
    """The raw inputs of one instance by resource key."""
    found: dict[str, Any] = {}
    for child in plan.children:
        if child.owner == name and child.kind in INSTANCE_KINDS:
            raw = missing(child, pairs[child.key].inputs, pairs)
            if raw:
                found[child.kind] = raw
    return found


def _refusal(settled: Settled) -> str:
    return "; ".join(settled.problems) if settled.plan is None else ""


def _unpaired(plan: Plan | None, pairs: Mapping[str, Thing]) -> str:
    """What the arguments would create beside what is there; empty if nothing."""
    extra = [child for child in plan.children if child.key not in pairs] if plan is not None else []
    return f"the set's arguments would add a {extra[0].kind} ({extra[0].name})" if extra else ""


def _misnamed(plan: Plan | None, pairs: Mapping[str, Thing]) -> str:
    """Several resources of a kind that have other names in Azure than the component's: raw inputs hold for all."""
    for kind, children in _by_kind(plan.children if plan is not None else ()).items():
        if len(children) == 1 or kind in INSTANCE_KINDS:
            continue
        for child in children:
            thing, have = pairs[child.key], resolved(child.inputs, pairs)
            for name in tokens.IDENTITY[child.type]:
                if have.get(name) is not UNKNOWN and not same(have.get(name), thing.inputs.get(name)):
                    return f"the component would call it {have.get(name)}, and there are several of its kind"
    return ""


def _raw(plan: Plan, pairs: Mapping[str, Thing]) -> tuple[dict[str, Any], list[str]]:
    """The raw inputs by resource key, and the paths that stay as Azure has them since no raw input says them all."""
    overrides: dict[str, Any] = {}
    ignored: list[str] = []
    for kind, children in _by_kind(plan.children).items():
        each = [missing(child, pairs[child.key].inputs, pairs) for child in children]
        if all(raw == each[0] for raw in each):
            if each[0]:
                overrides[kind] = each[0]
        else:
            ignored += [f"{kind}.{name}" for name in dict.fromkeys(name for raw in each for name in raw)]
    return overrides, ignored


def _by_kind(children: Iterable[Child]) -> dict[str, list[Child]]:
    found: dict[str, list[Child]] = {}
    for child in children:
        found.setdefault(child.kind, []).append(child)
    return found
