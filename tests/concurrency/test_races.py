"""Two want what only one can have: the last unit, the period, the next number."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from runtime.settings import Settings
from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items, stock_findings
from tests.factories.threads import at_once
from tests.ledger.test_post_entries import draft, sale
from tests.rounds import PROVING, rounds
from transactional.checks import check_tenant
from transactional.flows.close_periods import close_periods
from transactional.inventory.errors import StockNotAvailable
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database
from transactional.ledger.errors import PeriodClosed
from transactional.ledger.models import JournalEntry, Period
from transactional.ledger.services.post_entries import post_entries
from transactional.platform.services.take_numbers import take_numbers

LAST_UNITS = rounds(3, 160)
BUYERS = 64
CLOSINGS = rounds(12, 1_000)
CLIENTS = 32
NUMBERS_EACH = rounds(4, 160)
DAY = date(2026, 3, 2)


@pytest.mark.timeout(1800 if PROVING else 300)
@pytest.mark.feature("3.5.12")
def test_the_last_unit_goes_to_one_of_64_buyers(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        items = make_items(session, books, LAST_UNITS)
        for item in items:
            Stock(session, books, item, NOW).receive(1, "33.33", DAY)
    for item in items:

        def buy(_: int, item: object = item) -> None:
            with database.transaction(principal) as session:
                Stock(session, books, item, NOW).issue(1, DAY)  # type: ignore[arg-type]

        outcomes = at_once(buy, BUYERS)
        assert (outcomes.won, set(outcomes.refusals)) == (1, {StockNotAvailable})
    with database.transaction(principal) as session:
        assert stock_findings(session) == []


@pytest.mark.timeout(1800 if PROVING else 300)
@pytest.mark.feature("FIN-33")
def test_no_line_slips_into_a_period_while_it_closes(database: Database, principal: Principal) -> None:
    """Two connections that start together; the closer remembers where the chain ended, and nothing may lie behind."""
    years = range(2026 - (CLOSINGS + 11) // 12, 2026)
    with database.transaction(principal) as session:
        books = make_books(session, years=tuple(years))
        periods = session.execute(select(Period.id, Period.starts_on).order_by(Period.starts_on)).all()
    chance, won = random.Random(7), 0  # noqa: S311  # repeatable, not secret
    for period_id, starts_on in periods[:CLOSINGS]:
        together = Barrier(2)
        before_posting, before_closing = chance.random() / 400, chance.random() / 400

        def post(on: date = starts_on, pause: float = before_posting, together: Barrier = together) -> bool:
            together.wait(10)
            with database.transaction(principal) as session:
                session.execute(text("select pg_sleep(:pause)"), {"pause": pause})
                try:
                    post_entries(session, [draft(books, *sale(), on=on)], at=NOW)
                except PeriodClosed:
                    session.rollback()
                    return False
            return True

        def close(period: object = period_id, pause: float = before_closing, together: Barrier = together) -> None:
            together.wait(10)
            with database.transaction(principal) as session:
                session.execute(text("select pg_sleep(:pause)"), {"pause": pause})
                close_periods(session, [period], at=NOW)  # type: ignore[list-item]

        with ThreadPoolExecutor(2) as pool:
            posted, closed = pool.submit(post), pool.submit(close)
            won += posted.result()
            closed.result()
    with database.transaction(principal) as session:
        late = session.execute(text(_LATE)).all()
        assert check_tenant(session) == []
        assert session.scalar(text("select count(*) from ledger.journal_entries")) == won
    assert late == []
    assert 0 < won < CLOSINGS


_LATE = """
    select entry.number from ledger.journal_entries as entry
    inner join ledger.period_events as event on event.period_id = entry.period_id and event.action = 'close'
    where entry.chain_position > event.chain_position
"""


@pytest.mark.timeout(1800 if PROVING else 300)
@pytest.mark.feature("SYS-03")
def test_numbers_have_no_gap_though_clients_give_up_and_die(settings: Settings, principal: Principal) -> None:
    database = Database(settings.database_url("app"), pool_size=CLIENTS)
    with database.transaction(principal) as session:
        books = make_books(session)

    def client(number: int) -> list[str]:
        chance, kept = random.Random(number), list[str]()  # noqa: S311  # repeatable, not secret
        for _ in range(NUMBERS_EACH):
            fate = chance.random()
            try:
                with database.transaction(principal) as session:
                    taken = take_numbers(session, "sales_invoice", books.company_id, [DAY])
                    post_entries(session, [draft(books, *sale(), on=DAY)], at=NOW)
                    if fate < _GIVES_UP:
                        session.rollback()
                        continue
                    if fate < _DIES:
                        session.send_waiting()
                        session.execute(text("select pg_terminate_backend(pg_backend_pid())"))
            except OperationalError:
                assert fate < _DIES
                continue
            kept += taken
        return kept

    with ThreadPoolExecutor(CLIENTS) as pool:
        taken = list(chain.from_iterable(pool.map(client, range(CLIENTS))))
    assert sorted(taken) == [f"SI-2026-{count:05}" for count in range(1, len(taken) + 1)]
    assert CLIENTS * NUMBERS_EACH * 0.6 < len(taken) < CLIENTS * NUMBERS_EACH
    with database.transaction(principal) as session:
        numbers = session.scalars(select(JournalEntry.number).order_by(JournalEntry.number)).all()
        assert list(numbers) == list(range(1, len(taken) + 1))
        # The numbers were taken without their invoices: what is left to check are the entries.
        assert check_tenant(session, ("I1", "I2", "I10")) == []
    database.close()


_GIVES_UP, _DIES = 0.2, 0.3
"""One client in five rolls back with its number taken, one in ten dies with it."""
