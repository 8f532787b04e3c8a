"""Settlements: what settles what, and undone."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of
from api.rendering import shown
from api.routing import Router, needs
from api.schemas.finance.payments import SettlementIn
from api.schemas.sales.documents import DatedIn
from api.verbs import answers, make, today
from transactional.finance.resources import SETTLEMENTS
from transactional.finance.services.settle import settle
from transactional.finance.services.undo_settlements import undo_settlements
from transactional.kernel.records import get_records
from transactional.kernel.schema import shown_schema
from transactional.kernel.session import Session

router = Router(prefix=SETTLEMENTS.path, tags=["finance"])


@router.post(
    "",
    summary="Set a payment or credit note against invoices",
    status_code=201,
    responses={201: {"model": envelope_of(shown_schema(SETTLEMENTS, with_lines=False))}},
    openapi_extra=needs("settlement.create"),
)
def create_settlement(given: SettlementIn, call: Calling) -> Response:
    """The settlements, one for each invoice."""
    new = given.spec(today(call))

    def work(session: Session) -> dict[str, Any]:
        rows = settle(session, [new], at=call.services.now())
        found = get_records(session, SETTLEMENTS, [row.id for row in rows], by=call.principal)
        return {"items": [shown(row) for row in found], "next_cursor": None, "total": None}

    return call.write(work, status=201)


@router.post(
    "/{id}/undo",
    summary="Take a settlement back",
    status_code=201,
    responses=answers(SETTLEMENTS, 201),
    openapi_extra=needs("settlement.undo"),
)
def undo_settlement(id: UUID, call: Calling, given: DatedIn | None = None) -> Response:  # noqa: A002
    """The row that takes it back."""
    on = (given.on if given else None) or today(call)
    return make(
        call,
        SETTLEMENTS,
        lambda session: undo_settlements(session, [id], on=on, at=call.services.now())[0].id,
        sees=[(SETTLEMENTS, [id])],
    )
