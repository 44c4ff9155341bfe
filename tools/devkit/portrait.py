"""Draws what `make up` makes: `python -m devkit.portrait` writes docs/demo.svg from Pulumi.example.yaml."""

from __future__ import annotations

import re

import yaml

from devkit import paths
from pulumi_azure_scaleset.compile import compile_args
from scaleset_core.picture.topology import draw
from scaleset_migration.estate import estate_of
from scaleset_policies.estate import Estate
from scaleset_policies.preview.drawing import pictures_of

PAGE = paths.ROOT / "docs" / "demo.svg"
SET = "portalbb01"
"""The Flexible set of the demo."""
_STYLE = """<style>
svg { font: 12px system-ui, sans-serif; }
text { fill: #1b1b1b; } .detail, .column { fill: #595959; }
rect { fill: #f6f6f6; stroke: #c8c8c8; } .lock rect { stroke: #0f5fa8; } .edge { fill: none; stroke: #8a8a8a; }
@media (prefers-color-scheme: dark) {
  text { fill: #eee; } .detail, .column { fill: #b3b3b3; } rect { fill: #22252a; stroke: #4a4d52; }
}
</style>"""


def portrait() -> str:
    """The picture: one file, for light and dark pages."""
    config = yaml.safe_load((paths.ROOT / "Pulumi.example.yaml").read_text(encoding="utf-8"))["config"]
    written = config["scaleset-demo:scaleSets"][SET]
    arguments = {
        re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", name): value for name, value in written.items()
    }
    compiled = compile_args(SET, {**arguments, "resource_group_name": config["scaleset-demo:resourceGroup"]})
    (picture,) = pictures_of(Estate(list(estate_of(compiled.plan))), "the demo")
    head, _, rest = draw(picture).partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{_STYLE}{rest}\n'


if __name__ == "__main__":
    PAGE.write_text(portrait(), encoding="utf-8")
