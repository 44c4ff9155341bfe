"""Features of extension resources of the set: grants and diagnostic settings."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from support import azure_world as azure
from support.features.parts import BOOL, Feature, pick

_PEOPLE = [f"11111111-0000-0000-0000-00000000000{index}" for index in range(3)]
_NAMES = [f"22222222-0000-0000-0000-00000000000{index}" for index in range(3)]
_READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_DEFINITION = f"/subscriptions/{azure.SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"

_roles = pick(
    {"role_definition_name": "Reader"},
    {"role_definition_id": _READER.upper()},
    {"role_definition_id": f"{_DEFINITION}/{_READER}"},
    {"role_definition_name": "Owner"},
    {"role_definition_name": "Virtual Machine Contributor"},
    {"role_definition_name": "Writer"},
)
_grant = st.fixed_dictionaries(
    {"principal_id": pick(*_PEOPLE, _PEOPLE[0].upper())},
    optional={
        "principal_type": pick("User", "Group", "ServicePrincipal"),
        "description": pick("ops", ""),
        "condition": pick("@Resource[a:b] StringEquals 'c'"),
        "name": pick(*_NAMES),
    },
)
_grants = st.dictionaries(
    pick("ops", "audit", "more", "last"),
    st.tuples(_grant, _roles).map(lambda parts: {**parts[0], **parts[1]}),
    max_size=4,
)

_DESTINATIONS: dict[str, st.SearchStrategy[str]] = {
    "workspace_id": pick(
        *(f"{azure.WORKSPACE}{index}" for index in range(4)),
        azure.WORKSPACE.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/") + "0",
    ),
    "storage_account_id": pick(azure.STORAGE, azure.STORAGE.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/")),
    "event_hub_authorization_rule_id": pick(azure.EVENT_HUB_RULE, f"{azure.EVENT_HUB_RULE}2"),
    "marketplace_partner_id": pick(azure.PARTNER),
}


@st.composite
def _settings(draw: st.DrawFn) -> dict[str, Any]:
    keys = draw(st.lists(pick("a", "b", "c", "d", "e", "f", "A"), max_size=7, unique=True))
    settings: dict[str, Any] = {}
    for index, key in enumerate(keys):
        chosen = draw(st.lists(pick(*_DESTINATIONS), max_size=2, unique=True))
        settings[key] = {name: draw(_DESTINATIONS[name]) for name in chosen}
        if draw(BOOL):
            # A destination that no other setting has, so that many examples are valid.
            settings[key] = {"workspace_id": f"{azure.WORKSPACE}-{index}"}
        if draw(st.integers(0, 9)) == 0:
            settings[key]["name"] = draw(pick("a", "b", "all"))
    return {"diagnostic_settings": settings}


ACCESS: tuple[Feature, ...] = (
    _grants.map(lambda grants: {"role_assignments": grants}),
    _settings(),
    pick({"lock": {"level": "CanNotDelete"}}, {"lock": {"level": "ReadOnly", "include_dependencies": True}}),
)
"""Grants, diagnostic settings, and the lock that comes after them."""
