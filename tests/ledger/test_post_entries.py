"""Posting journal entries: balance, numbers, periods, accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tests.conftest import NOW
from tests.factories.books import Books, make_books
from transactional.inventory.models import Warehouse
from transactional.kernel.errors import Invalid, NotAllowed
from transactional.kernel.ids import new_id
from transactional.kernel.models import OutboxEvent
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Database, Session
from transactional.ledger.errors import PeriodClosed, PeriodMissing, RoleUnmapped
from transactional.ledger.models import (
    Account,
    AccountMapping,
    AccountRole,
    JournalEntry,
    JournalLine,
    Period,
    PeriodEvent,
    PeriodState,
)
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries

D = Decimal
DAY = date(2026, 3, 2)


def draft(books: Books, *lines: LineDraft, on: date = DAY, journal: Journal = Journal.GENERAL) -> EntryDraft:
    return EntryDraft(
        company_id=books.company_id, journal=journal, posted_on=on, origin_type="test", origin_id=new_id(), lines=lines
    )


def sale(amount: str = "100") -> tuple[LineDraft, LineDraft]:
    return (
        LineDraft(role=AccountRole.BANK, amount=D(amount)),
        LineDraft(role=AccountRole.REVENUE, amount=-D(amount)),
    )


def lines_of(session: Session, entry: JournalEntry) -> list[JournalLine]:
    return read(session, select(JournalLine).where(JournalLine.entry_id == entry.id).order_by(JournalLine.line_number))


@pytest.mark.feature("FIN-03")
def test_a_balanced_entry_is_numbered_and_chained(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        posted = post_entries(session, [draft(books, *sale()), draft(books, *sale("7.50"))], at=NOW)
        found = read_by_id(session, JournalEntry, [entry.id for entry in posted])
    first, second = (found[entry.id] for entry in posted)
    assert (first.number, second.number, second.chain_position) == (1, 2, 2)
    assert second.previous_hash == first.hash


@pytest.mark.feature("FIN-03")
@pytest.mark.parametrize("off", ["0.01", "-0.01", "100"])
def test_a_difference_of_a_cent_is_refused_by_its_name(database: Database, principal: Principal, off: str) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        one, other = sale()
        with pytest.raises(Invalid) as refused:
            post_entries(session, [draft(books, one, other, LineDraft(role=AccountRole.BANK, amount=D(off)))], at=NOW)
    sides = "credits exceed debits" if D(off) < 0 else "debits exceed credits"
    assert refused.value.problems[0].reason == f"{sides} by {off.removeprefix('-')}"


@pytest.mark.feature("FIN-03")
def test_an_entry_of_one_foreign_currency_balances_in_it_too(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        lines = (
            LineDraft(role=AccountRole.RECEIVABLE, amount=D(90), currency_code="USD", currency_amount=D(100)),
            LineDraft(role=AccountRole.REVENUE, amount=D(-90), currency_code="USD", currency_amount=D(-99)),
        )
        with pytest.raises(Invalid, match="listed \\(1\\)"):
            post_entries(session, [draft(books, *lines)], at=NOW)


@pytest.mark.feature("FIN-03")
def test_an_entry_that_mixes_currencies_balances_in_company_currency(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        lines = (
            LineDraft(role=AccountRole.BANK, amount=D(92), currency_code="USD", currency_amount=D(100)),
            LineDraft(role=AccountRole.RECEIVABLE, amount=D(-90), currency_code="USD", currency_amount=D(-100)),
            LineDraft(role=AccountRole.EXCHANGE_GAIN, amount=D(-2)),
        )
        [entry] = post_entries(session, [draft(books, *lines)], at=NOW)
        found = [(line.amount, line.currency_code, line.currency_amount) for line in lines_of(session, entry)]
    assert found == [(D(92), "USD", D(100)), (D(-90), "USD", D(-100)), (D(-2), "EUR", D(-2))]


@pytest.mark.feature("2.1.4")
def test_an_amount_with_more_decimals_than_its_currency_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session, currency_code="JPY")
        with pytest.raises(Invalid) as refused:
            post_entries(session, [draft(books, *sale("0.5"))], at=NOW)
    assert {problem.code for problem in refused.value.problems} == {"decimals"}


def test_lines_of_one_account_and_dimensions_become_one(database: Database, principal: Principal) -> None:
    party = new_id()
    with database.transaction(principal) as session:
        books = make_books(session)
        mine = [LineDraft(role=AccountRole.RECEIVABLE, amount=D(5), party_id=party) for _ in range(3)]
        nothing = LineDraft(role=AccountRole.BANK, amount=D(0))
        [entry] = post_entries(
            session, [draft(books, *mine, nothing, LineDraft(role=AccountRole.REVENUE, amount=D(-15)))], at=NOW
        )
        assert [(line.amount, line.party_id) for line in lines_of(session, entry)] == [(D(15), party), (D(-15), None)]


@pytest.mark.feature("FIN-02")
def test_a_day_in_a_closed_or_missing_period_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        close(session, date(2026, 2, 1))
        with pytest.raises(PeriodClosed):
            post_entries(session, [draft(books, *sale(), on=date(2026, 2, 28))], at=NOW)
        with pytest.raises(PeriodMissing):
            post_entries(session, [draft(books, *sale(), on=date(2031, 1, 1))], at=NOW)


@pytest.mark.feature("FIN-33")
def test_only_a_named_right_with_a_reason_posts_into_a_closed_period(database: Database, principal: Principal) -> None:
    clerk = Principal(tenant_id=principal.tenant_id, user_id=principal.user_id, permissions=frozenset({"entry.post"}))
    with database.transaction(principal) as session:
        books = make_books(session)
        close(session, date(2026, 2, 1))
    late = draft(books, *sale(), on=date(2026, 2, 28))
    with pytest.raises(NotAllowed), database.transaction(clerk) as session:
        post_entries(session, [late], at=NOW, late_reason="invoice found")
    with database.transaction(principal) as session:
        post_entries(session, [late], at=NOW, late_reason="invoice found")
        [event] = read(session, select(PeriodEvent))
    assert (event.action, event.reason) == ("late_entry", "invoice found")


@pytest.mark.feature("FIN-01")
@pytest.mark.parametrize("change", ["group", "disabled"])
def test_a_group_or_disabled_account_takes_no_line(database: Database, principal: Principal, change: str) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [account] = lock_by_id(session, Account, [books.accounts["1110"]])
        account.is_posting, account.is_active = change != "group", change != "disabled"
        update_all(session, [account], Account.is_posting, Account.is_active)
        lines = (LineDraft(account_id=account.id, amount=D(1)), LineDraft(role=AccountRole.REVENUE, amount=D(-1)))
        with pytest.raises(Invalid) as refused:
            post_entries(session, [draft(books, *lines)], at=NOW)
    assert refused.value.problems[0].code == f"account_{change}"


def test_an_unmapped_role_is_refused_by_its_name(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        session.execute(text("delete from ledger.account_mappings where role = 'revenue'"))
        with pytest.raises(RoleUnmapped, match="revenue"):
            post_entries(session, [draft(books, *sale())], at=NOW)


def test_the_most_specific_mapping_finds_the_account(database: Database, principal: Principal) -> None:
    role, warehouse = AccountRole.COGS, new_id()
    wanted = {"company": "5000", "warehouse": "5100", "category": "5200", "both": "5210"}
    with database.transaction(principal) as session:
        books = make_books(session)
        insert_all(session, [Warehouse(id=warehouse, code="SECOND", name="Second", company_id=books.company_id)])
        insert_all(
            session,
            [
                AccountMapping(
                    company_id=books.company_id,
                    role=role.value,
                    account_id=books.accounts[wanted[name]],
                    item_category_id=books.category_id if name != "warehouse" else None,
                    warehouse_id=warehouse if name != "category" else None,
                )
                for name in ("warehouse", "category", "both")
            ],
        )
        places = [(None, None), (None, warehouse), (books.category_id, None), (books.category_id, warehouse)]
        lines = [
            LineDraft(role=role, amount=D(1), item_category_id=category, warehouse_id=place)
            for category, place in places
        ]
        [entry] = post_entries(session, [draft(books, *lines, LineDraft(role=AccountRole.BANK, amount=D(-4)))], at=NOW)
        found = [line.account_id for line in lines_of(session, entry)][:4]
    assert found == [books.accounts[code] for code in wanted.values()]


@pytest.mark.feature("FIN-03")
def test_the_application_role_cannot_write_an_unbalanced_entry(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [entry] = post_entries(session, [draft(books, *sale())], at=NOW)
    statement = text(
        "insert into ledger.journal_lines (tenant_id, id, entry_id, line_number, company_id, account_id, posted_on,"
        " amount, currency_code, currency_amount) values (:tenant, gen_random_uuid(), :entry, 9, :company, :account,"
        " :on, 0.01, 'EUR', 0.01)"
    )
    values = {
        "tenant": principal.tenant_id,
        "entry": entry.id,
        "company": books.company_id,
        "account": books.accounts["1110"],
        "on": DAY,
    }
    with pytest.raises(IntegrityError, match=r"out of balance by 0\.0100"), database.transaction(principal) as session:
        session.execute(statement, values)


@pytest.mark.feature("FIN-03")
@pytest.mark.parametrize(
    "statement",
    [
        "update ledger.journal_lines set amount = 1",
        "delete from ledger.journal_lines",
        "update ledger.journal_entries set number = 9",
        "delete from ledger.journal_entries",
    ],
)
def test_posted_rows_can_be_neither_updated_nor_deleted(
    database: Database, principal: Principal, statement: str
) -> None:
    with database.transaction(principal) as session:
        post_entries(session, [draft(make_books(session), *sale())], at=NOW)
    with pytest.raises(ProgrammingError, match="permission denied"), database.transaction(principal) as session:
        session.execute(text(statement))


@pytest.mark.feature("ARCH-20")
def test_entry_and_event_commit_together_or_not_at_all(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [entry] = post_entries(session, [draft(books, *sale())], at=NOW)
    with pytest.raises(ZeroDivisionError), failing(database, principal) as session:
        post_entries(session, [draft(books, *sale())], at=NOW)
    with database.transaction(principal) as session:
        events = read(session, select(OutboxEvent).where(OutboxEvent.topic == "ledger.entry.posted"))
    assert [(event.aggregate_id, event.schema_version) for event in events] == [(entry.id, 1)]


def test_a_failed_posting_leaves_no_hole_in_the_numbers(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        post_entries(session, [draft(books, *sale())], at=NOW)
    with pytest.raises(ZeroDivisionError), failing(database, principal) as session:
        post_entries(session, [draft(books, *sale())], at=NOW)
    with database.transaction(principal) as session:
        [entry] = post_entries(session, [draft(books, *sale())], at=NOW)
        assert read_by_id(session, JournalEntry, [entry.id])[entry.id].number == 2


@contextmanager
def failing(database: Database, principal: Principal) -> Iterator[Session]:
    """A transaction whose last act goes wrong."""
    with database.transaction(principal) as session:
        yield session
        raise ZeroDivisionError


def close(session: Session, starts_on: date) -> None:
    """Shut a period without looking at its checklist."""
    [period] = read(session, select(Period).where(Period.starts_on == starts_on))
    period.state = PeriodState.CLOSED.value
    update_all(session, [period], Period.state)


@pytest.mark.feature("FIN-02")
def test_what_was_posted_behind_a_savepoint_that_is_rolled_back_is_not_written_later(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        trial = session.begin_nested()
        post_entries(session, [draft(books, *sale())], at=NOW, at_the_end=True)
        trial.rollback()
        [kept] = post_entries(session, [draft(books, *sale())], at=NOW, at_the_end=True)
    with database.transaction(principal) as session:
        assert [(row.id, row.number) for row in read(session, select(JournalEntry))] == [(kept.id, 1)]
