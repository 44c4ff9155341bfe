"""The type of a resource in its id, and which types an argument takes."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pulumi_azure_scaleset.model import ids

SEGMENT = st.from_regex(r"[A-Za-z][A-Za-z0-9.-]{0,12}", fullmatch=True).filter(lambda text: text != "providers")
TYPES = st.lists(SEGMENT, min_size=1, max_size=3)
SUBNET = TypeAdapter(Annotated[str, ids.SUBNET])
NETWORK = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/a"


@given(SEGMENT, TYPES, st.data())
def test_the_type_is_read_back(namespace: str, types: list[str], data: st.DataObject) -> None:
    """Whatever the names, the type of an id is the namespace and the types in it, also below another resource."""
    names = data.draw(st.lists(SEGMENT, min_size=len(types), max_size=len(types)))
    path = "/".join(part for pair in zip(types, names, strict=True) for part in pair)
    for scope in ("/subscriptions/0/resourceGroups/rg", NETWORK):
        assert ids.type_of(f"{scope}/providers/{namespace}/{path}") == "/".join((namespace, *types))


@pytest.mark.parametrize("identity", [f"{NETWORK}/subnets/b", f"{NETWORK.upper()}/SUBNETS/B"])
def test_case_does_not_matter(identity: str) -> None:
    """Azure's ids are compared without case, and stay as they were written."""
    assert SUBNET.validate_python(identity) == identity


@pytest.mark.parametrize("identity", [NETWORK, f"{NETWORK}/subnets/b/ipConfigurations/c", "/subscriptions/0"])
def test_another_type_is_refused(identity: str) -> None:
    """What holds a subnet, and what a subnet holds, is no subnet."""
    with pytest.raises(ValidationError, match=r"expected that of a Microsoft\.Network/virtualNetworks/subnets"):
        SUBNET.validate_python(identity)
