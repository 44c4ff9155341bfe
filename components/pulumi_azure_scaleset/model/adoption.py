"""Validated: what was in the stack before. The fields are those of ``args_adoption``."""

from typing import Annotated

from pydantic import Field

from pulumi_azure_scaleset.model.base import Model

Name = Annotated[str, Field(min_length=1)]
Type = Annotated[str, Field(pattern=r"^azure-native:[^:]+:[A-Za-z]+$")]


class Adoption(Model):
    """Where the children stood before, in the stack's state."""

    names: dict[Name, Name] = {}
    types: dict[Type, Type] = {}
    parent_urn: Annotated[str, Field(pattern=r"^urn:pulumi:.+::.+::.+::.+$")] | None = None
