"""The documents of a month, in three parts: what is ordered, what moves stock, what is owed and paid.

Orders post nothing, and what is owed follows from what moved: the first may be booked before the stock of other months,
the last after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from importers.booking.credits import book_credits
from importers.booking.desk import Desk
from importers.booking.notes import book_notes
from importers.booking.papers import book_papers, book_standard_costs
from importers.booking.production import book_productions, put_bills
from importers.booking.purchases import book_bills, book_purchases, book_supplier_payments, book_supplies
from importers.booking.sales import book_deliveries, book_invoices, book_orders, book_receipts
from importers.helpers import Steps, Work
from importers.plan import Plan, Sale
from importers.timeline import Batch, Month
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session

_ORDERS_AT_ONCE = 20_000
"""Production orders that one transaction takes over."""


def book_month(session: Session, month: Month, plan: Plan, sales: dict[str, Sale], desk: Desk) -> Counter[str]:
    """All of a month; what comes back is credited against its invoice, which must be there before."""
    booked = book_ordered(session, month, desk)
    waiting: list[Sale] = []
    for batch in month.batches:
        booked += _book_batch(session, batch, desk)
        waiting += batch.delivered
        if batch.credits:
            booked["sales invoices"] += book_invoices(session, waiting, desk)
            booked["returns"] += book_credits(session, batch.credits, sales, desk)
            waiting = []
    return booked + book_owed(session, month, plan, desk)


def book_ordered(session: Session, month: Month, desk: Desk) -> Counter[str]:
    """Purchase orders released or rejected, sales orders as drafts."""
    booked: Counter[str] = Counter()
    booked["purchase orders"] += book_purchases(session, month.purchased, desk)
    booked["sales orders"] += book_orders(session, month.ordered, desk)
    return booked


def book_moved(session: Session, month: Month, desk: Desk) -> Counter[str]:
    """What arrives, is delivered and is used up, batch by batch, of a month in which nothing comes back."""
    booked: Counter[str] = Counter()
    for batch in month.batches:
        booked += _book_batch(session, batch, desk)
    return booked


def _book_batch(session: Session, batch: Batch, desk: Desk) -> Counter[str]:
    booked: Counter[str] = Counter()
    book_standard_costs(session, batch.cost_changes, desk)
    booked["stock documents"] += book_papers(session, batch.arriving, desk)
    booked["purchase receipts"] += book_supplies(session, batch.received, desk)
    booked["deliveries"] += book_deliveries(session, batch.delivered, desk)
    booked["stock documents"] += book_papers(session, batch.used, desk)
    return booked


def book_owed(session: Session, month: Month, plan: Plan, desk: Desk) -> Counter[str]:
    """Invoices of what was delivered and received, notes, payments; those that are there stay."""
    booked: Counter[str] = Counter()
    delivered = [sale for batch in month.batches for sale in batch.delivered]
    received = [purchase for batch in month.batches for purchase in batch.received]
    booked["sales invoices"] += book_invoices(session, delivered, desk)
    booked["purchase invoices"] += book_bills(session, received, desk)
    booked["credit and debit notes"] += book_notes(session, month.notes, plan.company.currency_code, desk)
    booked["receipts of payment"] += book_receipts(session, month.paid_by_customers, desk)
    booked["supplier payments"] += book_supplier_payments(session, month.paid_to_suppliers, desk)
    return booked


def ordered(principal: Principal, plan: Plan, months: Sequence[Month], desk: Desk) -> Work:
    """The steps of a process that books ahead: the orders of each month, then production."""

    def work(database: Database, wait: Callable[[], None]) -> Steps:
        del wait
        for month in months:
            with database.transaction(principal) as session:
                booked = book_ordered(session, month, desk)
            yield booked
        if plan.bills or plan.productions:
            yield from book_production(database, principal, plan, desk)

    return work


def settled(principal: Principal, plan: Plan, months: Sequence[Month], desk: Desk) -> Work:
    """The steps of a process that follows: what is owed and paid of each month that has moved."""

    def work(database: Database, wait: Callable[[], None]) -> Steps:
        for month in months:
            wait()
            with database.transaction(principal) as session:
                booked = book_owed(session, month, plan, desk)
            yield booked

    return work


def book_production(database: Database, principal: Principal, plan: Plan, desk: Desk) -> Steps:
    """Bills of materials and production orders in parts, each of them one transaction: those that are there stay."""
    orders = plan.productions
    with database.transaction(principal) as session:
        bills = put_bills(session, plan.bills, desk)
    yield Counter({"bills of materials": bills})
    for first in range(0, len(orders), _ORDERS_AT_ONCE):
        with database.transaction(principal) as session:
            taken_over = book_productions(session, orders[first : first + _ORDERS_AT_ONCE], desk)
        yield Counter({"production orders": taken_over})
