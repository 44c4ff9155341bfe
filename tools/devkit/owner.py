"""The owner's names and addresses: ``python -m devkit.owner repository=https://...`` replaces them.

They are in owner.toml. Pages, metadata and code repeat them, because their formats cannot refer to another file. The
command replaces them there too, and then regenerates the generated files.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from devkit import checkout, paths

FILE = "owner.toml"
GENERATED = ("components/schema.json",)
_URL = r"https://[\w.-]+(?:/[\w.~-]+)+"
_DOMAIN = r"https://[\w.-]+(?:/[\w.~-]+)*"
FORMS: Mapping[str, tuple[str, str]] = {
    "publisher": (r"\w[\w .,&'-]*", "a name: Acme"),
    "repository": (r"https://[\w.-]+/[\w.-]+/[\w.-]+", "an address: https://github.com/acme/pulumi-azure-scaleset"),
    "homepage": (_DOMAIN, "an address: https://acme.example/scale-sets"),
    "logo": (_URL, "the address of a picture: https://raw.githubusercontent.com/.../logo.svg"),
    "security_contact": (r"[\w.+-]+@[\w.-]+\.\w+", "a mail address"),
    "npm_package": (r"@[a-z0-9-]+/[a-z0-9._-]+", "a scope and a name: @acme/azure-scaleset"),
    "go_module": (r"[\w.-]+(?:/[\w.-]+)+", "a module path: github.com/acme/pulumi-azure-scaleset/sdk/go"),
    "nuget_package": (r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+", "a namespace with two parts or more: Acme.AzureScaleset"),
    "nuget_user": (r"[\w-]+", "a user of nuget.org"),
    "java_package": (r"[a-z]\w*(?:\.[a-z]\w*)+", "a package: com.acme.azurescaleset"),
    "container_image": (r"[a-z0-9.-]+(?:/[a-z0-9._-]+)+", "an image without a tag: ghcr.io/acme/scaleset-check"),
}
"""The pattern of each value, and what to say of a wrong one."""


class OwnerError(Exception):
    """A value can't be set; the message says why."""


def load(root: Path = paths.ROOT) -> dict[str, str]:
    """The values of owner.toml."""
    values: dict[str, str] = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    return values


def changed(root: Path, new: Mapping[str, str]) -> dict[str, str]:
    """The text of each file in git that has one of the old values, with the new ones.

    Args:
        root: The repository.
        new: The new values by name.

    Raises:
        OwnerError: There is no such name, or a value has another form.
    """
    old = load(root)
    for name, value in new.items():
        checked(name, value)
    replacements = dict(written(old, {**old, **new}))
    pattern = re.compile("|".join(re.escape(each) for each in sorted(replacements, key=len, reverse=True)))
    found = {}
    for name in tracked(root):
        text = (root / name).read_bytes()
        after = pattern.sub(lambda match: replacements[match[0]], text.decode(errors="surrogateescape"))
        if after.encode(errors="surrogateescape") != text:
            found[name] = after
    return found


def checked(name: str, value: str) -> None:
    """Refuse a name that does not exist, and a value of another form."""
    if name not in FORMS:
        raise OwnerError(f"{name}: expected one of {', '.join(FORMS)}.")
    form, expected = FORMS[name]
    if not re.fullmatch(form, value):
        raise OwnerError(f"{name}: {value!r} is not {expected}.")


def written(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """How each value is written in the files: what to replace, and with what.

    Other people's addresses have the same parts as ours, so that a publisher is replaced only where it is the whole of
    a quoted text, and the repository's owner and name only together.
    """
    for name in FORMS:
        if name in ("publisher", "nuget_user"):
            yield f'"{old[name]}"', f'"{new[name]}"'
        else:
            yield old[name], new[name]
    for part in (without_scheme, slug):
        yield part(old["repository"]), part(new["repository"])


def without_scheme(repository: str) -> str:
    """A repository as `go` and `pulumi package add` take it: github.com/acme/pulumi-azure-scaleset."""
    return repository.partition("://")[2]


def slug(repository: str) -> str:
    """A repository as a workflow's `uses` takes it: acme/pulumi-azure-scaleset."""
    return without_scheme(repository).partition("/")[2]


def tracked(root: Path) -> list[str]:
    """The files in git that are written by hand, without pictures and the like."""
    return [name for name in checkout.files(root=root) if name not in GENERATED]


def main(arguments: list[str]) -> int:
    """Show the values, or change some; returns the exit code."""
    if not arguments:
        for name, value in load().items():
            print(f"{name}={value}")
        return 0
    try:
        texts = changed(paths.ROOT, dict(_pair(each) for each in arguments))
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 1
    for name, text in texts.items():
        (paths.ROOT / name).write_bytes(text.encode(errors="surrogateescape"))
        print(name)
    return subprocess.run([sys.executable, "-m", "component_package"], cwd=paths.ROOT, check=False).returncode


def _pair(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals:
        raise OwnerError(f"{argument}: expected name=value, with one of {', '.join(FORMS)}.")
    return name, value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
