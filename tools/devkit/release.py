"""What lies beside the distributions of a release: locks with hashes, bills of materials, a page of links, checksums.

* ``NAME.lock``: the distribution and all that it needs, each with its hashes, for
  ``pip install --require-hashes --find-links FOLDER -r NAME.lock``;
* ``NAME.cdx.json``: the same as a CycloneDX 1.6 bill of materials, with what requires what;
* ``index.html``: links with hashes, so that ``--find-links`` takes the address of the folder on any web server;
* ``SHA256SUMS``: of everything, for ``sha256sum --check``.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from devkit.locked import OURS, Closure, closure, locked, pin
from devkit.version import current

WITH_EXTRAS = {
    OURS: OURS,
    f"{OURS}-core": f"{OURS}-core[command]",
    f"{OURS}-operations": f"{OURS}-operations",
    f"{OURS}-policies": f"{OURS}-policies",
    f"{OURS}-policies-pack": f"{OURS}-policies[pack]",
    f"{OURS}-simulator": f"{OURS}-simulator[clients,provider]",
    f"{OURS}-migration": f"{OURS}-migration",
    f"{OURS}-templates": f"{OURS}-templates",
}
"""The names of the locks, and what each installs."""

CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Built:
    """A folder with the wheels and sdists of all distributions."""

    folder: Path

    def files(self) -> list[Path]:
        """The sdists, then the wheels."""
        return [*sorted(self.folder.glob("*.tar.gz")), *sorted(self.folder.glob("*.whl"))]

    def hashes(self, name: str) -> list[str]:
        """The hashes of a distribution's sdist and wheel."""
        stem = re.compile(re.escape(name.replace("-", "_")) + r"-\d")
        return [sha256(file) for file in self.files() if stem.match(file.name)]


def write(folder: Path) -> None:
    """Write everything that belongs beside the distributions in a folder."""
    built = Built(folder)
    for name, requirement in WITH_EXTRAS.items():
        (folder / f"{name}.lock").write_text(lock(built, requirement), encoding="utf-8")
        (folder / f"{name}.cdx.json").write_text(bill(built, requirement), encoding="utf-8")
    (folder / "index.html").write_text(page(built), encoding="utf-8")
    others = sorted(file for file in folder.iterdir() if file.name != CHECKSUMS)
    sums = "".join(f"{sha256(file)}  {file.name}\n" for file in others)
    (folder / CHECKSUMS).write_text(sums, encoding="utf-8")


def lock(built: Built, requirement: str) -> str:
    """A requirements file with hashes for a distribution and all that it needs."""
    needed = closure(requirement)
    pins = locked()
    lines = [f"# {requirement} {current()} with all that it needs. Install it with the files beside this one:"]
    lines += ["#     pip install --require-hashes --find-links FOLDER -r THIS-FILE"]
    asked = requirement.partition("[")
    for name in sorted(needed.ours):
        extras = asked[1] + asked[2] if name == asked[0] else ""
        hashes = [f"    --hash=sha256:{digest}" for digest in built.hashes(name)]
        lines.append(" \\\n".join([f"{name}{extras}=={current()}", *hashes]))
    return "\n".join(lines) + "\n" + "".join(pins[name] for name in sorted(needed.others))


def bill(built: Built, requirement: str) -> str:
    """The bill of materials of a distribution: CycloneDX 1.6, JSON; the same for the same files."""
    needed: Closure = closure(requirement)
    pins = locked()
    components = {}
    for name in needed.ours:
        components[name] = _component(name, current(), built.hashes(name)[1:])
    for name in needed.others:
        release = pin(pins[name]).partition("==")[2].partition(" ")[0]
        components[name] = _component(name, release, re.findall(r"--hash=sha256:(\w+)", pins[name]))
    root = components[requirement.partition("[")[0]]
    root.type = ComponentType.APPLICATION if "[" in requirement else ComponentType.LIBRARY
    rest = [component for component in components.values() if component is not root]
    bom = Bom(metadata=BomMetaData(component=root), components=rest)
    for name, component in components.items():
        bom.register_dependency(component, [components[other] for other in needed.edges[name]])
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    # The time and a random number would make each build another.
    return re.sub(r'\n *"(serialNumber|timestamp)": "[^"]*",?(?=\n)', "", text).replace(",\n  }", "\n  }") + "\n"


def page(built: Built) -> str:
    """Links to the wheels and sdists, in the form that pip's ``--find-links`` reads."""
    links = "".join(
        f'<a href="{html.escape(file.name)}#sha256={sha256(file)}">{html.escape(file.name)}</a><br>\n'
        for file in built.files()
    )
    return f"<!DOCTYPE html>\n<title>{OURS} {current()}</title>\n{links}"


def sha256(file: Path) -> str:
    """The checksum of a file, in hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _component(name: str, release: str, digests: list[str]) -> Component:
    purl = PackageURL("pypi", None, name, release)
    # A component is one thing, and a pin has a hash for each file of its release. Of ours it is the wheel's.
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in digests] if len(digests) == 1 else []
    return Component(name=name, version=release, purl=purl, bom_ref=str(purl), hashes=hashes)
