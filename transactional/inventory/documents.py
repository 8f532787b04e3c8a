"""What a stock document moves: pure, document and places in, move drafts out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from transactional.inventory.lot_specs import lots_kept
from transactional.inventory.lots import LotQty
from transactional.inventory.models import MoveKind, StockDocument, StockDocumentKind, StockDocumentLine
from transactional.inventory.postings import MoveDraft
from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import round_amount
from transactional.ledger.models import AccountRole

ORIGIN = "inventory.stock_document"

_ROLES = {
    StockDocumentKind.OPENING: AccountRole.OPENING_EQUITY,
    StockDocumentKind.ADJUSTMENT: AccountRole.INVENTORY_ADJUSTMENT,
    StockDocumentKind.ISSUE: AccountRole.EXPENSE,
    StockDocumentKind.TRANSFER: AccountRole.IN_TRANSIT,
    StockDocumentKind.PRODUCTION_RECEIPT: AccountRole.PRODUCTION_CLEARING,
}
_KINDS = {
    StockDocumentKind.OPENING: MoveKind.OPENING,
    StockDocumentKind.ADJUSTMENT: MoveKind.ADJUSTMENT,
    StockDocumentKind.ISSUE: MoveKind.ISSUE,
    StockDocumentKind.PRODUCTION_RECEIPT: MoveKind.PRODUCTION_RECEIPT,
}


@dataclass(frozen=True, slots=True)
class Places:
    """Where the lines of documents move: default locations by warehouse, transit by company."""

    defaults: Mapping[UUID, UUID]
    transit: Mapping[UUID, tuple[UUID, UUID]]


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line with its quantity in the item's stock unit."""

    line: StockDocumentLine
    stock_qty: Decimal


def problems_of(path: str, document: StockDocument, lines: Sequence[StockDocumentLine]) -> list[FieldProblem]:
    """What is wrong with a document whatever the state of the stock."""
    problems = [] if lines else [FieldProblem(f"{path}lines", "a document has at least one line", "no_lines")]
    kind = StockDocumentKind(document.kind)
    has_reason = document.reason_id is not None or bool((document.reason or "").strip())
    if kind is StockDocumentKind.ADJUSTMENT and not has_reason:
        problems.append(FieldProblem(f"{path}reason", "say why stock is adjusted", "reason_missing"))
    if kind is StockDocumentKind.TRANSFER and document.to_warehouse_id is None:
        problems.append(FieldProblem(f"{path}to_warehouse_id", "say where the goods go", "target_missing"))
    for number, line in enumerate(lines):
        problems += _line_problems(f"{path}lines/{number}", document, line)
    return problems


def _line_problems(path: str, document: StockDocument, line: StockDocumentLine) -> list[FieldProblem]:
    kind = StockDocumentKind(document.kind)
    problems = []
    is_value_alone = kind is StockDocumentKind.ADJUSTMENT and line.qty == 0 and bool(line.value_amount)
    if line.qty <= 0 and kind is not StockDocumentKind.ADJUSTMENT:
        problems.append(FieldProblem(f"{path}/qty", "must be positive", "not_above_zero"))
    if line.qty == 0 and kind is StockDocumentKind.ADJUSTMENT and not is_value_alone:
        problems.append(FieldProblem(f"{path}/qty", "changes neither quantity nor value", "changes_nothing"))
    if line.unit_cost is not None and line.unit_cost < 0:
        problems.append(FieldProblem(f"{path}/unit_cost", "must not be negative", "negative"))
    if kind is StockDocumentKind.OPENING and line.unit_cost is None and line.value_amount is None:
        problems.append(FieldProblem(f"{path}/unit_cost", "say what the opening stock is worth", "worth_missing"))
    if kind is StockDocumentKind.TRANSFER and document.to_warehouse_id == document.warehouse_id:
        is_elsewhere = line.to_location_id is not None and line.to_location_id != line.location_id
        if not is_elsewhere:
            problems.append(FieldProblem(f"{path}/to_location_id", "is where the goods are already", "same_place"))
    return problems


def moves_of(document: StockDocument, lines: Sequence[DocumentLine], places: Places, decimals: int) -> list[MoveDraft]:
    """The moves of a document as it is posted; a transfer in two steps moves into transit."""
    if document.kind == StockDocumentKind.TRANSFER.value:
        return [draft for line in lines for draft in _transfer(document, line, places)]
    return [_move(document, line, places, decimals) for line in lines]


def _move(document: StockDocument, line: DocumentLine, places: Places, decimals: int) -> MoveDraft:
    kind = StockDocumentKind(document.kind)
    qty = -line.stock_qty if kind is StockDocumentKind.ISSUE else line.stock_qty
    return MoveDraft(
        company_id=document.company_id,
        item_id=line.line.item_id,
        warehouse_id=document.warehouse_id,
        location_id=line.line.location_id or places.defaults[document.warehouse_id],
        kind=_KINDS[kind],
        qty=qty,
        occurred_on=document.document_on,
        origin_type=ORIGIN,
        origin_id=document.id,
        origin_line_id=line.line.id,
        contra_role=_ROLES[kind],
        contra_account_id=document.account_id,
        value_amount=_value(line, decimals) if qty >= 0 else None,
        cost_centre_id=document.cost_centre_id,
        project_id=document.project_id,
        lots=lots_kept(line.line.batches, line.line.serials),
        path=path_of(line.line),
    )


def path_of(line: StockDocumentLine) -> str:
    """Where a line stands in its document."""
    return f"lines/{line.line_number - 1}/"


def _value(line: DocumentLine, decimals: int) -> Decimal | None:
    if line.line.value_amount is not None:
        return line.line.value_amount
    return None if line.line.unit_cost is None else round_amount(line.line.qty * line.line.unit_cost, decimals)


def _transfer(document: StockDocument, line: DocumentLine, places: Places) -> list[MoveDraft]:
    target = document.to_warehouse_id or document.warehouse_id
    location_id = line.line.to_location_id or places.defaults[target]
    if document.has_transit and target != document.warehouse_id:
        target, location_id = places.transit[document.company_id]
    leaving = side(
        document,
        line.line,
        (document.warehouse_id, line.line.location_id or places.defaults[document.warehouse_id]),
        -line.stock_qty,
        is_relocation=target == document.warehouse_id,
    )
    arriving = side(
        document,
        line.line,
        (target, location_id),
        line.stock_qty,
        reverses_id=None if target == document.warehouse_id else leaving.id,
        is_relocation=target == document.warehouse_id,
    )
    return [leaving, arriving]


def side(
    document: StockDocument,
    line: StockDocumentLine,
    place: tuple[UUID, UUID],
    qty: Decimal,
    *,
    reverses_id: UUID | None = None,
    is_relocation: bool = False,
    lots: Sequence[LotQty] | None = None,
) -> MoveDraft:
    """One side of a transfer at a warehouse and location, of the line's lots where no others are given."""
    warehouse_id, location_id = place
    return MoveDraft(
        company_id=document.company_id,
        item_id=line.item_id,
        warehouse_id=warehouse_id,
        location_id=location_id,
        kind=MoveKind.TRANSFER_OUT if qty < 0 else MoveKind.TRANSFER_IN,
        qty=qty,
        occurred_on=document.arrived_on or document.document_on,
        origin_type=ORIGIN,
        origin_id=document.id,
        origin_line_id=line.id,
        contra_role=None if is_relocation else AccountRole.IN_TRANSIT,
        reverses_id=reverses_id,
        lots=lots_kept(line.batches, line.serials) if lots is None else lots,
        path=path_of(line),
    )
