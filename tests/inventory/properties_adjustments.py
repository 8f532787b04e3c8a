"""An adjustment taken back leaves nothing behind: what moved in between is worth what it would have been."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.factories.books import Books, Stock, make_books, make_items, stock_findings
from tests.inventory.test_stock_documents import document, line
from tests.rounds import PROVING, rounds
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.services.post_stock_documents import cancel_stock_documents, post_stock_documents
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session
from transactional.ledger.models import Account, JournalLine

D = Decimal
STORIES, ACTS = rounds(3, 60), 14
BEGIN = date(2026, 1, 1)


class Pair:
    """Two companies that do the same, of which one adjusts its stock besides."""

    def __init__(self, session: Session, method: str, name: str) -> None:
        self.session = session
        self.stocks = [self._stock(method, f"{name}{place}") for place in range(2)]
        self.sold: list[list[StockMove]] = []

    def _stock(self, method: str, code: str) -> Stock:
        books = make_books(self.session, years=(2026,), code=code)
        [item] = make_items(self.session, books, costing_method=method, standard_cost=D("7.31"))
        stock = Stock(self.session, books, item, NOW)
        stock.receive(50, "365.50", BEGIN)
        return stock

    def act(self, chance: Random, today: int) -> None:
        on = BEGIN + timedelta(days=chance.randrange(today + 1) if chance.random() < 0.3 else today)
        what, qty = chance.random(), chance.randint(1, 3)
        if what < 0.4:
            value = str(D(chance.randint(1, 9_999)) / 100)
            for stock in self.stocks:
                stock.receive(qty, value, on)
        elif what < 0.85 or not self.sold:
            self.sold.append([stock.issue(qty, on) for stock in self.stocks])
        else:
            moves = self.sold.pop(chance.randrange(len(self.sold)))
            for stock, move in zip(self.stocks, moves, strict=True):
                stock.take_back(move, -move.qty, max(on, move.occurred_on))

    def adjust(self, chance: Random, on: date, *, is_standard: bool) -> UUID:
        stock = self.stocks[0]
        if not is_standard and chance.random() < 0.5:
            row = line(stock.item_id, "0", value_amount=D(chance.randint(-2_000, 2_000)) / 100 or D(1))
        else:
            qty = chance.choice((-3, -1, 1, 4))
            row = line(stock.item_id, str(qty), "12.35" if qty > 0 else None)
        key = document(self.session, stock.books, "adjustment", row, on=on, reason="counted")
        post_stock_documents(self.session, [key], at=NOW)
        return key


def balances(session: Session, books: Books) -> dict[str, Decimal]:
    """What stands on each account of a company that is not empty, by code."""
    statement = (
        select(Account.code, func.sum(JournalLine.amount))
        .join(Account, Account.id == JournalLine.account_id)
        .where(JournalLine.company_id == books.company_id)
        .group_by(Account.code)
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[1]}


@pytest.mark.timeout(3600 if PROVING else 300)
@pytest.mark.feature("FIN-04")
@pytest.mark.feature("3.5.7")
@pytest.mark.parametrize("method", ["moving_average", "fifo", "standard"])
def test_an_adjustment_taken_back_leaves_nothing(database: Database, principal: Principal, method: str) -> None:
    for seed in range(STORIES):
        chance = Random(seed)  # noqa: S311  # repeatable, not secret
        begins, ends = sorted(chance.sample(range(2, ACTS), 2))
        with database.transaction(principal) as session:
            pair = Pair(session, method, f"{method[0].upper()}{seed}")
            for today in range(ACTS):
                pair.act(chance, today)
                if today == begins:
                    on = BEGIN + timedelta(days=chance.randrange(today + 1))
                    key = pair.adjust(chance, on, is_standard=method == "standard")
                if today == ends:
                    cancel_stock_documents(session, [key], on=BEGIN + timedelta(days=today), at=NOW)
                    adjusted, plain = (each.state() for each in pair.stocks)
                    assert adjusted == plain, (seed, "when it was taken back")
            adjusted, plain = (each.state() for each in pair.stocks)
            assert adjusted == plain, seed
            with_it, without = (balances(session, each.books) for each in pair.stocks)
            assert with_it == without, seed
            assert stock_findings(session) == []


@pytest.mark.feature("FIN-04")
def test_what_an_earlier_cancellation_took_along_comes_back_with_the_value(
    database: Database, principal: Principal
) -> None:
    """A piece added and taken out again, then value for the day before: taken back, nothing of it is left."""
    with database.transaction(principal) as session:
        books = make_books(session, years=(2026,))
        [item] = make_items(session, books, costing_method="fifo")
        stock, days = Stock(session, books, item, NOW), [BEGIN + timedelta(days=each) for each in range(4)]
        stock.receive(2, "20.00", days[0])
        sold = stock.issue(1, days[2])
        before = balances(session, books)
        added = document(session, books, "adjustment", line(item, "0", value_amount=D("3.33")), on=days[1], reason="x")
        post_stock_documents(session, [added], at=NOW)
        assert stock.gl("cogs") == D("11.67") or stock.gl("cogs") == D("11.66")
        cancel_stock_documents(session, [added], on=days[3], at=NOW)
        assert balances(session, books) == before
        last = [move for move in stock.moves() if move.occurred_on == days[3]]
        assert sum(move.value_amount for move in last) == -(D("23.33") - D(20)) - sum(
            move.value_amount for move in stock.moves() if move.reverses_id == sold.id and move.occurred_on == days[2]
        )
        assert {move.kind for move in last} == {MoveKind.ADJUSTMENT.value, MoveKind.REVALUATION.value}
        assert stock_findings(session) == []
