"""Questions of a shape of their own: the first and the last, the best of each, one figure against another."""

from __future__ import annotations

from collections.abc import Sequence

from ai.questions.dialect import COUNTED
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Derive, DeriveKind, Planned
from ai.questions.said import Reading
from olap.query import Filter, MetricQuery, Order, TimeRange

EVENTS = {"employee_count": "hired_employee_count", "recorded_customer_count": "order_count"}
"""What happens on a day, where a figure tells how many there are."""
PEOPLE = frozenset({"customer", "item", "supplier", "employee", "salesperson", "buyer", "order_number"})
HAPPENED_TO = dict.fromkeys(
    ("hired_employee_count", "hired_person_count", "left_employee_count", "birth_count"), "employee"
)
"""To whom it happened, where a figure counts people by the day of something."""
DAY = "day"
DAYS_SEEN = 400
"""So many days are looked through for one that holds anything."""


def first_or_last(
    reading: Reading, metric: str, keys: Sequence[str], where: tuple[Filter, ...], time: TimeRange, lexicon: Lexicon
) -> Planned | None:
    """The first or the last day on which something was, with who or what it was."""
    happened = _happened_when(reading, metric, where, time, lexicon)
    if happened is not None:
        return happened
    is_when = reading.has("when") and reading.is_descending is None and _is_about_one(where)
    if not reading.has("latest", "earliest") and not is_when:
        return None
    if reading.has("latest") and reading.has("earliest"):
        return None
    if reading.is_descending is not None or reading.limits or reading.has("share", "percent", "average", "growth"):
        return None
    if metric == "birth_count" and "latest" not in reading.operators:
        reading.operators = [*(each for each in reading.operators if each != "earliest"), "earliest"]
    metric = EVENTS.get(metric, metric)
    names = [name for name in keys if name not in {"day", "week", "month", "quarter", "year"}]
    document = COUNTED.get(metric, ("", ""))[0]
    is_document = document.endswith("_number") and not reading.has("when") and not names
    if is_document:
        names = [document]
    if not names and metric in HAPPENED_TO and HAPPENED_TO[metric] in lexicon.metrics[metric]["dimensions"]:
        # The five who have been here longest: who it was is told.
        names = [HAPPENED_TO[metric]]
    if not set(names) <= set(lexicon.metrics[metric]["dimensions"]):
        return None
    order = (Order(DAY, descending=reading.has("latest")),)
    filled = tuple(Filter(name, "not_null") for name in names)
    query = MetricQuery((metric,), (DAY, *names), (*where, *filled), time, order_by=order, limit=DAYS_SEEN)
    return Planned(query, Derive("edge", metric, limit=reading.top or 1))


def _happened_when(
    reading: Reading, metric: str, where: tuple[Filter, ...], time: TimeRange, lexicon: Lexicon
) -> Planned | None:
    """Who was hired in some days, and on which date: each of them with the day."""
    subject = HAPPENED_TO.get(metric, "")
    is_asked = reading.has("when") and not reading.has("latest", "earliest") and reading.is_descending is None
    is_who = reading.has("who") or subject in reading.grouped
    is_other = reading.limits or reading.grains or reading.has("share", "percent", "average", "growth", "count")
    known = lexicon.metrics[metric]["dimensions"]
    if not (is_asked and is_who and (time.start or time.end)) or is_other or subject not in known:
        return None
    query = MetricQuery(
        (metric,), (DAY, subject), (*where, Filter(subject, "not_null")), time, order_by=(Order(DAY, descending=False),)
    )
    reading.operators = [each for each in reading.operators if each != "who"]
    return Planned(query)


def _is_about_one(where: Sequence[Filter]) -> bool:
    """Whether one person, item or document is named, so that when is a day."""
    return any(each.field in PEOPLE and each.op == "eq" for each in where)


def best_of_each(
    reading: Reading, metrics: Sequence[str], keys: Sequence[str], where: tuple[Filter, ...], time: TimeRange
) -> Planned | None:
    """The best or worst of one thing for each of another."""
    each = [name for name in keys if name in reading.each]
    if reading.is_descending is None or len(keys) != 2 or len(each) != 1 or len(metrics) != 1:  # noqa: PLR2004
        return None
    ranked = next(name for name in keys if name != each[0])
    query = MetricQuery((metrics[0],), (each[0], ranked), where, time, order_by=(Order(each[0]),))
    limit = reading.top or 1
    return Planned(query, Derive("each", metrics[0], each[0], order=reading.is_descending, limit=limit))


def rival_of(reading: Reading, metrics: Sequence[str]) -> tuple[str, str] | None:
    """The figure that another is bounded by: less on hand than the safety stock."""
    if len(metrics) != 2 or reading.limits or reading.times or not reading.has("more", "less"):  # noqa: PLR2004
        return None
    return ("less" if reading.has("less") else "more"), metrics[1]


def against_each_other(
    reading: Reading, metrics: Sequence[str], keys: Sequence[str], where: tuple[Filter, ...], time: TimeRange
) -> Planned | None:
    """The members of which one figure is more or less than another."""
    rival = rival_of(reading, metrics)
    subject = reading.counted or next(iter(keys), None)
    if rival is None or subject is None or (keys and list(keys) != [subject]):
        return None
    query = MetricQuery(tuple(metrics), (subject,), (*where, Filter(subject, "not_null")), time)
    kind: DeriveKind = "count" if reading.counted else "having"
    reading.operators = [each for each in reading.operators if each not in {"more", "less", "versus"}]
    return Planned(query, Derive(kind, metrics[0], subject, rival=rival, order=rival[0] == "more"))
