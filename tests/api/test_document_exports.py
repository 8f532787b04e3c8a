"""Documents out with their lines, and back in as they left."""

import io
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_document_files import upload
from tests.factories.documents import Shop, make_item
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("INT-02")
ORDERS, BILLS, ROUTINGS = "/api/sales/orders", "/api/production/bills", "/api/production/routings"


@pytest.fixture
def other_id(services: Services, as_admin: Principal, shop: Shop) -> str:
    with services.database.transaction(as_admin) as session:
        return str(make_item(session, shop, "SCREW"))


@pytest.fixture
def documents(http: TestClient, shop: Shop, item_id: str, other_id: str) -> dict[str, dict[str, Any]]:
    """One of each, of two lines."""
    company = {"company_id": str(shop.company_id)}
    wanted = [{"item_id": item_id, "qty": "2", "unit_price": "90.5"}, {"item_id": other_id, "qty": "3"}]
    order = {**company, "customer_id": str(shop.customer_id), "ordered_on": "2026-03-16", "external_ref": "W-1"}
    parts = [{"item_id": other_id, "qty": "4"}, {"item_id": other_id, "qty": "0.5", "scrap_share": "0.1"}]
    bill = {**company, "code": "B-1", "item_id": item_id, "valid_from": "2026-01-01"}
    centre = {**company, "code": "SAW", "name": "Saw", "labour_hour_cost": "30", "machine_hour_cost": "10"}
    centre_id = created(http.post("/api/production/work-centres", json=centre))["id"]
    steps = [{"work_centre_id": centre_id, "name": name, "run_minutes": "5"} for name in ("cut", "sand")]
    routing = {**company, "code": "R-1", "item_id": item_id, "valid_from": "2026-01-01"}
    return {
        ORDERS: created(http.post(ORDERS, json={**order, "lines": wanted})),
        BILLS: created(http.post(BILLS, json={**bill, "lines": parts})),
        ROUTINGS: created(http.post(ROUTINGS, json={**routing, "operations": steps})),
    }


@pytest.mark.parametrize("path", [ORDERS, BILLS, ROUTINGS])
def test_documents_leave_with_their_lines_and_come_back(
    http: TestClient, documents: dict[str, dict[str, Any]], path: str
) -> None:
    document = documents[path]
    name = "operations" if path == ROUTINGS else "lines"
    for kind in ("csv", "xlsx", "parquet"):
        file = http.get(f"{path}/export", params={"format": kind, "lines": name})
        assert file.status_code == 200, file.text
        answer = http.post(f"{path}/import", files={"file": (f"x.{kind}", file.content)}, params={"dry_run": "true"})
        told = answer.json()
        assert (told["rows"], told["unchanged"], told["errors"]) == (2, 1, [])
    rows = pl.read_parquet(io.BytesIO(file.content))
    assert rows["document"].to_list() == [document["id"]] * 2
    assert rows[f"{name}.id"].to_list() == [line["id"] for line in document[name]]
    # Taken away and put back, it says the same again.
    if path != ORDERS:
        assert http.delete(f"{path}/{document['id']}").status_code == 204
        text = http.get(f"{path}/export", params={"lines": name}).content
        assert text.count(b"\n") == 1
        again = http.post(f"{path}/import", files={"file": ("x.parquet", file.content)})
        assert (again.json()["created"], again.json()["errors"]) == (1, [])
        [made] = http.get(path).json()["items"]
        kept = http.get(f"{path}/{made['id']}").json()[name]
        fresh = {"id", "bill_id", "routing_id", "created_at", "updated_at"}
        assert [{key: value for key, value in line.items() if key not in fresh} for line in kept] == [
            {key: value for key, value in line.items() if key not in fresh} for line in document[name]
        ]


def test_lines_that_there_are_none_of_are_refused(http: TestClient, documents: dict[str, dict[str, Any]]) -> None:
    assert documents
    for path in (ORDERS, "/api/scm/customers"):
        refused = problem(http.get(f"{path}/export", params={"lines": "x"}), 422)
        assert [(each["path"], each["code"]) for each in refused["errors"]] == [("lines", "unknown_choice")]
    assert problem(http.get(ORDERS, params={"lines": "lines"}), 422)["errors"][0]["code"] == "unknown_field"
    wrong = "document,external_ref,lines.item,lines.qty,lines.nonsense\n1,W-9,CHAIR,1,2\n"
    assert [each["path"] for each in problem(upload(http, ORDERS, wrong), 422)["errors"]] == ["lines.nonsense"]
