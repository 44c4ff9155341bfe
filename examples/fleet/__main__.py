"""One stack of the fleet: the program that every stack of this project runs.

The stack's name says which part of fleet.yaml it is, so that plain `pulumi preview --stack NAME` works as well as
`scaleset fleet preview --only NAME`.
"""

import pulumi
from program import declare

from scaleset_operations.fleet import FleetError, current

try:
    fleet, plan = current(pulumi.get_stack())
except FleetError as error:
    raise pulumi.RunError(str(error)) from None

declare(fleet, plan)
