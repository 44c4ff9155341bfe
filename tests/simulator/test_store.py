"""The state file: transactions, several processes, foreign files, references and claims."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arm_simulator.core import ids
from arm_simulator.core.store import Resource, StateFileError, Store

NOW = "2026-01-01T00:00:00Z"
BASE = "/subscriptions/s/resourceGroups/g/providers/N.S"


def make(store: Store, name: str, body: dict[str, object] | None = None) -> Resource:
    """Store one resource."""
    return store.save(Resource(ids.parse(f"{BASE}/things/{name}"), body or {}), NOW)


def test_two_stores_on_one_file_see_one_world(tmp_path: Path) -> None:
    """What one connection commits, another reads; versions agree."""
    path = tmp_path / "state.db"
    one, two = Store(path), Store(path)
    make(one, "a", {"x": "ä"})
    found = two.get(f"{BASE.upper()}/THINGS/A")
    assert found is not None
    assert found.body == {"x": "ä"}
    assert one.version == two.version == 1
    one.close()
    two.close()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    """Everything inside a transaction is undone together."""
    store = Store(tmp_path / "state.db")

    def fail() -> None:
        with store.transaction():
            make(store, "a")
            store.claim("ports", 1, ids.parse(f"{BASE}/things/a"))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert store.get(f"{BASE}/things/a") is None
    assert store.claims_in("ports") == []
    assert store.version == 0
    store.close()


@pytest.mark.parametrize("kind", ["text", "sqlite"])
def test_foreign_files_are_left_alone(tmp_path: Path, kind: str) -> None:
    """A file that is not ours is refused by name and not changed."""
    path = tmp_path / "precious"
    if kind == "text":
        path.write_text("my notes " * 100)
    else:
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE mine(x)")
        database.commit()
        database.close()
    before = path.read_bytes()
    with pytest.raises(StateFileError, match="precious"):
        Store(path)
    assert path.read_bytes() == before


def test_references_are_indexed_with_their_inner_element() -> None:
    """A reference knows the list element that holds it; tags, settings and self references do not count."""
    store = Store()
    target = f"{BASE}/nets/n/subnets/a"
    make(
        store,
        "t",
        {
            "tags": {"x": target},
            "properties": {
                "settings": {"id": target},
                "ipConfigurations": [
                    {"name": "P", "properties": {"subnet": {"id": target}, "self": {"id": f"{BASE}/things/t/x/y"}}}
                ],
            },
        },
    )
    (reference,) = store.referrers(target.upper())
    assert reference.via == f"{BASE}/things/t/ipConfigurations/P"
    assert reference.path == "properties.ipConfigurations[0].properties.subnet.id"
    inner = f"{BASE}/things/t/x/y"
    assert store.referrers(inner) == []
    assert [ref.source for ref in store.referrers(inner, own=True)] == [f"{BASE}/things/t".lower()]
    assert [ref.target for ref in store.referrers(f"{BASE}/nets/n", inner=True)] == [target.lower()]
    make(store, "t", {})
    assert store.referrers(target) == []
    store.close()


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12)), max_size=40))
def test_the_lowest_free_number_is_given(steps: list[tuple[str, int]]) -> None:
    """Against a plain model: allocation takes the lowest free number of the range, releasing frees exactly one."""
    store = Store()
    owner = ids.parse(f"{BASE}/things/o")
    taken: set[int] = set()
    for action, number in steps:
        if action == "a":
            expected = next((free for free in range(3, 10) if free not in taken), None)
            assert store.claim_lowest("s", 3, 9, owner) == expected
            taken |= {expected} if expected is not None else set()
        else:
            store.release(owner, "s", number)
            taken.discard(number)
    assert {number for number, _, _ in store.claims_in("s")} == taken
    store.close()


def test_claims_end_with_their_owner() -> None:
    """Deleting a resource frees its numbers; another owner's claim is kept."""
    store = Store()
    one, two = make(store, "one").id, make(store, "two").id
    assert store.claim("s", 1, one) is None
    assert store.claim("s", 1, two) == one.key
    store.delete(one)
    assert store.claim("s", 1, two) is None
    store.close()
