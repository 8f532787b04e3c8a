"""Reading the ledger: running balances, pages, filters, the trial balance."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from tests.conftest import NOW
from tests.factories.books import Books, make_books
from transactional.checks import check_tenant
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session
from transactional.ledger.ddl import CARRIED_ENTRIES_MAX
from transactional.ledger.models import BLANKS, AccountRole
from transactional.ledger.periods import hold_heads
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.queries import (
    Filters,
    LedgerLine,
    account_balances,
    account_ledger,
    trial_balance,
    waiting_entries,
)
from transactional.ledger.services.carry_balances import carry_balances
from transactional.ledger.services.post_entries import post_entries

D = Decimal
START = date(2026, 1, 10)
ITEM = new_id()


def post_days(session: Session, count: int = 5) -> Books:
    """One sale a day, of 10, 20, 30 and so on; every second one of an item."""
    books = make_books(session)
    post_sales(session, books, count)
    return books


def post_sales(session: Session, books: Books, count: int, days: int = 300) -> None:
    """Further sales; where there are more of them than days, the days begin anew."""
    drafts = [
        EntryDraft(
            company_id=books.company_id,
            journal=Journal.SALES,
            posted_on=START + timedelta(days=number % days),
            origin_type="invoice",
            origin_id=new_id(),
            lines=[
                LineDraft(role=AccountRole.BANK, amount=D(10 * (number + 1))),
                LineDraft(role=AccountRole.REVENUE, amount=D(-10 * (number + 1)), item_id=ITEM if number % 2 else None),
            ],
        )
        for number in range(count)
    ]
    post_entries(session, drafts, at=NOW)


@pytest.mark.feature("FIN-07")
def test_pages_carry_the_balance_on_and_lead_to_documents(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = post_days(session)
        first = account_ledger(session, books.accounts["1100"], limit=3)
        second = account_ledger(session, books.accounts["1100"], limit=3, after=first.next_cursor)
    assert [line.balance_amount for line in (*first.lines, *second.lines)] == [10, 30, 60, 100, 150]
    assert (second.opening_amount, second.next_cursor) == (D(60), None)
    assert {line.origin_type for line in first.lines} == {"invoice"}


@pytest.mark.feature("FIN-07")
def test_a_span_begins_with_the_balance_before_it(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = post_days(session)
        since, until = START + timedelta(days=2), START + timedelta(days=3)
        page = account_ledger(session, books.accounts["1100"], since=since, until=until)
        balances = account_balances(session, [books.accounts["1100"], books.accounts["1110"]], until=until)
    assert (page.opening_amount, [line.balance_amount for line in page.lines]) == (D(30), [D(60), D(100)])
    assert balances == {books.accounts["1100"]: D(100), books.accounts["1110"]: D(0)}


@pytest.mark.feature("FIN-07")
def test_a_dimension_may_be_asked_for_blank_and_an_unknown_one_is_refused(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        books = post_days(session)
        revenue = books.accounts["4000"]
        of_item = account_ledger(session, revenue, filters={"item_id": [ITEM]})
        blank = account_ledger(session, revenue, filters={"item_id": [None]})
        both = account_ledger(session, revenue, filters={"item_id": [None, ITEM]})
        with pytest.raises(Invalid):
            account_ledger(session, revenue, filters={"colour": [None]})
    assert [len(page.lines) for page in (of_item, blank, both)] == [2, 3, 5]


@pytest.mark.feature("FIN-07")
def test_lines_that_leave_dimensions_blank_come_in_the_accounts_order_whatever_else_they_name(
    database: Database, principal: Principal
) -> None:
    names = ("party_id", "item_id", "warehouse_id", "tax_code_id")
    named: dict[str, Any] = {name: new_id() for name in names}

    def held_by(line: LedgerLine, name: str) -> UUID | None:
        """What a line holds in a dimension: its amount tells."""
        held: UUID | None = named[name] if int(-line.amount - 1) >> names.index(name) & 1 else None
        return held

    with database.transaction(principal) as session:
        books = make_books(session)
        mixed = [
            EntryDraft(
                company_id=books.company_id,
                journal=Journal.GENERAL,
                posted_on=START + timedelta(days=number * 7 % 20),
                origin_type="manual",
                origin_id=new_id(),
                lines=[
                    LineDraft(account_id=books.accounts["1100"], amount=D(1 + number)),
                    LineDraft(
                        account_id=books.accounts["4000"],
                        amount=D(-1 - number),
                        **{name: named[name] for place, name in enumerate(names) if number >> place & 1},
                    ),
                ],
            )
            for number in range(1 << len(names))
        ]
        post_entries(session, mixed, at=NOW)
        revenue = books.accounts["4000"]
        every = account_ledger(session, revenue, limit=100).lines
        one, two, three, four = names
        asked: list[Filters] = [
            {one: [None]},
            {four: [None]},
            {two: [None], three: [None]},
            {name: [None] for name in names},
            {one: [None], two: [named[two]]},
            {one: [None, named[one]]},
            {one: [None, new_id()], three: [None]},
            {one: [None, new_id()], two: [None, named[two]], four: [named[four]]},
        ]
        for filters in asked:
            wanted = [each for each in every if all(held_by(each, name) in values for name, values in filters.items())]
            found, after = [], None
            while True:
                page = account_ledger(session, revenue, filters=filters, after=after, limit=3)
                found += page.lines
                after = page.next_cursor
                if after is None:
                    break
            assert [each.line_id for each in found] == [each.line_id for each in wanted]
            assert found[-1].balance_amount == sum(each.amount for each in wanted)


@pytest.mark.feature("FIN-07")
def test_lines_that_leave_a_dimension_blank_are_looked_up_behind_row_security(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        books = post_days(session)
        session.execute(text("set local enable_seqscan = off"))
        told = session.scalars(
            text(
                f"explain select id from ledger.journal_lines where account_id = :account and ({BLANKS}) = 1"
                " order by posted_on, id limit 5"
            ),
            {"account": books.accounts["4000"]},
        ).all()
    plan = "\n".join(told)
    assert re.search(r"Index Cond: .*account_id = .*CASE WHEN .* = 1", plan), plan
    assert "Sort" not in plan


@pytest.mark.feature("FIN-07")
def test_balances_carried_forward_say_what_the_lines_say(database: Database, principal: Principal) -> None:
    filters: list[Filters] = [{}, {"item_id": [ITEM]}, {"item_id": [None]}, {"item_id": [None, ITEM]}]
    filters += [{"item_id": [new_id()]}, {"item_id": [ITEM], "party_id": [None]}]
    days = [date(2026, month, day) for month in (2, 3, 4) for day in (1, 15)]

    def openings(session: Session, account_id: UUID) -> list[Decimal]:
        return [
            account_ledger(session, account_id, since=day, filters=each, limit=1).opening_amount
            for day in days
            for each in filters
        ]

    with database.transaction(principal) as session:
        books = post_days(session, 90)
        revenue = books.accounts["4000"]
        by_lines = openings(session, revenue)
        carry_balances(session, [head.company_id for head in hold_heads(session, [books.company_id])])
        carried = openings(session, revenue)
        post_sales(session, books, 90)
        half_carried = openings(session, revenue)
        carry_balances(session, [head.company_id for head in hold_heads(session, [books.company_id])])
        carried_again = openings(session, revenue)
        findings = check_tenant(session, ["I2"])
    assert carried == by_lines
    assert len(set(by_lines)) > len(days)
    assert half_carried == carried_again == [2 * amount for amount in by_lines]
    assert findings == []


@pytest.mark.feature("FIN-07")
def test_posting_carries_balances_before_too_many_lines_wait(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        post_sales(session, books, CARRIED_ENTRIES_MAX - 1, days=30)
        [head] = hold_heads(session, [books.company_id])
        assert head.carried_position == 0
        post_sales(session, books, 2, days=30)
        post_sales(session, books, 3, days=30)
        [head] = hold_heads(session, [books.company_id])
        late = account_ledger(session, books.accounts["1100"], since=date(2026, 12, 1))
        everything = account_balances(session, [books.accounts["1100"]], until=date(2026, 12, 31))
    assert (head.carried_position, head.chain_position) == (CARRIED_ENTRIES_MAX + 1, CARRIED_ENTRIES_MAX + 4)
    assert late.opening_amount == everything[books.accounts["1100"]]


@pytest.mark.feature("FIN-08")
def test_the_trial_balance_adds_up_to_zero(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = post_days(session)
        rows = trial_balance(session, books.company_id, since=START + timedelta(days=1), until=date(2026, 12, 31))
        with pytest.raises(Invalid):
            trial_balance(session, books.company_id, since=START, until=START, filters={"colour": [None]})
    found = {row.code: (row.opening_amount, row.debit_amount, row.credit_amount, row.closing_amount) for row in rows}
    assert found == {"1100": (D(10), D(140), D(0), D(150)), "4000": (D(-10), D(0), D(140), D(-150))}


def test_what_waits_to_be_carried_is_found_by_its_place_not_entry_by_entry(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        books = post_days(session)
        asked = select(waiting_entries(books.accounts["4000"]))
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        said = str(asked.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(session.connection().exec_driver_sql(f"explain {said}").scalars())
        waiting: list[UUID] = session.scalars(asked).one()
    assert len(waiting) == 5
    assert "journal_entries" in plan
    # A question asked anew for each row of a table is a SubPlan; one asked once is an InitPlan.
    assert "SubPlan" not in plan
