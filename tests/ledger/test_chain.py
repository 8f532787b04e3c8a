"""Whoever changes the books behind the program's back is found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, orm, text
from sqlalchemy.engine import make_url

from runtime.settings import Settings
from tests.conftest import NOW
from tests.factories.books import make_books
from tests.ledger.test_post_entries import DAY, draft, sale
from transactional.anchors import AnchorsForged, read_anchors
from transactional.checks import run_checks
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database
from transactional.ledger.chain import ENTRY_COLUMNS, GENESIS, LINE_COLUMNS, content_hash, entry_hash
from transactional.ledger.models import AccountRole
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.ledger.verify import verify_chain

CHANGED_IN_ENTRIES = {
    "posted_on": "posted_on + 1",
    "description": "'x'",
    "origin_type": "'x'",
    "origin_id": "gen_random_uuid()",
    "journal": "'bank'",
    "number": "number + 70",
    "fiscal_year": "fiscal_year + 1",
    "chain_position": "chain_position + 70",
    "created_at": "created_at + interval '1 second'",
    "created_by": "null",
}
CHANGED_IN_LINES = {
    "amount": "amount + 1",
    "currency_amount": "currency_amount + 1",
    "currency_code": "'USD'",
    "account_id": "(select id from ledger.accounts where code = '1110')",
    "posted_on": "posted_on + 1",
    "party_id": "gen_random_uuid()",
    "item_id": "gen_random_uuid()",
    "warehouse_id": "gen_random_uuid()",
    "cost_centre_id": "gen_random_uuid()",
    "project_id": "gen_random_uuid()",
    "tax_code_id": "gen_random_uuid()",
    "party_kind": "'customer'",
    "dimensions": """'{"a": 1}'""",
    "description": "'x'",
    "line_number": "line_number + 7",
    "company_id": "gen_random_uuid()",
    "created_at": "created_at + interval '1 second'",
    "created_by": "null",
}
CHANGES = [
    *[("ledger.journal_entries", "number = 2", name, value) for name, value in CHANGED_IN_ENTRIES.items()],
    *[
        ("ledger.journal_lines", "line_number = 1 and description is null", name, value)
        for name, value in CHANGED_IN_LINES.items()
    ],
]


@pytest.fixture
def superuser(settings: Settings) -> Iterator[orm.Session]:
    """A session that no right and no trigger stops."""
    engine = create_engine(make_url(settings.admin_database_url()).set(drivername="postgresql+psycopg"))
    with orm.Session(engine) as session:
        session.execute(text("set session_replication_role = replica"))
        session.commit()
        yield session
    engine.dispose()


def post_three(database: Database, principal: Principal) -> UUID:
    with database.transaction(principal) as session:
        books = make_books(session)
        post_entries(session, [draft(books, *sale(str(n))) for n in range(1, 4)], at=NOW)
    return books.company_id


@pytest.mark.feature("FIN-04")
def test_a_foreign_amount_that_comes_to_nothing_leaves_the_chain_unbroken(
    superuser: orm.Session, database: Database, principal: Principal
) -> None:
    """Fifty rupiah are 0.00 euros: the credit side is a negative zero until the database has kept it."""
    nothing = Decimal("0.00")
    lines = [
        LineDraft(role=AccountRole.BANK, amount=nothing, currency_code="IDR", currency_amount=Decimal(50)),
        LineDraft(role=AccountRole.REVENUE, amount=-1 * nothing, currency_code="IDR", currency_amount=Decimal(-50)),
    ]
    assert lines[1].amount.is_signed()
    with database.transaction(principal) as session:
        books = make_books(session)
        post_entries(session, [draft(books, *lines)], at=NOW)
    assert verify_chain(superuser, principal.tenant_id, books.company_id) == []


@pytest.mark.feature("FIN-04")
def test_each_changed_column_is_found(superuser: orm.Session, database: Database, principal: Principal) -> None:
    company_id = post_three(database, principal)
    assert verify_chain(superuser, principal.tenant_id, company_id) == []
    missed = []
    for table, where, column, value in CHANGES:
        changed = superuser.execute(text(f"update {table} set {column} = {value} where {where}"))
        assert changed.rowcount  # type: ignore[attr-defined]
        if not verify_chain(superuser, principal.tenant_id, company_id):
            missed.append(f"{table}.{column}")
        superuser.rollback()
    assert missed == []


@pytest.mark.feature("FIN-04")
def test_a_deleted_line_is_found_by_the_check_command(
    settings: Settings, superuser: orm.Session, database: Database, principal: Principal
) -> None:
    company_id = post_three(database, principal)
    assert run_checks(settings) == []
    superuser.execute(text("delete from ledger.journal_lines where line_number = 2"))
    superuser.commit()
    found = run_checks(settings)
    assert {finding.invariant for finding in found} >= {"I1", "I10"}
    told = next(str(each) for each in found if each.what.startswith("debits equal credits in an entry: "))
    assert told.startswith("I1 debits equal credits in an entry: entry ")
    assert ": expected 0, found " in told
    assert told.endswith(f"company {company_id})")


@pytest.mark.feature("FIN-04")
def test_a_tail_cut_or_hashed_anew_is_found_by_the_digest_kept_outside(
    settings: Settings, superuser: orm.Session, database: Database, principal: Principal
) -> None:
    company_id = post_three(database, principal)
    assert run_checks(settings) == []
    last = "(select id from ledger.journal_entries where number = 3)"
    superuser.execute(text(f"delete from ledger.journal_lines where entry_id in {last}"))
    superuser.execute(text("delete from ledger.journal_entries where number = 3"))
    superuser.execute(
        text(
            "update ledger.ledger_heads set chain_position = 2, last_numbers = '{\"general/2026\": 2}',"
            " hash = (select hash from ledger.journal_entries where number = 2)"
        )
    )
    superuser.commit()
    assert verify_chain(superuser, principal.tenant_id, company_id) == []
    [cut] = run_checks(settings)
    with database.transaction(principal) as session:
        anew = replace(draft_of(company_id), lines=sale("7"))
        post_entries(session, [anew], at=NOW)
    [hashed] = run_checks(settings)
    assert "before position 3" in cut.found
    assert "differs from the digest kept outside" in hashed.found


def test_anchors_that_somebody_else_wrote_are_refused(
    settings: Settings, database: Database, principal: Principal
) -> None:
    company_id = post_three(database, principal)
    run_checks(settings)
    path = settings.home / "ledger_anchors.json"
    honest = path.read_bytes()
    anchor = read_anchors(settings)[company_id]
    path.write_bytes(honest.replace(anchor.hash.hex().encode(), bytes(32).hex().encode()))
    with pytest.raises(AnchorsForged):
        run_checks(settings)
    path.write_bytes(honest)


def draft_of(company_id: UUID) -> EntryDraft:
    return EntryDraft(
        company_id=company_id,
        journal=Journal.GENERAL,
        posted_on=DAY,
        origin_type="test",
        origin_id=new_id(),
        lines=(),
    )


@pytest.mark.feature("FIN-04")
def test_what_was_sealed_by_an_earlier_version_still_holds() -> None:
    at = datetime(2026, 3, 16, 9, 30, 0, 123456, tzinfo=UTC)
    entry = dict.fromkeys(ENTRY_COLUMNS) | {
        "id": UUID(int=1),
        "company_id": UUID(int=2),
        "period_id": UUID(int=3),
        "journal": "sales",
        "fiscal_year": 2026,
        "posted_on": date(2026, 3, 16),
        "description": 'so "ä" \\\n中',
        "origin_type": "invoice",
        "origin_id": UUID(int=4),
        "created_at": at,
        "created_by": UUID(int=5),
    }
    line = dict.fromkeys(LINE_COLUMNS) | {
        "id": UUID(int=11),
        "line_number": 1,
        "company_id": UUID(int=2),
        "account_id": UUID(int=6),
        "posted_on": date(2026, 3, 16),
        "amount": Decimal("12.5"),
        "currency_code": "EUR",
        "currency_amount": Decimal("-0.1234"),
        "party_kind": "customer",
        "party_id": UUID(int=7),
        "dimensions": {"b": 1, "a": "x"},
        "created_at": at,
    }
    later = datetime(2026, 3, 16, 10, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    other = {
        **line,
        "id": UUID(int=12),
        "line_number": 2,
        "amount": Decimal(0),
        "dimensions": None,
        "created_at": later,
    }
    content = content_hash(UUID(int=99), SimpleNamespace(**entry), [SimpleNamespace(**line), SimpleNamespace(**other)])
    sealed = entry_hash(GENESIS, 7, 9, content)
    assert sealed.hex() == "ae74f58bb3c149258d8dab4b269cdca574f9748ed586e2d22a80dbda58b05eb9"
