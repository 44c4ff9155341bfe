"""What users write: the arguments of :class:`~pulumi_azure_scaleset.ScaleSet` as TypedDicts."""

from pulumi_azure_scaleset.args.scale_set import Instance, ScaleSetArgs

__all__ = ["Instance", "ScaleSetArgs"]
