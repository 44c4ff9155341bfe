"""What users write: the arguments of :class:`~pulumi_azure_scaleset.ScaleSet` as TypedDicts."""

from pulumi_azure_scaleset.args.instance import Instance
from pulumi_azure_scaleset.args.scale_set import ScaleSetArgs

__all__ = ["Instance", "ScaleSetArgs"]
