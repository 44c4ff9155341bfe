"""One comparison of a verification."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """One comparison.

    Attributes:
        what: What was compared: a property, ``port 50000``, ``instances``.
        wanted: What the plan says.
        found: What there is.
    """

    what: str
    wanted: str
    found: str

    @property
    def right(self) -> bool:
        """Whether it is as planned."""
        return self.wanted == self.found
