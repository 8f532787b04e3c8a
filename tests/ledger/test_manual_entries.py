"""Entries prepared by hand: debit equals credit, and control accounts are left to their subledgers."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories.books import Books, make_books
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Database, Session
from transactional.ledger.errors import AlreadyReversed, ControlAccountRefused, ManualEntryState
from transactional.ledger.models import JournalEntry, JournalLine, ManualEntry, ManualEntryLine
from transactional.ledger.services.post_manual_entries import post_manual_entries
from transactional.ledger.services.reverse_entries import reverse_manual_entries
from transactional.organization.models import ExchangeRate

D = Decimal
DAY = date(2026, 3, 2)
Line = tuple[str, str, str]


def prepare(session: Session, books: Books, *lines: Line, currency: str = "EUR", state: str = "draft") -> UUID:
    entry = ManualEntry(id=new_id(), company_id=books.company_id, entry_on=DAY, state=state)
    insert_all(session, [entry])
    insert_all(
        session,
        [
            ManualEntryLine(
                manual_entry_id=entry.id,
                line_number=number,
                account_id=books.accounts[code],
                debit_amount=D(debit),
                credit_amount=D(credit),
                currency_code=currency,
            )
            for number, (code, debit, credit) in enumerate(lines, 1)
        ],
    )
    return entry.id


@pytest.mark.feature("FIN-03")
def test_a_manual_entry_is_posted_once_and_numbered(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        entry_id = prepare(session, books, ("6200", "50", "0"), ("1290", "0", "50"))
        [entry] = post_manual_entries(session, [entry_id], at=NOW)
        [again] = post_manual_entries(session, [entry_id], at=NOW)
        posted = read(session, select(JournalEntry))
    assert (entry.number, again.number, entry.state) == ("JE-2026-00001", "JE-2026-00001", "posted")
    assert [(row.origin_id, row.journal) for row in posted] == [(entry_id, "general")]


@pytest.mark.feature("FIN-03")
def test_debits_that_differ_from_credits_are_named(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        entry_id = prepare(session, books, ("6200", "50.01", "0"), ("1290", "0", "50"))
        with pytest.raises(Invalid) as refused:
            post_manual_entries(session, [entry_id], at=NOW)
    assert "0.01" in refused.value.problems[0].reason


@pytest.mark.parametrize("line", [("6200", "1", "1"), ("6200", "0", "0")])
def test_a_line_is_either_debit_or_credit(database: Database, principal: Principal, line: Line) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        entry_id = prepare(session, books, line, ("1290", "1", "0"), ("1290", "0", "1"))
        with pytest.raises(Invalid) as refused:
            post_manual_entries(session, [entry_id], at=NOW)
    assert refused.value.problems[0].path == "lines/0"


def test_a_control_account_is_left_to_its_subledger(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        entry_id = prepare(session, books, ("1300", "50", "0"), ("1290", "0", "50"))
        with pytest.raises(ControlAccountRefused, match="1300"):
            post_manual_entries(session, [entry_id], at=NOW)


@pytest.mark.feature("FIN-03")
def test_a_foreign_entry_keeps_both_amounts_and_balances_in_both(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        insert_all(
            session,
            [ExchangeRate(from_currency_code="USD", to_currency_code="EUR", valid_on=DAY, rate=D("0.9137"))],
        )
        lines = (("6200", "33.33", "0"), ("6210", "33.34", "0"), ("6220", "33.33", "0"), ("1290", "0", "100"))
        entry_id = prepare(session, books, *lines, currency="USD")
        post_manual_entries(session, [entry_id], at=NOW)
        found = read(session, select(JournalLine).order_by(JournalLine.line_number))
    assert sum(line.amount for line in found) == sum(line.currency_amount for line in found) == 0
    assert [line.amount for line in found][:3] == [D("30.45"), D("30.46"), D("30.45")]


@pytest.mark.feature("FIN-04")
def test_a_manual_entry_is_reversed_by_hand(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        post_manual_entries(session, [prepare(session, books, ("6200", "5", "0"), ("1290", "0", "5"))], at=NOW)
        [entry] = read(session, select(JournalEntry))
        [reversal] = reverse_manual_entries(session, [entry.id], on=DAY, at=NOW)
        [document] = read(session, select(ManualEntry))
        assert (reversal.reverses_id, document.state) == (entry.id, "reversed")
        # It stays as it is, whoever posts it again.
        assert post_manual_entries(session, [document.id], at=NOW)[0].state == "reversed"
        with pytest.raises(AlreadyReversed):
            reverse_manual_entries(session, [entry.id], on=DAY, at=NOW)


def test_a_cancelled_draft_is_not_posted(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        entry_id = prepare(session, books, ("6200", "5", "0"), ("1290", "0", "5"), state="cancelled")
        with pytest.raises(ManualEntryState):
            post_manual_entries(session, [entry_id], at=NOW)
