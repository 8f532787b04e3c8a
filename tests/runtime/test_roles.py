from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from runtime.analysts import end_long_sessions
from runtime.postgres import EmbeddedPostgres
from runtime.roles import (
    ANALYST_CONNECTIONS_MAX,
    DatabaseNotPrepared,
    analyst_login,
    ensure_analyst,
    ensure_roles,
    left_open,
)
from runtime.settings import DatabaseRole, Settings

BROUGHT_PASSWORD = "made-up-for-this-server"


@pytest.fixture
def prepared(settings: Settings) -> Settings:
    ensure_roles(settings)
    return settings


@pytest.fixture
def one_table(prepared: Settings) -> Iterator[Settings]:
    """A table as a migration makes it, and a mart as dbt makes it."""
    with psycopg.connect(prepared.database_url("owner")) as owner:
        owner.execute("create table sales.examples (id int)")
        owner.execute("create table sales.ungranted_examples (id int)")
        owner.execute("grant insert on sales.examples to qooerp_app")
        owner.execute("grant select on sales.examples to qooerp_warehouse")
    with psycopg.connect(prepared.database_url("warehouse")) as warehouse:
        warehouse.execute("create table marts.fct_examples as select 1 as example_count")
    yield prepared
    with psycopg.connect(prepared.database_url("owner")) as owner:
        owner.execute("drop table sales.examples")
        owner.execute("drop table sales.ungranted_examples")
    with psycopg.connect(prepared.database_url("warehouse")) as warehouse:
        warehouse.execute("drop table marts.fct_examples")


@pytest.fixture
def brought(tmp_path: Path, clean_environment: pytest.MonkeyPatch) -> Iterator[EmbeddedPostgres]:
    """A server as a user might bring it: our program gets an ordinary login that may make roles."""
    server = EmbeddedPostgres(tmp_path / "theirs", database="books", durable=False)
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute(f"create role admin login createrole password '{BROUGHT_PASSWORD}'")
        connection.execute(f"create role nobody login password '{BROUGHT_PASSWORD}'")
        connection.execute("alter database books owner to admin")
        connection.execute("create extension vector")
    clean_environment.setenv("QOOERP_HOME", str(tmp_path / "ours"))
    yield server
    server.remove()


def brought_url(server: EmbeddedPostgres, login: str) -> str:
    return f"postgresql://{login}:{BROUGHT_PASSWORD}@127.0.0.1:{server.port}/books"


def test_every_role_logs_in_as_itself(prepared: Settings) -> None:
    for role in DatabaseRole:
        with psycopg.connect(prepared.database_url(role)) as connection:
            assert connection.execute("select current_user").fetchone() == (f"qooerp_{role}",)


def test_no_role_is_above_row_security(prepared: Settings) -> None:
    with psycopg.connect(prepared.admin_database_url()) as connection:
        powerful = connection.execute(
            "select rolname from pg_roles where rolname ~ '^(qooerp|analyst)_'"
            " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)"
        ).fetchall()
    assert powerful == []


def test_making_them_twice_changes_nothing(prepared: Settings) -> None:
    def picture() -> list[tuple[object, ...]]:
        with psycopg.connect(prepared.admin_database_url()) as connection:
            return connection.execute(
                "select rolname, rolpassword from pg_authid where rolname ~ '^qooerp_' union all "
                "select nspname, nspacl::text from pg_namespace union all "
                "select defaclnamespace::regnamespace::text, defaclacl::text from pg_default_acl order by 1, 2"
            ).fetchall()

    before = picture()
    ensure_roles(prepared)
    assert picture() == before


def test_a_lost_password_is_set_again(prepared: Settings) -> None:
    with psycopg.connect(prepared.admin_database_url()) as connection:
        connection.execute("alter role qooerp_app password 'somebody-changed-it'")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(prepared.database_url("app"))
    ensure_roles(prepared)
    with psycopg.connect(prepared.database_url("app")) as app:
        assert app.execute("select current_user").fetchone() == ("qooerp_app",)


def test_the_app_may_do_what_a_migration_granted_and_owns_nothing(one_table: Settings) -> None:
    with psycopg.connect(one_table.database_url("app"), autocommit=True) as app:
        app.execute("insert into sales.examples values (1)")
        for forbidden in (
            "update sales.examples set id = 2",
            "select * from sales.ungranted_examples",
            "create table sales.mine (id int)",
            "drop table sales.examples",
            "truncate sales.examples",
            "create schema mine",
            "create table public.mine (id int)",
            "select * from marts.fct_examples",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)


def test_the_warehouse_reads_documents_and_writes_marts(one_table: Settings) -> None:
    with psycopg.connect(one_table.database_url("warehouse"), autocommit=True) as warehouse:
        warehouse.execute("select * from sales.examples")
        warehouse.execute("insert into marts.fct_examples values (2)")
        assert warehouse.execute("select system_identifier from pg_control_system()").fetchone() is not None
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            warehouse.execute("insert into sales.examples values (1)")


def test_an_analyst_reads_marts_and_nothing_else(one_table: Settings) -> None:
    with psycopg.connect(ensure_analyst(one_table, "north-wind"), autocommit=True) as analyst:
        assert analyst.execute("select current_user").fetchone() == ("analyst_north_wind",)
        assert analyst.execute("select count(*) from fct_examples").fetchone() == (1,)
        for forbidden in ("select * from sales.examples", "select * from raw.anything"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                analyst.execute(forbidden)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            analyst.execute("insert into marts.fct_examples values (3)")
        analyst.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            analyst.execute("insert into marts.fct_examples values (3)")


@pytest.mark.parametrize("slug", ["", "North", "a;drop", "a" * 60, "9lives"])
def test_a_slug_that_is_no_name_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match="not a tenant's slug"):
        analyst_login(slug)


def test_a_server_of_the_user_needs_no_superuser(
    brought: EmbeddedPostgres, clean_environment: pytest.MonkeyPatch
) -> None:
    clean_environment.setenv("DATABASE_URL", brought_url(brought, "admin"))
    settings = Settings()
    ensure_roles(settings)
    ensure_roles(settings)
    with psycopg.connect(settings.database_url("owner")) as owner:
        owner.execute("create table sales.examples (id int)")
        owner.execute("grant insert on sales.examples to qooerp_app")
    with psycopg.connect(settings.database_url("app")) as app:
        assert app.execute("insert into sales.examples values (1)").rowcount == 1
    with psycopg.connect(ensure_analyst(settings, "theirs")) as analyst:
        assert analyst.execute("select current_user, current_setting('is_superuser')").fetchone() == (
            "analyst_theirs",
            "off",
        )


def test_a_login_that_may_not_make_roles_is_told_what_it_needs(
    brought: EmbeddedPostgres, clean_environment: pytest.MonkeyPatch
) -> None:
    clean_environment.setenv("DATABASE_URL", brought_url(brought, "nobody"))
    with pytest.raises(DatabaseNotPrepared, match="CREATEROLE"):
        ensure_roles(Settings())


def test_a_server_that_is_not_there_is_named(clean_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean_environment.setenv("QOOERP_HOME", str(tmp_path))
    clean_environment.setenv("DATABASE_URL", "postgresql://me:hunter22@127.0.0.1:1/books")
    with pytest.raises(DatabaseNotPrepared, match="does not answer") as refusal:
        ensure_roles(Settings())
    assert "hunter22" not in str(refusal.value)


@pytest.mark.feature("ARCH-01")
def test_an_analyst_can_call_nothing_that_others_wait_for_or_that_writes(prepared: Settings) -> None:
    with psycopg.connect(ensure_analyst(prepared, "north-wind"), autocommit=True) as analyst:
        analyst.execute("set default_transaction_read_only = off")
        for call in (
            "pg_advisory_lock(hashtextextended('sign-in:buyer@harbour', 0))",
            "pg_try_advisory_xact_lock_shared(1, 2)",
            "lo_from_bytea(0, 'x')",
            "lo_create(0)",
            "pg_logical_emit_message(false, 'x', 'y')",
            "pg_export_snapshot()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                analyst.execute(f"select {call}".encode())
    for role in DatabaseRole:
        with psycopg.connect(prepared.database_url(role)) as ours:
            ours.execute("select pg_advisory_xact_lock(1)")
    assert left_open(prepared) is None


def test_an_analyst_sees_no_other_database_of_our_server(prepared: Settings) -> None:
    address = ensure_analyst(prepared, "north-wind")
    for other in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(address, dbname=other)


def test_what_an_analyst_has_set_for_later_sessions_ends_with_the_next_start(prepared: Settings) -> None:
    address = ensure_analyst(prepared, "north-wind")
    with psycopg.connect(address, autocommit=True) as analyst:
        analyst.execute("set default_transaction_read_only = off")
        analyst.execute("alter role current_user reset all")
        analyst.execute("alter role current_user set search_path = 'x'")
        analyst.execute(f"alter role current_user in database {analyst.info.dbname} set statement_timeout = 0".encode())
    ensure_roles(prepared)
    with psycopg.connect(address) as analyst:
        names = ("search_path", "statement_timeout", "idle_session_timeout", "default_transaction_read_only")
        found = [analyst.execute("select current_setting(%s)", [name]).fetchone() for name in names]
    assert found == [("marts",), ("1min",), ("15min",), ("on",)]


def test_analysts_of_one_tenant_cannot_take_all_connections(prepared: Settings) -> None:
    address = ensure_analyst(prepared, "north-wind")
    with ExitStack() as opened:
        for _ in range(ANALYST_CONNECTIONS_MAX):
            opened.enter_context(psycopg.connect(address))
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            psycopg.connect(address)


def test_sessions_of_analysts_that_stay_too_long_are_ended_and_no_others(one_table: Settings) -> None:
    address = ensure_analyst(one_table, "north-wind")
    with (
        psycopg.connect(one_table.database_url("warehouse"), autocommit=True) as warehouse,
        psycopg.connect(one_table.database_url("app")) as app,
        closing(psycopg.connect(address)) as holder,
        closing(psycopg.connect(address, autocommit=True)) as idle,
    ):
        app.execute("select 1")
        holder.execute("set idle_in_transaction_session_timeout = 0")
        holder.execute("select * from fct_examples")
        idle.execute("select 1")
        assert end_long_sessions(warehouse) == []
        warehouse.execute("select pg_sleep(0.05)")
        assert end_long_sessions(warehouse, transaction_seconds_max=0.01) == ["analyst_north_wind"]
        # A rebuild waited for this.
        warehouse.execute("set lock_timeout = '5s'")
        warehouse.execute("alter table marts.fct_examples add column is_new boolean")
        assert idle.execute("select 1").fetchone() == (1,)
        warehouse.execute("select pg_sleep(0.05)")
        assert end_long_sessions(warehouse, idle_seconds_max=0.01) == ["analyst_north_wind"]
        assert app.execute("select 1").fetchone() == (1,)


def test_on_a_server_of_the_user_it_is_said_what_its_administrator_has_to_run(
    brought: EmbeddedPostgres, clean_environment: pytest.MonkeyPatch
) -> None:
    clean_environment.setenv("DATABASE_URL", brought_url(brought, "admin"))
    settings = Settings()
    ensure_roles(settings)
    address, statement = ensure_analyst(settings, "theirs"), left_open(settings)
    assert statement is not None
    with psycopg.connect(brought.url(), autocommit=True) as superuser:
        superuser.execute(statement.encode())
    assert left_open(settings) is None
    with psycopg.connect(address) as analyst, pytest.raises(psycopg.errors.InsufficientPrivilege):
        analyst.execute("select pg_advisory_lock(1)")
    with psycopg.connect(settings.database_url("app")) as app:
        app.execute("select pg_advisory_xact_lock(1)")
    with (
        psycopg.connect(settings.database_url("warehouse"), autocommit=True) as warehouse,
        closing(psycopg.connect(address)),
    ):
        warehouse.execute("select pg_sleep(0.05)")
        assert end_long_sessions(warehouse, idle_seconds_max=0.01) == ["analyst_theirs"]
