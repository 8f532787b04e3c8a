"""Texts as vectors: hashed n-grams on this machine by default, or an endpoint that was set."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ai.embeddings.words import STOP_WORDS, words_in
from ai.models.endpoint import Endpoint

HASHED_DIMENSIONS = 256
HASHED = "hashed-ngrams-256"
GRAM = 4
BATCH = 64
_STEMS = ("ing", "ies", "ed", "es", "s")
STEM_MIN = 4
Vector = list[float]


@dataclass(frozen=True)
class Embedder:
    """What makes vectors, by the name under which they are kept: vectors of two names are never compared."""

    name: str
    embed: Callable[[Sequence[str]], list[Vector]]
    """Raises: ModelFailed where an endpoint is asked and fails."""
    meaning_from: float = math.inf
    """The likeness from which a piece answers though it holds none of the question's words: n-grams know no meaning."""


def hashed_vectors(texts: Sequence[str]) -> list[Vector]:
    """Unit vectors of words, their stems and their n-grams, the same on every machine.

    Source: Weinberger et al. 2009, feature hashing with signs.
    """
    return [_hashed(text) for text in texts]


def _hashed(text: str) -> Vector:
    vector = [0.0] * HASHED_DIMENSIONS
    for word, times in Counter(words_in(text)).items():
        for place, weight in _weights(word):
            vector[place] += times * weight
    length = math.hypot(*vector) or 1.0
    return [round(value / length, 6) for value in vector]


@lru_cache(maxsize=50_000)
def _weights(word: str) -> tuple[tuple[int, float], ...]:
    """What a word adds to which places: most words of a document come again and again."""
    weight = 0.15 if word in STOP_WORDS else 1.0
    slots = [(*_slot(feature), share) for feature, share in _features(word)]
    return tuple((place, sign * share * weight) for place, sign, share in slots)


def _features(word: str) -> list[tuple[str, float]]:
    stem = next((word[: -len(end)] for end in _STEMS if word.endswith(end) and len(word) - len(end) >= STEM_MIN), word)
    grams = [f"{word}"[at : at + GRAM] for at in range(len(word) - GRAM + 1)] if word.isascii() else []
    return [(f"={stem}", 1.0), *((f"~{gram}", 0.5 / len(grams)) for gram in grams)]


def _slot(feature: str) -> tuple[int, int]:
    digest = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "big")
    return digest % HASHED_DIMENSIONS, 1 if digest >> 63 else -1


def endpoint_embedder(endpoint: Endpoint) -> Embedder:
    """Vectors of an OpenAI-compatible address."""

    def embed(texts: Sequence[str]) -> list[Vector]:
        return [
            vector for start in range(0, len(texts), BATCH) for vector in endpoint.embed(texts[start : start + BATCH])
        ]

    return Embedder(f"endpoint:{endpoint.name}"[:200], embed)


DEFAULT = Embedder(HASHED, hashed_vectors)
