"""Posting openings, adjustments, issues, transfers and production receipts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemUnit, UnitOfMeasure
from transactional.catalog.units import UnitRefused, UnitTable
from transactional.inventory.documents import DocumentLine, Places, moves_of, problems_of
from transactional.inventory.errors import OwnAdjustment, StockDocumentState
from transactional.inventory.models import StockDocument, StockDocumentLine
from transactional.inventory.queries import default_locations
from transactional.inventory.services.judge_adjustments import beyond_limit, take_accounts
from transactional.inventory.services.post_moves import post_moves
from transactional.inventory.services.reverse_moves import reverse_moves
from transactional.inventory.transit import ensure_transit
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.outbox import Event, record
from transactional.kernel.rows import lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.platform.services.take_numbers import take_numbers

DRAFT, WAITING, POSTED, IN_TRANSIT, CANCELLED = "draft", "waiting", "posted", "in_transit", "cancelled"


def post_stock_documents(session: Session, document_ids: Sequence[UUID], *, at: datetime) -> list[StockDocument]:
    """The documents, posted and numbered; a transfer with transit is on the way now. One posted before is returned.

    An adjustment worth more than its company's limit moves nothing yet: it waits for a second user.
    Raises: StockDocumentState for a cancelled one, StockNotAvailable and what else moves refuse; Invalid for an
    adjustment without a reason, a transfer to where the goods are, and every line that means nothing.
    """
    documents = lock_by_id(session, StockDocument, document_ids)
    fresh = [document for document in documents if document.state not in {POSTED, IN_TRANSIT, WAITING}]
    for document in fresh:
        if document.state != DRAFT:
            raise StockDocumentState(number=document.number or document.id, state=document.state)
    counted = _counted(session, fresh)
    waiting = beyond_limit(session, fresh, counted)
    for document in waiting:
        document.state, document.submitted_by = WAITING, session.principal.user_id
    update_all(session, waiting, StockDocument.state, StockDocument.submitted_by)
    _post(session, [document for document in fresh if document.state == DRAFT], counted, at=at)
    return documents


def approve_stock_documents(session: Session, document_ids: Sequence[UUID], *, at: datetime) -> list[StockDocument]:
    """The adjustments that waited, posted; one posted before is returned.

    Raises: OwnAdjustment for whoever wrote or submitted it, StockDocumentState for one that does not wait, and what
    `post_stock_documents` raises.
    """
    documents = lock_by_id(session, StockDocument, document_ids)
    fresh = [document for document in documents if document.state != POSTED]
    user_id = session.principal.user_id
    for document in fresh:
        if document.state != WAITING:
            raise StockDocumentState(number=document.number or document.id, state=document.state)
        if user_id in {document.created_by, document.submitted_by}:
            raise OwnAdjustment(id=document.id)
        document.approved_by = user_id
    update_all(session, fresh, StockDocument.approved_by)
    _post(session, fresh, _counted(session, fresh), at=at)
    return documents


def _post(
    session: Session,
    documents: Sequence[StockDocument],
    counted: Mapping[UUID, Sequence[DocumentLine]],
    *,
    at: datetime,
) -> None:
    take_accounts(session, documents)
    _number(session, documents)
    places = _places(session, documents)
    companies = read_by_id(session, Company, {document.company_id for document in documents})
    drafts = [
        draft
        for document in documents
        for draft in moves_of(
            document,
            counted[document.id],
            places,
            decimals_of(companies[document.company_id].currency_code),
        )
    ]
    post_moves(session, drafts, at=at)
    for document in documents:
        is_moving = document.has_transit and document.to_warehouse_id not in {None, document.warehouse_id}
        document.state = IN_TRANSIT if is_moving else POSTED
        document.posted_at = at
    update_all(
        session,
        documents,
        StockDocument.state,
        StockDocument.number,
        StockDocument.account_id,
        StockDocument.posted_at,
    )
    record(session, [posted_event(document, at) for document in documents])


def cancel_stock_documents(
    session: Session, document_ids: Sequence[UUID], *, on: date, at: datetime
) -> list[StockDocument]:
    """The documents, cancelled: what they moved is taken back on the given day; a draft moves nothing.

    A transfer that arrived is not cancelled: what came is sent back by another transfer.
    Raises: StockDocumentState for one cancelled or arrived before, and what `reverse_moves` refuses.
    """
    documents = lock_by_id(session, StockDocument, document_ids)
    for document in documents:
        if document.state == CANCELLED or (document.has_transit and document.arrived_on is not None):
            raise StockDocumentState(number=document.number or document.id, state=document.state)
    moved = [document.id for document in documents if document.state not in {DRAFT, WAITING}]
    if moved:
        reverse_moves(session, moved, on=on, at=at)
    for document in documents:
        document.state = CANCELLED
    update_all(session, documents, StockDocument.state)
    return documents


def read_lines(session: Session, document_ids: Sequence[UUID]) -> defaultdict[UUID, list[StockDocumentLine]]:
    """Lines by document, in their order."""
    statement = select(StockDocumentLine).where(any_of(StockDocumentLine.document_id, document_ids))
    found: defaultdict[UUID, list[StockDocumentLine]] = defaultdict(list)
    for line in read(session, statement.order_by(StockDocumentLine.document_id, StockDocumentLine.line_number)):
        found[line.document_id].append(line)
    return found


def posted_event(document: StockDocument, at: datetime) -> Event:
    """A stock document was posted, or arrived."""
    return Event(
        topic="inventory.document.posted",
        aggregate_type="inventory.stock_document",
        aggregate_id=document.id,
        occurred_at=at,
        payload={
            "company_id": str(document.company_id),
            "kind": document.kind,
            "number": document.number,
            "document_on": document.document_on.isoformat(),
            "warehouse_id": str(document.warehouse_id),
            "state": document.state,
        },
    )


def _counted(session: Session, documents: Sequence[StockDocument]) -> dict[UUID, list[DocumentLine]]:
    """Lines with their quantities in stock units.  Raises: Invalid naming everything that is wrong."""
    lines = read_lines(session, [document.id for document in documents])
    item_ids = {line.item_id for listed in lines.values() for line in listed}
    items = read_by_id(session, Item, item_ids)
    units = UnitTable(
        read(session, select(UnitOfMeasure)), read(session, select(ItemUnit).where(any_of(ItemUnit.item_id, item_ids)))
    )
    problems: list[FieldProblem] = []
    counted: dict[UUID, list[DocumentLine]] = {}
    for position, document in enumerate(documents):
        path = place_in("documents", position, documents)
        problems += problems_of(path, document, lines[document.id])
        counted[document.id] = []
        for number, line in enumerate(lines[document.id]):
            try:
                stock_qty = units.stock_qty(items[line.item_id], line.unit_id, line.qty)
            except UnitRefused as error:
                problems.append(FieldProblem(f"{path}lines/{number}/{error.field}", str(error), "unit_refused"))
            else:
                counted[document.id].append(DocumentLine(line, stock_qty))
    if problems:
        raise Invalid(problems)
    return counted


def _number(session: Session, documents: Sequence[StockDocument]) -> None:
    for company_id in sorted({document.company_id for document in documents}):
        own = [document for document in documents if document.company_id == company_id and document.number is None]
        numbers = take_numbers(session, "stock_document", company_id, [document.document_on for document in own])
        for document, number in zip(own, numbers, strict=True):
            document.number = number


def _places(session: Session, documents: Sequence[StockDocument]) -> Places:
    warehouses = {document.warehouse_id for document in documents}
    warehouses |= {document.to_warehouse_id for document in documents if document.to_warehouse_id is not None}
    moving = {document.company_id for document in documents if document.has_transit}
    return Places(default_locations(session, warehouses), ensure_transit(session, moving))
