"""A tenant's analysts read its rows of the marts with plain SQL, and nobody else's, whatever they try."""

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import insert

from olap.asker import Asker
from olap.marts import why_unreadable
from olap.rights import declared_marts
from pipelines.batches import Pipeline
from pipelines.dbt.policies import WITHHELD, ensure_mart_policies
from runtime.roles import ensure_analyst
from runtime.settings import Settings
from tests.pipelines.posting import open_books, post_sales
from transactional.identity.models import Tenant
from transactional.identity.system_roles import SYSTEM_ROLES
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.session import Database

TRICKS = (
    "select set_config('app.tenant_id', '{other}', false)",
    "set app.tenant_id = '{other}'",
    "set row_security = off",
    "set session_replication_role = replica",
    "set role qooerp_analysts",
    "set role qooerp_warehouse",
    "set session authorization qooerp_warehouse",
    "set search_path = pg_temp, marts",
    "set default_transaction_read_only = off",
    "create function pg_temp.analyst_tenant() returns uuid language sql as $$ select '{other}'::uuid $$",
)


@pytest.fixture
def settings(built_settings: Settings) -> Settings:
    return built_settings


@pytest.fixture
def tenants(database: Database) -> tuple[Principal, Principal]:
    made = []
    for slug in ("north", "south-coast"):
        principal = system_principal(new_id(), channel="test")
        with database.transaction(principal) as session:
            session.execute(insert(Tenant).values(id=principal.tenant_id, slug=slug, name=slug))
        made.append(principal)
        books = open_books(database, principal)
        post_sales(database, principal, books, ["10.00"] if slug == "north" else ["1.00", "2.00"])
    return made[0], made[1]


def _tenants_seen(connection: psycopg.Connection) -> set[UUID]:
    return {row[0] for row in connection.execute("select tenant_id from marts.fct_journal_lines")}


def test_an_analyst_sees_the_rows_of_one_tenant_whatever_is_tried(
    make_pipeline: Callable[..., Pipeline], settings: Settings, tenants: tuple[Principal, Principal]
) -> None:
    north, south = tenants
    make_pipeline().run()
    for slug, mine, other in (("north", north, south), ("south-coast", south, north)):
        with psycopg.connect(ensure_analyst(settings, slug), autocommit=True) as analyst:
            assert _tenants_seen(analyst) == {mine.tenant_id}
            for trick in TRICKS:
                _try(analyst, trick.format(other=other.tenant_id))
                assert _seen_after(analyst) <= {mine.tenant_id}, trick


def _try(connection: psycopg.Connection, statement: str) -> None:
    try:
        connection.execute(statement)
    except psycopg.Error:
        connection.rollback()


def _seen_after(connection: psycopg.Connection) -> set[UUID]:
    try:
        return _tenants_seen(connection)
    except psycopg.errors.InsufficientPrivilege:
        return set()


def test_an_analyst_reads_marts_only_and_writes_nothing(
    make_pipeline: Callable[..., Pipeline], settings: Settings, tenants: tuple[Principal, Principal]
) -> None:
    assert tenants
    make_pipeline().run()
    with psycopg.connect(ensure_analyst(settings, "north"), autocommit=True) as analyst:
        for forbidden in (
            "select * from raw.journal_lines",
            "select * from ledger.journal_lines",
            "select * from staging.stg_erp__journal_lines",
            "delete from marts.fct_journal_lines",
            "create table marts.mine (x int)",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                analyst.execute(forbidden)


def test_a_table_that_was_just_built_is_closed_until_its_policy_stands(
    make_pipeline: Callable[..., Pipeline],
    settings: Settings,
    tenants: tuple[Principal, Principal],
) -> None:
    north, _ = tenants
    pipeline = make_pipeline()
    pipeline.run()
    pipeline.dbt.run("run", select=["fct_journal_lines"], options=["--full-refresh"])
    with psycopg.connect(ensure_analyst(settings, "north"), autocommit=True) as analyst:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _tenants_seen(analyst)
        pipeline.run(republish=True)
        make_pipeline().run(republish=True)
        assert _tenants_seen(analyst) == {north.tenant_id}


def test_every_stored_mart_is_under_its_policy(
    make_pipeline: Callable[..., Pipeline], warehouse: psycopg.Connection
) -> None:
    make_pipeline().run()
    open_marts = warehouse.execute(
        "select relname from pg_class where relnamespace = 'marts'::regnamespace and relkind = 'r'"
        " and not (relrowsecurity and exists (select from pg_policy where polrelid = pg_class.oid))"
    ).fetchall()
    assert open_marts == []


@pytest.mark.feature("PERM-07")
def test_sql_withholds_the_marts_that_the_interface_refuses_an_analyst() -> None:
    [analyst] = [role for role in SYSTEM_ROLES if role.code == "analyst"]
    asker = Asker("acme", frozenset(analyst.permissions))
    assert {mart for mart in declared_marts() if why_unreadable(mart, asker)} == WITHHELD


def test_a_mart_that_an_earlier_version_opened_and_this_one_withholds_is_closed(
    make_pipeline: Callable[..., Pipeline],
    settings: Settings,
    warehouse: psycopg.Connection,
    tenants: tuple[Principal, Principal],
) -> None:
    assert tenants
    make_pipeline().run()
    with psycopg.connect(ensure_analyst(settings, "north"), autocommit=True) as analyst:
        warehouse.execute("create table marts.fct_offers (tenant_id uuid)")
        try:
            warehouse.execute("alter table marts.fct_offers enable row level security")
            warehouse.execute("create policy analysts on marts.fct_offers for select to qooerp_analysts using (true)")
            warehouse.execute("grant select on marts.fct_offers to qooerp_analysts")
            assert analyst.execute("select * from marts.fct_offers").fetchall() == []
            assert ensure_mart_policies(warehouse) == ["fct_offers"]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                analyst.execute("select * from marts.fct_offers")
            assert ensure_mart_policies(warehouse) == []
        finally:
            warehouse.execute("drop table marts.fct_offers")
