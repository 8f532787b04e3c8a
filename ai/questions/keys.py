"""What a figure is told by: the dimensions and the period that a question names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ai.questions.dialect import VERBS
from ai.questions.members import Member
from ai.questions.plans import Clarify, Decline, Stop
from ai.questions.said import Named, Reading
from ai.questions.spans import Days
from ai.questions.times import number_of
from ai.questions.words import joined
from olap.query import Filter

GRAINS = frozenset({"day", "week", "month", "quarter", "year", "fiscal_period", "fiscal_quarter", "fiscal_year"})
SUBJECTS = ("customer", "item", "region", "salesperson", "supplier")
DAYS_BY_DAY, DAYS_BY_MONTH = 62, 366 * 6
PEOPLE = ("salesperson", "customer", "supplier", "buyer", "employee")
TOGETHER = frozenset({"together", "combined", "jointly", "合计", "总共", "一共", "共"})
KINDS = ("item_category", "customer_category")
"""Whose names stand for what is of that kind."""
MEASURE_WORDS = frozenset({"款", "个", "种", "件", "best", "top", "selling"})
PLACES_ASKED = ("location", "warehouse", "country", "city")


def filled(keys: Sequence[str]) -> tuple[Filter, ...]:
    """Who and which ask for somebody: rows without a name are none of them."""
    return tuple(Filter(name, "not_null") for name in keys if name not in GRAINS)


def by_what(reading: Reading, shared: Sequence[str]) -> Clarify | Decline:
    """The question back by what a figure is to be told."""
    names = [name for name in SUBJECTS if name in shared]
    if not names:
        return Decline("no_dimension")
    question = joined(reading.words)
    return Clarify("several_dimensions", "", tuple(f"{question} by {name}" for name in (*names, "month")))


@dataclass(frozen=True)
class Keys:
    """The keys of one question."""

    reading: Reading
    shared: Sequence[str]
    placed: Sequence[tuple[Named, Member]]
    days: Days

    def names(self) -> tuple[str, ...]:
        """The dimensions that are told one by one, without periods."""
        named = {member.dimension for _, member in self.placed}
        reading = self.reading
        names = [
            name
            for name in reading.dimensions
            if not name.startswith("is_") or name in reading.grouped
            if name in reading.grouped or name not in named
        ]
        asked = [name for name in (self._who(), self._where_asked()) if name]
        return tuple(dict.fromkeys([*names, *asked, *self._several()]))

    def _where_asked(self) -> str | None:
        """The places that a question with where is told by."""
        if not self.reading.has("where"):
            return None
        return next((name for name in PLACES_ASKED if name in self.shared), None)

    def _several(self) -> list[str]:
        """A dimension of which several members are named is told member by member, if not all of them together."""
        if TOGETHER & set(self.reading.words):
            return []
        said = {
            (named.start, member.dimension)
            for named, member in self.placed
            if not named.is_excluded and not named.is_part
        }
        names = [dimension for _, dimension in sorted(said)]
        several = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        return [name for name in several if not self._are_kinds_of_ranked(name)]

    def _are_kinds_of_ranked(self, name: str) -> bool:
        """Whether some of several kinds are asked for, and not one against the other: which four gloves or caps."""
        reading = self.reading
        if reading.is_descending is None or not name.startswith(KINDS) or name in {*reading.dimensions, *reading.each}:
            return False
        at = min(named.start for named, member in self.placed if member.dimension == name)
        while at and reading.words[at - 1] in MEASURE_WORDS:
            at -= 1
        before = reading.words[at - 1] if at else ""
        is_which = before in {"which", "what"} and bool({"or", "and"} & set(reading.words))
        return is_which or (reading.top is not None and number_of(before) == reading.top)

    def _who(self) -> str | None:
        if not self.reading.has("who") or self.reading.dimensions:
            return None
        for verb in self.reading.verbs:
            if VERBS[verb][1] in self.shared:
                return VERBS[verb][1]
        people = [name for name in PEOPLE if name in self.shared]
        if "employee" in people:
            # Salespeople and buyers are employees.
            return "employee"
        if len(people) == 1:
            return people[0]
        if not people:
            raise Stop(Decline("not_by_dimension", "who"))
        choices = tuple(joined(["which", name, *self._without("who")]) for name in people)
        raise Stop(Clarify("several_dimensions", "who", choices))

    def _without(self, *left_out: str) -> list[str]:
        return [word for word in self.reading.words if word not in left_out]

    def grain(self) -> str | None:
        """The period that it is told by, one by one.  Raises: Stop where several may be meant."""
        reading = self.reading
        if reading.grains:
            return reading.grains[0]
        if self.days.grain:
            return self.days.grain
        if reading.has("when"):
            choices = tuple(joined(["which", name, *self._without("when")]) for name in ("month", "day", "year"))
            raise Stop(Clarify("several_grains", "when", choices))
        return self._trend_grain() if reading.has("trend") else None

    def _trend_grain(self) -> str:
        time = self.days.time
        days = (time.end - time.start).days if time.start and time.end else DAYS_BY_MONTH
        return "day" if days < DAYS_BY_DAY else "month" if days <= DAYS_BY_MONTH else "year"
