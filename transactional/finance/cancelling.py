"""What cancellations of posted documents share: what they ask first, and how goods that were moved go back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from transactional.finance.errors import (
    CancellationFinal,
    DocumentCancelled,
    DocumentInUse,
    DocumentNotPosted,
)
from transactional.finance.models import Invoice, InvoiceLine
from transactional.inventory.models import StockMove
from transactional.inventory.services.reverse_moves import reverse_moves
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import invalid
from transactional.kernel.mirrors import mirror_of
from transactional.kernel.rows import Row
from transactional.kernel.session import Session

POSTED, CANCELLED, RETURN = "posted", "cancelled", "return"


class Posted(Protocol):
    """A document that knows whether it takes another one back."""

    id: Any
    state: Any
    reverses_id: Any


class Moved(Protocol):
    """The mirror image of a document that moved goods."""

    id: Any
    journal_entry_id: Any


def check_may_cancel(
    documents: Iterable[Posted], *, on: date, day: str | None = None, names: Mapping[UUID, str] | None = None
) -> None:
    """Nothing where each document is posted and the day not before its own.

    Shapes: `day` is the column of that, where whoever takes the entry back does not look; `names` are what documents
    without a number are called.
    Raises: CancellationFinal for a mirror image; DocumentCancelled; DocumentNotPosted; Invalid.
    """
    for document in documents:
        number = names[document.id] if names else getattr(document, "number", None) or "without number"
        if document.reverses_id is not None:
            raise CancellationFinal(number=number)
        if document.state == CANCELLED:
            raise DocumentCancelled(number=number)
        if document.state != POSTED:
            raise DocumentNotPosted(number=number, state=document.state)
        if day and on < getattr(document, day):
            raise invalid("on", "before the day of the document", "too_early")


def mirrored(document: Row, **own: Any) -> Row:
    """The mirror image of a numbered document: it gets a number and an entry of its own, and is cancelled like it."""
    common = {"number": None, "journal_entry_id": None, "state": CANCELLED, "reverses_id": document.id}
    return mirror_of(document, **{**common, **own})


def resting_on(
    line: InstrumentedAttribute[Any],
    parent: InstrumentedAttribute[UUID],
    document: Any,
    line_ids: Collection[UUID],
    *conditions: ColumnElement[bool],
) -> Select[Any]:
    """What `check_unused` asks: documents whose lines, told by their `parent`, point at other lines by `line`."""
    of_document = (document.tenant_id == parent.class_.tenant_id) & (document.id == parent)
    return select(line, document.number).join(document, of_document).where(any_of(line, line_ids), *conditions)


def invoices_on(line_ids: Collection[UUID]) -> Select[Any]:
    """The posted invoices of lines that were delivered or arrived."""
    return resting_on(InvoiceLine.delivery_line_id, InvoiceLine.invoice_id, Invoice, line_ids, Invoice.state == POSTED)


def check_unused(numbers: Mapping[UUID, str], *resting: Iterable[Sequence[Any]]) -> None:
    """Nothing where no later document rests on what is cancelled.

    Shapes: `numbers` are those of the documents by the ids of their lines; a row of `resting` is the id of a line and
    the number of what rests on it.
    Raises: DocumentInUse naming all of it.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for rows in resting:
        for row in rows:
            found[numbers[row[0]]].add(row[1])
    for number, documents in sorted(found.items()):
        raise DocumentInUse(number=number, documents=", ".join(sorted(documents)))


def move_back(
    session: Session, mirrors: Mapping[UUID, Moved], images: Mapping[UUID, Any], *, on: date, at: datetime
) -> list[StockMove]:
    """The moves that take back what documents moved, which belong to their mirror images and those of their lines.

    Shapes: mirror images by the ids of what they take back. The documents' mirror images know their entries afterwards.
    Raises: what `reverse_moves` raises, but for documents that moved nothing.
    """
    statement = select(StockMove.origin_id).where(any_of(StockMove.origin_id, mirrors)).distinct()
    moved = sorted(session.scalars(statement))
    if not moved:
        return []
    origins = {key: row.id for rows in (mirrors, images) for key, row in rows.items()}
    by_id = {row.id: row for row in mirrors.values()}
    moves = reverse_moves(session, moved, on=on, at=at, origins=origins)
    for move in moves:
        row = by_id[move.origin_id]
        row.journal_entry_id = row.journal_entry_id or move.journal_entry_id
    return moves
