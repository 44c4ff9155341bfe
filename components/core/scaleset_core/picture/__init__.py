"""The picture of a scale set, from whatever source: what is deployed, a plan, or the difference of two of them.

A source builds a :class:`Picture`; :func:`compare` marks what differs from another one; ``terminal`` and ``page``
draw it.
"""

from scaleset_core.picture.compare import compare
from scaleset_core.picture.model import NOT_KNOWN, Change, Kind, Node, Picture, instance_facts

__all__ = ["NOT_KNOWN", "Change", "Kind", "Node", "Picture", "compare", "instance_facts"]
