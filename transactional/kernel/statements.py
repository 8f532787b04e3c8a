"""Statements written once: SQLAlchemy says them as text when they are first used, the driver gets that text and values.

A statement that is built, looked up and unpacked anew for each request costs the application several times what it
costs the database. What runs in every document's verb is therefore a constant of its module; what runs now and then is
written where it is used.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import ARRAY, ClauseElement, ColumnElement, Select, Uuid, any_, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from transactional.kernel.arrays import uuid_array
from transactional.kernel.session import DIALECT, Session
from transactional.kernel.wire import Answer, Statement

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")


def among(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """Whether a column holds one of the ids that a statement is given under a name; an absent id matches nothing."""
    return column == any_(bindparam(name, type_=ARRAY(Uuid())))


class _Statement:
    """A statement and its text."""

    def __init__(self, clause: ClauseElement) -> None:
        """Keep what is to be said; lists of ids are given by `among`."""
        self._clause = clause

    @cached_property
    def _text(self) -> tuple[str, dict[str, Any], frozenset[str]]:
        """The text, the values it always has, and the names of those that are lists of ids."""
        compiled: Any = self._clause.compile(dialect=DIALECT)
        lists = {name for name, bound in compiled.binds.items() if isinstance(bound.type, ARRAY)}
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return compiled.string, fixed, frozenset(lists)

    def _ask(self, session: Session, values: Mapping[str, Any]) -> Statement:
        sql, fixed, lists = self._text
        told = {name: uuid_array(value) if name in lists else value for name, value in values.items()}
        return session.ask(sql, {**fixed, **told} if fixed else told)


class Asked(Generic[Row]):
    """Rows that were asked for: they come with the next thing that is looked at, or when they are."""

    __slots__ = ("_read", "_rows", "_session", "_statement")

    def __init__(self, session: Session, statement: Statement, read: Callable[[Answer], list[Row]]) -> None:
        """Remember how an answer becomes rows."""
        self._session, self._statement, self._read = session, statement, read
        self._rows: list[Row] | None = None

    def rows(self) -> list[Row]:
        """The rows, the same whenever they are looked at.  Raises: what the database says to anything asked so far."""
        if self._rows is None:
            self._rows = self._read(self._session.answer_to(self._statement))
        return self._rows


class Query(_Statement, Generic[Row]):
    """A statement that selects rows of one model: `Query(select(Order).where(among(Order.id, "orders")))`."""

    def __init__(self, statement: Select[Row]) -> None:
        """Remember the model whose rows come back."""
        super().__init__(statement)
        self._model: type[Row] = statement.column_descriptions[0]["entity"]
        self._names: list[str] | None = None

    def rows(self, session: Session, **values: Any) -> list[Row]:
        """The rows, as values that no session watches."""
        return self._read(session.answer_to(self._ask(session, values)))

    def ask(self, session: Session, **values: Any) -> Asked[Row]:
        """The rows, in one round trip with what is asked before and after."""
        return Asked(session, self._ask(session, values), self._read)

    def _read(self, answer: Answer) -> list[Row]:
        if self._names is None:
            self._names = answer.names()
        names, model = self._names, self._model
        return [plain_row(model, names, found) for found in answer.rows()]


def plain_row(model: type[Row], names: Sequence[str], values: Iterable[Any]) -> Row:
    """A row as a value: what was read of it, and nobody who watches it."""
    row = object.__new__(model)
    row.__dict__.update(zip(names, values, strict=True))
    return row


class Lookup(_Statement, Generic[*Columns]):
    """A statement that selects some columns."""

    def __init__(self, statement: Select[*Columns]) -> None:
        """Keep the statement."""
        super().__init__(statement)

    def rows(self, session: Session, **values: Any) -> list[tuple[*Columns]]:
        """The selected values, row by row."""
        return session.answer_to(self._ask(session, values)).rows()

    def ask(self, session: Session, **values: Any) -> Asked[tuple[*Columns]]:
        """The selected values, in one round trip with what is asked before and after."""
        return Asked(session, self._ask(session, values), Answer.rows)
