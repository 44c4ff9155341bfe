"""``python -m size_facts SKUS.json...``: the VM sizes of the facts file, from what Azure lists.

``az vm list-skus --resource-type virtualMachines --location westeurope > skus.json`` writes the input. The sizes in the
file are replaced; what it knows of images stays.
"""

import argparse
import datetime as dt
import json
from pathlib import Path

from scaleset_core.facts import data
from size_facts import sizes, text

_FILE = Path(data.__file__).parent / data.FILE


def main() -> None:
    """Rebuild the file."""
    parser = argparse.ArgumentParser(prog="python -m size_facts", description=__doc__)
    parser.add_argument("skus", nargs="+", type=Path, help="JSON of az vm list-skus, a file for each region")
    parser.add_argument("--read", default=dt.datetime.now(tz=dt.UTC).date().isoformat(), help="the day it was listed")
    parser.add_argument("--to", default=_FILE, type=Path, help="the file to write")
    given = parser.parse_args()
    listed = [sku for path in given.skus for sku in json.loads(path.read_text(encoding="utf-8"))]
    facts = {**data.azure_facts(), "sizes": sizes(listed, given.read)}
    given.to.write_text(text(facts), encoding="utf-8")
    print(f"{given.to}: {sum(len(each['sizes']) for each in facts['sizes']['series'])} sizes")


if __name__ == "__main__":
    main()
