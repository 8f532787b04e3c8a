"""Companies: installed with chart of accounts, fiscal years, number series, warehouse and taxes."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.verbs import answers, make, today
from transactional.flows.install_company import NewCompany, install_company
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import ZERO
from transactional.kernel.resource import Change
from transactional.kernel.schema import Country, Share, Strict, text_of
from transactional.kernel.session import Session
from transactional.organization.checks import check_currencies
from transactional.organization.resources import COMPANIES
from transactional.scm.checks import is_tax_number

router = Router(prefix=COMPANIES.path, tags=["organization"])
_YEAR_MIN, _YEAR_MAX = 1950, 2150


class CompanyIn(Strict):
    """A legal entity to be installed; `years` are those in which its fiscal years begin, without a gap."""

    code: text_of(40, length_min=1)  # type: ignore[valid-type]
    name: text_of(200, length_min=1)  # type: ignore[valid-type]
    currency_code: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    country_code: Country
    tax_number: text_of(40) | None = None  # type: ignore[valid-type]
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    standard_tax_rate: Share | None = None
    rounds_tax_per_line: bool = True
    freight_tax_class: text_of(40) | None = "standard"  # type: ignore[valid-type]
    years: (
        Annotated[list[Annotated[int, Field(ge=_YEAR_MIN, le=_YEAR_MAX)]], Field(min_length=1, max_length=50)] | None
    ) = None


@router.post(
    "",
    summary="Create: company",
    status_code=201,
    responses=answers(COMPANIES, 201),
    openapi_extra=needs("company.create"),
)
def create_company(given: CompanyIn, call: Calling) -> Response:
    """The company, ready to trade."""
    new = NewCompany(
        code=given.code,
        name=given.name,
        currency_code=given.currency_code,
        country_code=given.country_code,
        years=given.years or [today(call).year],
        fiscal_year_start_month=given.fiscal_year_start_month,
        tax_number=given.tax_number,
        standard_tax_rate=given.standard_tax_rate or ZERO,
        rounds_tax_per_line=given.rounds_tax_per_line,
        freight_tax_class=given.freight_tax_class,
    )

    def made(session: Session) -> UUID:
        _check(session, given)
        return install_company(session, new).company.id

    return make(call, COMPANIES, made)


def _check(session: Session, given: CompanyIn) -> None:
    change = Change(UUID(int=0), {"currency_code": given.currency_code})
    problems = [problem for _, problem in check_currencies(session, [change])]
    if given.tax_number and not is_tax_number(given.tax_number):
        problems.append(FieldProblem("tax_number", "is no tax number", "bad_tax_number"))
    if problems:
        raise Invalid(problems)
