"""What a receipt costs besides is shared by what is kept of it: sent back, sold and on hand in any order."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items, stock_findings
from tests.rounds import PROVING, rounds
from transactional.inventory.models import StockMove
from transactional.inventory.services.revalue_receipts import Origin, revalue_receipts
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database
from transactional.ledger.models import AccountRole

ROUNDS = rounds(10, 400)
BEGIN = date(2026, 3, 2)
DAYS = 9
ORDERED, INVOICED, FREIGHT = Decimal(10), Decimal(11), Decimal("0.75")
PER_UNIT = INVOICED + FREIGHT


@dataclass(slots=True)
class _Told:
    """What happened to one receipt: its units and where they are."""

    received: int
    sent_back: int = 0
    sold: int = 0

    @property
    def kept(self) -> int:
        return self.received - self.sent_back

    @property
    def on_hand(self) -> int:
        return self.kept - self.sold


@pytest.mark.timeout(3600 if PROVING else 300)
@pytest.mark.feature("FIN-32")
@pytest.mark.parametrize("method", ["moving_average", "fifo", "standard"])
def test_each_unit_kept_costs_the_same_wherever_it_is(database: Database, principal: Principal, method: str) -> None:
    """Ten units bought for 10.00 each and invoiced at 11.00, freight of 0.75: on hand or sold, a unit costs 11.75."""
    chance = Random(11)  # noqa: S311  # repeatable, not secret
    with database.transaction(principal) as session:
        books = make_books(session, years=(2026,))
    standard = Decimal("9.50") if method == "standard" else None
    for _ in range(ROUNDS):
        with database.transaction(principal) as session:
            [item] = make_items(session, books, costing_method=method, standard_cost=standard)
            stock = Stock(session, books, item, NOW)
            before = stock.gl("cogs")
            told, receipt = _live(stock, chance)
            _invoice(stock, receipt, told, chance)
            cogs = stock.gl("cogs") - before
            per_unit = standard or PER_UNIT
            assert stock.state()[0] == told.on_hand
            # A share is rounded to the cent once at each of the two documents, and at the sale after them.
            assert abs(stock.state()[1] - told.on_hand * per_unit) <= Decimal("0.02"), told
            assert abs(cogs - told.sold * per_unit) <= Decimal("0.02"), told
            assert stock.state()[1] + cogs == told.kept * per_unit
            assert stock_findings(session) == []


def _live(stock: Stock, chance: Random) -> tuple[_Told, StockMove]:
    """A receipt, then in any order returns to its supplier and sales, a day each."""
    told = _Told(chance.randint(4, 12))
    receipt = stock.receive(told.received, str(told.received * ORDERED), BEGIN)
    for day in range(1, DAYS // 2):
        qty = chance.randint(0, min(3, told.on_hand - 1))
        on = BEGIN + timedelta(days=day)
        if qty and chance.random() < 0.5:
            stock.send_back(receipt, qty, on)
            told.sent_back += qty
        elif qty:
            stock.issue(qty, on)
            told.sold += qty
    return told, receipt


def _invoice(stock: Stock, receipt: StockMove, told: _Told, chance: Random) -> None:
    """The difference of price and the freight of what is kept; sales of later days may be told before or after."""
    on = BEGIN + timedelta(days=DAYS // 2)
    sold_first = chance.random() < 0.5
    later = chance.randint(0, told.on_hand)
    if sold_first and later:
        stock.issue(later, on + timedelta(days=2))
    for amount, role in (
        (told.kept * (INVOICED - ORDERED), AccountRole.GRNI),
        (told.kept * FREIGHT, AccountRole.LANDED_COST_CLEARING),
    ):
        origin = Origin("invoice", new_id())
        revalue_receipts(stock.session, [(receipt.id, amount)], on=on, at=NOW, contra_role=role, origin=origin)
    if not sold_first and later:
        stock.issue(later, on + timedelta(days=2))
    told.sold += later
