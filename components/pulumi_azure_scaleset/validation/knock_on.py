"""Problems that only follow from another one: other arguments depend on an argument that was removed.

For example, a misspelled zone must not also be reported as an instance outside the set's zones. Which arguments depend
on which is declared by their marks, :class:`~pulumi_azure_scaleset.model.marks.NeededBy`.
"""

import re
from collections.abc import Iterable
from functools import cache

from pulumi_azure_scaleset.model.forms import marked
from pulumi_azure_scaleset.model.marks import NeededBy
from pulumi_azure_scaleset.model.scale_set import ScaleSetModel


def follows(field: str, dropped: Iterable[str]) -> bool:
    """Whether a problem of ``field`` may disappear once the arguments that were removed are right."""
    root = re.split(r"[.\[]", field, maxsplit=1)[0]
    return any(root == name or _needing(name).match(field) for name in dropped)


@cache
def _needing(name: str) -> re.Pattern[str]:
    """The fields that depend on an argument, and all below them."""
    needed = marked(ScaleSetModel, NeededBy).get(name)
    fields = () if needed is None else needed.fields
    patterns = (re.escape(each).replace(r"\[\]", r"\[.*\]") + r"(?=[.\[]|$)" for each in fields)
    return re.compile("|".join(patterns) or r"(?!)")
