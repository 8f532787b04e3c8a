"""Shapes put together of others: how many of each kind, how far the first is ahead, both of two, first times."""

from __future__ import annotations

from ai.questions.every import PERIODS, counted_in
from ai.questions.filters import conditions, placed_members
from ai.questions.kinship import COUNTS_MEMBERS
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.said import Reading
from ai.questions.spans import days_of
from ai.questions.telling import is_known_by
from ai.questions.workings import Asked, subject_of
from olap.query import Filter, MetricQuery, Order, TimeRange

TWO = 2
CUSTOMERS = ("customer", "customer_account")
NEW = frozenset({"new", "brand new", "新", "for the first time", "first time", "first", "第一次", "首次"})


def composed(asked: Asked) -> Planned | None:
    """The plan of such a question with its figures found; None where it has another shape."""
    return _tally(asked) or _lead(asked)


def _tally(asked: Asked) -> Planned | None:
    """How many within bounds there are of each kind: products that take four days to make, per category."""
    reading, metric = asked.reading, _measured(asked)
    subject = counted_in(reading)
    kinds = [name for name in reading.each if name in asked.lexicon.dimensions and name != subject]
    is_counted = reading.has("count") or any(each.is_counted for each in reading.metrics)
    if not (is_counted and reading.limits and subject and metric and len(kinds) == 1) or asked.days.compare:
        return None
    if not {subject, kinds[0]} <= set(asked.lexicon.metrics[metric]["dimensions"]) or reading.has("share", "average"):
        return None
    bounds = tuple((each.operator, each.number) for each in reading.limits)
    how = Derive("tally", metric, kinds[0], (subject,), bounds, order=True)
    filled = (*asked.where, Filter(subject, "not_null"))
    return Planned(MetricQuery((metric,), (kinds[0], subject), filled, asked.days.time), how)


def _measured(asked: Asked) -> str | None:
    """The figure that the bound is about, and not the count of those who are bounded."""
    figures = [name for name in asked.metrics if name not in COUNTS_MEMBERS]
    return figures[0] if len(figures) == 1 else None


def _lead(asked: Asked) -> Planned | None:
    """How far the first is ahead of the second, or one of two named members of the other."""
    reading, keys = asked.reading, asked.keys
    pair = [member for named, member in asked.placed if not named.is_excluded and member.dimension in keys]
    is_pair = len(pair) == TWO and len({each.dimension for each in pair}) == 1 and reading.has("more", "less")
    is_ranked = reading.has("lead") and reading.is_descending is not None
    if not (is_pair or is_ranked) or reading.limits or asked.days.compare or len(asked.metrics) != 1:
        return None
    subject = subject_of(asked) if not keys else None
    keys = (subject,) if subject else keys
    if len(keys) != 1 or reading.has("share", "percent", "average"):
        return None
    reading.operators = [each for each in reading.operators if each not in {"lead", "more", "less", "versus"}]
    is_falling = reading.is_descending if reading.is_descending is not None else not reading.has("less")
    filled = tuple(Filter(name, "not_null") for name in keys if name in asked.lexicon.dimensions)
    how = Derive("lead", asked.metrics[0], keys[0], order=is_falling, limit=max(reading.top or TWO, TWO))
    order = (Order(asked.metrics[0], descending=is_falling),)
    where = (*asked.where, *filled)
    return Planned(MetricQuery(asked.metrics, keys, where, asked.days.time, order_by=order, limit=how.limit), how)


def plan_both(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """Orders, or customers, that have both of two things; None where that is not asked for.  Raises: Stop."""
    named = [each for each in reading.members if any(one.dimension.startswith("item") for one in each.candidates)]
    is_said = bool({"both", "既", "together"} & set(reading.words)) and len(named) == TWO
    buyers = any(each.meanings[0].name == "ordering_customer_count" for each in reading.metrics)
    subject = (
        counted_in(reading)
        or ("customer" if buyers else None)
        or next((name for name in reading.parties if name in CUSTOMERS), None)
    )
    deed = is_known_by("order_count", subject, lexicon) if subject else None
    if not is_said or subject is None or deed is None or reading.limits or any(each.is_excluded for each in named):
        return None
    if reading.is_descending is not None or reading.grains or subject.startswith("item") or reading.has("share"):
        return None
    days = days_of(reading, lexicon.clock, None)
    known = lexicon.metrics[deed]["dimensions"]
    members, queries = reading.members, []
    for other in named:
        reading.members = [each for each in members if each is not other]
        where = (*conditions(placed_members(reading, known)), Filter(subject, "not_null"))
        queries.append(MetricQuery((deed,), (subject,), where, days.time))
    reading.members = members
    is_counted = bool(reading.counted) or any(each.is_counted for each in reading.metrics)
    how = Derive("without", deed, subject, values=("count",) if is_counted else (), is_rest=True)
    return Planned(queries[1], how, without=queries[0])


PLACED = frozenset({"placed", "ordered", "下", "订"})
DISPATCHED = frozenset({"shipped", "delivered", "dispatched", "发", "交"})
"""What was done with orders on days of their own; in Chinese it stands behind the days."""
LISTED = frozenset({"which", "list", "show", "name", "哪"})
_BESIDE = frozenset({"in", "on", "during", "the", "only", "since", "在", "于", "的", "才"})


def plan_two_days(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """Orders placed on some days and shipped on others; None where not both have days of their own.  Raises: Stop."""
    done = [_done_on(reading, at) for at in range(len(reading.times))]
    is_beside = reading.has("versus", "difference", "change", "growth", "more", "less", "year_ago")
    is_placed = bool(PLACED & {*reading.words})
    if len(done) != TWO or is_beside or not is_placed or len(DISPATCHED & {*done}) != 1 or done[0] == done[1]:
        return None
    figures = {each.meanings[0].name for each in reading.metrics}
    shipped_at = next(at for at, word in enumerate(done) if word in DISPATCHED)
    known = {"order_count", "delivery_count"} <= set(lexicon.metrics)
    is_counted = reading.has("count") or any(each.is_counted for each in reading.metrics)
    is_told = bool(PLACED & {*done} and figures) and (is_counted or bool(LISTED & {*reading.words[:TWO]}))
    is_other = reading.limits or reading.grains or reading.has("share", "percent", "average", "not") or reading.top
    is_other = bool(is_other) or reading.is_descending is not None or not figures <= {"order_count", "delivery_count"}
    if is_other or not (known and is_told):
        raise Stop(Decline("unused_word", done[shipped_at]))
    placed, shipped = reading.times[1 - shipped_at], reading.times[shipped_at]
    where = conditions(placed_members(reading, lexicon.metrics["order_count"]["dimensions"]))
    filled = Filter("order_number", "not_null")
    ordered = MetricQuery(("order_count",), ("order_number",), (*where, filled), TimeRange(placed.start, placed.end))
    sent = MetricQuery(("delivery_count",), ("order_number",), (filled,), TimeRange(shipped.start, shipped.end))
    reading.idle = [word for word in reading.idle if word != "only"]
    how = Derive("without", "order_count", "order_number", values=("count",) if is_counted else (), is_rest=True)
    return Planned(ordered, how, without=sent)


def _done_on(reading: Reading, at: int) -> str:
    """The deed that days stand beside, of those that orders know; empty where there is none."""
    start, span = reading.starts[at], reading.times[at]
    # The word before the days may count as their beginning, and not in their length.
    before, behind = start - 1, start + span.length + (reading.words[start] in _BESIDE)
    while before >= 0 and reading.words[before] in _BESIDE:
        before -= 1
    while behind < len(reading.words) and reading.words[behind] in _BESIDE:
        behind += 1
    said = [reading.words[before]] if before >= 0 else []
    said += [word for word in reading.words[behind : behind + 1] if not word.isascii()]
    return next((word for word in said if word in PLACED | DISPATCHED), "")


def plan_debuts(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """How many customers were new in each period: whose first order lies in it; None where that is not asked for."""
    is_new = any(each.operator == "earliest" and each.word in NEW for each in reading.said)
    names = {*reading.dimensions, *reading.parties, reading.counted or "", counted_in(reading) or ""}
    grain = reading.grains[0] if len(set(reading.grains)) == 1 else None
    subject = next((name for name in CUSTOMERS if name in names), None)
    is_other = reading.is_descending is not None or reading.limits or reading.has("share", "average", "when", "not")
    if not is_new or grain not in PERIODS or subject is None or is_other or "order_count" not in lexicon.metrics:
        return None
    time = days_of(reading, lexicon.clock, None).time
    where = (*conditions(placed_members(reading, lexicon.metrics["order_count"]["dimensions"])),)
    start = time.start.isoformat() if time.start else ""
    query = MetricQuery(
        ("order_count",), (grain, subject), (*where, Filter(subject, "not_null")), TimeRange(None, time.end)
    )
    reading.operators = [each for each in reading.operators if each != "earliest"]
    return Planned(query, Derive("debuts", "order_count", subject, (grain, start)))
