"""The pages of the Python packages: which names are on them. mkdocstrings writes them from the docstrings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import griffe

PACKAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "component": ("The component", ("pulumi_azure_scaleset",)),
    "modes": ("The mode table", ("scaleset_core.modes", "scaleset_core.modes.types")),
    "operations": ("Operations", ("scaleset_operations",)),
    "simulator": ("The simulator in tests", ("arm_simulator.testing",)),
}
"""The title and the modules of each page."""

_ROLE = re.compile(r":(?:data|class|func|meth|mod|attr|exc|obj):`~?([^`]+)`")


def pages() -> dict[str, str]:
    """The text of each page by its name, with mkdocstrings' directives."""
    return {
        f"{name}.md": f"# {title}\n\n" + "\n\n".join(f"::: {module}" for module in modules) + "\n"
        for name, (title, modules) in PACKAGES.items()
    }


class Roles(griffe.Extension):
    """Docstrings say ``:class:`Mode``` as Sphinx does; on the site that is code."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Take the roles' names away, in the whole package."""
        _plain(pkg)


def _plain(found: griffe.Object) -> None:
    if found.docstring is not None:
        found.docstring.value = _ROLE.sub(r"`\1`", found.docstring.value)
    for member in found.members.values():
        if isinstance(member, griffe.Object):
            _plain(member)
