"""Until when the operating system of a platform image is supported by its publisher: a dated table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from scaleset_core.facts.images import Image


@dataclass(frozen=True, slots=True)
class Support:
    """The support of some images.

    Attributes:
        publisher: A pattern of their publisher, in lower case.
        offer: A pattern of their offer.
        sku: A pattern of their SKU.
        ends: The last day of the publisher's general support.
        source: Where the publisher says so.
    """

    publisher: str
    offer: str
    sku: str
    ends: date
    source: str

    def covers(self, image: Image) -> bool:
        """Whether it is about this image."""
        pairs = ((image.publisher, self.publisher), (image.offer, self.offer), (image.sku, self.sku))
        return all(fnmatchcase(name.lower(), pattern) for name, pattern in pairs)


@cache
def table() -> tuple[Support, ...]:
    """The whole table, by day."""
    raw: Mapping[str, list[dict[str, str]]] = json.loads(
        files("scaleset_core.facts").joinpath("image_support.json").read_text("utf-8")
    )
    return tuple(Support(**{**each, "ends": date.fromisoformat(each["ends"])}) for each in raw["images"])  # type: ignore[arg-type]


def end_of_support(image: Image) -> date | None:
    """The last day on which an image's operating system is supported; None for one that the table does not have."""
    return next((each.ends for each in table() if each.covers(image)), None)
