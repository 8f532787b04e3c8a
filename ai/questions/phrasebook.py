"""What may be said of a catalogue: its metrics and dimensions by name, label and synonym, in all languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ai.questions.spoken import SPOKEN, SPOKEN_DIMENSIONS
from ai.questions.words import key_of
from olap.asker import Asker
from olap.catalogue import Catalogue, described
from olap.service import Numbers

Kind = Literal["metric", "dimension"]
Key = tuple[str, ...]
Held = Mapping[str, Sequence[str]]
"""Members by dimension."""
TERM_WEIGHT, NAME_WEIGHT, SYNONYM_WEIGHT = 4, 3, 2
LANGUAGES = ("en", "zh")
CATEGORY, PAID = "item_category", "payment_currency"
UNRECORDED = "unrecorded"
"""Instead of a metric, in the words of a company: what its books only assume."""
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
class Phrasebook:
    """Phrases of the catalogue for askers of the same rights; nothing in it changes when marts are published."""

    shown: Catalogue
    translations: tuple[Catalogue, ...]
    """The same catalogue with the labels of each language."""
    hidden: frozenset[Key]
    """Phrases that name a metric which the asker may not see."""
    terms: tuple[tuple[str, str], ...]
    """The company's own words for metrics; they go before all others."""
    instead: tuple[tuple[str, str], ...]
    """Dimensions that mean others where they are said plainly, as the members of the company have it."""

    @cached_property
    def phrases(self) -> Mapping[Key, Sequence[Meaning]]:
        """Every phrase with what it may mean, the weightiest first."""
        meanings: defaultdict[Key, dict[tuple[str, str], Meaning]] = defaultdict(dict)
        instead = dict(self.instead)
        for spoken, phrase in self._spoken():
            meaning = self._at_top(spoken, phrase, instead)
            key = key_of(phrase)
            known = meanings[key].get((meaning.kind, meaning.name))
            if known is None or known.weight < meaning.weight:
                meanings[key][meaning.kind, meaning.name] = meaning
        return {
            key: sorted(found.values(), key=lambda meaning: (-meaning.weight, meaning.name))
            for key, found in meanings.items()
            if key
        }

    def _at_top(self, meaning: Meaning, phrase: str, instead: Mapping[str, str]) -> Meaning:
        """Category said plainly is the top of a tree where there is one; subcategory is what lies below."""
        other = self.dimensions.get(instead.get(meaning.name, ""))
        is_plain = meaning.weight < NAME_WEIGHT and not _is_below(phrase)
        if other is None or (meaning.name == CATEGORY and not is_plain):
            return meaning
        return Meaning("dimension", other["name"], other["label"], meaning.weight)

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
    def unrecorded(self) -> frozenset[str]:
        """Metrics that the company says it does not record: books that were imported only assume them."""
        return frozenset(phrase.replace(" ", "_") for phrase, name in self.terms if name == UNRECORDED)

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

    def own(self, metric: str) -> str:
        """The metric that the company means where people say this one: sales may be what was ordered."""
        return dict(self.terms).get(EVERYDAY.get(metric, ""), metric)


def phrasebook(numbers: Numbers, asker: Asker, terms: tuple[tuple[str, str], ...], held: Held) -> Phrasebook:
    """The phrasebook of an asker, made once for all of the same rights until the manifest changes."""
    shown = described(numbers, asker)
    instead = _instead(shown, held)
    kept = numbers.vocabularies.current().described
    key = ("phrasebook", asker.permissions, asker.hidden_fields, bool(asker.row_filters), asker.locale, terms, instead)
    known: Phrasebook | None = kept.get(key)
    if known is None:
        translations = tuple(described(numbers, asker, locale) for locale in LANGUAGES)
        hidden = _hidden_phrases(numbers, {entry["name"] for entry in shown.metrics})
        known = Phrasebook(shown, translations, hidden, terms, instead)
        kept.put(key, known)
    return known


LOWER = ("子", "小类", "细分")
"""In Chinese the parts of a tree are called by these."""


def _is_below(phrase: str) -> bool:
    """Whether a phrase names the lower level of a tree of categories."""
    return phrase.startswith(("sub", "product sub")) or any(each in phrase for each in LOWER)


def _instead(shown: Catalogue, held: Held) -> tuple[tuple[str, str], ...]:
    """Currency said of orders is what customers pay in, where the books are kept in one; a category is a top one."""
    names = {entry["name"] for entry in shown.dimensions}
    found = []
    if PAID in names and len(held.get("currency", ())) <= 1 < len(held.get(PAID, ())):
        found.append(("currency", PAID))
    group = f"{CATEGORY}_group"
    tops = set(held.get(group, ()))
    if group in names and tops and tops < set(held.get(CATEGORY, ())):
        found.append((CATEGORY, group))
    return tuple(found)


def _hidden_phrases(numbers: Numbers, seen: set[str]) -> frozenset[Key]:
    listed = numbers.vocabularies.current().manifest.listed_metrics()
    told = {key for metric in listed if metric.name in seen for key in _keys(metric)}
    return frozenset(key for metric in listed if metric.name not in seen for key in _keys(metric)) - told


def _keys(metric: Any) -> Iterator[Key]:
    synonyms = (word for words in metric.synonyms.values() for word in words)
    for phrase in (metric.name.replace("_", " "), *metric.labels.values(), metric.label, *synonyms):
        yield key_of(phrase)


def _named(kind: Kind, entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Meaning, str]]:
    for entry in entries:
        for phrase in (entry["name"].replace("_", " "), entry["label"]):
            yield Meaning(kind, entry["name"], entry["label"], NAME_WEIGHT), phrase
        for language in entry["synonyms"].values():
            for synonym in language:
                yield Meaning(kind, entry["name"], entry["label"], SYNONYM_WEIGHT), synonym
