"""Resources that were in the stack before the component. Read by Pulumi's component analyzer.

No ``from __future__ import annotations`` here: the analyzer reads annotations as they are.
"""

from typing import TypedDict


class Adoption(TypedDict, total=False):
    """Resources of the same stack that become this component's without being touched in Azure.

    For a scale set that was written by hand with azure-native: declare it as a component with the same names and
    properties, say here what its resources were called in the program, and `pulumi preview` shows what would still
    change. Nothing of this reaches Azure; once deployed, it can stay or go.
    """

    names: dict[str, str]
    """The logical name that a resource had, by the logical name that it has here (web-0: vmBlue); `pulumi preview`
    lists the latter. A resource that is not named is looked for under the name that it has here."""
    types: dict[str, str]
    """The type that a resource had, by its type here, for programs that import a version of the API:
    azure-native:compute:VirtualMachine: azure-native:compute/v20240701:VirtualMachine."""
    parent_urn: str
    """The URN of the component that the resources stood in; by default they stood in the program itself."""
