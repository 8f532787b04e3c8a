"""Entries are taken back by their mirror image, once."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.factories.books import make_books
from tests.factories.threads import at_once
from tests.ledger.test_post_entries import DAY, close, draft, lines_of, sale
from transactional.kernel.errors import Invalid
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database
from transactional.ledger.errors import AlreadyReversed, EntryStands, PeriodClosed, ReversalOfReversal, SubledgerEntry
from transactional.ledger.models import JournalEntry, JournalLine
from transactional.ledger.services.post_entries import post_entries
from transactional.ledger.services.reverse_entries import reverse_entries, reverse_manual_entries

LATER = date(2026, 4, 1)


@pytest.mark.feature("FIN-04")
def test_a_reversal_mirrors_and_links_and_leaves_the_original(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        [entry] = post_entries(session, [draft(make_books(session), *sale())], at=NOW)
        before = [(line.id, line.amount) for line in lines_of(session, entry)]
        [reversal] = reverse_entries(session, [entry.id], on=LATER, at=NOW)
        assert (reversal.reverses_id, reversal.posted_on) == (entry.id, LATER)
        assert [line.amount for line in lines_of(session, reversal)] == [-100, 100]
        assert [(line.id, line.amount) for line in lines_of(session, entry)] == before


@pytest.mark.feature("FIN-04")
def test_reversing_twice_or_a_reversal_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        [entry] = post_entries(session, [draft(make_books(session), *sale())], at=NOW)
        [reversal] = reverse_entries(session, [entry.id], on=LATER, at=NOW)
        with pytest.raises(AlreadyReversed):
            reverse_entries(session, [entry.id], on=LATER, at=NOW)
        with pytest.raises(ReversalOfReversal):
            reverse_entries(session, [reversal.id], on=LATER, at=NOW)


@pytest.mark.feature("FIN-04")
def test_a_reversal_needs_an_open_period(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        [entry] = post_entries(session, [draft(make_books(session), *sale())], at=NOW)
        close(session, LATER)
        with pytest.raises(PeriodClosed):
            reverse_entries(session, [entry.id], on=LATER, at=NOW)


@pytest.mark.feature("FIN-04")
def test_of_many_reversals_at_once_exactly_one_wins(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        entries = post_entries(session, [draft(books, *sale(str(number))) for number in range(1, 4)], at=NOW)
    ids = [entry.id for entry in entries]

    def reverse(number: int) -> None:
        with database.transaction(principal) as session:
            reverse_entries(session, [ids[number % 3]], on=LATER, at=NOW)

    outcomes = at_once(reverse, 12)
    assert (outcomes.won, set(outcomes.refusals)) == (3, {AlreadyReversed})
    with database.transaction(principal) as session:
        assert session.scalar(select(func.sum(JournalLine.amount).filter(JournalLine.amount > 0))) == Decimal(12)
        assert len(read(session, select(JournalEntry))) == 6


def test_what_a_document_posted_is_not_reversed_by_hand(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        drafts = [replace(draft(books, *sale()), origin_type=origin) for origin in ("payment", "revaluation")]
        paid, revalued = post_entries(session, drafts, at=NOW)
        with pytest.raises(SubledgerEntry, match=r"payment\.cancel"):
            reverse_manual_entries(session, [paid.id], on=DAY, at=NOW)
        with pytest.raises(EntryStands):
            reverse_manual_entries(session, [revalued.id], on=DAY, at=NOW)


@pytest.mark.feature("FIN-04")
def test_nothing_is_taken_back_before_it_was_there(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        [entry] = post_entries(session, [draft(make_books(session), *sale())], at=NOW)
        with pytest.raises(Invalid) as refused:
            reverse_entries(session, [entry.id], on=DAY - timedelta(days=1), at=NOW)
        assert [(each.path, each.code) for each in refused.value.problems] == [("on", "too_early")]
        assert len(reverse_entries(session, [entry.id], on=DAY, at=NOW)) == 1
