"""Posting journal entries: balance, numbers, periods, accounts."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tests.conftest import NOW
from tests.factories.books import Books, make_books
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database, Session
from transactional.ledger.models import AccountRole, JournalEntry, JournalLine
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries


def draft(books: Books, *lines: LineDraft, on: date = date(2026, 3, 2), journal: Journal = Journal.GENERAL) -> EntryDraft:
    return EntryDraft(
        company_id=books.company_id, journal=journal, posted_on=on, origin_type="test", origin_id=new_id(), lines=lines
    )


def sale(amount: str = "100") -> tuple[LineDraft, LineDraft]:
    return (
        LineDraft(role=AccountRole.RECEIVABLE, amount=Decimal(amount)),
        LineDraft(role=AccountRole.REVENUE, amount=-Decimal(amount)),
    )


@pytest.mark.feature("FIN-03")
def test_a_balanced_entry_is_numbered_and_chained(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        first, second = post_entries(session, [draft(books, *sale()), draft(books, *sale("7.50"))], at=NOW)
    assert (first.number, second.number, second.chain_position) == (1, 2, 2)
    assert second.previous_hash == first.hash
