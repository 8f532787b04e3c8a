"""A second process that writes ahead what moves no stock and posts nothing: orders of coming months, production orders.

The import waits for it month by month and does whatever it has not done, by the same steps: a document that is there is
not booked twice. So nothing depends on this process but time; where it fails, the import meets the same reason itself.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from importers.booking.desk import Desk
from importers.booking.production import book_productions, put_bills
from importers.booking.purchases import book_purchases
from importers.booking.sales import book_orders
from importers.plan import Plan
from importers.timeline import Month
from runtime.processes import end_with_parent
from runtime.settings import Settings
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session

log = logging.getLogger("importers.ahead")
ORDERS_AT_ONCE = 20_000
"""Production orders that one transaction takes over."""


class Ahead:
    """What the process has said: how many steps are done, and what it has written."""

    def __init__(self, said: Connection | None) -> None:
        """Listen; without anybody to listen to, nothing is done ahead."""
        self._said = said
        self.steps = 0
        self.written: Counter[str] = Counter()

    def wait_for(self, steps: int) -> bool:
        """Whether so many steps are done; not so where the process has ended before."""
        while self.steps < steps and self._said is not None:
            try:
                self.written += self._said.recv()
                self.steps += 1
            except EOFError:
                self._said = None
        return self.steps >= steps


def book_month_ahead(session: Session, month: Month, desk: Desk) -> Counter[str]:
    """Orders of a month: purchase orders released or rejected, sales orders as drafts."""
    booked: Counter[str] = Counter()
    booked["purchase orders"] += book_purchases(session, month.purchased, desk)
    booked["sales orders"] += book_orders(session, month.ordered, desk)
    return booked


def book_production(database: Database, principal: Principal, plan: Plan, desk: Desk) -> Iterator[Counter[str]]:
    """Bills of materials and production orders in parts, each of them one transaction: those that are there stay."""
    orders = plan.productions
    with database.transaction(principal) as session:
        bills = put_bills(session, plan.bills, desk)
    yield Counter({"bills of materials": bills})
    for first in range(0, len(orders), ORDERS_AT_ONCE):
        with database.transaction(principal) as session:
            taken_over = book_productions(session, orders[first : first + ORDERS_AT_ONCE], desk)
        yield Counter({"production orders": taken_over})


@contextmanager
def working_ahead(
    settings: Settings, principal: Principal, plan: Plan, months: Sequence[Month], desk: Desk
) -> Iterator[Ahead]:
    """A process that books what can be booked ahead, one step a month; it ends with the block.

    It is forked, for it works on the plan that is read: no thread may run and no connection be open.
    """
    forking = multiprocessing.get_context("fork")
    said, saying = forking.Pipe(duplex=False)

    def work() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end_with_parent(signal.SIGKILL)
        said.close()
        database = Database(settings.database_url("app"))
        try:
            for booked in _steps(database, principal, plan, months, desk):
                saying.send(booked)
        except Exception:
            # The import does the rest, and meets whatever it was in its turn.
            log.exception("nothing more is booked ahead")
        finally:
            database.close()

    process = forking.Process(target=work, daemon=True)
    process.start()
    saying.close()
    try:
        yield Ahead(said)
    finally:
        process.kill()
        process.join()
        process.close()
        said.close()


def _steps(
    database: Database, principal: Principal, plan: Plan, months: Sequence[Month], desk: Desk
) -> Iterator[Counter[str]]:
    """What each step has written, once it is committed."""
    for month in months:
        with database.transaction(principal) as session:
            booked = book_month_ahead(session, month, desk)
        yield booked
    if plan.bills or plan.productions:
        yield from book_production(database, principal, plan, desk)
