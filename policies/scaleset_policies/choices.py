"""The closed lists that the command line and the check have in common; importing them loads no rule."""

from enum import StrEnum


class Format(StrEnum):
    """A format that can be checked."""

    STACK = "stack"
    """``pulumi stack export`` or a checkpoint file."""
    PREVIEW = "preview"
    """``pulumi preview --json``."""
    ANALYZE = "analyze"
    """NDJSON engine events: ``pulumi policy analyze --json``, or an event log."""
    ARM = "arm"
    """An Azure Resource Manager template."""
    BICEP = "bicep"
    """The output of ``bicep build``: an ARM template."""
    TERRAFORM = "terraform"
    """``terraform show -json`` of a plan or a state."""
    AZURE = "azure"
    """Resources as Azure answers: ``az vmss show``, ``az vm list``, ``az rest``, Resource Graph."""
    WHAT_IF = "what-if"
    """``az deployment group what-if --no-pretty-print``."""


class ReportFormat(StrEnum):
    """A format of a report."""

    TEXT = "text"
    """For people."""
    JSON = "json"
    """Everything, for programs."""
    SARIF = "sarif"
    """SARIF 2.1.0, for code scanning."""
    JUNIT = "junit"
    """JUnit XML, for test reports."""
    GITHUB = "github"
    """Workflow commands, which GitHub Actions shows next to the lines."""


class Group(StrEnum):
    """What the findings for people are grouped by."""

    SET = "set"
    """The scale set: what is the same for several of its machines is reported once."""
    NONE = "none"
    """The resource: every finding by itself."""


class FailOn(StrEnum):
    """What makes a check fail."""

    ERROR = "error"
    """A violation of a rule whose level is mandatory."""
    WARNING = "warning"
    """Any violation."""
    UNDECIDED = "undecided"
    """Any violation, and any rule that could not be decided."""
    NEVER = "never"
    """Only an input that cannot be read, or a rule that failed."""
