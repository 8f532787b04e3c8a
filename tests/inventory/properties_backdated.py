"""Many moves, one in five dated back: on each day the stock is worth what the ledger says."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import text

from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items, stock_findings
from tests.rounds import PROVING, rounds
from transactional.inventory.errors import StockNotAvailable
from transactional.inventory.models import StockMove
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

MOVES = rounds(150, 10_000)
DAYS = 100
BEGIN = date(2026, 1, 1)
_OFF = """
    with days as (select distinct occurred_on as day from inventory.stock_moves),

    worth as (
        select
            days.day,
            moves.item_id,
            (
                select sum(qty) from inventory.stock_moves as m
                where m.item_id = moves.item_id and m.occurred_on <= days.day
            ) as qty,
            (
                select sum(value_amount) from inventory.stock_moves as m
                where m.item_id = moves.item_id and m.occurred_on <= days.day
            ) as value_amount,
            (
                select coalesce(sum(lines.amount), 0) from ledger.journal_lines as lines
                where lines.item_id = moves.item_id and lines.posted_on <= days.day
                    and lines.account_id in (select account_id from inventory.stock_moves)
            ) as booked_amount
        from days
        cross join (select distinct item_id from inventory.stock_moves) as moves
    )

    select count(*) from worth
    where value_amount <> booked_amount or qty < 0 or (qty = 0 and value_amount <> 0)
"""


@pytest.mark.timeout(3600 if PROVING else 300)
@pytest.mark.feature("FIN-32")
@pytest.mark.feature("3.5.11")
def test_the_stock_is_worth_what_the_ledger_says_on_each_day(database: Database, principal: Principal) -> None:
    chance, made = Random(3), 0  # noqa: S311  # repeatable, not secret
    with database.transaction(principal) as session:
        books = make_books(session, years=(2026,))
        items = [
            make_items(session, books, costing_method=method, standard_cost=Decimal("7.31"))[0]
            for method in ("moving_average", "fifo", "standard") * 4
        ]
    sold: list[StockMove] = []
    while made < MOVES:
        today = made * DAYS // MOVES
        offset = chance.randrange(today + 1) if chance.random() < 0.2 else today
        on, act = BEGIN + timedelta(days=offset), chance.random()
        with database.transaction(principal) as session:
            stock = Stock(session, books, chance.choice(items), NOW, chance.choice(books.warehouse_ids))
            try:
                if act < 0.5:
                    stock.receive(chance.randint(1, 12), str(Decimal(chance.randint(1, 9_999)) / 100), on)
                elif act < 0.9 or not sold:
                    sold.append(stock.issue(chance.randint(1, 9), on))
                else:
                    move = sold.pop(chance.randrange(len(sold)))
                    stock = Stock(session, books, move.item_id, NOW, move.warehouse_id)
                    stock.take_back(move, -move.qty, max(on, move.occurred_on))
                made += 1
            except StockNotAvailable:
                session.rollback()
    with database.transaction(principal) as session:
        assert session.scalar(text(_OFF)) == 0
        days = session.scalar(text("select count(distinct occurred_on) from inventory.stock_moves"))
        assert stock_findings(session) == []
    assert days == DAYS or not PROVING
    assert sold
