"""Batches and serial numbers: which go first, and where each came from and went."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from api.calls import Call, Calling
from api.rendering import json_response, shown
from api.routing import Router, needs
from api.verbs import today
from transactional.flows.trace_lots import LOTS, Side, Trace, trace_lot
from transactional.inventory.lot_models import Lot
from transactional.inventory.lot_shelves import propose_lots
from transactional.inventory.resources import BATCHES, LOT_STOCK, SERIALS
from transactional.kernel.schema import Day, PositiveQty, shown_schema

router = Router(prefix="/api/inventory", tags=["inventory"])


class ProposedLotOut(BaseModel):
    """A quantity of a batch, or a serial, that should go next."""

    lot_id: UUID
    kind: str
    number: str
    expires_on: date | None
    location_id: UUID
    qty: str


class ProposalOut(BaseModel):
    """What to issue, first expired first out, and what no usable lot covers."""

    lots: list[ProposedLotOut]
    missing_qty: str


class LotMoveOut(BaseModel):
    """A move of a lot, with its document and party."""

    occurred_on: date
    kind: str
    qty: str
    warehouse_id: UUID
    location_id: UUID
    origin_type: str
    origin_id: UUID
    party_kind: str | None
    party_id: UUID | None


class OriginOut(BaseModel):
    """A document by what it is and its id."""

    type: str
    id: UUID


class LotSideOut(BaseModel):
    """What a lot came from, or what became of it; records as far as the asker may see them."""

    lots: list[shown_schema(BATCHES, with_lines=False)]  # type: ignore[valid-type]
    is_complete: bool
    parties: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    productions: list[OriginOut]


class TraceOut(BaseModel):
    """A lot with its history and everything it touched."""

    lot: shown_schema(BATCHES, with_lines=False)  # type: ignore[valid-type]
    item_code: str
    item_name: str
    warranty_until: date | None
    on_hand: list[shown_schema(LOT_STOCK, with_lines=False)]  # type: ignore[valid-type]
    moves: list[LotMoveOut]
    backward: LotSideOut
    forward: LotSideOut


@router.get(
    f"{LOT_STOCK.path.removeprefix('/api/inventory')}/proposal",
    summary="Which batches or serials should go next",
    response_model=ProposalOut,
    openapi_extra=needs("lot_stock.read"),
)
def propose(
    call: Calling,
    item_id: UUID,
    warehouse_id: UUID,
    qty: Annotated[PositiveQty, Query()],
    on: Annotated[Day | None, Query()] = None,
) -> Response:
    """First expired, first out; nothing that is held or expired by the day."""
    found = call.read(lambda session: propose_lots(session, item_id, warehouse_id, qty, on=on or today(call)))
    missing = qty - sum((one.qty for one in found), Decimal(0))
    lots = [{name: getattr(one, name) for name in ProposedLotOut.model_fields} for one in found]
    return json_response({"lots": lots, "missing_qty": missing})


@router.get(
    f"{BATCHES.path.removeprefix('/api/inventory')}/{{id}}/trace",
    summary="Where a batch came from and where it went",
    response_model=TraceOut,
    openapi_extra=needs("batch.read"),
)
def trace_batch(id: UUID, call: Calling) -> Response:  # noqa: A002
    """Its suppliers, productions and customers, also through what it was made of and what was made of it."""
    return _trace(call, id, "batch")


@router.get(
    f"{SERIALS.path.removeprefix('/api/inventory')}/{{id}}/trace",
    summary="The history of a serial number",
    response_model=TraceOut,
    openapi_extra=needs("serial.read"),
)
def trace_serial(id: UUID, call: Calling) -> Response:  # noqa: A002
    """Every move, who supplied and who has it, and until when its warranty runs."""
    return _trace(call, id, "serial")


def _trace(call: Call, lot_id: UUID, kind: str) -> Response:
    return json_response(_told(call.read(lambda session: trace_lot(session, lot_id, kind, by=call.principal))))


def _told(trace: Trace) -> dict[str, Any]:
    return {
        "lot": _lot(trace.lot),
        "item_code": trace.item.code,
        "item_name": trace.item.name,
        "warranty_until": trace.warranty_until,
        "on_hand": [{name: getattr(row, name) for name in LOT_STOCK.fields} for row in trace.on_hand],
        "moves": [{name: getattr(move, name) for name in LotMoveOut.model_fields} for move in trace.moves],
        "backward": _side(trace.backward),
        "forward": _side(trace.forward),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "lots": [_lot(lot) for lot in side.lots],
        "is_complete": side.is_complete,
        "parties": [shown(party) for party in side.parties],
        "orders": [shown(order) for order in side.orders],
        "documents": [shown(document) for document in side.documents],
        "productions": [{"type": type_, "id": key} for type_, key in side.productions],
    }


def _lot(lot: Lot) -> dict[str, Any]:
    return {name: getattr(lot, name) for name in LOTS[lot.kind].fields}
