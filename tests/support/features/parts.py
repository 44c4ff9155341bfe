"""The building blocks of features: strategies of single arguments, with valid and invalid values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Feature = st.SearchStrategy[dict[str, Any]]

BOOL = st.booleans()


def one(name: str, *values: Any) -> Feature:
    """One argument with one of the values."""
    return st.sampled_from(values).map(lambda value: {name: value})


def object_of(name: str, required: dict[str, st.SearchStrategy[Any]], /, **optional: st.SearchStrategy[Any]) -> Feature:
    """An argument that is an object; optional members may be present."""
    return st.fixed_dictionaries(required, optional=optional).map(lambda value: {name: value})


def pick(*values: Any) -> st.SearchStrategy[Any]:
    """One of the values."""
    return st.sampled_from(values)


def raw(kind: str, *inputs: dict[str, Any]) -> Feature:
    """Raw inputs of one resource, through ``overrides``."""
    return st.sampled_from(inputs).map(lambda value: {"overrides": {kind: value}})


SIZES = one(
    "vm_size",
    "Standard_B2s",
    "Standard_D4s_v5",
    "Standard_B1ls",
    "Standard_L8s_v3",
    "Standard_NC4as_T4_v3",
    "Standard_DC2s_v3",
    "Standard_D2ps_v5",
)
