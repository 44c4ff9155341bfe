"""A command or option of az or Pulumi, or one of ours in another place, is answered with what is meant."""

from __future__ import annotations

import shlex

import pytest
from operations.conftest import run

from scaleset_core.command import nearest

TABLE = [
    ("create", "`pulumi up`"),
    ("destroy", "`pulumi destroy`"),
    ("vmss list-instances -g rg", "`scaleset instances list`"),
    ("set lock", "`scaleset set protect`"),
    ("instances unlock", "`scaleset instances unprotect`"),
    ("vmss list-instance-connection-info", "`scaleset nat list`"),
    ("vmss create -n web", "`pulumi up`"),
    ("vmss identity assign", "`az vmss identity`"),
    ("vm start", "`scaleset instances start`"),
    ("restart", "`scaleset set restart` or `scaleset instances restart`"),
    ("set create", "`pulumi up`"),
    ("set list-instances", "`scaleset instances list`"),
    ("set boot-log", "`scaleset instances boot-log`"),
    ("instances list-instance-connection-info", "`scaleset nat list`"),
    ("instances stop", "`scaleset instances power-off`"),
    ("instances ssh web_0", "`scaleset instances connect`"),
    ("instances restart --vmss-name web", "Use --name instead"),
    ("set scale --new-capacity 3", "Use --capacity instead"),
    ("list-instances", "`scaleset instances list`"),
    ("get-instance-view -n web", "`scaleset instances view`"),
    ("vm list-ip-addresses", "`scaleset instances list`"),
    ("vm show -n web_0", "`scaleset instances view`"),
    ("instances list-ip-addresses", "`scaleset instances list`"),
    ("vmss get-resiliency-view", "`scaleset instances resiliency-view`"),
    ("set start -n web --instance-ids 1 2", "Use `scaleset instances start --instances ...`"),
    ("instances show", "`scaleset instances view`"),
    ("show", "`scaleset set show`"),
    ("set scale --instance-ids 1", "No such option: --instance-ids"),
]


@pytest.mark.parametrize(("words", "says"), TABLE)
def test_what_is_meant(words: str, says: str) -> None:
    """Exit code 2, and the command that does it."""
    answer = run(*words.split())
    assert answer.code == 2
    assert says in " ".join(answer.err.replace("│", " ").split())


def test_every_command_that_is_named_exists() -> None:
    """Each of our commands that is named for one of az exists, and takes --help."""
    ours = {each for each in nearest.VMSS.values() if each.startswith("scaleset ")}
    for command in sorted(ours):
        assert run(*shlex.split(command)[1:], "--help").code == 0, command


def test_nothing_is_guessed() -> None:
    """A word that means nothing anywhere is answered as before, and words after `--` are not read as options."""
    assert "No such command 'qqq'" in run("qqq").err
    assert nearest.advice("", ["qqq"], {}) == ""
