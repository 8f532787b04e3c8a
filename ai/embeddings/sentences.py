"""Where a sentence ends, and a text cut short without cutting a number or a word in two."""

from __future__ import annotations

import re

_ENDS = re.compile(r"(?<=[。！？；])\s*|(?<=[.!?])\s+(?![a-z0-9])|\n+")
"""A stop between digits ends nothing, nor does one before a number or a small letter: 47.50, Art. 12, e.g. tents."""
_SHORTENED = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|[eE]\.g|[iI]\.e|[cC]f|[vV]s|[aA]pprox|[nN]o|Nr|Art|Fig|Mr|Mrs|Ms|Dr|Prof|St|Inc|Ltd|Co|Corp|z\.B)\.$"
)
ELLIPSIS = "…"


def sentences_of(text: str) -> list[str]:
    """The sentences of a text in their order, without blanks around them."""
    found: list[str] = []
    for part in _ENDS.split(text):
        said = part.strip()
        if said and found and _SHORTENED.search(found[-1]) and f"{found[-1]} {said}" in text:
            found[-1] = f"{found[-1]} {said}"
        elif said:
            found.append(said)
    return found


def shortened(text: str, characters_max: int) -> str:
    """A text of at most so many characters; where something was left out, after the last whole word, it says so."""
    if len(text) <= characters_max:
        return text
    kept = text[: characters_max - len(ELLIPSIS)]
    if not text[len(kept)].isspace():
        kept = re.sub(r"[0-9A-Za-z.,]+$", "", kept) or kept
    return f"{kept.rstrip()}{ELLIPSIS}"
