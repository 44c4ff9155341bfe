"""The smallest ARM templates for `scaleset check` as an outsider runs it: one that breaks a rule, and an empty one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BAD_FILE = Path(__file__).parents[1] / "package" / "outsider" / "bad.json"
BAD: dict[str, Any] = json.loads(BAD_FILE.read_text("utf-8"))
GOOD: dict[str, Any] = {**BAD, "resources": []}
