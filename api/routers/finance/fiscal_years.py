"""Fiscal years: opened with their periods."""

from typing import Literal
from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.verbs import answers, make
from transactional.kernel.schema import Day, Strict
from transactional.ledger.resources import FISCAL_YEARS
from transactional.ledger.services.open_fiscal_years import open_fiscal_years
from transactional.organization.resources import COMPANIES

router = Router(prefix=FISCAL_YEARS.path, tags=["finance"])


class FiscalYearIn(Strict):
    """The year after the last one."""

    company_id: UUID
    starts_on: Day
    period_count: Literal[12, 13] = 12
    """Months, or thirteen spans of four weeks."""


@router.post(
    "",
    summary="Open a fiscal year with its periods",
    status_code=201,
    responses=answers(FISCAL_YEARS, 201),
    openapi_extra=needs("fiscal_year.create"),
)
def create_fiscal_year(given: FiscalYearIn, call: Calling) -> Response:
    """The year, all its periods open."""
    return make(
        call,
        FISCAL_YEARS,
        lambda session: (
            open_fiscal_years(session, given.company_id, [given.starts_on], period_count=given.period_count)[0].id
        ),
        sees=[(COMPANIES, [given.company_id])],
    )
