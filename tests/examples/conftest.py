"""The fleet example's package is imported from its own directory, as its runner does."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "fleet"))
