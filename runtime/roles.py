"""The logins, schemas and rights inside the database, made and repaired at every start."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from runtime.settings import DatabaseRole, Settings

OPERATIONAL_SCHEMAS = (
    "kernel",
    "identity",
    "organization",
    "platform",
    "scm",
    "project",
    "catalog",
    "ledger",
    "inventory",
    "finance",
    "sales",
    "purchase",
    "production",
    "report",
    "watch",
    "assistant",
)
WAREHOUSE_SCHEMAS = ("raw", "staging", "intermediate", "marts")
# What all analysts share; policies on marts name this group and find the tenant by the login.
ANALYSTS = "qooerp_analysts"
SERVER_VERSION_MIN = 150_000
_ANALYST_STATEMENT_SECONDS_MAX = 60
ANALYST_TRANSACTION_SECONDS_MAX = 120
ANALYST_IDLE_SECONDS_MAX = 900
ANALYST_CONNECTIONS_MAX = 8
"""Of one tenant's analysts together: the server has a hundred, and everybody else needs some."""
_ANALYST_SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": f"{_ANALYST_STATEMENT_SECONDS_MAX}s",
    "idle_in_transaction_session_timeout": f"{_ANALYST_STATEMENT_SECONDS_MAX}s",
    "idle_session_timeout": f"{ANALYST_IDLE_SECONDS_MAX}s",
    "search_path": "marts",
}
"""What a session begins with. It may set each of them anew: what has to hold is held by rights and by the watch."""
_TOUCHES_OTHERS = r"^(pg_(try_)?advisory_|lo_|(loread|lowrite|pg_logical_emit_message|pg_export_snapshot)$)"
"""Functions that PostgreSQL gives everybody, with which a reader could still hold locks that others wait for, or write:
large objects, log records and files that no quota counts."""
_OPEN_FUNCTIONS = """
    select functions.oid::regprocedure::text from pg_proc as functions
    where functions.pronamespace = 'pg_catalog'::regnamespace and functions.proname ~ %s
        and has_function_privilege('public', functions.oid, 'execute')
    order by 1
"""


class DatabaseNotPrepared(RuntimeError):
    """Roles or schemas could not be made; the message says what the database's administrator has to grant."""


def ensure_roles(settings: Settings) -> None:
    """Make every role, schema and grant that is missing; what is right stays untouched.

    Raises: DatabaseNotPrepared when the server is too old, unreachable or does not let this login make roles.
    """
    ensure_logins(settings)
    with _preparing(settings) as connection:
        _ensure_vector(connection)
        _ensure_schemas(connection)
        if _is_superuser(connection):
            _withhold_functions(connection)
        if settings.uses_embedded_postgres:
            _close_other_databases(connection)
        for login in _analysts(connection):
            _limit_analyst(connection, login)


def ensure_logins(settings: Settings) -> None:
    """Make the roles alone, as a dump of the schemas expects them.

    Raises: DatabaseNotPrepared as `ensure_roles` does.
    """
    with _preparing(settings) as connection:
        for role in DatabaseRole:
            _ensure_login(connection, settings, role.login)
        _ensure_group(connection, ANALYSTS)


@contextmanager
def _preparing(settings: Settings) -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(settings.admin_database_url()) as connection:
            _check_server(connection)
            # Two starts at the same time would trip over each other's half made roles.
            connection.execute("select pg_advisory_xact_lock(hashtext('qooerp.ensure_roles'))")
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseNotPrepared(
            f"DATABASE_URL's login may not prepare the database ({error.diag.message_primary}). "
            "It needs CREATEROLE and ownership of the database, and pgvector installed by a superuser."
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseNotPrepared(f"The database does not answer: {error}") from error


def analyst_login(tenant_slug: str) -> str:
    """The name of the role with which one tenant's analysts read the marts.

    Raises: ValueError for a slug that is not lower case letters, digits and hyphens.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,40}", tenant_slug):
        raise ValueError(f"{tenant_slug!r} is not a tenant's slug: use lower case letters, digits and hyphens.")
    return f"analyst_{tenant_slug.replace('-', '_')}"


def ensure_analyst(settings: Settings, tenant_slug: str) -> str:
    """The connection URL of a tenant's read-only role over the marts, made on first use.

    The role sees a tenant's rows through policies keyed by its name; nothing it can set changes that.
    """
    login = analyst_login(tenant_slug)
    with psycopg.connect(settings.admin_database_url()) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('qooerp.ensure_roles'))")
        _ensure_login(connection, settings, login)
        name = sql.Identifier(login)
        connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(ANALYSTS), name))
        _limit_analyst(connection, login)
    return settings.url_as(login, settings.secrets.password(f"database.{login}"))


def left_open(settings: Settings) -> str | None:
    """What an administrator of a server that the user brought still has to run, so that analysts can hold up nobody.

    Nothing where it was done, as at each start by a login that is a superuser.
    """
    with psycopg.connect(settings.admin_database_url()) as connection:
        functions = _open_functions(connection)
    return _withholding(functions).as_string() if functions else None


def _analysts(connection: psycopg.Connection) -> list[str]:
    """The logins handed out so far."""
    found = connection.execute(
        "select member::regrole::text from pg_auth_members where roleid = %s::regrole and member::regrole::text ~ %s",
        [ANALYSTS, r"^analyst_"],
    )
    return sorted({str(login) for (login,) in found})


def _limit_analyst(connection: psycopg.Connection, login: str) -> None:
    """What a session of this login begins with, whatever the login has set for itself meanwhile."""
    name, database = sql.Identifier(login), sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("alter role {} connection limit {}").format(name, sql.Literal(ANALYST_CONNECTIONS_MAX)))
    connection.execute(sql.SQL("alter role {} reset all").format(name))
    connection.execute(sql.SQL("alter role {} in database {} reset all").format(name, database))
    for setting, value in _ANALYST_SETTINGS.items():
        connection.execute(
            sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
        )
    # Whoever is a member of a role may end its sessions: the worker does so with those that stay too long.
    connection.execute(sql.SQL("grant {} to {}").format(name, sql.Identifier(DatabaseRole.WAREHOUSE.login)))


def _open_functions(connection: psycopg.Connection) -> list[str]:
    return [str(name) for (name,) in connection.execute(_OPEN_FUNCTIONS, [_TOUCHES_OTHERS])]


def _withhold_functions(connection: psycopg.Connection) -> None:
    """Leave to our own roles what everybody else could only do harm with."""
    functions = _open_functions(connection)
    if functions:
        connection.execute(_withholding(functions))


def _withholding(functions: Iterable[str]) -> sql.Composed:
    named = sql.SQL(", ").join(sql.SQL(each) for each in functions)
    ours = sql.SQL(", ").join(sql.Identifier(role.login) for role in DatabaseRole)
    return sql.SQL(
        "grant execute on function {functions} to {ours}; revoke execute on function {functions} from public"
    ).format(functions=named, ours=ours)


def _close_other_databases(connection: psycopg.Connection) -> None:
    """Keep everybody out of what our own server holds beside ours: in there temporary tables are open to all."""
    for name in ("postgres", "template1"):
        closing = sql.SQL("revoke connect, temporary on database {} from public")
        connection.execute(closing.format(sql.Identifier(name)))


def _check_server(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < SERVER_VERSION_MIN:
        raise DatabaseNotPrepared(
            f"PostgreSQL 15 or newer is needed; DATABASE_URL leads to version {version // 10_000}."
        )


def _ensure_login(connection: psycopg.Connection, settings: Settings, login: str) -> None:
    """A role that may log in with the password of this installation and do nothing else yet."""
    password = settings.secrets.password(f"database.{login}")
    if _exists(connection, login):
        if _may_log_in(settings.url_as(login, password)):
            return
        verb = "alter role"
    else:
        verb = "create role"
    # Only the hash travels: a server that logs its statements never writes the password down.
    hashed = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL(verb + " {} login password {}").format(sql.Identifier(login), sql.Literal(hashed)))


def _ensure_group(connection: psycopg.Connection, name: str) -> None:
    if not _exists(connection, name):
        connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(name)))


def _ensure_vector(connection: psycopg.Connection) -> None:
    if connection.execute("select 1 from pg_extension where extname = 'vector'").fetchone():
        return
    if not connection.execute("select 1 from pg_available_extensions where name = 'vector'").fetchone():
        raise DatabaseNotPrepared("The server of DATABASE_URL has no pgvector: install its package on that machine.")
    connection.execute("create extension vector schema public")


def _ensure_schemas(connection: psycopg.Connection) -> None:
    owner, app, warehouse = (sql.Identifier(role.login) for role in DatabaseRole)
    analysts = sql.Identifier(ANALYSTS)
    database = sql.Identifier(connection.info.dbname)
    if not _is_superuser(connection):
        # To make a schema for another role, an ordinary login has to be a member of it.
        connection.execute(sql.SQL("grant {}, {} to current_user").format(owner, warehouse))
    connection.execute(sql.SQL("revoke create, temporary on database {} from public").format(database))
    connection.execute(sql.SQL("grant create, temporary on database {} to {}, {}").format(database, owner, warehouse))
    connection.execute(sql.SQL("grant temporary on database {} to {}").format(database, app))
    for name in OPERATIONAL_SCHEMAS:
        _ensure_schema(connection, name, owner)
        # Migrations grant table by table: what is written once must never be updatable by default.
        for reader in (app, warehouse):
            connection.execute(sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(name), reader))
    for name in WAREHOUSE_SCHEMAS:
        _ensure_schema(connection, name, warehouse)
    _grant(connection, "marts", warehouse, analysts, ("select on tables",))


def _ensure_schema(connection: psycopg.Connection, name: str, owner: sql.Identifier) -> None:
    connection.execute(sql.SQL("create schema if not exists {} authorization {}").format(sql.Identifier(name), owner))


def _grant(
    connection: psycopg.Connection, schema: str, owner: sql.Identifier, reader: sql.Identifier, rights: Iterable[str]
) -> None:
    """Rights on what the schema's owner will make in it; existing objects got theirs when they were made."""
    name = sql.Identifier(schema)
    connection.execute(sql.SQL("grant usage on schema {} to {}").format(name, reader))
    for right in rights:
        connection.execute(
            sql.SQL("alter default privileges for role {} in schema {} grant " + right + " to {}").format(
                owner, name, reader
            )
        )


def _is_superuser(connection: psycopg.Connection) -> bool:
    return connection.execute("select from pg_roles where rolname = current_user and rolsuper").fetchone() is not None


def _exists(connection: psycopg.Connection, role: str) -> bool:
    return connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is not None


def _may_log_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
