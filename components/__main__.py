"""The component package as a Pulumi plugin: the engine starts this folder when a program uses ``azure-scaleset``."""

import sys
from pathlib import Path

# `pulumi package add` may fetch this folder alone: the distribution below it is then installed nowhere.
sys.path.append(str(Path(__file__).parent / "core"))

from pulumi_azure_scaleset.provider import serve

if __name__ == "__main__":
    serve()
