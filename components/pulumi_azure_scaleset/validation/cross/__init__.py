"""Rules between arguments. Each function yields every problem that it finds; :func:`problems` runs all.

Facts about the modes are quoted from the mode table, never written here again.
"""

from collections.abc import Iterator

from pulumi_azure_scaleset.errors import Problem
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel
from pulumi_azure_scaleset.plan import overrides, versions
from pulumi_azure_scaleset.validation.cross import (
    access,
    capacity,
    guest,
    instances,
    machine,
    network,
    reachability,
)
from pulumi_azure_scaleset.validation.cross import (
    no_effect as unheard,
)


def problems(model: ScaleSetModel) -> Iterator[Problem]:
    """Every problem between the arguments of ``model``."""
    for part in (machine, guest, capacity, instances, network, reachability, access, unheard):
        yield from part.problems(model)
    yield from overrides.problems(model)
    yield from versions.problems(model)
