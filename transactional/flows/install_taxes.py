"""The tax codes that a company needs to sell its first thing."""

from datetime import date
from decimal import Decimal

from sqlalchemy import exists, select

from transactional.finance.models import TaxCode, TaxKind, TaxRate
from transactional.finance.taxes import TaxPlace, TaxRefused, TaxTable
from transactional.kernel.errors import invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Session
from transactional.organization.models import Company

LONG_AGO = date(1900, 1, 1)
_USUAL = "standard"


def install_taxes(session: Session, country_code: str, standard_rate: Decimal | None) -> None:
    """Tax codes of a tenant at its first company; for a further one, one of its country where the rate is another one.

    Codes belong to the tenant: a customer is taxed by the code of the customer's country, or by the general one.
    To be called before the company is there. Units: `standard_rate` as a fraction; nothing said leaves what holds.
    Raises: Invalid for a rate outside 0 to 1, or other than the one that companies of this country already tax by.
    """
    if standard_rate is not None and not 0 <= standard_rate <= 1:
        raise invalid("standard_tax_rate", "a rate is a fraction from 0 to 1", "no_share")
    codes = read(session, select(TaxCode))
    if not codes:
        _install_first(session, standard_rate or ZERO)
    elif standard_rate is not None:
        _install_of_country(session, codes, country_code, standard_rate)


def _install_first(session: Session, rate: Decimal) -> None:
    """One code for each way goods are taxed; countries and further classes are added by the user."""
    codes = [
        _tax_code("STANDARD", "Standard rate", TaxKind.EXCLUSIVE),
        _tax_code("EXEMPT", "Exempt goods", TaxKind.EXEMPT, item="exempt"),
        _tax_code("EXPORT", "Exports", TaxKind.EXEMPT, party="export"),
        _tax_code("REVERSE", "Reverse charge", TaxKind.REVERSE_CHARGE, party="reverse_charge"),
    ]
    insert_all(session, codes)
    taxed = [code for code in codes if code.kind != TaxKind.EXEMPT]
    insert_all(session, [TaxRate(tax_code_id=code.id, valid_from=LONG_AGO, rate=rate) for code in taxed])


def _install_of_country(session: Session, codes: list[TaxCode], country_code: str, rate: Decimal) -> None:
    table = TaxTable(codes, read(session, select(TaxRate)))
    try:
        # By the rate that was entered for the latest day: the one a company made now will tax by.
        holding = table.choose(_USUAL, TaxPlace(_USUAL, country_code, date.max))
    except TaxRefused:
        _add_of_country(session, country_code, rate)
        return
    if holding.factor == rate:
        return
    if holding.code.country_code or session.scalar(select(exists().where(Company.country_code == country_code))):
        reason = (
            f"tax code {holding.code.code} taxes {country_code} at {holding.factor.normalize():f};"
            " leave the rate out and give that code the other rate from a day on"
        )
        raise invalid("standard_tax_rate", reason, "tax_rate_taken")
    _add_of_country(session, country_code, rate)


def _add_of_country(session: Session, country_code: str, rate: Decimal) -> None:
    name = f"Standard rate {country_code}"
    code = _tax_code(f"STANDARD-{country_code}", name, TaxKind.EXCLUSIVE, country_code=country_code)
    insert_all(session, [code])
    insert_all(session, [TaxRate(tax_code_id=code.id, valid_from=LONG_AGO, rate=rate)])


def _tax_code(
    code: str,
    name: str,
    kind: TaxKind,
    *,
    item: str = _USUAL,
    party: str = _USUAL,
    country_code: str | None = None,
) -> TaxCode:
    return TaxCode(
        id=new_id(),
        code=code,
        name=name,
        kind=kind.value,
        item_tax_class=item,
        party_tax_class=party,
        country_code=country_code,
    )
