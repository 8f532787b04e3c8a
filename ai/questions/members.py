"""Names of members as one asker sees them: held while the data version stays, looked up where they are too many."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ai.questions.names import names_besides
from ai.questions.words import key_of
from olap.asker import Asker
from olap.catalogue import dimension_values, member_names
from olap.errors import NotPublished, QueryInvalid
from olap.query import Filter, MetricQuery
from olap.service import Numbers

Key = tuple[str, ...]
HELD_MAX = 60_000
"""A dimension with more members than this is looked up instead of held."""
INDEXES_KEPT = 32
FEW = 200
"""A dimension of so few members is a vocabulary of its own: a misspelt name in it is mended."""
LOOKED_UP_MAX = 20
FACTS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "customer_occupation": "occupation occupations profession professions job jobs 职",
        "customer_education": "education educated degree degrees school schooling 学 教",
        "customer_income": "income incomes earn earning 入",
        "commute_distance": "commute commuting distance",
        "store_specialty": "专 主 specialty speciality specialise specialising specialize specializing specialised "
        "specialises specializes specialized focus",
        "store_internet": "internet connection",
        "store_brands": "brand brands",
        "store_bank": "bank banks banking",
        "business_type": "type",
        "cars_owned": "car cars",
        "child_count": "child children kids",
    }.items()
}
"""Facts of customers whose single words mean something else, where none of these words is said with them."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a dimension."""

    dimension: str
    value: str


@dataclass
class Members:
    """All names that may be filtered by, for one asker; they stay the same until a publication changes one."""

    numbers: Numbers
    asker: Asker
    dimensions: Sequence[Mapping[str, Any]]
    held: Mapping[str, Sequence[str]]
    """The members of every dimension that is small enough, by dimension."""

    @cached_property
    def by_name(self) -> Mapping[Key, Sequence[Member]]:
        """Members by their whole name, by the names of countries behind codes, and by what else they are called."""
        found: defaultdict[Key, dict[Member, None]] = defaultdict(dict)
        for member, name in self._named():
            key = key_of(name)
            if key:
                found[key][member] = None
        return {key: tuple(members) for key, members in found.items()}

    def _named(self) -> Iterable[tuple[Member, str]]:
        for dimension, values in self.held.items():
            if set(values) <= {"true", "false"}:
                continue
            for value in values:
                member = Member(dimension, value)
                yield member, value
                for name in names_besides(dimension, value):
                    yield member, name

    @cached_property
    def by_word(self) -> Mapping[str, Sequence[Member]]:
        """Members by each word of their name."""
        found: defaultdict[str, list[Member]] = defaultdict(list)
        for key, members in self.by_name.items():
            for word in set(key):
                found[word].extend(members)
        return found

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Member, ...]]:
        """Categories of items that share the last word of their names, by that word: mountain, road, touring frames."""
        found: defaultdict[str, list[Member]] = defaultdict(list)
        for value in self.held.get("item_category", ()):
            key = key_of(value)
            if len(key) > 1:
                found[key[-1]].append(Member("item_category", value))
        return {
            word: tuple(members) for word, members in found.items() if len(members) > 1 and (word,) not in self.by_name
        }

    @cached_property
    def longest(self) -> int:
        """The number of words in the longest name."""
        return min(max(map(len, self.by_name), default=0), 12)

    @cached_property
    def few_words(self) -> frozenset[str]:
        """The words of names in dimensions that have few members."""
        small = {name for name, values in self.held.items() if len(values) <= FEW}
        return frozenset(
            word for key, members in self.by_name.items() if any(m.dimension in small for m in members) for word in key
        )

    def holding(self, words: Sequence[str]) -> tuple[Member, ...]:
        """The members whose names hold all the words in a row."""
        key = key_of(" ".join(words))
        candidates = self.by_word.get(max(key, key=len), ()) if key else ()
        return tuple(member for member in dict.fromkeys(candidates) if _holds(key_of(member.value), key))

    def document(self, word: str) -> tuple[Member, ...]:
        """The documents and large dimensions' members that are called exactly so, whatever the letters' case."""
        return tuple(
            Member(entry["name"], value)
            for entry in self.dimensions
            if entry["type"] == "text" and not entry["is_as_of"] and entry["name"] not in self.held
            for value in dimension_values(self.numbers, self.asker, entry["name"], search=word, limit=LOOKED_UP_MAX)
            if value.casefold() == word
        )

    def numbered(self, metric: str, names: Sequence[str]) -> tuple[Member, ...]:
        """Those of the documents called so of which a figure is told."""
        return tuple(Member("order_number", name) for name in names if self._is_numbered(metric, name))

    def _is_numbered(self, metric: str, name: str) -> bool:
        query = MetricQuery((metric,), ("order_number",), (Filter("order_number", "eq", (name,)),))
        try:
            return bool(self.numbers.query(query, self.asker).rows)
        except (QueryInvalid, NotPublished):
            return False


class MemberCache:
    """The names of the last askers; two askers share them only where both see the same rows."""

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._kept: OrderedDict[Hashable, Members] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, numbers: Numbers, asker: Asker, dimensions: Sequence[Mapping[str, Any]]) -> Members:
        """The names as an asker sees them now; their indexes are made again only where a name has come or gone."""
        stamp = numbers.vocabularies.current().stamp
        key = (id(numbers), asker.policy_hash, stamp)
        held = _held(numbers, asker, dimensions)
        with self._lock:
            known = self._kept.pop(key, None)
            if known is None or known.numbers is not numbers or known.held != held:
                known = Members(numbers, asker, dimensions, held)
            self._kept[key] = known
            while len(self._kept) > INDEXES_KEPT:
                self._kept.popitem(last=False)
            return known


def _held(numbers: Numbers, asker: Asker, dimensions: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
    found = {}
    for entry in dimensions:
        if entry["type"] == "text" and not entry["is_as_of"] and not entry["is_document"]:
            names = _names_in(numbers, asker, entry["name"])
            if len(names) <= HELD_MAX:
                found[entry["name"]] = names
    return found


def _names_in(numbers: Numbers, asker: Asker, dimension: str) -> Sequence[str]:
    """The members of a dimension; none where an upgrade has added it and nothing has been loaded since."""
    try:
        return member_names(numbers, asker, dimension, limit=HELD_MAX + 1)
    except NotPublished:
        return ()


def least_specific(members: Sequence[Member]) -> list[Member]:
    """Of one name found in several dimensions of one thing, that which tells most of it.

    A group takes in its parts; what holds now goes before what held then, and the document's own before the customer's.
    """
    spoken = [member for member in members if not member.dimension.endswith(("_code", "_path"))] or list(members)
    names = {(member.dimension, member.value) for member in spoken}
    return [
        member
        for member in spoken
        if not any(_is_beside(member, Member(*other)) for other in names if other[0] != member.dimension)
    ]


def _is_beside(member: Member, other: Member) -> bool:
    if member.value != other.value:
        return False
    name, base = member.dimension, other.dimension
    if base == f"{name}_group":
        # A department may be called as the group above it, and then has other people.
        return name != "unit"
    is_second = name.endswith(f"_{base}") and base in {"region", "country", "unit", "salesperson"}
    return is_second or (name.startswith(f"{base}_") and name != f"{base}_group")


def _holds(inside: Sequence[str], words: Sequence[str]) -> bool:
    return any(tuple(inside[at : at + len(words)]) == tuple(words) for at in range(len(inside) - len(words) + 1))


MEMBERS = MemberCache()
