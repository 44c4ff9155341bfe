"""``python -m pulumi_azure_scaleset`` prints the folder of the installed component package.

pulumi package add "$(python -m pulumi_azure_scaleset)"
"""

import json
import os
import sys
from pathlib import Path

TEMPLATE = Path(__file__).with_name("plugin")
"""The folder's files, without the Python environment that it runs in: the engine takes none but one that is named."""

_NAME = "pulumi-azure-scaleset"


def folder() -> Path:
    """The folder that ``pulumi package add`` takes, for the Python environment that this runs in.

    It is in the environment, or in the user's cache if that can't be written to.

    Raises:
        OSError: Neither can be written to.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    try:
        return _written(Path(sys.prefix) / "share" / _NAME / "plugin")
    except OSError:
        return _written(cache / _NAME / "plugins" / sys.prefix.strip(os.sep).replace(os.sep, "-"))


def _written(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    options = f"runtime:\n  name: python\n  options:\n    virtualenv: {json.dumps(sys.prefix)}\n"
    for file in TEMPLATE.iterdir():
        if file.is_file():
            text = file.read_text(encoding="utf-8").replace("runtime: python\n", options)
            target = directory / file.name
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                staged = target.with_name(f".{file.name}.{os.getpid()}")
                staged.write_text(text, encoding="utf-8")
                staged.replace(target)
    return directory


if __name__ == "__main__":
    print(folder())  # noqa: T201 - its only purpose
