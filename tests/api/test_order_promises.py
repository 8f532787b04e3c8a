"""An order says of each line what it is promised and what it lacks, from the moment it is taken."""

from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop, make_item, stock_up
from transactional.kernel.principal import Principal

ORDERS = "/api/sales/orders"


@pytest.mark.feature("3.4.3")
def test_an_order_tells_what_its_lines_are_promised_and_what_they_lack(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        item, hours = make_item(session, shop, "LAMP"), make_item(session, shop, "HOURS", kind="service")
        stock_up(session, shop, UUID(str(item)), "10", "5")
    made = []

    def told(order: dict[str, object]) -> list[tuple[str, str]]:
        shown = http.get(f"{ORDERS}/{order['id']}").json()["lines"]
        return [(line["reserved_qty"], line["short_qty"]) for line in shown]

    for qty, confirm in (("6", "true"), ("6", "true"), ("12", "false")):
        body = order_body(shop, item, qty)
        body["lines"] += [{"item_id": str(hours), "qty": "2", "unit_price": "50"}]
        made.append(created(http.post(ORDERS, json=body, params={"confirm": confirm})))
    answers = [[(line["reserved_qty"], line["short_qty"]) for line in order["lines"]] for order in made]
    # Ten on hand: six, four and two short; a draft is promised nothing, and could not be by now.
    assert answers == [[("6", "0"), ("0", "0")], [("4", "2"), ("0", "0")], [("0", "12"), ("0", "0")]]
    assert [told(order) for order in made] == answers
    [line, _] = made[0]["lines"]
    body = {"delivered_on": "2026-03-16", "lines": [{"order_line_id": line["id"], "qty": "4"}]}
    created(http.post(f"{ORDERS}/{made[0]['id']}/deliver", json=body))
    assert told(made[0])[0] == ("2", "0")
    http.post(f"{ORDERS}/{made[0]['id']}/close")
    assert told(made[0])[0] == ("0", "0")
    # What the closed order leaves is free: two for whoever is confirmed next.
    assert told(made[2])[0] == ("0", "10")
    confirmed = http.post(f"{ORDERS}/{made[2]['id']}/confirm").json()
    assert [(line["reserved_qty"], line["short_qty"]) for line in confirmed["lines"]] == [("2", "10"), ("0", "0")]
