"""A legal entity from nothing to its first posting, in one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import PriceList, PriceListKind
from transactional.finance.models import AssetClass, BankAccount
from transactional.flows.install_taxes import install_taxes
from transactional.inventory.models import Location, LocationKind, Warehouse
from transactional.kernel.errors import FieldProblem, Invalid, invalid
from transactional.kernel.ids import new_id
from transactional.kernel.resource import Change
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Session
from transactional.ledger.charts import Chart, load_template
from transactional.ledger.models import Account, AccountMapping, AccountRole
from transactional.ledger.services.install_chart import install_chart
from transactional.ledger.services.open_fiscal_years import open_fiscal_years
from transactional.organization.checks import check_currencies
from transactional.organization.models import Company
from transactional.platform.services.install_number_series import install_number_series
from transactional.scm.models import PaymentTerm


@dataclass(frozen=True, slots=True)
class NewCompany:
    """A company to install. `years` are the calendar years in which the fiscal years begin, without a gap.

    Units: `standard_tax_rate` as a fraction, of the country of the company; nothing said is 0 for the tenant's first
    company and what holds there already for a further one.
    """

    code: str
    name: str
    currency_code: str
    country_code: str
    years: Sequence[int]
    fiscal_year_start_month: int = 1
    tax_number: str | None = None
    standard_tax_rate: Decimal | None = None
    rounds_tax_per_line: bool = True
    freight_tax_class: str | None = "standard"
    rate_age_days_max: int = 7
    future_days_max: int | None = 31
    chart: str = "default"
    warehouse_code: str | None = None
    warehouse_name: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class InstalledCompany:
    """A company that can trade at once."""

    company: Company
    warehouse: Warehouse
    location: Location
    bank_account: BankAccount
    price_list: PriceList


def install_companies(session: Session, companies: Sequence[NewCompany]) -> list[Company]:
    """Companies as `install_company` makes them, each in a currency that is known.

    Raises: Invalid naming `companies/<position>/currency_code` where several are asked for, and what that raises.
    """
    changes = [Change(new_id(), {"currency_code": new.currency_code}) for new in companies]
    found = check_currencies(session, changes)
    is_one = len(companies) == 1
    problems = [
        FieldProblem(each.path if is_one else f"companies/{at}/{each.path}", each.reason, each.code)
        for at, each in found
    ]
    if problems:
        raise Invalid(problems)
    return [install_company(session, new).company for new in companies]


def install_company(session: Session, new: NewCompany) -> InstalledCompany:
    """A company with chart, number series, open fiscal years, warehouse, bank account, taxes, terms and price list.

    Accounts of the chart that hold the cost of fixed assets get a class of assets each, of the account's code and name.
    What belongs to the whole tenant (tax codes, payment terms, price lists by currency) is made once and shared.
    Raises: Invalid without a year, and what `install_taxes` raises.
    """
    if not new.years:
        raise invalid("years", "at least one year is needed", "missing")
    install_taxes(session, new.country_code, new.standard_tax_rate)
    company = _company(new)
    insert_all(session, [company])
    accounts = install_chart(session, company.id, new.chart)
    _install_asset_classes(session, accounts, load_template(new.chart))
    install_number_series(session, company.id)
    open_fiscal_years(session, company.id, [date(year, new.fiscal_year_start_month, 1) for year in sorted(new.years)])
    warehouse, location = _warehouse(session, new, company)
    _install_terms(session)
    return InstalledCompany(
        company, warehouse, location, _bank_account(session, company), _price_list(session, company)
    )


def _company(new: NewCompany) -> Company:
    return Company(
        id=new.id or new_id(),
        code=new.code,
        name=new.name,
        currency_code=new.currency_code,
        country_code=new.country_code,
        tax_number=new.tax_number,
        fiscal_year_start_month=new.fiscal_year_start_month,
        rounds_tax_per_line=new.rounds_tax_per_line,
        freight_tax_class=new.freight_tax_class,
        rate_age_days_max=new.rate_age_days_max,
        future_days_max=new.future_days_max,
    )


def _install_asset_classes(session: Session, accounts: Sequence[Account], chart: Chart) -> None:
    lives = {account.code: account.asset_life_months for account in chart.accounts if account.asset_life_months}
    classes = [
        AssetClass(
            company_id=account.company_id,
            code=account.code,
            name=account.name,
            account_id=account.id,
            life_months=lives[account.code],
        )
        for account in accounts
        if account.code in lives
    ]
    insert_all(session, classes)


def _warehouse(session: Session, new: NewCompany, company: Company) -> tuple[Warehouse, Location]:
    warehouse = Warehouse(
        id=new_id(),
        code=new.warehouse_code or f"{company.code}-MAIN",
        name=new.warehouse_name or "Main warehouse",
        company_id=company.id,
        country_code=company.country_code,
    )
    places = [
        Location(
            id=new_id(),
            warehouse_id=warehouse.id,
            code="STOCK",
            name="Stock",
            kind=LocationKind.STORAGE.value,
            is_default=True,
        ),
        Location(
            id=new_id(),
            warehouse_id=warehouse.id,
            code="CHECK",
            name="Inspection",
            kind=LocationKind.INSPECTION.value,
            is_default=False,
        ),
    ]
    insert_all(session, [warehouse])
    insert_all(session, places)
    return warehouse, places[0]


def _bank_account(session: Session, company: Company) -> BankAccount:
    role = select(AccountMapping.account_id).where(
        AccountMapping.company_id == company.id, AccountMapping.role == AccountRole.BANK
    )
    account = BankAccount(
        id=new_id(),
        code=f"{company.code}-BANK",
        name="Main bank account",
        company_id=company.id,
        currency_code=company.currency_code,
        account_id=session.scalars(role).one(),
        is_default=True,
    )
    insert_all(session, [account])
    return account


def _price_list(session: Session, company: Company) -> PriceList:
    code = f"SALES-{company.currency_code}"
    known = read(session, select(PriceList).where(PriceList.code == code))
    if known:
        return known[0]
    price_list = PriceList(
        id=new_id(),
        code=code,
        name=f"Sales prices {company.currency_code}",
        kind=PriceListKind.SALES.value,
        currency_code=company.currency_code,
        is_default=True,
    )
    insert_all(session, [price_list])
    return price_list


def _install_terms(session: Session) -> None:
    known = set(session.scalars(select(PaymentTerm.code)))
    terms = [
        ("NOW", "Due at once", [("1", 0, "invoice")], Decimal(0), 0),
        ("NET30", "30 days net", [("1", 30, "invoice")], Decimal(0), 0),
        ("2-10-NET30", "2 percent within 10 days, 30 days net", [("1", 30, "invoice")], Decimal("0.02"), 10),
        ("EOM30", "30 days after the end of the month", [("1", 30, "month_end")], Decimal(0), 0),
        ("30-70", "30 percent on order, the rest 30 days after invoice", _THIRDS, Decimal(0), 0),
    ]
    rows = [
        PaymentTerm(
            code=code,
            name=name,
            installments=[{"share": share, "days": days, "after": after} for share, days, after in parts],
            discount_share=discount,
            discount_days=discount_days,
        )
        for code, name, parts, discount, discount_days in terms
        if code not in known
    ]
    insert_all(session, rows)


_THIRDS = [("0.3", 0, "order"), ("0.7", 30, "invoice")]
