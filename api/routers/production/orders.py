"""Production orders and what follows from them: material, work, goods, variance."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from api.calls import Calling
from api.rendering import json_response, shown
from api.routing import Router, needs
from api.schemas.production.documents import (
    ClosingIn,
    GoodsIn,
    IssueIn,
    OrderProgressOut,
    ProductionOrderIn,
    ReleaseIn,
    ReportIn,
    TakenOverOrdersIn,
    TakenOverOut,
    progress_shown,
)
from api.verbs import act, add_follow_up, add_transition, answers, make, today
from transactional.kernel.records import check_exists
from transactional.kernel.session import Session
from transactional.production.queries import progress_of
from transactional.production.resources import ISSUES, PRODUCTION_ORDERS, RECEIPTS, RELEASE_SHORT, REPORTS, TAKE_OVER
from transactional.production.services.cancel_orders import cancel_orders
from transactional.production.services.close_orders import close_orders
from transactional.production.services.create_orders import create_orders
from transactional.production.services.issue_materials import issue_materials
from transactional.production.services.receive_goods import receive_goods
from transactional.production.services.release_orders import release_orders
from transactional.production.services.report_work import report_work
from transactional.production.services.take_over_orders import take_over_orders

router = Router(prefix=PRODUCTION_ORDERS.path, tags=["production"])


@router.post(
    "",
    summary="Order a quantity of an item to be made",
    status_code=201,
    responses=answers(PRODUCTION_ORDERS, 201),
    openapi_extra=needs("production_order.create"),
)
def create_production_order(
    given: ProductionOrderIn,
    call: Calling,
    release: Annotated[bool, Query(description="Release it at once; asks for production_order.release too.")] = False,  # noqa: FBT002
    force: Annotated[bool, Query(description=f"Although components are missing; asks for {RELEASE_SHORT}.")] = False,  # noqa: FBT002
) -> Response:
    """The order, a draft or released with bill, routing and reserved components."""
    if release:
        call.principal.check_may("production_order.release")
    new, at = given.spec(today(call)), call.services.now()

    def made(session: Session) -> UUID:
        [order] = create_orders(session, [new], at=at)
        if release:
            release_orders(session, [order.id], at=at, force=force)
        return order.id

    return make(call, PRODUCTION_ORDERS, made)


@router.post(
    "/take-over",
    summary="Enter orders that a former system carried out",
    status_code=201,
    responses={201: {"model": TakenOverOut}},
    openapi_extra=needs(TAKE_OVER),
)
def take_over(given: TakenOverOrdersIn, call: Calling) -> Response:
    """Closed orders with what they ended with; they post nothing, for the books have their stock by other documents."""
    asked, at = [order.spec() for order in given.orders], call.services.now()

    def work(session: Session) -> dict[str, Any]:
        rows = take_over_orders(session, asked, at=at)
        return {"created": len(rows), "ids": [str(row.id) for row in rows]}

    return call.write(work, status=201)


@router.post(
    "/{id}/release",
    summary="Release a production order",
    responses=answers(PRODUCTION_ORDERS),
    openapi_extra=needs("production_order.release"),
)
def release_production_order(id: UUID, call: Calling, given: ReleaseIn | None = None) -> Response:  # noqa: A002
    """The order with components and operations of its own, the components reserved."""
    force, at = given.force if given else False, call.services.now()
    return act(call, PRODUCTION_ORDERS, id, lambda session: release_orders(session, [id], at=at, force=force))


@router.post(
    "/{id}/close",
    summary="Close a production order",
    responses=answers(PRODUCTION_ORDERS),
    openapi_extra=needs("production_order.close"),
)
def close_production_order(id: UUID, call: Calling, given: ClosingIn | None = None) -> Response:  # noqa: A002
    """The order, closed, with nothing left in work in progress."""
    on, at = (given.on if given else None) or today(call), call.services.now()
    return act(call, PRODUCTION_ORDERS, id, lambda session: close_orders(session, [id], on=on, at=at))


add_transition(
    router, PRODUCTION_ORDERS, "cancel", cancel_orders, "Call a production order off", "The order, cancelled."
)
for _verb, _service, _summary, _shows, _made, _takes in (
    ("issue", issue_materials, "Issue material to an order", "The issue, posted.", ISSUES, IssueIn),
    ("receive", receive_goods, "Take in what an order brought", "The receipt, posted.", RECEIPTS, GoodsIn),
):
    add_follow_up(router, PRODUCTION_ORDERS, _verb, _service, _summary, _shows, made=_made, takes=_takes)
add_follow_up(
    router,
    PRODUCTION_ORDERS,
    "report",
    report_work,
    "Report work done on an order",
    "The report, posted.",
    made=REPORTS,
    takes=ReportIn,
    is_optional=False,
)


@router.get(
    "/{id}/progress",
    summary="How far a production order is",
    responses={200: {"model": OrderProgressOut}},
    openapi_extra=needs("production_order.read"),
)
def progress_of_production_order(id: UUID, call: Calling) -> Response:  # noqa: A002
    """Pieces made and open, materials required and issued, and what work in progress holds."""

    def work(session: Session) -> dict[str, Any]:
        check_exists(session, PRODUCTION_ORDERS, id, by=call.principal)
        return progress_shown(progress_of(session, id), call.principal.hidden_fields)

    return json_response(shown(call.read(work)))
