"""Fiscal years of companies: one calendar has a name in figures, and no company's years are cut by another's."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from olap.checks import Checked
from olap.comparison import day_of
from olap.engines.base import Answer
from olap.errors import Problem, QueryInvalid
from olap.query import Filter
from olap.vocabulary import Vocabulary

Run = Callable[[exp.Query, str], Answer]

MART = "dim_companies"
START_MONTH = "fiscal_year_start_month"
_MONTHLY = "fiscal_period"
"""A month in every calendar, whatever month its year begins in."""
_A_DAY = date(2000, 12, 31)
_NAMED_BY = {"company": "company_name", "company_code": "company_code", "company_id": "company_id"}


@dataclass(frozen=True)
class _Company:
    words: Mapping[str, str]
    month: int


def check_calendars(
    checked: Checked, vocabulary: Vocabulary, columns: Mapping[str, Mapping[str, str]], run: Run
) -> None:
    """Nothing where the companies asked about keep the fiscal years that periods are cut by, or none are asked for.

    Raises: QueryInvalid naming a company with another calendar, and what can be asked instead.
    """
    grain = _fiscal_grain(checked, vocabulary)
    if grain is None or START_MONTH not in columns.get(MART, {}):
        return
    asked = [each for each in _companies(vocabulary, run) if _is_asked(each, checked.query.where)]
    if len({each.month for each in asked}) == 0:
        return
    month = _month_of_periods(vocabulary, run)
    others = sorted(each.words["company_code"] for each in asked if month is not None and each.month != month)
    if month is not None and others:
        reason = (
            f"{grain} is cut by years that begin in {months.month_name[month]}, those of {', '.join(others)} do not:"
            " filter by companies of that calendar, or ask by ledger_year, by month or for a range of days"
        )
        raise QueryInvalid([Problem("time/grain", reason, "mixed_calendars")])


def _fiscal_grain(checked: Checked, vocabulary: Vocabulary) -> str | None:
    calendar, names = vocabulary.manifest.calendar, vocabulary.names
    found = [*checked.keys, *(names.grain_of(each.field) for each in checked.query.where)]
    named = [each for each in found if each is not None and each in calendar.fiscal]
    cut = [each for each in named if each != _MONTHLY and calendar.is_day(each)]
    return cut[0] if cut else None


def _companies(vocabulary: Vocabulary, run: Run) -> list[_Company]:
    """The companies within the asker's scope."""
    chosen = [*_NAMED_BY.values(), START_MONTH]
    tree = exp.select(*[exp.column(name) for name in chosen])
    rows = run(tree.from_(exp.table_(MART, db=vocabulary.manifest.schema)), "calendars").rows
    return [_Company(dict(zip(chosen, map(str, row), strict=False)), int(row[-1])) for row in rows]


def _is_asked(company: _Company, where: Sequence[Filter]) -> bool:
    """Whether filters by company let it through."""
    told = [each for each in where if each.field in _NAMED_BY and each.op in {"eq", "in", "ne", "not_in"}]
    return all((company.words[_NAMED_BY[each.field]] in each.values) == (each.op in {"eq", "in"}) for each in told)


def _month_of_periods(vocabulary: Vocabulary, run: Run) -> int | None:
    """The month in which the years of the calendar begin."""
    calendar = vocabulary.manifest.calendar
    column = calendar.fiscal.get("fiscal_year")
    if column is None:
        return None
    tree = exp.select(exp.column(column)).from_(exp.table_(calendar.mart, db=calendar.schema))
    tree = tree.where(exp.column(calendar.day).eq(exp.cast(exp.Literal.string(_A_DAY.isoformat()), "date")))
    rows = run(tree, "calendars").rows
    return day_of(rows[0][0]).month if rows else None
