"""From an estate to the pictures of its scale sets."""

from __future__ import annotations

from collections.abc import Iterable

from scaleset_core.facts.properties import Found
from scaleset_core.modes import Mode
from scaleset_core.picture import NOT_KNOWN, Kind, Node, Picture, compare, instance_facts
from scaleset_core.picture.builder import Builder, key_of
from scaleset_core.picture.texts import place, plain
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.preview.network import NetworkDrawing
from scaleset_policies.preview.values import all_of, deployed, name_of, parts, parts_at, text_at
from scaleset_policies.relations import interfaces_of, locks_on, mode_of, set_of

_PROFILE = "virtualMachineProfile.networkProfile.networkInterfaceConfigurations"
_MOST = 5_000
"""Of a larger capacity no set can have, no more instances are drawn."""


def pictures_of(estate: Estate, source: str, problems: Iterable[str] = ()) -> list[Picture]:
    """One picture for each scale set of the estate.

    Args:
        estate: The input's resources.
        source: What the input is, for the heading.
        problems: Sentences about what of the input could not be understood.
    """
    members: dict[str, list[Resource]] = {}
    for machine in estate.of_type(arm_types.VIRTUAL_MACHINE):
        for each in all_of(set_of(estate, machine)):
            members.setdefault(each.key, []).append(machine)
    return [
        _Drawing(estate, scale_set).picture(members.get(scale_set.key, []), source, tuple(problems))
        for scale_set in estate.of_type(arm_types.SCALE_SET)
    ]


class _Drawing:
    """One set's picture in the making."""

    def __init__(self, estate: Estate, scale_set: Resource) -> None:
        self._estate = estate
        self._set = scale_set
        self._name = name_of(scale_set)
        self._builder = Builder()
        self._network = NetworkDrawing(estate, self._builder)
        self._drawn: list[tuple[Resource, str]] = []

    def picture(self, members: list[Resource], source: str, problems: tuple[str, ...]) -> Picture:
        found = mode_of(self._set)
        mode = found if isinstance(found, Mode) else None
        count = self._profile(mode)
        for machine in members:
            self._machine(machine)
        self._policies()
        self._locks()
        instances = plain(len(members) + count) if isinstance(count, int) else f"{len(members)} and more: {NOT_KNOWN}"
        return Picture(
            name=self._name,
            mode=mode,
            facts=self._facts(mode, instances, source),
            nodes=self._builder.drawn,
            edges=self._builder.edges,
            unread=(*problems, *self._network.unread),
        )

    def _facts(self, mode: Mode | None, instances: str, source: str) -> dict[str, str]:
        segments = self._set.id.strip("/").split("/") if isinstance(self._set.id, str) else []
        known = dict(zip((each.lower() for each in segments[0:4:2]), segments[1:4:2], strict=False))
        group = text_at(self._set, "resourceGroupName")
        if group in {"", NOT_KNOWN}:
            group = _written(known.get("resourcegroups", ""))
        facts = {
            "Mode": mode.value if mode else NOT_KNOWN,
            "Location": text_at(self._set, "location") or NOT_KNOWN,
            "Subscription": _written(known.get("subscriptions", "")),
            "Resource group": group,
            "Zones": text_at(self._set, "zones") or "none",
            "Instances": instances,
            "Size": text_at(self._set, "sku.name"),
            "Upgrade policy": text_at(self._set, "upgradePolicy.mode"),
            "Source": source,
        }
        return {label: text for label, text in facts.items() if text}

    def _profile(self, mode: Mode | None) -> int | None:
        """Draw the instances that Azure makes from the profile; None if their number is not known."""
        if self._set.view.first("virtualMachineProfile") is None:
            return 0
        capacity = self._set.view.first("sku.capacity")
        number = _count(capacity)
        zones = text_at(self._set, "zones")
        where = place(zones) if "," not in zones else f"zones {zones}: Azure chooses"
        spot = text_at(self._set, "virtualMachineProfile.priority") == "Spot"
        size = text_at(self._set, "sku.name")
        facts = instance_facts(
            size=f"Spot {size}" if spot else size,
            addresses=[f"address {NOT_KNOWN}"],
            more={"Made": "by Azure, from the profile"},
        )
        keys = []
        titles = (
            [f"{self._name} #{each + 1}" for each in range(min(number, _MOST))]
            if number is not None
            else [f"{self._name}: {NOT_KNOWN} how many"]
        )
        for title in titles:
            node = Node(
                key=key_of(Kind.INSTANCE, title.removeprefix(self._name)),
                kind=Kind.INSTANCE,
                title=title,
                facts=facts,
                place=where,
                replaced=self._set.replaced,
                fixed=f"{mode.value if mode else NOT_KNOWN} in {text_at(self._set, 'location') or NOT_KNOWN}",
            )
            keys.append(self._builder.put(node))
        self._drawn += [(self._set, key) for key in keys]
        if keys:
            self._profile_interfaces(keys)
        return number

    def _profile_interfaces(self, instances: list[str]) -> None:
        """One node for each interface of the profile: its addresses are given when instances are made."""
        for index, face in enumerate(parts_at(self._set, _PROFILE)):
            title = f"{plain(face.get('name')) or index} of the profile"
            own = parts(face.get("ipConfigurations"))
            public = any(each.get("publicIPAddressConfiguration") is not None for each in own)
            facts = {"Addresses": f"{NOT_KNOWN} before deployment" + (", with a public one each" if public else "")}
            key = self._builder.add(Kind.INTERFACE, f"profile/{title}", title, facts)
            for each in own:
                self._network.connect(self._set, f"{_PROFILE}[].ipConfigurations[]", each, key)
            if face.get("networkSecurityGroup") is not None:
                self._network.guard(self._set, f"{_PROFILE}[].networkSecurityGroup.id", key)
            for instance in instances:
                self._builder.line(key, instance)

    def _machine(self, machine: Resource) -> None:
        """Draw a separate virtual machine that is a member of the set."""
        name = name_of(machine)
        faces = list(all_of(interfaces_of(self._estate, machine)))
        drawn = [self._interface(face) for face in faces]
        size = text_at(machine, "hardwareProfile.vmSize")
        zone = text_at(machine, "zones")
        locks = [f"{name_of(lock.resource)} ({lock.level or NOT_KNOWN})" for lock, _ in locks_on(self._estate, machine)]
        node = Node(
            key=key_of(Kind.INSTANCE, name),
            kind=Kind.INSTANCE,
            title=name,
            facts=instance_facts(
                size=f"Spot {size}" if text_at(machine, "priority") == "Spot" else size,
                addresses=[text for _, texts in drawn for text in texts] or [f"address {NOT_KNOWN}"],
                more={"Made": "by the program"},
                protection=", ".join(locks),
            ),
            place=place(zone, text_at(machine, "platformFaultDomain")),
            source=machine.key,
            replaced=machine.replaced,
            fixed=f"{text_at(machine, 'location') or NOT_KNOWN}, zone {zone or 'none'}",
        )
        key = self._builder.put(node)
        self._drawn.append((machine, key))
        for face, _ in drawn:
            self._builder.line(face, key)

    def _interface(self, interface: Resource) -> tuple[str, list[str]]:
        texts = []
        for index, each in enumerate(parts_at(interface, "ipConfigurations")):
            answered = deployed(interface, "ipConfigurations", index, "privateIPAddress")
            texts.append(plain(each.get("privateIPAddress")) or answered or f"address {NOT_KNOWN}")
            if each.get("publicIPAddress") is not None:
                texts.append(f"{self._network.address(interface, 'ipConfigurations[].publicIPAddress.id')} (public)")
        name = name_of(interface)
        key = self._builder.add(
            Kind.INTERFACE,
            name,
            name,
            {"Addresses": ", ".join(texts) or NOT_KNOWN},
            source=interface.key,
            replaced=interface.replaced,
        )
        for each in parts_at(interface, "ipConfigurations"):
            self._network.connect(interface, "ipConfigurations[]", each, key)
        self._network.guard(interface, "networkSecurityGroup.id", key)
        self._drawn.append((interface, key))
        return key, texts

    def _policies(self) -> None:
        """Draw the protection policies that the program sets on instances (Uniform)."""
        for each in self._estate.children(self._set, arm_types.SCALE_SET_VM):
            instance = text_at(each, "instanceId") or name_of(each)
            kept = [
                text
                for path, text in (("protectFromScaleIn", "scale-in"), ("protectFromScaleSetActions", "set actions"))
                if text_at(each, f"protectionPolicy.{path}") == "yes"
            ]
            title = f"protection of {instance}"
            facts = {"Protects from": ", ".join(kept) or "nothing", "On": instance}
            key = self._builder.add(Kind.LOCK, f"policy/{instance}", title, facts, source=each.key)
            self._builder.line(key_of(Kind.INSTANCE, instance), key)

    def _locks(self) -> None:
        around = [(resource, key) for key, resource in self._network.drawn.items()]
        for resource, key in [*self._drawn, (self._set, ""), *around]:
            for lock, sure in locks_on(self._estate, resource):
                facts = {"Level": lock.level or NOT_KNOWN, "On": name_of(resource) + ("" if sure else ", perhaps")}
                name = name_of(lock.resource)
                drawn = self._builder.add(
                    Kind.LOCK, f"{name_of(resource)}/{name}", name, facts, source=lock.resource.key
                )
                self._builder.line(key, drawn)


def _count(capacity: Found | None) -> int | None:
    """The number of instances that a set's capacity asks for; None if it is not known."""
    if capacity is None:
        return 0
    return capacity.value if isinstance(capacity.value, int) else None


def _written(segment: str) -> str:
    """A segment of an id; one in braces means that it is not known."""
    return segment if segment and "{" not in segment else NOT_KNOWN


def paired(old: list[Picture], new: list[Picture], against: str) -> list[Picture]:
    """Each set of either input, compared with what it was; matched by name, else as the only ones."""
    before = {each.name.lower(): each for each in old}
    left = [each for each in old if each.name.lower() not in {other.name.lower() for other in new}]
    fresh = [each for each in new if each.name.lower() not in before]
    if len(left) == len(fresh) == 1:
        before[fresh[0].name.lower()] = left.pop()
    found = [compare(before.get(each.name.lower()), each, against) for each in new]
    return found + [compare(each, None, against) for each in left]
