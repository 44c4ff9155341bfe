"""Problems that only follow from another one: an argument that was set aside is missing where others count on it.

Somebody who misspelt a zone is not told that an instance lies outside the set's zones. Which arguments count on which
is said by their marks, :class:`~pulumi_azure_scaleset.model.marks.NeededBy`.
"""

import re
from collections.abc import Iterable
from functools import cache

from pulumi_azure_scaleset.model.forms import marked
from pulumi_azure_scaleset.model.marks import NeededBy
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel


def follows(field: str, dropped: Iterable[str]) -> bool:
    """Whether a problem of ``field`` may be gone once the arguments that were set aside are right."""
    root = re.split(r"[.\[]", field, maxsplit=1)[0]
    return any(root == name or _needing(name).match(field) for name in dropped)


@cache
def _needing(name: str) -> re.Pattern[str]:
    """The fields that need an argument, and all that stands below them."""
    needed = marked(ScaleSetModel, NeededBy).get(name)
    fields = () if needed is None else needed.fields
    patterns = (re.escape(each).replace(r"\[\]", r"\[.*\]") + r"(?=[.\[]|$)" for each in fields)
    return re.compile("|".join(patterns) or r"(?!)")
