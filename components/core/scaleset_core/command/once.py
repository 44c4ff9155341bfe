"""Commands that ignore no option silently: a single-valued option is refused when it is given twice.

Typer and Click keep the last value: ``--where zone=9 --where power=running`` would act on all running ones. Options
that may be repeated are declared as lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand

from scaleset_core.command import helping, nearest, plain

_WITHOUT_VALUE = "5"
_IN_COLOUR = {"jsonc": "json", "yamlc": "yaml"}
"""az's names of formats that are coloured on a terminal."""


class OnceCommand(TyperCommand):
    """A command whose single-valued options may be given once."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line.

        Raises:
            typer.BadParameter: a single-valued option was given twice; the message names all such options.
        """
        args = list(_as_az_writes(args, self.params))
        nearest.check_options(ctx, args, [name for each in self.params for name in (*each.opts, *each.secondary_opts)])
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        found = Counter(each for each in order if each.param_type_name == "option")
        twice = [each for each, count in found.items() if count > 1 and not _takes_many(each)]
        if twice:
            names = ", ".join(max(each.opts, key=len) for each in twice)
            raise typer.BadParameter(f"{names}: given more than once, and it takes one value. Give it once.", ctx=ctx)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: Any) -> list[Any]:
        """The options; plain values of them are taken as they are."""
        return plain.quicken(super().get_params(ctx))

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the base class's shape
        """What the command does."""
        helping.write_text(self.help or "", formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The options, under their headings."""
        helping.write_options(self, ctx, formatter)

    def invoke(self, ctx: Any) -> Any:
        """Run it, and let :func:`running` tell its name."""
        _running.append(ctx.command_path.partition(" ")[2])
        try:
            return super().invoke(ctx)
        finally:
            _running.pop()


_running: list[str] = []


def running() -> str:
    """The command that runs, without the program's name (``instances restart``); ``""`` if none does."""
    return _running[-1] if _running else ""


def _takes_many(option: Any) -> bool:
    return bool(option.multiple or option.is_flag)


def _as_az_writes(args: Sequence[str], params: Sequence[Any]) -> Iterator[str]:
    """The command line with what az takes and the parser does not.

    An option whose metavar is in brackets (``[SECONDS]``) can be given without its value. An option whose metavar ends
    in three dots (``ID...``) takes all words up to the next option.
    """
    options = {name: each.metavar or "" for each in params if each.param_type_name == "option" for name in each.opts}
    greedy, skipped = "", False
    for place, word in enumerate(args):
        if skipped:
            skipped = False
            continue
        following = args[place + 1] if place + 1 < len(args) else ""
        metavar = options.get(word, "")
        if word == "--":
            yield from args[place:]
            return
        if greedy and not word.startswith("-"):
            yield from (greedy, word)
            continue
        greedy = word if metavar.endswith("...") else ""
        if greedy and following and not following.startswith("-"):
            continue
        yield word
        if word in options and word in {"-o", "--output"} and following in _IN_COLOUR:
            yield _IN_COLOUR[following]
            skipped = True
            continue
        if metavar.startswith("[") and not following.replace(".", "", 1).isdigit():
            yield _WITHOUT_VALUE
