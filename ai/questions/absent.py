"""Who did not: members on file, or who did something at one time, less those who did it at another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from ai.questions.dialect import VERBS
from ai.questions.filters import conditions, placed_members
from ai.questions.kinship import RECORDED
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Clarify, Derive, Planned, Stop
from ai.questions.said import Mention, Named, Reading
from ai.questions.telling import is_known_by
from ai.questions.times import Span
from ai.questions.words import joined
from olap.query import Filter, MetricQuery, TimeRange

_CUSTOMERS = ("ordering_customer_count", "customer_count", "recorded_customer_count")
COUNTS: Mapping[str, tuple[str, ...]] = {
    "customer": _CUSTOMERS,
    "customer_account": _CUSTOMERS,
    "salesperson": ("salespeople_count",),
    "supplier": ("supplier_count", "recorded_supplier_count"),
    "item": ("item_count",),
    "offer": ("offer_count",),
}
"""Figures that count members: said, they name whom a question is about."""
CUSTOMERS = frozenset({"customer", "customer_account"})
NEW = frozenset({"new", "brand new", "新"})
PRESENCE = {
    "confirmed_order_value": "order_count",
    "ordered_quantity": "order_count",
    "average_order_value": "order_count",
    "net_revenue": "sales_invoice_count",
    "sold_quantity": "sales_invoice_count",
}
"""The figure that tells whether somebody did something at all, whatever it came to."""


def plan_absent(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """Members without something, or who did it for the first time; None where neither is asked for.  Raises: Stop."""
    said = _negations(reading)
    is_both = "both" in reading.words and len(reading.times) == 2 and not said  # noqa: PLR2004
    is_first = reading.has("earliest") and len(reading.times) == 1 and not said and not reading.has("when", "latest")
    subject = _subject(reading)
    is_of_pieces = reading.has_pieces and reading.counted is None and "many" in reading.words
    if subject is None or not (said or is_first or is_both) or _is_otherwise(reading) or is_of_pieces:
        return None
    behind = min((each.start for each in reading.said if each.word in said), default=len(reading.words))
    asked = [each for each in reading.metrics if not _counts(each, subject) and each.start < behind]
    if said and reading.verbs and asked and not any(each.is_counted for each in asked):
        # The stock value of items not sold: a figure of theirs is asked for, and not who they are.
        return None
    is_counted = _is_number(reading)
    deed = _deed(subject, reading, lexicon) or ("order_count" if is_first else None)
    if deed not in lexicon.metrics or deed is None or (is_first and (subject not in CUSTOMERS or not is_counted)):
        return None
    if len(reading.times) > 2:  # noqa: PLR2004  # did then, and not then
        return None
    base, minus = (_range(reading.times[0]), _range(reading.times[1])) if is_both else _ranges(reading, said)
    if is_first:
        base, minus = _first_time(reading.times[0])
    on_file = RECORDED.get(subject, "")
    metric = deed if base is not None else on_file
    if metric not in lexicon.metrics:
        return None
    planned = _planned(subject, metric, deed, base or TimeRange(), minus, reading, lexicon)
    if is_both and planned.derive is not None:
        planned = replace(planned, derive=replace(planned.derive, is_rest=True))
    reading.idle = [word for word in reading.idle if word not in said]
    reading.operators = [each for each in reading.operators if each not in {"not", "earliest"}]
    return planned


def _negations(reading: Reading) -> list[str]:
    """Words such as never that leave no named member out."""
    return [each.word for each in reading.said if each.operator == "not" and each.word in reading.idle]


def _is_otherwise(reading: Reading) -> bool:
    """Whether the question ranks, bounds or compares: then it is of another shape."""
    is_worked_out = reading.has("share", "percent", "average", "growth", "change")
    return is_worked_out or bool(reading.limits) or reading.is_descending is not None


def _is_counted(reading: Reading) -> bool:
    return any(each.is_counted for each in reading.metrics)


def _is_number(reading: Reading) -> bool:
    """Whether how many they are is asked; in Chinese that may stand behind them: 没有下单的客户有多少."""
    return bool(reading.counted) or _is_counted(reading) or _is_new(reading) or reading.has("count")


def _is_new(reading: Reading) -> bool:
    """Whether new customers are asked for, who are counted unless they are listed."""
    return any(each.operator == "earliest" and each.word in NEW for each in reading.said)


def _subject(reading: Reading) -> str | None:
    """Whose absence is asked for: the first customers, suppliers or items that are named."""
    counted = {name: subject for subject in reversed([*COUNTS]) for name in COUNTS[subject]}
    # How many products no customer ordered: those that are counted, whoever is named beside them.
    names: list[str | None] = []
    names += [
        counted[each.name] for m in reading.metrics if m.is_counted for each in m.meanings if each.name in counted
    ]
    names += [reading.counted, *reading.dimensions, *reading.parties]
    names += [counted[each.name] for mention in reading.metrics for each in mention.meanings if each.name in counted]
    # How many finished goods were never sold: a kind of item is named, and no item.
    names += ["item" for named in reading.members for each in named.candidates if each.dimension == "item_stage"]
    return next((name for name in names if name in RECORDED), None)


def _deed(subject: str, reading: Reading, lexicon: Lexicon) -> str | None:
    """The figure of what was not done."""
    figures = [mention for mention in reading.metrics if not _counts(mention, subject)]
    told = [each.name for mention in figures for each in mention.meanings]
    told += [lexicon.own(VERBS[verb][0]) for verb in reading.verbs]
    for name in told:
        fitting = is_known_by(name, subject, lexicon)
        if fitting is not None:
            present = PRESENCE.get(fitting, fitting)
            return present if present in lexicon.metrics else fitting
    return None


def _counts(mention: Mention, subject: str) -> bool:
    return any(each.name in COUNTS.get(subject, ()) for each in mention.meanings)


def _ranges(reading: Reading, said: Sequence[str]) -> tuple[TimeRange | None, TimeRange]:
    """The days on which it was done, where any are said, and those on which it was not."""
    if len(reading.times) < 2:  # noqa: PLR2004  # did then, and not then
        return None, _range(reading.times[0]) if reading.times else TimeRange()
    no_at = min(each.start for each in reading.said if each.operator == "not" and each.word in said)
    before = [span for span, at in zip(reading.times, reading.starts, strict=True) if at < no_at]
    after = [span for span, at in zip(reading.times, reading.starts, strict=True) if at > no_at]
    if len(before) == len(after) == 1:
        return _range(before[0]), _range(after[0])
    # Did not order in 2013 although they had in 2012: what was said first was not done.
    return _range(reading.times[1]), _range(reading.times[0])


def _range(span: Span) -> TimeRange:
    return TimeRange(span.start, span.end)


def _first_time(span: Span) -> tuple[TimeRange, TimeRange]:
    if span.start is None:
        return TimeRange(span.start, span.end), TimeRange()
    return TimeRange(span.start, span.end), TimeRange(None, span.start - timedelta(days=1))


def _planned(  # the parts of two queries
    subject: str,
    metric: str,
    deed: str,
    base: TimeRange,
    minus: TimeRange,
    reading: Reading,
    lexicon: Lexicon,
) -> Planned:
    theirs, ours = (lexicon.metrics[name]["dimensions"] for name in (metric, deed))
    wanted: list[Named] = []
    deeds: list[Named] = []
    for named in reading.members:
        known = any(each.dimension in theirs for each in named.candidates)
        if not known and not any(each.dimension in ours for each in named.candidates):
            choices = tuple(joined([*reading.words, "by", name]) for name in ("customer", "item"))
            raise Stop(Clarify("several_dimensions", named.word, choices))
        (wanted if known else deeds).append(named)
    members = reading.members
    no_at = min((each.start for each in reading.said if each.operator == "not"), default=0)
    did = [each for each in deeds if each.start < no_at]
    if did and len(did) < len(deeds) and metric != deed:
        # Bought by stores, but never online: who did the one, without those who did the other.
        metric, theirs = deed, ours
        wanted, deeds = [*wanted, *did], [each for each in deeds if each not in did]
        reading.members = wanted
        where = (*conditions(placed_members(reading, theirs)), Filter(subject, "not_null"))
        reading.members = deeds
        without = conditions(placed_members(reading, ours))
        reading.members = members
        how = Derive("without", metric, subject, values=("count",) if _is_number(reading) else ())
        return Planned(
            MetricQuery((metric,), (subject,), where, minus),
            how,
            without=MetricQuery((deed,), (subject,), without, minus),
        )
    reading.members = wanted
    where = (*conditions(placed_members(reading, theirs)), Filter(subject, "not_null"))
    reading.members = deeds if metric != deed else members
    without = conditions(placed_members(reading, ours)) if reading.members else ()
    reading.members = members
    query = MetricQuery((metric,), (subject,), where, base)
    is_counted = _is_number(reading)
    how = Derive("without", metric, subject, values=("count",) if is_counted else ())
    return Planned(query, how, without=MetricQuery((deed,), (subject,), without, minus))
