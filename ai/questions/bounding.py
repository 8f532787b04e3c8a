"""One figure of those whose other figure is within bounds: what shops with more than 75 employees bought."""

from __future__ import annotations

from ai.questions.dialect import COUNTED, VERBS
from ai.questions.filters import conditions, placed_members
from ai.questions.kinship import COUNTS_MEMBERS, MEANS, ONE_BY_ONE, QUANTITIES, STANDING
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.ranking import judge_ranking, rows_wanted
from ai.questions.said import Mention, Reading
from ai.questions.spans import days_of
from ai.questions.words import words_of
from olap.query import Filter, MetricQuery, TimeRange

BESIDE_MAX = 1
"""So many small words may stand between a bound and the figure that it is about."""
WHOSE = ("customer_account", "customer", "supplier", "item", "salesperson", "employee")


def plan_among(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """The plan of such a question; None where the bound is about the figure that is asked for.  Raises: Stop."""
    if not reading.limits or reading.has("average", "growth", "change", "share"):
        return None
    held, metric = _figures(reading, lexicon)
    if metric is None or held is None or metric == held or metric not in lexicon.metrics or held not in lexicon.metrics:
        return None
    whose = _whose(metric, held, reading, lexicon)
    planned = _planned(metric, held, whose, reading, lexicon) if whose else None
    is_sum = lexicon.metrics[metric]["additivity"] == "additive"
    return planned if planned is not None and (is_sum or not planned.derive or not planned.derive.is_rest) else None


def _figures(reading: Reading, lexicon: Lexicon) -> tuple[str | None, str | None]:
    """The figure that is bounded and the one that is asked for."""
    bounded = bounded_in(reading)
    if bounded is not None and len(reading.metrics) > 1 and _is_size(bounded, reading):
        # Revenue for orders over 10,000: orders of that value, and no more of them than that.
        raise Stop(Decline("unused_word", str(reading.limits[0].number)))
    if bounded is not None and (len(reading.metrics) > 1 or reading.verbs):
        return bounded.meanings[0].name, _asked(bounded, reading, lexicon)
    if bounded is None and reading.has_pieces and reading.verbs and len(reading.metrics) == 1:
        # Those who delivered at least 10,000 pieces.
        done = "arrived_quantity" if "supplier" in reading.dimensions else VERBS[reading.verbs[0]][0]
        asked = reading.metrics[0]
        return lexicon.own(QUANTITIES.get(done, done)), None if asked.is_counted else asked.meanings[0].name
    return None, None


def _is_size(bounded: Mention, reading: Reading) -> bool:
    """Whether a bound behind documents is about what they are worth."""
    is_documents = bounded.meanings[0].name in COUNTED and not bounded.is_counted
    return is_documents and bounded.start < reading.limits[0].start and not reading.has_times


def bounded_in(reading: Reading) -> Mention | None:
    """The figure right behind or before the bound: more than 75 employees, a list price over 1,000."""
    limit = reading.limits[0]
    for mention in reading.metrics:
        end = mention.start + len(words_of(mention.word))
        if 0 <= mention.start - limit.end <= BESIDE_MAX or 0 <= limit.start - end <= BESIDE_MAX:
            return mention
    return None


def _asked(bounded: Mention, reading: Reading, lexicon: Lexicon) -> str | None:
    others = [each for each in reading.metrics if each is not bounded]
    if any(each.is_counted and each.meanings[0].name in COUNTS_MEMBERS for each in (bounded, *others)):
        # How many orders have more than ten lines: they are counted by their lines.
        return None
    if others:
        return others[0].meanings[0].name if len(others) == 1 else None
    return lexicon.own(VERBS[reading.verbs[0]][0]) if reading.verbs else None


def _whose(metric: str, held: str, reading: Reading, lexicon: Lexicon) -> str | None:
    """Of whom both figures are known: those said, or those of whom the bounded one is told one by one."""
    shared = {*lexicon.metrics[metric]["dimensions"]} & {*lexicon.metrics[held]["dimensions"]}
    named = {each.dimension for one in reading.members for each in one.candidates}
    kinds = ["customer_account"] if "customer_category" in named else []
    told = [*reading.dimensions, *reading.parties, *kinds, ONE_BY_ONE.get(held), COUNTED.get(held, ("",))[0]]
    return next((name for name in told if name in shared and name in {*WHOSE, COUNTED.get(held, ("",))[0]}), None)


def _planned(metric: str, held: str, whose: str, reading: Reading, lexicon: Lexicon) -> Planned:
    days = days_of(reading, lexicon.clock, None)
    judge_ranking(reading, metric, lexicon)
    is_listed = whose in reading.dimensions or reading.is_descending is not None
    theirs, ours = (lexicon.metrics[name]["dimensions"] for name in (metric, held))
    where = (*conditions(placed_members(reading, theirs)), Filter(whose, "not_null"))
    is_standing = held in MEANS or held in STANDING
    condition = tuple(each for each in where if each.field in ours)
    # What somebody is does not depend on the days on which something was done.
    time = TimeRange() if is_standing else days.time
    order = (reading.is_descending is not False) if is_listed else None
    how = Derive(
        "among",
        metric,
        whose,
        bounds=tuple((each.operator, each.number) for each in reading.limits),
        order=order,
        limit=rows_wanted(reading, (whose,)) if reading.is_descending is not None else None,
        is_rest=not is_listed,
    )
    query = MetricQuery((metric,), (whose,), where, days.time)
    return Planned(query, how, without=MetricQuery((held,), (whose,), condition, time))
