"""The types of the mode table's entries; the table itself is :mod:`scaleset_core.modes`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scaleset_core.facts.checks import Check
from scaleset_core.facts.fixes import Fix


class Mode(StrEnum):
    """A scale set's orchestration mode, spelt as ARM spells ``properties.orchestrationMode``."""

    FLEXIBLE = "Flexible"
    UNIFORM = "Uniform"

    @property
    def other(self) -> "Mode":
        """The other of the two modes."""
        return Mode.UNIFORM if self is Mode.FLEXIBLE else Mode.FLEXIBLE


class Severity(StrEnum):
    """How bad a broken rule is: an ``error`` is refused by Azure, a ``warning`` is a risk or contested."""

    ERROR = "error"
    WARNING = "warning"


class Impact(StrEnum):
    """How bad it is for whoever runs the set, as policy engines and code scanning grade it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Category(StrEnum):
    """What a rule is for; a configuration of the policies can set the level of a whole category."""

    CORRECTNESS = "correctness"
    PROTECTION = "protection"
    OUTBOUND = "outbound"
    GOOD_PRACTICE = "good-practice"


class Subject(StrEnum):
    """What a rule has to look at before it can be decided."""

    SCALE_SET = "scale set"
    """One ``Microsoft.Compute/virtualMachineScaleSets`` resource is enough."""
    VIRTUAL_MACHINE = "virtual machine"
    """One ``Microsoft.Compute/virtualMachines`` resource that is a member of a Flexible set."""
    LOAD_BALANCER = "load balancer"
    """One ``Microsoft.Network/loadBalancers`` resource and the mode of the set that it serves."""
    RELATED = "related resources"
    """Several resources together: a set, its instances, their network and their locks."""


class RouteKind(StrEnum):
    """How a row of the table is reached in one mode."""

    SET_CALL = "set call"
    """One call of the scale-set API, which takes instance ids where the row is about instances."""
    INSTANCE_CALL = "instance call"
    """One call a scale-set VM (``virtualMachineScaleSetVMs``)."""
    VM_CALL = "virtual machine call"
    """One call a virtual machine (``virtualMachines``): the fan-out of Flexible sets."""
    VM_EXTENSION_CALL = "extension call on each virtual machine"
    """One ``virtualMachineExtensions`` call a virtual machine."""
    VM_LIST = "list call over the virtual machines"
    """One paged ``virtualMachines`` list call, filtered by the id of the scale set."""
    SCHEDULED_ACTIONS = "scheduled actions batch"
    """One ``Microsoft.ComputeSchedule`` call for up to a hundred virtual machines; Azure does the fan-out."""
    RESOURCE_GRAPH = "Resource Graph query"
    """One paged Azure Resource Graph query for any number of instances."""
    LOCK = "management lock"
    """A ``Microsoft.Authorization/locks`` resource on the virtual machine."""
    DECLARED = "declared"
    """Nothing to call: a property or a resource that the component declares."""
    UNSUPPORTED = "unsupported"
    """The mode has no equivalent; ``reason`` and ``alternative`` say why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How one row is reached in one mode.

    Attributes:
        kind: The kind of route.
        group: The REST operation group, as azure-mgmt-compute names it (``virtual_machine_scale_sets``), or ``""``.
        method: The client's method in that group (``begin_restart``), or ``""``.
        http: The verb and the last part of the URL (``POST restart``), or ``""``.
        condition: A condition that each instance must meet first (``ephemeral-os-disk``, ``spot``), or ``""``.
        note: What a person should know about this route, one or two sentences, or ``""``.
        reason: For an unsupported route: why it does not exist.
        alternative: For an unsupported route: what to do instead, as an instruction.
        since: The first api-version that has this route, or ``""`` where it was always there.
        instance_ids: Whether the call takes instance ids in its body: ``"optional"`` (none means all), ``"required"``
            (``*`` means all), or ``""`` where it takes none.
        query: The query parameters that a person may set, in ARM's spelling (``skipShutdown``).
        reads: Whether it changes nothing; every other call writes.
        deletes: What is gone afterwards: ``"instance"``, ``"extension"``, ``"lock"``, or ``""``.
        whole_body: Whether it takes the whole model back: a change is merged into what was read, and all of it is sent.
        from_set: Whether it gives instances the set's model: those that have a model of their own cannot take part.
        variants: Other routes to the same thing, by the option that chooses them (``set-level``, ``live``).
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
    deletes: str = ""
    whole_body: bool = False
    from_set: bool = False
    variants: "tuple[tuple[str, Route], ...]" = ()

    @property
    def supported(self) -> bool:
        """Whether the mode has this at all."""
        return self.kind is not RouteKind.UNSUPPORTED

    def variant(self, option: str) -> "Route | None":
        """The route that ``option`` chooses, or None where this route has no such variant."""
        return dict(self.variants).get(option)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the API comparison: one thing to do, and its route in each mode.

    Attributes:
        id: The row's id (``instance.power-off``).
        section: The heading of Microsoft's table that it stands under.
        title: What it does, in a few words.
        uniform: The route on a Uniform set.
        flexible: The route on a Flexible set.
        command: The ``scaleset`` command that performs it (``instances power-off``), ``""`` if none does.
        source: Where the facts come from; ``newer`` evidence is named where it wins over the 2021 page.
        risk: ``"loss"`` where data or machines are gone afterwards (OS disks, temporary disks), ``"outage"`` where
            machines stop, restart or change, ``""`` where nothing is at risk.
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
        stale: What the source says that this project does not follow.
        followed: What this project does, and why.
    """

    stale: str
    followed: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One program.

    Attributes:
        mode: The mode of the set ``web`` that it starts from, which keeps every rule.
        changes: The other values, by place.
        parts: What stands beside the set: ``machine`` (a member ``web-0`` with its interface), ``balancer`` and so on.
    """

    mode: Mode
    changes: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What breaks a rule and what keeps it.

    Attributes:
        bad: A program that breaks the rule.
        good: The same program, corrected.
        places: Where they differ from the program that keeps every rule, and what a page shows of them.
        also: Numbers of rules that the bad program cannot help breaking too.
        tolerates: Numbers of rules that the good program cannot help breaking.
        before: For rules about a change: what the named resources' properties were before.
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
    """One fact about a property: what a mode requires, forbids or limits. All that is known of it stands here.

    Attributes:
        id: The rule's id, a readable slug that never changes.
        number: Its short name, ``SS001`` to ``SS099``: given once, never changed, never used again.
        modes: The modes in which it applies.
        subject: What has to be looked at.
        path: The property, in ARM's spelling without the ``properties`` wrappers (as azure-native flattens it).
        argument: The ``ScaleSet`` argument behind that property, or ``""`` where the component never emits it.
        statement: The rule in one sentence.
        reason: Why Azure has it.
        alternative: What to do instead, as an instruction.
        severity: ``error`` where Azure refuses it, ``warning`` where it is a risk or where sources conflict.
        impact: How bad it is.
        category: What it is for.
        source: The page or SDK text it comes from.
        conflict: Set where Microsoft's own sources disagree.
        check: The decision over one resource's properties; None where several resources are needed: then the policies
            decide over what they know of all of them, and name this rule by its id.
        machine: Whether a rule on a set's profile holds for each virtual machine of a Flexible set as well;
            ``checks.machine_view`` shows the machine's properties as a profile.
        fix: The one safe correction, if there is one.
        example: The least that breaks it and the least that keeps it.
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
    source: str
    conflict: Conflict | None = None
    check: Check | None = None
    machine: bool = False
    fix: Fix | None = None
    example: Example = field(repr=False, compare=False)
