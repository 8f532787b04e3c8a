"""What words may mean: metrics and dimensions by name, label and synonym, in all languages there are words for."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from ai.questions.dialect import SPOKEN, SPOKEN_DIMENSIONS
from ai.questions.members import MEMBERS, Member, Members
from ai.questions.ranges import Clock
from ai.questions.words import key_of
from olap.asker import Asker
from olap.catalogue import Catalogue, catalogue, fiscal_start_month
from olap.errors import NotPublished
from olap.query import MetricQuery, Order
from olap.service import Numbers

Kind = Literal["metric", "dimension"]
Key = tuple[str, ...]
TERM_WEIGHT, NAME_WEIGHT, SYNONYM_WEIGHT = 4, 3, 2
LANGUAGES = ("en", "zh")
LEXICONS_KEPT = 8
STALE_DAYS = 180
"""Books without an order for so long are a closed history: last month is then the last month that they hold."""
EVERYDAY = {
    "net_revenue": "sales",
    "purchase_spend": "spend",
    "sold_quantity": "units sold",
    "purchase_order_value": "purchase order value",
    "purchase_order_count": "purchase orders",
    "average_purchase_order_value": "average purchase order value",
    "output_tax": "tax",
    "freight_revenue": "freight",
    "discount_amount": "discounts",
    "average_selling_price": "average selling price",
    "arrived_quantity": "received quantity",
    "rejected_quantity": "rejected quantity",
    "supplier_defect_rate": "rejection rate",
}
"""The word for a figure that a company may have defined its own way."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase may name; a name or label weighs more than a synonym."""

    kind: Kind
    name: str
    label: str
    weight: int


@dataclass(frozen=True)
class Lexicon:
    """Phrases of the catalogue as one asker sees it."""

    shown: Catalogue
    members: Members
    clock: Clock
    translations: tuple[Catalogue, ...]
    """The same catalogue with the labels of each language."""
    hidden: frozenset[Key]
    """Phrases that name a metric which the asker may not see."""
    terms: tuple[tuple[str, str], ...] = ()
    """The company's own words for metrics; they go before all others."""

    @cached_property
    def phrases(self) -> Mapping[Key, Sequence[Meaning]]:
        """Every phrase with what it may mean, the weightiest first."""
        meanings: defaultdict[Key, dict[tuple[str, str], Meaning]] = defaultdict(dict)
        for spoken, phrase in self._spoken():
            meaning = self._at_top(spoken, phrase)
            known = meanings[key_of(phrase)].get((meaning.kind, meaning.name))
            if known is None or known.weight < meaning.weight:
                meanings[key_of(phrase)][meaning.kind, meaning.name] = meaning
        return {
            key: sorted(found.values(), key=lambda meaning: (-meaning.weight, meaning.name))
            for key, found in meanings.items()
            if key
        }

    def _at_top(self, meaning: Meaning, phrase: str) -> Meaning:
        """Category said plainly is the top of a tree where there is one; subcategory is what lies below.

        Currency said of orders is what customers pay in, where the books are kept in one.
        """
        paid = self.dimensions.get("payment_currency")
        if meaning.name == "currency" and paid is not None:
            kept = {each: len(self.members.held.get(each, ())) for each in ("currency", "payment_currency")}
            if kept["currency"] <= 1 < kept["payment_currency"]:
                return Meaning("dimension", paid["name"], paid["label"], meaning.weight)
        group = self.dimensions.get(f"{meaning.name}_group")
        is_plain = meaning.weight < NAME_WEIGHT and not phrase.startswith(("sub", "product sub"))
        if meaning.name != "item_category" or not is_plain or group is None:
            return meaning
        parts = set(self.members.held.get(meaning.name, ()))
        tops = set(self.members.held.get(group["name"], ()))
        return Meaning("dimension", group["name"], group["label"], meaning.weight) if tops and tops < parts else meaning

    def _spoken(self) -> Iterator[tuple[Meaning, str]]:
        for phrase, name in self.terms:
            if name in self.metrics:
                leads = ("", "how many ", "number of ") if self.metrics[name]["unit"] == "count" else ("",)
                for lead in leads:
                    yield Meaning("metric", name, self.metrics[name]["label"], TERM_WEIGHT), f"{lead}{phrase}"
        yield from self._own_synonyms()
        for phrase, said in SPOKEN.items():
            name = self.own(said)
            if name in self.metrics:
                yield Meaning("metric", name, self.metrics[name]["label"], SYNONYM_WEIGHT), phrase
        for phrase, name in SPOKEN_DIMENSIONS.items():
            if name in self.dimensions:
                yield Meaning("dimension", name, self.dimensions[name]["label"], SYNONYM_WEIGHT), phrase
        for shown in self.translations:
            yield from _named("metric", shown.metrics)
            yield from _named("dimension", shown.dimensions)

    def _own_synonyms(self) -> Iterator[tuple[Meaning, str]]:
        """Where a company means another figure by an everyday word, it means that by the word's synonyms, too."""
        for name in EVERYDAY:
            own = self.own(name)
            if own == name or name not in self.metrics or own not in self.metrics:
                continue
            for synonyms in self.metrics[name]["synonyms"].values():
                for phrase in synonyms:
                    yield Meaning("metric", own, self.metrics[own]["label"], TERM_WEIGHT), phrase

    @cached_property
    def longest(self) -> int:
        """The number of words in the longest phrase."""
        return max(map(len, (*self.phrases, *self.hidden)), default=0)

    @cached_property
    def metrics(self) -> Mapping[str, Mapping[str, Any]]:
        """Catalogue entries of metrics by name."""
        return {entry["name"]: entry for entry in self.shown.metrics}

    @cached_property
    def dimensions(self) -> Mapping[str, Mapping[str, Any]]:
        """Catalogue entries of dimensions by name."""
        return {entry["name"]: entry for entry in self.shown.dimensions}

    def metrics_called(self, words: Sequence[str]) -> list[Meaning]:
        """The metrics that a phrase names."""
        return [meaning for meaning in self.phrases.get(key_of(" ".join(words)), ()) if meaning.kind == "metric"]

    def own(self, metric: str) -> str:
        """The metric that the company means where people say this one: sales may be what was ordered."""
        return dict(self.terms).get(EVERYDAY.get(metric, ""), metric)


class LexiconCache:
    """The lexicons of the last askers, by everything that they depend on."""

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._kept: OrderedDict[Hashable, tuple[Numbers, Lexicon]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, numbers: Numbers, asker: Asker, terms: tuple[tuple[str, str], ...]) -> Lexicon:
        """The lexicon of everything that an asker may ask for now."""
        stamp = numbers.vocabularies.current().stamp
        version = numbers.engine.version().id
        key = (id(numbers), asker.policy_hash, asker.locale, version, stamp, numbers.today(), terms)
        with self._lock:
            known = self._kept.get(key)
            if known is not None and known[0] is numbers:
                self._kept.move_to_end(key)
                return known[1]
        made = replace(_read(numbers, asker), terms=terms)
        with self._lock:
            self._kept[key] = (numbers, made)
            while len(self._kept) > LEXICONS_KEPT:
                self._kept.popitem(last=False)
        return made


def _read(numbers: Numbers, asker: Asker) -> Lexicon:
    shown = catalogue(numbers, asker)
    translations = tuple(catalogue(numbers, asker, locale) for locale in LANGUAGES)
    clock = Clock(_last_day(numbers, asker, shown), fiscal_start_month(numbers, asker))
    seen = {entry["name"] for entry in shown.metrics}
    return Lexicon(
        shown, MEMBERS.of(numbers, asker, shown.dimensions), clock, translations, _hidden_phrases(numbers, seen)
    )


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


def _hidden_phrases(numbers: Numbers, seen: set[str]) -> frozenset[Key]:
    listed = numbers.vocabularies.current().manifest.listed_metrics()
    told = {key for metric in listed if metric.name in seen for key in _keys(metric)}
    return frozenset(key for metric in listed if metric.name not in seen for key in _keys(metric)) - told


def _keys(metric: Any) -> Iterator[Key]:
    synonyms = (word for words in metric.synonyms.values() for word in words)
    for phrase in (metric.name.replace("_", " "), *metric.labels.values(), metric.label, *synonyms):
        yield key_of(phrase)


LEXICONS = LexiconCache()


def read_lexicon(numbers: Numbers, asker: Asker, terms: Mapping[str, str] | None = None) -> Lexicon:
    """The lexicon of everything that an asker may ask for, with the company's own words for metrics."""
    return LEXICONS.of(numbers, asker, tuple(sorted((terms or {}).items())))


def _named(kind: Kind, entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Meaning, str]]:
    for entry in entries:
        for phrase in (entry["name"].replace("_", " "), entry["label"]):
            yield Meaning(kind, entry["name"], entry["label"], NAME_WEIGHT), phrase
        for language in entry["synonyms"].values():
            for synonym in language:
                yield Meaning(kind, entry["name"], entry["label"], SYNONYM_WEIGHT), synonym


__all__ = ["Lexicon", "Meaning", "Member", "read_lexicon"]
