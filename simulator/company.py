"""The demo company set up: books, places, people, parties, items and prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import select

from simulator.projects import Undertaking, undertake
from simulator.world import (
    BUYERS,
    CATEGORIES,
    CUSTOMER_CATEGORIES,
    REGIONS,
    SALESPEOPLE,
    SUPPLIER_CATEGORIES,
    TAX_RATES,
    CustomerPlan,
    ItemPlan,
    SupplierPlan,
)
from transactional.catalog.models import Item, ItemCategory, ItemCost, PriceList, PriceListLine, UnitOfMeasure
from transactional.finance.models import BankAccount, TaxCode, TaxRate
from transactional.flows.install_company import InstalledCompany, NewCompany, install_company
from transactional.inventory.models import Location, LocationKind, Warehouse
from transactional.kernel.ids import new_id
from transactional.kernel.money import round_amount
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Session
from transactional.ledger.models import Account
from transactional.organization.models import CostCentre, Employee, ExchangeRate, Unit, UnitKind
from transactional.scm.models import Customer, CustomerCategory, PaymentTerm, Region, Supplier, SupplierCategory

USD_PER_EUR = Decimal("1.09")
PRICE_RISE = Decimal("1.04")
WAREHOUSES = (("HAM", "Hamburg", "DE"), ("RTM", "Rotterdam", "NL"))
DEPARTMENTS = (("SALES", "Sales"), ("BUYING", "Buying"), ("LOGISTICS", "Logistics"), ("FINANCE", "Finance"))


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything that plays, by position in the plans."""

    company_id: UUID
    bank_account_ids: Mapping[str, UUID]
    """By currency."""
    account_ids: Mapping[str, UUID]
    """By code."""
    warehouse_ids: Sequence[UUID]
    location_ids: Sequence[UUID]
    item_ids: Sequence[UUID]
    unit_id: UUID
    customer_ids: Sequence[UUID]
    supplier_ids: Sequence[UUID]
    buyer_ids: Sequence[UUID]
    department_ids: Mapping[str, UUID]
    cost_centre_ids: Mapping[str, UUID]
    projects: Sequence[Undertaking]


@dataclass(frozen=True, slots=True)
class Plans:
    """What the world gave."""

    items: Sequence[ItemPlan]
    customers: Sequence[CustomerPlan]
    suppliers: Sequence[SupplierPlan]


def set_up(session: Session, name: str, plans: Plans, *, days: tuple[date, date], random: Random) -> Cast:
    """The company with everything it needs to trade from the first day on."""
    years = range(days[0].year, days[1].year + 2)
    installed = install_company(
        session,
        NewCompany(
            code="MAIN",
            name=name,
            currency_code="EUR",
            country_code="DE",
            tax_number="DE811907980",
            years=list(years),
            standard_tax_rate=Decimal(TAX_RATES["DE"]),
            warehouse_code=WAREHOUSES[0][0],
            warehouse_name=WAREHOUSES[0][1],
        ),
    )
    _taxes(session)
    _exchange_rates(session, days, random)
    departments, cost_centres = _departments(session, installed)
    salespeople = _people(session, SALESPEOPLE, departments["SALES"], "Salesperson", first=100)
    buyers = _people(session, BUYERS, departments["BUYING"], "Buyer", first=200)
    terms = {term.code: term.id for term in read(session, select(PaymentTerm))}
    accounts = {account.code: account for account in read(session, select(Account))}
    second = _second_warehouse(session, installed)
    customer_ids = _customers(session, plans.customers, salespeople, terms)
    unit_id, item_ids = _items(session, plans.items, installed, days[0])
    _prices(session, plans.items, item_ids, installed, days)
    return Cast(
        company_id=installed.company.id,
        bank_account_ids={"EUR": installed.bank_account.id, "USD": _dollar_account(session, accounts)},
        account_ids={code: account.id for code, account in accounts.items()},
        warehouse_ids=(installed.warehouse.id, second[0]),
        location_ids=(installed.location.id, second[1]),
        item_ids=item_ids,
        unit_id=unit_id,
        customer_ids=customer_ids,
        supplier_ids=_suppliers(session, plans.suppliers, terms),
        buyer_ids=buyers,
        department_ids=departments,
        cost_centre_ids=cost_centres,
        projects=undertake(session, installed.company.id, customer_ids, days[0]),
    )


def _dollar_account(session: Session, accounts: Mapping[str, Account]) -> UUID:
    """A bank account in dollars, on a ledger account of its own beside the one in euro."""
    bank = accounts["1100"]
    ledger_account = Account(
        id=new_id(),
        company_id=bank.company_id,
        code="1105",
        name="Bank, US dollar",
        type=bank.type,
        parent_id=bank.parent_id,
        statement_line=bank.statement_line,
        cash_flow_class=bank.cash_flow_class,
        is_control=True,
    )
    account = BankAccount(
        id=new_id(),
        code="MAIN-USD",
        name="US dollar account",
        company_id=bank.company_id,
        currency_code="USD",
        account_id=ledger_account.id,
    )
    insert_all(session, [ledger_account])
    insert_all(session, [account])
    return account.id


def _taxes(session: Session) -> None:
    """Sales abroad carry the tax of the customer's country."""
    codes = [
        TaxCode(id=new_id(), code=f"VAT-{country}", name=f"VAT {country}", country_code=country)
        for country in TAX_RATES
    ]
    insert_all(session, codes)
    insert_all(
        session,
        [
            TaxRate(tax_code_id=code.id, valid_from=date(2000, 1, 1), rate=Decimal(TAX_RATES[code.country_code or ""]))
            for code in codes
        ],
    )


def _exchange_rates(session: Session, days: tuple[date, date], random: Random) -> None:
    """A weekly rate that wanders around its start."""
    rates = []
    day, value = days[0] - timedelta(days=7), USD_PER_EUR
    while day <= days[1]:
        value *= 1 + Decimal(str(round(random.uniform(-0.006, 0.006), 5)))
        rates.append(
            ExchangeRate(
                from_currency_code="USD", to_currency_code="EUR", valid_on=day, rate=round_amount(1 / value, 6)
            )
        )
        day += timedelta(days=7)
    insert_all(session, rates)


def _departments(session: Session, installed: InstalledCompany) -> tuple[dict[str, UUID], dict[str, UUID]]:
    company = installed.company
    centres = [
        CostCentre(id=new_id(), code=f"CC-{code}", name=name, company_id=company.id) for code, name in DEPARTMENTS
    ]
    insert_all(session, centres)
    root = Unit(
        id=new_id(), code="GROUP", name=company.name, kind=UnitKind.GROUP.value, path="/GROUP/", company_id=company.id
    )
    insert_all(session, [root])
    units = [
        Unit(
            id=new_id(),
            code=code,
            name=name,
            kind=UnitKind.DEPARTMENT.value,
            parent_id=root.id,
            path=f"/GROUP/{code}/",
            company_id=company.id,
            cost_centre_id=centre.id,
        )
        for (code, name), centre in zip(DEPARTMENTS, centres, strict=True)
    ]
    insert_all(session, units)
    return {unit.code: unit.id for unit in units}, {
        code: centre.id for (code, _), centre in zip(DEPARTMENTS, centres, strict=True)
    }


def _people(session: Session, names: Sequence[str], unit_id: UUID, title: str, *, first: int) -> list[UUID]:
    people = [
        Employee(
            id=new_id(),
            number=str(first + position),
            name=name,
            job_title=title,
            unit_id=unit_id,
            hired_on=date(2020, 1, 1) + timedelta(days=97 * position),
        )
        for position, name in enumerate(names)
    ]
    insert_all(session, people)
    return [person.id for person in people]


def _second_warehouse(session: Session, installed: InstalledCompany) -> tuple[UUID, UUID]:
    code, name, country = WAREHOUSES[1]
    warehouse = Warehouse(id=new_id(), code=code, name=name, company_id=installed.company.id, country_code=country)
    insert_all(session, [warehouse])
    storage = Location(id=new_id(), warehouse_id=warehouse.id, code="STOCK", name="Stock", is_default=True)
    check = Location(
        id=new_id(),
        warehouse_id=warehouse.id,
        code="CHECK",
        name="Inspection",
        kind=LocationKind.INSPECTION.value,
        is_default=False,
    )
    insert_all(session, [storage, check])
    return warehouse.id, storage.id


def _items(
    session: Session, plans: Sequence[ItemPlan], installed: InstalledCompany, first: date
) -> tuple[UUID, list[UUID]]:
    unit = UnitOfMeasure(id=new_id(), code="PCS", name="pieces", is_whole=True)
    insert_all(session, [unit])
    categories = [ItemCategory(id=new_id(), code=code, name=made[0]) for code, made in CATEGORIES.items()]
    insert_all(session, categories)
    by_code = {category.code: category.id for category in categories}
    items = [
        Item(
            id=new_id(),
            code=plan.code,
            name=plan.name,
            category_id=by_code[plan.category],
            unit_id=unit.id,
            costing_method=plan.costing_method,
            list_price=plan.list_price,
            standard_cost=plan.unit_cost,
            reorder_point_qty=Decimal(40),
            safety_stock_qty=Decimal(20),
        )
        for plan in plans
    ]
    insert_all(session, items)
    standard = [item for item, plan in zip(items, plans, strict=True) if plan.costing_method == "standard"]
    insert_all(
        session,
        [
            ItemCost(item_id=item.id, company_id=installed.company.id, valid_from=first, unit_cost=item.standard_cost)
            for item in standard
        ],
    )
    return unit.id, [item.id for item in items]


def _prices(
    session: Session,
    plans: Sequence[ItemPlan],
    item_ids: Sequence[UUID],
    installed: InstalledCompany,
    days: tuple[date, date],
) -> None:
    """Prices that rise every January, in euro and dollar."""
    dollars = PriceList(
        id=new_id(), code="SALES-USD", name="Sales prices USD", kind="sales", currency_code="USD", is_default=True
    )
    insert_all(session, [dollars])
    lines: list[PriceListLine] = []
    for year in range(days[0].year, days[1].year + 1):
        rise = PRICE_RISE ** (year - days[0].year)
        for plan, item_id in zip(plans, item_ids, strict=True):
            base = PriceListLine(
                price_list_id=installed.price_list.id,
                item_id=item_id,
                unit_price=round_amount(plan.list_price * rise),
                valid_from=date(year, 1, 1),
                valid_to=date(year, 12, 31),
            )
            abroad = round_amount(plan.list_price * rise * USD_PER_EUR * Decimal("1.05"))
            lines += [base, _with(base, price_list_id=dollars.id, unit_price=abroad)]
    insert_all(session, lines)


def _with(line: PriceListLine, *, price_list_id: UUID, unit_price: Decimal) -> PriceListLine:
    return PriceListLine(
        price_list_id=price_list_id,
        item_id=line.item_id,
        unit_price=unit_price,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
    )


def _customers(
    session: Session, plans: Sequence[CustomerPlan], salespeople: Sequence[UUID], terms: Mapping[str, UUID]
) -> list[UUID]:
    regions = [
        Region(id=new_id(), code=code, name=name, country_code=countries[0] if len(countries) == 1 else None)
        for code, name, countries in REGIONS
    ]
    categories = [CustomerCategory(id=new_id(), code=code, name=name) for code, name in CUSTOMER_CATEGORIES]
    insert_all(session, regions)
    insert_all(session, categories)
    region_of = {region.code: region.id for region in regions}
    category_of = {category.code: category.id for category in categories}
    customers = [
        Customer(
            id=new_id(),
            code=plan.code,
            name=plan.name,
            category_id=category_of[plan.category],
            region_id=region_of[plan.region],
            salesperson_id=salespeople[plan.salesperson],
            currency_code=plan.currency,
            country_code=plan.country,
            city=plan.city,
            payment_term_id=terms["NET30"],
            credit_limit_amount=plan.credit_limit,
        )
        for plan in plans
    ]
    insert_all(session, customers)
    return [customer.id for customer in customers]


def _suppliers(session: Session, plans: Sequence[SupplierPlan], terms: Mapping[str, UUID]) -> list[UUID]:
    categories = [SupplierCategory(id=new_id(), code=code, name=name) for code, name in SUPPLIER_CATEGORIES]
    insert_all(session, categories)
    category_of = {category.code: category.id for category in categories}
    suppliers = [
        Supplier(
            id=new_id(),
            code=plan.code,
            name=plan.name,
            category_id=category_of[plan.category],
            currency_code="EUR",
            country_code=plan.country,
            payment_term_id=terms["NET30"],
        )
        for plan in plans
    ]
    insert_all(session, suppliers)
    return [supplier.id for supplier in suppliers]


def shrink(plans: Plans, share: float) -> Plans:
    """A smaller world: fewer customers, the same goods."""
    count = max(6, round(len(plans.customers) * share))
    return replace(plans, customers=plans.customers[:count])
