"""Sections cut into pieces of a readable size, each with the place where it stands."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from ai.embeddings.reading import Section, Unreadable
from ai.embeddings.sentences import sentences_of

CHARACTERS_MAX = 900
PIECES_MAX = 5_000


def pieces_of(sections: Iterable[Section]) -> list[Section]:
    """Pieces in order: neighbours of one place together, long texts cut between sentences.  Raises: Unreadable."""
    made: list[Section] = []
    characters = 0
    for section in sections:
        tidy = _tidy(section.text)
        characters += len(tidy)
        # Cutting what is thrown away in the end would take a minute.
        if characters > PIECES_MAX * CHARACTERS_MAX:
            raise Unreadable("too_long")
        for text in _cut(tidy):
            last = made[-1] if made else None
            if last and last.place == section.place and len(last.text) + len(text) < CHARACTERS_MAX:
                made[-1] = Section(last.place, f"{last.text}\n{text}")
            else:
                made.append(Section(section.place, text))
        if len(made) > PIECES_MAX:
            raise Unreadable("too_long")
    return made


def _tidy(text: str) -> str:
    printable = "".join(each for each in text if each.isprintable() or each in "\n\t")
    return re.sub(r"[ \t]+", " ", printable).strip()


def _cut(text: str) -> list[str]:
    if len(text) <= CHARACTERS_MAX:
        return [text] if text else []
    parts, current = [], ""
    for sentence in sentences_of(text):
        for part in textwrap.wrap(sentence, CHARACTERS_MAX, break_on_hyphens=False):
            if current and len(current) + len(part) >= CHARACTERS_MAX:
                parts.append(current)
                current = ""
            current = f"{current} {part}".strip()
    return [*parts, current] if current else parts
