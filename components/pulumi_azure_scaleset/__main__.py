"""``python -m pulumi_azure_scaleset`` prints the folder of the installed component package.

pulumi package add "$(python -m pulumi_azure_scaleset)"
"""

from pathlib import Path

PLUGIN = Path(__file__).with_name("plugin")
"""The folder that ``pulumi package add`` takes."""

if __name__ == "__main__":
    print(PLUGIN)  # noqa: T201 - its only purpose
