"""Whether the component is made for a program of another process: how it refuses then, whose azure-native it uses.

A program that imports the library has one azure-native SDK, which is the component's too. A program in another process
has its own, or none, and the component's plugin has another. Each version that resources name gets a default provider
of its own from the engine, so in a plugin the children name none: the engine then takes the program's.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

import pulumi

REMOTE: ContextVar[Callable[[Exception], Exception] | None] = ContextVar("remote", default=None)
"""Set while a program of another process makes the component: what its engine shows without a traceback."""

CONFIG_NAMESPACE: Final = "azure-scaleset"
VERSION_KEY: Final = "azureNativeVersion"
"""The configuration that names a version of azure-native all the same."""

_VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")


def version_for_children(installed: str) -> str | None:
    """The version of azure-native that the children name; None leaves it to the program.

    Args:
        installed: The version of the SDK in this process.

    Raises:
        pulumi.RunError: The configuration names something else than a version.
    """
    if REMOTE.get() is None:
        return installed
    wanted = pulumi.Config(CONFIG_NAMESPACE).get(VERSION_KEY)
    if wanted is not None and not _VERSION.fullmatch(wanted):
        raise pulumi.RunError(
            f"{CONFIG_NAMESPACE}:{VERSION_KEY}: got {wanted!r}; expected an exact version of azure-native, such as "
            f"{installed!r}, or no value: then it is the version that the program uses"
        )
    return wanted
