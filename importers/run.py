"""`run_import`: from another system's files to balanced books, in steps that may be killed and run again."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from importers.ahead import Ahead, book_month_ahead, book_production, working_ahead
from importers.booking.amendments import find_amendments
from importers.booking.company import open_company, open_tenant
from importers.booking.credits import book_credits
from importers.booking.desk import Desk
from importers.booking.masters import put_locations, put_masters, retire
from importers.booking.notes import book_notes
from importers.booking.papers import book_papers, book_standard_costs
from importers.booking.purchases import book_bills, book_supplier_payments, book_supplies
from importers.booking.sales import book_deliveries, book_invoices, book_receipts, confirm_waiting
from importers.booking.verify import count_held, verify
from importers.plan import Plan, Sale
from importers.problems import ImportRefused, SourceRefused, in_order, write_listing
from importers.report import ImportReport
from importers.source import read_source
from importers.sources import find_source
from importers.timeline import Batch, Month, months_of
from runtime.progress import Progress
from runtime.settings import Settings
from transactional.kernel.clock import utc_now
from transactional.kernel.errors import DomainError
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session

AHEAD_FROM = 5_000
"""Documents from which on a second process pays that books ahead."""


def run_import(
    settings: Settings,
    source: str,
    folder: Path,
    *,
    tenant: str | None = None,
    strict: bool = False,
    progress: Progress,
    ahead_from: int = AHEAD_FROM,
) -> ImportReport:
    """What was booked, what was left out and why, and whether the books hold and meet the source.

    Every document has an id that follows from its name in the source, and every month is one transaction: run again,
    it books what is missing and nothing twice. `strict` refuses a source with any broken row. From so many documents on
    what posts nothing is booked by a second process, ahead of what does.
    Raises: UnknownSource; SourceRefused and RecordsRefused before any document is written; MonthRefused.
    """
    with _collecting_rarely():
        started = time.monotonic()
        with progress.step(f"Read {source}"):
            plan = _read_plan(source, folder)
        if strict and plan.problems:
            raise SourceRefused(plan.problems)
        report = ImportReport(
            source, tenant or source, problems=plan.problems, not_booked=plan.not_booked, fates=plan.fates
        )
        report.listing = settings.home / "imports" / f"{report.tenant}-not-booked.csv"
        write_listing(report.listing, [*plan.problems, *plan.not_booked])
        report.reading_seconds = time.monotonic() - started
        gc.freeze()
        database = Database(settings.database_url("app"))
        try:
            _carry_out(_Run(settings, database, plan, report, progress, ahead_from))
        finally:
            database.close()
        return report


def _read_plan(source: str, folder: Path) -> Plan:
    known = find_source(source)
    tables = read_source(known.spec, folder)
    plan = known.make_plan(known.spec.settings, tables)
    plan.problems = in_order([*tables.problems, *plan.problems])
    return plan


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Looking for garbage in a plan that stays, and in rows that a month holds, costs a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class MonthRefused(ImportRefused):
    """A rule of ours refused a month of the source as a whole; the months before it are in."""

    def __init__(self, first_day: date, refusal: DomainError) -> None:
        """Tell the rule's own words, and every field it names."""
        self.first_day = first_day
        reasons = [f"{problem.path}: {problem.reason}" for problem in getattr(refusal, "problems", ())]
        super().__init__("\n  ".join([f"{first_day:%B %Y} was not imported: {refusal}", *reasons]))


@dataclass(slots=True)
class _Run:
    settings: Settings
    database: Database
    plan: Plan
    report: ImportReport
    progress: Progress
    ahead_from: int


def _carry_out(run: _Run) -> None:
    started = time.monotonic()
    at = utc_now()
    principal = open_tenant(run.settings, run.database, run.report.tenant, run.plan.company.name, at=at)
    with run.progress.step("Company, items, customers and suppliers"), run.database.transaction(principal) as session:
        run.report.held_before = count_held(session)
        desk = open_company(session, run.plan, run.report.source, at=at)
        put_locations(session, run.plan, desk)
        put_masters(session, run.plan, desk)
        amendments = find_amendments(session, run.plan.papers, desk)
        run.plan.papers += amendments.added
    _book_documents(run, principal, desk)
    with run.progress.step("Orders that wait, records out of use"), run.database.transaction(principal) as session:
        run.report.documents["stock documents"] += book_papers(session, amendments.removed, desk)
        confirm_waiting(session, [sale for sale in run.plan.sales if not sale.delivered_on], desk)
        retire(session, run.plan, desk, by=principal)
    booked = time.monotonic()
    run.report.booking_seconds = booked - started
    with run.progress.step("Compare with the source, check the books"), run.database.transaction(principal) as session:
        verify(session, run.plan, desk, run.report)
    run.report.checking_seconds = time.monotonic() - booked


def _book_documents(run: _Run, principal: Principal, desk: Desk) -> None:
    months = months_of(run.plan)
    with _ahead(run, principal, months, desk) as ahead:
        with run.progress.step("Documents, month by month"):
            _book_months(run, principal, months, ahead, desk)
        if run.plan.bills or run.plan.productions:
            with run.progress.step("Bills of materials, production orders"):
                _book_production(run, principal, ahead, desk)
        run.report.documents += ahead.written


def _ahead(run: _Run, principal: Principal, months: Sequence[Month], desk: Desk) -> AbstractContextManager[Ahead]:
    documents = sum(month.documents for month in months) + len(run.plan.productions)
    if documents < run.ahead_from or (os.cpu_count() or 1) == 1:
        return nullcontext(Ahead(None))
    # No connection is there that both processes would use; they open their own.
    run.database.close()
    return working_ahead(run.settings, principal, run.plan, months, desk)


def _book_months(run: _Run, principal: Principal, months: Sequence[Month], ahead: Ahead, desk: Desk) -> None:
    sales = {sale.ref: sale for sale in run.plan.sales} if run.plan.credits else {}
    done, total = 0, sum(month.documents for month in months)
    run.progress.advance(0, total)
    for number, month in enumerate(months, start=1):
        ahead.wait_for(number)
        try:
            with run.database.transaction(principal) as session:
                run.report.documents += _book_month(session, month, run.plan, sales, desk)
        except DomainError as refusal:
            raise MonthRefused(month.first_day, refusal) from refusal
        done += month.documents
        run.progress.advance(done, total)


def _book_production(run: _Run, principal: Principal, ahead: Ahead, desk: Desk) -> None:
    """What is not there when nobody books ahead any more."""
    total = len(run.plan.productions)
    while ahead.wait_for(ahead.steps + 1):
        run.progress.advance(ahead.written["production orders"], total)
    done = 0
    for booked in book_production(run.database, principal, run.plan, desk):
        run.report.documents += booked
        done += booked["production orders"]
        run.progress.advance(done, total)


def _book_month(session: Session, month: Month, plan: Plan, sales: dict[str, Sale], desk: Desk) -> Counter[str]:
    """Orders first, then what moves batch by batch, then what is owed and paid."""
    booked = book_month_ahead(session, month, desk)
    waiting: list[Sale] = []
    for batch in month.batches:
        booked += _book_batch(session, batch, desk)
        waiting += batch.delivered
        if batch.credits:
            # What comes back is credited against its invoice, which must be there.
            booked["sales invoices"] += book_invoices(session, waiting, desk)
            booked["returns"] += book_credits(session, batch.credits, sales, desk)
            waiting = []
    booked["sales invoices"] += book_invoices(session, waiting, desk)
    received = [purchase for batch in month.batches for purchase in batch.received]
    booked["purchase invoices"] += book_bills(session, received, desk)
    booked["credit and debit notes"] += book_notes(session, month.notes, plan.company.currency_code, desk)
    booked["receipts of payment"] += book_receipts(session, month.paid_by_customers, desk)
    booked["supplier payments"] += book_supplier_payments(session, month.paid_to_suppliers, desk)
    return booked


def _book_batch(session: Session, batch: Batch, desk: Desk) -> Counter[str]:
    booked: Counter[str] = Counter()
    book_standard_costs(session, batch.cost_changes, desk)
    booked["stock documents"] += book_papers(session, batch.arriving, desk)
    booked["purchase receipts"] += book_supplies(session, batch.received, desk)
    booked["deliveries"] += book_deliveries(session, batch.delivered, desk)
    booked["stock documents"] += book_papers(session, batch.used, desk)
    return booked
