"""The applications of the command line: their commands are built when they are asked for.

Typer builds every command of a group before it runs one of them. A group here has dozens, with twenty options each:
that took longer than all the rest of a help screen.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import partial
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_command_from_info, get_command_name, get_group

from scaleset_core.command import helping, nearest, plain
from scaleset_core.command.once import OnceCommand

PLAIN: Mapping[str, Any] = {
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}
"""The settings of every group and command: help and errors are plain text and do not wait for Rich."""


_SENTENCE = 300
"""The longest sentence, in characters, that a list of commands shows whole."""


class Commands(MutableMapping[str, Any]):
    """The commands of a group by their name; each is built once, when it is first asked for."""

    def __init__(self) -> None:
        self._makers: dict[str, Callable[[], Any]] = {}
        self._made: dict[str, Any] = {}
        self.lines: dict[str, Any] = {}
        """For each a command without parameters, for the line that tells what it does."""

    def add(self, name: str, line: Any, make: Callable[[], Any]) -> None:
        """Add a command that ``make`` builds."""
        self._makers[name], self.lines[name] = make, line

    def __getitem__(self, name: str) -> Any:
        """The command, built by now."""
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        """Add a command that is built already."""
        self.add(name, command, lambda: command)

    def __delitem__(self, name: str) -> None:
        """Remove a command."""
        del self._makers[name], self.lines[name]
        self._made.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        """The names; builds nothing."""
        return iter(self._makers)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a command; builds nothing."""
        return name in self._makers

    def __len__(self) -> int:
        """How many there are."""
        return len(self._makers)


class Group(TyperGroup):
    """A group that names the nearest command where one does not exist, also where it is one of az or Pulumi."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names.

        Raises:
            typer.BadParameter: there is none, and another command is meant.
        """
        if args and self.get_command(ctx, args[0]) is None:
            nearest.check_command(ctx, args)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base class's shape
        """The names, in the order in which they were declared."""
        return list(self.commands)

    def get_params(self, ctx: Any) -> list[Any]:
        """The options; plain values of them are taken as they are."""
        return plain.quicken(super().get_params(ctx))

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the base class's shape
        """What the group is for."""
        helping.write_text(self.help or "", formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The options, under their headings, and the commands."""
        helping.write_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def lines(self, ctx: Any) -> Mapping[str, Any]:  # noqa: ARG002 - a lazy group needs it
        """For each command one that can tell what it does; builds nothing."""
        return self.commands.lines if isinstance(self.commands, Commands) else dict(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """What each command does, in a sentence."""
        lines = self.lines(ctx).items()
        records = [(name, line.get_short_help_str(_SENTENCE)) for name, line in lines if not line.hidden]
        if records:
            helping.write_section("Commands", records, formatter)


class App(typer.Typer):
    """A :class:`typer.Typer` whose commands are :class:`OnceCommand`, built when they are asked for."""

    def __init__(self, *, cls: type[TyperGroup] = Group, **more: Any) -> None:
        super().__init__(cls=cls, **{**PLAIN, **more})

    def command(
        self, name: str | None = None, *, cls: type[TyperCommand] | None = None, **more: Any
    ) -> Callable[[Any], Any]:
        """Declare a command, as :meth:`typer.Typer.command` does."""
        return super().command(name, cls=cls or OnceCommand, **more)

    def build(self) -> Any:
        """The group, with commands that are built when they are asked for; of a single command the command itself."""
        if not (self.registered_callback or self.registered_groups or len(self.registered_commands) > 1):
            return get_command(self)
        declared, subgroups = self.registered_commands, self.registered_groups
        self.registered_commands, self.registered_groups = [], []
        try:
            group = get_group(self)
        finally:
            self.registered_commands, self.registered_groups = declared, subgroups
        commands = Commands()
        for info in declared:
            name = info.name or get_command_name(info.callback.__name__)  # type: ignore[union-attr]
            commands.add(name, _line(name, info), partial(self._built, info))
        for each in subgroups:
            commands.add(str(each.name), _line(str(each.name), each), partial(_subgroup, each))
        group.commands = commands
        return group

    def _built(self, info: Any) -> Any:
        return get_command_from_info(
            info, pretty_exceptions_short=self.pretty_exceptions_short, rich_markup_mode=self.rich_markup_mode
        )


def _line(name: str, info: Any) -> TyperCommand:
    """A command without parameters, for the line in the list of commands."""
    text = info.help or inspect.getdoc(info.callback) or ""
    hidden = info.hidden is True  # else a placeholder of Typer's
    return TyperCommand(name, help=inspect.cleandoc(text), hidden=hidden, rich_markup_mode=None)


def _subgroup(info: Any) -> Any:
    group = info.typer_instance.build()
    group.name, group.help = info.name, info.help or group.help
    return group
