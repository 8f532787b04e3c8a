"""Standard costs: a new one values the stock anew."""

from typing import Any

from starlette.responses import Response

from api.calls import Calling
from api.rendering import shown
from api.routing import Router, needs
from api.schemas.inventory.costs import ItemCostIn
from api.verbs import answers, today
from transactional.catalog.resources import ITEM_COSTS, ITEMS
from transactional.inventory.services.change_standard_costs import change_standard_costs
from transactional.kernel.records import check_visible, find_by_key
from transactional.kernel.session import Session
from transactional.organization.resources import COMPANIES

router = Router(prefix=ITEM_COSTS.path, tags=["inventory"])


@router.post(
    "",
    summary="Set an item's standard cost from a day on",
    status_code=201,
    responses=answers(ITEM_COSTS, 201),
    openapi_extra=needs("item_cost.create"),
)
def create_item_cost(given: ItemCostIn, call: Calling) -> Response:
    """The cost; stock of an item kept at standard has its new value, the difference is posted to revaluation."""
    new = given.spec(today(call))

    def work(session: Session) -> dict[str, Any]:
        check_visible(session, COMPANIES, [new.company_id], by=call.principal)
        check_visible(session, ITEMS, [new.item_id], by=call.principal)
        change_standard_costs(session, [new], at=call.services.now())
        key = {"item_id": new.item_id, "company_id": new.company_id, "valid_from": new.valid_from}
        return shown(find_by_key(session, ITEM_COSTS, key, by=call.principal))

    return call.write(work, status=201)
