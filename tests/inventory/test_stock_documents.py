"""Openings, adjustments, issues, transfers and production receipts move stock and post its value."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories.books import Books, Stock, account_of_role, make_books, make_items, stock_findings
from tests.ledger.test_post_entries import close
from transactional.inventory.errors import ShortageReasonMissing, StockDocumentState, StockNotAvailable
from transactional.inventory.models import Location, StockDocument, StockDocumentLine, StockMove
from transactional.inventory.queries import stock_as_of, stock_levels
from transactional.inventory.services.post_stock_documents import cancel_stock_documents, post_stock_documents
from transactional.inventory.services.receive_transfers import Arrival, receive_transfers
from transactional.inventory.transit import transit_warehouse_id
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.models import OutboxEvent
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Database, Session
from transactional.ledger.errors import PeriodClosed
from transactional.ledger.models import AccountMapping, JournalLine
from transactional.organization.models import CostCentre

D = Decimal
DAY, LATER = date(2026, 3, 2), date(2026, 3, 5)


def document(
    session: Session, books: Books, kind: str, *lines: StockDocumentLine, on: date = DAY, **options: object
) -> UUID:
    row = StockDocument(
        id=new_id(),
        company_id=books.company_id,
        kind=kind,
        document_on=on,
        warehouse_id=books.warehouse_id,
        state="draft",
        **options,
    )
    insert_all(session, [row])
    for number, line in enumerate(lines, 1):
        line.document_id, line.line_number = row.id, number
        line.unit_id = books.unit_id
    insert_all(session, lines)
    return row.id


def line(item_id: UUID, qty: str, cost: str | None = None, **options: object) -> StockDocumentLine:
    return StockDocumentLine(
        id=new_id(),
        item_id=item_id,
        qty=D(qty),
        unit_cost=None if cost is None else D(cost),
        value_amount=options.pop("value_amount", None),
        location_id=options.pop("location_id", None),
        to_location_id=options.pop("to_location_id", None),
    )


def opened(session: Session, qty: str = "10", cost: str = "2.50") -> tuple[Books, UUID]:
    books = make_books(session)
    [item] = make_items(session, books)
    post_stock_documents(session, [document(session, books, "opening", line(item, qty, cost))], at=NOW)
    return books, item


@pytest.mark.feature("3.5.6")
def test_opening_stock_is_posted_once_against_opening_equity(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [item] = make_items(session, books)
        key = document(session, books, "opening", line(item, "10", "2.50"))
        [posted] = post_stock_documents(session, [key], at=NOW)
        [again] = post_stock_documents(session, [key], at=NOW)
        assert (posted.number, again.number, posted.state) == ("ST-2026-00001", "ST-2026-00001", "posted")
        assert account_of_role(session, books.company_id, "opening_equity") == D(-25)
        assert len(read(session, select(StockMove))) == 1
    with database.transaction(principal) as session:
        [event] = read(session, select(OutboxEvent).where(OutboxEvent.topic == "inventory.document.posted"))
        assert event.aggregate_id == key


@pytest.mark.feature("3.5.7")
def test_an_adjustment_changes_quantity_or_value_against_its_account(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        counted = document(session, books, "adjustment", line(item, "-2"), reason="counted")
        broken = document(
            session,
            books,
            "adjustment",
            line(item, "0", value_amount=D("-4.00")),
            reason="broken",
            account_id=books.accounts["6000"],
        )
        post_stock_documents(session, [counted, broken], at=NOW)
        assert Stock(session, books, item, NOW).state() == (D(8), D("16.80"))
        assert account_of_role(session, books.company_id, "inventory_adjustment") == D("4.20")
        assert account_of_role(session, books.company_id, "expense") == D(4)
        assert stock_findings(session) == []


@pytest.mark.feature("3.5.7")
def test_an_adjustment_without_reason_or_below_zero_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        with pytest.raises(Invalid) as refused:
            post_stock_documents(session, [document(session, books, "adjustment", line(item, "1"))], at=NOW)
        below = document(session, books, "adjustment", line(item, "-11"), reason="counted")
        with pytest.raises(StockNotAvailable):
            post_stock_documents(session, [below], at=NOW)
    assert refused.value.problems[0].path == "reason"


@pytest.mark.feature("3.5.12")
def test_an_issue_posts_its_cost_centre(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        centre = CostCentre(id=new_id(), code="R&D", name="Research", company_id=books.company_id)
        insert_all(session, [centre])
        key = document(session, books, "issue", line(item, "3"), cost_centre_id=centre.id)
        post_stock_documents(session, [key], at=NOW)
        found = read(session, select(JournalLine).where(JournalLine.cost_centre_id == centre.id))
    assert [posted.amount for posted in found] == [D("7.50")]


def test_a_production_receipt_stands_against_production(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        key = document(session, books, "production_receipt", line(item, "4", "3"))
        post_stock_documents(session, [key], at=NOW)
        assert account_of_role(session, books.company_id, "production_clearing") == D(-12)


@pytest.mark.feature("3.5.13")
def test_a_transfer_in_one_step_keeps_quantity_and_value(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        key = document(session, books, "transfer", line(item, "4"), to_warehouse_id=books.warehouse_ids[1])
        [posted] = post_stock_documents(session, [key], at=NOW)
        states = [Stock(session, books, item, NOW, place).state() for place in books.warehouse_ids]
        assert (posted.state, states) == ("posted", [(D(6), D(15)), (D(4), D(10))])
        assert stock_findings(session) == []


@pytest.mark.feature("3.5.13")
def test_a_transfer_in_two_steps_stands_in_transit_at_its_cost(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        transit = transit_warehouse_id(session, books.company_id)
        key = document(
            session, books, "transfer", line(item, "4"), to_warehouse_id=books.warehouse_ids[1], has_transit=True
        )
        [sent] = post_stock_documents(session, [key], at=NOW)
        assert (sent.state, Stock(session, books, item, NOW, transit).state()) == ("in_transit", (D(4), D(10)))
        assert account_of_role(session, books.company_id, "in_transit") == D(10)
        assert stock_findings(session) == []
        [arrived] = receive_transfers(session, [Arrival(key, LATER)], at=NOW)
        [again] = receive_transfers(session, [Arrival(key, LATER)], at=NOW)
        assert (arrived.state, arrived.arrived_on, again.id) == ("posted", LATER, key)
        for on, total in ((DAY, D(10)), (LATER, D(10))):
            levels = stock_as_of(session, on, item_ids=[item])
            assert (sum(s.qty for s in levels), sum(s.value_amount for s in levels)) == (total, D(25))
        assert account_of_role(session, books.company_id, "in_transit") == D(0)
        assert stock_findings(session) == []
        with pytest.raises(StockDocumentState):
            cancel_stock_documents(session, [key], on=LATER, at=NOW)


@pytest.mark.feature("3.5.13")
def test_a_shortage_on_arrival_needs_a_reason(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        lines = line(item, "4")
        key = document(session, books, "transfer", lines, to_warehouse_id=books.warehouse_ids[1], has_transit=True)
        post_stock_documents(session, [key], at=NOW)
        with pytest.raises(ShortageReasonMissing):
            receive_transfers(session, [Arrival(key, LATER, {lines.id: D(3)})], at=NOW)
        with pytest.raises(Invalid):
            receive_transfers(session, [Arrival(key, LATER, {lines.id: D(5)})], at=NOW)
        receive_transfers(session, [Arrival(key, LATER, {lines.id: D(3)}, "fell off the lorry")], at=NOW)
        assert account_of_role(session, books.company_id, "inventory_adjustment") == D("2.50")
        assert Stock(session, books, item, NOW, books.warehouse_ids[1]).state() == (D(3), D("7.50"))
        assert stock_findings(session) == []


@pytest.mark.feature("3.5.13")
def test_a_transfer_to_where_the_goods_are_means_nothing(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        key = document(session, books, "transfer", line(item, "4"), to_warehouse_id=books.warehouse_id)
        with pytest.raises(Invalid) as refused:
            post_stock_documents(session, [key], at=NOW)
    assert refused.value.problems[0].code == "same_place"


def test_a_relocation_within_a_warehouse_moves_no_value(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        shelf = Location(id=new_id(), warehouse_id=books.warehouse_id, code="SHELF", name="Shelf")
        insert_all(session, [shelf])
        key = document(
            session,
            books,
            "transfer",
            line(item, "4", to_location_id=shelf.id),
            to_warehouse_id=books.warehouse_id,
        )
        post_stock_documents(session, [key], at=NOW)
        levels = {level.location_id: level.on_hand_qty for level in stock_levels(session, item_ids=[item])}
        assert levels == {books.location_id: D(6), shelf.id: D(4)}
        assert Stock(session, books, item, NOW).state() == (D(10), D(25))
        assert stock_findings(session) == []


@pytest.mark.feature("FIN-04")
def test_a_cancelled_document_takes_back_what_it_moved(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        keys = [
            document(session, books, "issue", line(item, "3")),
            document(session, books, "transfer", line(item, "2"), to_warehouse_id=books.warehouse_ids[1]),
        ]
        post_stock_documents(session, keys, at=NOW)
        cancelled = cancel_stock_documents(session, keys, on=LATER, at=NOW)
        assert {row.state for row in cancelled} == {"cancelled"}
        assert Stock(session, books, item, NOW).state() == (D(10), D(25))
        assert Stock(session, books, item, NOW, books.warehouse_ids[1]).state() == (D(0), D(0))
        with pytest.raises(StockDocumentState):
            cancel_stock_documents(session, keys, on=LATER, at=NOW)
        assert stock_findings(session) == []


def test_a_document_dated_in_a_closed_period_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        close(session, date(2026, 2, 1))
        key = document(session, books, "opening", line(item, "1", "1"), on=date(2026, 2, 3))
        with pytest.raises(PeriodClosed):
            post_stock_documents(session, [key], at=NOW)


@pytest.mark.feature("3.5.6")
def test_stock_as_of_a_day_is_the_sum_of_its_moves(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books, item = opened(session)
        post_stock_documents(session, [document(session, books, "issue", line(item, "3"), on=LATER)], at=NOW)
        then = stock_as_of(session, DAY, item_ids=[item], warehouse_ids=books.warehouse_ids)
        now = stock_as_of(session, LATER)
        assert [(s.qty, s.value_amount) for s in then] == [(D(10), D(25))]
        assert [(s.qty, s.value_amount) for s in now] == [(D(7), D("17.50"))]
        assert read(session, select(AccountMapping).where(AccountMapping.warehouse_id.is_not(None))) == []
