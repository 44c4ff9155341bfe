"""``python -m scaleset_policies`` prints the folder of the installed policy pack.

pulumi up --policy-pack "$(python -m scaleset_policies)"
"""

from pathlib import Path

PACK = Path(__file__).with_name("pack")
"""The folder that ``--policy-pack`` takes."""

if __name__ == "__main__":
    print(PACK)  # noqa: T201 - its only purpose
