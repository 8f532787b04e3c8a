"""Fiscal years are those of the companies asked about, or the question is refused."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
from sqlglot import exp, parse_one

from olap.calendars import check_calendars, cut_by, fiscal_grain, grains_of, own_start_month, start_months
from olap.checks import Checked
from olap.engines.base import Answer
from olap.errors import QueryInvalid
from olap.manifest import Calendar
from olap.query import MetricQuery
from olap.vocabulary import Vocabulary

pytestmark = [pytest.mark.feature("FIN-02"), pytest.mark.feature("FIN-10")]
GRAINS = {"fiscal_period": "period_starts_on", "fiscal_year": "year_starts_on"}
COLUMNS = {"dim_companies": {"fiscal_year_start_month": "integer"}}


def asked(grain: str | None, *where: dict[str, Any], columns: Any = None) -> int | str | None:
    """The month in which the years begin that the question is cut by, if another one; or what it is refused with."""
    house = duckdb.connect()
    house.execute("create schema marts")
    house.execute(
        "create table marts.dim_companies as select * from (values ('1', 'MAIN', 'Main', 1), ('2', 'SUB', 'Sub', 4),"
        " ('3', 'TWIN', 'Twin', 4))"
        " as rows (company_id, company_code, company_name, fiscal_year_start_month)"
    )
    house.execute(
        "create table marts.dim_dates as select date '2000-12-31' as day, date '2000-01-01' as year_starts_on"
    )

    def run(tree: exp.Query, _: str) -> Answer:
        rows = house.execute(tree.sql(dialect="duckdb")).fetchall()
        return Answer((), (), rows)

    named = SimpleNamespace(grain_of=lambda name: name if name in GRAINS else None)
    manifest = SimpleNamespace(calendar=Calendar("dim_dates", "marts", "day", GRAINS), schema="marts")
    vocabulary = cast("Vocabulary", SimpleNamespace(manifest=manifest, names=named))
    query = MetricQuery.from_data({"metrics": ["net_revenue"], "where": list(where)})
    checked = Checked(query, (), grain, (), date(2026, 1, 1))
    try:
        found = start_months(query.where, vocabulary, COLUMNS if columns is None else columns, run)
        cut = fiscal_grain(grains_of(checked), vocabulary)
        if cut is None:
            return None
        check_calendars(found, cut, "time/grain")
        return own_start_month(found, vocabulary, run)
    except QueryInvalid as refusal:
        [problem] = refusal.problems
        return f"{problem.code} {problem.reason}"


def test_years_of_companies_with_different_calendars_are_not_cut_alike() -> None:
    told = "mixed_calendars no fiscal_year is common to companies whose years begin in different months"
    for found in (asked("fiscal_year"), asked(None, {"field": "fiscal_year", "op": "eq", "value": "2026-01-01"})):
        assert str(found).startswith(f"{told} (MAIN in January, SUB in April)")
        assert "ledger_year" in str(found)


def test_companies_of_another_calendar_are_asked_about_by_their_own() -> None:
    assert asked("fiscal_year", {"field": "company_code", "op": "eq", "value": "SUB"}) == 4
    assert asked("fiscal_year", {"field": "company", "op": "in", "values": ["Sub", "Twin"]}) == 4
    assert asked("fiscal_year", {"field": "company_code", "op": "ne", "value": "MAIN"}) == 4


def test_companies_of_the_calendar_are_asked_about_as_ever() -> None:
    assert asked("fiscal_year", {"field": "company", "op": "eq", "value": "Main"}) is None
    assert asked("fiscal_year", {"field": "company_code", "op": "not_in", "values": ["SUB", "TWIN"]}) is None
    assert asked("fiscal_period") is None
    assert asked("month") is None
    assert asked("month", {"field": "company", "op": "eq", "value": "Sub"}) is None
    assert asked("fiscal_year", columns={"dim_companies": {}}) is None


@pytest.mark.parametrize("month", range(1, 13))
def test_periods_are_cut_by_years_that_begin_in_any_month(month: int) -> None:
    house = duckdb.connect()
    house.execute("create schema marts")
    house.execute(
        "create table marts.dim_dates as select cast(day as date) as day, date '1999-01-01' as quarter_starts_on,"
        " date '1999-01-01' as year_starts_on from generate_series(date '2023-01-01', date '2026-12-31',"
        " interval 1 day) as days (day)"
    )
    calendar = Calendar("dim_dates", "marts", "day", {"fiscal_quarter": "quarter_starts_on", **GRAINS})
    tree = parse_one("select d.day, d.quarter_starts_on, d.year_starts_on from marts.dim_dates as d", dialect="duckdb")
    columns = dict.fromkeys(("day", "quarter_starts_on", "year_starts_on"), "date")
    cut = cut_by(cast("exp.Query", tree), calendar, month, columns)
    rows = house.execute(cut.sql(dialect="duckdb")).fetchall()
    assert len(rows) > 1_400  # four years of days
    for day, quarter, year in rows:
        first = date(day.year if day.month >= month else day.year - 1, month, 1)
        later = (day.year - first.year) * 12 + day.month - first.month
        begins = first.month - 1 + later // 3 * 3
        assert (quarter, year) == (date(first.year + begins // 12, begins % 12 + 1, 1), first)
