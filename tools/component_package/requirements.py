"""`requirements.txt` of the folders that the Pulumi CLI installs: this repository's folders, and pins of the rest.

The CLI runs `pip install -r requirements.txt` in the folder and then `pip install .`, so that the distributions beside
it must be named too. pip takes no hashes for folders, and then for nothing in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devkit import paths
from devkit.locked import OURS, closure, locked, pin


@dataclass(frozen=True)
class Installed:
    """A folder with PulumiPlugin.yaml or PulumiPolicy.yaml.

    Attributes:
        folder: The folder.
        distribution: What it runs, with extras.
        beside: The folders of the distributions that this one requires, relative to it.
    """

    folder: Path
    distribution: str
    beside: tuple[str, ...]

    @property
    def file(self) -> Path:
        """Its requirements.txt."""
        return self.folder / "requirements.txt"


FOLDERS = (
    Installed(paths.COMPONENTS, OURS, ("./core",)),
    Installed(paths.POLICY_PACK, f"{OURS}-policies[pack]", ("../components/core", "../templates")),
)

_HEADER = """\
# For `pulumi install`, which runs pip in this folder: from requirements.lock by
#     python -m component_package
"""


def write() -> None:
    """Write the file of each folder."""
    for each in FOLDERS:
        each.file.write_text(expected(each), encoding="utf-8")


def expected(installed: Installed) -> str:
    """What a folder's file must contain: the distributions beside it, and the locked release of all they require."""
    pins = locked()
    names = sorted(closure(installed.distribution).others)
    return _HEADER + "".join(f"{line}\n" for line in [*installed.beside, *(pin(pins[name]) for name in names)])
