"""Moves are valued by their item's method, guarded, and posted to the ledger."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items, make_warehouse, stock_findings
from tests.ledger.test_post_entries import close
from transactional.inventory.errors import (
    NoStockToRevalue,
    OriginUnknown,
    ReturnBeforeMove,
    ReturnExceedsMove,
    StandardCostMissing,
    StockNotAvailable,
)
from transactional.inventory.models import CostLayer, MoveKind
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database, Session
from transactional.ledger.errors import PeriodClosed
from transactional.ledger.models import JournalEntry

D = Decimal
DAY = date(2026, 3, 2)
FEBRUARY = date(2026, 2, 10)


def make_stock(session: Session, method: str = "moving_average", *, standard_cost: Decimal | None = None) -> Stock:
    books = make_books(session)
    [item] = make_items(session, books, costing_method=method, standard_cost=standard_cost)
    return Stock(session, books, item, NOW)


@pytest.mark.feature("3.5.12")
def test_an_average_issue_leaves_zero_value_with_zero_quantity(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        stock.receive(3, "10.00", DAY)
        values = [stock.issue(1, DAY).value_amount for _ in range(3)]
        assert values == [D("-3.33"), D("-3.34"), D("-3.33")]
        assert stock.state() == (D(0), D(0))


@pytest.mark.feature("3.5.12")
def test_fifo_takes_the_oldest_layer_first_and_a_return_opens_it_again(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session, "fifo")
        first = stock.receive(5, "50.00", DAY)
        second = stock.receive(5, "100.00", DAY)
        issue = stock.issue(7, DAY)
        back = stock.take_back(issue, 3, DAY)
        layers = {row.receipt_move_id: row.remaining_qty for row in read(session, select(CostLayer))}
        assert (issue.value_amount, back.value_amount) == (D(-90), D(50))
        assert layers == {first.id: D(1), second.id: D(5)}
        assert stock_findings(session) == []


@pytest.mark.feature("3.5.11")
def test_standard_cost_sends_the_difference_to_price_variance(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session, "standard", standard_cost=D("4.10"))
        receipt = stock.receive(10, "45.00", DAY)
        assert (receipt.value_amount, receipt.contra_amount) == (D("41.00"), D("45.00"))
        assert (stock.gl("inventory"), stock.gl("grni")) == (D("41.00"), D("-45.00"))
        assert stock.gl("purchase_price_variance") == D("4.00")
        assert stock.issue(3, DAY).value_amount == D("-12.30")
        assert stock_findings(session) == []


def test_a_standard_item_without_a_cost_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session, "standard")
        with pytest.raises(StandardCostMissing):
            stock.receive(1, "5.00", DAY)


@pytest.mark.feature("3.5.12")
def test_more_than_available_is_refused_with_the_available_quantity(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        stock.receive(3, "10.00", DAY)
        with pytest.raises(StockNotAvailable) as refused:
            stock.issue(4, DAY)
    assert refused.value.values["available_qty"] == "3"


def test_a_backdated_issue_is_refused_where_a_later_day_would_lack_it(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        stock.receive(10, "10.00", FEBRUARY)
        stock.issue(8, DAY)
        stock.receive(20, "20.00", date(2026, 3, 10))
        with pytest.raises(StockNotAvailable) as refused:
            stock.issue(3, date(2026, 2, 20))
        assert stock.issue(2, date(2026, 2, 20)).value_amount == D("-2.00")
    assert refused.value.values["available_qty"] == "2"


@pytest.mark.feature("3.5.11")
def test_a_backdated_receipt_corrects_later_issues(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        stock.receive(10, "100.00", date(2026, 1, 5))
        issue = stock.issue(5, date(2026, 2, 1))
        stock.receive(10, "200.00", date(2026, 1, 10))
        last = stock.moves()[-1]
        assert (last.kind, last.value_amount, last.reverses_id) == (MoveKind.REVALUATION, D("-25.00"), issue.id)
        assert (stock.state(), stock.gl("cogs"), last.occurred_on) == (
            (D(15), D("225.00")),
            D("75.00"),
            date(2026, 2, 1),
        )
        assert stock_findings(session) == []


@pytest.mark.feature("3.5.11")
def test_a_correction_of_a_closed_period_is_dated_in_the_next_open_one(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        stock.receive(10, "100.00", date(2026, 1, 5))
        stock.issue(5, date(2026, 2, 3))
        stock.issue(2, date(2026, 3, 3))
        close(session, date(2026, 2, 1))
        stock.receive(10, "200.00", date(2026, 1, 10))
        corrections = [move for move in stock.moves() if move.kind == MoveKind.REVALUATION]
        assert [(move.occurred_on, move.value_amount) for move in corrections] == [
            (date(2026, 3, 1), D("-25.00")),
            (date(2026, 3, 3), D("-10.00")),
        ]
        assert stock_findings(session) == []


@pytest.mark.feature("3.5.11")
def test_a_receipt_in_a_closed_period_is_refused_even_without_value(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        close(session, date(2026, 2, 1))
        for value in ("100.00", "0"):
            with pytest.raises(PeriodClosed):
                stock.receive(10, value, FEBRUARY)


def test_a_backdated_cost_travels_with_a_transfer_and_a_return(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        other = Stock(session, stock.books, stock.item_id, NOW, stock.books.warehouse_ids[1])
        stock.receive(10, "100.00", date(2026, 1, 5))
        leaving = stock.draft(MoveKind.TRANSFER_OUT, -4, FEBRUARY)
        arriving = other.draft(MoveKind.TRANSFER_IN, 4, FEBRUARY, origin_id=leaving.origin_id, reverses_id=leaving.id)
        stock.post(leaving, arriving)
        issue = other.issue(4, DAY)
        other.take_back(issue, 1, DAY)
        stock.receive(10, "300.00", date(2026, 1, 10))
        assert (stock.state(), other.state()) == ((D(16), D(320)), (D(1), D(20)))
        assert (stock.gl("cogs"), stock.gl("in_transit")) == (D(60), D(0))
        assert stock_findings(session) == []


@pytest.mark.parametrize("method", ["moving_average", "fifo"])
def test_negative_stock_is_trued_up_by_the_next_receipt(database: Database, principal: Principal, method: str) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        warehouse_id, location_id = make_warehouse(session, books.company_id, "NEG", allows_negative=True)
        books.location_ids[warehouse_id] = location_id
        [item] = make_items(session, books, costing_method=method)
        stock = Stock(session, books, item, NOW, warehouse_id)
        stock.receive(2, "20.00", FEBRUARY)
        issue = stock.issue(5, FEBRUARY)
        assert (issue.value_amount, stock.state()) == (D(-50), (D(-3), D(-30)))
        stock.receive(4, "48.00", DAY)
        last = stock.moves()[-1]
        assert (last.reverses_id, last.value_amount, last.occurred_on) == (issue.id, D(-6), DAY)
        assert (stock.state(), stock.gl("cogs")) == ((D(1), D(12)), D(56))
        assert stock_findings(session) == []


@pytest.mark.feature("3.5.12")
def test_a_return_takes_the_original_cost_back_and_no_more(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        stock.receive(3, "10.00", FEBRUARY)
        issue = stock.issue(3, FEBRUARY)
        stock.receive(3, "90.00", DAY)
        parts = [stock.take_back(issue, 1, DAY).value_amount for _ in range(3)]
        assert parts == [D("3.33"), D("3.34"), D("3.33")]
        with pytest.raises(ReturnExceedsMove):
            stock.take_back(issue, 1, DAY)
        with pytest.raises(ReturnBeforeMove):
            stock.take_back(issue, 1, date(2026, 1, 1))


def test_a_purchase_return_leaves_at_present_cost_and_frees_what_the_receipt_brought(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        receipt = stock.receive(10, "100.00", FEBRUARY)
        stock.receive(10, "200.00", FEBRUARY)
        stock.send_back(receipt, 4, DAY)
        assert (stock.state(), stock.gl("grni")) == ((D(16), D(240)), D(-260))
        assert stock.gl("purchase_price_variance") == D(20)


def test_one_document_and_day_is_one_entry(database: Database, principal: Principal) -> None:
    origin = new_id()
    with database.transaction(principal) as session:
        stock = make_stock(session)
        drafts = [stock.draft(MoveKind.RECEIPT, 1, DAY, value_amount=D(5), origin_id=origin) for _ in range(3)]
        moves = stock.post(*drafts)
        [entry] = read(session, select(JournalEntry))
    assert {move.journal_entry_id for move in moves} == {entry.id}
    assert [move.id for move in moves] == [draft.id for draft in drafts]


def test_drafts_that_mean_nothing_are_named_at_once(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        wrong = [
            stock.draft(MoveKind.RECEIPT, 0, DAY),
            stock.draft(MoveKind.RECEIPT, "0.0000001", DAY),
            stock.draft(MoveKind.RECEIPT, 1, DAY, value_amount=D("0.001")),
            stock.draft(MoveKind.RECEIPT, 1, DAY, location_id=new_id()),
        ]
        with pytest.raises(Invalid) as refused:
            stock.post(*wrong)
        with pytest.raises(OriginUnknown):
            stock.post(stock.draft(MoveKind.SALES_RETURN, 1, DAY, reverses_id=new_id()))
    assert [problem.path for problem in refused.value.problems] == [
        "moves/0/qty",
        "moves/1/qty",
        "moves/2/value_amount",
        "moves/3/location_id",
    ]


def test_value_alone_needs_stock_to_stand_on(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        with pytest.raises(NoStockToRevalue):
            stock.post(stock.draft(MoveKind.ADJUSTMENT, 0, DAY, value_amount=D(5)))
        stock.receive(2, "10.00", DAY)
        with pytest.raises(NoStockToRevalue):
            stock.post(stock.draft(MoveKind.ADJUSTMENT, 0, DAY, value_amount=D(-11)))
        stock.post(stock.draft(MoveKind.ADJUSTMENT, 0, DAY, value_amount=D(-4)))
        assert stock.state() == (D(2), D(6))


@pytest.mark.parametrize("count", [2, 400])
def test_the_number_of_statements_does_not_grow_with_the_set(
    database: Database, principal: Principal, count: int
) -> None:
    statements: list[str] = []
    with database.transaction(principal) as session:
        books = make_books(session)
        drafts = []
        for item in make_items(session, books, 20):
            stock = Stock(session, books, item, NOW)
            for number in range(count // 20 + 1):
                drafts += [
                    stock.draft(MoveKind.RECEIPT, 3, date(2026, 1, 1 + number), value_amount=D(10)),
                    stock.draft(MoveKind.DELIVERY, -2, date(2026, 1, 1 + number)),
                ]
        event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        post_moves(session, drafts, at=NOW)
        taken = len(statements)
        assert stock_findings(session) == []
    assert taken <= 32
