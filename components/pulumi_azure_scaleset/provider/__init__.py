"""The component for programs in any Pulumi language: a provider that serves :class:`~pulumi_azure_scaleset.ScaleSet`.

The engine starts it as the plugin ``azure-scaleset``; Python programs that import the library need none of this.
"""

from pulumi_azure_scaleset.provider.host import PACKAGE, ScaleSetProvider, package_version, serve

__all__ = ["PACKAGE", "ScaleSetProvider", "package_version", "serve"]
