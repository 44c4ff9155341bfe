"""Resources that were in the stack before the component."""

from typing import Annotated

from pydantic import Field

from pulumi_azure_scaleset.model.base import Model

Name = Annotated[str, Field(min_length=1)]
Type = Annotated[str, Field(pattern=r"^azure-native:[^:]+:[A-Za-z]+$")]
FormerType = Annotated[str, Field(pattern=r"^azure-native(_[a-z0-9]+_v\w+)?:[^:]+:[A-Za-z]+$")]


class Adoption(Model):
    """Resources of the same stack that move into this component and do not change in Azure.

    Use it for a scale set that your program declares with azure-native. Declare the set as a component with the same
    names and properties, and list here the old names of its resources. `pulumi preview` shows what would still change.
    It does not change anything in Azure. After the deployment you can keep or remove it.
    """

    names: dict[Name, Name] = {}
    """The logical name that a resource had, by the logical name that it has here (web-0: vmBlue); `pulumi preview`
    lists the latter. Other resources are searched under the name that they have here."""
    types: dict[Type, FormerType] = {}
    """The type that a resource had, by its type here (azure-native:compute:VirtualMachine:
    azure-native:compute/v20240701:VirtualMachine). It is not needed: the types of all API versions, of versions 1 to 3
    of azure-native and of its local packages are looked for anyway. With it only this one is."""
    parent_urn: Annotated[str, Field(pattern=r"^urn:pulumi:.+::.+::.+::.+$")] | None = None
    """The URN of the component that contained the resources; by default the program itself."""
