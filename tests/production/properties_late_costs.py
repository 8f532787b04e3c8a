"""Told late or told in time: the books end the same, whatever was made of what in how many steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeAlias
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.factories.books import Books, make_books, make_items
from tests.factories.production import Plant, add_bill
from tests.rounds import rounds
from transactional.checks import check_tenant
from transactional.inventory.models import CostBalance
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session
from transactional.ledger.models import Account, JournalLine

STEPS = 40
BEGIN = date(2026, 1, 1)
METHODS = {
    "ore": "moving_average",
    "coal": "fifo",
    "bar": "moving_average",
    "blade": "fifo",
    "grip": "standard",
    "knife": "moving_average",
    "slag": "moving_average",
}
PARTS: dict[str, dict[str, str]] = {
    "bar": {"ore": "2", "coal": "0.5"},
    "blade": {"bar": "1", "coal": "1"},
    "grip": {"bar": "0.5"},
    "knife": {"blade": "1", "grip": "1", "ore": "0.25"},
}
STOCK = {"bar": 900, "blade": 300, "grip": 300, "knife": 100}
"""Made first, so that nothing lacks later."""
BY_PRODUCTS = {"bar": {"slag": ("0.5", "0.07")}}


@dataclass(frozen=True, slots=True)
class Order:
    """What is ordered, in how many pieces each receipt brings, and how many are scrapped."""

    made: str
    qty: int
    parts: tuple[int, ...]
    scrapped: int
    closes: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """Material that comes in."""

    item: str
    qty: int
    value: Decimal
    is_late: bool


@dataclass(frozen=True, slots=True)
class Sale:
    """Goods that are sold."""

    item: str
    qty: int


Event: TypeAlias = Order | Arrival | Sale
Story: TypeAlias = list[tuple[date, Event]]


def make_story(chance: Random) -> Story:
    """Events of days of their own, the first of which bring enough of everything."""
    events: list[Event] = [Arrival(item, 5_000, _value(chance, 5_000), is_late=False) for item in ("ore", "coal")]
    events += [Arrival(item, 800, _value(chance, 800), is_late=True) for item in ("ore", "coal")]
    events += [Order(made, qty, (qty,), 0, closes=True) for made, qty in STOCK.items()]
    for _ in range(STEPS):
        act = chance.random()
        if act < 0.35:
            qty = chance.randint(1, 900)
            events.append(Arrival(chance.choice(["ore", "coal"]), qty, _value(chance, qty), chance.random() < 0.7))
        elif act < 0.75:
            events.append(_order(chance))
        else:
            events.append(Sale(chance.choice(list(METHODS)), chance.randint(1, 9)))
    return [(BEGIN + timedelta(days=day), event) for day, event in enumerate(events)]


def _value(chance: Random, qty: int) -> Decimal:
    return Decimal(qty * chance.randint(1, 999)) / 100


def _order(chance: Random) -> Order:
    first, second, scrapped = chance.randint(1, 5), chance.randint(0, 4), chance.randint(0, 2)
    never_made = chance.randint(0, 1)
    parts = tuple(qty for qty in (first, second) if qty)
    qty = sum(parts) + scrapped + never_made
    return Order(chance.choice(list(PARTS)), qty, parts, scrapped, closes=chance.random() < 0.8)


class Teller:
    """Tells a story to a company of its own."""

    def __init__(self, session: Session, code: str) -> None:
        self.session = session
        self.books: Books = make_books(session, code=code)
        self.plant = Plant(session, self.books)
        self.items: dict[str, UUID] = {}
        for name, method in METHODS.items():
            cost = Decimal("3.33") if method == "standard" else None
            [self.items[name]] = make_items(session, self.books, costing_method=method, standard_cost=cost)
        for made, parts in PARTS.items():
            lines = {self.items[part]: qty for part, qty in parts.items()}
            beside = {self.items[part]: given for part, given in BY_PRODUCTS.get(made, {}).items()}
            add_bill(session, self.books, self.items[made], lines, beside)

    def tell(self, on: date, event: Event) -> None:
        if isinstance(event, Arrival):
            self.plant.bring(self.items[event.item], event.qty, event.value, on)
        elif isinstance(event, Sale):
            self.plant.sell(self.items[event.item], event.qty, on)
        else:
            self.make(on, event)

    def make(self, on: date, order: Order) -> None:
        order_id = self.plant.start(self.items[order.made], order.qty, on)
        self.plant.issue(order_id, on)
        for number, qty in enumerate(order.parts):
            if order.scrapped and number:
                self.plant.scrap(order_id, order.scrapped, on)
            self.plant.receive(order_id, qty, on)
        if order.closes:
            self.plant.close(order_id, on)

    def accounts(self) -> dict[str, Decimal]:
        """What stands on each account."""
        statement = (
            select(Account.code, func.sum(JournalLine.amount))
            .join(Account, Account.id == JournalLine.account_id)
            .where(JournalLine.company_id == self.books.company_id)
            .group_by(Account.code)
        )
        return {row[0]: row[1] for row in self.session.execute(statement) if row[1]}

    def stock(self) -> dict[str, Decimal]:
        """What each item's stock is worth."""
        names = {item_id: name for name, item_id in self.items.items()}
        statement = select(CostBalance.item_id, CostBalance.value_amount)
        return {names[row[0]]: row[1] for row in self.session.execute(statement) if row[0] in names}


@pytest.mark.feature("4.1.3")
@pytest.mark.feature("3.5.11")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(rounds(2, 40)))
def test_material_that_is_told_late_ends_as_if_it_had_been_told_in_time(
    seed: int, database: Database, as_tenant: Callable[[UUID], Principal]
) -> None:
    chance = Random(seed)  # noqa: S311 a story, not a secret
    story = make_story(chance)
    late = [told for told in story if isinstance(told[1], Arrival) and told[1].is_late]
    # Late ones come in any order, somewhere among what was told before them and after everything that needs nothing.
    order = [told for told in story if told not in late]
    for told in late:
        order.insert(chance.randint(10, len(order)), told)
    with database.transaction(as_tenant(new_id())) as session:
        told_late = Teller(session, "LATE")
        for on, event in order:
            told_late.tell(on, event)
            if isinstance(event, Arrival):
                assert check_tenant(session) == []
        found = (told_late.accounts(), told_late.stock())
    with database.transaction(as_tenant(new_id())) as session:
        in_time = Teller(session, "TIME")
        for on, event in story:
            in_time.tell(on, event)
        assert check_tenant(session) == []
        assert found == (in_time.accounts(), in_time.stock())
    # A story without late material, or that nothing was made of, would show nothing.
    assert len(late) > 3
    assert found[0]["5420"] != 0
