"""What was committed is landed once: whatever the order of commits, whatever breaks in between."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from pipelines.raw.loader import COUNTED_FROM, Landed, land
from pipelines.raw.schema import SchemaDrift, check_promises, ensure_raw_tables
from pipelines.raw.state import read_cursor, write_cursor
from runtime.settings import DatabaseRole, Settings
from tests.rounds import PROVING, rounds
from transactional.contract import promised_table, promised_tables
from transactional.kernel.principal import Principal
from transactional.kernel.rows import delete_all, insert_all, read, update_all
from transactional.kernel.session import Database
from transactional.scm.models import Region

ROUNDS = rounds(60, 6_500)
"""Of each writer; two rows each, about."""
TABLES = (promised_table("regions"), promised_table("tombstones"), promised_table("outbox"))


@contextmanager
def _loading(settings: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(settings.database_url(DatabaseRole.WAREHOUSE), autocommit=True) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield connection


@pytest.fixture
def loader(settings: Settings) -> Iterator[psycopg.Connection]:
    with _loading(settings) as connection:
        with connection.transaction():
            ensure_raw_tables(connection, TABLES)
        yield connection


def _land(connection: psycopg.Connection) -> Landed | None:
    with connection.transaction():
        return land(connection, TABLES)


def _add(database: Database, principal: Principal, *codes: str) -> list[Region]:
    regions = [Region(code=code, name=code) for code in codes]
    with database.transaction(principal) as session:
        insert_all(session, regions)
    return regions


def _landed(connection: psycopg.Connection) -> dict[str, str]:
    return dict(connection.execute("select code, name from raw.regions").fetchall())


def test_the_first_batch_lands_everything(loader: psycopg.Connection, database: Database, principal: Principal) -> None:
    _add(database, principal, "north", "south")
    landed = _land(loader)
    assert landed is not None
    assert landed.is_full
    assert landed.rows["regions"] == 2
    assert _landed(loader) == {"north": "north", "south": "south"}


def test_nothing_new_makes_no_batch(loader: psycopg.Connection, database: Database, principal: Principal) -> None:
    _add(database, principal, "north")
    _land(loader)
    assert _land(loader) is None
    assert (cursor := read_cursor(loader)) is not None
    assert cursor.batch_id == 1


def test_a_late_commit_is_landed_though_later_writers_came_first(
    loader: psycopg.Connection, database: Database, principal: Principal
) -> None:
    _land(loader)
    with database.transaction(principal) as late:
        insert_all(late, [Region(code="late", name="late")])
        _add(database, principal, "early")
        _land(loader)
        assert _landed(loader) == {"early": "early"}
    landed = _land(loader)
    assert landed is not None
    assert landed.rows == {"regions": 1}
    assert _landed(loader) == {"early": "early", "late": "late"}


def test_what_was_rolled_back_never_arrives(
    loader: psycopg.Connection, database: Database, principal: Principal
) -> None:
    _land(loader)
    with database.transaction(principal) as session:
        insert_all(session, [Region(code="gone", name="gone")])
        session.rollback()
    assert _land(loader) is None
    assert _landed(loader) == {}


def test_updates_and_deletes_follow(loader: psycopg.Connection, database: Database, principal: Principal) -> None:
    _add(database, principal, "north", "south")
    _land(loader)
    with database.transaction(principal) as session:
        north, south = read(session, select(Region).order_by(Region.code))
        north.name = "far north"
        update_all(session, [north], Region.name)
        delete_all(session, [south])
    landed = _land(loader)
    assert landed is not None
    assert landed.rows == {"regions": 2, "tombstones": 1}
    assert _landed(loader) == {"north": "far north"}


def test_a_row_deleted_and_written_again_under_its_id_stays(
    loader: psycopg.Connection, database: Database, principal: Principal
) -> None:
    [region] = _add(database, principal, "north")
    _land(loader)
    with database.transaction(principal) as session:
        delete_all(session, read(session, select(Region)))
        insert_all(session, [Region(id=region.id, code="north", name="again")])
    _land(loader)
    assert _landed(loader) == {"north": "again"}


def test_a_crash_before_the_commit_loses_and_doubles_nothing(
    loader: psycopg.Connection, settings: Settings, database: Database, principal: Principal
) -> None:
    _land(loader)
    _add(database, principal, "north")
    with _loading(settings) as crashing:
        crashing.execute("begin isolation level repeatable read")
        assert land(crashing, TABLES) is not None
        loader.execute("select pg_terminate_backend(%s)", [crashing.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            crashing.execute("commit")
    landed = _land(loader)
    assert landed is not None
    assert landed.rows == {"regions": 1}
    with _loading(settings) as restarted:
        assert _land(restarted) is None
    assert _landed(loader) == {"north": "north"}


def test_another_server_is_read_whole(loader: psycopg.Connection, database: Database, principal: Principal) -> None:
    _add(database, principal, "north")
    _land(loader)
    cursor = read_cursor(loader)
    assert cursor is not None
    write_cursor(loader, replace(cursor, system_identifier=cursor.system_identifier + 1))
    loader.execute("delete from raw.regions")
    landed = _land(loader)
    assert landed is not None
    assert landed.is_full
    assert landed.cursor.batch_id == 2
    assert _landed(loader) == {"north": "north"}


def test_rows_with_the_numbers_of_another_server_are_not_landed_again_and_again(
    loader: psycopg.Connection, superuser: psycopg.Connection, database: Database, principal: Principal
) -> None:
    _add(database, principal, "north")
    superuser.execute("alter table scm.regions disable trigger user")
    superuser.execute("update scm.regions set row_xid = '18000000000'")
    superuser.execute("alter table scm.regions enable trigger user")
    assert _land(loader) is not None
    _add(database, principal, "south")
    landed = _land(loader)
    assert landed is not None
    assert landed.rows == {"regions": 1}


@pytest.mark.timeout(3600 if PROVING else 300)
def test_concurrent_writers_lose_and_double_nothing(
    loader: psycopg.Connection, database: Database, principal: Principal
) -> None:
    """Eight writers insert, update, delete and roll back while batches run; each row's landings are counted."""
    loader.execute("create table raw.landings (id uuid, version int)")
    loader.execute(
        "create function raw.count_landing() returns trigger language plpgsql as"
        " $$ begin insert into raw.landings values (new.id, new.version); return null; end $$"
    )
    loader.execute(
        "create trigger count_landing after insert or update on raw.regions for each row"
        " execute function raw.count_landing()"
    )
    writers = [threading.Thread(target=_write_at_random, args=(database, principal, seed)) for seed in range(8)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        _land(loader)
    for writer in writers:
        writer.join()
    _land(loader)
    with database.transaction(principal) as session:
        expected = {row.id: (row.name, row.version) for row in read(session, select(Region))}
    landed = {row[0]: row[1:] for row in loader.execute("select id, name, version from raw.regions")}
    assert landed == expected
    assert len(expected) > 100
    doubled = loader.execute("select id, version from raw.landings group by id, version having count(*) > 1").fetchall()
    assert doubled == []


def _write_at_random(database: Database, principal: Principal, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a reproducible mix, no secret
    mine: list[Region] = []
    for number in range(ROUNDS):
        added = [Region(code=f"{seed}-{number}-{part}", name="new") for part in range(chance.randint(1, 3))]
        changed = chance.sample(mine, min(len(mine), 2))
        with database.transaction(principal) as session:
            insert_all(session, added)
            for region in changed:
                region.name = f"changed {number}"
            update_all(session, changed, Region.name)
            if taken_back := chance.random() < 0.2:
                session.rollback()
        if taken_back:
            for region in changed:
                region.version -= 1
            continue
        mine += added
        if chance.random() < 0.2:
            with database.transaction(principal) as session:
                delete_all(session, [mine.pop(chance.randrange(len(mine)))])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("alter table scm.regions drop column name", "scm.regions.name is missing"),
        ("alter table scm.regions rename column name to title", "scm.regions.name is missing"),
        ("alter table scm.regions alter column code type text", "scm.regions.code is text"),
        ("alter table scm.regions rename to areas", "table scm.regions is missing"),
    ],
)
def test_a_broken_promise_stops_the_load_and_is_named(
    loader: psycopg.Connection, superuser: psycopg.Connection, damage: str, words: str
) -> None:
    superuser.execute(damage)
    with pytest.raises(SchemaDrift, match=words):
        check_promises(loader, TABLES)


def test_a_promised_column_that_is_new_is_added_and_filled_for_old_rows(
    loader: psycopg.Connection, database: Database, principal: Principal
) -> None:
    _add(database, principal, "north")
    _land(loader)
    loader.execute("alter table raw.regions drop column name")
    with loader.transaction():
        evolution = ensure_raw_tables(loader, TABLES)
        landed = land(loader, TABLES, reload=evolution.to_reload)
    assert evolution.widened == {"regions"}
    assert landed is not None
    assert landed.rows == {"regions": 1}
    assert _landed(loader) == {"north": "north"}


def test_a_promised_type_that_changed_remakes_the_landing_table(
    loader: psycopg.Connection, database: Database, principal: Principal
) -> None:
    _add(database, principal, "north")
    _land(loader)
    loader.execute("alter table raw.regions alter column name type text")
    with loader.transaction():
        evolution = ensure_raw_tables(loader, TABLES)
        land(loader, TABLES, reload=evolution.to_reload)
    assert evolution.remade == {"regions"}
    assert _landed(loader) == {"north": "north"}


def test_every_tenant_is_landed(
    loader: psycopg.Connection, database: Database, principal: Principal, as_tenant: Callable[[UUID], Principal]
) -> None:
    other = as_tenant(UUID(int=7))
    _add(database, principal, "north")
    _add(database, other, "north")
    _land(loader)
    tenants = {row[0] for row in loader.execute("select tenant_id from raw.regions")}
    assert tenants == {principal.tenant_id, other.tenant_id}


def test_nothing_secret_is_promised() -> None:
    promised = {table.source: {column.name for column in table.columns} for table in promised_tables()}
    assert not promised.keys() & {"identity.accounts", "identity.sessions", "kernel.idempotency_keys"}
    hashes = {(table, name) for table, names in promised.items() for name in names if name.endswith("hash")}
    assert hashes == {("ledger.journal_entries", "hash"), ("ledger.journal_entries", "previous_hash")}


def test_the_planner_knows_how_many_rows_a_large_batch_brought(
    loader: psycopg.Connection, database: Database, principal: Principal
) -> None:
    _add(database, principal, "north")
    _land(loader)
    _add(database, principal, *[f"R{number}" for number in range(COUNTED_FROM)])
    with loader.transaction():
        landed = land(loader, TABLES)
        assert landed is not None
        newest = landed.cursor.batch_id
        [[told]] = loader.execute(
            f"explain (format json) select from raw.regions where _batch_id = {newest}"
        ).fetchall()
        # Uncounted, a batch that no statistics know of is one row, and the marts are gone through once for each.
        assert told[0]["Plan"]["Plan Rows"] > COUNTED_FROM / 2
