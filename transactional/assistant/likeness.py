"""Which value a field most likely has, told by one sign that says so best. Pure.

A sign is something a record says of itself: a word of its name, its country, its supplier. For each sign the records
that carry it are counted by their value; the best is the one whose share is high even if chance had been kind to it
(lower bound of Wilson's interval). One sign is weaker than a model of all of them, and it can be shown: "12 of 12 items
with the word boots are Footwear".
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

Sign = tuple[str, Hashable]
"""A field and what it says; the empty field is every record."""
EVERY: Sign = ("", "")
SEEN_MIN = 3
"""A sign that fewer records carry says nothing."""
SHARE_MIN = 0.5
_DEVIATIONS = 1.645
"""Of the normal distribution: one-sided, 95 of 100."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_PREFIX = re.compile(r"^[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Likely:
    """A value with the share that speaks for it."""

    value: Any
    confidence: float
    """From 0 to 1: the share that is left when chance is taken off."""
    sign: Sign
    agreeing: int
    seen: int


def signs_of(values: Mapping[str, Any]) -> Iterator[Sign]:
    """What a record says of itself: words of texts, what stands before the number in a code, and plain values."""
    yield EVERY
    for name, value in values.items():
        if isinstance(value, str):
            yield from ((name, word) for word in _words(name, value))
        elif isinstance(value, Hashable) and value is not None:
            yield name, value


def _words(name: str, text: str) -> set[str]:
    folded = text.casefold()
    if name == "code":
        return set(_PREFIX.findall(folded))
    if len(text) <= 3:  # noqa: PLR2004  # codes of countries and currencies
        return {folded}
    chinese = {run[at : at + 2] for run in _CHINESE.findall(folded) for at in range(len(run) - 1)}
    return chinese | {word for word in _WORD.findall(folded) if not _CHINESE.match(word)}


class Experience:
    """What records with a value taught about one field."""

    def __init__(self, known: Iterable[tuple[Mapping[str, Any], Any]]) -> None:
        """Learn from records and the values they have."""
        self._by_sign: defaultdict[Sign, Counter[Any]] = defaultdict(Counter)
        self._likely: dict[Sign, Likely | None] = {}
        for values, value in known:
            for sign in set(signs_of(values)):
                self._by_sign[sign][value] += 1

    def likely(self, values: Mapping[str, Any]) -> Likely | None:
        """The value that the strongest sign of a record speaks for; none where no sign is strong enough."""
        found = (self._told(sign) for sign in signs_of(values))
        return max((each for each in found if each), key=lambda each: (each.confidence, each.seen), default=None)

    def _told(self, sign: Sign) -> Likely | None:
        if sign not in self._likely:
            self._likely[sign] = self._weighed(sign)
        return self._likely[sign]

    def _weighed(self, sign: Sign) -> Likely | None:
        counts = self._by_sign.get(sign)
        if not counts:
            return None
        seen = counts.total()
        value, agreeing = counts.most_common(1)[0]
        if seen < SEEN_MIN or agreeing <= SHARE_MIN * seen:
            return None
        return Likely(value, lower_bound(agreeing, seen), sign, agreeing, seen)


def lower_bound(agreeing: int, seen: int) -> float:
    """The share that at least stands behind what was seen.  Source: Wilson 1927."""
    share, square = agreeing / seen, _DEVIATIONS**2
    centre = share + square / (2 * seen)
    width = _DEVIATIONS * sqrt((share * (1 - share) + square / (4 * seen)) / seen)
    return (centre - width) / (1 + square / seen)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How proposals stood to what people had chosen, on records that were not learnt from."""

    asked: int
    proposed: int
    agreed: int


def agreement(known: Sequence[tuple[Mapping[str, Any], Any]], *, from_confidence: float = 0.0) -> Agreement:
    """Proposals for the newest fifth, learnt from the older ones.  `known` is in the order of its making."""
    cut = len(known) - len(known) // 5
    experience = Experience(known[:cut])
    told = [(experience.likely(values), value) for values, value in known[cut:]]
    proposed = [(each, value) for each, value in told if each and each.confidence >= from_confidence]
    return Agreement(len(told), len(proposed), sum(each.value == value for each, value in proposed))
