"""Resources that were in the stack before the component."""

from typing import Annotated

from pydantic import Field

from pulumi_azure_scaleset.model.base import Model

Name = Annotated[str, Field(min_length=1)]
Type = Annotated[str, Field(pattern=r"^azure-native:[^:]+:[A-Za-z]+$")]
FormerType = Annotated[str, Field(pattern=r"^azure-native(_[a-z0-9]+_v\w+)?:[^:]+:[A-Za-z]+$")]


class Adoption(Model):
    """Resources of the same stack that become this component's without being touched in Azure.

    For a scale set that was written by hand with azure-native: declare it as a component with the same names and
    properties, say here what its resources were called in the program, and `pulumi preview` shows what would still
    change. Nothing of this reaches Azure; once deployed, it can stay or go.
    """

    names: dict[Name, Name] = {}
    """The logical name that a resource had, by the logical name that it has here (web-0: vmBlue); `pulumi preview`
    lists the latter. A resource that is not named is looked for under the name that it has here."""
    types: dict[Type, FormerType] = {}
    """The type that a resource had, by its type here (azure-native:compute:VirtualMachine:
    azure-native:compute/v20240701:VirtualMachine). It is not needed: the types of all API versions, of versions 1 to 3
    of azure-native and of its local packages are looked for anyway. With it only this one is."""
    parent_urn: Annotated[str, Field(pattern=r"^urn:pulumi:.+::.+::.+::.+$")] | None = None
    """The URN of the component that the resources stood in; by default they stood in the program itself."""
