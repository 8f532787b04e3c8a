"""One transaction, one tenant. The edge opens and commits it; services only use it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
import psycopg
from sqlalchemy import (
    ClauseElement,
    Connection,
    CursorResult,
    Engine,
    Select,
    TableClause,
    TextClause,
    create_engine,
    event,
    orm,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.visitors import iterate

from runtime import tracing
from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.pool import CountingPool, PoolFigures
from transactional.kernel.principal import Principal
from transactional.kernel.wire import Answer, Statement, StatementFailed, Wire
from transactional.kernel.writes import ROWS_MAX, Write

_ENTER = "select kernel.enter(%(tenant)s, %(user)s, %(channel)s, %(trace)s, %(plans)s)"
_WIRE = "wire"
WAIT_SECONDS_MAX = 30.0
_SQL_SHOWN_MAX = 2_000


DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]


class Session(orm.Session):
    """A transaction that keeps no rows: they are read as values and written by explicit set statements.

    What is asked of it waits, and goes to the database in its order, in one round trip, when an answer is looked at.
    """

    principal: Principal
    kept: dict[Any, tuple[int, Any]]
    """What the process keeps of reference tables, with the mark it was read under."""
    changed: dict[Any, Any]
    """The same of a transaction that has changed a reference table, for itself and until it changes another."""
    held: dict[str, Any]
    """What modules remember of rows they have locked or have yet to write; a rollback forgets it."""
    before_commit: list[Callable[[], None]]
    """What is left to the end of the transaction."""
    postponed: dict[tuple[str, ...], Callable[[], None]]
    """What is done before tables named so are read, and before the transaction ends."""
    _waiting: list[Statement | Write]
    _under_way: list[Statement | Write]
    _plans: str

    def enter(self, principal: Principal, plans: str) -> None:
        """Run what follows under the principal's tenant, in a transaction that begins with the first statement."""
        self.principal, self._plans = principal, plans
        self.before_commit, self.postponed, self.held = [], {}, {}
        self._open()

    def _open(self) -> None:
        principal = self.principal
        values = {
            "tenant": principal.tenant_id,
            "user": "" if principal.user_id is None else principal.user_id.hex,
            "channel": principal.channel,
            "trace": principal.trace_id or "",
            "plans": self._plans,
        }
        entered = Statement(_ENTER, values)
        self._opening = (Statement("begin"), entered)
        self._waiting, self._under_way = [*self._opening], []
        self._mark: int | Statement | None = entered

    @property
    def reference_mark(self) -> int | None:
        """The tenant's mark when the transaction began; nothing once it has changed a reference table."""
        if isinstance(self._mark, Statement):
            [[mark]] = self.answer_to(self._mark).rows()
            self._mark = int(mark)
        return self._mark

    def forget_references(self) -> None:
        """Have reference tables read anew from now on."""
        self._mark, self.changed = None, {}

    def ask(self, sql: str, values: Mapping[str, Any] | None = None) -> Statement:
        """A statement that waits to be sent; `answer_to` sends it."""
        self.finish_postponed(sql)
        statement = Statement(sql, values)
        self._waiting.append(statement)
        return statement

    def answer_to(self, statement: Statement) -> Answer:
        """What the database says to a statement, everything that waits sent with it.

        Raises: DBAPIError around whatever the driver raises, like everything else a session sends; the refusal of a
        write that was sent with it.
        """
        if statement.answer is None:
            self.send_waiting()
        if statement.answer is None:
            raise BrokenInvariant("a statement was asked in a transaction that is rolled back")
        return statement.answer

    def send(self, sql: str, values: Mapping[str, Any] | None = None) -> Answer:
        """What the database says to a statement now.  Raises: like `answer_to`."""
        return self.answer_to(self.ask(sql, values))

    def select(self, statement: Select[Any]) -> CursorResult[Any]:
        """What a statement of the library's finds now, as rows of columns: no objects are made or watched."""
        self.come_before(statement)
        return self.connection().execute(statement)

    def come_before(self, statement: Any) -> None:
        """Everything is sent and done that a statement of the library's would see."""
        if self.postponed:
            self.finish_postponed(tables_named(statement))
        self.send_waiting()

    def write(self, write: Write) -> None:
        """Have rows written, at the latest when the transaction ends.

        Many rows are sent at once, and the database writes them while what comes next is made ready.
        """
        self._waiting.append(write)
        if write.rows > ROWS_MAX:
            try:
                self.wire.launch(self._waiting)
            except psycopg.Error as error:
                # Unsent as it is, it keeps waiting: nobody can commit what it belongs to.
                raise _raised(write, error) from error
            self._under_way += self._waiting
            self._waiting = []

    def send_waiting(self) -> None:
        """Nothing waits any more, and what was sent is answered.  Raises: like `answer_to`."""
        waiting, self._waiting = self._waiting, []
        sent, self._under_way = [*self._under_way, *waiting], []
        if not sent:
            return
        try:
            self.wire.exchange(waiting)
        except StatementFailed as failed:
            # What was refused first counts, also where a statement after it has failed because of it.
            _check(each for each in sent if each.answer is not None)
            if isinstance(failed.statement, Write):
                failed.statement.check_failed(failed.error)
            raise _raised(failed.statement, failed.error) from failed.error
        except psycopg.Error as error:
            # Unsent as it is, it keeps waiting: nobody can commit what it belongs to.
            self._waiting = waiting
            raise _raised(sent[0], error) from error
        _check(sent)

    def finish(self) -> None:
        """The transaction is committed, if it ever began; what waits travels along.  Raises: like `answer_to`."""
        self.finish_postponed()
        for finish in self.before_commit:
            finish()
        if self._under_way:
            # Whether it found its rows is known before the commit is sent.
            self.send_waiting()
        for each in self._waiting:
            if isinstance(each, Write):
                each.guard()
        if self._waiting != [*self._opening]:
            self._waiting.append(Statement("commit"))
            self.send_waiting()
        self._waiting = []

    def postpone(self, tables: tuple[str, ...], finish: Callable[[], None]) -> None:
        """Have something done at the end, for it locks what everybody needs; or before a statement names a table."""
        self.postponed[tables] = finish

    def finish_postponed(self, sql: str | None = None) -> None:
        """Nothing is postponed any more that a statement would see; without one, nothing at all."""
        if self.postponed:
            for tables in [each for each in self.postponed if sql is None or any(table in sql for table in each)]:
                self.postponed.pop(tables)()

    def begin_nested(self) -> orm.SessionTransaction:
        """A savepoint: what is rolled back to it was neither held, nor told, nor waiting to be written."""
        self.finish_postponed()
        self.send_waiting()
        savepoint = super().begin_nested()
        self.connection()  # only then is the savepoint really there
        self.info.setdefault("told_before", {})[savepoint] = len(self.info.get("events", ()))
        return savepoint

    def rollback(self) -> None:
        """Undo what was done, what only waits to be sent included: then the database knows of no transaction yet."""
        is_known = self.in_transaction()
        super().rollback()
        if not is_known:
            self.info.pop("events", None)
        # What is asked from now on begins a transaction of its own.
        self.forget()
        self._open()

    def forget(self) -> None:
        """Nothing is held, postponed or waiting to be sent any more."""
        self.postponed, self.held, self._waiting, self._under_way = {}, {}, [], []
        self.forget_references()

    @property
    def tenant_id(self) -> UUID:
        """The one tenant this transaction runs under."""
        return self.principal.tenant_id

    @cached_property
    def wire(self) -> Wire:
        """The way to the database, over the connection that carries the transaction."""
        fairy = self.connection().connection
        wire: Wire | None = fairy.info.get(_WIRE)
        if wire is None:
            driver: psycopg.Connection[Any] = fairy.driver_connection  # type: ignore[assignment]
            wire = fairy.info[_WIRE] = Wire(driver)
        return wire


def tables_named(statement: ClauseElement) -> str:
    """The tables that a statement of the library's names, and what it says in plain text.

    To write the whole statement for that takes five to ten times as long.
    """
    found: set[str] = set()
    sources, seen = [statement], {statement}
    while sources:
        for part in iterate(sources.pop()):
            if isinstance(part, TableClause):
                found.add(part.fullname)
            elif isinstance(part, TextClause):
                found.add(part.text)
            # What a column is taken from is named by nothing else where it is the only one.
            elif (source := getattr(part, "table", None)) is not None and source not in seen:
                seen.add(source)
                sources.append(source)
    return " ".join(found)


def _check(sent: Iterable[Statement]) -> None:
    """Nothing when all writes found their rows.  Raises: the refusal of the first that did not."""
    for each in sent:
        if isinstance(each, Write):
            each.check()


def _raised(statement: Statement, error: psycopg.Error) -> Exception:
    raised: Exception = DBAPIError.instance(
        statement.sql, dict(statement.values), error, psycopg.Error, dialect=DIALECT
    )
    return raised


@event.listens_for(Session, "before_flush")
def _refuse_flush(session: orm.Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise BrokenInvariant("rows are written by insert_all, update_all and delete_all, never by flushing")


@event.listens_for(Session, "before_commit")
def _send_last_writes(session: Session) -> None:
    session.finish_postponed()
    session.send_waiting()


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: orm.SessionTransaction) -> None:
    """What was rolled back was neither held, nor told, nor is it still to be written."""
    session.forget()
    del session.info.get("events", [])[session.info.get("told_before", {}).pop(ended, 0) :]


@event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, ended: orm.SessionTransaction) -> None:
    # The connection is somebody else's from now on.
    if ended.parent is None:
        session.__dict__.pop("wire", None)
        session._open()  # noqa: SLF001  # a listener is the session's own


@event.listens_for(Session, "do_orm_execute")
def _send_writes(state: orm.ORMExecuteState) -> None:
    if isinstance(state.session, Session):
        state.session.come_before(state.statement)


def _abandon(connection: Connection, *_: Any) -> None:
    """Before the driver undoes anything, what is under way has to come back."""
    if not connection.closed and not connection.invalidated:
        wire: Wire | None = connection.connection.info.get(_WIRE)
        if wire is not None:
            wire.abandon()


def _note_begin(*seen: Any) -> None:
    """Note when a statement of SQLAlchemy's begins; connection, cursor, statement, values, context, many."""
    if tracing.current.get() is not None:
        seen[4].began_ns = time.perf_counter_ns()


def _note_end(*seen: Any) -> None:
    trace, began = tracing.current.get(), getattr(seen[4], "began_ns", None)
    if trace is not None and began is not None:
        trace.note("sql", began, time.perf_counter_ns(), statements=1, sql=" ".join(seen[2].split())[:_SQL_SHOWN_MAX])


class Database:
    """A pool of connections of one role."""

    def __init__(
        self, url: str, *, pool_size: int = 5, max_overflow: int = 10, wait_seconds_max: float = WAIT_SECONDS_MAX
    ) -> None:
        """Connect lazily to a `postgresql://` address; who waits longer for a connection meets `TimeoutError`."""
        address = make_url(url).set(drivername="postgresql+psycopg")
        self.engine: Engine = create_engine(
            address,
            poolclass=CountingPool,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=wait_seconds_max,
            pool_pre_ping=False,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            # The driver forgets all plans of a connection, ours too, at a rollback after it has made one itself.
            connect_args={"prepare_threshold": None},
        )
        event.listen(self.engine, "before_cursor_execute", _note_begin)
        event.listen(self.engine, "after_cursor_execute", _note_end)
        event.listen(self.engine, "rollback", _abandon)
        event.listen(self.engine, "rollback_savepoint", _abandon)
        self._size_max = pool_size + max_overflow
        self._kept: dict[Any, tuple[int, Any]] = {}

    @contextmanager
    def transaction(self, principal: Principal, *, is_one_document: bool = False) -> Iterator[Session]:
        """A session under the principal's tenant: committed at the end, rolled back on any error.

        A transaction about one document runs statements whose plans are kept: planning them anew for each document
        costs the database as much as carrying them out.
        """
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            session.kept = self._kept
            session.enter(principal, "force_generic_plan" if is_one_document else "auto")
            yield session
            session.finish()
            session.commit()

    @contextmanager
    def outside_tenants(self) -> Iterator[orm.Session]:
        """A session without a tenant: sees accounts and tenants, and no row of any tenant."""
        with orm.Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session
            session.commit()

    def pool_figures(self) -> PoolFigures:
        """How the pool stands now."""
        pool = self.engine.pool
        if not isinstance(pool, CountingPool):
            raise BrokenInvariant("the engine has a pool of another kind")
        return PoolFigures(pool.checkedout(), pool.checkedin(), self._size_max, pool.waiting)

    def close(self) -> None:
        """End all pooled connections."""
        self.engine.dispose()
