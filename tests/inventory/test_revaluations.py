"""What receipts and standards turn out to cost: every part goes where its units are."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from tests.conftest import NOW
from tests.factories.books import Stock, stock_findings
from tests.inventory.test_post_moves import make_stock
from transactional.catalog.services.write_costs import NewStandardCost
from transactional.inventory.errors import OriginUnknown
from transactional.inventory.models import MoveKind
from transactional.inventory.services.change_standard_costs import change_standard_costs
from transactional.inventory.services.revalue_receipts import Origin, revalue_receipts
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database
from transactional.ledger.models import AccountRole

D = Decimal
DAY, LATER = date(2026, 3, 2), date(2026, 3, 9)


@pytest.mark.parametrize(
    ("method", "parts"),
    [
        ("moving_average", (D("6.67"), D("3.33"))),
        ("fifo", (D("3.33"), D("6.67"))),
        ("standard", (D(0), D("10.00"))),
    ],
)
def test_a_price_difference_is_split_between_stock_and_what_is_gone(
    database: Database, principal: Principal, method: str, parts: tuple[Decimal, Decimal]
) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session, method, standard_cost=D(10) if method == "standard" else None)
        receipt = stock.receive(3, "30.00", DAY)
        stock.receive(1, "10.00", DAY)
        stock.issue(2, DAY)
        before = stock.state()
        [found] = revalue_receipts(
            session,
            [(receipt.id, D("10.00"))],
            on=LATER,
            at=NOW,
            contra_role=AccountRole.GRNI,
            origin=Origin("invoice", new_id()),
        )
        assert (found.inventory_amount, found.expense_amount) == parts
        assert stock.state() == (before[0], before[1] + parts[0])
        expense = "purchase_price_variance" if method == "standard" else "cogs"
        assert stock.gl(expense) == parts[1] + (D(0) if method == "standard" else D(20))
        assert stock.gl("grni") == D(-50)
        assert stock_findings(session) == []


def test_a_difference_of_stock_that_is_gone_is_cost_of_goods_sold(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        receipt = stock.receive(3, "30.00", DAY)
        stock.issue(3, DAY)
        revalue_receipts(session, [(receipt.id, D(-6))], on=LATER, at=NOW, contra_role=AccountRole.GRNI)
        assert (stock.state(), stock.gl("cogs"), stock.gl("grni")) == ((D(0), D(0)), D(24), D(-24))
        with pytest.raises(OriginUnknown):
            revalue_receipts(session, [(new_id(), D(1))], on=LATER, at=NOW, contra_role=AccountRole.GRNI)


def test_a_difference_moves_on_when_a_backdated_issue_takes_the_stock(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session)
        receipt = stock.receive(3, "30.00", DAY)
        revalue_receipts(session, [(receipt.id, D(6))], on=LATER, at=NOW, contra_role=AccountRole.GRNI)
        stock.receive(1, "7.00", date(2026, 3, 10))
        stock.issue(3, date(2026, 3, 3))
        assert (stock.state(), stock.gl("cogs"), stock.gl("grni")) == ((D(1), D(7)), D(36), D(-43))
        assert stock_findings(session) == []


def test_a_changed_standard_revalues_stock_and_later_moves(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session, "standard", standard_cost=D(4))
        stock.receive(10, "40.00", DAY)
        stock.issue(2, LATER)
        new = NewStandardCost(stock.item_id, stock.books.company_id, D("4.50"), date(2026, 3, 5))
        [move] = change_standard_costs(session, [new], at=NOW)
        assert (move.kind, move.value_amount, move.qty) == (MoveKind.REVALUATION, D(5), D(0))
        assert (stock.state(), stock.gl("cogs")) == ((D(8), D(36)), D(9))
        assert stock.gl("inventory_revaluation") == D(-5)
        assert stock_findings(session) == []


def test_a_receipt_before_a_changed_standard_is_revalued_with_it(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock = make_stock(session, "standard", standard_cost=D(4))
        stock.receive(10, "40.00", DAY)
        new = NewStandardCost(stock.item_id, stock.books.company_id, D(5), LATER)
        change_standard_costs(session, [new], at=NOW)
        stock.receive(6, "24.00", date(2026, 3, 4))
        assert stock.state() == (D(16), D(80))
        assert stock.gl("inventory_revaluation") == D(-16)
        assert stock_findings(session) == []


def test_costs_that_mean_nothing_are_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        stock: Stock = make_stock(session, "standard", standard_cost=D(4))
        wrong = NewStandardCost(stock.item_id, stock.books.company_id, D(-1), DAY)
        with pytest.raises(Invalid) as refused:
            change_standard_costs(session, [wrong, wrong], at=NOW)
    assert len(refused.value.problems) == 3


@pytest.mark.feature("3.5.12")
def test_a_new_standard_cost_stops_no_document_of_the_item(database: Database, principal: Principal) -> None:
    """Whoever orders several items at once and whoever sets their costs once waited for each other in a circle."""
    with database.transaction(principal) as session:
        stock = make_stock(session, "standard", standard_cost=D(4))
    with database.transaction(principal) as setting, database.transaction(principal) as ordering:
        new = NewStandardCost(stock.item_id, stock.books.company_id, D(5), DAY)
        change_standard_costs(setting, [new], at=NOW)
        ordering.execute(text("set local lock_timeout = '2s'"))
        # What a row that points at the item asks of it.
        held = ordering.execute(
            text("select id from catalog.items where id = :id for key share"), {"id": stock.item_id}
        )
        assert held.scalar_one() == stock.item_id
