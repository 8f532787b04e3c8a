"""One transaction, one tenant. The edge opens and commits it; services only use it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
import psycopg
from sqlalchemy import Engine, create_engine, event, orm
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.principal import Principal
from transactional.kernel.writes import Write, Writes

_ENTER = "select kernel.enter(%(tenant)s, %(user)s, %(channel)s, %(trace)s, %(plans)s)"


DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
PREPARED_MAX = 1_000
"""Statements a connection keeps planned."""


class Session(orm.Session):
    """A transaction that keeps no rows: they are read as values and written by explicit set statements."""

    principal: Principal
    kept: dict[Any, tuple[int, Any]]
    """What the process keeps of reference tables, with the mark it was read under."""
    reference_mark: int | None
    """The tenant's mark when the transaction began; nothing once the transaction has changed a reference table."""
    held: dict[str, Any]
    """What modules remember of rows they have locked or have yet to write; a rollback forgets it."""
    before_commit: list[Callable[[], None]]
    """What is left to the end of the transaction."""
    writes: Writes
    """What waits to be written; it is sent before anything is read."""
    postponed: dict[tuple[str, ...], Callable[[], None]]
    """What is done before tables named so are read, and before the transaction ends."""

    def send(self, sql: str, values: Mapping[str, Any] | None = None) -> psycopg.Cursor[Any]:
        """What the driver answers to a statement, writes that wait sent before it.

        Raises: DBAPIError around whatever the driver raises, like everything else a session sends.
        """
        self.finish_postponed(sql)
        self.writes.send(self._tell)
        return self._tell(sql, values)

    def postpone(self, tables: tuple[str, ...], finish: Callable[[], None]) -> None:
        """Have something done at the end, for it locks what everybody needs; or before a statement names a table."""
        self.postponed[tables] = finish

    def finish_postponed(self, sql: str | None = None) -> None:
        """Nothing is postponed any more that a statement would see; without one, nothing at all."""
        for tables in [each for each in self.postponed if sql is None or any(table in sql for table in each)]:
            self.postponed.pop(tables)()

    def write(self, write: Write) -> None:
        """Have rows written, at the latest when the transaction ends.  Raises: like `send`, for any write so far."""
        self.writes.add(write, self._tell)

    def send_writes(self) -> None:
        """Have everything written now.  Raises: like `send`, for any write so far."""
        self.writes.send(self._tell)

    def begin_nested(self) -> orm.SessionTransaction:
        """A savepoint: what is rolled back to it was neither held, nor told, nor waiting to be written."""
        self.finish_postponed()
        self.send_writes()
        savepoint = super().begin_nested()
        self.connection()  # only then is the savepoint really there
        self.info.setdefault("told_before", {})[savepoint] = len(self.info.get("events", ()))
        return savepoint

    def _tell(self, sql: str, values: Mapping[str, Any] | None = None) -> psycopg.Cursor[Any]:
        try:
            return self.driver.execute(sql, values)
        except psycopg.Error as error:
            raise DBAPIError.instance(sql, dict(values or {}), error, psycopg.Error, dialect=DIALECT) from error

    @property
    def tenant_id(self) -> UUID:
        """The one tenant this transaction runs under."""
        return self.principal.tenant_id

    @cached_property
    def driver(self) -> psycopg.Connection[Any]:
        """The driver's connection that carries the transaction."""
        connection: psycopg.Connection[Any] = self.connection().connection.driver_connection  # type: ignore[assignment]
        return connection


@event.listens_for(Session, "before_flush")
def _refuse_flush(session: orm.Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise BrokenInvariant("rows are written by insert_all, update_all and delete_all, never by flushing")


@event.listens_for(Session, "before_commit")
def _send_last_writes(session: Session) -> None:
    session.finish_postponed()
    session.send_writes()


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: orm.SessionTransaction) -> None:
    """What was rolled back was neither held, nor told, nor is it still to be written."""
    session.writes, session.postponed, session.held = Writes(), {}, {}
    session.reference_mark = None
    del session.info.get("events", [])[session.info.get("told_before", {}).pop(ended, 0) :]


@event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, ended: orm.SessionTransaction) -> None:
    # The connection is somebody else's from now on.
    if ended.parent is None:
        session.__dict__.pop("driver", None)


@event.listens_for(Session, "do_orm_execute")
def _send_writes(state: orm.ORMExecuteState) -> None:
    if isinstance(state.session, Session):
        if state.session.postponed:
            statement: Any = state.statement
            state.session.finish_postponed(str(statement.compile(dialect=DIALECT)))
        state.session.send_writes()


def _keep_prepared(connection: Any, _record: Any) -> None:
    connection.prepared_max = PREPARED_MAX


def _enter(session: Session, principal: Principal, plans: str) -> None:
    values = {
        "tenant": str(principal.tenant_id),
        "user": str(principal.user_id or ""),
        "channel": principal.channel,
        "trace": principal.trace_id or "",
        "plans": plans,
    }
    [session.reference_mark] = session.send(_ENTER, values).fetchall()[0]


class Database:
    """A pool of connections of one role."""

    def __init__(self, url: str, *, pool_size: int = 5, max_overflow: int = 10) -> None:
        """Connect lazily to a `postgresql://` address."""
        address = make_url(url).set(drivername="postgresql+psycopg")
        self.engine: Engine = create_engine(
            address,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_pre_ping=False,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={"prepare_threshold": 3},
        )

        self._kept: dict[Any, tuple[int, Any]] = {}
        # One request uses a hundred statements and more: with the driver's limit of 100 each would be planned anew.
        event.listen(self.engine, "connect", _keep_prepared)

    @contextmanager
    def transaction(self, principal: Principal, *, is_one_document: bool = False) -> Iterator[Session]:
        """A session under the principal's tenant: committed at the end, rolled back on any error.

        A transaction about one document runs statements whose plans are kept: planning them anew for each document
        costs the database as much as carrying them out.
        """
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            session.principal = principal
            session.kept = self._kept
            session.before_commit = []
            session.writes, session.postponed, session.held = Writes(), {}, {}
            _enter(session, principal, "force_generic_plan" if is_one_document else "auto")
            yield session
            session.finish_postponed()
            for finish in session.before_commit:
                finish()
            session.commit()

    @contextmanager
    def outside_tenants(self) -> Iterator[orm.Session]:
        """A session without a tenant: sees accounts and tenants, and no row of any tenant."""
        with orm.Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session
            session.commit()

    def close(self) -> None:
        """End all pooled connections."""
        self.engine.dispose()
