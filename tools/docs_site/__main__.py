"""Build the site: ``python -m docs_site [DIRECTORY]``, into site/ by default. A warning is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from devkit import paths
from docs_site import assemble

CONFIGURATION = paths.ROOT / "mkdocs.yml"
SITE = paths.ROOT / "site"


def build(directory: Path, pages: Path = assemble.PAGES) -> int:
    """Build it into the directory, from pages that are put into the other; returns mkdocs' exit code."""
    assemble.write(assemble.assembled(), pages)
    # Material tells at each build of a successor; the lock decides what is used.
    variables = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SCALESET_SITE_PAGES": str(pages)}
    # Not --quiet: it would silence the warnings before --strict counts them.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    command += ["--config-file", str(CONFIGURATION), "--site-dir", str(directory)]
    done = subprocess.run(
        command, env=variables, cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    said = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith("INFO")]
    print("\n".join(said), end="\n" if said else "", file=sys.stderr)
    return done.returncode


def main() -> int:
    """Build it and say where it is; returns the exit code."""
    directory = Path(sys.argv[1]).resolve() if sys.argv[1:] else SITE
    code = build(directory)
    if code == 0:
        print(f"The site: {directory / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
