"""What the component decides about a live set, without an engine: tokens, retries, locks, users."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_azure_scaleset.engine import guards, halfway, locks, retry
from pulumi_azure_scaleset.engine.rest import ArmUnavailableError, endpoint_of
from pulumi_azure_scaleset.engine.stopped import power_of
from pulumi_azure_scaleset.plan import tokens

SCOPE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web-0"


def token(claims: Any) -> str:
    """An access token with these claims."""
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{part}.signature"


@pytest.mark.parametrize(
    ("audience", "endpoint"),
    [
        ("https://management.azure.com", "https://management.azure.com"),
        ("https://management.azure.com/", "https://management.azure.com"),
        ("https://management.core.windows.net/", "https://management.azure.com"),
        ("https://management.core.usgovcloudapi.net/", "https://management.usgovcloudapi.net"),
        ("https://management.core.chinacloudapi.cn/", "https://management.chinacloudapi.cn"),
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
    ],
)
def test_a_token_is_sent_to_the_cloud_it_is_for(audience: str, endpoint: str) -> None:
    """Each cloud's audiences lead to its endpoint."""
    assert endpoint_of(token({"aud": audience})) == endpoint


@pytest.mark.parametrize(
    "bad",
    [
        token({"aud": "https://evil.example"}),
        token({"aud": "http://management.azure.com.evil.example"}),
        token({"aud": "http://10.0.0.1:80"}),
        token({"aud": ["https://management.azure.com"]}),
        token({}),
        "no-token",
        "a.b.c",
        "",
    ],
)
def test_a_token_for_anything_else_is_sent_nowhere(bad: str) -> None:
    """An unknown audience, and what is no token, are refused."""
    with pytest.raises(ArmUnavailableError):
        endpoint_of(bad)


@given(st.integers(1, retry.MOST))
def test_pauses_grow_and_end(attempt: int) -> None:
    """A pause is half a second to twenty, never less than half of what its attempt allows."""
    longest = min(0.5 * 2.0 ** (attempt - 1), 20.0)
    assert longest / 2 <= retry.pause(attempt) <= longest


@pytest.mark.parametrize(
    ("error", "again"),
    [
        ('Status=429 Code="RetryableError" Message="A retryable error occurred."', True),
        ('Status=409 Code="AnotherOperationInProgress"', True),
        ('Code="Canceled" ... CanceledAndSupersededDueToAnotherOperation: Operation ...', True),
        ('Code="PrincipalNotFound"', True),
        ('Status=409 Code="ScopeLocked"', False),
        ('Status=400 Code="InvalidParameter"', False),
    ],
)
def test_what_passes_is_tried_again(error: str, again: bool) -> None:
    """Refusals of the moment are tried again up to a limit, others never."""
    assert (retry.tries_again([error]) is not None) == again
    assert retry.tries_again([error] * (retry.MOST + 1)) is None
    assert retry.tries_again([]) is None


def test_the_locked_scopes_are_read_from_the_message() -> None:
    """All scopes that the message lists, each once, and not the scope of the request itself."""
    message = (
        f"The scope '{SCOPE}/extensions/x' cannot perform write operation because following scope(s) are locked: "
        f"'{SCOPE}','/subscriptions/s/resourceGroups/rg','{SCOPE}'. Please remove the lock and try again."
    )
    assert locks.locked_scopes(message) == [SCOPE, "/subscriptions/s/resourceGroups/rg"]
    assert locks.locked_scopes("something else") == []


@pytest.mark.parametrize(
    ("scope", "name", "level", "own"),
    [
        (SCOPE, "web-0-readonly", "ReadOnly", True),
        (SCOPE, "WEB-0-CannotDelete", "CanNotDelete", True),
        (SCOPE, "web-0-readonly", "CanNotDelete", False),  # somebody changed its level
        (SCOPE, "web-1-readonly", "ReadOnly", False),
        (SCOPE, "audit", "ReadOnly", False),
        ("/subscriptions/s/resourceGroups/rg", "rg-readonly", "ReadOnly", False),
        ("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/db", "db-readonly", "ReadOnly", False),
    ],
)
def test_own_locks_are_known_by_their_names(scope: str, name: str, level: str, own: bool) -> None:
    """A lock of the component has the resource's name and its level in its name; any other one is somebody's."""
    lock = locks.Lock(f"{scope}/providers/Microsoft.Authorization/locks/{name}", level, "")
    assert (lock.scope, lock.name) == (scope, name)
    assert locks.is_own(lock) == own
    assert locks.blocks(lock, "delete")
    assert locks.blocks(lock, "update") == (level == "ReadOnly")


def test_references_are_found_at_any_depth() -> None:
    """An id itself or one below it, in any case; a longer name with the same beginning is another resource."""
    tree = {"a": [{"id": "/S/LB/pools/x"}], "b": "/s/lb2"}
    assert guards.refers(tree, ["/s/lb"])
    assert guards.refers(tree, ["/s/lb/pools/x"])
    assert guards.refers(tree, ["/s/lb2"])
    assert not guards.refers(tree, ["/s/lb/pools"[:-1]])
    assert not guards.refers(tree, [])


def test_removed_parts_of_a_balancer() -> None:
    """What the new inputs no longer have, by list and name; a changed entry is none."""
    old = {"probes": [{"name": "a"}, {"name": "B", "port": 1}], "inboundNatPools": [{"name": "ssh"}]}
    assert guards.removed_parts(old, {"probes": [{"name": "b", "port": 2}]}) == [
        ("inboundNatPools", "ssh"),
        ("probes", "a"),
    ]
    assert guards.removed_parts({}, old) == []


def test_a_subnet_with_a_nat_gateway() -> None:
    """A network has a NAT gateway if one of its subnets does; no subnets and an empty reference are none."""
    gateway = {"name": "b", "natGateway": {"id": "/s/natgw"}}
    assert guards.has_gateway({"subnets": [{"name": "a"}, gateway]})
    assert not guards.has_gateway({"subnets": [{"name": "a", "natGateway": None}]})
    assert not guards.has_gateway({})


@pytest.mark.parametrize(
    ("users", "told"),
    [
        (guards.Users(True, ()), "the model"),
        (guards.Users(False, ("0", "1")), "the instances 0, 1"),
        (guards.Users(True, tuple("01234567")), "the model and the instances 0, 1, 2, 3, 4 and 3 more"),
    ],
)
def test_users_are_named(users: guards.Users, told: str) -> None:
    """The model, and the first instances by name."""
    assert str(users) == told
    assert users


@pytest.mark.parametrize(
    ("operation", "kind", "error", "expected"),
    [
        ("create", tokens.INBOUND_NAT_RULE, "Canceled and superseded", True),
        ("create", tokens.NETWORK_INTERFACE, "AnotherOperationInProgress", True),
        ("create", tokens.INBOUND_NAT_RULE, "TooManyRequests", False),  # perhaps of the read: somebody's may be there
        ("create", tokens.VIRTUAL_MACHINE, "Canceled", False),
        ("update", tokens.INBOUND_NAT_RULE, "Canceled", False),
    ],
)
def test_only_what_this_update_made_is_deleted(operation: str, kind: str, error: str, expected: bool) -> None:
    """A creation that Azure accepted and gave up left its resource; nothing else is ever deleted."""
    args: Any = SimpleNamespace(failed_operation=operation, type=kind, errors=[error])
    assert halfway.left_behind(args) == expected


@pytest.mark.parametrize(
    ("codes", "power"),
    [
        (["ProvisioningState/succeeded", "PowerState/deallocated"], "deallocated"),
        (["PowerState/running"], "running"),
        ([], ""),
    ],
)
def test_the_power_state_is_read(codes: list[str], power: str) -> None:
    """The part after the slash of the one code that tells it."""
    statuses = [{"code": code} for code in codes]
    assert power_of({"properties": {"instanceView": {"statuses": statuses}}}) == power
    assert power_of({}) == ""
