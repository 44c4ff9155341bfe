"""The situations of the published REST examples of scale sets and virtual machines, in our own words and values.

Microsoft publishes an example for each thing that a body can say (azure-rest-api-specs, folders
``virtualMachineScaleSetExamples`` and ``virtualMachineExamples``; the SDK repositories carry the same as samples). Each
create and update example is restated here: what it is about is kept, names, values and credentials are ours, and so is
what is only incidental.

The bodies of about 35 were read whole; the others are restated from their names and from what the specification says
of the property that the name is about. Examples are written by hand and nobody deploys them: some say what
Microsoft's own pages exclude. ``refused`` then has the reason, and the source that excludes it.
"""

from __future__ import annotations

from support.published.machines import MACHINES
from support.published.sets import SETS
from support.published.situation import Situation

__all__ = ["MACHINES", "SETS", "SITUATIONS", "Situation"]

SITUATIONS: tuple[Situation, ...] = (*SETS, *MACHINES)
