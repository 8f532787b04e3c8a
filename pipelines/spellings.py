"""How people and programs write a name or a number: what is looked for when a person is forgotten."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

_BETWEEN = r"(?:[\s,._-]|\\[nrt])+"
"""What may stand between two words of a name: blanks, a comma, or what stands for a blank in the name of a file."""


def any_spelling_of(texts: Sequence[str]) -> str:
    """A regular expression, for PostgreSQL and Python alike, of the texts; the longest comes first."""
    forms = {form for text in texts for form in _spellings(text)}
    return "|".join(sorted(forms, key=lambda form: (-len(form), form)))


def _spellings(text: str) -> Iterator[str]:
    """The text as it is, and with its last word first; an address or number keeps its order."""
    words = text.split()
    orders = [words]
    if len(words) > 1 and all(any(map(str.isalpha, word)) for word in words):
        orders.append([words[-1], *words[:-1]])
    for order in orders:
        for in_ascii in (True, False):
            yield _BETWEEN.join(re.escape(_in_json(word, in_ascii=in_ascii)) for word in order)
            yield _BETWEEN.join(map(re.escape, order))


def _in_json(word: str, *, in_ascii: bool) -> str:
    return json.dumps(word, ensure_ascii=in_ascii)[1:-1]
