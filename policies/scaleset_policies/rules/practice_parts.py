"""Helpers of rules apart from the mode table: where a machine is described, and how such a rule is defined."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from scaleset_core.facts import images
from scaleset_core.facts.checks import Finding, NotDecided, evaluate
from scaleset_core.facts.properties import UNKNOWN, NotKnownError, View
from scaleset_core.modes import Example, Mode
from scaleset_core.modes.evidence import Source
from scaleset_policies import arm_types
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import PASSES, Outcome, not_applicable, told
from scaleset_policies.relations import mode_of
from scaleset_policies.rule import Category, Decide, Level, Rule, Scope, Severity

PROFILE: Final = "virtualMachineProfile"
_SET_EXTENSIONS: Final = f"{PROFILE}.extensionProfile.extensions"
Check = Callable[[View], Iterator[Finding | NotDecided]]
"""A check over the description of one machine, or of one resource."""

SETS: Final = frozenset({arm_types.SCALE_SET})
MACHINES: Final = frozenset({arm_types.SCALE_SET, arm_types.VIRTUAL_MACHINE})
EXTENSIONS: Final = frozenset({arm_types.SCALE_SET, arm_types.SCALE_SET_EXTENSION, arm_types.VM_EXTENSION})


def practice(
    number: str,
    name: str,
    *,
    title: str,
    reason: str,
    remediation: str,
    path: str,
    sources: tuple[Source, ...],
    decide: Decide,
    example: Example,
    severity: Severity = Severity.MEDIUM,
    level: Level = Level.ADVISORY,
    types: frozenset[str] = SETS,
    scope: Scope = Scope.RESOURCE,
    modes: Iterable[Mode] | None = None,
    tags: tuple[str, ...] = (),
) -> Rule:
    """A rule of good practice: advisory unless configured otherwise."""
    return Rule(
        id=number,
        name=name,
        title=title,
        severity=severity,
        level=level,
        category=Category.GOOD_PRACTICE,
        scope=scope,
        types=types,
        path=path,
        reason=reason,
        remediation=remediation,
        sources=sources,
        decide=decide,
        modes=frozenset(modes) if modes is not None else None,
        tags=tags,
        example=example,
    )


def refused(
    number: str,
    name: str,
    *,
    types: frozenset[str] = MACHINES,
    level: Level = Level.MANDATORY,
    **more: Any,
) -> Rule:
    """A rule about what Azure refuses whatever the mode: mandatory unless it says otherwise.

    Args:
        number: Its id.
        name: Its name.
        types: The types that it is about.
        level: Its level.
        **more: The other attributes of :class:`Rule`.
    """
    return Rule(
        id=number,
        name=name,
        severity=Severity.MEDIUM,
        level=level,
        category=Category.CORRECTNESS,
        scope=Scope.RESOURCE,
        types=types,
        tags=("WAF:OperationalExcellence",),
        **more,
    )


def on_resource(check: Check) -> Decide:
    """``check`` over all of a resource's properties."""

    def decide(_: Estate, resource: Resource) -> Outcome:
        return run(check, resource.view)

    return decide


def on_profile(check: Check, *modes: Mode) -> Decide:
    """``check`` over all properties of a set that creates instances from a profile (in one of ``modes``)."""

    def decide(_: Estate, resource: Resource) -> Outcome:
        found = resource.view.first(PROFILE)
        if found is None:
            return not_applicable("the set has no profile")
        mode = mode_of(resource)
        if modes and mode is not UNKNOWN and mode not in modes:
            return not_applicable(f"the rule is about {' or '.join(modes)} sets")
        outcome = run(check, resource.view)
        if modes and mode is UNKNOWN and (outcome.findings or outcome.undecided):
            return Outcome(undecided=("orchestrationMode", *outcome.undecided))
        return outcome

    return decide


def on_machine(check: Check) -> Decide:
    """``check`` over the description of a machine: a set's profile, or a virtual machine that is a member of a set."""

    def decide(_: Estate, resource: Resource) -> Outcome:
        if resource.type == arm_types.VIRTUAL_MACHINE:
            if resource.view.first("virtualMachineScaleSet") is None:
                return not_applicable("the virtual machine is in no scale set")
            return run(check, resource.view)
        found = resource.view.first(PROFILE)
        if found is None:
            return not_applicable("the set has no profile")
        return run(check, View(found.value, PROFILE))

    return decide


def run(check: Check, view: View) -> Outcome:
    """The outcome of ``check``."""
    return told(evaluate(check, view))


def extensions(resource: Resource) -> list[View]:
    """The extensions that a resource describes: those of a set's profile, or the extension resource itself.

    Raises:
        NotKnownError: the list is not known.
    """
    if resource.type != arm_types.SCALE_SET:
        return [resource.view]
    return list(resource.view.members(f"{PROFILE}.extensionProfile.extensions"))


def on_extensions(check: Check) -> Decide:
    """``check`` over each extension that a resource describes."""

    def decide(_: Estate, resource: Resource) -> Outcome:
        def all_of_them(__: View) -> Iterator[Finding | NotDecided]:
            for extension in extensions(resource):
                outcome = evaluate(check, extension)
                yield from outcome.findings
                yield from map(NotDecided, outcome.undecided)

        return run(all_of_them, resource.view)

    return decide


def extension_kind(extension: View) -> str:
    """``publisher/type`` of an extension in lower case; a separate resource may use azure-native's name for its type.

    Raises:
        NotKnownError: one of the two is not known.
    """
    publisher = str(extension.value("publisher", "")).lower()
    raw = extension.raw
    own = isinstance(raw, Mapping) and "typePropertiesType" in raw
    kind = extension.value("typePropertiesType" if own else "type", "")
    return f"{publisher}/{str(kind).lower()}"


def is_windows(machine: View) -> bool | None:
    """Whether a machine runs Windows; None if neither its description nor its image says it.

    Raises:
        NotKnownError: the operating system's description is not known.
    """
    system = images.operating_system(machine)
    return None if system is None else system == images.WINDOWS


def or_own(check: Check, kinds: frozenset[str]) -> Decide:
    """``check`` over a set's profile; an extension of these kinds that is a separate resource satisfies it too."""
    of_profile = on_profile(check)

    def decide(estate: Estate, resource: Resource) -> Outcome:
        outcome = of_profile(estate, resource)
        if not outcome.findings:
            return outcome
        if not estate.whole:
            return Outcome(undecided=("the extensions that are separate resources",))
        unsure = None
        for extension in estate.of_type(arm_types.SCALE_SET_EXTENSION):
            owner = estate.parent(extension)
            if owner is not None and owner is not resource:
                continue
            try:
                fits = extension_kind(extension.view) in kinds
            except NotKnownError:
                unsure = extension
                continue
            if fits and owner is not None:
                return PASSES
            unsure = extension if fits else unsure
        return outcome if unsure is None else Outcome(undecided=(f"what {unsure} adds to which set",))

    return decide


def has_extension(view: View, kinds: frozenset[str]) -> bool:
    """Whether one of the profile's extensions is of these kinds; an unknown one may be."""
    hidden = None
    for extension in view.members(_SET_EXTENSIONS):
        try:
            if extension_kind(extension) in kinds:
                return True
        except NotKnownError as error:
            hidden = error
    if hidden is not None:
        raise hidden
    return False
