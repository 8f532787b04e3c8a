"""The days that a figure counts: those of its period, those before it, those of a window that ends with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

import sqlglot
from sqlglot import exp

from olap.comparison import Period, periods_of
from olap.engines.base import Answer
from olap.errors import invalid
from olap.manifest import STANDARD_GRAINS
from olap.periods import period_start, shift_months
from olap.pivot.levels import grain_size
from olap.pivot.query import Window
from olap.query import Cell, TimeRange
from olap.resolve import Names

Run = Callable[[exp.Query], Answer]

PERIODS_MAX = 400
DAYS_BACK = 370
"""No fiscal year is longer than that."""
PERIODS_OF_WINDOWS_MAX = 120
MONTHS = {"month": 1, "quarter": 3, "year": 12, "fiscal_period": 1, "fiscal_quarter": 3, "fiscal_year": 12}


class Days:
    """The calendar as one question sees it."""

    def __init__(self, names: Names, run: Run, today: date) -> None:
        """`run` answers statements over the calendar."""
        self.names = names
        self._run = run
        self._today = today

    def periods(self, grain: str, time: TimeRange, found: Iterable[Cell] = ()) -> list[Period]:
        """The periods of a range, oldest first; of an open range those between the first and last found."""
        last = time.last_day or self._today
        if time.start is not None:
            return periods_of(grain, TimeRange(time.start, last), self.names, self._run)
        days = sorted(each for each in found if isinstance(each, date))
        if days:
            return periods_of(grain, TimeRange(days[0], days[-1]), self.names, self._run)
        keys = {each for each in found if each is not None}
        everything = (
            periods_of(grain, TimeRange(date(1, 1, 1), date(9999, 12, 31)), self.names, self._run) if keys else []
        )
        places = [place for place, period in enumerate(everything) if period.key in keys]
        return everything[places[0] : places[-1] + 1] if places else []

    def window(self, window: Window, period: Period | None, grain: str | None, time: TimeRange) -> TimeRange:
        """The days of a window that ends with a period, or with the range where there is none.

        Raises: QueryInvalid for an unknown grain.
        """
        last = min(period.last_on if period else date.max, time.last_day or self._today)
        if window.to_date is not None:
            return TimeRange(self._start_of(window.to_date, last, time), last)
        of = window.grain or grain or "month"
        self._check_grain(of)
        count = window.rolling or 1
        if of in STANDARD_GRAINS:
            start = period_start(last, of)
            steps = count - 1
            if of in MONTHS:
                return TimeRange(shift_months(start, -steps * MONTHS[of]), last)
            return TimeRange(start - timedelta(days=steps * (7 if of == "week" else 1)), last)
        back = TimeRange(last - timedelta(days=31 * MONTHS.get(of, 1) * (count + 1)), last)
        known = periods_of(of, back, self.names, self._run)
        return TimeRange(known[-min(count, len(known))].first_on if known else last, last)

    def window_of(self, window: Window, cell: Mapping[str, Cell], period: TimeRange, time: TimeRange) -> TimeRange:
        """The days of a window that ends with the period of a cell.  Raises: QueryInvalid for an unknown grain."""
        grains = [name for name in cell if self.names.grain_of(name)]
        if not grains or period.last_day is None:
            return self.window(window, None, None, time)
        grain = self.names.grain_of(min(grains, key=grain_size))
        start = period.start or period.last_day
        return self.window(window, Period(None, start, period.last_day), grain, time)

    def _start_of(self, grain: str, last: date, time: TimeRange) -> date | None:
        if grain == "range":
            return time.start
        self._check_grain(grain)
        if grain in STANDARD_GRAINS:
            return period_start(last, grain)
        known = periods_of(grain, TimeRange(last, last), self.names, self._run)
        return known[0].first_on if known else period_start(last, "year")

    def _check_grain(self, grain: str) -> None:
        known = self.names.manifest.grains
        if grain not in known:
            raise invalid("metrics", f"unknown grain {grain!r}; known are {', '.join(known)}", "unknown_grain")

    def parents(self, fine: str, coarse: str) -> Mapping[Cell, Cell]:
        """For each period of a grain the one of a coarser grain that it lies in; nothing where days tell it.

        Raises: QueryInvalid where a period lies in two.
        """
        calendar = self.names.manifest.calendar
        mart = f"{calendar.schema}.{calendar.mart}"
        tree = sqlglot.parse_one(
            f"select distinct {self._told(fine)} as fine, {self._told(coarse)} as coarse from {mart}",  # noqa: S608  # names of the manifest
            dialect=self.names.compiler.dialect,
        )
        rows = self._run(tree).rows if isinstance(tree, exp.Query) else []
        found: dict[Cell, Cell] = {}
        for given, parent in rows:
            if given is None:
                continue
            if found.setdefault(given, parent) != parent:
                reason = f"a {fine} may lie in two of {coarse}: they do not nest"
                raise invalid("rows", reason, "incompatible")
        return found

    def parent(self, member: Cell, fine: str, coarse: str, known: Mapping[Cell, Cell]) -> Cell:
        """The coarser period that a period lies in."""
        if isinstance(member, date) and fine in STANDARD_GRAINS and coarse in STANDARD_GRAINS and fine != "week":
            return period_start(member, coarse)
        return known.get(member)

    def _told(self, grain: str) -> str:
        calendar = self.names.manifest.calendar
        return calendar.fiscal.get(grain) or f"cast(date_trunc('{grain}', {calendar.day}) as date)"
