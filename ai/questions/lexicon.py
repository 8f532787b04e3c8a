"""What words may mean to one asker now: the phrases of the catalogue, the names of members, and the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ai.questions.members import MEMBERS, Member, Members
from ai.questions.phrasebook import NAME_WEIGHT, Key, Meaning, Phrasebook, phrasebook
from ai.questions.ranges import Clock
from ai.questions.words import key_of
from olap.asker import Asker
from olap.cache import Cache
from olap.catalogue import Catalogue, described, fiscal_start_month
from olap.errors import NotPublished
from olap.query import MetricQuery, Order
from olap.service import Numbers

LEXICONS_KEPT = 64
STALE_DAYS = 180
"""Books without an order for so long are a closed history: last month is then the last month that they hold."""


@dataclass(frozen=True)
class Lexicon:
    """The phrases, names and days of one asker at one data version."""

    book: Phrasebook
    members: Members
    clock: Clock

    @property
    def shown(self) -> Catalogue:
        """The catalogue in the asker's language."""
        return self.book.shown

    @property
    def translations(self) -> tuple[Catalogue, ...]:
        """The same catalogue with the labels of each language."""
        return self.book.translations

    @property
    def hidden(self) -> frozenset[Key]:
        """Phrases that name a metric which the asker may not see."""
        return self.book.hidden

    @property
    def phrases(self) -> Mapping[Key, Sequence[Meaning]]:
        """Every phrase with what it may mean, the weightiest first."""
        return self.book.phrases

    @property
    def longest(self) -> int:
        """The number of words in the longest phrase."""
        return self.book.longest

    @property
    def metrics(self) -> Mapping[str, Mapping[str, Any]]:
        """Catalogue entries of metrics by name."""
        return self.book.metrics

    @property
    def dimensions(self) -> Mapping[str, Mapping[str, Any]]:
        """Catalogue entries of dimensions by name."""
        return self.book.dimensions

    def metrics_called(self, words: Sequence[str]) -> list[Meaning]:
        """The metrics that a phrase names."""
        return [meaning for meaning in self.phrases.get(key_of(" ".join(words)), ()) if meaning.kind == "metric"]

    def own(self, metric: str) -> str:
        """The metric that the company means where people say this one: sales may be what was ordered."""
        return self.book.own(metric)


class LexiconCache:
    """The lexicons of the last askers, by everything that they depend on; who asks at once shares one reading."""

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._kept = Cache(LEXICONS_KEPT)

    def of(self, numbers: Numbers, asker: Asker, terms: tuple[tuple[str, str], ...]) -> Lexicon:
        """The lexicon of everything that an asker may ask for now."""
        stamp = numbers.vocabularies.current().stamp
        version = numbers.engine.version().id
        # An object equals only itself here, and is not thrown away while it is a key.
        key = (numbers, asker.policy_hash, asker.locale, version, stamp, numbers.today(), terms)

        def make() -> Lexicon:
            made = _read(numbers, asker, terms)
            self._kept.put(key, made)
            return made

        return self._kept.once(key, make)


def _read(numbers: Numbers, asker: Asker, terms: tuple[tuple[str, str], ...]) -> Lexicon:
    """Put together of what lasts: after a publication only what was published is read again."""
    shown = described(numbers, asker)
    members = MEMBERS.of(numbers, asker, shown.dimensions)
    clock = Clock(_last_day(numbers, asker, shown), fiscal_start_month(numbers, asker))
    return Lexicon(phrasebook(numbers, asker, terms, members.held), members, clock)


def _last_day(numbers: Numbers, asker: Asker, shown: Catalogue) -> date:
    """Today; or the last day of orders where the books were closed long ago, so that last month is one they hold."""
    today = numbers.today()
    entry = next((each for each in shown.metrics if each["name"] == "order_count"), None)
    if entry is None:
        return today
    query = MetricQuery(("order_count",), ("day",), order_by=(Order("day", descending=True),), limit=1)
    try:
        rows = numbers.query(query, asker).rows
    except NotPublished:
        return today
    last = rows[0]["day"] if rows else None
    is_old = isinstance(last, date) and (today - last).days > STALE_DAYS
    return last if is_old and isinstance(last, date) else today


LEXICONS = LexiconCache()


def read_lexicon(numbers: Numbers, asker: Asker, terms: Mapping[str, str] | None = None) -> Lexicon:
    """The lexicon of everything that an asker may ask for, with the company's own words for metrics."""
    return LEXICONS.of(numbers, asker, tuple(sorted((terms or {}).items())))


__all__ = ["NAME_WEIGHT", "Lexicon", "Meaning", "Member", "read_lexicon"]
