"""The steps of a migration: what each does, what has to hold after it, what undoes it."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """A step, in the order of the migration."""

    LIFT = "lift"
    POOLS = "pools"
    MODELS = "models"
    INSTANCES = "instances"
    RULES = "rules"
    RESTORE = "restore"


DOES = {
    Step.LIFT: "protection from scale-set actions is lifted",
    Step.POOLS: "backend pools for the rules",
    Step.MODELS: "the models leave the NAT pools and join the backend pools",
    Step.INSTANCES: "the instances follow; each loses its NAT port now",
    Step.RULES: "the rules in the NAT pools' place",
    Step.RESTORE: "protection is put back",
}
BACK = {
    Step.RULES: "the NAT pools in the rules' place",
    Step.MODELS: "the models join the NAT pools and leave the backend pools",
    Step.INSTANCES: "the instances follow",
    Step.POOLS: "the new backend pools are deleted",
}
