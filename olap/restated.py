"""Periods that were closed, their figures published, and opened again: what was told of them may have changed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from olap.asker import Asker


@dataclass(frozen=True)
class RestatedPeriod:
    """A period of a company's books that was opened again, last on a day and for a reason."""

    company_id: str
    company_code: str
    starts_on: date
    ends_on: date
    reopened_on: date
    reason: str


Restated = Callable[[Asker], tuple[RestatedPeriod, ...]]
"""The restated periods of an asker's tenant, by day."""


def none_restated(asker: Asker) -> tuple[RestatedPeriod, ...]:
    """Nothing: where nobody tells of periods."""
    del asker
    return ()


def restated_in(periods: Sequence[RestatedPeriod], first: date | None, last: date | None) -> tuple[RestatedPeriod, ...]:
    """The periods that bear on figures of a range; on levels, which have no first day, of a day.

    A level is restated by every period before its day that was opened again after it: whoever read it then read
    another one.
    """
    if last is None:
        return tuple(periods)
    if first is None:
        return tuple(each for each in periods if each.starts_on <= last < max(each.reopened_on, each.ends_on))
    return tuple(each for each in periods if each.starts_on <= last and each.ends_on >= first)
