"""Companies, customers, salespeople and warehouses of a set of new documents, read once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from transactional.finance.order_heads import promise_problems
from transactional.finance.pricing import DocumentAsk
from transactional.finance.taxes import TaxPlace
from transactional.inventory.models import Warehouse
from transactional.inventory.queries import default_warehouses
from transactional.kernel.errors import FieldProblem
from transactional.kernel.reference import read_all
from transactional.kernel.rows import read_by_id
from transactional.kernel.session import Session
from transactional.kernel.statements import Lookup, among
from transactional.organization.models import Company, Employee
from transactional.organization.services.find_rates import RateTable, find_rates
from transactional.project.attributions import Attributions
from transactional.sales.specs import NewOrder, NewOrderLine, NewQuotation
from transactional.scm.models import Customer

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What documents copy from a customer: plain values, for they are read once a line."""

    id: UUID
    code: str
    currency_code: str
    tax_class: str
    country_code: str | None
    price_list_id: UUID | None
    region_id: UUID | None
    category_id: UUID | None
    salesperson_id: UUID | None
    payment_term_id: UUID | None
    over_delivery_share: Decimal | None
    under_delivery_share: Decimal | None
    is_usable: bool
    has_limit: bool
    """Of what they may owe: their own, or the one that goes with their grade."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who takes part in a set of documents."""

    companies: Mapping[UUID, Company]
    customers: Mapping[UUID, CustomerFacts]
    salespeople: Mapping[UUID, UUID | None]
    """The organization unit of each."""
    warehouses: Mapping[UUID, Warehouse]
    default_warehouses: Mapping[UUID, UUID]
    rates: RateTable
    attributions: Attributions

    def ask(
        self,
        new: NewOrder | NewQuotation,
        on: date,
        path: str,
        problems: list[FieldProblem],
        rate: Decimal | None = None,
    ) -> DocumentAsk:
        """What is to be priced for a document; what is wrong with its head is added to the problems."""
        company = self.companies[new.company_id]
        customer = self.customers.get(new.customer_id)
        problems += self._customer_problems(customer, path)
        if isinstance(new, NewOrder):
            problems += promise_problems(new, new.lines, new.ordered_on, path)
            problems += self.attributions.project_problems(new.project_id, new.company_id, path)
        if new.salesperson_id and new.salesperson_id not in self.salespeople:
            problems.append(FieldProblem(f"{path}salesperson_id", "no such employee", "unknown_employee"))
        currency = new.currency_code or (customer.currency_code if customer else company.currency_code)
        place = None
        if customer:
            place = TaxPlace(customer.tax_class, customer.country_code or company.country_code, on)
        return DocumentAsk(
            kind="sales",
            path=path,
            company=company,
            currency_code=currency,
            exchange_rate=rate or self.rate(company, currency, on),
            on=on,
            place=place,
            lines=new.lines,
            own_list_id=customer.price_list_id if customer else None,
        )

    def rate(self, company: Company, currency_code: str, on: date) -> Decimal:
        """Company currency per unit of the document's.  Raises: RateMissing."""
        if currency_code == company.currency_code:
            return ONE
        return self.rates.rate(currency_code, company.currency_code, on, age_days_max=company.rate_age_days_max)

    def warehouse_id(self, new: NewOrder, path: str, problems: list[FieldProblem]) -> UUID | None:
        """The warehouse named or the company's first; an unknown one is added to the problems."""
        wanted = new.warehouse_id or self.default_warehouses.get(new.company_id)
        found = self.warehouses.get(wanted) if wanted else None
        if found is None or found.company_id != new.company_id:
            problems.append(
                FieldProblem(f"{path}warehouse_id", "the company has no such warehouse", "unknown_warehouse")
            )
            return None
        return found.id

    @staticmethod
    def _customer_problems(customer: CustomerFacts | None, path: str) -> list[FieldProblem]:
        if customer is None:
            return [FieldProblem(f"{path}customer_id", "no such customer", "unknown_customer")]
        if not customer.is_usable:
            return [FieldProblem(f"{path}customer_id", f"customer {customer.code} is blocked", "customer_blocked")]
        return []


_CUSTOMERS: Lookup[*tuple[Any, ...]] = Lookup(
    select(
        Customer.id,
        Customer.code,
        Customer.currency_code,
        Customer.tax_class,
        Customer.country_code,
        Customer.price_list_id,
        Customer.region_id,
        Customer.category_id,
        Customer.salesperson_id,
        Customer.payment_term_id,
        Customer.over_delivery_share,
        Customer.under_delivery_share,
        Customer.is_active & ~Customer.is_blocked,
        func.coalesce(Customer.credit_limit_amount, Customer.grade_limit_amount).is_not(None),
    ).where(among(Customer.id, "customers"))
)
_EMPLOYEES = Lookup(select(Employee.id, Employee.unit_id).where(among(Employee.id, "employees")))


def read_parties(session: Session, documents: Sequence[NewOrder] | Sequence[NewQuotation]) -> Parties:
    """Everyone these documents name.  Raises: NotFound for an unknown company."""
    asked = _CUSTOMERS.ask(session, customers={new.customer_id for new in documents})
    companies = read_by_id(session, Company, {new.company_id for new in documents})
    customers = {row[0]: CustomerFacts(*row) for row in asked.rows()}
    people = {new.salesperson_id for new in documents} | {row.salesperson_id for row in customers.values()}
    currencies = {row.currency_code for row in companies.values()} | {row.currency_code for row in customers.values()}
    currencies |= {new.currency_code for new in documents if new.currency_code}
    days = [new.ordered_on if isinstance(new, NewOrder) else new.quoted_on for new in documents]
    return Parties(
        companies,
        customers,
        _salespeople(session, {key for key in people if key}),
        read_all(session, Warehouse),
        default_warehouses(session),
        find_rates(session, currencies, until=max(days)),
        Attributions.read(session),
    )


def new_lines(documents: Iterable[NewOrder | NewQuotation]) -> list[NewOrderLine]:
    """All lines of all documents."""
    return [line for new in documents for line in new.lines]


def _salespeople(session: Session, ids: set[UUID]) -> dict[UUID, UUID | None]:
    if not ids:
        return {}
    return dict(_EMPLOYEES.rows(session, employees=ids))
