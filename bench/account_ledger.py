"""The first page of an account's ledger over millions of lines: `python -m bench.account_ledger --lines 10000000`.

Beside it stands what one writes without balances carried forward: a running sum over the account's lines.
The lines are written past the services (nobody waits an hour for a measurement); the balances are carried by them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import text

from bench.scratch import scratch_installation
from bench.shop import Shop, open_shop
from runtime.postgres import EmbeddedPostgres
from runtime.progress import Progress, make_progress
from runtime.settings import DatabaseRole, Settings, load_settings
from transactional.kernel.session import Database, Session
from transactional.ledger.periods import hold_heads
from transactional.ledger.queries import Filters, LedgerPage, account_ledger
from transactional.ledger.services.carry_balances import carry_balances

LINES = 2_000_000
MILLISECONDS_MAX = 1_000.0
DAYS, CENTRES, PARTIES = 700, 20, 5_000
LINES_OF_ENTRY = 100
_SELDOM = UUID("00000000-0003-7000-8000-ffffffffffff")
_ON_AN_ITEM = UUID("00000000-0005-7000-8000-ffffffffffff")
ROUNDS = 3

# A line in five stands on a cost centre, each on one of many parties; debits and credits by turns.
_FILL = """
insert into ledger.journal_entries (
    tenant_id, id, company_id, period_id, journal, fiscal_year, number, posted_on, origin_type, origin_id,
    chain_position, previous_hash, hash
)
select
    tenant_id, ('00000000-0001-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, company_id, period_id, 'bench', 1, n,
    %(first)s::date + (n * {days} / {entries})::integer, origin_type, origin_id, chain_position + n, hash, hash
from (select * from ledger.journal_entries order by chain_position desc limit 1) as last
cross join generate_series(1, {entries}) as n;
insert into ledger.journal_lines (
    tenant_id, id, entry_id, line_number, company_id, account_id, posted_on, amount, currency_code, currency_amount,
    party_id, cost_centre_id
)
select
    entries.tenant_id, ('00000000-0002-7000-8000-' || lpad(to_hex(entries.number * {each} + n), 12, '0'))::uuid,
    entries.id, n, entries.company_id, %(account)s, entries.posted_on, n %% 7 - 3.25, 'EUR', n %% 7 - 3.25,
    ('00000000-0003-7000-8000-'
        || lpad(to_hex(abs(hashint8(entries.number * {each} + n)) %% {parties}), 12, '0'))::uuid,
    case n %% 5
        when 0 then ('00000000-0004-7000-8000-' || lpad((entries.number %% {centres})::text, 12, '0'))::uuid
    end
from ledger.journal_entries as entries
cross join generate_series(1, {each}) as n
where entries.journal = 'bench';
-- Fifty lines over all the years on a party of its own, twenty on none, three on an item, none on a project.
update ledger.journal_lines set party_id = '00000000-0003-7000-8000-ffffffffffff'
where entry_id in (select id from ledger.journal_entries where journal = 'bench' and number %% ({entries} / 50) = 0)
    and line_number = 7;
update ledger.journal_lines set party_id = null
where entry_id in (select id from ledger.journal_entries where journal = 'bench' and number %% ({entries} / 20) = 2)
    and line_number = 9;
update ledger.journal_lines set item_id = '00000000-0005-7000-8000-ffffffffffff'
where entry_id in (select id from ledger.journal_entries where journal = 'bench' and number %% ({entries} / 3) = 1)
    and line_number = 8;
update ledger.ledger_heads set chain_position = chain_position + {entries};
"""
_NAIVE = """
select lines.id, lines.amount, entries.origin_id, lines.balance
from (
    select *, sum(amount) over (order by posted_on, id) as balance
    from ledger.journal_lines where account_id = :account
) as lines
inner join ledger.journal_entries as entries on entries.id = lines.entry_id
where lines.posted_on >= :since
order by lines.posted_on, lines.id limit 100
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A page that is asked for."""

    name: str
    since: date | None = None
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """Milliseconds of each question, ours and by a running sum over everything."""

    lines: int
    carry_seconds: float
    balances: int
    asked: dict[str, float]
    naive: float

    def __str__(self) -> str:
        rows = [
            f"{self.lines:,} lines of one account; {self.balances:,} balances carried in {self.carry_seconds:.1f} s",
            f"{'first page of 100 lines, ms':52}{'(at most ' + format(MILLISECONDS_MAX, '.0f') + ')':>14}",
            *[f"{name:52}{milliseconds:14.1f}" for name, milliseconds in self.asked.items()],
            f"{'from late in the books, running sum by SQL':52}{self.naive:14.1f}",
        ]
        return "\n".join(rows)


def measure(settings: Settings, lines: int, progress: Progress) -> LedgerFigures:
    """The figures over so many lines in an installation of their own."""
    with scratch_installation(settings, "ledger") as own:
        database = Database(own.database_url(DatabaseRole.APP))
        try:
            shop = open_shop(database, orders=500)
            account = _account(database, shop)
            with progress.step("Lines"):
                first = _fill(own, account, lines, shop.today)
            began = time.perf_counter()
            with progress.step("Balances"), database.transaction(shop.principal) as session:
                hold_heads(session, [shop.company.company.id])
                carry_balances(session, [shop.company.company.id])
            return _ask(database, shop, account, first, lines, time.perf_counter() - began)
        finally:
            database.close()


def _account(database: Database, shop: Shop) -> UUID:
    with database.transaction(shop.principal) as session:
        found: UUID = session.scalars(text("select id from ledger.accounts where code = '1200'")).one()
        return found


def _fill(settings: Settings, account: UUID, lines: int, today: date) -> date:
    """Write the lines without their indexes, which are made afterwards; the first day of them."""
    first = date.fromordinal(today.toordinal() - DAYS)
    statements = _FILL.format(
        days=DAYS, entries=lines // LINES_OF_ENTRY, each=LINES_OF_ENTRY, parties=PARTIES, centres=CENTRES
    )
    with psycopg.connect(
        settings.admin_database_url(), dbname=settings.database_name, cursor_factory=psycopg.ClientCursor
    ) as connection:
        connection.execute("set session_replication_role = replica")
        indexes = connection.execute(
            "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index"
            " where indrelid = 'ledger.journal_lines'::regclass and not indisunique"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("drop index {}").format(sql.SQL(name)))
        connection.execute(statements, {"first": first, "account": account})
        for _, definition in indexes:
            connection.execute(definition)
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze ledger.journal_lines")
        connection.execute("analyze ledger.journal_entries")
    return first


def _ask(database: Database, shop: Shop, account: UUID, first: date, lines: int, carry_seconds: float) -> LedgerFigures:
    middle = date.fromordinal(first.toordinal() + DAYS // 2)
    late = date.fromordinal(first.toordinal() + DAYS - 20)
    with database.transaction(shop.principal) as session:
        one = "select {} from ledger.journal_lines where {} is not null and account_id = :account limit 1"
        party, centre = (
            session.scalars(text(one.format(name, name)), {"account": account}).one()
            for name in ("party_id", "cost_centre_id")
        )
        balances = session.scalar(text("select count(*) from ledger.carried_balances")) or 0
    questions = [
        Question("from the beginning"),
        Question("from the middle", middle),
        Question("from late in the books", late),
        Question("late, without cost centre", late, {"cost_centre_id": [None]}),
        Question("late, one cost centre", late, {"cost_centre_id": [centre]}),
        Question("late, one party of many", late, {"party_id": [party]}),
        Question("from the beginning, one party of many", None, {"party_id": [party]}),
        Question("from the beginning, a party of fifty lines", None, {"party_id": [_SELDOM]}),
        Question("late, a party of fifty lines", late, {"party_id": [_SELDOM]}),
        Question("from the beginning, an item of three lines", None, {"item_id": [_ON_AN_ITEM]}),
        Question("from the beginning, a project of no line", None, {"project_id": [_ON_AN_ITEM]}),
        Question("from the beginning, twenty lines without party", None, {"party_id": [None]}),
        Question("from the beginning, without party or of fifty lines", None, {"party_id": [None, _SELDOM]}),
        Question(
            "from the beginning, without party, one cost centre", None, {"party_id": [None], "cost_centre_id": [centre]}
        ),
        Question("late, without party and cost centre", late, {"party_id": [None], "cost_centre_id": [None]}),
        Question("from the beginning, without project", None, {"project_id": [None]}),
        Question("late, one party and one cost centre", late, {"party_id": [party], "cost_centre_id": [centre]}),
        Question("late, a party of fifty lines, no item", late, {"party_id": [_SELDOM], "item_id": [None]}),
    ]

    def page(session: Session, question: Question) -> LedgerPage:
        return account_ledger(session, account, since=question.since, filters=question.filters, limit=100)

    def naive(session: Session) -> object:
        return session.execute(text(_NAIVE), {"account": account, "since": late}).all()

    with database.transaction(shop.principal) as session:
        ours = page(session, questions[2])
        by_hand = session.execute(text(_NAIVE), {"account": account, "since": late}).all()
        if [line.balance_amount for line in ours.lines] != [row[3] for row in by_hand]:
            raise RuntimeError("The balances differ from the running sum.")
        asked = {each.name: _best(lambda each=each: page(session, each)) for each in questions}  # type: ignore[misc]
        return LedgerFigures(lines, carry_seconds, balances, asked, _best(lambda: naive(session)))


def _best(work: Callable[[], object]) -> float:
    """Milliseconds of the quickest of a few calls."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1_000)
    return min(times)


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    given = parser.parse_args()
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        print(measure(settings, given.lines, make_progress()))


if __name__ == "__main__":
    main()
