"""The words around figures that are told by class: what each class holds, and what it does to a question."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from ai.questions.words import words_of

VOCABULARY = Path(__file__).parent / "vocabulary"
FRAMES, DEEDS = VOCABULARY / "frames.toml", VOCABULARY / "deeds.toml"
Key = tuple[str, ...]


def frames() -> Mapping[str, Any]:
    """The declared classes."""
    return tomllib.loads(FRAMES.read_text(encoding="utf-8"))


def phrases_in(listed: str) -> list[str]:
    """The phrases of one entry."""
    return [each.strip() for each in listed.replace("\n", "").split("|")]


def fillers(declared: Mapping[str, Any]) -> Iterator[str]:
    """Every phrase that carries no meaning of its own."""
    for listed in declared["filler"].values():
        yield from filter(None, phrases_in(listed))
    yield from _joined(declared["impressions"], "leads", "joins", "ends")
    yield from _joined(declared["untaxed"], "leads", "what")
    yield from _joined(declared["sources"], "leads", "whose", "what")
    yield from (f"for {phrase}" for phrase in _joined(declared["occasions"], "whose", "what"))


def _joined(declared: Mapping[str, str], *parts: str) -> Iterator[str]:
    """Every way to say something that is put together from parts."""
    for said in product(*(phrases_in(declared[part]) for part in parts)):
        yield " ".join(filter(None, said))


def framed() -> dict[Key, str]:
    """What each phrase does to a question, by its words."""
    declared = frames()
    found = {key_of_phrase(each): "filler" for each in fillers(declared)}
    for operator, listed in declared["operators"].items():
        found |= {key_of_phrase(each): operator for each in phrases_in(listed) if each}
    return {key: operator for key, operator in found.items() if key}


def deeds() -> dict[str, tuple[str, str]]:
    """What people do, with the figure it is measured by and who does it."""
    declared = tomllib.loads(DEEDS.read_text(encoding="utf-8"))["deeds"]
    return {phrase: (each["metric"], each["who"]) for each in declared for phrase in phrases_in(each["said"])}


def opaque() -> frozenset[Key]:
    """Words that say something which no figure here knows."""
    return frozenset(key_of_phrase(each) for listed in frames()["opaque"].values() for each in phrases_in(listed))


def key_of_phrase(phrase: str) -> Key:
    """A phrase as the words of a question."""
    return tuple(words_of(phrase))
