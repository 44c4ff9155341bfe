"""The provider process: passes arguments from the wire to the component, and problems back to the user."""

import importlib.metadata
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pulumi
import yaml
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult, main
from pulumi.provider.experimental.analyzer import ComponentDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from pulumi_azure_scaleset.engine.remote import REMOTE
from pulumi_azure_scaleset.provider.schema import published, spell, spelling
from pulumi_azure_scaleset.scale_set import ScaleSet

PACKAGE = "azure-scaleset"
"""The package's name in every language: ``type: azure-scaleset:ScaleSet``."""

_DISTRIBUTION = "pulumi-azure-scaleset"
_PLUGIN_FILE = Path(__file__).resolve().parents[2] / "PulumiPlugin.yaml"


def package_version() -> str:
    """The version of the package: that of the installed distribution, or that in the folder's PulumiPlugin.yaml.

    ``pulumi package add`` may fetch the folder alone, without installing the distribution that is built from it.
    """
    try:
        return importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return str(yaml.safe_load(_PLUGIN_FILE.read_text(encoding="utf-8"))["version"])


class ScaleSetProvider(ComponentProvider):
    """Serves the component; its schema is inferred from the arguments' types and docstrings.

    Two things differ from Pulumi's component provider. First, arguments reach the component as they were written, with
    their camelCase names. The component reads both spellings and reports unknown names. Pulumi's mapping drops unknown
    names, fails on Outputs in nested objects and renames nothing inside them. Second, wrong arguments give the list of
    problems, with the program's spelling of names, without a Python traceback.
    """

    def __init__(self, version: str | None = None) -> None:
        super().__init__([ScaleSet], PACKAGE, version=version or package_version())
        assert self.schema is not None
        inferred = json.loads(self.schema)
        self.spelling = spelling(inferred)
        """The names of all arguments in the schema, by their names in Python."""
        self.schema = json.dumps(published(inferred, self.spelling))

    def map_inputs(
        self,
        inputs: Mapping[str, pulumi.Input[object]],
        component_def: ComponentDefinition,  # noqa: ARG002 - the overridden method's
    ) -> dict[str, pulumi.Input[object]]:
        """The arguments for the component: all of them, as they came."""
        return dict(inputs)

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, pulumi.Input[object]],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make the component.

        Raises:
            InputPropertiesError: The arguments are wrong, or the component refused for another reason that its user can
                fix; the engine shows the message alone.
        """
        REMOTE.set(lambda error: InputPropertiesError(spell(str(error), self.spelling), []))
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, pulumi.RunError):
                # No single properties: the engine shows their values too, secret or not. (None instead of [] ends in
                # an AttributeError of the SDK's.)
                raise InputPropertiesError(spell(str(error.inner), self.spelling), []) from error.inner
            raise


def serve() -> None:
    """Serve the engine that started this process; its arguments are the command line's. Ends with the engine."""
    main(ScaleSetProvider(), sys.argv[1:])
