"""Whether a program in another process makes the component: how errors are shown, and which azure-native is used.

A program that imports the library has one azure-native SDK, which is the component's too. A program in another process
has its own SDK, or none, and the component's plugin has another. The engine starts a separate default provider for each
version that resources name. So in a plugin the children name no version, and the engine takes the program's.
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
"""The configuration key that sets a version of azure-native nevertheless."""

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
