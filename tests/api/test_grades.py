"""Customers graded by their figures, and what a grade does to their credit."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.context import Services
from olap.asker import Asker
from olap.query import MetricQuery
from tests.api.conftest import created, problem
from tests.factories.documents import Shop

RULES: list[dict[str, Any]] = [
    {
        "grade": "A",
        "net_revenue_min_amount": "10000",
        "gross_margin_min_amount": "2000",
        "late_payment_rate_max": "0.1",
    },
    {"grade": "B", "net_revenue_min_amount": "5000", "late_payment_rate_max": "0.2", "credit_limit_amount": "5000"},
    {"grade": "C", "net_revenue_min_amount": "1000", "credit_limit_amount": "1000"},
    {"grade": "D", "credit_limit_amount": "150"},
]
GOOD = {"net_revenue": "20000", "gross_margin": "5000", "late_payment_rate": "0.05"}
LATE = {"net_revenue": "20000", "gross_margin": "5000", "late_payment_rate": "0.5"}


@dataclass
class Figures:
    """A metrics layer that answers with figures known by heart and remembers who asked what."""

    rows: list[dict[str, Any]]
    asked: list[tuple[MetricQuery, Asker]] = field(default_factory=list)

    def query(self, query: MetricQuery, asker: Asker) -> Any:
        self.asked.append((query, asker))
        return SimpleNamespace(rows=self.rows, evidence=SimpleNamespace(data_version="7"))


def write(http: TestClient, rules: list[dict[str, Any]]) -> Any:
    return http.put("/api/scm/grading-rules", json={"rules": rules})


@pytest.mark.feature("3.3.7")
def test_rules_that_leave_a_gap_get_422(http: TestClient, make_role: Any, make_user: Any) -> None:
    def codes(rules: list[dict[str, Any]]) -> list[tuple[str, str]]:
        return [(error["path"], error["code"]) for error in problem(write(http, rules), 422)["errors"]]

    assert codes(RULES[:3])[0] == ("rules", "grades_have_gap")
    assert codes([*RULES[:3], {**RULES[3], "net_revenue_min_amount": "1"}]) == [("rules/3", "grades_have_gap")]
    assert ("rules/4/grade", "named_twice") in codes([*RULES, RULES[3]])
    harder = [RULES[0], RULES[1], {"grade": "C", "net_revenue_min_amount": "9000", "late_payment_rate_max": "0.1"}]
    assert codes([*harder, RULES[3]]) == [("rules/2", "grade_unreachable")]
    assert codes([{"grade": "E"}]) == [("rules/0/grade", "enum")]
    problem(http.post("/api/scm/customer-grades/grade"), 409, "no_grading_rules")
    make_role("reader", "grading_rule.read", "customer_grade.read")
    reader = make_user("bo", "reader").http
    problem(write(reader, RULES), 403, "not_allowed")
    problem(reader.post("/api/scm/customer-grades/grade"), 403, "not_allowed")
    assert write(http, RULES).status_code == 200
    changed = [{**RULES[0], "net_revenue_min_amount": "12000"}, *RULES[1:]]
    assert write(http, changed).status_code == 200
    kept = http.get("/api/scm/grading-rules").json()["items"]
    assert [(row["grade"], row["net_revenue_min_amount"]) for row in kept] == [
        ("A", "12000.00"),
        ("B", "5000.00"),
        ("C", "1000.00"),
        ("D", None),
    ]


@pytest.mark.feature("3.3.7")
def test_a_month_grades_customers_once_and_the_grade_limits_their_credit(
    app: FastAPI, services: Services, http: TestClient, shop: Shop, item_id: str
) -> None:
    names = {"GOOD": None, "LATE": None, "OWN": "400", "NEW": None}
    customers = {
        code: created(
            http.post(
                "/api/scm/customers",
                json={"code": code, "name": code, "currency_code": "EUR", "credit_limit_amount": limit},
            )
        )["id"]
        for code, limit in names.items()
    }
    figures = Figures([{"customer_code": "GOOD", **GOOD}, {"customer_code": "LATE", **LATE}])
    app.state.numbers = (services, figures)
    write(http, RULES)
    done = http.post("/api/scm/customer-grades/grade")
    assert (done.status_code, done.json()) == (200, {"graded": 5}), done.text
    [(query, asker)] = figures.asked
    assert (query.metrics, query.group_by) == (("net_revenue", "gross_margin", "late_payment_rate"), ("customer_code",))
    assert query.time.start
    assert query.time.end
    assert 364 <= (query.time.end - query.time.start).days <= 365
    assert (asker.may("metric.read"), dict(asker.row_filters)) == (True, {})

    def read(code: str) -> dict[str, Any]:
        return dict(http.get(f"/api/scm/customers/{customers[code]}").json())

    assert {code: read(code)["grade"] for code in names} == {"GOOD": "A", "LATE": "C", "OWN": "D", "NEW": "D"}
    assert {code: read(code)["grade_limit_amount"] for code in ("GOOD", "LATE", "NEW")} == {
        "GOOD": None,
        "LATE": "1000.00",
        "NEW": "150.00",
    }
    [history] = http.get(f"/api/scm/customer-grades?customer_id={customers['LATE']}").json()["items"]
    assert (history["grade"], history["inputs"]["late_payment_rate"], history["inputs"]["data_version"]) == (
        "C",
        "0.5",
        "7",
    )
    assert http.post("/api/scm/customer-grades/grade").json() == {"graded": 0}

    def order(code: str, qty: str) -> Any:
        line = {"item_id": item_id, "qty": qty, "unit_price": "100"}
        body = {"company_id": str(shop.company_id), "customer_id": customers[code], "lines": [line]}
        return http.post("/api/sales/orders?confirm=true", json=body)

    # The grade's limit holds where the customer has none of its own, which wins.
    assert "150.00" in problem(order("NEW", "2"), 409, "credit_limit_exceeded")["detail"]
    created(order("NEW", "1"))
    created(order("OWN", "3"))
    problem(order("OWN", "1"), 409, "credit_limit_exceeded")
    created(order("GOOD", "100"))
