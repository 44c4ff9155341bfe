"""``python -m pulumi_azure_scaleset`` prints the folder of the installed component package.

pulumi package add "$(python -m pulumi_azure_scaleset)"
"""

from pathlib import Path

from scaleset_core import installed

TEMPLATE = Path(__file__).with_name("plugin")
"""The files of the folder that ``pulumi package add`` takes."""

if __name__ == "__main__":
    print(installed.folder(TEMPLATE, "plugin"))  # noqa: T201 - its only purpose
