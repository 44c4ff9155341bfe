"""What commands print in which format, and what they leave unsaid."""

from __future__ import annotations

import pytest
from operations.balancers import POOL, balancer
from operations.conftest import Cli
from operations.world import World


@pytest.mark.parametrize(
    "line",
    [
        "instances restart -n web --all --dry-run",
        "instances run-command -n web 0 --script date --yes",
        "instances view --all -n web",
        "lifecycle-hooks list -n web",
        "set detach -n web --from {pool} --dry-run",
        "nat list -n web",
        "instances boot-log 0 -n web",
    ],
)
def test_azs_default_format_is_the_option(world: World, cli: Cli, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """With az's `core.output` a command prints what it prints with the option."""
    balancer(world)
    world.scale_set("web", "Uniform", 1, loadBalancerBackendAddressPools=[POOL], boot=True)
    words = line.replace("{pool}", POOL["id"]).split()
    asked = cli(*words, "-o", "json")
    assert asked.code == 0, asked.err
    monkeypatch.setenv("AZURE_CORE_OUTPUT", "json")
    assert cli(*words).json() == asked.json()


def test_azs_coloured_formats(world: World, cli: Cli) -> None:
    """``-o jsonc`` and ``-o yamlc`` of az are json and yaml."""
    world.scale_set("web", "Uniform", 1)
    for word, kind in (("jsonc", "json"), ("yamlc", "yaml")):
        assert cli("set", "show", "-n", "web", "-o", word).out == cli("set", "show", "-n", "web", "-o", kind).out
    assert cli("set", "show", "-n", "web", "-o", "none").code == 2


def test_reads_tell_nothing_but_their_result(world: World, cli: Cli) -> None:
    """A read prints no line for what was done; an empty list is mentioned on a terminal, and what failed once."""
    world.scale_set("web", "Uniform", 2, health=True)
    assert cli("extensions", "list", "-n", "web", "--all").err == ""
    assert cli("set", "upgrade", "history", "-n", "web").err.strip() == "There is none."
    assert cli("set", "upgrade", "history", "-n", "web", "-o", "json").json() == []
    failed = cli("set", "upgrade", "status", "-n", "web")
    assert (failed.code, failed.err.count("has no rolling upgrade to show")) == (1, 1)
    assert cli("lifecycle-hooks", "list", "-n", "web").err.strip() == "Nothing waits for an answer."
