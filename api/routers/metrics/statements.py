"""`GET /api/metrics/statements/...`: the books' statements, made of metric questions."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
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
from api.schemas.metrics import CashFlowOut, DifferenceOut, LayoutOut, StatementOut
from olap.cash_flow import cash_flow_statement
from olap.errors import invalid
from olap.knowledge import difference
from olap.layouts import rendered
from olap.query import Compare, TimeRange
from olap.statements import Statement, balance_sheet, income_statement, trial_balance
from transactional.kernel.records import get_record
from transactional.kernel.schema import Day
from transactional.ledger.resources import STATEMENT_TEMPLATES
from transactional.ledger.statement_templates import computed, read_rows
from transactional.organization.currencies import decimals_of

router = Router(prefix="/api/metrics/statements", tags=["metrics"])

KnownOn = Annotated[
    Day | None, Query(description="Only what had been written by the end of this day (UTC): the period as known then.")
]
Company = Annotated[str | None, Query(description="A company by its id, code or name; all where none is given.")]
Dimensions = Annotated[list[str] | None, Query(description="Further dimensions, such as cost_centre.")]


@router.get(
    "/trial-balance",
    summary="Trial balance",
    responses={200: {"model": StatementOut}},
    openapi_extra=needs("metric.read"),
)
def trial(
    request: Request,
    start: Day,
    end: Day,
    company: Company = None,
    group_by: Dimensions = None,
    known_on: KnownOn = None,
) -> Response:
    """Opening balance, debits, credits and closing balance of every account."""
    with refusals():
        if end < start:
            raise invalid("end", f"the range ends on {end} before it starts on {start}", "range_reversed")
        found = trial_balance(
            numbers_of(request),
            asker_of(request),
            start=start,
            end=end,
            company=company,
            by=group_by or (),
            known_on=known_on,
        )
    return json_response(_shown(found))


@router.get(
    "/balance-sheet",
    summary="Balance sheet",
    responses={200: {"model": StatementOut}},
    openapi_extra=needs("metric.read"),
)
def balance(
    request: Request,
    as_of: Day,
    company: Company = None,
    compare: Day | None = None,
    known_on: KnownOn = None,
) -> Response:
    """Assets against liabilities and equity on any day, current profit included."""
    with refusals():
        found = balance_sheet(
            numbers_of(request), asker_of(request), as_of=as_of, company=company, compare=compare, known_on=known_on
        )
    return json_response(_shown(found))


@router.get(
    "/income-statement",
    summary="Income statement",
    responses={200: {"model": StatementOut}},
    openapi_extra=needs("metric.read"),
)
def income(  # noqa: PLR0913, PLR0917 a question has that many sides
    request: Request,
    start: Day,
    end: Day,
    company: Company = None,
    grain: str | None = None,
    group_by: Dimensions = None,
    compare: Literal["previous_period", "previous_year"] | None = None,
    budget: Annotated[bool, Query(description="Beside each line what the approved budget plans for it.")] = False,  # noqa: FBT002
    known_on: KnownOn = None,
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
            known_on=known_on,
        )
    return json_response(_shown(found))


@router.get(
    "/cash-flow",
    summary="Cash flow statement",
    responses={200: {"model": CashFlowOut}},
    openapi_extra=needs("metric.read"),
)
def cash_flow(request: Request, start: Day, end: Day, company: Company = None, known_on: KnownOn = None) -> Response:
    """From the profit to the change of the bank and cash accounts, by the indirect method."""
    with refusals():
        found = cash_flow_statement(
            numbers_of(request), asker_of(request), start=start, end=end, company=company, known_on=known_on
        )
    shown = {
        "columns": [shown_column(column) for column in found.columns],
        "rows": shown_rows(found.rows, found.columns),
        "totals": shown_amounts(found.totals),
        "errors": [{**each, "amount": shown_amounts({"amount": each["amount"]})["amount"]} for each in found.errors],
        "is_balanced": found.is_balanced,
        "evidence": shown_evidence(found.evidence),
    }
    return json_response(shown)


@router.get(
    "/difference",
    summary="A period between two days of knowing it",
    responses={200: {"model": DifferenceOut}},
    openapi_extra=needs("metric.read"),
)
def restated(request: Request, start: Day, end: Day, known_on: Day, until: Day, company: Company = None) -> Response:
    """How the accounts of a period changed between two days, explained by the entries written in between."""
    with refusals():
        found = difference(
            numbers_of(request),
            asker_of(request),
            time=TimeRange(start, end),
            known_on=known_on,
            until=until,
            company=company,
        )
    shown = {
        "columns": [shown_column(column) for column in found.columns],
        "rows": shown_rows(found.rows, found.columns),
        "account_columns": [shown_column(column) for column in found.account_columns],
        "accounts": shown_rows(found.accounts, found.account_columns),
        "totals": shown_amounts(found.totals),
        "is_explained": found.is_explained,
        "evidence": shown_evidence(found.evidence),
    }
    return json_response(shown)


@router.get(
    "/templates/{id}",
    summary="A statement of one's own",
    responses={200: {"model": LayoutOut}},
    openapi_extra=needs("statement_template.read"),
)
def layout(
    request: Request,
    call: Calling,
    id: UUID,  # noqa: A002
    end: Day,
    start: Day | None = None,
    company: Annotated[
        list[str] | None, Query(description="One or several companies by id, code or name; all where none is given.")
    ] = None,
) -> Response:
    """The rows of a template over a range, a column a company, with the accounts that no row or several rows take."""
    template = call.read(lambda session: get_record(session, STATEMENT_TEMPLATES, id, by=call.principal))
    rows, _ = read_rows(template["rows"])
    with refusals():
        found = rendered(
            numbers_of(request),
            asker_of(request),
            rows,
            lambda sums, currency: computed(rows, sums, decimals_of(currency or "")),
            basis=template["figure_kind"],
            time=TimeRange(start, end),
            companies=company or (),
        )
    shown = {
        "name": template["name"],
        "columns": [shown_column(column) for column in found.columns],
        "rows": shown_rows(found.rows, found.columns),
        "untaken": list(found.untaken),
        "taken_twice": list(found.taken_twice),
        "evidence": shown_evidence(found.evidence),
    }
    return json_response(shown)


def _shown(found: Statement) -> dict[str, object]:
    return {
        "columns": [shown_column(column) for column in found.columns],
        "rows": shown_rows(found.rows, found.columns),
        "totals": shown_amounts(found.totals),
        "is_balanced": found.is_balanced,
        "evidence": shown_evidence(found.evidence),
    }
