"""What comes in about companies."""

from typing import Annotated

from pydantic import Field

from transactional.flows.install_company import NewCompany
from transactional.kernel.errors import invalid
from transactional.kernel.schema import Country, Day, Share, Strict, text_of
from transactional.scm.checks import is_tax_number

_YEAR_MIN, _YEAR_MAX = 1950, 2150


class CompanyIn(Strict):
    """A legal entity to be installed; `years` are those in which its fiscal years begin, without a gap."""

    code: text_of(40, length_min=1)  # type: ignore[valid-type]
    name: text_of(200, length_min=1)  # type: ignore[valid-type]
    currency_code: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    country_code: Country
    tax_number: text_of(40) | None = None  # type: ignore[valid-type]
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    standard_tax_rate: Annotated[
        Share | None,
        Field(description="Of this country. A further company of a country already taxed at another rate is refused."),
    ] = None
    rounds_tax_per_line: bool = True
    freight_tax_class: text_of(40) | None = "standard"  # type: ignore[valid-type]
    years: (
        Annotated[list[Annotated[int, Field(ge=_YEAR_MIN, le=_YEAR_MAX)]], Field(min_length=1, max_length=50)] | None
    ) = None

    def spec(self, today: Day) -> NewCompany:
        """The same for the service.  Raises: Invalid for a tax number that is none."""
        if self.tax_number and not is_tax_number(self.tax_number):
            raise invalid("tax_number", "is no tax number", "bad_tax_number")
        return NewCompany(
            code=self.code,
            name=self.name,
            currency_code=self.currency_code,
            country_code=self.country_code,
            years=self.years or [today.year],
            fiscal_year_start_month=self.fiscal_year_start_month,
            tax_number=self.tax_number,
            standard_tax_rate=self.standard_tax_rate,
            rounds_tax_per_line=self.rounds_tax_per_line,
            freight_tax_class=self.freight_tax_class,
        )
