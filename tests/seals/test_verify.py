"""Whoever changes what was written once, behind the program's back, is found by the seals outside the database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from runtime.settings import Settings
from seals.book import FILE, SealBook, SealsForged, SealsMissing
from seals.rows import TABLES, prepare
from seals.sealing import OtherDatabase, seal_new_rows
from seals.verify import broken_in, verify
from tests.factories.documents import Shop, make_customer, make_item, make_shop, stock_up
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

COLUMNS_MIN = 60
ANOTHER = {
    "uuid": "gen_random_uuid()",
    "text": "'changed'",
    "character varying": "left('Changed', {length})",
    "date": "coalesce({column}, date '2026-01-01') + 1",
    "timestamp with time zone": "coalesce({column}, now()) + interval '1 microsecond'",
    "numeric": "coalesce({column}, 0) + 0.01",
    "integer": "coalesce({column}, 0) + 1",
    "bigint": "coalesce({column}, 0) + 1",
    "jsonb": """'{{"changed": true}}'""",
    "bytea": r"'\x01'",
    "xid8": "({column}::text::bigint + 1000000)::text::xid8",
}


@pytest.fixture
def superuser(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection that no right, no trigger and no constraint stops."""
    with psycopg.connect(settings.admin_database_url()) as connection:
        connection.execute("set session_replication_role = replica")
        for table, name in connection.execute(
            "select conrelid::regclass::text, conname from pg_constraint where contype = 'c' and conrelid <> 0"
            " and connamespace::regnamespace::text in ('ledger', 'inventory', 'kernel')"
        ).fetchall():
            connection.execute(f'alter table {table} drop constraint "{name}"'.encode())
        connection.commit()
        prepare(connection)
        connection.commit()
        yield connection


@pytest.fixture
def shop(settings: Settings, database: Database, principal: Principal) -> Iterator[Shop]:
    """A company with sealed stock, journal and audit log, in a state folder without a book of seals."""
    (settings.home / FILE).unlink(missing_ok=True)
    with database.transaction(principal) as session:
        shop = make_shop(session)
        stock_up(session, shop, make_item(session, shop, "FIRST"), "10", "5")
    assert seal_new_rows(settings) is not None
    yield shop
    (settings.home / FILE).unlink(missing_ok=True)


def more(database: Database, principal: Principal, shop: Shop, code: str) -> None:
    with database.transaction(principal) as session:
        stock_up(session, shop, make_item(session, shop, code), "3", "7")


def places(settings: Settings) -> set[str]:
    return {broken.where.partition(",")[0] for broken in verify(settings).broken}


@pytest.mark.feature("FIN-04")
@pytest.mark.usefixtures("shop")
def test_each_changed_column_of_each_table_is_found(settings: Settings, superuser: psycopg.Connection) -> None:
    assert verify(settings).broken == ()
    book, missed, tried = SealBook(settings).read(), [], 0
    for table in TABLES:
        for column, kind, length in superuser.execute(
            "select attname, format_type(atttypid, null), greatest(atttypmod - 4, 1) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
            [table],
        ).fetchall():
            superuser.execute(f"alter table {table} alter {column} drop identity if exists".encode())
            value = ANOTHER[kind].format(column=column, length=length)
            changed = superuser.execute(
                f"update {table} set {column} = {value} where ctid = (select max(ctid) from {table})".encode()
            )
            assert changed.rowcount == 1
            if not any(broken.where.startswith(table) for broken in broken_in(superuser, book)):
                missed.append(f"{table}.{column}")
            tried += 1
            superuser.rollback()
    assert missed == []
    assert tried >= COLUMNS_MIN


def test_added_deleted_and_moved_rows_are_found(
    settings: Settings, shop: Shop, superuser: psycopg.Connection, database: Database, principal: Principal
) -> None:
    more(database, principal, shop, "SECOND")
    seal_new_rows(settings)
    book = SealBook(settings).read()
    columns = "tenant_id, table_name, row_id, action, at, row_xid"
    for name, statement in {
        "cut": "delete from inventory.stock_moves where sequence = (select max(sequence) from inventory.stock_moves)",
        "middle": "delete from kernel.audit_log where id = (select min(id) from kernel.audit_log)",
        "added": f"insert into kernel.audit_log ({columns}) select {columns} from kernel.audit_log limit 1",
        "later": f"insert into kernel.audit_log ({columns}) select tenant_id, table_name, row_id, action, at,"
        " (row_xid::text::bigint + 1000000)::text::xid8 from kernel.audit_log limit 1",
        "emptied": "delete from kernel.audit_log",
    }.items():
        superuser.execute(statement.encode())
        assert broken_in(superuser, book) != (), name
        superuser.rollback()


@pytest.mark.feature("FIN-04")
def test_a_journal_whose_tail_was_cut_and_hashed_anew_is_found(
    settings: Settings, shop: Shop, superuser: psycopg.Connection, database: Database, principal: Principal
) -> None:
    more(database, principal, shop, "SECOND")
    seal_new_rows(settings)
    superuser.execute(
        "with cut as (delete from ledger.journal_entries where chain_position = 2 returning id),"
        " lines as (delete from ledger.journal_lines where entry_id in (select id from cut))"
        " update ledger.ledger_heads set chain_position = 1, last_numbers = '{\"inventory/2026\": 1}',"
        " hash = (select hash from ledger.journal_entries where chain_position = 1)"
    )
    superuser.commit()
    assert {"ledger.journal_entries", "ledger.journal_lines"} <= places(settings)
    more(database, principal, shop, "THIRD")
    found = verify(settings).broken
    # The chain inside the database holds again; only what is kept outside tells.
    assert not [broken for broken in found if "position" in broken.where or "heads" in broken.where]
    assert {"ledger.journal_entries", "ledger.journal_lines"} <= places(settings)


@pytest.mark.usefixtures("shop")
def test_the_journals_own_chain_is_read_by_code_of_its_own(settings: Settings, superuser: psycopg.Connection) -> None:
    (settings.home / FILE).unlink()
    assert verify(settings).broken == ()
    superuser.execute("update ledger.journal_lines set amount = amount * 2")
    superuser.commit()
    assert [broken.what for broken in verify(settings).broken] == ["was changed after it was posted"]


def test_what_commits_late_is_in_a_later_seal(
    settings: Settings, shop: Shop, superuser: psycopg.Connection, database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        stock_up(session, shop, make_item(session, shop, "SLOW"), "1", "1")
        session.send_waiting()
        with database.transaction(principal) as faster:
            make_customer(faster, "FASTER")
        early = seal_new_rows(settings)
    assert early is not None
    assert list(early.tables) == ["kernel.audit_log"]
    late = seal_new_rows(settings)
    assert late is not None
    assert late.tables["inventory.stock_moves"].rows == 1
    assert verify(settings).broken == ()
    superuser.execute("update inventory.stock_moves set qty = qty + 1 where sequence = 2")
    superuser.commit()
    assert [broken.where.partition(",")[0] for broken in verify(settings).broken] == ["inventory.stock_moves"]


@pytest.mark.usefixtures("shop")
def test_nothing_new_needs_no_seal_and_a_column_added_later_breaks_none(
    settings: Settings, superuser: psycopg.Connection
) -> None:
    assert seal_new_rows(settings) is None
    superuser.execute("alter table inventory.stock_moves add column later text default 'filled'")
    superuser.commit()
    assert verify(settings).broken == ()
    superuser.execute("alter table inventory.stock_moves drop column party_kind")
    superuser.commit()
    assert [broken.what for broken in verify(settings).broken] == ["lost its columns party_kind"]


def test_a_book_that_somebody_else_wrote_is_refused(
    settings: Settings, shop: Shop, database: Database, principal: Principal, tmp_path: Path
) -> None:
    for code in ("SECOND", "THIRD"):
        more(database, principal, shop, code)
        seal_new_rows(settings)
    path = settings.home / FILE
    honest = path.read_bytes()
    lines = honest.splitlines(keepends=True)
    for forged in (
        lines[0] + lines[2],
        lines[1] + lines[2],
        lines[1] + lines[0] + lines[2],
        honest.replace(b'"rows":1,', b'"rows":0,', 1),
        # Nothing follows the last one, so that its signature alone tells.
        lines[0] + lines[1] + lines[2].replace(b'"sealed_at":"2', b'"sealed_at":"1', 1),
        b"{}\n" + honest,
        b"no json\n",
    ):
        path.write_bytes(forged)
        with pytest.raises(SealsForged):
            verify(settings)
    path.write_bytes(honest)
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(honest)
    # A book whose own tail was cut is whole in itself: a copy kept elsewhere tells more.
    path.write_bytes(lines[0])
    assert verify(settings).seals == 1
    assert verify(settings, seals=copy).seals == len(lines)
    for mistyped in (tmp_path / "coppy.jsonl", tmp_path, tmp_path / "empty.jsonl"):
        (tmp_path / "empty.jsonl").touch()
        with pytest.raises(SealsMissing, match="no book of seals"):
            verify(settings, seals=mistyped)
    path.write_bytes(honest + lines[2][:40])
    more(database, principal, shop, "FOURTH")
    assert seal_new_rows(settings) is not None
    assert len(SealBook(settings).read()) == len(lines) + 1
    assert verify(settings).broken == ()


@pytest.mark.usefixtures("shop")
def test_the_seals_of_one_database_are_not_taken_for_anothers(settings: Settings) -> None:
    book = SealBook(settings)
    [seal] = book.read()
    book.path.unlink()
    book.append(replace(seal, system_identifier="1"))
    with pytest.raises(OtherDatabase):
        seal_new_rows(settings)
    assert [broken.what for broken in verify(settings).broken] == ["is about another database cluster"]
