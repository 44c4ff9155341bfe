"""The types of the mode table's entries; the table itself is :mod:`scaleset_core.modes`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scaleset_core.facts.checks import Check
from scaleset_core.facts.fixes import Fix
from scaleset_core.modes.evidence import Source, backed


class Mode(StrEnum):
    """A scale set's orchestration mode, in the spelling of ``properties.orchestrationMode`` in ARM."""

    FLEXIBLE = "Flexible"
    UNIFORM = "Uniform"

    @property
    def other(self) -> "Mode":
        """The other mode."""
        return Mode.UNIFORM if self is Mode.FLEXIBLE else Mode.FLEXIBLE


class Severity(StrEnum):
    """How bad a violation is: Azure refuses an ``error``; a ``warning`` is a risk, or sources conflict."""

    ERROR = "error"
    WARNING = "warning"


class Impact(StrEnum):
    """How bad a violation is for the set's operator, on the scale of policy engines and code scanning."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Category(StrEnum):
    """The purpose of a rule; a policy configuration can set the level of a whole category."""

    CORRECTNESS = "correctness"
    PROTECTION = "protection"
    OUTBOUND = "outbound"
    GOOD_PRACTICE = "good-practice"


class Subject(StrEnum):
    """The resources that a rule needs for its decision."""

    SCALE_SET = "scale set"
    """One ``Microsoft.Compute/virtualMachineScaleSets`` resource is enough."""
    VIRTUAL_MACHINE = "virtual machine"
    """One ``Microsoft.Compute/virtualMachines`` resource that is a member of a Flexible set."""
    LOAD_BALANCER = "load balancer"
    """One ``Microsoft.Network/loadBalancers`` resource and the mode of the set that it serves."""
    RELATED = "related resources"
    """Several resources together: a set, its instances, their network and their locks."""


class RouteKind(StrEnum):
    """How one mode performs a row of the table."""

    SET_CALL = "set call"
    """One call of the scale-set API, which takes instance ids if the row is about instances."""
    INSTANCE_CALL = "instance call"
    """One call for each scale-set VM (``virtualMachineScaleSetVMs``)."""
    VM_CALL = "virtual machine call"
    """One call for each virtual machine (``virtualMachines``): the fan-out of Flexible sets."""
    VM_EXTENSION_CALL = "extension call on each virtual machine"
    """One ``virtualMachineExtensions`` call for each virtual machine."""
    VM_LIST = "list call over the virtual machines"
    """One paged ``virtualMachines`` list call, filtered by the id of the scale set."""
    SCHEDULED_ACTIONS = "scheduled actions batch"
    """One ``Microsoft.ComputeSchedule`` call for up to a hundred virtual machines; Azure does the fan-out."""
    RESOURCE_GRAPH = "Resource Graph query"
    """One paged Azure Resource Graph query for any number of instances."""
    LOCK = "management lock"
    """A ``Microsoft.Authorization/locks`` resource on the virtual machine."""
    DECLARED = "declared"
    """No call: a property or a resource that the component declares."""
    UNSUPPORTED = "unsupported"
    """The mode has no equivalent; ``reason`` and ``alternative`` say why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How one mode performs one row.

    Attributes:
        kind: The kind of route.
        group: The REST operation group, as azure-mgmt-compute names it (``virtual_machine_scale_sets``), or ``""``.
        method: The client's method in that group (``begin_restart``), or ``""``.
        http: The verb and the last part of the URL (``POST restart``), or ``""``.
        condition: A condition that each instance must meet first (``ephemeral-os-disk``, ``spot``), or ``""``.
        note: One or two sentences for users about this route, or ``""``.
        reason: For an unsupported route: why it does not exist.
        alternative: For an unsupported route: what to do instead, as an instruction.
        since: The first api-version that has this route, or ``""`` if all have it.
        instance_ids: Whether the call takes instance ids in its body: ``"optional"`` (none means all), ``"required"``
            (``*`` means all), or ``""`` if it takes none.
        query: The query parameters that a user may set, in ARM's spelling (``skipShutdown``).
        reads: Whether it changes nothing; every other call writes.
        answers: Whether it writes and what it answers is what the user asked for (the output of a script).
        deletes: What it deletes: ``"instance"``, ``"extension"``, ``"lock"``, or ``""``.
        whole_body: Whether it takes the whole model: a change is merged into what was read, and all of it is sent.
        from_set: Whether it applies the set's model: instances with their own model cannot take part.
        variants: Other routes to the same thing, by the option that chooses them (``each-machine``, ``live``).
    """

    kind: RouteKind
    group: str = ""
    method: str = ""
    http: str = ""
    condition: str = ""
    note: str = ""
    reason: str = ""
    alternative: str = ""
    since: str = ""
    instance_ids: str = ""
    query: tuple[str, ...] = ()
    reads: bool = False
    answers: bool = False
    deletes: str = ""
    whole_body: bool = False
    from_set: bool = False
    variants: "tuple[tuple[str, Route], ...]" = ()

    @property
    def supported(self) -> bool:
        """Whether the mode has a route for this row."""
        return self.kind is not RouteKind.UNSUPPORTED

    def variant(self, option: str) -> "Route | None":
        """The route that ``option`` chooses, or None if this route has no such variant."""
        return dict(self.variants).get(option)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the API comparison: one task, and its route in each mode.

    Attributes:
        id: The row's id (``instance.power-off``).
        section: Its heading in Microsoft's table.
        title: What it does, in a few words.
        uniform: The route on a Uniform set.
        flexible: The route on a Flexible set.
        command: The ``scaleset`` command that performs it (``instances power-off``), or ``""``.
        source: The source of the facts, with newer evidence where it takes precedence over the 2021 page.
        risk: ``"loss"`` if data or machines are lost (OS disks, temporary disks), ``"outage"`` if machines stop,
            restart or change, ``""`` if nothing is at risk.
    """

    id: str
    section: str
    title: str
    uniform: Route
    flexible: Route
    command: str
    source: str
    risk: str = ""

    def route(self, mode: Mode) -> Route:
        """This row's route in ``mode``."""
        return self.uniform if mode is Mode.UNIFORM else self.flexible


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two Microsoft sources disagree about a rule.

    Attributes:
        stale: The statement that this project does not follow.
        followed: What this project does, and why.
    """

    stale: str
    followed: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One program.

    Attributes:
        mode: The mode of the set ``web`` that it starts from, which complies with every rule.
        changes: The changed values, by place.
        parts: Resources besides the set: ``machine`` (a member ``web-0`` with its interface), ``balancer`` and so on.
    """

    mode: Mode
    changes: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A program that breaks a rule and one that complies with it.

    Attributes:
        bad: A program that breaks the rule.
        good: The same program, corrected.
        places: Where they differ from the program that complies with every rule; a page shows these places.
        also: Numbers of other rules that the bad program unavoidably breaks.
        tolerates: Numbers of rules that the good program unavoidably breaks.
        before: For rules about a change: the named resources' previous properties.
        note: A sentence about the programs, or ``""``.
    """

    bad: Sample
    good: Sample
    places: tuple[str, ...]
    also: tuple[str, ...] = ()
    tolerates: tuple[str, ...] = ()
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyRule:
    """One fact about a property: what a mode requires, forbids or limits. This record has all that is known about it.

    Attributes:
        id: The rule's id, a readable slug that never changes.
        number: Its short name, ``SS001`` and so on: assigned once, never changed, never reused.
        modes: The modes in which it applies.
        subject: The resources that it needs for its decision.
        path: The property, in ARM's spelling without the ``properties`` wrappers (as azure-native flattens it).
        argument: The ``ScaleSet`` argument behind that property, or ``""`` if the component never emits it.
        statement: The rule in one sentence.
        reason: Why Azure has it.
        alternative: What to do instead, as an instruction.
        severity: ``error`` if Azure refuses it, ``warning`` if it is a risk or if sources conflict.
        impact: How bad a violation is for the set's operator.
        category: Its purpose.
        sources: Where it comes from, the strongest first.
        conflict: Set where Microsoft's own sources disagree.
        since: The first api-version of its resource in which it holds, ``""`` for all.
        until: The last api-version of its resource in which it holds, ``""`` if it still does.
        check: The check over one resource's properties; None if several resources are needed: then the policies make
            the decision over all of them, and refer to this rule by its id.
        machine: Whether a rule on a set's profile also applies to each virtual machine of a Flexible set;
            ``checks.machine_view`` shows the machine's properties as a profile.
        fix: The one safe correction, if there is one.
        example: The smallest changes to a compliant set that break it, and those that satisfy it.
    """

    id: str
    number: str
    modes: frozenset[Mode]
    subject: Subject = Subject.SCALE_SET
    path: str
    argument: str = ""
    statement: str
    reason: str
    alternative: str
    severity: Severity = Severity.ERROR
    impact: Impact
    category: Category = Category.CORRECTNESS
    sources: tuple[Source, ...]
    conflict: Conflict | None = None
    since: str = ""
    until: str = ""
    check: Check | None = None
    machine: bool = False
    fix: Fix | None = None
    example: Example = field(repr=False, compare=False)

    def holds_in(self, version: str) -> bool:
        """Whether it applies to this api-version of its resource; it does if the version is not known (``""``)."""
        date = version[: len("2026-04-01")]
        return not date or ((not self.since or date >= self.since) and (not self.until or date <= self.until))

    @property
    def contested(self) -> bool:
        """Whether it may be wrong: Microsoft's sources disagree, or none of its sources is Microsoft's.

        Such a rule does not stop anybody permanently: the component accepts it by its id, the policies only advise.
        """
        return self.conflict is not None or not backed(self.sources)

    @property
    def doubt(self) -> str:
        """Why it is contested, in a few words; ``""`` if it is not."""
        if self.conflict is not None:
            return "Microsoft's sources disagree"
        return "" if backed(self.sources) else "no source of Microsoft's says so"
