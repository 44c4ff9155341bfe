"""The house's own turns of phrase, which a stranger stumbles over, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

TURNS: Mapping[str, str] = {
    r"\b(?:is|are|was|were|be) told\b(?! to\b)": "is reported, is listed",
    r"\b(?:is|are) said(?! to\b)": "is declared, is explicit",
    r"\b(?:stands?|stood)\b(?!-)": "is, belongs, means",
    r"\bof (?:its|their|one's) own\b": "its own ..., a separate ...",
    r"\bone's own\b": "your own",
    r"\b(?:the|a|no) ways? back\b": "roll back, undo",
    r"\b(?:the|a|no) ways? out\b": "outbound access",
    r"\bwherever\b": "where, if",
    r"\bwherewith\b|\bwhereby\b|\bwherein\b|\bthereof\b|\btherein\b|\bhence\b": "plain words",
    r"\bwhoever\b|\bwhomever\b": "anybody who",
    r"\b(?:has|have|had) (?:it|them|this|that) not\b": "does not have it",
    r"\bknows? (?:nothing|not|no more)\b": "does not know",
    r"\bnothing of\b": "none of",
    r"\b(?:is|are) to be\b": "must be",
    r"\bneed not\b": "does not have to",
    r"\bin (?:the|its|their) (?:place|stead)(?: of)?\b": "instead (of)",
    r"\bat hand\b": "available",
    r"\bin other hands\b": "managed by somebody else",
    r"\bin so many words\b": "explicitly",
    r"\bheeded\b|\bspoilt\b|\banew\b|\bthus\b|\bthereby\b|\bamidst\b|\bupon\b": "plain words",
    r"\bbut for\b": "except",
    r"\ball the same\b": "anyway",
    r"\bfor good\b(?! practice)": "permanently",
    r"\bgo(?:es)? (?:away )?with (?:it|them|their|its)\b": "is deleted with",
    r"\bof now\b": "current",
    r"\botherwise than\b": "different from",
    r"\bworks? otherwise\b": "works differently",
    r"\b(?:is|are|,) right in (?:both|either)\b": "works in both",
    r"\bhangs? on\b": "is attached to, depends on",
    r"\basks? (?:nothing|anything) of\b": "sends no request to",
    r"\bwhat one (?:types|asks|sees|wants|may)\b": "you",
    r"\bmay not (?:be )?(?:read|see|do)\b": "has no permission to",
    r"\bit is so\b": "that is how",
    r"\bthe other way round\b": "in the opposite direction",
}
"""What is looked for, as an expression, and what to write instead."""

_EXPRESSIONS = {re.compile(pattern, re.IGNORECASE): instead for pattern, instead in TURNS.items()}


def matches(text: str, allowed: frozenset[str] = frozenset()) -> Iterator[tuple[int, str, str]]:
    """The turns in a text: where each begins, the turn, and what to write instead.

    Args:
        text: Plain text.
        allowed: Phrases that are right in it, in lower case.
    """
    for expression, instead in _EXPRESSIONS.items():
        for match in expression.finditer(text):
            if match[0].lower() not in allowed:
                yield match.start(), match[0], instead


def found(sentence: str, allowed: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """The turns in a sentence, each with what to write instead.

    Args:
        sentence: Plain text.
        allowed: Phrases that are right on this page, in lower case.
    """
    return [(turn, instead) for _, turn, instead in matches(sentence, allowed)]
