"""A2: two hundred statements of an analyst who means harm: no foreign row, no write, no file, no way out."""

import tomllib
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import Diagnostic

from pipelines.batches import Pipeline
from runtime.roles import ensure_analyst
from runtime.settings import Settings
from tests.factories.books import make_books
from tests.pipelines.conftest import (  # noqa: F401  # pytest finds fixtures by their names here
    installation,
    make_pipeline,
    parsed,
    settings,
    superuser,
    warehouse,
)
from tests.pipelines.posting import post_sales
from tests.pipelines.test_analysts import tenants  # noqa: F401
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

STATEMENTS_MIN = 200
CANARY = "7331937"
MART = "marts.fct_journal_lines"
LISTED: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("statements.toml").read_text(encoding="utf-8"))
VALUES = {
    "row_security": "off",
    "role": "qooerp_warehouse",
    "session_authorization": "qooerp_warehouse",
    "session_replication_role": "replica",
    "default_transaction_read_only": "off",
    "transaction_read_only": "off",
}


def _statements(other: object) -> Iterator[str]:
    query = "select * from raw.journal_lines"
    hidden, ways, names = LISTED["hidden"], LISTED["ways_to_set"], LISTED["settings"]
    yield from (each.format(t=table) for each, table in product(LISTED["reads"], hidden[:6]))
    yield from (f"select * from {table}" for table in hidden[6:])
    yield from (each.format(t=table) for each, table in product(LISTED["writes"], (MART, "ledger.journal_lines")))
    yield from (way.format(s=name, v=VALUES.get(name, other)) for way, name in product(ways, names))
    yield from (f"select * from {each.format(q=query)}" for each in LISTED["xml"])
    yield from (f"select {each}" for each in LISTED["files"])
    yield from (f"select {each.format(o=other)}" for each in LISTED["powers"])
    yield from (each.replace("{o}", str(other)) for each in LISTED["alone"])


@pytest.mark.feature("ARCH-01")
def test_two_hundred_statements_bring_an_analyst_nothing(
    make_pipeline: Callable[..., Pipeline],  # noqa: F811
    settings: Settings,  # noqa: F811
    superuser: psycopg.Connection,  # noqa: F811
    database: Database,
    tenants: tuple[Principal, Principal],  # noqa: F811
) -> None:
    _, south = tenants
    with database.transaction(south) as session:
        books = make_books(session, code="CANARY")
    post_sales(database, south, books, [f"{CANARY}.00"])
    make_pipeline().run()
    address = ensure_analyst(settings, "north")
    before = _state(superuser)
    told: list[str] = []
    statements = list(dict.fromkeys(_statements(south.tenant_id)))
    assert len(statements) >= STATEMENTS_MIN
    for statement in statements:
        with psycopg.connect(address, autocommit=True) as analyst:
            analyst.execute("set statement_timeout = 2000")
            notices: list[Diagnostic] = []
            analyst.add_notice_handler(notices.append)
            answer = _told(analyst, statement) + _told(analyst, f"select * from {MART}")
            answer += " ".join(str(notice.message_primary) for notice in notices)
            if CANARY in answer or (str(south.tenant_id) in answer and str(south.tenant_id) not in statement):
                told.append(statement)
    assert told == []
    assert _state(superuser) == before
    assert superuser.execute(f"select count(*) from {MART} where amount = {CANARY}".encode()).fetchone() != (0,)


def _told(analyst: psycopg.Connection, statement: str) -> str:
    """Everything that comes back: rows of every result, or what the refusal says."""
    try:
        cursor = analyst.execute(statement.encode())
        rows = []
        while True:
            if cursor.description:
                rows += cursor.fetchall()
            if not cursor.nextset():
                return str(rows)
    except psycopg.Error as error:
        analyst.rollback()
        return f"{error} {error.diag.message_detail} {error.diag.context}" if analyst.closed == 0 else str(error)


def _state(superuser: psycopg.Connection) -> list[object]:  # noqa: F811
    """What no analyst may change: rows, objects, roles, settings, rights."""
    asked = (
        f"select count(*), md5(string_agg(l::text, '' order by l::text)) from {MART} as l",
        "select count(*) from ledger.journal_lines",
        (
            "select md5(string_agg(c::text, '' order by oid)) from"
            " (select oid, relname, relowner, relacl, relrowsecurity"
            " from pg_class where relnamespace::regnamespace::text not like 'pg_%') as c"
        ),
        "select md5(string_agg(p::text, '' order by oid)) from pg_policy as p",
        (
            "select md5(string_agg(p::text, '' order by oid)) from (select oid, proname from pg_proc"
            " where pronamespace::regnamespace::text not like 'pg_%') as p"
        ),
        "select md5(string_agg(r::text, '' order by rolname)) from pg_roles as r",
        "select count(*) from pg_extension",
        "select count(*) from pg_replication_slots",
        "select count(*) from pg_file_settings",
    )
    return [superuser.execute(each.encode()).fetchone() for each in asked]
