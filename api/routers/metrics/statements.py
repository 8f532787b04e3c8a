"""`GET /api/metrics/statements/...`: the books' statements, made of metric questions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.rendering import json_response
from api.routers.metrics.door import (
    asker_of,
    numbers_of,
    refusals,
    shown_amounts,
    shown_column,
    shown_evidence,
    shown_rows,
)
from api.routing import Router, needs
from api.schemas.metrics import StatementOut
from olap.errors import invalid
from olap.query import Compare, TimeRange
from olap.statements import Statement, balance_sheet, income_statement, trial_balance

router = Router(prefix="/api/metrics/statements", tags=["metrics"])

Dimensions = Annotated[list[str] | None, Query(description="Further dimensions, such as cost_centre.")]


@router.get(
    "/trial-balance",
    summary="Trial balance",
    responses={200: {"model": StatementOut}},
    openapi_extra=needs("metric.read"),
)
def trial(
    request: Request, start: date, end: date, company: str | None = None, group_by: Dimensions = None
) -> Response:
    """Opening balance, debits, credits and closing balance of every account."""
    with refusals():
        if end < start:
            raise invalid("end", f"the range ends on {end} before it starts on {start}", "range_reversed")
        found = trial_balance(
            numbers_of(request), asker_of(request), start=start, end=end, company=company, by=group_by or ()
        )
    return json_response(_shown(found))


@router.get(
    "/balance-sheet",
    summary="Balance sheet",
    responses={200: {"model": StatementOut}},
    openapi_extra=needs("metric.read"),
)
def balance(request: Request, as_of: date, company: str | None = None, compare: date | None = None) -> Response:
    """Assets against liabilities and equity on any day, current profit included."""
    with refusals():
        found = balance_sheet(numbers_of(request), asker_of(request), as_of=as_of, company=company, compare=compare)
    return json_response(_shown(found))


@router.get(
    "/income-statement",
    summary="Income statement",
    responses={200: {"model": StatementOut}},
    openapi_extra=needs("metric.read"),
)
def income(  # noqa: PLR0913, PLR0917 a question has that many sides
    request: Request,
    start: date,
    end: date,
    company: str | None = None,
    grain: str | None = None,
    group_by: Dimensions = None,
    compare: Literal["previous_period", "previous_year"] | None = None,
    budget: Annotated[bool, Query(description="Beside each line what the approved budget plans for it.")] = False,  # noqa: FBT002
) -> Response:
    """Revenue down to profit, by period and dimension, beside an earlier range and the budget if asked."""
    with refusals():
        found = income_statement(
            numbers_of(request),
            asker_of(request),
            time=TimeRange(start, end, grain),
            company=company,
            by=group_by or (),
            compare=Compare(compare) if compare else None,
            budget=budget,
        )
    return json_response(_shown(found))


def _shown(found: Statement) -> dict[str, object]:
    return {
        "columns": [shown_column(column) for column in found.columns],
        "rows": shown_rows(found.rows, found.columns),
        "totals": shown_amounts(found.totals),
        "is_balanced": found.is_balanced,
        "evidence": shown_evidence(found.evidence),
    }
