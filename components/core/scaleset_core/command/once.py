"""Commands that ignore no option silently: a single-valued option is refused when it is given twice.

Typer and Click keep the last value: ``--where zone=9 --where power=running`` would act on all running ones. Options
that may be repeated are declared as lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand


class OnceCommand(TyperCommand):
    """A command whose single-valued options may be given once."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line.

        Raises:
            typer.BadParameter: a single-valued option was given twice; the message names all such options.
        """
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        found = Counter(each for each in order if each.param_type_name == "option")
        twice = [each for each, count in found.items() if count > 1 and not _takes_many(each)]
        if twice:
            names = ", ".join(max(each.opts, key=len) for each in twice)
            raise typer.BadParameter(f"{names}: given more than once, and it takes one value. Give it once.", ctx=ctx)
        return super().parse_args(ctx, args)


def _takes_many(option: Any) -> bool:
    return bool(option.multiple or option.is_flag)


class App(typer.Typer):
    """A :class:`typer.Typer` whose commands are :class:`OnceCommand`."""

    def command(
        self, name: str | None = None, *, cls: type[TyperCommand] | None = None, **more: Any
    ) -> Callable[[Any], Any]:
        """Declare a command, as :meth:`typer.Typer.command` does."""
        return super().command(name, cls=cls or OnceCommand, **more)
