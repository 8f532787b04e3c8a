"""Fiscal years: opened with their periods."""

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.finance.fiscal_years import FiscalYearIn
from api.verbs import answers, make
from transactional.ledger.resources import FISCAL_YEARS
from transactional.ledger.services.open_fiscal_years import open_fiscal_years
from transactional.organization.resources import COMPANIES

router = Router(prefix=FISCAL_YEARS.path, tags=["finance"])


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
