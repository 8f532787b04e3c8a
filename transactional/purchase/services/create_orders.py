"""Goods or services are ordered from a supplier."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import ItemKind
from transactional.finance.freights import Freight
from transactional.finance.order_heads import freight_problems, promise_problems
from transactional.finance.pricing import DocumentAsk, PricedDocument, PricedLine
from transactional.finance.services.open_desk import open_desk
from transactional.finance.taxes import TaxPlace
from transactional.inventory.models import Warehouse
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, read, read_by_id
from transactional.kernel.session import Session
from transactional.kernel.trees import inherited
from transactional.ledger.accounts import ACCOUNT_MAP, AccountMap
from transactional.ledger.models import AccountRole
from transactional.ledger.periods import check_days, lock_periods
from transactional.organization.models import Company, Employee
from transactional.organization.services.find_rates import RateTable, find_rates
from transactional.platform.services.take_numbers import take_numbers
from transactional.project.attributions import Attributions
from transactional.purchase.events import order_event
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderState
from transactional.purchase.specs import NewPurchaseLine, NewPurchaseOrder
from transactional.purchase.supply_terms import outside_terms
from transactional.scm.models import Supplier, SupplierCategory

ONE = Decimal(1)


def create_orders(session: Session, orders: Sequence[NewPurchaseOrder], *, at: datetime) -> list[PurchaseOrder]:
    """Draft purchase orders with the supplier's listed prices, tax and totals.

    Raises: Invalid naming every unknown item or supplier, blocked supplier, quantity of zero, below the supplier's
    least or above its largest one, missing price or tax; RateMissing; PeriodMissing; PeriodClosed; DayTooFar;
    RoleUnmapped where no account takes the cost of a service.
    """
    if not orders:
        return []
    days = {(new.company_id, new.ordered_on) for new in orders}
    lock_periods(session, days)
    parties = _read_parties(session, orders)
    desk = open_desk(session, "purchase", [line for new in orders for line in new.lines])
    problems: list[FieldProblem] = []
    rows, lines = [], []
    for number, new in enumerate(orders):
        path = place_in("orders", number, orders)
        ask = parties.ask(new, path, problems)
        problems += line_problems(new.lines, new.company_id, path, parties.attributions)
        priced = desk.price(ask, problems)
        freight = desk.freight(ask, new.freight_amount, problems)
        warehouse_id = parties.warehouse_id(new, path, problems)
        if warehouse_id and not problems:
            order = _order(session, new, parties, priced, freight, warehouse_id)
            rows.append(order)
            pairs = zip(new.lines, priced.lines, strict=True)
            lines += [
                order_line(order, position, asked, line, parties.accounts)
                for position, (asked, line) in enumerate(pairs, start=1)
            ]
    if problems:
        raise Invalid(problems)
    check_days(session, days, at=at)
    _number(session, orders, rows)
    insert_all(session, rows)
    insert_all(session, lines)
    _check_terms(session, orders, rows)
    record(session, [order_event("created", order, at) for order in rows])
    return rows


def _check_terms(session: Session, asked: Sequence[NewPurchaseOrder], rows: Sequence[PurchaseOrder]) -> None:
    """Suppliers deliver what is asked, in such quantities; what a former system ordered is kept as it was."""
    places = {
        row.id: place_in("orders", number, asked)
        for number, (new, row) in enumerate(zip(asked, rows, strict=True))
        if new.number is None
    }
    problems = [
        each.problem(f"{places[each.order_id]}lines/{each.line_number - 1}/qty")
        for each in outside_terms(session, places)
    ]
    if problems:
        raise Invalid(problems)


@dataclass(frozen=True, slots=True)
class _Parties:
    """Who takes part in a set of orders."""

    companies: Mapping[UUID, Company]
    suppliers: Mapping[UUID, Supplier]
    categories: Mapping[UUID, SupplierCategory]
    buyers: Mapping[UUID, UUID | None]
    warehouses: Sequence[Warehouse]
    rates: RateTable
    attributions: Attributions
    accounts: AccountMap

    def ask(self, new: NewPurchaseOrder, path: str, problems: list[FieldProblem]) -> DocumentAsk:
        """What is to be priced; what is wrong with the head is added to the problems."""
        company = self.companies[new.company_id]
        supplier = self.suppliers.get(new.supplier_id)
        problems += _head_problems(new, supplier, path)
        if new.buyer_id and new.buyer_id not in self.buyers:
            problems.append(FieldProblem(f"{path}buyer_id", "no such employee", "unknown_employee"))
        currency = new.currency_code or (supplier.currency_code if supplier else company.currency_code)
        problems += freight_problems(new.freight_amount, currency, path)
        return DocumentAsk(
            kind="purchase",
            path=path,
            company=company,
            currency_code=currency,
            exchange_rate=new.exchange_rate or self._rate(company, currency, new.ordered_on),
            on=new.ordered_on,
            # Input tax follows the buyer's country: goods are taxed where they arrive.
            place=TaxPlace(supplier.tax_class, company.country_code, new.ordered_on) if supplier else None,
            lines=new.lines,
            supplier_id=new.supplier_id,
        )

    def warehouse_id(self, new: NewPurchaseOrder, path: str, problems: list[FieldProblem]) -> UUID | None:
        """The warehouse named or the company's first; an unknown one is added to the problems."""
        own = [row for row in self.warehouses if row.company_id == new.company_id]
        found = [row.id for row in own if row.id == new.warehouse_id or (new.warehouse_id is None and row.is_active)]
        if not found:
            problems.append(
                FieldProblem(f"{path}warehouse_id", "the company has no such warehouse", "unknown_warehouse")
            )
            return None
        return found[0]

    def payment_term_id(self, new: NewPurchaseOrder) -> UUID | None:
        """The order's terms, or the supplier's, or its category's."""
        supplier = self.suppliers[new.supplier_id]
        of_category = inherited(self.categories, supplier.category_id, "payment_term_id")
        return new.payment_term_id or supplier.payment_term_id or of_category

    def _rate(self, company: Company, currency_code: str, on: date) -> Decimal:
        if currency_code == company.currency_code:
            return ONE
        return self.rates.rate(currency_code, company.currency_code, on, age_days_max=company.rate_age_days_max)


def line_problems(
    lines: Sequence[NewPurchaseLine], company_id: UUID, path: str, attributions: Attributions
) -> list[FieldProblem]:
    """Quantities below what a source allows, and what the lines may not be attributed to."""
    problems = []
    for position, line in enumerate(lines):
        place = f"{path}lines/{position}"
        if line.qty < line.least_qty:
            reason = f"below the supplier's least quantity of {line.least_qty.normalize():f}"
            problems.append(FieldProblem(f"{place}/qty", reason, "below_minimum"))
        problems += attributions.problems(line, company_id, f"{place}/")
    return problems


def _head_problems(new: NewPurchaseOrder, supplier: Supplier | None, path: str) -> list[FieldProblem]:
    if supplier is None:
        return [FieldProblem(f"{path}supplier_id", "no such supplier", "unknown_supplier")]
    if supplier.is_blocked or not supplier.is_active:
        return [FieldProblem(f"{path}supplier_id", f"supplier {supplier.code} is blocked", "supplier_blocked")]
    return promise_problems(new, new.lines, new.ordered_on, path)


def _read_parties(session: Session, orders: Sequence[NewPurchaseOrder]) -> _Parties:
    companies = read_by_id(session, Company, {new.company_id for new in orders})
    wanted = select(Supplier).where(any_of(Supplier.id, {new.supplier_id for new in orders}))
    suppliers = {row.id: row for row in read(session, wanted)}
    buyers = session.execute(
        select(Employee.id, Employee.unit_id).where(any_of(Employee.id, {new.buyer_id for new in orders}))
    )
    currencies = {row.currency_code for row in companies.values()} | {row.currency_code for row in suppliers.values()}
    currencies |= {new.currency_code for new in orders if new.currency_code}
    return _Parties(
        companies,
        suppliers,
        read_all(session, SupplierCategory),
        {row[0]: row[1] for row in buyers},
        sorted(read_all(session, Warehouse).values(), key=lambda row: row.code),
        find_rates(session, currencies, until=max(new.ordered_on for new in orders)),
        Attributions.read(session),
        ACCOUNT_MAP.of(session),
    )


def _order(
    session: Session,
    new: NewPurchaseOrder,
    parties: _Parties,
    priced: PricedDocument,
    freight: Freight,
    warehouse_id: UUID,
) -> PurchaseOrder:
    unit_id = parties.buyers.get(new.buyer_id) if new.buyer_id else None
    return PurchaseOrder(
        id=new.id or new_id(),
        company_id=new.company_id,
        number=new.number,
        supplier_id=new.supplier_id,
        supplier_category_id=parties.suppliers[new.supplier_id].category_id,
        ordered_on=new.ordered_on,
        promised_on=new.promised_on,
        warehouse_id=warehouse_id,
        buyer_id=new.buyer_id,
        unit_id=unit_id or next(iter(session.principal.unit_ids), None),
        payment_term_id=parties.payment_term_id(new),
        currency_code=priced.currency_code,
        exchange_rate=priced.exchange_rate,
        ship_method_id=new.ship_method_id,
        external_ref=new.external_ref,
        net_amount=priced.net_amount,
        freight_amount=freight.net_amount,
        freight_tax_amount=freight.tax_amount,
        freight_tax_code_id=freight.tax_code_id,
        tax_amount=priced.tax_amount + freight.tax_amount,
        total_amount=priced.net_amount + priced.tax_amount + freight.net_amount + freight.tax_amount,
        company_net_amount=priced.company_net_amount,
        state=PurchaseOrderState.DRAFT.value,
        confirmed_at=None,
    )


def order_line(
    order: PurchaseOrder, position: int, asked: NewPurchaseLine, line: PricedLine, accounts: AccountMap
) -> PurchaseOrderLine:
    """An order's line at a position, as it was priced.  Raises: RoleUnmapped."""
    is_stocked = line.item.kind == ItemKind.STOCK
    account_id = (
        None
        if is_stocked
        else accounts.resolve(order.company_id, AccountRole.EXPENSE, line.item.category_id, order.warehouse_id)
    )
    return PurchaseOrderLine(
        id=asked.id or new_id(),
        order_id=order.id,
        line_number=position,
        item_id=line.item.id,
        unit_id=line.unit_id,
        qty=line.qty,
        stock_qty=line.stock_qty,
        unit_price=line.unit_price,
        price_source=line.price_source,
        net_amount=line.net_amount,
        tax_code_id=line.tax_code_id,
        tax_amount=line.tax_amount,
        company_net_amount=line.company_net_amount,
        account_id=account_id,
        cost_centre_id=asked.cost_centre_id,
        project_id=asked.project_id,
        promised_on=asked.promised_on or order.promised_on,
        requisition_line_id=asked.requisition_line_id,
        quotation_line_id=asked.quotation_line_id,
        contract_line_id=asked.contract_line_id,
        stated_received_qty=asked.stated_received_qty,
        stated_rejected_qty=asked.stated_rejected_qty,
    )


def _number(session: Session, asked: Sequence[NewPurchaseOrder], rows: Sequence[PurchaseOrder]) -> None:
    """An import keeps the numbers of its source; the others are taken from the company's series."""
    groups: defaultdict[UUID, list[PurchaseOrder]] = defaultdict(list)
    for new, row in zip(asked, rows, strict=True):
        if new.number is None:
            groups[row.company_id].append(row)
    for company_id, group in sorted(groups.items()):
        numbers = take_numbers(session, "purchase_order", company_id, [row.ordered_on for row in group])
        for row, number in zip(group, numbers, strict=True):
            row.number = number
