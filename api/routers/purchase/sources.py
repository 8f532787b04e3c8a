"""What purchase orders are made from: requisitions, suppliers' quotations, contracts."""

from api.routing import Router
from api.schemas.purchase.documents import OrderFromIn, OrderNeedIn
from api.verbs import add_follow_up, add_transition
from transactional.kernel.schema import Strict, text_of
from transactional.purchase.resources import CONTRACTS, PURCHASE_ORDERS, REQUISITIONS, SUPPLIER_QUOTATIONS
from transactional.purchase.services.decide_sources import (
    approve_contracts,
    approve_requisitions,
    close_contracts,
    close_requisitions,
    decline_quotations,
    reject_requisitions,
)
from transactional.purchase.services.order_sources import order_contracts, order_quotations, order_requisitions
from transactional.scm.resources import SUPPLIERS


class RejectionIn(Strict):
    """Why a requisition is turned down."""

    reason: text_of(300, length_min=1)  # type: ignore[valid-type]


def router() -> Router:
    """The routes of all three."""
    made = Router(tags=["purchase"])
    _add_requisitions(needs := Router(prefix=REQUISITIONS.path))
    _add_quotations(offers := Router(prefix=SUPPLIER_QUOTATIONS.path))
    _add_contracts(contracts := Router(prefix=CONTRACTS.path))
    for each in (needs, offers, contracts):
        made.include_router(each)
    return made


def _add_requisitions(routes: Router) -> None:
    add_transition(
        routes, REQUISITIONS, "approve", approve_requisitions, "Approve a requisition", "It may be ordered now."
    )
    add_transition(
        routes,
        REQUISITIONS,
        "reject",
        reject_requisitions,
        "Turn a requisition down",
        "The requisition, rejected.",
        RejectionIn,
    )
    add_transition(
        routes, REQUISITIONS, "close", close_requisitions, "Order no more of a requisition", "The requisition, closed."
    )
    add_follow_up(
        routes,
        REQUISITIONS,
        "order",
        order_requisitions,
        "Order what is needed, in part or whole",
        "The draft order, at the supplier's listed prices.",
        made=PURCHASE_ORDERS,
        takes=OrderNeedIn,
        names={"supplier_id": SUPPLIERS},
    )


def _add_quotations(routes: Router) -> None:
    add_follow_up(
        routes,
        SUPPLIER_QUOTATIONS,
        "order",
        order_quotations,
        "Order at the prices offered",
        "The draft order; the quotation is accepted.",
        made=PURCHASE_ORDERS,
        takes=OrderFromIn,
    )
    add_transition(
        routes, SUPPLIER_QUOTATIONS, "decline", decline_quotations, "Decline a quotation", "The quotation, declined."
    )


def _add_contracts(routes: Router) -> None:
    add_transition(routes, CONTRACTS, "approve", approve_contracts, "Approve a contract", "It may be ordered from now.")
    add_transition(routes, CONTRACTS, "close", close_contracts, "Close a contract", "The contract, closed.")
    add_follow_up(
        routes,
        CONTRACTS,
        "order",
        order_contracts,
        "Order at the agreed prices",
        "The draft order.",
        made=PURCHASE_ORDERS,
        takes=OrderFromIn,
    )
