"""The cut-over: what each step does, how it is checked, and how it is undone."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """A step of the cut-over, in order."""

    CREATE = "create"
    HEALTH = "health"
    JOIN = "join"
    DRAIN = "drain"
    PORTS = "ports"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Told:
    """A step as the plan describes it.

    Attributes:
        does: What it does.
        check: What has to hold before the next one.
        back: How it is undone.
        outage: What clients notice.
    """

    does: str
    check: str
    back: str
    outage: str


STEPS = {
    Step.CREATE: Told(
        "Create the Flexible set beside the old one, in no pool of the load balancer yet.",
        "The set and all its instances are provisioned.",
        "Delete the new set.",
        "None: the new instances receive no traffic yet.",
    ),
    Step.HEALTH: Told(
        "Wait until every new instance runs, and reports itself healthy where it has a health signal.",
        "As many healthy instances as the old set has.",
        "Delete the new set.",
        "None.",
    ),
    Step.JOIN: Told(
        "Put the new instances into the old set's backend pools, a batch at a time; the model first, for instances "
        "that come later.",
        "Each batch is in the pools and still healthy.",
        "Take the new instances out of the pools.",
        "None: the load balancer's probe decides who gets traffic.",
    ),
    Step.DRAIN: Told(
        "Take the old instances out of the backend pools, the model first and then a batch at a time.",
        "No old instance is in a pool, the new ones are healthy.",
        "Put the old instances back into the pools.",
        "None for new connections; connections to an old instance end when it leaves the pool, unless they finish "
        "within the time between two batches.",
    ),
    Step.PORTS: Told(
        "Remove the NAT pools from the old set and the load balancer, and create NAT rules at the same "
        "front-end ports.",
        "Each front-end port of the plan leads to a new instance.",
        "Delete the NAT rules, and put the NAT pools back.",
        "The front-end ports do not work between the two writes of the load balancer: seconds to a few minutes.",
    ),
    Step.RETIRE: Told(
        "Delete the old set.",
        "It is deleted; the new set does not change.",
        "None: this is the last step.",
        "None.",
    ),
}
"""What each step is."""
