"""Any order of stock verbs keeps the books: invariants I1 to I10 after each step, values as a patient bookkeeper's."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.books.model import Bookkeeper, Event, cents
from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items, stock_findings
from transactional.inventory.errors import StockNotAvailable
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.services.reverse_moves import reverse_moves
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read, update_all
from transactional.kernel.session import Database, Session
from transactional.ledger.errors import PeriodClosed
from transactional.ledger.models import Period, PeriodState

ITEMS = ("moving_average", "fifo", "standard")
START = date(2026, 1, 1)
STANDARD = Decimal("7.31")

items = st.sampled_from(ITEMS)
places = st.integers(0, 1)
days = st.integers(0, 60).map(lambda offset: START + timedelta(days=offset))
quantities = st.integers(1, 12)
values = st.integers(1, 9_999).map(lambda amount: Decimal(amount) / 100)
picks = st.integers(0, 999)
Verb = Callable[[Session], list[StockMove]]


class StockMachine(RuleBasedStateMachine):
    """Verbs on three items (one a costing method) in two warehouses, dated anywhere in two months."""

    database: Database
    principal_for: Callable[[UUID], Principal]
    histories: list[Bookkeeper]

    @initialize(value=values)
    def begin(self, value: Decimal) -> None:
        self.principal = type(self).principal_for(new_id())
        self.keeper = Bookkeeper()
        self.histories.append(self.keeper)
        self.moves: dict[int, StockMove] = {}
        self.closed_until: date | None = None
        with self.database.transaction(self.principal) as session:
            self.books = make_books(session, years=(2026,))
            self.items = {
                method: make_items(session, self.books, costing_method=method, standard_cost=STANDARD)[0]
                for method in ITEMS
            }
        for item in ITEMS:
            for place in (0, 1):
                self.receive(item, place, 9 + place, value, START)

    def stock(self, session: Session, item: str, place: int) -> Stock:
        return Stock(session, self.books, self.items[item], NOW, self.books.warehouse_ids[place])

    def attempt(self, events: list[Event], act: Verb) -> None:
        """Run a verb; the bookkeeper knows beforehand whether it must be refused."""
        changes: dict[tuple[str, int], list[tuple[date, int]]] = {}
        for event in events:
            changes.setdefault((event.item, event.place), []).append((event.on, event.qty))
        if self.closed_until is not None and min(event.on for event in events) <= self.closed_until:
            self.refuse(PeriodClosed, act)
        elif not all(self.keeper.fits(item, place, listed) for (item, place), listed in changes.items()):
            self.refuse(StockNotAvailable, act)
        else:
            with self.database.transaction(self.principal) as session:
                moves = act(session)
            for event, move in zip(events, moves, strict=True):
                self.keeper.add(event)
                self.moves[id(event)] = move

    def refuse(self, reason: type[Exception], act: Verb) -> None:
        with pytest.raises(reason), self.database.transaction(self.principal) as session:
            act(session)

    @rule(item=items, place=places, qty=quantities, value=values, on=days)
    def receive(self, item: str, place: int, qty: int, value: Decimal, on: date) -> None:
        event = Event(item, place, "in", qty, on, value)
        self.attempt([event], lambda session: [self.stock(session, item, place).receive(qty, str(value), on)])

    @rule(item=items, place=places, qty=quantities, on=days)
    def issue(self, item: str, place: int, qty: int, on: date) -> None:
        event = Event(item, place, "out", -qty, on)
        self.attempt([event], lambda session: [self.stock(session, item, place).issue(qty, on)])

    @rule(item=items, place=places, on=days)
    def issue_all(self, item: str, place: int, on: date) -> None:
        if self.keeper.on_hand(item, place):
            self.issue(item, place, self.keeper.on_hand(item, place), on)

    @rule(pick=picks, qty=quantities, later=st.integers(0, 9), place=places, item=items)
    def take_back(self, pick: int, qty: int, later: int, place: int, item: str) -> None:
        source = self.pick(pick, item, "out")
        if source is not None:
            qty = min(qty, -source.qty - self.came_back(source))
            event = Event(item, place, "back_in", qty, source.on + timedelta(days=later), link=source)
            self.link(event, MoveKind.SALES_RETURN)

    @rule(pick=picks, qty=quantities, later=st.integers(0, 9), item=items)
    def send_back(self, pick: int, qty: int, later: int, item: str) -> None:
        source = self.pick(pick, item, "in")
        if source is not None:
            qty = min(qty, source.qty - self.came_back(source))
            event = Event(item, source.place, "back_out", -qty, source.on + timedelta(days=later), link=source)
            self.link(event, MoveKind.PURCHASE_RETURN)

    def link(self, event: Event, kind: MoveKind) -> None:
        source_id = self.moves[id(event.link)].id

        def act(session: Session) -> list[StockMove]:
            stock = self.stock(session, event.item, event.place)
            return stock.post(stock.draft(kind, event.qty, event.on, reverses_id=source_id))

        self.attempt([event], act)

    @rule(item=items, place=places, qty=quantities, on=days)
    def transfer(self, item: str, place: int, qty: int, on: date) -> None:
        origin = new_id()
        out = Event(item, place, "transfer", -qty, on)
        into = Event(item, 1 - place, "back_in", qty, on, link=out)

        def act(session: Session) -> list[StockMove]:
            source, target = self.stock(session, item, place), self.stock(session, item, 1 - place)
            leaving = source.draft(MoveKind.TRANSFER_OUT, -qty, on, origin_id=origin)
            return source.post(
                leaving, target.draft(MoveKind.TRANSFER_IN, qty, on, origin_id=origin, reverses_id=leaving.id)
            )

        self.attempt([out, into], act)

    @rule(pick=picks, later=st.integers(0, 9), item=items, kind=st.sampled_from(["in", "out"]))
    def cancel(self, pick: int, later: int, item: str, kind: str) -> None:
        source = self.pick(pick, item, kind)
        if source is not None and not self.came_back(source):
            on = source.on + timedelta(days=later)
            mirror = "mirror_out" if kind == "in" else "back_in"
            event = Event(item, source.place, mirror, -source.qty, on, link=source)
            origin_id = self.moves[id(source)].origin_id
            self.attempt([event], lambda session: reverse_moves(session, [origin_id], on=on, at=NOW))

    @rule(pick=st.integers(0, 9))
    def close_january(self, pick: int) -> None:
        if pick or self.closed_until is not None:
            return
        self.closed_until = date(2026, 1, 31)
        with self.database.transaction(self.principal) as session:
            [period] = read(session, select(Period).where(Period.starts_on == START))
            period.state = PeriodState.CLOSED.value
            update_all(session, [period], Period.state)

    def pick(self, pick: int, item: str, kind: str) -> Event | None:
        """One of the events that can still be taken back."""
        found = [
            event
            for event in self.keeper.events
            if (event.item, event.kind) == (item, kind) and self.came_back(event) < abs(event.qty)
        ]
        return found[pick % len(found)] if found else None

    def came_back(self, source: Event) -> int:
        return sum(abs(event.qty) for event in self.keeper.events if event.link is source)

    @invariant()
    def books_hold(self) -> None:
        with self.database.transaction(self.principal) as session:
            assert stock_findings(session) == []
            for item in ITEMS:
                self.values_hold(session, item)

    def values_hold(self, session: Session, item: str) -> None:
        stands = {place: self.stock(session, item, place).state() for place in (0, 1)}
        assert {place: qty for place, (qty, _) in stands.items()} == {
            place: self.keeper.on_hand(item, place) for place in stands
        }
        worth = {place: value for place, (_, value) in stands.items()}
        if item == "moving_average":
            assert worth == self.keeper.average_values(item)
        elif item == "fifo":
            # Each event may round by a cent; the layers themselves must be the same.
            expected = self.keeper.fifo_values(item)
            assert all(abs(worth[place] - cents(expected[place])) <= self.slack for place in worth)
        else:
            assert all(abs(value - qty * STANDARD) <= self.slack for qty, value in stands.values())

    @property
    def slack(self) -> Decimal:
        return Decimal("0.01") * len(self.keeper.events)


STEPS, WALKED_MIN, GENERATED_MIN = 120, 40, 8
"""Events tried on a long walk, how many of them have to happen, and how many in the longest generated sequence."""


@pytest.mark.feature("FIN-32")
@pytest.mark.feature("3.5.11")
@pytest.mark.feature("3.5.12")
@pytest.mark.timeout(240)
def test_any_order_of_stock_verbs_keeps_the_books(database: Database, as_tenant: Callable[[UUID], Principal]) -> None:
    histories: list[Bookkeeper] = []
    known = {"database": database, "principal_for": staticmethod(as_tenant), "histories": histories}
    run_state_machine_as_test(
        type("Machine", (StockMachine,), known),
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # What holds is asserted after each step; sequences of refusals would show nothing.
    assert max(len(history.events) for history in histories) > GENERATED_MIN


@pytest.mark.feature("FIN-32")
@pytest.mark.feature("3.5.11")
@pytest.mark.feature("3.5.12")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_long_walk_through_stock_verbs_keeps_the_books(
    seed: int, database: Database, as_tenant: Callable[[UUID], Principal]
) -> None:
    """Deeper than generated examples go: one history of many events, checked now and then."""
    chance = Random(seed)  # noqa: S311 a walk, not a secret
    known = {"database": database, "principal_for": staticmethod(as_tenant), "histories": []}
    machine = type("Machine", (StockMachine,), known)()
    machine.begin(Decimal(chance.randint(1, 9_999)) / 100)
    for step in range(STEPS):
        _stride(machine, chance)
        if step % 6 == 0:
            machine.books_hold()
    machine.books_hold()
    # A walk of refusals would show nothing.
    assert len(machine.keeper.events) > WALKED_MIN


def _stride(machine: StockMachine, chance: Random) -> None:
    item, place, qty = chance.choice(ITEMS), chance.randint(0, 1), chance.randint(1, 8)
    on, later, pick = START + timedelta(days=chance.randint(0, 60)), chance.randint(0, 9), chance.randint(0, 999)
    verbs: list[Callable[[], None]] = [
        lambda: machine.receive(item, place, qty, Decimal(chance.randint(1, 9_999)) / 100, on),
        lambda: machine.receive(item, place, qty, Decimal(chance.randint(1, 9_999)) / 100, on),
        lambda: machine.issue(item, place, qty, on),
        lambda: machine.issue(item, place, qty, on),
        lambda: machine.issue_all(item, place, on),
        lambda: machine.take_back(pick, qty, later, place, item),
        lambda: machine.send_back(pick, qty, later, item),
        lambda: machine.transfer(item, place, qty, on),
        lambda: machine.cancel(pick, later, item, chance.choice(["in", "out"])),
        lambda: machine.close_january(pick % 40),
    ]
    chance.choice(verbs)()
