"""The owner's names and addresses: in one file, changed by one command, and nothing else pretends to be one."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from devkit import owner, paths
from docs_site import pages

PLACEHOLDER = re.compile(
    r"""[\w.:/@~-]*(?:[/:@"]OWNER\b|\bOWNER[/.-]|@owner/|/owner/|\bOwner\.Azure|\bgithub\.owner\b)[\w./@~-]*"""
)
"""What looks like a placeholder, with the whole address around it."""
NEW = {
    "publisher": "Tailspin & Toys",
    "repository": "https://github.com/tailspin/scale-sets",
    "homepage": "https://tailspin.example/scale-sets",
    "logo": "https://raw.githubusercontent.com/tailspin/scale-sets/main/docs/logo.svg",
    "security_contact": "safe@tailspin.example",
    "npm_package": "@tailspin/azure-scaleset",
    "go_module": "github.com/tailspin/scale-sets/sdk/go",
    "nuget_package": "Tailspin.AzureScaleset",
    "nuget_user": "tailspin-nuget",
    "java_package": "com.tailspin.azurescaleset",
    "container_image": "ghcr.io/tailspin/scaleset-check",
}
ABOUT_PLACEHOLDERS = {"tests/tools/test_owner.py"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files that have the owner's values, as a separate repository."""
    wanted = [name for name in owner.tracked(paths.ROOT) if _has_a_value(paths.ROOT / name)]
    for name in wanted:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(paths.ROOT / name, tmp_path / name)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def _has_a_value(file: Path) -> bool:
    return any(old in _text(file) for old in _old())


def test_every_value_has_its_form() -> None:
    """owner.toml has each value once, in its form, and no two are the same text: each can be found in a page."""
    found = owner.load()
    assert list(found) == list(owner.FORMS)
    distinct = [name for name in found if name not in ("publisher", "nuget_user")]
    assert len({found[name] for name in distinct}) == len(distinct)
    for name, value in found.items():
        owner.checked(name, value)


@pytest.mark.slow
def test_no_other_placeholder_stands_anywhere() -> None:
    """Without the values of owner.toml nothing is left that looks like a placeholder."""
    ours = re.compile("|".join(re.escape(old) for old in sorted(_old(), key=len, reverse=True)))
    for name in owner.tracked(paths.ROOT):
        if name not in ABOUT_PLACEHOLDERS:
            text = ours.sub("", _text(paths.ROOT / name))
            assert PLACEHOLDER.findall(text) == [], f"{name}: not from owner.toml"


def _old() -> list[str]:
    return [old for old, _ in owner.written(owner.load(), owner.load())]


def test_the_command_changes_every_file(copy: Path) -> None:
    """After the command no old value is left, and each new one is where the old one was."""
    old = owner.load(copy)
    gone = re.compile("|".join(re.escape(each) for each, _ in owner.written(old, NEW)))
    counted = {name: len(gone.findall(_text(copy / name))) for name in owner.tracked(copy)}
    texts = owner.changed(copy, NEW)
    assert {"owner.toml", "docs/_index.md", "components/pyproject.toml", "tests/package/consumers/go/deploy.go"} <= set(
        texts
    )
    for name, text in texts.items():
        (copy / name).write_bytes(text.encode(errors="surrogateescape"))
    assert owner.load(copy) == NEW
    assert [name for name in owner.tracked(copy) if gone.search(_text(copy / name))] == []
    assert sum(counted.values()) > 60


def _text(file: Path) -> str:
    return file.read_bytes().decode(errors="surrogateescape")


def test_the_command_of_the_page(copy: Path) -> None:
    """What docs/releasing.md types changes the values that it names, everywhere."""
    (block,) = pages.of("tests/tools/test_owner.py::test_the_command_of_the_page")
    (step,) = block.steps
    python, module, name, *pairs = shlex.split(step.command)
    assert (python, module, name) == ("python", "-m", "devkit.owner")
    given = dict(pair.split("=", 1) for pair in pairs)
    before = owner.load(copy)
    for file, text in owner.changed(copy, given).items():
        (copy / file).write_text(text)
    assert owner.load(copy) == before | given
    assert owner.without_scheme(given["repository"]) in (copy / "docs" / "_index.md").read_text()


def test_the_command_can_be_undone(copy: Path) -> None:
    """From the new values back to the old ones every file is as it was: the command may be repeated."""
    old = owner.load(copy)
    original = {name: (copy / name).read_bytes() for name in owner.tracked(copy)}
    for step in (NEW, old):
        for name, text in owner.changed(copy, step).items():
            (copy / name).write_bytes(text.encode(errors="surrogateescape"))
    own = {"tests/tools/test_owner.py"}  # it has the new values too
    assert [n for n, text in original.items() if (copy / n).read_bytes() != text and n not in own] == []


def test_nothing_to_do(copy: Path) -> None:
    """The values as they are change nothing."""
    assert owner.changed(copy, owner.load(copy)) == {}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["company=Acme"], "company: expected one of publisher, "),
        (["repository=github.com/acme/x"], "repository: 'github.com/acme/x' is not an address: https://"),
        (["npm_package=azure-scaleset"], "npm_package: 'azure-scaleset' is not a scope and a name: @acme/"),
        (["nuget_package=AzureScaleset"], "nuget_package: 'AzureScaleset' is not a namespace with two parts"),
        (["publisher"], "publisher: expected name=value"),
    ],
)
def test_wrong_values(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name or form changes nothing; the message says what was expected."""
    before = (paths.ROOT / owner.FILE).read_text()
    assert owner.main(arguments) == 1
    assert capsys.readouterr().err.startswith(told)
    assert (paths.ROOT / owner.FILE).read_text() == before


def test_the_values_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments the command prints what owner.toml has."""
    assert owner.main([]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{name}={value}" for name, value in owner.load().items()]
