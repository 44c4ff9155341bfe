"""Pictures: what counts as a difference, what is drawn as one, and that nothing from outside becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from scaleset_core.facts.properties import UNKNOWN
from scaleset_core.modes import Mode
from scaleset_core.picture import NOT_KNOWN, Change, Kind, Node, Picture, compare, instance_facts, terminal
from scaleset_core.picture.builder import Builder, key_of
from scaleset_core.picture.grouping import MOST, grouped
from scaleset_core.picture.page import render
from scaleset_core.picture.texts import place, plain, ports, security_rule, security_rules
from scaleset_core.picture.topology import draw

HOSTILE = "{{js}}<img src=x onerror=alert(1)>"


def node(key: str, kind: Kind = Kind.INSTANCE, **more: Any) -> Node:
    """A node whose title is its key."""
    return Node(**{"key": key_of(kind, key), "kind": kind, "title": key, **more})


def picture(*nodes: Node, edges: frozenset[tuple[str, str]] = frozenset(), **more: Any) -> Picture:
    """A picture of the set ``web``."""
    return Picture(**{"name": "web", "mode": Mode.FLEXIBLE, "facts": {}, "nodes": nodes, "edges": edges, **more})


def found(old: Picture | None, new: Picture | None) -> dict[str, tuple[Change, tuple[str, ...]]]:
    """The change of each node, by title."""
    return {each.title: (each.change, each.was) for each in compare(old, new, "before.json").nodes}


def test_added_removed_changed_and_the_same() -> None:
    """Each node has one of the four words, and a change tells the old and the new text of each fact."""
    old = picture(node("a", facts={"Size": "S"}), node("b"), node("c"))
    new = picture(node("a", facts={"Size": "M"}), node("b"), node("d"))
    assert found(old, new) == {
        "a": (Change.CHANGED, ("Size: was S, now M",)),
        "b": (Change.SAME, ()),
        "c": (Change.REMOVED, ()),
        "d": (Change.ADDED, ()),
    }
    assert compare(old, new, "x").changes() == {Change.CHANGED: 1, Change.REMOVED: 1, Change.ADDED: 1}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (node("a", facts={"Protection": "keep"}), node("a"), Change.CHANGED),
        (node("a", facts={"Size": NOT_KNOWN}), node("a", facts={"Size": "M"}), Change.SAME),
        (node("a", facts={"Size": "M"}), node("a", facts={"Size": f"Spot {NOT_KNOWN}"}), Change.SAME),
        (node("a", place="zone 1"), node("a", place="zone 2"), Change.CHANGED),
        (node("a", fixed="Uniform"), node("a", fixed="Flexible"), Change.REPLACED),
        (node("a", fixed="Uniform"), node("a", fixed=NOT_KNOWN), Change.SAME),
        (node("a"), node("a", replaced=True), Change.REPLACED),
        (node("a", source="urn:1"), node("b", source="urn:1"), Change.REPLACED),
        (node("WEB"), node("web"), Change.SAME),
    ],
)
def test_what_a_difference_is(before: Node, after: Node, change: Change) -> None:
    """A fact that goes is a change, one that is not known is none; new names and fixed facts are replacements."""
    assert [each.change for each in compare(picture(before), picture(after), "x").nodes] == [change]


def test_lines_that_come_and_go() -> None:
    """A rule that no longer leads to an interface changes both; three are named, the rest counted."""
    rule, faces = node("http", Kind.RULE), [node(f"nic{number}", Kind.INTERFACE) for number in range(5)]
    lines = frozenset((rule.key, face.key) for face in faces)
    changes = found(picture(rule, *faces, edges=lines), picture(rule, *faces))
    assert changes["nic4"] == (Change.CHANGED, ("no longer connected to http",))
    assert changes["http"][1] == (
        *(f"no longer connected to nic{number}" for number in range(3)),
        "2 more such lines",
    )


def test_a_removed_node_keeps_its_lines() -> None:
    """What was removed is still drawn where it was."""
    rule, face = node("http", Kind.RULE), node("nic", Kind.INTERFACE)
    edge = (rule.key, face.key)
    both = compare(picture(rule, face, edges=frozenset({edge})), picture(face), "x")
    assert both.edges == {edge}
    assert 'class="edge removed"' in draw(both)


def test_a_set_that_is_new_or_gone() -> None:
    """All of it is added or removed, and the heading says so."""
    one = picture(node("a"))
    assert found(None, one) == {"a": (Change.ADDED, ())}
    gone = compare(one, None, "before.json")
    assert [each.change for each in gone.nodes] == [Change.REMOVED]
    assert gone.facts["Compared with"] == "before.json: the whole set is removed"


@pytest.mark.parametrize(("count", "boxes"), [(MOST, MOST), (MOST + 1, 2)])
def test_many_are_drawn_as_few(count: int, boxes: int) -> None:
    """Up to sixty are drawn one by one; more are one for each place, and keep their lines."""
    builder = Builder()
    rule = builder.put(node("http", Kind.RULE))
    for number in range(count):
        where = f"zone {number % 2 + 1}"
        builder.line(rule, builder.put(node(f"m{number}", place=where, facts={"Power state": "running"})))
    nodes, edges = grouped(picture(*builder.nodes.values(), edges=builder.edges))
    drawn = [each for each in nodes if each.kind is Kind.INSTANCE]
    assert (len(drawn), len(edges)) == (boxes, boxes)
    if boxes == 2:
        assert {each.title for each in drawn} == {"31 instances", "30 instances"}
        assert drawn[0].facts == {"Place": "zone 1", "Power state": "31 running"}


def test_a_change_in_a_crowd_is_drawn_alone() -> None:
    """One changed machine of a hundred has a separate box, under its own name."""
    old = picture(*(node(f"m{number}", facts={"Size": "S"}) for number in range(100)))
    new = replace(old, nodes=(replace(old.nodes[0], facts={"Size": "M"}), *old.nodes[1:]))
    titles = [(each.title, each.change) for each in grouped(compare(old, new, "x"))[0]]
    assert titles == [("m0", Change.CHANGED), ("99 instances", Change.SAME)]


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_from_outside_is_markup(kind: Kind) -> None:
    """Names, facts, places, sentences and headings are escaped, and fill in no placeholder."""
    hostile = node(HOSTILE, kind, facts={HOSTILE: HOSTILE}, place=HOSTILE)
    old = picture(replace(hostile, facts={HOSTILE: "x"}))
    new = picture(hostile, facts={HOSTILE: HOSTILE}, unread=(HOSTILE,), name=HOSTILE)
    text = render([compare(old, new, HOSTILE)], HOSTILE)
    assert "<img" not in text
    assert text.count("&lt;img") >= 8
    assert text.count("<script>") == 1


def test_the_policy_names_the_style_and_the_script() -> None:
    """One hash each and nothing else may run or be loaded; no address of the net is in the page."""
    text = render([picture(node("a"))], "web")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; img-src data:; "
        r"base-uri 'none'; form-action 'none'",
        policy[1],
    )
    assert not re.search(r"""\sstyle=|\son\w+=|(src|href)="(?!data:)""", text)


def test_words_beside_colours() -> None:
    """Without any colour the terminal and the drawing tell each change by word and sign."""
    old = picture(node("gone"), node("kept", facts={"Size": "S"}), node("other", source="u"))
    new = picture(node("new"), node("kept", facts={"Size": "M"}), node("renamed", source="u"))
    both = compare(old, new, "before.json")
    console = Console(width=200, no_color=True, record=True, file=None, quiet=False)
    with console.capture() as capture:
        terminal.show(both, console)
    text = capture.get()
    for line in ("+ new", "- gone", "~ kept", "± renamed", "1 added, 1 removed, 1 changed, 1 replaced"):
        assert line in text
    assert "changed: Size: was S, now M" in text
    assert "replaced: name: was other, now renamed" in text
    drawing = draw(both)
    for word in ("added", "removed", "changed", "replaced"):
        assert f">{word}: " in drawing


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ({"protocol": "Tcp", "frontendPort": 80, "backendPort": 8080}, "Tcp 80 → 8080"),
        ({"frontendPortRangeStart": 1, "frontendPortRangeEnd": 9, "backendPort": 22}, "1-9 → 22"),
        ({"protocol": "All"}, "All"),
        ({"protocol": "Tcp", "frontendPort": UNKNOWN, "backendPort": 22}, "Tcp not known → 22"),
        ({}, ""),
    ],
)
def test_ports(inner: dict[str, Any], text: str) -> None:
    """Protocol, front and back, as far as they are known."""
    assert ports(inner) == text


def test_security_rules_stand_in_azures_order() -> None:
    """By direction and priority; wildcards are words, plural members are read, the unknown is reported."""
    deny = {"access": "Deny", "direction": "Inbound", "protocol": "*", "priority": 4000, "destinationPortRange": "*"}
    allow = {
        "access": "Allow", "direction": "Inbound", "protocol": "Tcp", "priority": 100,
        "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.7"], "destinationPortRanges": ["22", "443"],
    }  # fmt: skip
    rules = security_rules([("deny", {**deny, "sourceAddressPrefix": "*"}), ("allow", allow)])
    assert list(rules.items()) == [
        ("allow", "Allow Inbound Tcp 22, 443 from 203.0.113.0/24, 198.51.100.7, priority 100"),
        ("deny", "Deny Inbound any protocol all ports from anywhere, priority 4000"),
    ]
    assert "from not known" in security_rule({**deny, "sourceAddressPrefix": UNKNOWN})


def test_texts() -> None:
    """Unknown values are shown, empty ones are not; a place has what is known about it."""
    assert [plain(each) for each in (UNKNOWN, None, True, [1, None, "b"])] == ["not known", "", "yes", "1, b"]
    assert [place("1", 0), place("", 2), place("")] == ["zone 1, fault domain 0", "fault domain 2", ""]
    assert instance_facts(size="S", protection="") == {"Size": "S"}
