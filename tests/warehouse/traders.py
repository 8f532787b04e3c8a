"""A company whose documents belong to several people, units, regions and suppliers."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from tests.factories.documents import NOW, Shop, make_item, make_shop, make_supplier, stock_up
from transactional.finance.models import Invoice, PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import Allocation, NewPayment
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.organization.models import CostCentre, Employee, Unit
from transactional.purchase.models import PurchaseOrderLine
from transactional.purchase.services.confirm_orders import confirm_orders as confirm_purchase_orders
from transactional.purchase.services.create_orders import create_orders as create_purchase_orders
from transactional.purchase.services.invoice_orders import invoice_orders as bill_purchase_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.specs import (
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewSupplierInvoice,
    NewSupplierInvoiceLine,
)
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice, NewOrder, NewOrderLine
from transactional.scm.models import Customer, CustomerCategory, Region

D = Decimal
DAY = date(2026, 3, 16)
_SIDES = ("East", "West")


@dataclass
class Company:
    """Who is who in a company whose documents belong to several people, units, regions and suppliers."""

    tenant_id: UUID
    shop: Shop | None = None
    authors: list[UUID] = field(default_factory=lambda: [new_id() for _ in range(3)])
    employees: list[UUID] = field(default_factory=list)
    units: list[UUID] = field(default_factory=list)
    regions: list[UUID] = field(default_factory=list)
    categories: list[UUID] = field(default_factory=list)
    customers: list[UUID] = field(default_factory=list)
    suppliers: list[UUID] = field(default_factory=list)
    items: list[UUID] = field(default_factory=list)
    services: list[UUID] = field(default_factory=list)
    """Orders of services that nobody has invoiced, for the cost centres East and West."""


def set_up(session: Session, company: Company) -> None:
    """Two units below a head office, a salesperson in each, customers in two regions and in none."""
    company.shop = shop = make_shop(session)
    head = Unit(id=new_id(), code="HEAD", name="Head", path="/HEAD/", company_id=shop.company_id)
    insert_all(session, [head])
    below = [
        Unit(id=new_id(), code=code, name=code, path=f"/HEAD/{code}/", parent_id=head.id, company_id=shop.company_id)
        for code in ("EAST", "WEST")
    ]
    insert_all(session, below)
    company.units = [head.id, *[unit.id for unit in below]]
    staff = [
        Employee(id=new_id(), number=f"E{at}", name=f"E{at}", unit_id=unit) for at, unit in enumerate(company.units)
    ]
    insert_all(session, staff)
    company.employees = [each.id for each in staff]
    regions = [Region(id=new_id(), code=code, name=code) for code in ("N", "S")]
    categories = [CustomerCategory(id=new_id(), code=code, name=code) for code in ("BIG", "SMALL")]
    insert_all(session, regions)
    insert_all(session, categories)
    company.regions, company.categories = [row.id for row in regions], [row.id for row in categories]
    places: list[tuple[UUID | None, UUID | None]] = [
        (region, category) for region in (*company.regions, None) for category in (*company.categories, None)
    ]
    customers = [
        Customer(
            id=new_id(),
            code=f"C{at}",
            name=f"Customer {at}",
            currency_code="EUR",
            country_code="DE",
            region_id=region,
            category_id=category,
        )
        for at, (region, category) in enumerate(places)
    ]
    insert_all(session, customers)
    company.customers = [row.id for row in customers]
    company.suppliers = [shop.supplier_id, make_supplier(session, "S2"), make_supplier(session, "S3")]
    company.items = [make_item(session, shop, code) for code in ("CHAIR", "TABLE")]
    for item in company.items:
        stock_up(session, shop, item, "1000", "10", DAY)


def trade(session: Session, company: Company, dice: random.Random) -> None:
    """Orders of both kinds by the one who acts, some of them delivered and invoiced."""
    shop = company.shop
    assert shop is not None
    for customer in company.customers:
        line = NewOrderLine(dice.choice(company.items), D(dice.randint(1, 9)), unit_price=D(dice.randint(10, 99)))
        wanted = NewOrder(
            shop.company_id, customer, DAY, [line], salesperson_id=dice.choice([*company.employees, None])
        )
        [order] = create_orders(session, [wanted], at=NOW)
        if dice.random() < 0.8:
            confirm_orders(session, [order.id], at=NOW)
            if dice.random() < 0.7:
                deliver_orders(session, [NewDelivery(order.id, DAY)], at=NOW)
                pay_some(session, invoice_orders(session, [NewInvoice(order.id, DAY)], at=NOW), dice)
    for supplier in company.suppliers:
        wares = NewPurchaseLine(dice.choice(company.items), D(dice.randint(1, 9)), unit_price=D(dice.randint(5, 50)))
        wanted_here = NewPurchaseOrder(
            shop.company_id, supplier, DAY, [wares], buyer_id=dice.choice([*company.employees, None])
        )
        [bought] = create_purchase_orders(session, [wanted_here], at=NOW)
        confirm_purchase_orders(session, [bought.id], at=NOW)
        if dice.random() < 0.7:
            receive_orders(session, [NewReceipt(bought.id, DAY)], at=NOW)
            line_id = session.scalars(select(PurchaseOrderLine.id).where(PurchaseOrderLine.order_id == bought.id)).one()
            billed = NewSupplierInvoiceLine(line_id, wares.qty, unit_price=wares.unit_price)
            bill = NewSupplierInvoice(bought.id, f"B-{bought.number}", DAY, [billed])
            pay_some(session, bill_purchase_orders(session, [bill], at=NOW), dice)


def pay_some(session: Session, invoices: Sequence[Invoice], dice: random.Random) -> None:
    """Half of what was invoiced is paid at once, in part."""
    for invoice in invoices:
        if dice.random() < 0.5:
            kind = PaymentKind.RECEIPT if invoice.kind == "sales_invoice" else PaymentKind.DISBURSEMENT
            paid = D(dice.randint(1, 10))
            payment = NewPayment(
                invoice.company_id,
                kind,
                invoice.party_id,
                DAY,
                paid,
                bank_reference=f"{kind} {invoice.number}",
                allocations=[Allocation(invoice.id, paid)],
            )
            register_payments(session, [payment], at=NOW)


def order_services(session: Session, company: Company) -> None:
    """Two hours for the east and three for the west, confirmed and not invoiced."""
    shop = company.shop
    assert shop is not None
    centres = [CostCentre(id=new_id(), code=name.upper(), name=name, company_id=shop.company_id) for name in _SIDES]
    insert_all(session, centres)
    cleaning = make_item(session, shop, "CLEANING", kind="service", price=None)
    orders = [
        NewPurchaseOrder(
            shop.company_id,
            shop.supplier_id,
            DAY,
            [NewPurchaseLine(cleaning, hours, unit_price=D(20), cost_centre_id=centre.id)],
        )
        for centre, hours in zip(centres, (D(2), D(3)), strict=True)
    ]
    company.services = [order.id for order in create_purchase_orders(session, orders, at=NOW)]
    confirm_purchase_orders(session, company.services, at=NOW)


def move(session: Session, company: Company) -> None:
    """A customer of the north goes south, and the salesperson of the east goes west."""

    [customer] = read_by_id(session, Customer, [company.customers[0]]).values()
    customer.region_id = company.regions[1]
    update_all(session, [customer], Customer.region_id)
    [employee] = read_by_id(session, Employee, [company.employees[1]]).values()
    employee.unit_id = company.units[2]
    update_all(session, [employee], Employee.unit_id)
