"""One small company from its first order to a corrected cost, told in steps; every figure is known by hand.

March 2026: four orders, one in dollars, are delivered, late and in parts too, invoiced and partly paid; a chair comes
back; a receipt is backdated and lowers what the chairs cost. A supplier sends ten lamps, of which two are refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from runtime.latencies import Kind, Latencies
from tests.factories.documents import Shop, add_rate, make_customer, make_item, make_shop, stock_up
from tests.warehouse.makers import change_the_plan, plan_lamps
from tests.warehouse.people import describe_people
from tests.warehouse.prices import describe_prices
from tests.warehouse.warehouse import Warehouse
from transactional.finance.models import Budget, BudgetLine, PaymentKind, Settlement
from transactional.finance.services.approve_budgets import approve_budgets, revise_budgets
from transactional.finance.services.cancel_payments import cancel_payments
from transactional.finance.services.register_payments import register_payments
from transactional.finance.services.settle import settle
from transactional.finance.services.undo_settlements import undo_settlements
from transactional.finance.specs import Allocation, NewPayment, NewSettlement
from transactional.identity.models import Login
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.rows import delete_all, insert_all, read, read_by_id, update_all
from transactional.kernel.session import Database, Session
from transactional.ledger.models import Account, AccountRole, FiscalYear
from transactional.organization.models import CostCentre, Employee, Unit
from transactional.platform.services.keep_latencies import keep_latencies
from transactional.project.models import Project
from transactional.purchase.models import PurchaseOrderLine, PurchaseReceiptLine
from transactional.purchase.services.cancel_receipts import cancel_receipts
from transactional.purchase.services.confirm_orders import confirm_orders as confirm_purchase_orders
from transactional.purchase.services.create_orders import create_orders as create_purchase_orders
from transactional.purchase.services.credit_returns import credit_returns
from transactional.purchase.services.invoice_orders import invoice_orders as bill_purchase_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.return_to_supplier import return_to_supplier
from transactional.purchase.specs import (
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewReceiptLine,
    NewSupplierCredit,
    NewSupplierInvoice,
    NewSupplierInvoiceLine,
    NewSupplierReturn,
    NewSupplierReturnLine,
)
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine
from transactional.sales.services.approve_returns import approve_returns
from transactional.sales.services.cancel_deliveries import cancel_deliveries
from transactional.sales.services.cancel_invoices import cancel_invoices
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import (
    NewDelivery,
    NewDeliveryLine,
    NewInvoice,
    NewOrder,
    NewOrderLine,
    NewReturnLine,
    NewReturnReceipt,
    NewReturnRequest,
)
from transactional.scm.models import Customer, CustomerCategory, Region
from transactional.scm.services.merge_customers import merge_customer

D = Decimal
ORDERS_ROUTE = "POST /api/sales/orders"
NOW = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)


def march(day: int) -> date:
    """A day of March 2026."""
    return date(2026, 3, day)


@dataclass
class Story:
    """The ids of what was made, by a short name, and what the marts held after each step."""

    tenant_id: UUID
    ids: dict[str, UUID] = field(default_factory=dict)
    grown: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    seen: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)


def tell(database: Database, warehouse: Warehouse) -> Story:
    """Post the story's steps, bringing the marts up to date after each; the last time by dbt."""
    story = Story(tenant_id=new_id())
    by = system_principal(story.tenant_id, channel="test", user_id=new_id())
    for step in STEPS:
        with database.transaction(by) as session:
            step(session, story)
        if step is STEPS[0]:
            warehouse.load()
            warehouse.build(full=True)
        else:
            warehouse.grow()
        story.seen[step.__name__] = warehouse.select(
            "select order_number, line_number, order_state, ordered_quantity, delivered_quantity, open_amount"
            " from marts.fct_sales_order_lines order by order_number, line_number"
        )
    with database.transaction(by) as session:
        _rename_the_unit(session, story)
        _measure_requests(session)
    warehouse.load()
    # As if the unit had been made in January and renamed in the middle of March.
    warehouse.connection.execute(
        "update raw.audit_log set at = case action when 'insert' then '2026-01-01' else '2026-03-15' end::timestamptz"
        " where table_name = 'organization.units'"
    )
    warehouse.build(select=["marts"])
    story.grown = {mart: warehouse.rows(mart) for mart in warehouse.marts()}
    return story


def orders_are_confirmed(session: Session, story: Story) -> None:
    """Stock is opened, four orders are confirmed, a fifth stays a draft; lamps are ordered."""
    shop = _set_up(session, story)
    opened = (("chair", "20", "60", 2), ("table", "5", "150", 2), ("rug", "4", "50", 2), ("vase", "1", "10", 10))
    for name, qty, cost, on in opened:
        stock_up(session, shop, story.ids[name], qty, cost, march(on))
    wanted = (
        ("chairs", "anna's", march(2), march(10), [NewOrderLine(story.ids["chair"], D(10), discount_share=D("0.1"))]),
        ("tables", "walk-in", march(3), march(5), [NewOrderLine(story.ids["table"], D(2))]),
        ("vases", "walk-in", march(10), march(20), [NewOrderLine(story.ids["vase"], D(1))]),
        ("draft", "walk-in", march(10), None, [NewOrderLine(story.ids[name], D(1)) for name in ("chair", "table")]),
    )
    projects = {"chairs": _open_project(session, shop, story)}
    made = create_orders(
        session,
        [
            NewOrder(
                shop.company_id,
                story.ids[who],
                ordered,
                lines,
                promised_on=promised,
                project_id=projects.get(name),
                freight_amount=D(6) if name == "vases" else D(0),
            )
            for name, who, ordered, promised, lines in wanted
        ],
        at=NOW,
    )
    for (name, *_), order in zip(wanted, made, strict=True):
        story.ids[name] = order.id
    rug = NewOrderLine(story.ids["rug"], D(1), unit_price=D(100))
    abroad = NewOrder(
        shop.company_id, story.ids["dollar"], march(12), [rug], promised_on=march(15), currency_code="USD"
    )
    [rugs] = create_orders(session, [abroad], at=NOW)
    story.ids["rugs"] = rugs.id
    _plan_the_year(session, story)
    confirm_orders(session, [*[order.id for order in made[:3]], rugs.id], at=NOW)
    _order_lamps(session, story)
    _order_cleaning(session, shop, story)


def _open_project(session: Session, shop: Shop, story: Story) -> UUID:
    """Chairs for a town hall, with a budget of 1,000."""
    hall = Project(
        id=new_id(),
        code="HALL",
        name="Town hall",
        company_id=shop.company_id,
        customer_id=story.ids["anna's"],
        starts_on=march(1),
        budget_amount=D(1000),
    )
    insert_all(session, [hall])
    return hall.id


def goods_go_out(session: Session, story: Story) -> None:
    """Tables in full and in time, four of ten chairs; the customer of the chairs moves to another category."""
    [line_id] = _line_ids(session, story, "chairs")
    partial = NewDelivery(story.ids["chairs"], march(9), [NewDeliveryLine(line_id, D(4))])
    [tables] = deliver_orders(session, [NewDelivery(story.ids["tables"], march(5))], at=NOW)
    [chairs] = deliver_orders(session, [partial], at=NOW)
    invoices = [NewInvoice(story.ids["tables"], march(5)), NewInvoice(story.ids["chairs"], march(9))]
    [of_tables, of_chairs] = invoice_orders(session, invoices, at=NOW)
    story.ids |= {"table delivery": tables.id, "chair delivery": chairs.id}
    story.ids |= {"table invoice": of_tables.id, "chair invoice": of_chairs.id}
    customer = read_by_id(session, Customer, [story.ids["anna's"]])[story.ids["anna's"]]
    customer.category_id = story.ids["wholesale"]
    update_all(session, [customer], Customer.category_id)


def the_rest_follows(session: Session, story: Story) -> None:
    """Six chairs ten days late, the vase; the first invoice is paid; lamps arrive; the draft loses a line."""
    deliveries = [NewDelivery(story.ids["chairs"], march(20)), NewDelivery(story.ids["vases"], march(20))]
    deliver_orders(session, deliveries, at=NOW)
    # The freight of the vase is never billed.
    unfreighted = NewInvoice(story.ids["vases"], march(20), freight_amount=D(0))
    invoices = [NewInvoice(story.ids["chairs"], march(20)), unfreighted]
    [second, vases] = invoice_orders(session, invoices, at=NOW)
    story.ids["wrong invoice"] = vases.id
    story.ids |= {"second invoice": second.id, "vase invoice": vases.id}
    payment = NewPayment(
        story.ids["company"],
        PaymentKind.RECEIPT,
        story.ids["anna's"],
        march(25),
        D(432),
        charge_amount=D(2),
        allocations=[Allocation(story.ids["chair invoice"], D(432))],
    )
    register_payments(session, [payment], at=NOW)
    _sell_a_rug(session, story)
    _receive_lamps(session, story)
    _plan_more_rent(session, story)
    lines = read(session, select(SalesOrderLine).where(SalesOrderLine.order_id == story.ids["draft"]))
    delete_all(session, [line for line in lines if line.item_id == story.ids["table"]])
    [draft] = read_by_id(session, SalesOrder, [story.ids["draft"]]).values()
    draft.net_amount, draft.company_net_amount = D(100), D(100)
    update_all(session, [draft], SalesOrder.net_amount, SalesOrder.company_net_amount)


def a_chair_comes_back(session: Session, story: Story) -> None:
    """One chair of the first delivery is credited and set against the second invoice; the payment is taken back."""
    statement = select(DeliveryLine.id).where(DeliveryLine.delivery_id == story.ids["chair delivery"])
    handed = session.scalars(statement).one()
    asked = NewReturnRequest(story.ids["chairs"], march(26), "a leg is broken", [NewReturnLine(handed, D(1))])
    [request] = request_returns(session, [asked], at=NOW)
    approve_returns(session, [request.id], expected_on=march(27), at=NOW)
    [received] = receive_returns(session, [NewReturnReceipt(request.id, march(27))], at=NOW)
    [note] = received.credit_notes
    story.ids["credit note"] = note.id
    against = NewSettlement(march(28), [Allocation(story.ids["second invoice"], D(108))], credit_note_id=note.id)
    settle(session, [against], at=NOW)
    _take_back_what_was_wrong(session, story)
    of_payment = Settlement.payment_id.is_not(None), Settlement.invoice_id == story.ids["chair invoice"]
    paid = session.scalars(select(Settlement.id).where(*of_payment)).one()
    undo_settlements(session, [paid], on=date(2026, 4, 2), at=NOW)


def _take_back_what_was_wrong(session: Session, story: Story) -> None:
    """The vase is handed over and invoiced again, on the day of what is cancelled; money of another shop goes back."""
    cancel_invoices(session, [story.ids["wrong invoice"]], on=march(20), at=NOW)
    wrong_delivery = Delivery.order_id == story.ids["vases"], Delivery.state == "posted"
    cancel_deliveries(session, list(session.scalars(select(Delivery.id).where(*wrong_delivery))), on=march(20), at=NOW)
    deliver_orders(session, [NewDelivery(story.ids["vases"], march(20))], at=NOW)
    [vases] = invoice_orders(session, [NewInvoice(story.ids["vases"], march(20), freight_amount=D(0))], at=NOW)
    story.ids["vase invoice"] = vases.id
    wrong = NewPayment(
        story.ids["company"],
        PaymentKind.RECEIPT,
        story.ids["anna's"],
        march(22),
        D(50),
        allocations=[Allocation(story.ids["second invoice"], D(50))],
    )
    [payment] = register_payments(session, [wrong], at=NOW)
    cancel_payments(session, [payment.id], on=march(22), at=NOW)


def chairs_turn_out_cheaper(session: Session, story: Story) -> None:
    """Ten chairs at half the cost are entered for the day before; the draft is deleted."""
    found = MoveDraft(
        company_id=story.ids["company"],
        item_id=story.ids["chair"],
        warehouse_id=story.ids["warehouse"],
        location_id=story.ids["location"],
        kind=MoveKind.OPENING,
        qty=D(10),
        occurred_on=march(1),
        origin_type="opening",
        origin_id=new_id(),
        contra_role=AccountRole.OPENING_EQUITY,
        value_amount=D(300),
    )
    post_moves(session, [found], at=NOW)
    delete_all(session, read(session, select(SalesOrderLine).where(SalesOrderLine.order_id == story.ids["draft"])))
    delete_all(session, read(session, select(SalesOrder).where(SalesOrder.id == story.ids["draft"])))


STEPS: Sequence[Callable[[Session, Story], None]] = (
    orders_are_confirmed,
    goods_go_out,
    the_rest_follows,
    a_chair_comes_back,
    chairs_turn_out_cheaper,
)


def _set_up(session: Session, story: Story) -> Shop:
    shop = make_shop(session)
    unit = Unit(id=new_id(), code="SALES", name="Sales", path="SALES")
    insert_all(session, [unit])
    anna = Employee(id=new_id(), number="E1", name="Anna Seller", unit_id=unit.id, hired_on=march(1))
    ben = Employee(id=new_id(), number="E2", name="Ben Buyer", unit_id=unit.id, hired_on=march(1), left_on=march(30))
    insert_all(session, [anna, ben])
    insert_all(session, _sign_ins())
    retail = CustomerCategory(id=new_id(), code="RETAIL", name="Retail")
    wholesale = CustomerCategory(id=new_id(), code="WHOLE", name="Wholesale")
    insert_all(session, [retail, wholesale])
    europe = Region(id=new_id(), code="EU", name="Europe")
    insert_all(session, [europe])
    north = Region(id=new_id(), code="NORTH", name="North", country_code="DE", parent_id=europe.id)
    insert_all(session, [north])
    story.ids |= {
        "company": shop.company_id,
        "warehouse": shop.warehouse_id,
        "location": shop.location_id,
        "walk-in": shop.customer_id,
        "supplier": shop.supplier_id,
        "unit": unit.id,
        "anna": anna.id,
        "ben": ben.id,
        "wholesale": wholesale.id,
        "measure": shop.unit_id,
        "anna's": make_customer(session, "ANNAS"),
        "dollar": make_customer(session, "DOLLAR", currency_code="USD"),
        "anna's old number": make_customer(session, "ANNAS-OLD"),
    }
    add_rate(session, "USD", "EUR", march(12), "0.9")
    add_rate(session, "USD", "EUR", march(24), "0.95")
    merge_customer(session, story.ids["anna's old number"], into_id=story.ids["anna's"], at=NOW)
    found = read_by_id(session, Customer, [story.ids["anna's"], story.ids["dollar"]])
    customer, namesake = found[story.ids["anna's"]], found[story.ids["dollar"]]
    customer.name = namesake.name = "Lindgren"
    customer.category_id, customer.region_id, customer.salesperson_id = retail.id, north.id, anna.id
    update_all(session, [customer], Customer.name, Customer.category_id, Customer.region_id, Customer.salesperson_id)
    update_all(session, [namesake], Customer.name)
    for name, price in (("chair", "100"), ("table", "250"), ("vase", "30"), ("rug", "110"), ("lamp", "90")):
        story.ids[name] = make_item(session, shop, name.upper(), price=price)
    return shop


def _sign_ins() -> list[Login]:
    """Anna mistypes twice within an hour and once in the next, and then is in; Ben comes from somewhere new."""
    tries = (
        ("anna", 9, 10, "wrong", False),
        ("anna", 9, 20, "locked", False),
        ("anna", 10, 5, "wrong", False),
        ("anna", 10, 6, "right", False),
        ("ben", 10, 30, "right", True),
    )
    users = {"anna": new_id(), "ben": new_id()}
    return [
        Login(
            id=new_id(),
            user_id=users[who],
            username=f"{who}@acme.test",
            result=result,
            country="DE",
            is_new_country=is_new,
            occurred_at=datetime(2026, 3, 2, hour, minute, tzinfo=UTC),
        )
        for who, hour, minute, result, is_new in tries
    ]


def _plan_the_year(session: Session, story: Story) -> None:
    """March plans 2,000 of revenue, half of it cost of sales, 300 of rent for the shop; April 100 of rent."""
    year = session.scalars(select(FiscalYear.id).where(FiscalYear.code == "2026")).one()
    shop = CostCentre(id=new_id(), code="SHOP", name="Shop", company_id=story.ids["company"])
    insert_all(session, [shop])
    budget = Budget(company_id=story.ids["company"], fiscal_year_id=year, name="Plan")
    insert_all(session, [budget])
    planned = (
        ("4000", None, 3, "2000"),
        ("5000", None, 3, "1000"),
        ("6200", shop.id, 3, "300"),
        ("6200", None, 4, "100"),
    )
    accounts = {row.code: row.id for row in read(session, select(Account))}
    lines = [
        BudgetLine(
            budget_id=budget.id,
            account_id=accounts[code],
            cost_centre_id=centre,
            month_on=date(2026, month, 1),
            amount=D(amount),
        )
        for code, centre, month, amount in planned
    ]
    insert_all(session, lines)
    approve_budgets(session, [budget.id], at=NOW)
    story.ids["budget"] = budget.id


def _plan_more_rent(session: Session, story: Story) -> None:
    """A revision plans 350 of rent for the shop and none for April; the first plan is kept."""
    [revised] = revise_budgets(session, [story.ids["budget"]], at=NOW)
    lines = read(session, select(BudgetLine).where(BudgetLine.budget_id == revised.id))
    [rent] = [line for line in lines if line.cost_centre_id]
    rent.amount = D(350)
    update_all(session, [rent], BudgetLine.amount)
    delete_all(session, [line for line in lines if line.month_on == date(2026, 4, 1)])
    approve_budgets(session, [revised.id], at=NOW)


def _rename_the_unit(session: Session, story: Story) -> None:
    [unit] = read_by_id(session, Unit, [story.ids["unit"]]).values()
    unit.name, unit.path = "Sales abroad", "ABROAD"
    update_all(session, [unit], Unit.name, Unit.path)


def _measure_requests(session: Session) -> None:
    """Two routes on one day of March, one of them in two goes; a statement, of which the warehouse hears nothing."""
    orders, quick, statement = Latencies(), Latencies(), Latencies()
    for milliseconds in range(1, 101):
        orders.add(float(milliseconds))
    quick.add(2.0)
    statement.add(5_000.0)
    first: dict[tuple[Kind, str], Latencies] = {("route", ORDERS_ROUTE): orders, ("sql", "select 1"): statement}
    keep_latencies(session, first, release="1.0", on=march(20))
    session.send_waiting()
    again: dict[tuple[Kind, str], Latencies] = {("route", ORDERS_ROUTE): orders, ("route", "GET /api/quick"): quick}
    keep_latencies(session, again, release="1.0", on=march(20))


def _line_ids(session: Session, story: Story, order: str) -> list[UUID]:
    return list(session.scalars(select(SalesOrderLine.id).where(SalesOrderLine.order_id == story.ids[order])))


def _sell_a_rug(session: Session, story: Story) -> None:
    """A rug for 100 dollars and tax, worth 108 euros when invoiced and 114 when paid."""
    deliver_orders(session, [NewDelivery(story.ids["rugs"], march(14))], at=NOW)
    [invoice] = invoice_orders(session, [NewInvoice(story.ids["rugs"], march(14))], at=NOW)
    payment = NewPayment(
        story.ids["company"],
        PaymentKind.RECEIPT,
        story.ids["dollar"],
        march(24),
        D(114),
        allocations=[Allocation(invoice.id, D(120), payment_amount=D(114))],
    )
    register_payments(session, [payment], at=NOW)


def _order_lamps(session: Session, story: Story) -> None:
    lamps = NewPurchaseLine(story.ids["lamp"], D(10), unit_price=D(40))
    wanted = NewPurchaseOrder(
        story.ids["company"],
        story.ids["supplier"],
        march(2),
        [lamps],
        promised_on=march(12),
        buyer_id=story.ids["ben"],
    )
    [order] = create_purchase_orders(session, [wanted], at=NOW)
    confirm_purchase_orders(session, [order.id], at=NOW)
    story.ids["lamps"] = order.id
    plan_lamps(session, story.ids)


def _order_cleaning(session: Session, shop: Shop, story: Story) -> None:
    """Three hours for the shop, ordered in March and expected in April; nobody has come yet."""
    cleaning = make_item(session, shop, "CLEANING", kind="service", price=None)
    centre = session.scalars(select(CostCentre.id).where(CostCentre.code == "SHOP")).one()
    hours = NewPurchaseLine(cleaning, D(3), unit_price=D(20), cost_centre_id=centre)
    wanted = NewPurchaseOrder(
        story.ids["company"],
        story.ids["supplier"],
        march(20),
        [hours],
        promised_on=date(2026, 4, 5),
        freight_amount=D("7.5"),
    )
    [order] = create_purchase_orders(session, [wanted], at=NOW)
    confirm_purchase_orders(session, [order.id], at=NOW)
    story.ids["cleaning"] = order.id


def _receive_lamps(session: Session, story: Story) -> None:
    """Eight of ten lamps are accepted, invoiced at 40.50 instead of 40, partly paid; one goes back for a credit."""
    order_id = story.ids["lamps"]
    line_id = session.scalars(select(PurchaseOrderLine.id).where(PurchaseOrderLine.order_id == order_id)).one()
    [wrong] = receive_orders(session, [NewReceipt(order_id, march(11))], at=NOW)
    cancel_receipts(session, [wrong.id], on=march(11), at=NOW)
    arrived = NewReceiptLine(line_id, D(10), rejected_qty=D(2), reject_reason="no plug")
    receive_orders(session, [NewReceipt(order_id, march(11), [arrived])], at=NOW)
    billed = NewSupplierInvoiceLine(line_id, D(8), unit_price=D("40.5"))
    bill = NewSupplierInvoice(order_id, "4711", march(13), [billed])
    [invoice] = bill_purchase_orders(session, [bill], at=NOW)
    story.ids["bill"] = invoice.id
    accepted = PurchaseReceiptLine.order_line_id == line_id, PurchaseReceiptLine.accepted_qty == D(8)
    receipt_line_id = session.scalars(select(PurchaseReceiptLine.id).where(*accepted)).one()
    back = NewSupplierReturn(order_id, march(16), [NewSupplierReturnLine(receipt_line_id, D(1))], "flickers")
    return_to_supplier(session, [back], at=NOW)
    credit_returns(session, [NewSupplierCredit(order_id, "4712", march(18))], at=NOW)
    change_the_plan(session, story.ids)
    describe_people(session, story.ids)
    describe_prices(session, story.ids)
    payment = NewPayment(
        story.ids["company"],
        PaymentKind.DISBURSEMENT,
        story.ids["supplier"],
        march(30),
        D(100),
        allocations=[Allocation(invoice.id, D(100))],
    )
    register_payments(session, [payment], at=NOW)
