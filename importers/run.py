"""`run_import`: from another system's files to balanced books, in steps that may be killed and run again."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from importers.booking.amendments import find_amendments
from importers.booking.company import open_company, open_tenant
from importers.booking.desk import Desk
from importers.booking.masters import put_locations, put_masters, retire
from importers.booking.months import (
    book_month,
    book_moved,
    book_ordered,
    book_owed,
    book_production,
    ordered,
    settled,
)
from importers.booking.papers import book_papers
from importers.booking.sales import confirm_waiting
from importers.booking.verify import count_held, verify
from importers.helpers import Helper, working_beside
from importers.plan import Plan, Sale
from importers.problems import ImportRefused, SourceRefused, in_order, write_listing
from importers.report import ImportReport
from importers.source import read_source
from importers.sources import find_source
from importers.timeline import Month, months_of
from runtime.progress import Progress
from runtime.settings import Settings
from transactional.kernel.clock import utc_now
from transactional.kernel.errors import DomainError
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session

HELPED_FROM = 5_000
"""Documents from which on it pays to have them booked by three processes."""


def run_import(
    settings: Settings,
    source: str,
    folder: Path,
    *,
    tenant: str | None = None,
    strict: bool = False,
    progress: Progress,
    helped_from: int = HELPED_FROM,
) -> ImportReport:
    """What was booked, what was left out and why, and whether the books hold and meet the source.

    Every document has an id that follows from its name in the source, and every month is one transaction: run again,
    it books what is missing and nothing twice. `strict` refuses a source with any broken row. From `helped_from`
    documents on, orders are booked ahead and what is owed behind, each by a process beside this one.
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
            _carry_out(_Run(settings, database, plan, report, progress, helped_from))
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
    helped_from: int


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


@dataclass(frozen=True, slots=True)
class _Helpers:
    ordering: Helper
    settling: Helper | None
    """Books what is owed; without it a month is booked whole."""


def _book_documents(run: _Run, principal: Principal, desk: Desk) -> None:
    months = months_of(run.plan)
    with ExitStack() as ending:
        helpers = _begin_helpers(run, principal, months, desk, ending)
        with run.progress.step("Documents, month by month"):
            _book_months(run, principal, months, helpers, desk)
        if run.plan.bills or run.plan.productions:
            with run.progress.step("Bills of materials, production orders"):
                _book_production(run, principal, helpers.ordering, desk)
        run.report.documents += helpers.ordering.written
        if helpers.settling is not None:
            with run.progress.step("Invoices, payments"):
                _book_owed(run, principal, months, helpers.settling, desk)
            run.report.documents += helpers.settling.written


def _begin_helpers(run: _Run, principal: Principal, months: Sequence[Month], desk: Desk, ending: ExitStack) -> _Helpers:
    documents = sum(month.documents for month in months) + len(run.plan.productions)
    if documents < run.helped_from or (os.cpu_count() or 1) == 1:
        return _Helpers(Helper(), None)
    # No connection is there that several processes would use; they open their own.
    run.database.close()
    given = principal, run.plan, months, desk
    ordering = ending.enter_context(working_beside(run.settings, ordered(*given)))
    # What customers bring back is credited against an invoice that must be there: then all is booked in its order.
    settling = None if run.plan.credits else ending.enter_context(working_beside(run.settings, settled(*given)))
    return _Helpers(ordering, settling)


def _book_months(run: _Run, principal: Principal, months: Sequence[Month], helpers: _Helpers, desk: Desk) -> None:
    sales = {sale.ref: sale for sale in run.plan.sales} if run.plan.credits else {}
    done, total = 0, sum(month.documents for month in months)
    run.progress.advance(0, total)
    for number, month in enumerate(months, start=1):
        helpers.ordering.wait_for(number)
        with _refusing(month), run.database.transaction(principal) as session:
            run.report.documents += _book_month(session, month, run.plan, desk, None if helpers.settling else sales)
        if helpers.settling is not None:
            helpers.settling.let_go_on()
        done += month.documents
        run.progress.advance(done, total)


def _book_month(session: Session, month: Month, plan: Plan, desk: Desk, sales: dict[str, Sale] | None) -> Counter[str]:
    """The whole month; without the sales that are credited, only what is ordered and moved."""
    if sales is None:
        return book_ordered(session, month, desk) + book_moved(session, month, desk)
    return book_month(session, month, plan, sales, desk)


def _book_owed(run: _Run, principal: Principal, months: Sequence[Month], settling: Helper, desk: Desk) -> None:
    """What is not there when nobody books it any more."""
    for number, month in enumerate(months, start=1):
        if not settling.wait_for(number):
            with _refusing(month), run.database.transaction(principal) as session:
                run.report.documents += book_owed(session, month, run.plan, desk)
        run.progress.advance(number, len(months))


@contextmanager
def _refusing(month: Month) -> Iterator[None]:
    try:
        yield
    except DomainError as refusal:
        raise MonthRefused(month.first_day, refusal) from refusal


def _book_production(run: _Run, principal: Principal, ordering: Helper, desk: Desk) -> None:
    """What is not there when nobody books ahead any more."""
    total = len(run.plan.productions)
    while ordering.wait_for(ordering.steps + 1):
        run.progress.advance(ordering.written["production orders"], total)
    done = 0
    for booked in book_production(run.database, principal, run.plan, desk):
        run.report.documents += booked
        done += booked["production orders"]
        run.progress.advance(done, total)
