"""Another tenant's rows in every table: one each, every text a canary, every reference leading to the next.

A real company would fill some tables and leave the rest empty; here none is. Constraints that only say what makes sense
are dropped first, so the database must be a test's own.
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    Uuid,
    create_engine,
    orm,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

from runtime.settings import Settings
from transactional.kernel.ids import new_id
from transactional.kernel.model import Xid8, tenant_tables

CANARY = "kestrel-7q9zx4"
"""What no answer to another tenant may contain, and no request says."""
CANARY_NUMBER = 7331937
SIGNS = ("7q9zx4", str(CANARY_NUMBER))
CONSTRAINED = (
    "select conrelid::regclass::text, conname from pg_constraint"
    " where contype in ('c', 'x') and conrelid <> 0 and connamespace::regnamespace::text not like 'pg_%'"
    " and connamespace::regnamespace::text <> 'information_schema'"
)


def fill_every_table(settings: Settings, tenant_id: UUID) -> UUID:
    """The id that the tenant's canary row has in every table, where it is also what every reference names."""
    row_id = new_id()
    engine = create_engine(make_url(settings.admin_database_url()).set(drivername="postgresql+psycopg"))
    with orm.Session(engine) as session:
        session.execute(text("set session_replication_role = replica"))
        for table, name in session.execute(text(CONSTRAINED)).all():
            session.execute(text(f'alter table {table} drop constraint "{name}"'))
        for table in tenant_tables():
            session.execute(table.insert().values(_row(table, tenant_id, row_id)))
        session.commit()
    engine.dispose()
    return row_id


def fingerprint(settings: Settings, tenant_id: UUID) -> dict[str, Any]:
    """What stands in each table for a tenant, as number of rows and a hash over them."""
    engine = create_engine(make_url(settings.admin_database_url()).set(drivername="postgresql+psycopg"))
    with orm.Session(engine) as session:
        found = {
            table.fullname: tuple(
                session.execute(
                    text(
                        "select count(*), md5(string_agg(md5(row_.*::text), '' order by md5(row_.*::text)))"
                        f" from {table.fullname} as row_ where tenant_id = :tenant"
                    ),
                    {"tenant": tenant_id},
                ).one()
            )
            for table in tenant_tables()
        }
    engine.dispose()
    return found


def places_of(settings: Settings, wanted: str, *, other_than: UUID) -> list[str]:
    """The tables where rows of any other tenant contain a text."""
    engine = create_engine(make_url(settings.admin_database_url()).set(drivername="postgresql+psycopg"))
    with orm.Session(engine) as session:
        found = [
            table.fullname
            for table in tenant_tables()
            if session.scalar(
                text(
                    f"select exists (select 1 from {table.fullname} as row_ where tenant_id <> :tenant"
                    " and strpos(row_.*::text, :wanted) > 0)"
                ),
                {"tenant": other_than, "wanted": wanted},
            )
        ]
    engine.dispose()
    return found


def _row(table: Table, tenant_id: UUID, row_id: UUID) -> dict[str, Any]:
    made = {column.name: _value(column, row_id) for column in table.c if not _is_given(column)}
    return {**made, "tenant_id": tenant_id}


def _is_given(column: Column[Any]) -> bool:
    """Whether the database alone writes a column."""
    return column.identity is not None or column.computed is not None or isinstance(column.type, Xid8)


def _value(column: Column[Any], row_id: UUID) -> Any:
    kind = column.type
    if isinstance(kind, String | Text):
        return CANARY[: kind.length or len(CANARY)]
    if isinstance(kind, JSONB):
        return [CANARY] if "[" in str(getattr(column.server_default, "arg", "")) else {CANARY: CANARY}
    made: tuple[tuple[type, Any], ...] = (
        (Uuid, row_id),
        (Boolean, True),
        (Integer, CANARY_NUMBER),
        (Numeric, CANARY_NUMBER),
        (DateTime, datetime.now(UTC)),
        (Date, date(2026, 3, 16)),
        (ARRAY, [CANARY]),
        (Vector, [float(CANARY_NUMBER)] * 256),
        (LargeBinary, CANARY.encode()),
    )
    for each, value in made:
        if isinstance(kind, each):
            return value
    raise TypeError(f"{column} has a type that no canary is made for: {kind!r}")
