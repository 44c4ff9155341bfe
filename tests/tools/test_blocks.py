"""Every command block and program of every page: which test runs it, or why nothing here can."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer
from examples.worlds import PAGES
from support.shells import shows
from typer.main import get_command

from devkit import paths
from docs_site import pages
from docs_site.pages import Block, Step
from examples import test_guides, test_pages, test_tutorial
from scaleset_core.command.main import app

FOLLOWED = {test_tutorial.TUTORIAL, test_guides.FIRST, *test_guides.GUIDES, test_pages.README, *PAGES}
"""The pages whose blocks a test runs in their order."""
BLOCKS = [block for name in pages.names() for block in pages.page(name)]
WRONG: type[Exception] = typer.BadParameter.__mro__[1]
"""What Typer raises for a command line that is wrong."""
WORDS = 3
"""A reason has at least so many."""


def where(block: Block) -> str:
    """The block's page and line, as editors take them."""
    return f"{block.page}:{block.line}"


@cache
def functions(file: str) -> frozenset[str]:
    """The functions of a test file that gets its blocks from the pages; of any other none."""
    tree = ast.parse((paths.ROOT / file).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    found = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return frozenset(found) if "pages" in imported else frozenset()


def unanswered(block: Block) -> str:
    """What is wrong with a block: it is neither run nor is it said why not; or nothing."""
    told = ""
    if block.test:
        file, _, name = block.test.partition("::")
        told = "" if name in functions(file) else f"{block.test} is no test that reads the pages"
    if block.reason and len(block.reason.split()) < WORDS:
        told = f"no reason: {block.reason}"
    elif block.test:
        pass
    elif block.unrun or (block.language in pages.DATA and not block.title):
        told = ""
    elif block.page not in FOLLOWED:
        told = "no test follows its page, and no comment before it says why or names a test"
    elif not block.title and block.language != "console":
        told = f"a block of {block.language or 'nothing'} on a page that a test follows: only `console` is run"
    elif not block.steps:
        told = "no command in it begins with `$ `"
    return told


def test_every_block_is_run_or_it_is_said_why_not() -> None:
    """Each block of each page: run by the test that follows its page, by one that is named, or with a reason."""
    assert len(BLOCKS) > 100
    assert [f"{where(block)}: {told}" for block in BLOCKS if (told := unanswered(block))] == []


def test_a_page_that_is_followed_is_there() -> None:
    """No list names a page that is gone, or one without anything to run."""
    assert set(pages.names()) >= FOLLOWED
    assert [name for name in FOLLOWED if not pages.steps(name)] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("```console\n$ rm -r /\n```", "no test follows its page"),
        ("    rm -r /", "no test follows its page"),
        ("<!-- not run: because -->\n```console\n$ ls\n```", "no reason: because"),
        ("<!-- not run: needs an account -->\n\ntext\n\n```console\n$ ls\n```", "no test follows its page"),
        ("<!-- not run: needs an account -->\n```console\n$ ls\n```", ""),
        ("<!-- test: tests/tools/test_blocks.py::test_nothing -->\n```console\n$ ls\n```", "is no test"),
        ("<!-- test: tests/tools/test_docs.py::targets -->\n```console\n$ ls\n```", "is no test that reads the pages"),
        ("<!-- test: tests/tools/test_blocks.py::x; not run, `b`: because -->\n```console\n$ ls\n```", "no reason"),
        ("<!-- test: tests/tools/test_blocks.py::lines -->\n```console\n$ ls\n```", ""),
        ("<!-- tests: tests/tools/test_blocks.py::lines -->\n```console\n$ ls\n```", "no test follows its page"),
        ("```json\n{}\n```", ""),
    ],
)
def test_what_is_told_of_a_block(text: str, told: str) -> None:
    """A block without a test or a reason is found, for any place of its comment and any text in it."""
    (block,) = pages.blocks("other.md", text)
    found = unanswered(block)
    assert told in found
    assert bool(told) == bool(found)


def test_a_followed_page_runs_only_commands() -> None:
    """On a page that a test follows, a block without a command, or in another language, is reported."""
    no_command, program = pages.blocks(test_pages.README, "```console\nls\n```\n\n```python\nx = 1\n```")
    assert unanswered(no_command) == "no command in it begins with `$ `"
    assert unanswered(program).startswith("a block of python")


def test_commands_and_what_they_show() -> None:
    """Continued lines belong to a command, the others are its output; what a comment leaves out is not run."""
    (block,) = pages.blocks(
        "a.md", "<!-- not run, `az`: needs an account -->\n```console\n$ a \\\n  b\nout\n$ az x\n```"
    )
    assert block.steps == (Step(command="a \\\n  b", shown=("out",)),)
    assert (block.left_out, block.test) == (("az",), "")
    assert not block.unrun


def lines() -> Iterator[tuple[str, str]]:
    """Every command line of every block, run or not, with its place."""
    for block in BLOCKS:
        if block.language in pages.SHELLS:
            found = [step.command for step in pages.commands(block.text)] or block.text.splitlines()
            yield from ((where(block), line.replace("\\\n", " ")) for line in found)


def ours() -> Iterator[tuple[str, list[str]]]:
    """The words behind each `scaleset` in a command line."""
    for place, line in lines():
        for part in re.split(r"&&|\||;|\s--\s(?=scaleset)", line.partition("   #")[0]):
            words = shlex.split(part.partition(" # ")[0].partition(">")[0])
            if words[:1] == ["scaleset"]:
                yield place, words[1:]


def refused(words: list[str]) -> str:
    """What the command line says of a command or an option that it does not have; values are not looked at."""
    group: Any = get_command(app)
    context = None
    try:
        while hasattr(group, "resolve_command"):
            context = group.make_context("scaleset", [], parent=context, resilient_parsing=True)
            name = words[0]
            _, group, words = group.resolve_command(context, words)
            if group is None:
                return f"No such command '{name}'."
            group = getattr(group, "real", group)  # the first level has placeholders, which import the rest
        strict = group.context_class(group, info_name=group.name, parent=context)
        group.make_parser(strict).parse_args(list(words))
    except WRONG as error:
        return str(getattr(error, "message", error))
    return ""


def test_every_command_of_ours_is_taken() -> None:
    """The command and its options exist, also in blocks that nothing runs."""
    found = list(ours())
    assert len(found) > 100
    assert [f"{place}: {told}" for place, words in found if (told := refused(words))] == []
    assert refused(["set", "vanish"]) == "No such command 'vanish'."
    assert refused(["nat", "list", "-g", "rg", "--everything"]) == "No such option: --everything"
    assert "requires an argument" in refused(["nat", "list", "-g"])


def test_every_target_of_make_is_there() -> None:
    """`make` is asked for targets that the Makefile has."""
    targets = set(re.findall(r"^([a-z-]+):", (paths.ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = {found for _, line in lines() for found in re.findall(r"\bmake (?:-s )?([a-z-]+)", line)}
    assert {"up", "env", "dist"} <= asked <= targets


def test_folders_that_pip_is_given_are_distributions() -> None:
    """Each folder has a pyproject.toml, with the extras that are asked for; each name is one of ours."""
    ours = {tomllib.loads(file.read_text())["project"]["name"]: file for file in paths.ROOT.glob("**/pyproject.toml")}
    given = [word for _, line in lines() if "pip install" in line for word in shlex.split(line.partition("   #")[0])]
    folders = [word for word in given if word.startswith("./")]
    assert len(folders) > 5
    names = [word for word in given if word.startswith("pulumi-azure-scaleset")]
    assert len(names) > 5
    for word in (*folders, *names):
        name, _, rest = word.partition(" @ ")[0].partition("[")
        file = paths.ROOT / name / "pyproject.toml" if name in folders or name.startswith("./") else ours[name]
        extras = tomllib.loads(file.read_text())["project"].get("optional-dependencies", {})
        assert set(filter(None, rest.strip("]").split(","))) <= extras.keys(), word


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("web-0  running", True),
        ("web-0  running  healthy", False),
        ("web-0  …  Succeeded", True),
        ("web-…  Succeeded", True),
        ("web-0  …  10.0.0.5", False),
        ("web-0 … web-1", False),
    ],
)
def test_what_an_output_shows(line: str, shown: bool) -> None:
    """The line is in the output, whatever the widths; dots match anything on the same line."""
    assert (
        shows("Name      State\nweb-0     running    Succeeded   10.0.0.4\nweb-1     running    10.0.0.5\n", line)
        == shown
    )
