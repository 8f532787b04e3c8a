"""Mirror images: rows that take other rows back, with the other sign."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import FromClause, select
from sqlalchemy.orm import InstrumentedAttribute

from transactional.kernel.arrays import any_of
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import Event
from transactional.kernel.rows import Row, read
from transactional.kernel.session import Session

_OWN = frozenset({"id", "tenant_id", "created_at", "created_by", "updated_at", "updated_by", "version", "row_xid"})
"""What every row has of its own."""


class Numbered(Protocol):
    """A document as its cancellation is told of."""

    id: Any
    number: Any


def mirror_of(row: Row, **own: Any) -> Row:
    """A new row like another one, its amounts and quantities with the other sign, but for what is given."""
    columns = _columns(row.__table__)
    copied = {name: -getattr(row, name) if is_negated else getattr(row, name) for name, is_negated in columns}
    model: type[Row] = type(row)
    return model(**{"id": new_id(), **copied, **own})


def read_lines_of(
    session: Session, parent: InstrumentedAttribute[UUID], document_ids: Collection[UUID], model: type[Row]
) -> list[Row]:
    """The lines of documents, by document and in the order they were written."""
    statement = select(model).where(any_of(parent, document_ids))
    return read(session, statement.order_by(parent, model.__table__.c.id))


def cancelled_event(topic: str, thing: str, document: Numbered, mirror: Numbered, on: date, at: datetime) -> Event:
    """A document was taken back by its mirror image on a day."""
    payload = {
        "number": document.number,
        "cancelled_on": on.isoformat(),
        "cancelled_by_id": str(mirror.id),
        "cancelled_by_number": mirror.number,
    }
    return Event(topic, thing, document.id, at, payload)


@cache
def _columns(table: FromClause) -> tuple[tuple[str, bool], ...]:
    """The columns that are copied, and whether their sign turns: prices, rates and shares keep theirs."""
    names = [column.name for column in table.columns if column.name not in _OWN]
    return tuple((name, name in {"amount", "qty"} or name.endswith(("_amount", "_qty"))) for name in names)
