"""Readings that would answer another question than was asked: known words that the figure leaves without effect."""

from __future__ import annotations

from ai.questions.kinship import MEANS
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Planned
from ai.questions.said import Reading

SUMMED = frozenset({"total", "totals", "sum", "altogether", "combined"})
"""With these a sum is asked for, where a mean would be told."""
FROM_LINE_TO_LINE = ("item", "offer")


def misread(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """The words that the plan does another thing with than they say."""
    found = [*_summed(planned, reading), *_left_out(planned), *_dated_rows(planned, lexicon)]
    return found + _split_up(planned, reading)


def _split_up(planned: Planned, reading: Reading) -> list[str]:
    """The first of a ranking, told for each of several kinds that are only named: which of them is first of all?"""
    query = planned.query
    beside = [name for name in query.group_by if name not in {*reading.dimensions, *reading.grouped, *reading.grains}]
    is_first = query.limit is not None and reading.is_descending is not None and len(beside) > 1
    return [name.replace("_", " ") for name in beside] if is_first else []


def _summed(planned: Planned, reading: Reading) -> list[str]:
    """The total of what is only known as a mean: annual sales of all shops together."""
    is_mean = planned.derive is None and set(planned.query.metrics) <= MEANS
    one = {each.field for each in planned.query.where if each.op == "eq" and len(each.values) == 1}
    is_of_one = bool(one & {"customer", "customer_account", "item", "employee", "supplier", "offer", "salesperson"})
    return [word for word in reading.words if word in SUMMED] if is_mean and not is_of_one else []


def _left_out(planned: Planned) -> list[str]:
    """Documents and buyers counted by lines that are not of a kind: they may well have others that are."""
    if not set(planned.query.metrics) & COUNTS_BY_LINES or planned.derive is not None:
        return []
    left_out = [each for each in planned.query.where if each.op in {"ne", "not_in"}]
    return [f"not {', '.join(map(str, each.values))}" for each in left_out if each.field.startswith(FROM_LINE_TO_LINE)]


COUNTS_BY_LINES = frozenset({"order_count", "ordering_customer_count", "customer_count", "sales_invoice_count"})


def _dated_rows(planned: Planned, lexicon: Lexicon) -> list[str]:
    """Told by a reason and by the day of a start, where days are said: which of them start, and no row for each day."""
    query = planned.query
    if not (query.time.start or query.time.end) or query.order_by or len(query.group_by) < len(("kind", "day")):
        return []
    days = [name for name in query.group_by if lexicon.dimensions.get(name, {}).get("type") == "date"]
    return [name.replace("_", " ") for name in days if not any(key.endswith("_number") for key in query.group_by)]
