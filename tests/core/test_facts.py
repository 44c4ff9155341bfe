"""The vocabulary of the mode table: values that are not known, how they are shown, corrections, ports and names."""

from __future__ import annotations

from typing import Any

import pytest

from scaleset_core.facts import fixes, names, secrets
from scaleset_core.facts.checks import (
    Finding,
    Outcome,
    between,
    both,
    duration_minutes,
    evaluate,
    forbidden,
    is_number,
    machine_path,
    machine_view,
    required,
    same,
    show,
)
from scaleset_core.facts.ports import PortRange, allocate, collisions, default_port
from scaleset_core.facts.properties import UNKNOWN, Found, NotKnownError, View
from scaleset_core.facts.sizes import takes_premium
from scaleset_core.modes import RULES
from scaleset_core.modes.rules import parts

TREE = {"a": {"b": [{"c": 1}, {"c": None}, {"d": 2}], "e": UNKNOWN, "n": None, "t": "text"}, "u": UNKNOWN}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.b[].c", [Found("a.b[0].c", 1)]),
        ("a.b[]", [Found("a.b[0]", {"c": 1}), Found("a.b[1]", {"c": None}), Found("a.b[2]", {"d": 2})]),
        ("a.e", [Found("a.e", UNKNOWN)]),
        ("a.e.f", [Found("a.e.f", UNKNOWN, hidden=True)]),
        ("a.e[]", [Found("a.e", UNKNOWN, hidden=True)]),
        ("a.e[].x", [Found("a.e.x", UNKNOWN, hidden=True)]),
        ("u.x.y", [Found("u.x.y", UNKNOWN, hidden=True)]),
        ("a.n", []),
        ("a.x", []),
        ("a.t.x", []),
        ("a.t[]", []),
        ("a.t", [Found("a.t", "text")]),
    ],
)
def test_where_a_path_leads(path: str, expected: list[Found]) -> None:
    """Every place with its index; null is nothing; below the unknown is one hidden place."""
    assert list(View(TREE).each(path)) == expected
    assert View(TREE).first(path) == (expected[0] if expected else None)
    prefixed = [Found(f"p.{each.path}", each.value, each.hidden) for each in expected]
    assert list(View(TREE, "p").each(path)) == prefixed


def test_what_is_not_known_is_never_guessed() -> None:
    """A value, a presence or a list that cannot be read is an error with its path; what can be read is read."""
    view = View(TREE)
    assert view.value("a.t") == "text"
    assert view.value("a.x", 3) == 3
    assert view.value("a.n", 3) == 3
    assert view.has("a.e")
    assert not view.has("a.n")
    for ask in (view.value, view.members):
        with pytest.raises(NotKnownError, match=r"a\.e"):
            ask("a.e")
    with pytest.raises(NotKnownError, match=r"u\.x"):
        view.has("u.x")
    with pytest.raises(NotKnownError, match="a property"):
        bool(UNKNOWN)
    assert [each.path("c") for each in view.members("a.b")] == ["a.b[0].c", "a.b[1].c", "a.b[2].c"]
    assert list(view.members("a.t")) == []
    assert (View(UNKNOWN).known, view.known, View(UNKNOWN, "p").path("")) == (False, True, "p")
    assert (repr(UNKNOWN), view.raw) == ("UNKNOWN", TREE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("short", "'short'"),
        ("x" * 58, f"'{'x' * 58}'"),
        ("x" * 59, f"'{'x' * 56}..."),
        ({"secret": 1}, "{...}"),
        ([1, "a", None], "[1, 'a', None]"),
        ([[1]], "[...]"),
        (object, "an object of the type type"),
        (2**255, f"{str(2**255)[:57]}..."),
        (2**256, "a number of 257 bits"),
        (True, "True"),
        ("https://x/y?sv=1&sig=abc%3D&se=2", "'https://x/y?sv=1&sig=...&se=2'"),
        (UNKNOWN, "UNKNOWN"),
    ],
)
def test_how_a_value_is_shown(value: Any, text: str) -> None:
    """At most 60 characters, nothing from inside an object, no signature of an URL."""
    assert show(value) == text
    assert len(show(value)) <= 60


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("PT1H30M", 90),
        ("P1D", 1440),
        ("P1DT1M", 1441),
        ("PT90S", 1.5),
        ("PT0.6S", 0.01),
        ("PT0S", 0),
        ("P", None),
        ("PT", None),
        ("1H", None),
        ("PT1H ", None),
        ("pt1h", None),
        (90, None),
        (None, None),
    ],
)
def test_durations(text: Any, minutes: float | None) -> None:
    """ISO 8601 durations in minutes; anything else is none."""
    assert duration_minutes(text) == (None if minutes is None else pytest.approx(minutes))


def test_numbers_and_words() -> None:
    """A truth value is no number, and texts are equal whatever their case."""
    assert [is_number(each) for each in (0, 1.5, True, "1", None)] == [True, True, False, False, False]
    assert [same("A", "a"), same("a", "b"), same(1, 1), same(None, "a")] == [True, False, True, False]


def test_checks_say_where_and_what() -> None:
    """Each kind of check names the place, the value and what was expected."""
    view = View({"a": 3, "u": UNKNOWN, "e": {}})
    assert evaluate(forbidden("a", "u"), view) == Outcome((Finding("a", 3), Finding("u")), ())
    assert evaluate(forbidden("a", "u", allow=(3,)), view) == Outcome((), ("u",))
    assert evaluate(forbidden("u.x"), view) == Outcome((), ("u.x",))
    assert evaluate(required("b"), view) == Outcome((Finding("b", detail="it is missing"),), ())
    assert evaluate(required("e.b", under="e"), view) == Outcome((Finding("e.b", detail="it is missing"),), ())
    assert evaluate(required("f.b", under="f"), view).clean
    assert evaluate(between("a", 4, 5, "parts"), view).findings[0].detail == "expected 4 to 5 parts"
    assert evaluate(between("a", 0, 2.5), view).findings[0].detail == "expected 0 to 2.5"
    joined = evaluate(both(required("u.x"), forbidden("a")), view)
    assert joined == Outcome((Finding("a", 3),), ("u.x",))
    assert not joined.clean
    assert not Outcome((), ("x",)).clean


def test_a_machine_is_read_as_a_set_of_its_own() -> None:
    """What a machine declares is where a set's profile declares it, and paths are translated back."""
    machine = {"hardwareProfile": {"vmSize": "S"}, "host": {"id": "h"}, "zones": ["1"], "osProfile": {"x": 1}}
    view = machine_view(machine)
    assert view.value("sku.name") == "S"
    assert view.value("hostGroup.id") == "h"
    assert view.value("zones") == ["1"]
    assert view.value("virtualMachineProfile.osProfile.x") == 1
    assert not machine_view({}).has("sku.name")
    assert machine_view({"hostGroup": {"id": "g"}}).value("hostGroup.id") == "g"
    assert not machine_view(UNKNOWN).known
    assert machine_path("virtualMachineProfile.a.b") == "a.b"
    assert machine_path("sku.name") == "hardwareProfile.vmSize"
    kept = ("zones", "proximityPlacementGroup", "additionalCapabilities", "identity")
    assert all(machine_view({name: {"id": 1}}).has(name) for name in kept)
    assert not machine_view({"other": 1}).has("other")


def test_secrets_are_known_by_their_names() -> None:
    """Texts of three characters and more under a secret's name are hidden, the longest first."""
    args = {
        "admin_password": "abcd",
        "adminPassword": "abc",
        "custom_data": "ab",
        "user_data": ["abcdef"],
        "pwd": "admin_password",
        "secret-store": {"size": "large"},
        "settings": {"accountKey": "keykey", "port": "open"},
    }
    assert secrets.secret_texts(args) == ["abcdef", "keykey", "abcd", "abc"]
    assert secrets.redact("is abcdef or abcd", ["abcdef", "abcd"]) == "is a secret value or a secret value"
    assert secrets.is_secret(["a", "commandToExecute", 0])
    assert secrets.is_secret("protected_settings")
    assert not secrets.is_secret("vm_size")


def test_corrections_say_whether_they_changed_something() -> None:
    """What is there is dropped, what lacks is set, at every object of the path; else nothing is done."""
    tree: dict[str, Any] = {"a": [{"x": 1, "y": 2}, {"y": 3}, "text"], "b": {"x": 1}}
    assert fixes.drop("a[]", "x").apply(tree)
    assert tree == {"a": [{"y": 2}, {"y": 3}, "text"], "b": {"x": 1}}
    assert not fixes.drop("a[]", "x").apply(tree)
    assert fixes.drop("", "b").apply(tree)
    assert tree == {"a": [{"y": 2}, {"y": 3}, "text"]}
    tree["a"][1]["z"] = None
    assert fixes.set_missing("a[]", "z", 5).apply(tree)
    assert tree == {"a": [{"y": 2, "z": 5}, {"y": 3, "z": 5}, "text"]}
    assert not fixes.set_missing("a[]", "z", 6).apply(tree)
    assert not fixes.set_missing("q", "z", 6).apply(tree)


@pytest.mark.parametrize(
    ("configurations", "changed", "after"),
    [
        ([{"name": "ip"}], True, [{"name": "ip", "primary": True}]),
        ([{"primary": False}], True, [{"primary": True}]),
        ([{"primary": None}], True, [{"primary": True}]),
        ([{"primary": True}], False, [{"primary": True}]),
        ([{"primary": "sentinel"}], False, [{"primary": "sentinel"}]),
        ([{}, {}], False, [{}, {}]),
        ([], False, []),
        ("sentinel", False, "sentinel"),
        (["sentinel"], False, ["sentinel"]),
    ],
)
def test_a_single_address_becomes_the_primary_one(configurations: Any, after: Any, *, changed: bool) -> None:
    """Only where there is one configuration that does not say, or says no."""
    fix = RULES["primary-ip-configuration-on-flexible"].fix
    assert fix is not None
    nics = [{"ipConfigurations": configurations}]
    tree = {"virtualMachineProfile": {"networkProfile": {"networkInterfaceConfigurations": nics}}}
    assert fix.apply(tree) is changed
    assert nics == [{"ipConfigurations": after}]


@pytest.mark.parametrize(
    ("size", "family", "features"),
    [
        ("Standard_D2s_v5", "D", "s"),
        ("standard_NC4as_T4_v3", "NC", "as"),
        ("Basic_A1", "A", ""),
        ("Standard_D2ps_v5", "D", "ps"),
        ("Standard_E4-2s_v5", "E", "s"),
        ("D2", "", ""),
        ("", "", ""),
        (None, "", ""),
        (UNKNOWN, "", ""),
    ],
)
def test_what_a_size_is_called_by(size: Any, family: str, features: str) -> None:
    """Family letters in upper case, feature letters in lower case; nothing where there is no size."""
    assert parts.size_family(size) == family
    assert parts.size_features(size) == features


def test_ports_follow_from_names() -> None:
    """A trailing number counts from the first port while it fits; any other name has a port by its hash."""
    ports = PortRange(50_000, 50_009)
    assert len(ports) == 10
    assert str(ports) == "50000-50009"
    assert [each in ports for each in (49_999, 50_000, 50_009, 50_010, "50000")] == [False, True, True, False, False]
    assert [default_port(name, ports) for name in ("web-0", "web-9")] == [50_000, 50_009]
    assert default_port("web-10", ports) == 50_000 + names.stable_hash("web-10") % 10
    assert allocate({"a-1": None, "b-1": None, "c": 50_007}, ports) == {"a-1": 50_001, "b-1": 50_001, "c": 50_007}
    assert collisions({"a": 1, "b": 1, "c": 2}) == {1: ["a", "b"]}


def test_names_are_what_they_were() -> None:
    """The names that Pulumi and Azure know instances by."""
    assert names.instance_logical_name("web", "web-0") == "web-0"
    assert names.instance_logical_name("web", "webmaster") == "web-webmaster"
    assert names.former_name("web-db-nic", "web", "old", ["db"]) == "old-db-nic"
    assert names.former_name("web-0-nic", "web", "old", ["web-0"]) == "old-web-0-nic"
    assert names.former_name("web-lb", "web", "old", ["db"]) is None
    assert names.counted_names("web", 2) == ["web-0", "web-1"]
    assert (names.trailing_number("web-12"), names.trailing_number("web")) == (12, None)
    assert names.stable_hash("web") == names.stable_hash("WEB") == 5430874918674711225
    assert [names.default_zone(f"web-{index}", ["3", "1"]) for index in range(3)] == ["1", "3", "1"]
    assert names.default_zone("web-0", []) is None
    assert names.computer_name_prefix("my_set.of-ten", windows=True) == "my-set-of"
    assert names.computer_name_prefix("abcdefgh-xyz", windows=True) == "abcdefgh"
    assert names.computer_name_prefix("x" * 60, windows=False) == "x" * 58
    assert names.computer_name_prefix("--", windows=False) == "vm"


@pytest.mark.parametrize(
    ("size", "premium"),
    [
        ("Standard_D2s_v5", True),
        ("Standard_D2_v5", False),
        ("Standard_DS13-4_v2", True),
        ("Standard_GS5-16", True),
        ("Standard_G5", False),
        ("Standard_E64-32s_v3", True),
        ("Standard_B2ms", True),
        ("Standard_A2_v2", False),
        ("standard_nc24ads_a100_v4", True),
        ("Standard_NV6_Promo", False),
        ("Basic_A1", False),
        ("Mix", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_size_takes(size: object, premium: bool | None) -> None:
    """By Microsoft's naming convention: the s among the features, or in the old DS and GS; other names tell nothing."""
    assert takes_premium(size) is premium


def test_the_list_of_readable_places_is_no_secret() -> None:
    """`readable_secrets` names arguments: its values stay readable in messages."""
    for name in ("readable_secrets", "readableSecrets"):
        assert not secrets.is_secret(name)
        assert secrets.secret_texts({name: ["settings", "tags"]}) == []
