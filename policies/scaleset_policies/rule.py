"""The type of a rule."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata

from scaleset_core.facts.fixes import Fix
from scaleset_core.facts.properties import NotKnownError
from scaleset_core.modes import Category, Conflict, Example, Mode
from scaleset_core.modes import Impact as Severity
from scaleset_core.modes.evidence import Source
from scaleset_policies.estate import Estate, Resource
from scaleset_policies.outcome import Outcome, failed, not_applicable

__all__ = ["Category", "Decide", "Example", "Fix", "Level", "Rule", "Scope", "Severity", "docs"]


_TOOLS = frozenset({"Checkov", "PSRule", "Trivy", "AzurePolicy", "APRL", "TFLint"})


@cache
def docs() -> str:
    """The URL of the folder with the rules' pages, if the distribution's metadata has one named Rules, else ``""``."""
    try:
        addresses = metadata("pulumi-azure-scaleset-policies").get_all("Project-URL") or []
    except PackageNotFoundError:
        addresses = []
    named: dict[str, str] = dict(address.split(", ", 1) for address in addresses)
    return named.get("Rules", "").rstrip("/")


class Level(StrEnum):
    """The effect of a violation, in Pulumi's terms."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"
    DISABLED = "disabled"


class Scope(StrEnum):
    """The resources that a decision needs."""

    RESOURCE = "resource"
    """One resource is enough."""
    STACK = "stack"
    """Several resources of the stack are needed."""


Decide = Callable[[Estate, Resource], Outcome]
"""A decision over one resource in its estate; pure, and never raises for unknown values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        id: ``SS001`` and so on; never changed, never reused.
        name: A readable name, also never changed: the policy's name in configurations and in Pulumi.
        title: The rule in one sentence.
        severity: How bad a violation is.
        level: The effect of a violation unless configured otherwise.
        category: The purpose of the rule.
        scope: The resources that a decision needs.
        types: The ARM types of the resources that it is about.
        path: The property that it is about.
        reason: Why it exists, as part of a sentence.
        remediation: What to do instead, as an instruction.
        sources: The pages and specifications that it comes from, the strongest first.
        decide: The decision.
        modes: The orchestration modes that it is about; None if it is not about modes.
        conflict: Set where Microsoft's own sources disagree.
        since: The first api-version of its resource in which it holds, ``""`` for all.
        until: The last api-version of its resource in which it holds, ``""`` if it still does.
        tags: Frameworks: ``WAF:Security``, ``PSRule:Azure.VMSS.PublicKey``, ``Checkov:CKV_AZURE_49``, ``APRL:...``.
        example: The smallest changes to a compliant set that break it, and those that satisfy it; None: another pack.
        fix: The one safe correction, if there is one.
    """

    id: str
    name: str
    title: str
    severity: Severity
    level: Level
    category: Category
    scope: Scope
    types: frozenset[str]
    path: str
    reason: str
    remediation: str
    sources: tuple[Source, ...]
    decide: Decide = field(repr=False)
    modes: frozenset[Mode] | None = None
    conflict: Conflict | None = None
    since: str = ""
    until: str = ""
    tags: tuple[str, ...] = ()
    example: Example | None = field(default=None, repr=False, compare=False)
    fix: Fix | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The rule's page on the web, ``""`` while the distribution has no documentation there."""
        return f"{docs()}/{self.id}.md" if docs() else ""

    @property
    def aliases(self) -> tuple[str, ...]:
        """The ids that other tools have for it (``CKV_AZURE_49``), for suppressions and configurations."""
        return tuple(name for tool, _, name in (tag.partition(":") for tag in self.tags) if tool in _TOOLS)

    @property
    def link(self) -> str:
        """Further reading: the rule's page, or the command that shows it."""
        return self.url or f"scaleset rules show {self.id}"

    def evaluate(self, estate: Estate, resource: Resource) -> Outcome:
        """The decision about ``resource``; a resource of a type that the rule is not about is not applicable.

        A decision that raises is a separate failure: it neither proves that the resource complies nor means that a
        value is unknown.
        """
        if resource.type not in self.types:
            return not_applicable(f"{self.id} looks at {', '.join(sorted(self.types))}")
        try:
            return self.decide(estate, resource)
        except NotKnownError as error:
            return Outcome(undecided=(error.path or self.path,))
        except Exception as error:  # noqa: BLE001 - one rule's fault neither stops the others nor counts as a pass
            return failed(error)
