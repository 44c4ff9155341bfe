"""One stack of the fleet: the program that every stack of this project runs.

The stack's name says which part of fleet.yaml it is, so that plain `pulumi preview --stack NAME` works as well as
`python fleet.py preview --only NAME`.
"""

import pulumi
from rollout.config import fleet_file, load
from rollout.plan import expand, find
from rollout.problems import FleetError
from rollout.program import declare

try:
    fleet = load(fleet_file())
    plan = find(expand(fleet), pulumi.get_stack())
except FleetError as error:
    raise pulumi.RunError(str(error)) from None

declare(fleet, plan)
