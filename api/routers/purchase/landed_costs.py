"""Landed costs: freight and duty shared among goods received."""

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.purchase.documents import LandedCostIn
from api.verbs import add_cancel, answers, make, today
from transactional.purchase.resources import LANDED_COSTS, RECEIPTS
from transactional.purchase.services.cancel_landed_costs import cancel_landed_costs
from transactional.purchase.services.share_landed_costs import share_landed_costs

router = Router(prefix=LANDED_COSTS.path, tags=["purchase"])


@router.post(
    "",
    summary="Share freight or duty among goods received",
    status_code=201,
    responses=answers(LANDED_COSTS, 201),
    openapi_extra=needs("landed_cost.create"),
)
def create_landed_cost(given: LandedCostIn, call: Calling) -> Response:
    """The cost, posted: to the value of units on hand and the cost of units gone."""
    new = given.spec(today(call))
    return make(
        call,
        LANDED_COSTS,
        lambda session: share_landed_costs(session, [new], at=call.services.now())[0].id,
        sees=[(RECEIPTS, given.receipt_ids)],
    )


add_cancel(router, LANDED_COSTS, cancel_landed_costs, "The cost, cancelled: taken back from where the goods are now.")
