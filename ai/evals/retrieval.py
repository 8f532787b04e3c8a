"""How often the right place of a handbook is found, by each way to make vectors, and how often rightly nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import yaml

from ai.embeddings.choosing import embedder_for
from ai.embeddings.chunking import pieces_of
from ai.embeddings.embedders import DEFAULT, Embedder
from ai.embeddings.ranking import Ranked, fitting, ranked
from ai.embeddings.reading import sections_of
from ai.embeddings.words import telling_words, words_in
from ai.models.endpoint import ModelFailed
from runtime.settings import Settings

HANDBOOK = Path(__file__).with_name("handbook")
QUESTIONS = Path(__file__).with_name("retrieval.yml")
PLACES = 3
RIGHT_MIN = 0.8
SAME, OTHER = "same", "other"
"""Questions in the words of the handbook, and in words that do not stand there."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the handbook as a search would find it."""

    piece_id: UUID
    document: str
    place: str
    words: frozenset[str]
    likeness: float | None


@dataclass(frozen=True, slots=True)
class Recall:
    """What one way to make vectors finds."""

    name: str
    at_one: float
    at_three: float
    by_vectors_alone: float
    answered_rightly: float
    """Right place first where there is one, nothing where there is none: what a user gets."""

    @property
    def passes(self) -> bool:
        """Whether four of five are right."""
        return self.answered_rightly >= RIGHT_MIN


def measure(embedder: Embedder, *, wording: str = SAME) -> Recall:
    """Over the shipped handbook, asked in its own words or in others.  Raises: ModelFailed."""
    pieces = [
        (path.name, section)
        for path in sorted(HANDBOOK.glob("*.md"))
        for section in pieces_of(sections_of(path.name, path.read_bytes()))
    ]
    texts = [f"{section.place}\n{section.text}" for _, section in pieces]
    vectors = np.array(embedder.embed(texts))
    every = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    asked = [each for each in every if each.get("wording", SAME) == wording]
    questions = np.array(embedder.embed([each["question"] for each in asked]))
    likeness = questions @ vectors.T
    lists, nearest = [], []
    for number, each in enumerate(asked):
        hits = [
            Piece(UUID(int=at), name, section.place, frozenset(words_in(texts[at])), float(likeness[number, at]))
            for at, (name, section) in enumerate(pieces)
        ]
        lists.append(ranked(telling_words(each["question"]), hits, meaning_from=embedder.meaning_from))
        nearest.append(hits[int(np.argmax(likeness[number]))])
    return _recall(f"{embedder.name}, {wording} words", asked, lists, nearest)


def _recall(
    name: str, asked: Sequence[dict[str, str]], lists: Sequence[list[Ranked]], nearest: Sequence[Piece]
) -> Recall:
    first = [_is_in(each, found[:1]) for each, found in zip(asked, lists, strict=True) if "place" in each]
    three = [_is_in(each, found[:PLACES]) for each, found in zip(asked, lists, strict=True) if "place" in each]
    alone = [_is_at(each, hit) for each, hit in zip(asked, nearest, strict=True) if "place" in each]
    right = [
        _is_in(each, fitting(found)[:1]) if "place" in each else not fitting(found)
        for each, found in zip(asked, lists, strict=True)
    ]
    return Recall(name, *(sum(each) / len(each) for each in (first, three, alone, right)))


def _is_in(asked: dict[str, str], found: Sequence[Ranked]) -> bool:
    return any(_is_at(asked, each.hit) for each in found)


def _is_at(asked: dict[str, str], hit: Piece) -> bool:
    return (asked["document"], asked["place"]) == (hit.document, hit.place)


def _both(embedder: Embedder) -> list[Recall]:
    return [measure(embedder, wording=wording) for wording in (SAME, OTHER)]


def evaluate(settings: Settings) -> tuple[str, bool]:
    """A table by embedding, and whether our own vectors are good enough; what cannot be tried is told."""
    found, told = _both(DEFAULT), []
    chosen = embedder_for(settings)
    if chosen is DEFAULT:
        told.append("left out: QOOERP_EMBEDDING_URL and QOOERP_EMBEDDING_MODEL are not set")
    else:
        try:
            found += _both(chosen)
        except ModelFailed as failure:
            told.append(f"left out: {chosen.name} ({failure})")
    lines = [f"{'embedding':60} {'recall@1':>9} {'recall@3':>9} {'vectors@1':>10} {'right':>7}"]
    lines += [
        f"{each.name:60} {each.at_one:9.2f} {each.at_three:9.2f} {each.by_vectors_alone:10.2f}"
        f" {each.answered_rightly:7.2f}"
        for each in found
    ]
    return "\n".join([*lines, *told]), found[0].passes
