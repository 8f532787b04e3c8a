"""Sign in, make a customer, find it again."""

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import created, problem


@pytest.mark.feature("3.3.5")
def test_a_customer_is_made_and_found(http: TestClient) -> None:
    body = {"code": "C1", "name": "Crane & Co", "currency_code": "EUR", "credit_limit_amount": "1000.5"}
    made = created(http.post("/api/scm/customers", json=body))
    assert made["credit_limit_amount"] == "1000.50"
    page = http.get("/api/scm/customers", params={"q": "crane", "include_total": "true"}).json()
    assert [item["code"] for item in page["items"]] == ["C1"]
    assert (page["total"], page["next_cursor"]) == (1, None)
    assert http.get(f"/api/scm/customers/{made['id']}").json() == made
    changed = http.patch(f"/api/scm/customers/{made['id']}", json={"name": "Crane", "version": made["version"]})
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "Crane", 2)
    assert http.delete(f"/api/scm/customers/{made['id']}").status_code == 204
    problem(http.get(f"/api/scm/customers/{made['id']}"), 404, "not_found")
