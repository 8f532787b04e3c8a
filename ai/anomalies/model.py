"""What detectors hand over: hits, and incidents made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

CURRENCY = "¤"
"""Stands after an amount in a reason, for the currency of the books, which no detector knows."""


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that a hit speaks of."""

    type: str
    id: str
    number: str

    def as_record(self) -> Mapping[str, str]:
        """As kept."""
        return {"type": self.type, "id": self.id, "number": self.number}


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding. Units: score from 0 to 1, amounts in company currency."""

    control: str
    standard: str
    on: date
    score: float
    weight: float
    money_at_risk: float
    subject: str
    """Whom or what it is about: a mute silences the control for it."""
    reason: Words
    documents: tuple[Document, ...] = ()
    dimension: str | None = None
    member: str | None = None
    observed: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def strength(self) -> float:
        """What it adds to its incident, from 0 to 1."""
        return max(0.0, min(1.0, self.weight * self.score))

    @property
    def pattern(self) -> str:
        """What makes it the same hit when it is found again."""
        told = "+".join(sorted(document.id for document in self.documents)) or f"{self.subject}@{self.on}"
        return f"{self.control}:{told}"[:300]


@dataclass(frozen=True, slots=True)
class Incident:
    """Hits that belong together."""

    pattern: str
    kind: str
    reason: Words
    score: float
    money_at_risk: float
    first_on: date
    last_on: date
    hits: tuple[Hit, ...]
    metric: str | None = None
    observed: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    contributions: Sequence[Mapping[str, Any]] = ()
    series: Sequence[Mapping[str, Any]] = ()
    documents: tuple[Document, ...] = ()
    bills: tuple[str, ...] = field(default=())
    """Ids of suppliers' invoices that should not be paid before somebody has looked."""


def together(strengths: Sequence[float]) -> float:
    """The score of hits together: each closes a part of what the others leave open."""
    left = 1.0
    for strength in strengths:
        left *= 1.0 - max(0.0, min(0.999, strength))
    return 1.0 - left
