"""Fiscal years of companies: periods are cut by the calendar of the companies asked about, and by no other's.

The mart of days carries one calendar, that of the tenant's first company. Where others are asked about that share
another one, statements read the mart with its fiscal columns computed anew.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlglot
from sqlglot import exp

from olap.checks import Checked
from olap.comparison import day_of
from olap.engines.base import Answer
from olap.errors import Problem, QueryInvalid
from olap.manifest import Calendar
from olap.query import Filter
from olap.vocabulary import Vocabulary

Run = Callable[[exp.Query, str], Answer]

MART = "dim_companies"
START_MONTH = "fiscal_year_start_month"
_MONTHLY = "fiscal_period"
"""A month in every calendar, whatever month its year begins in."""
_UNITS = {"fiscal_quarter": "quarter", "fiscal_year": "year"}
_A_DAY = date(2000, 12, 31)
NAMED_BY = {"company": "company_name", "company_code": "company_code", "company_id": "company_id"}


StartMonths = Mapping[int, str]
"""The months in which fiscal years begin, each with the code of a company."""


@dataclass(frozen=True)
class _Company:
    words: Mapping[str, str]
    month: int


def start_months(
    where: Sequence[Filter], vocabulary: Vocabulary, columns: Mapping[str, Mapping[str, str]], run: Run
) -> StartMonths:
    """The months in which the fiscal years of the companies asked about begin, each with the first company's code."""
    if START_MONTH not in columns.get(MART, {}):
        return {}
    asked = [each for each in _companies(vocabulary, run) if _is_asked(each, where)]
    return {each.month: each.words["company_code"] for each in sorted(asked, key=_code, reverse=True)}


def own_start_month(found: StartMonths, vocabulary: Vocabulary, run: Run) -> int | None:
    """The month that the companies asked about share, where the years of the mart of days begin in another one."""
    if len(found) != 1:
        return None
    [month] = found
    days = _month_of_periods(vocabulary, run)
    return None if days is None or days == month else month


def check_calendars(found: StartMonths, grain: str, path: str) -> None:
    """Nothing where all companies asked about keep the same fiscal years.

    Raises: QueryInvalid at the path, naming companies of different calendars and what can be asked instead.
    """
    if len(found) > 1:
        told = ", ".join(f"{code} in {months.month_name[month]}" for month, code in sorted(found.items()))
        reason = (
            f"no {grain} is common to companies whose years begin in different months ({told}): filter by companies of"
            " one calendar, or ask by ledger_year, by month or for a range of days"
        )
        raise QueryInvalid([Problem(path, reason, "mixed_calendars")])


def fiscal_grain(names: Iterable[str | None], vocabulary: Vocabulary) -> str | None:
    """The first of some dimensions or grains that is cut by fiscal years; months are the same in all of them."""
    calendar = vocabulary.manifest.calendar
    grains = [vocabulary.names.grain_of(name) or name for name in names if name is not None]
    cut = [each for each in grains if each in calendar.fiscal and each != _MONTHLY and calendar.is_day(each)]
    return cut[0] if cut else None


def grains_of(checked: Checked) -> list[str]:
    """What a question is told by and filtered by, periods among it."""
    return [*checked.keys, *(each.field for each in checked.query.where)]


def cut_by(tree: exp.Query, calendar: Calendar, month: int, columns: Mapping[str, str]) -> exp.Query:
    """A statement whose fiscal periods belong to years that begin in a month.  Shapes: `columns` are the mart's."""
    anew = {calendar.fiscal[grain]: unit for grain, unit in _UNITS.items() if grain in calendar.fiscal}
    chosen = [
        exp.alias_(_first_day(unit, calendar.day, month - 1), name) if (unit := anew.get(name)) else exp.column(name)
        for name in columns
    ]
    tree = tree.copy()
    for table in [each for each in tree.find_all(exp.Table) if each.name == calendar.mart]:
        days = exp.select(*chosen).from_(exp.table_(calendar.mart, db=calendar.schema))
        table.replace(days.subquery(table.alias_or_name))
    return tree


def _first_day(unit: str, day: str, shift: int) -> exp.Expr:
    """The first day of the fiscal quarter or year of a day; years begin so many months after January."""
    shifted = f"date_trunc('month', {day}) - interval '{shift} months'"
    return sqlglot.parse_one(
        f"cast(date_trunc('{unit}', {shifted}) + interval '{shift} months' as date)", dialect="postgres"
    )


def _code(company: _Company) -> str:
    return company.words["company_code"]


def _companies(vocabulary: Vocabulary, run: Run) -> list[_Company]:
    """The companies within the asker's scope."""
    chosen = [*NAMED_BY.values(), START_MONTH]
    tree = exp.select(*[exp.column(name) for name in chosen])
    rows = run(tree.from_(exp.table_(MART, db=vocabulary.manifest.schema)), "calendars").rows
    return [_Company(dict(zip(chosen, map(str, row), strict=False)), int(row[-1])) for row in rows]


def _is_asked(company: _Company, where: Sequence[Filter]) -> bool:
    """Whether filters by company let it through."""
    told = [each for each in where if each.field in NAMED_BY and each.op in {"eq", "in", "ne", "not_in"}]
    return all((company.words[NAMED_BY[each.field]] in each.values) == (each.op in {"eq", "in"}) for each in told)


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
