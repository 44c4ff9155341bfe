"""The version of everything that is released together: ``python -m devkit.version 0.2.0`` writes it everywhere.

The source is ``version`` in the workspace's pyproject.toml. The other files are read alone, by tools that know no
reference from one file to another, so that it is repeated there.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.version import InvalidVersion, Version

from devkit import paths

_TOML = r'(?m)^version = "(?P<version>[^"]+)"'
_PIN = r'"pulumi-azure-scaleset-[a-z]+(?:\[[a-z,]+\])?==(?P<version>[^"]+)"'
_YAML = r"(?m)^version: (?P<version>\S+)"
_JSON = r'(?m)^  "version": "(?P<version>[^"]+)"'
_TAG = r"(?:/[\w.-]+|\$REPOSITORY)@v(?P<version>\d+\.\d+\.\d+\w*)"
_IMAGE = r"[\w.-]+/[\w./-]+:(?P<version>\d+\.\d+\.\d+\w*)"
_ASSETS = r"/releases/expanded_assets/v(?P<version>\d+\.\d+\.\d+\w*)"
_REVISION = r"(?m)^ +rev: v(?P<version>\S+)"
PLACES: dict[str, tuple[str, ...]] = {
    "pyproject.toml": (_TOML,),
    "components/pyproject.toml": (_TOML, _PIN),
    "components/core/pyproject.toml": (_TOML,),
    "components/operations/pyproject.toml": (_TOML, _PIN),
    "migration/pyproject.toml": (_TOML, _PIN),
    "migration/scaleset_migration/programs/languages.py": (_TAG,),
    "policies/pyproject.toml": (_TOML, _PIN),
    "simulator/pyproject.toml": (_TOML, _PIN),
    "templates/pyproject.toml": (_TOML,),
    "components/PulumiPlugin.yaml": (_YAML,),
    "components/pulumi_azure_scaleset/plugin/PulumiPlugin.yaml": (_YAML,),
    "policies/PulumiPolicy.yaml": (_YAML,),
    "policies/scaleset_policies/pack/PulumiPolicy.yaml": (_YAML,),
    "components/schema.json": (_JSON,),
    "docs/_index.md": (_TAG,),
    "docs/check.md": (_TAG, _IMAGE),
    "docs/installation-configuration.md": (_TAG,),
    "docs/installing.md": (_TAG,),
    "docs/multi-language.md": (_TAG,),
    "docs/releasing.md": (_TAG, _IMAGE),
    "examples/ci/azure-pipelines.yml": (_ASSETS,),
    "examples/ci/github-actions.yml": (_ASSETS,),
    "examples/ci/pre-commit-config.yaml": (_REVISION,),
    "examples/yaml-consumer/Pulumi.yaml": (_TAG,),
}
"""Each file that has the version, with the patterns that find it; each pattern occurs."""

CHANGELOG = "CHANGELOG.md"
UNRELEASED = "## [Unreleased]\n"
RELEASED = re.compile(r"^## \[(?P<version>\d[^\]]*)\] - (?P<day>\d{4}-\d{2}-\d{2})$", re.MULTILINE)
_LINK = re.compile(r"^\[Unreleased\]: (?P<repository>\S+)/commits/main$", re.MULTILINE)
_SEMANTIC = re.compile(r"\d+\.\d+\.\d+")


class VersionError(Exception):
    """The version can't be set; the message says why."""


def current(root: Path = paths.ROOT) -> str:
    """The version of the workspace."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def found(root: Path = paths.ROOT) -> Iterator[tuple[str, str]]:
    """Every place with the version that it has.

    Raises:
        VersionError: A file has no version where one is expected.
    """
    for name, patterns in PLACES.items():
        text = (root / name).read_text(encoding="utf-8")
        for pattern in patterns:
            matches = [match["version"] for match in re.finditer(pattern, text)]
            if not matches:
                raise VersionError(f"{name}: nothing matches {pattern}. Change it in tools/devkit/version.py.")
            yield from ((name, each) for each in matches)


def write(version: str, day: dt.date, root: Path = paths.ROOT) -> list[str]:
    """Put a version into every place, and the changelog's unreleased entries under it.

    Args:
        version: Three numbers with dots; it may be the current one, which is then released.
        day: The day of the release.
        root: The repository.

    Returns:
        The files that were changed.

    Raises:
        VersionError: It is not a version, is older than the current one, or was released already.
    """
    checked(version, root)
    texts = {name: replaced((root / name).read_text(encoding="utf-8"), PLACES[name], version) for name in PLACES}
    texts[CHANGELOG] = released((root / CHANGELOG).read_text(encoding="utf-8"), version, day)
    changed = [name for name, text in texts.items() if (root / name).read_text(encoding="utf-8") != text]
    for name in changed:
        (root / name).write_text(texts[name], encoding="utf-8")
    return changed


def checked(version: str, root: Path) -> None:
    """Refuse what can't be the next version."""
    if not _SEMANTIC.fullmatch(version):
        # Pulumi fetches the plugin by a tag with this version; anything after the numbers means a commit to it.
        raise VersionError(f"{version}: three numbers are expected, such as 0.2.0.")
    before = current(root)
    try:
        older = Version(version) < Version(before)
    except InvalidVersion as error:
        raise VersionError(f"pyproject.toml has the version {before}, which is none.") from error
    if older:
        raise VersionError(f"{version} is older than the current version {before}.")


def replaced(text: str, patterns: tuple[str, ...], version: str) -> str:
    """A text with another version at each match of one of the patterns."""
    for pattern in patterns:
        text = re.sub(pattern, lambda match: match[0].replace(match["version"], version), text)
    return text


def released(changelog: str, version: str, day: dt.date) -> str:
    """The changelog with the unreleased entries under the version, and a new empty heading for what comes next.

    Raises:
        VersionError: It has the version already, or nothing was changed since the last one.
    """
    if version in [match["version"] for match in RELEASED.finditer(changelog)]:
        raise VersionError(f"{CHANGELOG} has {version} already: choose the next one.")
    before, heading, after = changelog.partition(UNRELEASED)
    entries = after.partition("\n## [")[0]
    if not heading or "- " not in entries:
        raise VersionError(f"{CHANGELOG} has no entries under `{UNRELEASED.strip()}`: write them first.")
    linked = _LINK.sub(rf"\g<0>\n[{version}]: \g<repository>/releases/tag/v{version}", before)
    return f"{linked}{UNRELEASED}\n## [{version}] - {day.isoformat()}\n{after}"


def entries(changelog: str, version: str) -> str:
    """What the changelog says about a released version: the text of the release.

    Raises:
        VersionError: It has no such version.
    """
    for match in RELEASED.finditer(changelog):
        if match["version"] == version:
            return changelog[match.end() :].partition("\n## [")[0].strip() + "\n"
    raise VersionError(f"{CHANGELOG} has no `## [{version}] - <day>`: run `python -m devkit.version {version}`.")


def notes(tag: str, root: Path = paths.ROOT) -> str:
    """The text of the release of a tag.

    Raises:
        VersionError: The tag is not that of the current version, or the changelog does not have it.
    """
    if tag != f"v{current(root)}":
        raise VersionError(f"The tag {tag} does not fit the version {current(root)}: v{current(root)} is expected.")
    return entries((root / CHANGELOG).read_text(encoding="utf-8"), current(root))


def main() -> int:
    """Show, write or check the version; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m devkit.version", description=__doc__)
    parser.add_argument("version", nargs="?", help="the version to write; without one, the current one is shown")
    parser.add_argument("--notes", metavar="TAG", help="check that a tag fits, and print the changelog's entries")
    options = parser.parse_args()
    try:
        if options.notes:
            print(notes(options.notes), end="")
        elif options.version:
            for name in write(options.version, dt.datetime.now(dt.UTC).date()):
                print(name)
        else:
            print(current())
    except VersionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
