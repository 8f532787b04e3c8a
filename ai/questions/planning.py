"""From what a question says to one metric query, a question back, or a no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ai.questions.absent import plan_absent
from ai.questions.accounting import goes_with_measure, unaccounted
from ai.questions.bounding import bounded_in, plan_among
from ai.questions.changes import goes_down, is_which_moved, moved_column
from ai.questions.compositions import composed, plan_both, plan_debuts
from ai.questions.dialect import COUNTED, VERBS
from ai.questions.figures import figures_of, ratio_of
from ai.questions.filters import conditions, placed_members
from ai.questions.keys import PEOPLE, Keys
from ai.questions.kinship import COUNTS_MEMBERS, HAPPENED, MEANS, MEANT_OVER, ONE_BY_ONE
from ai.questions.lexicon import Lexicon
from ai.questions.middle import days_without, median_of
from ai.questions.others import other_of
from ai.questions.plans import Clarify, Decline, Derive, Planned, Stop, as_data
from ai.questions.ranking import TOP_MAX, judge_ranking, rows_wanted
from ai.questions.said import Reading
from ai.questions.shapes import against_each_other, best_of_each, first_or_last
from ai.questions.sharing import share_of
from ai.questions.spans import Days, days_of
from ai.questions.spreading import plan_spread
from ai.questions.unplaced import check_words
from ai.questions.words import joined
from ai.questions.workings import Asked, subject_of, worked_from
from olap.query import Filter, MetricQuery, Order

ACCOUNT = "customer_account"
SAME = frozenset({"same", "同"})
SUBJECTS = ("customer", "item", "region", "salesperson", "supplier")


def plan(reading: Reading, lexicon: Lexicon, previous: Planned | None = None) -> Planned | Clarify | Decline:
    """What to do with a question that was read; `previous` is what the conversation asked before."""
    try:
        check_words(reading, lexicon)
        shapes = (plan_debuts, plan_both, plan_absent, plan_spread, plan_among)
        special = next((found for shape in shapes if (found := shape(reading, lexicon))), None)
        if special is not None:
            idle = unaccounted(special, reading, lexicon)
            return Decline("unused_word", ", ".join(idle)) if idle else special
        planning = _Planning(reading, lexicon, previous)
        planned = planning.planned()
        idle = unaccounted(planned, reading, lexicon)
        if idle:
            return Decline("unused_word", ", ".join(idle))
        return replace(planned, other=other_of(planned, reading, lexicon))
    except Stop as stop:
        return stop.outcome


class _Planning:
    """One question on its way to a query."""

    def __init__(self, reading: Reading, lexicon: Lexicon, previous: Planned | None) -> None:
        self.reading, self.lexicon = reading, lexicon
        self.previous = previous if _is_follow_up(reading, previous) else None
        self.before = self.previous.query if self.previous else None
        self.metrics = figures_of(reading, lexicon, self.before)
        judge_ranking(reading, self.metrics[0], lexicon)
        self.shared = self._shared(self.metrics)
        self._settle_who()
        self.placed = placed_members(reading, self.shared)
        self.days: Days = days_of(reading, lexicon.clock, self.before)
        self.by = Keys(reading, self.shared, self.placed, self.days)

    def _settle_who(self) -> None:
        """And who the fewest: whom the question before it told."""
        reading = self.reading
        told = [name for name in (self.before.group_by if self.before else ()) if name in {*PEOPLE, ACCOUNT}]
        if told and reading.has("who") and not reading.dimensions and told[0] in self.shared:
            reading.dimensions, reading.grouped = [told[0]], [told[0]]

    def planned(self) -> Planned:
        """The query with what is worked out from it.  Raises: Stop."""
        special = self._special() or self._worked_from() or self._of_the_middle()
        if special is not None:
            return special
        ratio = ratio_of(self.reading, self.metrics)
        counted = None if ratio else self._counted()
        if counted is not None:
            return counted
        keys = self._over_whom(self._keys())
        self._check_dimensions(keys)
        return self._told_by(keys, self._where(), ratio)

    def _worked_from(self) -> Planned | None:
        asked = self._asked()
        return worked_from(asked) or composed(asked)

    def _of_the_middle(self) -> Planned | None:
        asked = self._asked()
        return median_of(asked) or days_without(asked, self.lexicon.clock.today)

    def _told_by(self, keys: tuple[str, ...], where: tuple[Filter, ...], ratio: tuple[str, str] | None) -> Planned:
        """The figure by its keys: as a ratio, a share, worked out from its rows, or ranked."""
        if ratio is not None:
            query = MetricQuery(ratio, keys, (*where, *self._filled(keys)), self.days.time, totals=bool(keys))
            return Planned(query, Derive("ratio", ratio[0], values=(ratio[1],)))
        share = share_of(replace(self._asked(), keys=keys, where=where))
        if share is not None:
            return share
        if self.reading.has("average") and not keys and not self.reading.limits and self._adds_up():
            # A mean needs to know of what: left out, the sum would be told for it.
            raise Stop(self._by_what())
        if self.reading.limits or (self.reading.has("average") and keys):
            return self._worked_out(keys, where)
        return self._ranked(keys, where)

    def _asked(self) -> Asked:
        """What is known of the question, for who works something out of it."""
        return Asked(
            self.reading, self.lexicon, self.metrics, self._keys(), self._where(), self.days, self.placed, self.shared
        )

    def _over_whom(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The keys without those whose mean is asked for and is told already: what an employee earns on average."""
        if not self.reading.has("average") or self.metrics[0] not in MEANS:
            return keys
        whose = MEANT_OVER.get(self.metrics[0])
        kept = tuple(name for name in keys if name != whose or name in self.reading.grouped)
        self.reading.operators = [each for each in self.reading.operators if each != "average"]
        self.reading.dimensions = [each for each in self.reading.dimensions if each != whose or each in kept]
        return kept

    def _special(self) -> Planned | None:
        """A question of a shape of its own."""
        reading, time = self.reading, self.days.time
        if self.days.compare is not None:
            return None
        if reading.has("latest", "earliest", "when"):
            reading_keys = self.by.names()
            planned = first_or_last(reading, self.metrics[0], reading_keys, self._where(), time, self.lexicon)
            if planned is not None:
                return planned
        names = self.by.names()
        planned = against_each_other(reading, self.metrics, names, self._where(), time)
        if planned is not None:
            return planned
        keys = tuple(dict.fromkeys((*reading.grains, *names)))
        where = (*self._where(), *self._filled(keys))
        return best_of_each(reading, self.metrics, keys, where, time)

    def _adds_up(self) -> bool:
        """Whether a figure is a sum, so that its mean is another figure."""
        if self.metrics[0] in MEANS:
            return False
        return self.lexicon.metrics[self.metrics[0]]["unit"] in {"currency", "count", "quantity"} and not (
            self.metrics[0].startswith("average_")
        )

    def _shared(self, metrics: Sequence[str]) -> list[str]:
        return sorted(set.intersection(*(set(self.lexicon.metrics[name]["dimensions"]) for name in metrics)))

    def _check_dimensions(self, keys: Sequence[str]) -> None:
        missing = [name for name in keys if name in self.lexicon.dimensions and name not in self.shared]
        if missing:
            raise Stop(Decline("not_by_dimension", ", ".join(name.replace("_", " ") for name in missing)))

    def _where(self) -> tuple[Filter, ...]:
        where = (*conditions(self.placed), *(Filter(name, "is_null") for name in self.reading.missing))
        where = (*where, *(Filter(name, "not_null") for name in self.reading.present))
        if self.before is None:
            return (*where, *self._switches())
        fields = {each.field for each in where}
        kept = tuple(each for each in self.before.where if each.field not in fields and each.field in self.shared)
        return (*kept, *where, *self._switches())

    def _switches(self) -> tuple[Filter, ...]:
        """A yes-or-no dimension said like an adjective holds: late deliveries."""
        said = [name for name in self.reading.dimensions if name.startswith("is_") and name not in self.reading.grouped]
        return tuple(Filter(name, "eq", ("true",)) for name in said)

    def _keys(self) -> tuple[str, ...]:
        """What the figure is told by: time first, then dimensions."""
        keys = self.by.names()
        grain = self.by.grain()
        if not keys and not grain and self.before is not None and not self.reading.has("share"):
            keys = self._kept_keys({member.dimension for _, member in self.placed})
        return (*((grain,) if grain else ()), *keys)

    def _kept_keys(self, named: set[str]) -> tuple[str, ...]:
        before = self.before.group_by if self.before else ()
        return tuple(name for name in before if name not in named and (name in self.shared or name in _GRAINS))

    def _counted(self) -> Planned | None:
        """How many members have something: counted by rows; how many orders are over an amount."""
        reading = self.reading
        counted = next((each for each in reading.metrics if each.is_counted), None)
        if reading.limits and counted is not None and counted.meanings[0].name in COUNTED:
            dimension, measure = COUNTED[counted.meanings[0].name]
            others = [name for name in self.metrics if name != counted.meanings[0].name]
            if reading.verbs and goes_with_measure(reading.verbs[0], measure, self.lexicon):
                measure = self.lexicon.own(VERBS[reading.verbs[0]][0])
            measure = "order_count" if reading.has_times else measure
            return self._count(dimension, others[0] if others else measure)
        if reading.limits and counted is not None and counted.meanings[0].name in COUNTS_MEMBERS:
            name = counted.meanings[0].name
            found = self._measure_of(COUNTS_MEMBERS[name], [each for each in self.metrics if each != name])
            if found is not None:
                return self._count(COUNTS_MEMBERS[name], found)
        is_of_parts = self.metrics[0] == "component_quantity" and "component" in reading.dimensions
        if is_of_parts and reading.has("count") and not reading.has_pieces:
            # How many components a thing has: they are counted, not their pieces.
            return self._count("component", "component_quantity")
        if reading.counted and not counted:
            return self._count(reading.counted, self.metrics[0])
        return None

    def _measure_of(self, dimension: str, others: Sequence[str]) -> str | None:
        """The figure by which members are counted: another that is named, or that of what they do."""
        done = [self.lexicon.own(VERBS[verb][0]) for verb in self.reading.verbs]
        known = [name for name in (*others, *done) if name in self.lexicon.metrics]
        return next((name for name in known if dimension in self.lexicon.metrics[name]["dimensions"]), None)

    def _count(self, dimension: str, metric: str) -> Planned:
        if dimension in _GRAINS:
            bounds = tuple((each.operator, each.number) for each in self.reading.limits)
            query = MetricQuery((metric,), (dimension,), self._where(), self.days.time)
            return Planned(query, Derive("count", metric, dimension, bounds=bounds))
        if metric not in self.lexicon.metrics or dimension not in self.lexicon.metrics[metric]["dimensions"]:
            raise Stop(Decline("not_by_dimension", dimension.replace("_", " ")))
        grain = self.reading.grains[0] if self.reading.grains and self.reading.limits else None
        query = MetricQuery(
            (metric,),
            (*((grain,) if grain else ()), dimension),
            self._somebody((dimension,)),
            self.days.time,
            self.days.compare,
        )
        bounds = tuple((each.operator, each.number) for each in self.reading.limits)
        if grain and "times" in self.reading.words:
            # How many times somebody did it: every time counts, and not only who it was.
            return Planned(query, Derive("having", metric, bounds=bounds, order=True))
        return Planned(query, Derive("count", metric, dimension, bounds=bounds))

    def _worked_out(self, keys: tuple[str, ...], where: tuple[Filter, ...]) -> Planned:
        """Rows within bounds, or the mean over rows."""
        reading, metric = self.reading, self._limited_metric()
        if not keys:
            keys = self._limited_keys()
        if reading.limits and keys[0] in _GRAINS and SAME & set(reading.words):
            # More than one order on the same day: of one customer, and not of all of them.
            keys = (*keys, *(name for name in reading.parties if name in self.shared and name not in keys))
        # With the margin in percent: a second figure is told beside the one that is bounded.
        beside = () if self._counts() else tuple(name for name in self.metrics if name not in {metric, *COUNTED})
        query = MetricQuery((metric, *beside), keys, (*where, *self._filled(keys)), self.days.time, self.days.compare)
        if reading.has("average") and not reading.limits:
            if len(keys) > 1:
                raise Stop(Decline("average_of_each"))
            return Planned(query, Derive("average", metric, keys[-1]))
        bounds = tuple((each.operator, each.number) for each in reading.limits)
        is_descending = True if reading.is_descending is None else reading.is_descending
        top = rows_wanted(reading, keys) if reading.is_descending is not None else None
        return Planned(query, Derive("having", metric, bounds=bounds, order=is_descending, limit=top))

    def _counts(self) -> bool:
        return any(each.is_counted for each in self.reading.metrics)

    def _limited_metric(self) -> str:
        """The figure that a bound is about: of orders over an amount their value."""
        name = self.metrics[0]
        bounded = bounded_in(self.reading) if len(self.metrics) > 1 and self.reading.limits else None
        if bounded is not None:
            name = next((each.name for each in bounded.meanings if each.name in self.metrics), name)
        if name in COUNTED and not self._keys() and len(self.metrics) == 1:
            return COUNTED[name][1]
        return name

    def _limited_keys(self) -> tuple[str, ...]:
        for name in self.metrics:
            if name in COUNTED:
                return (COUNTED[name][0],)
        whose = ONE_BY_ONE.get(self.metrics[0])
        if whose in self.shared:
            return (str(whose),)
        party = next((name for name in self.reading.parties if name in self.shared), None)
        if party is not None:
            return (party,)
        if any(member.dimension == "customer_category" for _, member in self.placed) and ACCOUNT in self.shared:
            # The stores that spent more than so much.
            return (ACCOUNT,)
        raise Stop(self._by_what())

    def _ranked(self, keys: tuple[str, ...], where: tuple[Filter, ...]) -> Planned:
        reading, metrics = self.reading, self.metrics
        if reading.is_descending is not None and not keys:
            subject = self._subject_of_kind() or subject_of(self._asked())
            metrics, keys = (metrics, (subject,)) if subject else self._largest()
        if reading.is_descending is not None and len(keys) > 1 and (reading.top or TOP_MAX) > 1 and reading.has("by"):
            raise Stop(Decline("top_of_each"))
        if self.days.compare and keys and reading.has("more", "less") and self._is_compared_so():
            bound = ("less" if reading.has("less") else "more", Decimal(0))
            query = MetricQuery(metrics, keys, (*where, *self._filled(keys)), self.days.time, self.days.compare)
            column = f"{metrics[0]}_change"
            return Planned(query, Derive("having", column, bounds=(bound,), order=not reading.has("less")))
        if metrics[0] in HAPPENED and keys and reading.is_descending is None and not self.days.compare:
            query = MetricQuery(metrics, keys, (*where, *self._filled(keys)), self.days.time)
            return Planned(query, Derive("having", metrics[0], bounds=(("more", Decimal(0)),), order=True))
        is_sorted = reading.has("falling", "rising") and bool(keys)
        ranked = reading.is_descending is not None or (reading.top is not None and bool(keys)) or is_sorted
        compare = self.days.compare
        is_moved = compare is not None and reading.has("growth", "change")
        if is_moved and keys and not ranked and is_which_moved(reading, keys):
            query = MetricQuery(metrics, keys, (*where, *self._filled(keys)), self.days.time, compare)
            bound = ("less" if goes_down(reading) else "more", Decimal(0))
            return Planned(query, Derive("having", f"{metrics[0]}_change", bounds=(bound,), order=bound[0] == "more"))
        column = moved_column(reading, metrics[0]) if is_moved else metrics[0]
        order = (Order(column, descending=self._is_falling() != (is_moved and goes_down(reading))),) if ranked else ()
        query = MetricQuery(
            metrics=metrics,
            group_by=keys,
            where=where,
            time=self.days.time,
            compare=compare,
            order_by=order,
            limit=rows_wanted(reading, keys) if ranked and not (is_sorted and reading.top is None) else None,
            totals=bool(keys) and not ranked,
        )
        return Planned(replace(query, where=(*where, *self._filled(keys))) if ranked else query)

    def _subject_of_kind(self) -> str | None:
        """Whose kind is named where some of it are asked for: which gloves sold best, five private customers."""
        if not (self.reading.top or "which" in self.reading.words):
            return None
        kinds = {member.dimension for _, member in self.placed}
        wanted = [subject for subject, kind in _KINDS if any(each.startswith(kind) for each in kinds)]
        return next((each for each in wanted if each in self.shared), None)

    def _is_falling(self) -> bool:
        if self.reading.is_descending is None:
            return not self.reading.has("rising")
        return self.reading.is_descending

    def _is_compared_so(self) -> bool:
        """Whether more or less stands against other days: less in 2013 than in 2012."""
        return len(self.reading.times) > 1 and len(self.metrics) == 1 and not self.reading.limits

    def _filled(self, keys: Sequence[str]) -> tuple[Filter, ...]:
        """Who and which ask for somebody: rows without a name are none of them."""
        return tuple(Filter(name, "not_null") for name in keys if name not in _GRAINS)

    def _somebody(self, keys: Sequence[str]) -> tuple[Filter, ...]:
        return (*self._where(), *self._filled(keys))

    def _largest(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The largest order is the document with the highest value."""
        name = self.metrics[0]
        if name in COUNTED and self.reading.metrics:
            dimension, measure = COUNTED[name]
            if measure in self.lexicon.metrics:
                return (measure,), (dimension,)
        raise Stop(self._by_what())

    def _by_what(self) -> Clarify | Decline:
        names = [name for name in SUBJECTS if name in self.shared]
        if not names:
            return Decline("no_dimension")
        question = joined(self.reading.words)
        return Clarify("several_dimensions", "", tuple(f"{question} by {name}" for name in (*names, "month")))


_KINDS = (("item", "item_category"), (ACCOUNT, "customer_category"), ("customer", "customer_category"))
"""What is meant by the name of a kind: bikes are items, stores are customers."""
_GRAINS = frozenset({"day", "week", "month", "quarter", "year", "fiscal_period", "fiscal_quarter", "fiscal_year"})


def _is_follow_up(reading: Reading, previous: Planned | None) -> bool:
    """Whether a question changes the one before it: it names no figure of its own, or begins with and."""
    if previous is None:
        return False
    return not (reading.metrics or reading.verbs) or reading.words[0] in {"and", "那", "那么", "instead"}


__all__ = ["Clarify", "Decline", "Planned", "as_data", "plan"]
