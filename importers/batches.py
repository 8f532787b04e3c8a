"""Cutting the days of a history into batches that may be booked kind by kind without backdating anything.

Within a batch all arrivals are booked first, then all issues, and so on: a kind has a rank. An item whose value depends
on the order of its moves must therefore not move at a low rank after it has moved at a higher one on an earlier day of
the same batch; there the batch is cut. Months are always cut, so that a batch is one step of the progress bar.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import date
from typing import NamedTuple


class Touch(NamedTuple):
    """An item moves on a day, booked at a rank within its batch."""

    on: date
    rank: int
    item: str


def cut_into_batches(
    days: Iterable[date], touches: Iterable[Touch], *, before: Container[date] = ()
) -> list[list[date]]:
    """The days in order, in batches of which none spans two months; `before` these days a batch begins in any case."""
    touched: defaultdict[date, list[Touch]] = defaultdict(list)
    for touch in touches:
        touched[touch.on].append(touch)
    batches: list[list[date]] = []
    highest: dict[str, int] = {}
    for day in sorted({*days, *touched}):
        today = touched[day]
        if not batches or _month(batches[-1][-1]) != _month(day) or day in before or _backdates(today, highest):
            batches.append([])
            highest = {}
        batches[-1].append(day)
        for touch in today:
            highest[touch.item] = max(touch.rank, highest.get(touch.item, touch.rank))
    return batches


def _backdates(today: Sequence[Touch], highest: dict[str, int]) -> bool:
    return any(touch.rank < highest.get(touch.item, touch.rank) for touch in today)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
