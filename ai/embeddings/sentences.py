"""Where a sentence ends, and a text cut short without cutting a number or a word in two."""

from __future__ import annotations

import re
from itertools import pairwise

_ENDS = re.compile(r"(?<=[。！？；])\s*|(?<=[.!?])\s+(?![a-z0-9])|\n+")
"""A stop between digits ends nothing, nor does one before a number or a small letter: 47.50, Art. 12, e.g. tents."""
_SHORTENED = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|[eE]\.g|[iI]\.e|[cC]f|[vV]s|[aA]pprox|[nN]o|Nr|Art|Fig|Mr|Mrs|Ms|Dr|Prof|St|Inc|Ltd|Co|Corp|z\.B)\.$"
)
_WORD_MAX = 20
ELLIPSIS = "…"


def sentences_of(text: str) -> list[str]:
    """The sentences of a text in their order, without blanks around them."""
    starts: list[int] = []
    stops: list[int] = []
    for first, last in pairwise([0, *(place for end in _ENDS.finditer(text) for place in end.span()), len(text)]):
        part = text[first:last]
        said = part.strip()
        # Every other part is what stands between two sentences, and that is blank.
        if not said:
            continue
        start = first + part.index(said[0])
        if stops and text[stops[-1] : start] == " " and _SHORTENED.search(_last_word(text, starts[-1], stops[-1])):
            stops[-1] = start + len(said)
        else:
            starts.append(start)
            stops.append(start + len(said))
    return [text[start:stop] for start, stop in zip(starts, stops, strict=True)]


def _last_word(text: str, start: int, stop: int) -> str:
    """The end of a sentence as far as an abbreviation reaches: a long sentence is not read again for each of them."""
    return text[max(start, stop - _WORD_MAX) : stop].rsplit(maxsplit=1)[-1]


def shortened(text: str, characters_max: int) -> str:
    """A text of at most so many characters; where something was left out, after the last whole word, it says so."""
    if len(text) <= characters_max:
        return text
    kept = text[: characters_max - len(ELLIPSIS)]
    if not text[len(kept)].isspace():
        kept = re.sub(r"[0-9A-Za-z.,]+$", "", kept) or kept
    return f"{kept.rstrip()}{ELLIPSIS}"
