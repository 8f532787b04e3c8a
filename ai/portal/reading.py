"""One question of a customer: what is asked for, which document is named, and which words nobody could place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ai.portal.words import DOCUMENTS, FILLERS, INTENTS, OF_INVOICES, POINTERS, STATES, Intent
from ai.questions.words import is_chinese, singular, words_of

_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,6}(?:-[A-Za-z0-9]+)*-\d[A-Za-z0-9-]*")
"""Chinese is written without blanks: letters of it may stand right before and behind."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer asks for."""

    intent: Intent | None
    kinds: tuple[Intent, ...]
    """The kinds of documents that are named."""
    numbers: tuple[str, ...]
    states: frozenset[str]
    unplaced: tuple[str, ...]
    certainty: float
    """Share of the telling words that are known."""
    points_back: bool = False
    """Whether a document is meant that was told of before: when will it be delivered?"""
    is_empty: bool = False


def read_wish(question: str) -> Wish:
    """What a question asks for, by words alone: nothing is looked up, so nothing can be found out by asking."""
    numbers = tuple(dict.fromkeys(each.upper() for each in _NUMBER.findall(question)))
    words = words_of(_NUMBER.sub(" ", question))
    said = [name for name, phrases in INTENTS.items() if _says(words, phrases)]
    states = frozenset(name for name, phrases in STATES.items() if _says(words, phrases))
    if states & OF_INVOICES and not numbers and not said:
        said = ["invoices"]
    kinds = tuple(name for name in said if name in DOCUMENTS)
    # What is not paid is open, though paid is said.
    states -= {"paid"} if "open" in states else frozenset()
    known = _known_places(words)
    telling = [at for at, word in enumerate(words) if word not in FILLERS]
    unplaced = [words[at] for at in telling if at not in known]
    count = len(telling) + len(numbers)
    certainty = (count - len(unplaced)) / count if count else 0.0
    return Wish(
        said[0] if said else None,
        kinds,
        numbers,
        states,
        tuple(dict.fromkeys(unplaced)),
        certainty,
        points_back=not numbers and _says(words, POINTERS),
        is_empty=not words and not numbers,
    )


def _phrases(text: str) -> Iterable[list[str]]:
    return (words_of(each) for each in text.replace("\n", "").split("|"))


def _places(words: Sequence[str], phrase: Sequence[str]) -> list[int]:
    wanted = [each if is_chinese(each) else singular(each) for each in phrase]
    said = [each if is_chinese(each) else singular(each) for each in words]
    return [at for at in range(len(said) - len(wanted) + 1) if said[at : at + len(wanted)] == wanted]


def _says(words: Sequence[str], phrases: str) -> bool:
    return any(_places(words, phrase) for phrase in _phrases(phrases))


def _known_places(words: Sequence[str]) -> set[int]:
    """The places of all words that an intent, a state or a document told of before is said by."""
    return {
        at + offset
        for phrases in (*INTENTS.values(), *STATES.values(), POINTERS)
        for phrase in _phrases(phrases)
        for at in _places(words, phrase)
        for offset in range(len(phrase))
    }
