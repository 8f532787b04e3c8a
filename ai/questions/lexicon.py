"""What words may mean: metrics and dimensions by name, label and synonym, members by looking them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ai.questions.words import key_of, words_of
from olap.asker import Asker
from olap.catalogue import Catalogue, catalogue, dimension_values
from olap.service import Numbers

Kind = Literal["metric", "dimension"]
Key = tuple[str, ...]
MEMBERS_FOUND_MAX = 5
NAME_WEIGHT, SYNONYM_WEIGHT = 3, 2
SEARCHED_MAX = 200
LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase may name; a name or label weighs more than a synonym."""

    kind: Kind
    name: str
    label: str
    weight: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a dimension."""

    dimension: str
    value: str


@dataclass(frozen=True)
class Lexicon:
    """Phrases of the catalogue as one asker sees it, in all languages it has words for."""

    shown: Catalogue
    numbers: Numbers
    asker: Asker
    translations: tuple[Catalogue, ...] = ()
    """The same catalogue with the labels of other languages."""
    _found: dict[Key, tuple[Member, ...]] = field(default_factory=dict)
    _searched: dict[str, list[Member]] = field(default_factory=dict)

    @cached_property
    def phrases(self) -> Mapping[Key, Sequence[Meaning]]:
        """Every phrase with what it may mean, the weightiest first."""
        meanings: defaultdict[Key, dict[tuple[str, str], Meaning]] = defaultdict(dict)
        for meaning, phrase in self._spoken():
            known = meanings[key_of(phrase)].get((meaning.kind, meaning.name))
            if known is None or known.weight < meaning.weight:
                meanings[key_of(phrase)][meaning.kind, meaning.name] = meaning
        return {
            key: sorted(found.values(), key=lambda meaning: (-meaning.weight, meaning.name))
            for key, found in meanings.items()
            if key
        }

    def _spoken(self) -> Iterator[tuple[Meaning, str]]:
        for shown in (self.shown, *self.translations):
            yield from _named("metric", shown.metrics)
            yield from _named("dimension", shown.dimensions)

    @cached_property
    def longest(self) -> int:
        """The number of words in the longest phrase."""
        return max(map(len, self.phrases), default=0)

    @cached_property
    def metrics(self) -> Mapping[str, Mapping[str, Any]]:
        """Catalogue entries of metrics by name."""
        return {entry["name"]: entry for entry in self.shown.metrics}

    def members(self, words: Sequence[str], dimensions: Iterable[str]) -> tuple[Member, ...]:
        """The members called exactly so, among the rows the asker may see; else the few that hold all the words."""
        key = tuple(words)
        if key not in self._found:
            self._found[key] = self._look_up(words)
        allowed = set(dimensions)
        return tuple(member for member in self._found[key] if member.dimension in allowed)

    def _look_up(self, words: Sequence[str]) -> tuple[Member, ...]:
        exact, within = [], []
        for member in self._holding(max(words, key=len)):
            inside = words_of(member.value)
            if inside == list(words) or key_of(member.value) == key_of(" ".join(words)):
                exact.append(member)
            elif _holds(inside, words):
                within.append(member)
        return tuple(_least_specific(exact) or within[: MEMBERS_FOUND_MAX + 1])

    def _holding(self, word: str) -> Sequence[Member]:
        """Members that hold a word; document numbers are looked through only for words with a digit."""
        if word not in self._searched:
            with_documents = any(character.isdigit() for character in word)
            self._searched[word] = [
                Member(entry["name"], value)
                for entry in self.shown.dimensions
                if entry["type"] == "text" and not entry["is_as_of"] and (with_documents or not entry["is_document"])
                for value in dimension_values(self.numbers, self.asker, entry["name"], search=word, limit=SEARCHED_MAX)
            ]
        return self._searched[word]


def _least_specific(members: Sequence[Member]) -> list[Member]:
    """Of a member found in a dimension and in others named after it (category, category group) the first."""
    names = {member.dimension for member in members}
    return [member for member in members if not any(member.dimension.startswith(f"{name}_") for name in names)]


def read_lexicon(numbers: Numbers, asker: Asker) -> Lexicon:
    """The lexicon of everything that an asker may ask for."""
    translations = tuple(catalogue(numbers, asker, locale) for locale in LANGUAGES)
    return Lexicon(catalogue(numbers, asker), numbers, asker, translations)


def _holds(inside: Sequence[str], words: Sequence[str]) -> bool:
    return any(list(inside[at : at + len(words)]) == list(words) for at in range(len(inside) - len(words) + 1))


def _named(kind: Kind, entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Meaning, str]]:
    for entry in entries:
        for phrase in (entry["name"].replace("_", " "), entry["label"]):
            yield Meaning(kind, entry["name"], entry["label"], NAME_WEIGHT), phrase
        for language in entry["synonyms"].values():
            for synonym in language:
                yield Meaning(kind, entry["name"], entry["label"], SYNONYM_WEIGHT), synonym
