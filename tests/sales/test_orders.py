"""Orders are priced, promised, changed, cancelled and delivered by their rules."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from tests.factories.documents import (
    MONDAY,
    NOW,
    Shop,
    add_price,
    add_rate,
    balance,
    confirmed,
    line_of,
    make_customer,
    make_item,
    make_shop,
    on_hand,
    order,
    stock_up,
)
from transactional.catalog.models import PriceList
from transactional.finance.models import Invoice
from transactional.inventory.errors import StockNotAvailable
from transactional.kernel.errors import Invalid, NotFound
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, read, read_by_id
from transactional.kernel.session import Database, Session
from transactional.kernel.states import TransitionRefused
from transactional.ledger.errors import PeriodMissing
from transactional.organization.services.find_rates import RateMissing
from transactional.sales.errors import (
    BelowDelivered,
    CreditLimitExceeded,
    LineDelivered,
    NothingToInvoice,
    OverDelivery,
    OverInvoicing,
    QuotationExpired,
    StockShort,
)
from transactional.sales.models import Delivery, SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.queries import available_to_promise, order_as_of, order_progress, order_revisions
from transactional.sales.services.cancel_orders import cancel_orders
from transactional.sales.services.cancel_quotations import cancel_quotations
from transactional.sales.services.change_orders import change_orders
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.confirm_quotations import confirm_quotations
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.create_quotations import create_quotations
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.take_orders import take_orders
from transactional.sales.specs import (
    LineChange,
    NewDelivery,
    NewDeliveryLine,
    NewInvoice,
    NewInvoiceLine,
    NewOrder,
    NewOrderLine,
    NewQuotation,
    OrderChange,
)

D = Decimal


@pytest.fixture
def chair(session: Session, shop: Shop) -> UUID:
    item_id = make_item(session, shop)
    stock_up(session, shop, item_id, "20", "60")
    return item_id


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.feature("3.4.1")
def test_a_quotation_takes_the_price_of_list_break_and_day_and_its_order_the_same(
    session: Session, shop: Shop, chair: UUID
) -> None:
    default = shop.installed.price_list.id
    own = PriceList(id=new_id(), code="VIP", name="Friends", kind="sales", currency_code="EUR")
    insert_all(session, [own])
    add_price(session, default, chair, "90")
    add_price(session, default, chair, "80", min_qty="10")
    add_price(session, default, chair, "10", valid_to=MONDAY - timedelta(days=1))
    new = NewQuotation(
        shop.company_id,
        shop.customer_id,
        MONDAY,
        MONDAY + timedelta(days=14),
        [NewOrderLine(chair, D(9)), NewOrderLine(chair, D(10), discount_share=D("0.1"))],
    )
    [quotation] = create_quotations(session, [new], at=NOW)
    assert (quotation.net_amount, quotation.tax_amount) == (D(810 + 720), D(306))
    [made] = confirm_quotations(session, [quotation.id], on=MONDAY, at=NOW)
    [again] = confirm_quotations(session, [quotation.id], on=MONDAY, at=NOW)
    assert made.id == again.id
    assert (made.net_amount, made.tax_amount) == (quotation.net_amount, quotation.tax_amount)
    lines = read(session, select(SalesOrderLine).order_by(SalesOrderLine.line_number))
    assert [(line.unit_price, line.price_source) for line in lines] == [
        (D(90), "Sales prices EUR"),
        (D(80), "Sales prices EUR from 10"),
    ]


@pytest.mark.feature("3.4.1")
def test_an_expired_quotation_is_refused(session: Session, shop: Shop, chair: UUID) -> None:
    new = NewQuotation(shop.company_id, shop.customer_id, MONDAY, MONDAY, [NewOrderLine(chair, D(1))])
    [quotation] = create_quotations(session, [new], at=NOW)
    with pytest.raises(QuotationExpired):
        confirm_quotations(session, [quotation.id], on=MONDAY + timedelta(days=1), at=NOW)
    with pytest.raises(QuotationExpired):
        confirm_quotations(session, [quotation.id], on=MONDAY, at=NOW + timedelta(days=1))


@pytest.mark.feature("3.4.1")
def test_a_withdrawn_quotation_is_not_confirmed_and_a_confirmed_one_not_withdrawn(
    session: Session, shop: Shop, chair: UUID
) -> None:
    until = MONDAY + timedelta(days=14)
    new = NewQuotation(shop.company_id, shop.customer_id, MONDAY, until, [NewOrderLine(chair, D(1), unit_price=D(5))])
    [withdrawn, kept] = create_quotations(session, [new, new], at=NOW)
    cancel_quotations(session, [withdrawn.id], at=NOW)
    [again] = cancel_quotations(session, [withdrawn.id], at=NOW)
    assert again.state == "cancelled"
    with pytest.raises(TransitionRefused):
        confirm_quotations(session, [withdrawn.id], on=MONDAY, at=NOW)
    confirm_quotations(session, [kept.id], on=MONDAY, at=NOW)
    with pytest.raises(TransitionRefused):
        cancel_quotations(session, [kept.id], at=NOW)


@pytest.mark.feature("3.4.3")
def test_all_that_is_wrong_with_an_order_is_named_at_once(session: Session, shop: Shop, chair: UUID) -> None:
    blocked = make_customer(session, "BAD", is_blocked=True)
    untaxed = make_item(session, shop, "FOG", tax_class=None)
    lines = [
        NewOrderLine(new_id(), D(1)),
        NewOrderLine(chair, D(0)),
        NewOrderLine(chair, D("1.5")),
        NewOrderLine(untaxed, D(1)),
    ]
    with pytest.raises(Invalid) as refusal:
        create_orders(session, [NewOrder(shop.company_id, blocked, MONDAY, lines)], at=NOW)
    assert {problem.path for problem in refusal.value.problems} == {
        "customer_id",
        "lines/0/item_id",
        "lines/1/qty",
        "lines/2/qty",
        "lines/3/item_id",
    }


@pytest.mark.feature("FIN-22")
def test_a_foreign_order_needs_a_rate_within_the_set_age(session: Session, shop: Shop, chair: UUID) -> None:
    add_rate(session, "USD", "EUR", MONDAY - timedelta(days=7), "0.8")
    made = order(session, shop, chair, "1", currency_code="USD")
    assert (made.exchange_rate, made.net_amount, made.company_net_amount) == (D("0.8"), D(125), D(100))
    with pytest.raises(RateMissing):
        order(session, shop, chair, "1", currency_code="USD", ordered_on=MONDAY + timedelta(days=1))


@pytest.mark.feature("3.4.3")
def test_what_is_short_becomes_a_backorder_unless_all_is_asked_for(session: Session, shop: Shop, chair: UUID) -> None:
    first = confirmed(session, shop, chair, "15")
    second = order(session, shop, chair, "10")
    [available] = available_to_promise(session, [second.id])
    assert (available.available_qty, available.missing_qty) == (D(5), D(5))
    confirm_orders(session, [second.id], at=NOW)
    assert on_hand(session, chair) == (D(20), D(20))
    third = order(session, shop, chair, "1")
    with pytest.raises(StockShort):
        confirm_orders(session, [third.id], at=NOW, require_stock=True)
    cancel_orders(session, [first.id], at=NOW)
    assert on_hand(session, chair) == (D(20), D(5))


@pytest.mark.feature("3.4.3")
def test_parallel_confirmations_never_promise_one_chair_twice(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        chair = make_item(session, shop)
        stock_up(session, shop, chair, "5", "60")
        orders = [order(session, shop, chair, "1").id for _ in range(8)]

    def confirm(order_id: UUID) -> bool:
        try:
            with database.transaction(principal) as own:
                confirm_orders(own, [order_id], at=NOW, require_stock=True)
        except StockShort:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(confirm, orders)) == [False] * 3 + [True] * 5
    with database.transaction(principal) as session:
        assert on_hand(session, chair) == (D(5), D(5))


@pytest.mark.feature("3.3.7")
def test_orders_deliveries_and_invoices_use_credit_once(session: Session, shop: Shop, chair: UUID) -> None:
    limited = make_customer(session, "LIM", credit_limit="1200")
    first = confirmed(session, shop, chair, "5", customer_id=limited)
    deliver_orders(session, [NewDelivery(first.id, MONDAY)], at=NOW)
    invoice_orders(session, [NewInvoice(first.id, MONDAY)], at=NOW)
    second = confirmed(session, shop, chair, "5", customer_id=limited)
    third = order(session, shop, chair, "1", customer_id=limited)
    with pytest.raises(CreditLimitExceeded) as refusal:
        confirm_orders(session, [third.id], at=NOW)
    assert refusal.value.values["exposure_amount"] == D(1320)
    cancel_orders(session, [second.id], at=NOW)
    confirm_orders(session, [third.id], at=NOW)


def _new(shop: Shop, item_id: UUID, qty: str, customer_id: UUID | None = None) -> NewOrder:
    return NewOrder(shop.company_id, customer_id or shop.customer_id, MONDAY, [NewOrderLine(item_id, D(qty))])


@pytest.mark.feature("3.4.3")
def test_orders_taken_at_once_are_as_if_created_and_then_confirmed(session: Session, shop: Shop, chair: UUID) -> None:
    # Twenty chairs are in stock: the second order waits for five.
    steps = [confirmed(session, shop, chair, "15"), confirmed(session, shop, chair, "10")]
    cancel_orders(session, [each.id for each in steps], at=NOW)
    taken = take_orders(session, [_new(shop, chair, "15"), _new(shop, chair, "10")], at=NOW)
    assert on_hand(session, chair) == (D(20), D(20))
    own = {"id", "number", "state", "version", "cancelled_at", "created_at", "updated_at", "updated_by"}
    kept = [read_by_id(session, SalesOrder, [each.id])[each.id] for each in [*steps, *taken]]
    shown = [{name: value for name, value in vars(each).items() if name not in own} for each in kept]
    assert shown[0] == shown[2]
    assert shown[1] == shown[3]
    assert [each.state for each in kept[2:]] == [SalesOrderState.CONFIRMED] * 2
    numbers = [int(str(each.number).rsplit("-", 1)[1]) for each in kept]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert [event.topic for event in session.info["events"] if event.aggregate_id == taken[1].id] == [
        "sales.order.created",
        "sales.order.confirmed",
    ]


@pytest.mark.feature("3.3.7")
def test_orders_taken_at_once_count_against_the_limit_together(session: Session, shop: Shop, chair: UUID) -> None:
    limited = make_customer(session, "LIM", credit_limit="1200")
    with pytest.raises(CreditLimitExceeded) as refusal:
        take_orders(session, [_new(shop, chair, "5", limited), _new(shop, chair, "6", limited)], at=NOW)
    assert refusal.value.values["exposure_amount"] == D(1320)


@pytest.mark.feature("3.3.7")
def test_an_order_within_the_limit_is_taken_and_promised(session: Session, shop: Shop, chair: UUID) -> None:
    limited = make_customer(session, "LIM", credit_limit="1200")
    [taken] = take_orders(session, [_new(shop, chair, "10", limited)], at=NOW)
    assert (taken.state, on_hand(session, chair)) == (SalesOrderState.CONFIRMED, (D(20), D(10)))


@pytest.mark.feature("3.4.3")
def test_orders_taken_at_the_same_time_never_promise_one_chair_twice(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        chair = make_item(session, shop)
        stock_up(session, shop, chair, "5", "60")

    def take(_: int) -> UUID:
        with database.transaction(principal) as own:
            return take_orders(own, [_new(shop, chair, "1")], at=NOW)[0].id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(take, range(8)))) == 8
    with database.transaction(principal) as session:
        assert on_hand(session, chair) == (D(5), D(5))


@pytest.mark.feature("3.4.5")
def test_a_change_makes_a_revision_that_leaves_the_old_one_readable(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "10")
    line_id = line_of(session, made.id)
    table = make_item(session, shop, "TABLE", price="300")
    change = OrderChange(made.id, [LineChange(D(4), order_line_id=line_id), LineChange(D(1), item_id=table)])
    [changed] = change_orders(session, [change], at=NOW)
    assert (changed.revision, changed.net_amount, changed.total_amount) == (2, D(700), D(840))
    assert on_hand(session, chair) == (D(20), D(4))
    assert order_revisions(session, made.id) == [1, 2]
    before, after = (order_as_of(session, made.id, revision) for revision in (1, 2))
    assert [line["qty"] for line in before.lines] == [10]
    assert [line["qty"] for line in after.lines] == [4, 1]
    assert (before.order["net_amount"], after.order["net_amount"]) == (1000, 700)
    with pytest.raises(NotFound):
        order_as_of(session, made.id, 3)


@pytest.mark.feature("3.4.5")
def test_a_line_does_not_fall_below_what_is_delivered(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "10")
    line_id = line_of(session, made.id)
    deliver_orders(session, [NewDelivery(made.id, MONDAY, [NewDeliveryLine(line_id, D(6))])], at=NOW)
    for qty, refusal in (("5", BelowDelivered), ("0", LineDelivered)):
        with pytest.raises(refusal):
            change_orders(session, [OrderChange(made.id, [LineChange(D(qty), order_line_id=line_id)])], at=NOW)
    with pytest.raises(LineDelivered):
        cancel_orders(session, [made.id], at=NOW)
    change_orders(session, [OrderChange(made.id, [LineChange(D(6), order_line_id=line_id)])], at=NOW)
    assert on_hand(session, chair) == (D(14), D(0))
    assert order_progress(session, [made.id])[made.id].delivery_state == "delivered"


@pytest.mark.feature("3.4.5")
def test_a_cancelled_order_frees_its_stock_and_stays_cancelled(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair)
    cancel_orders(session, [made.id], at=NOW)
    assert on_hand(session, chair) == (D(20), D(0))
    with pytest.raises(TransitionRefused):
        confirm_orders(session, [made.id], at=NOW)


@pytest.mark.feature("3.4.6")
def test_a_partial_delivery_leaves_a_backorder_and_posting_twice_gives_the_same_note(
    session: Session, shop: Shop, chair: UUID
) -> None:
    made = confirmed(session, shop, chair, "10")
    partial = NewDelivery(made.id, MONDAY, [NewDeliveryLine(line_of(session, made.id), D(4))], id=new_id())
    [first] = deliver_orders(session, [partial], at=NOW)
    [again] = deliver_orders(session, [partial], at=NOW)
    assert first.id == again.id
    assert (on_hand(session, chair), balance(session, "5000")) == ((D(16), D(6)), D(240))
    [rest] = deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    [same] = deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    assert rest.id == same.id
    assert session.scalar(select(func.count()).select_from(Delivery)) == 2
    assert (on_hand(session, chair), balance(session, "5000")) == ((D(10), D(0)), D(600))


@pytest.mark.feature("3.4.6")
def test_neither_more_than_ordered_nor_more_than_on_hand_is_delivered(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        chair = make_item(session, shop)
        stock_up(session, shop, chair, "20", "60")
        small, large = confirmed(session, shop, chair, "2").id, confirmed(session, shop, chair, "30").id
        line_id = line_of(session, small)
    with pytest.raises(OverDelivery), database.transaction(principal) as session:
        deliver_orders(session, [NewDelivery(small, MONDAY, [NewDeliveryLine(line_id, D(3))])], at=NOW)
    with pytest.raises(StockNotAvailable), database.transaction(principal) as session:
        deliver_orders(session, [NewDelivery(large, MONDAY)], at=NOW)
    with database.transaction(principal) as session:
        assert on_hand(session, chair) == (D(20), D(20))


@pytest.mark.feature("3.4.11")
def test_only_what_is_delivered_is_invoiced_and_only_once(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "10", freight_amount=D(12))
    line_id = line_of(session, made.id)
    with pytest.raises(NothingToInvoice):
        invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    deliver_orders(session, [NewDelivery(made.id, MONDAY, [NewDeliveryLine(line_id, D(3))])], at=NOW)
    with pytest.raises(OverInvoicing):
        invoice_orders(session, [NewInvoice(made.id, MONDAY, lines=[NewInvoiceLine(line_id, D(4))])], at=NOW)
    [first] = invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    assert (first.net_amount, first.freight_amount, first.tax_amount) == (D(300), D(12), D("62.40"))
    with pytest.raises(NothingToInvoice):
        invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    assert balance(session, "1200") == first.total_amount
    numbers = session.scalars(select(Invoice.number)).all()
    assert numbers == ["SI-2026-00001"]


@pytest.mark.feature("3.4.11")
def test_nothing_is_invoiced_on_a_day_before_it_was_handed_over(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "10")
    line_id, tuesday = line_of(session, made.id), MONDAY + timedelta(days=1)
    for day, qty in ((MONDAY, 3), (tuesday, 2)):
        deliver_orders(session, [NewDelivery(made.id, day, [NewDeliveryLine(line_id, D(qty))])], at=NOW)
    for day, first_missed in ((MONDAY - timedelta(days=1), MONDAY), (MONDAY, tuesday)):
        with pytest.raises(Invalid) as refused:
            invoice_orders(session, [NewInvoice(made.id, day)], at=NOW)
        assert [(each.path, each.code) for each in refused.value.problems] == [("invoiced_on", "too_early")]
        assert str(first_missed) in str(refused.value.problems[0])
    part = NewInvoice(made.id, MONDAY, lines=[NewInvoiceLine(line_id, D(3))])
    assert invoice_orders(session, [part], at=NOW)[0].net_amount == D(300)
    assert invoice_orders(session, [NewInvoice(made.id, tuesday)], at=NOW)[0].net_amount == D(200)


@pytest.mark.feature("3.4.11")
def test_an_invoice_of_a_day_without_open_period_is_refused(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "1")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    with pytest.raises(PeriodMissing):
        invoice_orders(session, [NewInvoice(made.id, date(2031, 1, 1))], at=NOW)


def test_an_import_invoices_in_full_with_the_tax_of_its_source(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "3")
    new = NewInvoice(made.id, MONDAY, in_full=True, tax_amount=D("59.99"))
    [posted] = invoice_orders(session, [new], at=NOW)
    assert (posted.net_amount, posted.tax_amount) == (D(300), D("59.99"))
    assert balance(session, "2200") == D("-59.99")


def test_the_number_of_statements_does_not_grow_with_the_orders(
    session: Session, shop: Shop, chair: UUID, database: Database
) -> None:
    counts = []
    stock_up(session, shop, chair, "1000", "60")
    for size in (1, 40):
        with counted(database) as statements:
            new = [NewOrder(shop.company_id, shop.customer_id, MONDAY, [NewOrderLine(chair, D(1))])] * size
            ids = [made.id for made in create_orders(session, new, at=NOW)]
            confirm_orders(session, ids, at=NOW)
            deliver_orders(session, [NewDelivery(key, MONDAY) for key in ids], at=NOW)
            invoice_orders(session, [NewInvoice(key, MONDAY) for key in ids], at=NOW)
        # Now and then the session forgets its plans; that is counted in rows written, not in documents.
        counts.append(len([statement for statement in statements if statement != "discard plans"]))
    assert counts[0] == counts[1]
