"""Entries drawn at random, with none, two and three decimals: what is posted balances, what is off is refused."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import text

from tests.conftest import NOW
from tests.factories.books import make_books
from tests.ledger.test_post_entries import draft
from tests.rounds import PROVING, rounds
from transactional.checks import check_tenant
from transactional.kernel.errors import Invalid
from transactional.kernel.money import quantum
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database
from transactional.ledger.models import AccountRole
from transactional.ledger.postings import LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.currencies import decimals_of

ENTRIES = rounds(600, 100_000)
TOGETHER = 200
CURRENCIES = ("EUR", "JPY", "KWD")
ROLES = (AccountRole.BANK, AccountRole.REVENUE, AccountRole.EXPENSE, AccountRole.COGS, AccountRole.EXCHANGE_GAIN)
UNBALANCED = """
    select count(*) from (
        select entry_id from ledger.journal_lines group by entry_id
        having sum(amount) <> 0 or (count(distinct currency_code) = 1 and sum(currency_amount) <> 0)
    ) as entries
"""


@pytest.mark.timeout(3600 if PROVING else 300)
@pytest.mark.feature("FIN-03")
def test_whatever_is_posted_balances_and_the_smallest_difference_is_refused(
    database: Database, principal: Principal
) -> None:
    chance = Random(5)  # noqa: S311  # repeatable, not secret
    with database.transaction(principal) as session:
        companies = [(code, make_books(session, code=code, currency_code=code)) for code in CURRENCIES]
    posted = refused = 0
    while posted < ENTRIES:
        code, books = chance.choice(companies)
        entries = [draft(books, *_balanced(chance, code), on=_day(chance)) for _ in range(TOGETHER)]
        with database.transaction(principal) as session:
            posted += len(post_entries(session, entries, at=NOW))
        entries[chance.randrange(TOGETHER)] = draft(books, *_off(chance, code), on=_day(chance))
        with pytest.raises(Invalid) as said, database.transaction(principal) as session:
            post_entries(session, entries, at=NOW)
        assert {each.code for each in said.value.problems} == {"out_of_balance"}
        refused += 1
    with database.transaction(principal) as session:
        assert session.scalar(text(UNBALANCED)) == 0
        assert session.scalar(text("select count(*) from ledger.journal_entries")) == posted
        assert check_tenant(session) == []
    assert refused == posted // TOGETHER


def _balanced(chance: Random, company_currency: str) -> list[LineDraft]:
    """Two to seven lines that add up to nothing; one entry in three is in another currency, at a rate of its own."""
    foreign = chance.choice(CURRENCIES)
    if chance.random() < 2 / 3 or foreign == company_currency:
        parts = _parts(chance, decimals_of(company_currency))
        return [LineDraft(role=role, amount=amount) for role, amount in parts]
    others = _parts(chance, decimals_of(foreign))
    amounts = _shared(chance, others, decimals_of(company_currency))
    return [
        LineDraft(role=role, amount=amount, currency_code=foreign, currency_amount=other)
        for (role, other), amount in zip(others, amounts, strict=True)
    ]


def _parts(chance: Random, decimals: int) -> list[tuple[AccountRole, Decimal]]:
    """Roles with amounts in steps of the currency that add up to nothing; none is zero."""
    amounts = [
        Decimal(chance.randint(1, 10 ** chance.randint(2, 9))) * quantum(decimals) for _ in range(chance.randint(1, 6))
    ]
    signed = [amount if chance.random() < 0.7 else -amount for amount in amounts]
    last = -sum(signed, Decimal(0))
    signed = [*signed, last] if last else [*signed, quantum(decimals), -quantum(decimals)]
    return [(chance.choice(ROLES), amount) for amount in signed]


def _shared(chance: Random, parts: list[tuple[AccountRole, Decimal]], decimals: int) -> Iterator[Decimal]:
    rate = Decimal(chance.randint(1, 99_999)) / 1_000
    worth = [
        max(abs(amount * rate).quantize(quantum(decimals)), quantum(decimals)).copy_sign(amount) for _, amount in parts
    ]
    largest = max(range(len(worth)), key=lambda at: abs(worth[at]))
    worth[largest] -= sum(worth, Decimal(0))
    return iter(worth)


def _off(chance: Random, company_currency: str) -> list[LineDraft]:
    """The same, off by the smallest step of the company's currency."""
    step = quantum(decimals_of(company_currency)) * chance.choice((1, -1))
    lines = [LineDraft(role=role, amount=amount) for role, amount in _parts(chance, decimals_of(company_currency))]
    return [*lines, LineDraft(role=AccountRole.BANK, amount=step)]


def _day(chance: Random) -> date:
    return date(2025, 1, 1) + timedelta(days=chance.randrange(730))
