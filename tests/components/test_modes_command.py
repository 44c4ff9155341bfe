"""The mode table and the ways in which people read it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from scaleset_core import modes
from scaleset_core.command.modes import app

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> str:
    """What `scaleset modes` prints."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


SEED = 35
"""The rows of Microsoft's comparison; their ids and their order never change."""


def test_the_table_has_microsofts_rows_and_newer_ones() -> None:
    """Microsoft's 35 rows come first; each row has a route in each mode, and an alternative if a mode has none."""
    assert next(iter(modes.ROWS)) == "view.instances"
    assert list(modes.ROWS)[SEED - 1] == "set.force-recovery-update-domain-walk"
    assert len(modes.ROWS) == len({row.command or row.id for row in modes.ROWS.values()})
    assert all(row.source for row in modes.ROWS.values())
    for row in modes.ROWS.values():
        for route in (row.uniform, row.flexible):
            assert route.supported or (route.reason and route.alternative), row.id


def test_every_rule_says_why_and_what_instead() -> None:
    """Each property rule has statement, reason, alternative and source, and a contested one both readings."""
    for rule in modes.RULES.values():
        assert rule.statement.endswith("."), rule.id
        assert rule.reason, rule.id
        assert rule.alternative, rule.id
        assert rule.sources, rule.id
        assert rule.conflict is None or (rule.conflict.stale and rule.conflict.followed), rule.id


def test_json_has_every_row_and_rule() -> None:
    """`scaleset modes --output json` is the whole table, and --mode keeps one mode's rules."""
    table = json.loads(run("--output", "json"))
    assert [row["id"] for row in table["rows"]] == list(modes.ROWS)
    assert [rule["id"] for rule in table["rules"]] == list(modes.RULES)
    uniform = json.loads(run("--output", "json", "--mode", "Uniform"))["rules"]
    assert all("Uniform" in rule["modes"] for rule in uniform)
    assert 0 < len(uniform) < len(table["rules"])


def test_the_table_is_readable_without_a_terminal() -> None:
    """Piped, the table names each row and each rule."""
    text = run()
    assert all(row in text for row in modes.ROWS)
    assert "nat-pool-on-flexible" in text
