"""Fiscal years are those of the companies asked about, or the question is refused."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
from sqlglot import exp

from olap.calendars import check_calendars
from olap.checks import Checked
from olap.engines.base import Answer
from olap.errors import QueryInvalid
from olap.manifest import Calendar
from olap.query import MetricQuery
from olap.vocabulary import Vocabulary

pytestmark = [pytest.mark.feature("FIN-02"), pytest.mark.feature("FIN-10")]
GRAINS = {"fiscal_period": "period_starts_on", "fiscal_year": "year_starts_on"}
COLUMNS = {"dim_companies": {"fiscal_year_start_month": "integer"}}


def refused(grain: str | None, *where: dict[str, Any], columns: Any = None) -> list[str]:
    """The codes and companies of a refusal; nothing where the question may be asked."""
    house = duckdb.connect()
    house.execute("create schema marts")
    house.execute(
        "create table marts.dim_companies as select * from (values ('1', 'MAIN', 'Main', 1), ('2', 'SUB', 'Sub', 4))"
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
        check_calendars(checked, vocabulary, COLUMNS if columns is None else columns, run)
    except QueryInvalid as refusal:
        return [f"{each.code} {each.reason}" for each in refusal.problems]
    return []


def test_years_of_companies_with_different_calendars_are_not_cut_alike() -> None:
    [problem] = refused("fiscal_year")
    assert problem.startswith("mixed_calendars fiscal_year is cut by years that begin in January, those of SUB do not")
    [alone] = refused("fiscal_year", {"field": "company_code", "op": "eq", "value": "SUB"})
    assert "ledger_year" in alone
    filtered = refused(None, {"field": "fiscal_year", "op": "eq", "value": "2026-01-01"})
    assert len(filtered) == 1


def test_companies_of_the_calendar_are_asked_about_as_ever() -> None:
    assert refused("fiscal_year", {"field": "company", "op": "eq", "value": "Main"}) == []
    assert refused("fiscal_year", {"field": "company_code", "op": "ne", "value": "SUB"}) == []
    assert refused("fiscal_period") == []
    assert refused("month") == []
    assert refused("fiscal_year", columns={"dim_companies": {}}) == []
