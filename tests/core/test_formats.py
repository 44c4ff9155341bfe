"""``-o`` means the same in every command of ``scaleset``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import yaml
from check import samples
from typer.main import get_command
from typer.testing import CliRunner

from scaleset_core.command.formats import Format, dump
from scaleset_core.command.main import app


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """All commands below one, with their names."""
    below = getattr(command, "list_commands", None)
    names = below(None) if below else []
    if not names:
        yield " ".join(words), command
    for name in names:
        found = command.get_command(None, name)
        yield from commands(getattr(found, "real", found), (*words, name))


def _values(kind: Any) -> list[str]:
    """The values of a closed list, of which a type may be an optional one."""
    kinds = [kind, *getattr(kind, "__args__", ())]
    return [each.value for one in kinds if isinstance(one, type) and issubclass(one, Enum) for each in one]


def test_every_command_takes_the_same_formats() -> None:
    """Every ``-o`` is ``--output`` and takes at least table, json, yaml and tsv; it is never a file."""
    met = 0
    for name, command in commands(get_command(app)):
        for option in command.params:
            if "-o" not in option.opts and "--output" not in option.opts:
                continue
            met += 1
            assert {"-o", "--output"} <= set(option.opts), name
            told = " ".join(map(str, _values(option.type_descriptor.annotation))) or option.help
            assert all(each.value in told for each in Format), name
    assert met > 60


WITHOUT_AZURE = [
    ("modes",), ("roles", "list"), ("roles", "for", "set restart"), ("rules", "list"), ("preview", "template.json"),
]  # fmt: skip


@pytest.mark.parametrize("line", WITHOUT_AZURE, ids=" ".join)
def test_yaml_and_tsv_say_what_json_says(
    line: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """YAML is the record of JSON; TSV has a line for each item."""
    monkeypatch.chdir(tmp_path)
    Path("template.json").write_text(samples.arm("Uniform", nat_pool=False), encoding="utf-8")
    printed = {}
    for kind in ("json", "yaml", "tsv"):
        answer = CliRunner().invoke(app, [*line, "-o", kind])
        assert answer.exit_code == 0, answer.output
        printed[kind] = answer.stdout
    record = json.loads(printed["json"])
    assert yaml.safe_load(printed["yaml"]) == record
    if isinstance(record, list):
        assert len(printed["tsv"].splitlines()) == len(record)
    else:
        assert len(printed["tsv"].splitlines()) == len(record["rows"]) + len(record["rules"])


def test_cells() -> None:
    """A cell has no tab and no line break; nothing is an empty cell, and nothing at all is no line."""
    assert dump([{"a": "x\ty\nz", "b": None, "c": True, "d": [1]}], Format.TSV) == "x y z\t\ttrue\t[1]"
    assert dump(None, Format.TSV) == dump([], Format.TSV) == ""
    assert dump(["a", 1], Format.TSV) == "a\n1"
