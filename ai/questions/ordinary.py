"""Ordinary English words: who writes one of them means it, so none is taken for a slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "vocabulary" / "ordinary.txt"
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("ier", "y"),
    ("iest", "y"),
    ("ily", "y"),
    ("ably", "able"),
    ("ibly", "ible"),
    ("s", ""),
    ("es", ""),
    ("ly", ""),
    ("ing", "e"),
    *((ending, "") for ending in ("ed", "ing", "er", "est")),
    *((f"e{ending}", "e") for ending in ("d", "r", "st")),
)
"""Endings of forms that a rule makes, with what the plain form has instead."""
_STRESSED = (
    "begin|occur|incur|recur|refer|prefer|infer|confer|defer|transfer|deter|commit|admit|permit|submit|omit|control|"
    "regret|forget|upset|equip|compel|rebel"
)
_SHORT = re.compile(rf"[^aeiou]*[aeiou][^aeiouwxy]|{_STRESSED}")
"""Words whose last letter stands twice before an ending that begins with a vowel: ship, shipped; occur, occurred."""
_DOUBLING = frozenset({"ed", "ing", "er", "est"})
STEM_MIN = 3


@cache
def _plain_words() -> frozenset[str]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_ordinary(word: str) -> bool:
    """Whether a word is one of everyday English, in any of its forms; a name or a slip is none."""
    return word in _plain_words() or any(form in _plain_words() for form in _plain_forms(word))


def _plain_forms(word: str) -> Iterator[str]:
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < STEM_MIN:
            continue
        is_doubled = ending in _DOUBLING and not instead
        if is_doubled and stem[-1] == stem[-2]:
            yield stem[:-1]
        if not (is_doubled and _SHORT.fullmatch(stem)):
            yield stem + instead
