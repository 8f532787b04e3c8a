"""Companies: installed with chart of accounts, fiscal years, number series, warehouse and taxes."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.organization.companies import CompanyIn
from api.verbs import answers, make, today
from transactional.flows.install_company import install_companies
from transactional.kernel.session import Session
from transactional.organization.resources import COMPANIES

router = Router(prefix=COMPANIES.path, tags=["organization"])


@router.post(
    "",
    summary="Create: company",
    status_code=201,
    responses=answers(COMPANIES, 201),
    openapi_extra=needs("company.create"),
)
def create_company(given: CompanyIn, call: Calling) -> Response:
    """The company, ready to trade."""
    new = given.spec(today(call))

    def made(session: Session) -> UUID:
        return install_companies(session, [new])[0].id

    return make(call, COMPANIES, made)
