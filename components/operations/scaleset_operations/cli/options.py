"""The options that commands share, as groups: a command names the groups, and gets them filled in."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from enum import StrEnum
from typing import Annotated, Any, get_type_hints

import typer

from scaleset_core.command.formats import Format as OutputFormat
from scaleset_core.modes import Mode
from scaleset_operations.pace import DEFAULT_CONCURRENCY
from scaleset_operations.selection import Selection, make_selection

_WHICH = "Which scale set"
_STACK = "Which stack"
_WHERE = "Where"
_ALL = "*"
"""How az writes all instances."""
_CLOUD = (
    "AzureCloud, AzureUSGovernment, AzureChinaCloud, or one that `az cloud register` made. Default: ARM_ENVIRONMENT, "
    "or that of `az cloud`."
)
_ENDPOINT = "Another Azure Resource Manager, with SCALESET_ARM_TOKEN as its token. Default: SCALESET_ARM_ENDPOINT."
_INSTANCES = "Which instances"
_PACE = "How"
_OUTPUT = "Output"


class Via(StrEnum):
    """Who does the fan-out."""

    SCHEDULED_ACTIONS = "scheduled-actions"


class OptionGroup:
    """Base of the groups: a dataclass whose fields are annotated Typer options."""


def _option(*names: str, panel: str, text: str, **more: Any) -> Any:
    return typer.Option(*names, rich_help_panel=panel, help=text, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOptions(OptionGroup):
    """Which scale set, in which Azure."""

    name: Annotated[
        str, _option("--name", "-n", panel=_WHICH, text="The scale set's name, or its whole ARM id.", metavar="NAME")
    ] = ""
    ids: Annotated[
        list[str],
        _option(
            "--ids", panel=_WHICH, metavar="ID...",
            text="Whole ARM ids, several with spaces between: of scale sets, or of instances. The sets are "
            "processed one after the other.",
        ),
    ] = field(default_factory=list)  # fmt: skip
    resource_group: Annotated[
        str,
        _option(
            "--resource-group", "-g", panel=_WHICH, metavar="GROUP",
            text="Its resource group. Default: AZURE_DEFAULTS_GROUP, or the group of `az config`.",
        ),
    ] = ""  # fmt: skip
    subscription: Annotated[
        str,
        _option(
            "--subscription", panel=_WHICH, metavar="ID",
            text="The subscription's id or name. Default: AZURE_SUBSCRIPTION_ID, ARM_SUBSCRIPTION_ID, "
            "or that of `az account`.",
        ),
    ] = ""  # fmt: skip
    stack: Annotated[
        str,
        _option(
            "--stack", panel=_WHICH, metavar="STACK",
            text="Take the scale set from the outputs of this Pulumi stack (org/project/stack, or a stack of the "
            "project in the current directory).",
        ),
    ] = ""  # fmt: skip
    cwd: Annotated[
        str, _option("--cwd", panel=_WHICH, metavar="DIR", text="The Pulumi project's directory, for --stack.")
    ] = ""
    mode: Annotated[
        Mode | None,
        _option(
            "--mode", panel=_WHICH, case_sensitive=False,
            text="The set's orchestration mode, if you know it: saves the request that reads it.",
        ),
    ] = None  # fmt: skip
    cloud: Annotated[
        str,
        _option("--cloud", panel=_WHICH, metavar="CLOUD", text=_CLOUD),
    ] = ""
    endpoint: Annotated[
        str,
        _option("--endpoint", panel=_WHICH, metavar="URL", text=_ENDPOINT),
    ] = ""
    timeout: Annotated[
        float,
        _option(
            "--timeout", panel=_PACE, min=0, metavar="SECONDS",
            text="End after this time, with a report; Azure continues its operations. 0: no limit.",
        ),
    ] = 0.0  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeOptions(OptionGroup):
    """Where to look for scale sets, in which Azure."""

    resource_group: Annotated[
        str,
        _option(
            "--resource-group", "-g", panel=_WHERE, metavar="GROUP",
            text="Only this resource group. Default: AZURE_DEFAULTS_GROUP, or the group of `az config`; else all.",
        ),
    ] = ""  # fmt: skip
    all_groups: Annotated[
        bool, _option("--all-groups", panel=_WHERE, text="The whole subscription, not only the default group.")
    ] = False
    subscription: Annotated[
        str,
        _option(
            "--subscription", panel=_WHERE, metavar="ID",
            text="The subscription's id or name. Default: AZURE_SUBSCRIPTION_ID, ARM_SUBSCRIPTION_ID, "
            "or that of `az account`.",
        ),
    ] = ""  # fmt: skip
    all_subscriptions: Annotated[
        bool, _option("--all-subscriptions", panel=_WHERE, text="Every subscription that you may read.")
    ] = False
    cloud: Annotated[str, _option("--cloud", panel=_WHERE, metavar="CLOUD", text=_CLOUD)] = ""
    endpoint: Annotated[str, _option("--endpoint", panel=_WHERE, metavar="URL", text=_ENDPOINT)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenOptions(OptionGroup):
    """Which instances, by options alone."""

    instances: Annotated[
        list[str],
        _option(
            "--instances", "--instance-ids", "-i", panel=_INSTANCES, metavar="A,B,C",
            text="Names of instances; on Uniform their numbers work too. Repeated: all of them. '*': all of the set.",
        ),
    ] = field(default_factory=list)  # fmt: skip
    everything: Annotated[bool, _option("--all", panel=_INSTANCES, text="All instances of the set.")] = False
    where: Annotated[
        list[str],
        _option(
            "--where", panel=_INSTANCES, metavar="EXPRESSION",
            text="Instances that meet every condition: power, zone, fault-domain, health, latest-model, provisioning, "
            "priority, size, name; = or !=, values separated by |. Example: power=running,zone=1|2. Repeated: every "
            "condition of each must hold.",
        ),
    ] = field(default_factory=list)  # fmt: skip

    @property
    def given(self) -> bool:
        """Whether anything was selected."""
        return bool(self.listed or self.everything or self.where)

    @property
    def listed(self) -> list[str]:
        """The names, in the order in which they were given."""
        return self.instances

    def make(self, *, required: bool = True) -> Selection:
        """The selection; names add up, and so do conditions.

        Raises:
            UsageError: the options contradict each other, or none is given although one is required.
        """
        names, where = ",".join(self.listed), ",".join(self.where)
        if names.strip() == _ALL:
            return make_selection(everything=True, where=where, required=required)
        return make_selection(names=names, everything=self.everything, where=where, required=required)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionOptions(ChosenOptions):
    """Which instances, by options or as words."""

    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", show_default=False, help="Instances by name, as with --instances."),
    ] = None

    @property
    def listed(self) -> list[str]:
        """The names, in the order in which they were given."""
        return [*self.instances, *(self.names or [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions(OptionGroup):
    """How an operation is carried out."""

    no_wait: Annotated[bool, _option("--no-wait", panel=_PACE, text="Do not wait until Azure is done.")] = False
    max_concurrency: Annotated[
        int, _option("--max-concurrency", panel=_PACE, min=1, max=200, text="Requests in progress at the same time.")
    ] = DEFAULT_CONCURRENCY
    batch: Annotated[
        int,
        _option(
            "--batch", panel=_PACE, min=0, metavar="K",
            text="Rolling: never more than K instances at once, and no further batch after one with failures.",
        ),
    ] = 0  # fmt: skip
    pause: Annotated[float, _option("--pause", panel=_PACE, min=0, metavar="SECONDS", text="Wait between batches.")] = (
        0.0
    )
    dry_run: Annotated[
        bool, _option("--dry-run", panel=_PACE, text="Print the REST calls that would be made; change nothing.")
    ] = False
    yes: Annotated[bool, _option("--yes", "-y", panel=_PACE, text="Do not ask.")] = False
    resume: Annotated[
        bool,
        _option("--resume", panel=_PACE, text="Continue the interrupted run of this command; nothing is done twice."),
    ] = False
    journal: Annotated[
        str,
        _option(
            "--journal", panel=_PACE, metavar="FILE",
            text="Where the journal of the run is kept, for `scaleset resume`. Default: a file in $XDG_STATE_HOME.",
        ),
    ] = ""  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverOptions(OptionGroup):
    """Which stack is recovered, and how."""

    stack: Annotated[
        str,
        _option(
            "--stack", panel=_STACK, metavar="STACK",
            text="The stack (org/project/stack, or a stack of the project). Default: the selected one.",
        ),
    ] = ""  # fmt: skip
    cwd: Annotated[
        str, _option("--cwd", panel=_STACK, metavar="DIR", text="The Pulumi project's directory. Default: this one.")
    ] = ""
    cloud: Annotated[
        str,
        _option("--cloud", panel=_STACK, metavar="CLOUD", text=_CLOUD),
    ] = ""
    endpoint: Annotated[
        str,
        _option("--endpoint", panel=_STACK, metavar="URL", text=_ENDPOINT),
    ] = ""
    dry_run: Annotated[bool, _option("--dry-run", panel=_PACE, text="Show what would be done; change nothing.")] = False
    yes: Annotated[
        bool, _option("--yes", "-y", panel=_PACE, text="Take out of the state what Azure does not have any more.")
    ] = False
    import_file: Annotated[
        str,
        _option(
            "--import-file", panel=_PACE, metavar="FILE",
            text="Where the file for `pulumi import` is kept. Default: recover-STACK.json in the project's directory.",
        ),
    ] = ""  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions(OptionGroup):
    """How results are printed."""

    output: Annotated[
        OutputFormat | None,
        _option(
            "--output", "-o", panel=_OUTPUT, case_sensitive=False,
            text="Default: AZURE_CORE_OUTPUT, the output of `az config`, else table.",
        ),
    ] = None  # fmt: skip
    query: Annotated[
        str, _option("--query", panel=_OUTPUT, metavar="JMESPATH", text="A JMESPath query over the result, as in az.")
    ] = ""


def _once(packed: dict[str, Any], function: Callable[..., None], values: dict[str, Any]) -> None:
    function(**packed, **values)


_runner: list[Callable[[dict[str, Any], Callable[..., None], dict[str, Any]], None]] = [_once]


def use_runner(runner: Callable[[dict[str, Any], Callable[..., None], dict[str, Any]], None]) -> None:
    """How commands run from now on: with their option groups, once or several times."""
    _runner.append(runner)


class _Grouped:
    """A command whose option-group parameters are spread into single options when its signature is asked for."""

    def __init__(self, function: Callable[..., None]) -> None:
        self._function = function
        self.__name__, self.__doc__ = function.__name__, function.__doc__

    @functools.cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self._function, include_extras=True)

    @functools.cached_property
    def _given(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self._function).parameters)

    @functools.cached_property
    def _groups(self) -> dict[str, type]:
        return {name: hint for name in self._given if _is_group(hint := self._hints[name])}

    @functools.cached_property
    def _own(self) -> set[str]:
        return self._given.keys() - self._groups.keys()

    @functools.cached_property
    def __signature__(self) -> inspect.Signature:
        """With an option for each field of the groups; the command's own goes before one of a group."""
        parameters: list[inspect.Parameter] = []
        for name, parameter in self._given.items():
            if name in self._groups:
                parameters += [each for each in _spread(self._groups[name]) if each.name not in self._own]
            else:
                kind = inspect.Parameter.KEYWORD_ONLY
                parameters.append(parameter.replace(annotation=self._hints[name], kind=kind))
        return inspect.Signature(parameters)

    @property
    def __annotations__(self) -> dict[str, Any]:  # type: ignore[override]
        """Of the spread options, for Typer."""
        return {name: each.annotation for name, each in self.__signature__.parameters.items()}

    def __call__(self, **values: Any) -> None:
        """Pack the groups again, and run the command."""
        packed = {
            name: group(
                **{each.name: values.pop(each.name) for each in dataclasses.fields(group) if each.name not in self._own}
            )
            for name, group in self._groups.items()
        }
        _runner[-1](packed, self._function, values)


def grouped(function: Callable[..., None]) -> Callable[..., None]:
    """Spread a function's option-group parameters into single options, and pack them again for the call."""
    return _Grouped(function)


def _is_group(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, OptionGroup)


def _spread(group: type) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=each.default if each.default_factory is MISSING else each.default_factory(),
            annotation=hints[each.name],
        )
        for each in dataclasses.fields(group)
    ]
