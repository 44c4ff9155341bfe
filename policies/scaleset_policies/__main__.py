"""``python -m scaleset_policies`` prints the folder of the installed policy pack.

pulumi up --policy-pack "$(python -m scaleset_policies)"
"""

from pathlib import Path

from scaleset_core import installed

TEMPLATE = Path(__file__).with_name("pack")
"""The files of the folder that ``--policy-pack`` takes."""

if __name__ == "__main__":
    print(installed.folder(TEMPLATE, "pack"))  # noqa: T201 - its only purpose
