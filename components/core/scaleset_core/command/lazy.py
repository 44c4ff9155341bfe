"""Subcommands that are imported on use: ``scaleset --help`` imports no Azure client, no Pulumi and no database."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand

from scaleset_core.command.apps import App, Group


@dataclass(frozen=True, slots=True)
class Lazy:
    """The location of a subcommand.

    Attributes:
        module: The module whose ``app``, a :class:`typer.Typer`, is the subcommand.
        help: One line for the list of commands.
        distribution: What to install if it is missing.
        needs: Modules that are imported when it runs, and that come with an extra of the distribution.
    """

    module: str
    help: str
    distribution: str
    needs: tuple[str, ...] = ()

    @property
    def present(self) -> bool:
        """Whether the distribution is installed; imports nothing."""
        return importlib.util.find_spec(self.module.partition(".")[0]) is not None

    @property
    def short_help(self) -> str:
        """The line in the list of commands."""
        return self.help if self.present else f"Not installed: pip install '{self.distribution}'"

    def load(self) -> Any:
        """Import it and build the command.

        Raises:
            ModuleNotFoundError: it, or a module that it needs, is not installed.
        """
        for name in self.needs:
            if importlib.util.find_spec(name) is None:
                raise ModuleNotFoundError(name=name)
        app: App = importlib.import_module(self.module).app
        return app.build()


class _Stub(TyperCommand):
    """A placeholder for a subcommand in a list; loads the real one when it is invoked."""

    def __init__(self, name: str, lazy: Lazy) -> None:
        super().__init__(name, help=lazy.help, short_help=lazy.short_help)
        self._lazy = lazy
        self._real: Any = None

    @property
    def real(self) -> Any:
        """The command itself.

        Raises:
            typer.Exit: with code 2 if its distribution is not installed; the message is already printed.
        """
        if self._real is None:
            if not self._lazy.present:
                self._refuse("it is not installed")
            try:
                self._real = self._lazy.load()
            except ModuleNotFoundError as error:
                # An extra of the distribution, or a module that was removed from the installation.
                self._refuse(f"it needs the module {error.name}, which is not installed")
            self._real.name = self.name
        return self._real

    def _refuse(self, why: str) -> NoReturn:
        typer.echo(f"scaleset {self.name}: {why}. Install it with: pip install '{self._lazy.distribution}'", err=True)
        raise typer.Exit(2)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The real command's context."""
        return self.real.make_context(info_name, args, parent=parent, **extra)

    def __getattr__(self, name: str) -> Any:
        """Attributes that only the real command has (its subcommands, for completion and documentation)."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.real, name)


class LazyGroup(Group):
    """A group whose subcommands are :class:`Lazy`; subclasses set ``entries``."""

    entries: dict[str, Lazy] = {}  # noqa: RUF012 - a class-level table

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base class's shape
        """The names, in the order of the table."""
        return list(self.entries)

    def lines(self, ctx: Any) -> Mapping[str, Any]:
        """The placeholders."""
        return {name: self.get_command(ctx, name) for name in self.entries}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the base class's shape
        """The subcommand's placeholder."""
        lazy = self.entries.get(cmd_name)
        if lazy is None:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = _Stub(cmd_name, lazy)
        return self.commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Create the commands first: the base class suggests existing commands for a misspelled name."""
        if args and args[0] not in self.entries:
            for name in self.list_commands(ctx):
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)
