"""Pieces found by words and by vectors, as one list with one score."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

WORDS_SHARE, LIKENESS_SHARE = 0.6, 0.4
ANSWER_SCORE_MIN = 0.5
"""Below it nothing fits: what is found then shares common words with the question and no more."""
WORDS_HELD_MIN = 0.5


class Hit(Protocol):
    """A piece as the database found it."""

    @property
    def piece_id(self) -> UUID: ...  # noqa: D102
    @property
    def words(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def likeness(self) -> float | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Ranked:
    """A piece with its score from 0 to 1, the share of the telling words that it holds, and whether it answers."""

    hit: Any
    score: float
    held: float
    fits: bool = False


def ranked(words: Sequence[str], hits: Iterable[Hit], *, meaning_from: float = math.inf) -> list[Ranked]:
    """Each piece once, the best first: how many of the words it holds, seldom ones weighing more, and its likeness.

    From `meaning_from` on, likeness alone is enough to answer.
    """
    known: dict[UUID, Hit] = {}
    for hit in hits:
        before = known.get(hit.piece_id)
        if before is None or before.likeness is None:
            known[hit.piece_id] = hit
    weights = _weights(words, list(known.values()))
    whole = sum(weights.values()) or 1.0
    found = []
    for hit in known.values():
        held = sum(weight for word, weight in weights.items() if _holds(hit, word)) / whole
        has_vector = hit.likeness is not None
        score = WORDS_SHARE * held + LIKENESS_SHARE * max(hit.likeness or 0.0, 0.0) if has_vector else held
        means_it = (hit.likeness or 0.0) >= meaning_from
        fits = means_it or (held >= WORDS_HELD_MIN and score >= ANSWER_SCORE_MIN)
        found.append(
            Ranked(hit, round(max(score, hit.likeness or 0.0) if means_it else score, 4), round(held, 4), fits)
        )
    return sorted(found, key=lambda each: (-each.score, str(each.hit.piece_id)))


def fitting(found: Sequence[Ranked]) -> list[Ranked]:
    """Those that answer: none where nothing fits."""
    return [each for each in found if each.fits]


def _weights(words: Sequence[str], hits: Sequence[Hit]) -> dict[str, float]:
    held = {word: sum(_holds(hit, word) for hit in hits) for word in words}
    return {word: math.log(1 + (len(hits) + 1) / (count + 0.5)) for word, count in held.items()}


def _holds(hit: Hit, word: str) -> bool:
    return word in hit.words or any(each.startswith(word) for each in hit.words)
