"""From what a question says to one metric query, a question back, or a no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ai.questions.absent import plan_absent
from ai.questions.accounting import unaccounted
from ai.questions.ages import plan_ages
from ai.questions.bounding import plan_among
from ai.questions.butnot import plan_but_not
from ai.questions.compositions import composed, plan_both, plan_debuts, plan_two_days
from ai.questions.coordination import ratio_of
from ai.questions.counting import counted_by_rows
from ai.questions.dateroles import dated_by, on_days
from ai.questions.figures import figures_of
from ai.questions.filters import conditions, placed_members
from ai.questions.keys import GRAINS, PEOPLE, Keys, by_what, filled
from ai.questions.kinship import COUNTS_MEMBERS, MEANS, MEANT_OVER, OF_HOUSES
from ai.questions.lexicon import Lexicon
from ai.questions.middle import days_without, median_of
from ai.questions.others import other_of
from ai.questions.plans import Clarify, Decline, Derive, Planned, Stop, as_data
from ai.questions.ranking import judge_ranking
from ai.questions.rankings import ranked
from ai.questions.running import plan_running
from ai.questions.said import Reading
from ai.questions.seconds import at_place
from ai.questions.shapes import against_each_other, best_of_each, first_or_last
from ai.questions.shares import bound_shares
from ai.questions.sharing import share_of
from ai.questions.shops import plan_kept_shops
from ai.questions.spans import Days, days_of
from ai.questions.spreading import plan_spread
from ai.questions.thresholds import ACCOUNT, within_bounds
from ai.questions.unplaced import check_words
from ai.questions.words import words_of
from ai.questions.workings import Asked, worked_from
from olap.query import Filter, MetricQuery, TimeRange

_GOES_ON = tuple(
    tuple(words_of(each))
    for each in ("and", "instead", "what about", "how about", "the same for", "same for", "the same with", "那", "同样")
)
"""How a question begins that changes only the figure of the one before it."""


def plan(reading: Reading, lexicon: Lexicon, previous: Planned | None = None) -> Planned | Clarify | Decline:
    """What to do with a question that was read; `previous` is what the conversation asked before."""
    try:
        check_words(reading, lexicon)
        previous = _still_seen(reading, previous, lexicon)
        shapes = (
            plan_but_not,
            plan_kept_shops,
            plan_ages,
            plan_debuts,
            plan_two_days,
            plan_both,
            plan_absent,
            plan_spread,
            plan_among,
        )
        special = next((found for shape in shapes if (found := shape(reading, lexicon))), None)
        if special is not None:
            idle = unaccounted(special, reading, lexicon)
            return Decline("unused_word", ", ".join(idle)) if idle else at_place(special, reading)
        planning = _Planning(reading, lexicon, previous)
        planned = at_place(planning.planned(), reading)
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
        bound_shares(reading, self.metrics, lexicon)
        self.shared = self._shared(self.metrics)
        self.dated_by = dated_by(reading, self.metrics[0], lexicon)
        self._settle_who()
        self.placed = placed_members(reading, self.shared)
        self.days: Days = days_of(reading, lexicon.clock, self.before)
        self.on_days = on_days(self.dated_by, self.days.time) if self.dated_by else ()
        if self.dated_by:
            self.days = replace(self.days, time=TimeRange())
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
        counted = None if ratio else counted_by_rows(self._asked())
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
            if COUNTS_MEMBERS.get(ratio[1]) in {each.field for each in where if each.op == "eq"}:
                # One salesperson's sales for one of the salespeople, who is that one: no such figure is meant.
                labels = tuple(str(self.lexicon.metrics[each]["label"]) for each in ratio)
                raise Stop(Clarify("several_metrics", ", ".join(labels), labels, ratio))
            query = MetricQuery(ratio, keys, (*where, *filled(keys)), self.days.time, totals=bool(keys))
            return Planned(query, Derive("ratio", ratio[0], values=(ratio[1],)))
        share = share_of(replace(self._asked(), keys=keys, where=where))
        if share is not None:
            return share
        if self.reading.has("average") and not keys and not self.reading.limits and self._adds_up():
            # A mean needs to know of what: left out, the sum would be told for it.
            raise Stop(by_what(self.reading, self.shared))
        asked = replace(self._asked(), keys=keys, where=where)
        if self.reading.limits or (self.reading.has("average") and keys):
            return within_bounds(asked)
        return ranked(asked)

    def _asked(self) -> Asked:
        """What is known of the question, for who works something out of it."""
        return Asked(
            self.reading, self.lexicon, self.metrics, self._keys(), self._where(), self.days, self.placed, self.shared
        )

    def _over_whom(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The keys without those whose mean is asked for and is told already: what an employee earns on average."""
        if not self.reading.has("average") or self.metrics[0] not in MEANS:
            return keys
        if self.metrics[0] in OF_HOUSES and ACCOUNT in self.shared and self._is_over_houses(keys):
            return (ACCOUNT,)
        if keys and self.metrics[0].startswith("customer_") and not {ACCOUNT, "customer"} & set(keys):
            # A shop may buy under several numbers: its facts count once, and not once for each of them.
            raise Stop(Decline("average_of_each"))
        whose = MEANT_OVER.get(self.metrics[0])
        kept = tuple(name for name in keys if name != whose or name in self.reading.grouped)
        self.reading.operators = [each for each in self.reading.operators if each != "average"]
        self.reading.dimensions = [each for each in self.reading.dimensions if each != whose or each in kept]
        return kept

    def _is_over_houses(self, keys: tuple[str, ...]) -> bool:
        """Whether the mean of all shops is asked for, each of which counts once under however many numbers it buys."""
        is_told = {ACCOUNT, "customer"} & {*self.reading.each}
        return set(keys) <= {ACCOUNT, "customer"} and not is_told and self.reading.is_descending is None

    def _special(self) -> Planned | None:
        """A question of a shape of its own."""
        reading, time = self.reading, self.days.time
        if self.days.compare is not None:
            return None
        running = plan_running(reading, self.metrics[0], self.by.names(), self._where(), time, self.lexicon)
        if running is not None:
            return running
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
        where = (*self._where(), *filled(keys))
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
        where = (*where, *(Filter(name, "not_null") for name in self.reading.present), *self.on_days)
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
        return tuple(name for name in before if name not in named and (name in self.shared or name in GRAINS))


def _still_seen(reading: Reading, previous: Planned | None, lexicon: Lexicon) -> Planned | None:
    """The question before, where its figures are the asker's to see still: rights are lost between two questions.

    Raises: Stop where the question is about what may be seen no more.
    """
    if previous is None or all(name in lexicon.metrics for name in previous.query.metrics):
        return previous
    if _is_follow_up(reading, previous):
        raise Stop(Decline("forbidden"))
    return None


def _is_follow_up(reading: Reading, previous: Planned | None) -> bool:
    """Whether a question changes the one before it: it names no figure of its own, or begins as such questions do."""
    if previous is None:
        return False
    is_begun_so = any(tuple(reading.words[: len(each)]) == each for each in _GOES_ON)
    return is_begun_so or not (reading.metrics or reading.verbs)


__all__ = ["Clarify", "Decline", "Planned", "as_data", "plan"]
