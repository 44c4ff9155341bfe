"""ARM ids: parsing, comparing and building, for any names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arm_simulator.core import ids

NAMES = st.text("abcXYZ019-_.()", min_size=1, max_size=20).filter(lambda text: text.lower() != "providers")


@given(NAMES, NAMES, st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=4))
def test_ids_survive_a_round_trip(subscription: str, group: str, pairs: list[tuple[str, str]]) -> None:
    """Parsing gives back every part, and the text of the id is the text that was parsed."""
    tail = "/".join(f"{kind}/{name}" for kind, name in pairs)
    text = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Ns.X/{tail}"
    rid = ids.parse(text)
    assert str(rid) == text
    assert (rid.subscription, rid.resource_group, rid.name) == (subscription, group, pairs[-1][1])
    assert rid.names == tuple(name for _, name in pairs)
    assert rid.type == "/".join(["Ns.X", *(kind for kind, _ in pairs)])
    assert ids.parse(text.upper()) == rid
    assert hash(ids.parse(text.lower())) == hash(rid)
    assert ids.key_of(text.replace("/", "//") + "/") == rid.key


@given(NAMES, NAMES, NAMES)
def test_parent_and_child_are_inverse(group: str, kind: str, name: str) -> None:
    """The parent of a child is the id it was made from; the scope of an extension resource likewise."""
    base = ids.resource_group_id("s", group).extension("Ns.X/things", "t")
    child = base.child(kind, name)
    assert child.parent == base
    assert child.is_nested
    extension = child.extension("Microsoft.Authorization/locks", "lk")
    assert extension.scope == child == extension.parent
    assert extension.is_extension
    assert [str(step) for step in extension.ancestors()] == [
        str(extension),
        str(child),
        str(base),
        f"/subscriptions/s/resourceGroups/{group}",
        "/subscriptions/s",
    ]


def test_the_double_slash_of_the_lock_client() -> None:
    """An empty segment after the namespace is dropped."""
    rid = ids.parse(
        "/subscriptions/s/resourcegroups/g/providers/Microsoft.Compute//virtualMachines/v/providers/M.A/locks/l"
    )
    assert str(rid.scope) == "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "x",
        "/subscriptions",
        "/subscriptions/s/resourceGroups",
        "/subscriptions/s/providers/N",
        "/providers/N/t",
        "/subscriptions/s/resourceGroups/g/providers/N/t/n/c",
        "/subscriptions/s/other/x",
        "/subscriptions/s/providers/N/providers/M",
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    """Incomplete or foreign paths raise, they are not guessed at."""
    with pytest.raises(ids.InvalidResourceIdError):
        ids.parse(text)
