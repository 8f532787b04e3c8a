"""Fiscal years without gap or overlap; periods that close for good, unless somebody says why."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from threading import Event as Signal
from threading import Thread

import pytest
from sqlalchemy import select, text

from tests.conftest import NOW
from tests.factories.books import make_books
from tests.factories.threads import at_once
from tests.ledger.test_manual_entries import prepare
from tests.ledger.test_post_entries import draft, sale
from transactional.checks import check_tenant
from transactional.flows.close_periods import close_periods
from transactional.kernel.errors import Invalid
from transactional.kernel.models import OutboxEvent
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database, Session
from transactional.ledger.errors import (
    ChecklistNotDone,
    FiscalYearGap,
    FiscalYearOverlap,
    PeriodClosed,
    PeriodStateRefused,
)
from transactional.ledger.models import AccountRole, Period, PeriodEvent
from transactional.ledger.postings import LineDraft
from transactional.ledger.services.close_periods import reopen_periods
from transactional.ledger.services.open_fiscal_years import open_fiscal_years
from transactional.ledger.services.post_entries import post_entries

JANUARY = date(2026, 1, 1)


def period(session: Session, starts_on: date) -> Period:
    [found] = read(session, select(Period).where(Period.starts_on == starts_on))
    return found


@pytest.mark.feature("FIN-02")
@pytest.mark.parametrize(("count", "last_start"), [(12, date(2027, 12, 1)), (13, date(2027, 12, 3))])
def test_periods_of_a_year_follow_each_other_without_gap(
    database: Database, principal: Principal, count: int, last_start: date
) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [year] = open_fiscal_years(session, books.company_id, [date(2027, 1, 1)], period_count=count)
        found = read(session, select(Period).where(Period.fiscal_year_id == year.id).order_by(Period.number))
    assert (len(found), found[-1].starts_on, found[-1].ends_on) == (count, last_start, date(2027, 12, 31))
    assert all(before.ends_on + timedelta(days=1) == after.starts_on for before, after in pairwise(found))


@pytest.mark.feature("FIN-02")
def test_a_year_that_overlaps_or_leaves_a_gap_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        with pytest.raises(FiscalYearOverlap):
            open_fiscal_years(session, books.company_id, [date(2026, 7, 1)])
        with pytest.raises(FiscalYearGap):
            open_fiscal_years(session, books.company_id, [date(2028, 1, 1)])
        with pytest.raises(Invalid):
            open_fiscal_years(session, books.company_id, [date(2027, 1, 1)], period_count=11)


@pytest.mark.feature("FIN-33")
def test_a_period_with_drafts_or_open_ones_before_it_stays_open(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session, years=(2026,))
        prepare(session, books, ("6200", "5", "0"), ("1290", "0", "5"))
        with pytest.raises(ChecklistNotDone, match=r"1 entries prepared by hand.*2 earlier periods"):
            close_periods(session, [period(session, date(2026, 3, 1)).id], at=NOW)


@pytest.mark.feature("FIN-33")
def test_a_difference_in_the_books_of_one_company_keeps_no_other_from_closing(
    database: Database, principal: Principal
) -> None:
    """Money owed that no invoice tells of: the checklist of that company finds it, and no other company hears of it."""
    with database.transaction(principal) as session:
        ours, theirs = (make_books(session, code=code, years=(2026,)) for code in ("OURS", "THEIRS"))
        lines = [
            LineDraft(role=AccountRole.RECEIVABLE, amount=Decimal(10)),
            LineDraft(role=AccountRole.REVENUE, amount=Decimal(-10)),
        ]
        post_entries(session, [draft(theirs, *lines, on=JANUARY)], at=NOW)
        periods = {each.company_id: each for each in read(session, select(Period).where(Period.starts_on == JANUARY))}
        with pytest.raises(ChecklistNotDone, match="receivables, payables and advances equal their accounts"):
            close_periods(session, [periods[theirs.company_id].id], at=NOW)
        [closed] = close_periods(session, [periods[ours.company_id].id], at=NOW)
        assert closed.company_id == ours.company_id


@pytest.mark.feature("FIN-33")
def test_a_closed_period_takes_nothing_until_reopened_with_a_reason(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session, years=(2026,))
        january = period(session, JANUARY)
        [closed] = close_periods(session, [january.id], at=NOW)
        assert closed.closed_by == principal.user_id
        with pytest.raises(PeriodClosed):
            post_entries(session, [draft(books, *sale(), on=JANUARY)], at=NOW)
        with pytest.raises(PeriodStateRefused):
            close_periods(session, [january.id], at=NOW)
        with pytest.raises(Invalid):
            reopen_periods(session, [january.id], reason=" ", at=NOW)
        reopen_periods(session, [january.id], reason="late invoice", at=NOW)
        post_entries(session, [draft(books, *sale(), on=JANUARY)], at=NOW)


@pytest.mark.feature("FIN-33")
def test_closing_keeps_its_checklist_and_reopening_marks_figures_as_restated(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        make_books(session, years=(2026,))
        january = period(session, JANUARY)
        close_periods(session, [january.id], at=NOW)
        reopen_periods(session, [january.id], reason="late invoice", at=NOW)
        closed, reopened = read(session, select(PeriodEvent).order_by(PeriodEvent.action))
    with database.transaction(principal) as session:
        [event] = read(session, select(OutboxEvent).where(OutboxEvent.topic == "ledger.period.reopened"))
    assert {item["code"] for item in closed.checklist} >= {"no_draft_entries", "subledgers_reconciled"}
    assert all(item["is_done"] for item in closed.checklist)
    assert (reopened.reason, reopened.created_by, event.payload["is_restated"]) == (
        "late invoice",
        principal.user_id,
        True,
    )


@pytest.mark.feature("FIN-33")
def test_a_poster_that_came_first_is_waited_for(database: Database, principal: Principal) -> None:
    """The closer must see what was under way: it waits at the period's row and then closes behind it."""
    with database.transaction(principal) as session:
        books = make_books(session, years=(2026,))
    posting, finished = Signal(), []

    def close() -> None:
        posting.wait(10)
        with database.transaction(principal) as session:
            close_periods(session, [period(session, JANUARY).id], at=NOW)
        finished.append("closed")

    closer = Thread(target=close)
    closer.start()
    with database.transaction(principal) as session:
        post_entries(session, [draft(books, *sale(), on=JANUARY)], at=NOW)
        posting.set()
        _until_somebody_waits(database)
        finished.append("posted")
    closer.join(20)
    assert finished == ["posted", "closed"]
    with database.transaction(principal) as session:
        assert check_tenant(session) == []


@pytest.mark.feature("FIN-33")
def test_posting_against_closing_leaves_no_late_line(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session, years=(2026,))

    def race(number: int) -> None:
        with database.transaction(principal) as session:
            if number == 5:
                close_periods(session, [period(session, JANUARY).id], at=NOW)
            else:
                post_entries(session, [draft(books, *sale(), on=JANUARY)], at=NOW)

    outcomes = at_once(race, 24)
    assert set(outcomes.refusals) <= {PeriodClosed}
    assert outcomes.won + len(outcomes.refusals) == 24
    with database.transaction(principal) as session:
        assert period(session, JANUARY).state == "closed"
        assert check_tenant(session) == []


def _until_somebody_waits(database: Database) -> None:
    with database.outside_tenants() as session:
        for _ in range(2_000):
            waiting = session.execute(text("select count(*) from pg_locks where not granted")).scalar()
            if waiting:
                return
            session.execute(text("select pg_sleep(0.002)"))
    raise AssertionError("nobody waited for the poster")
