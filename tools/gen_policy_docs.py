"""Write docs/policies from the rules: `python tools/gen_policy_docs.py [--check]`."""

import sys
from pathlib import Path

from scaleset_policies.pages import pages

DOCS = Path(__file__).resolve().parents[1] / "docs" / "policies"


def main(arguments: list[str]) -> int:
    """Write the pages; with ``--check`` only say which are out of date.

    Returns:
        1 if ``--check`` found a page that is out of date, else 0.
    """
    wanted = pages()
    present = {file.name: file.read_text() for file in DOCS.glob("*.md")} if DOCS.is_dir() else {}
    stale = sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name))
    if "--check" in arguments:
        for name in stale:
            print(f"docs/policies/{name} is out of date; run python tools/gen_policy_docs.py")
        return 1 if stale else 0
    DOCS.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in wanted:
            (DOCS / name).write_text(wanted[name])
        else:
            (DOCS / name).unlink()
    print(f"{len(stale)} of {len(wanted)} pages written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
