"""What goes into an item, where it goes, and what it costs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from api.calls import Call, Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response, shown
from api.routing import Router, needs
from api.schemas.production.documents import CostOut, ExplosionOut, UseOut
from api.verbs import today
from transactional.kernel.errors import NotAllowed
from transactional.kernel.records import check_exists
from transactional.kernel.schema import Day, PositiveQty
from transactional.kernel.session import Session
from transactional.organization.resources import COMPANIES
from transactional.production.queries import costs_of, explosion_of, uses_of
from transactional.production.resources import BILLS

router = Router(prefix=BILLS.path, tags=["production"])
_ITEMS_MAX = 100
_On = Annotated[Day | None, Query(description="The day whose bills hold; today where none is said.")]


@router.get(
    "/explosion",
    summary="Ask what goes into a quantity of an item",
    responses={200: {"model": ExplosionOut}},
    openapi_extra=needs("bill_of_materials.read"),
)
def explosion(
    call: Calling,
    company_id: UUID,
    item_id: UUID,
    qty: PositiveQty,
    on: _On = None,
    chosen: Annotated[
        list[UUID] | None, Query(max_length=_ITEMS_MAX, description="Alternatives to take in place of the first.")
    ] = None,
) -> Response:
    """All components of all levels, each added up once, and by-products."""

    def work(session: Session) -> dict[str, Any]:
        check_exists(session, COMPANIES, company_id, by=call.principal)
        return explosion_of(session, company_id, item_id, qty, on or today(call), chosen or ())

    return json_response(shown(call.read(work)))


@router.get(
    "/where-used",
    summary="Ask which products an item goes into",
    responses={200: {"model": envelope_of(UseOut)}},
    openapi_extra=needs("bill_of_materials.read"),
)
def where_used(call: Calling, company_id: UUID, item_id: UUID, on: _On = None) -> Response:
    """All products of all levels, nearest first."""

    def work(session: Session) -> list[dict[str, Any]]:
        check_exists(session, COMPANIES, company_id, by=call.principal)
        return uses_of(session, company_id, item_id, on or today(call))

    return list_body([shown(use) for use in call.read(work)])


@router.get(
    "/costs",
    summary="Ask what items cost by their bills and routings",
    responses={200: {"model": envelope_of(CostOut)}},
    openapi_extra=needs("bill_of_materials.read"),
)
def costs(
    call: Calling,
    company_id: UUID,
    item_id: Annotated[list[UUID], Query(min_length=1, max_length=_ITEMS_MAX)],
    on: _On = None,
) -> Response:
    """Materials plus operations, rolled up from the bottom; whoever may not see costs may not ask."""
    _check_sees_costs(call)

    def work(session: Session) -> list[dict[str, Any]]:
        check_exists(session, COMPANIES, company_id, by=call.principal)
        return costs_of(session, company_id, item_id, on or today(call))

    return list_body([shown(cost) for cost in call.read(work)])


def _check_sees_costs(call: Call) -> None:
    if "item.cost" in call.principal.hidden_fields:
        raise NotAllowed(right="item.cost")
