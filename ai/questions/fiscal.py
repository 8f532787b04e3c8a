"""The day that is today, and the company's own years: this, last or a numbered fiscal year, or a quarter of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ai.questions.times import Span, begins, year_at
from olap.periods import shift_months

CENTURY = 2000
QUARTER_MONTHS, YEAR_MONTHS = 3, 12


@dataclass(frozen=True, slots=True)
class Clock:
    """The day that is today, and the month in which the company's fiscal year begins."""

    today: date
    fiscal_month: int = 1

    def fiscal_year(self, number: int) -> tuple[date, date]:
        """The days of the fiscal year that is named by the year in which it ends."""
        begins_in = number if self.fiscal_month == 1 else number - 1
        start = date(begins_in, self.fiscal_month, 1)
        return start, shift_months(start, YEAR_MONTHS) - timedelta(days=1)

    def current_fiscal_year(self) -> int:
        """The number of the fiscal year that today lies in."""
        return self.today.year + (1 if 1 < self.fiscal_month <= self.today.month else 0)


def read_fiscal(words: Sequence[str], clock: Clock) -> Span | None:
    """This, last or a numbered fiscal year, or a quarter of it; 2025财年."""
    skipped = 1 if words[:1] == ["the"] else 0
    rest = list(words[skipped:])
    back = {"this": 0, "current": 0, "last": 1, "previous": 1}.get(rest[0] if rest else "")
    if back is not None and begins(rest[1:], ("fiscal", "year")):
        return Span(skipped + 3, *clock.fiscal_year(clock.current_fiscal_year() - back))
    for lead in (("fiscal", "year"), ("financial", "year"), ("fy",), ("fiscal",)):
        if begins(rest, lead) and (year := year_at(rest, len(lead)) or _short_year(rest, len(lead))):
            return Span(skipped + len(lead) + 1, *clock.fiscal_year(year))
    if rest and rest[0].startswith("fy") and (year := year_at([rest[0][2:]], 0) or _short_year([rest[0][2:]], 0)):
        return Span(skipped + 1, *clock.fiscal_year(year))
    return _fiscal_quarter(rest, skipped, clock) or _chinese_fiscal(words, clock)


def _short_year(words: Sequence[str], at: int) -> int | None:
    word = words[at] if at < len(words) else ""
    return CENTURY + int(word) if len(word) == 2 and word.isdecimal() else None  # noqa: PLR2004  # two digits


def _fiscal_quarter(rest: Sequence[str], skipped: int, clock: Clock) -> Span | None:
    if rest[:1] != ["fiscal"] or len(rest) < 3 or rest[1] not in {"q1", "q2", "q3", "q4"}:  # noqa: PLR2004
        return None
    year = year_at(rest, 2)
    if year is None:
        return None
    start = shift_months(clock.fiscal_year(year)[0], QUARTER_MONTHS * (int(rest[1][1]) - 1))
    return Span(skipped + 3, start, shift_months(start, QUARTER_MONTHS) - timedelta(days=1))


def _chinese_fiscal(words: Sequence[str], clock: Clock) -> Span | None:
    for name, back in (("本财年", 0), ("上财年", 1), ("上个财年", 1)):
        if begins(words, tuple(name)):
            return Span(len(name), *clock.fiscal_year(clock.current_fiscal_year() - back))
    year = year_at(words, 0)
    if year and begins(words[1:], ("财", "年")):
        return Span(3, *clock.fiscal_year(year))
    return None
