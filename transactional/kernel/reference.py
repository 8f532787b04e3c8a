"""What every document looks at and hardly anyone changes: companies, taxes, accounts, units, kept by the process.

Each tenant has a mark in the database that moves with every change of such a table, in the same transaction. A
transaction learns the mark when it begins: what is kept under this mark is what it would read. What a transaction
changes itself it reads anew, once after each change.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Table, inspect, select

from transactional.kernel.model import Base, is_reference
from transactional.kernel.session import Session
from transactional.kernel.statements import Query

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)


class Reference(Generic[T]):
    """Something made from reference tables alone; the same object serves many transactions, so nobody changes it."""

    def __init__(self, load: Callable[[Session], T]) -> None:
        """Say how it is read."""
        self._load = load

    def of(self, session: Session) -> T:
        """What this tenant has now."""
        mark = session.reference_mark
        if mark is None:
            return self._of_changed(session)
        key = (self, session.tenant_id)
        found: tuple[int, T] | None = session.kept.get(key)
        if found is None or found[0] != mark:
            found = (mark, self._load(session))
            session.kept[key] = found
        return found[1]

    def _of_changed(self, session: Session) -> T:
        if self not in session.changed:
            session.changed[self] = self._load(session)
        found: T = session.changed[self]
        return found


@cache
def reference_rows(model: type[Any]) -> Reference[dict[UUID, Any]]:
    """All rows of a reference table by id."""
    statement: Query[Any] = Query(select(model))
    return Reference(lambda session: {row.id: row for row in statement.rows(session)})


def read_all(session: Session, model: type[Row]) -> Mapping[UUID, Row]:
    """All rows of a reference table by id."""
    rows: Mapping[UUID, Row] = reference_rows(model).of(session)
    return rows


def note_change(session: Session, table: Table) -> None:
    """Have this transaction read reference tables anew once it has changed one."""
    if is_reference(table):
        session.forget_references()


@cache
def is_kept(model: type[Any]) -> bool:
    """Whether the rows of a model are reference data."""
    table = inspect(model).local_table
    return isinstance(table, Table) and is_reference(table)
