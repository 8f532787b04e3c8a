"""One call turns a figure into everything behind it, and proves that its documents add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.context import RightsCache
from api.errors import install_handlers
from api.routers.metrics import pivot as pivot_routes
from api.routers.metrics import receipts
from api.telemetry import Telemetry
from olap.asker import Asker
from olap.drill import DrillQuery
from olap.errors import MetricForbidden, QueryInvalid
from olap.receipt import Receipt, metric_version, receipt
from olap.service import Numbers
from tests.olap.company import ACME
from tests.olap.test_http import _Edge
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database


@pytest.fixture
def prove(numbers: Numbers, everyone: Asker) -> Any:
    def asked(metric: str, **more: Any) -> Receipt:
        return receipt(numbers, DrillQuery.from_data({"metric": metric, **more}), everyone)

    return asked


@pytest.mark.feature("3.4.15")
@pytest.mark.feature("5.2.16")
@pytest.mark.parametrize(
    ("metric", "cell"),
    [
        ("net_revenue", {"customer": "Alpha GmbH", "month": "2026-01-01"}),
        ("net_revenue", {}),
        ("order_count", {"region": None}),
        ("customer_line_count", {}),
        ("average_order_value", {"fiscal_year": "FY2026"}),
        ("discount_rate", {"item_category": "Vehicles"}),
        ("gross_margin", {"quarter": "2026-01-01"}),
        ("ar_open_amount", {"month": "2026-02-01"}),
        ("account_balance", {"account": "Bank", "month": "2026-01-01"}),
        ("stock_value", {"month": "2026-01-01", "warehouse": "Main"}),
    ],
)
def test_documents_prove_a_figure(prove: Any, numbers: Numbers, everyone: Asker, metric: str, cell: Any) -> None:
    found = prove(metric, cell=cell)
    assert found.holds is True
    assert found.recomputed == found.figure.value
    assert all(each.difference == 0 and each.documents for each in found.proofs)
    # The question is the figure alone: asked again, it is the figure.
    assert numbers.query(found.question, everyone).rows[0][metric] == found.figure.value


def test_a_ratio_is_put_together_again_from_the_documents_of_its_sides(prove: Any) -> None:
    found = prove("average_order_value", cell={"month": "2026-01-01"})
    assert [(each.metric, each.from_documents, each.documents) for each in found.proofs] == [
        ("net_revenue", Decimal("510.00"), 2),
        ("order_count", 2, 2),
    ]
    assert (found.expression, found.recomputed) == ("net_revenue / nullif(order_count, 0)", Decimal(255))


def test_customers_of_many_invoices_are_counted_again_over_the_rows_of_all_documents(prove: Any) -> None:
    found = prove("customer_count", cell={}, limit=1)
    [proof] = found.proofs
    assert (found.holds, proof.holds, proof.difference) == (True, True, 0)
    assert proof.documents > proof.from_documents, "a customer of several invoices counts once"
    within = prove("customer_count", cell={"month": "2026-01-01", "item_category": "Vehicles"})
    assert (within.holds, within.figure.value) == (True, within.proofs[0].from_documents)


def test_a_window_is_proved_over_its_own_days(prove: Any) -> None:
    found = prove("net_revenue", cell={"month": "2026-02-01"}, window={"to_date": "year"})
    assert (found.figure.value, found.holds) == (Decimal("557.51"), True)
    rolling = prove("order_count", cell={"month": "2026-03-01"}, window={"rolling": 2})
    assert rolling.figure.value == 3


def test_a_metrics_version_changes_with_anything_that_it_rests_on(numbers: Numbers) -> None:
    manifest = numbers.vocabularies.current().manifest
    before = metric_version("average_order_value", manifest)
    assert before == metric_version("average_order_value", manifest) != metric_version("net_revenue", manifest)
    other = replace(manifest.metrics["order_count"], filters=("{{ Dimension('x__y') }} = 'z'",))
    changed = replace(manifest, metrics={**manifest.metrics, "order_count": other})
    assert metric_version("average_order_value", changed) != before
    assert metric_version("net_revenue", changed) == metric_version("net_revenue", manifest)
    told = replace(manifest.metrics["order_count"], label="Orders, told otherwise")
    assert metric_version("order_count", replace(manifest, metrics={**manifest.metrics, "order_count": told})) == (
        metric_version("order_count", manifest)
    )


def test_a_receipt_is_no_way_around_rights(numbers: Numbers) -> None:
    clerk = Asker(ACME, frozenset({"metric.*", "invoice.read"}), hidden_fields=frozenset({"item.cost"}))
    with pytest.raises(MetricForbidden):
        receipt(numbers, DrillQuery("gross_margin"), clerk)
    mine = {"invoice": [[{"field": "created_by", "operator": "in", "values": ["user-bob"]}]]}
    own = receipt(numbers, DrillQuery("net_revenue"), Asker(ACME, frozenset({"metric.*", "invoice.read"}), mine))
    assert (own.figure.value, own.holds, own.proofs[0].documents) == (Decimal("40.01"), True, 1)
    with pytest.raises(QueryInvalid):
        receipt(numbers, DrillQuery("net_revenue", {"planet": "Mars"}), clerk)


@pytest.fixture
def client(numbers: Numbers, database: Database) -> Iterator[TestClient]:
    """Receipts and files over HTTP, with a database for the loads and the audit log."""
    rights = RightsCache(clock=lambda: 0.0)
    rights.keep("boss", Principal(UUID(ACME), UUID(int=1), permissions=frozenset({"*"})), 3600.0)
    rights.keep("viewer", Principal(UUID(ACME), UUID(int=3), permissions=frozenset({"metric.read"})), 3600.0)
    app = FastAPI()
    app.state.services = SimpleNamespace(
        rights=rights,
        telemetry=Telemetry(),
        hosts=SimpleNamespace(tenant_of=lambda _: None),
        settings=None,
        database=database,
    )
    app.state.numbers = (app.state.services, numbers)
    install_handlers(app)
    app.include_router(pivot_routes.router)
    app.include_router(receipts.router)
    app.add_middleware(_Edge)
    with TestClient(app, headers={"authorization": "Bearer boss"}) as opened:
        yield opened


@pytest.mark.feature("3.4.15")
def test_one_call_over_http(client: TestClient, database: Database) -> None:
    body = {"metric": "net_revenue", "cell": {"customer": "Alpha GmbH", "month": "2026-01-01"}}
    answer = client.post("/api/metrics/receipt", json=body).json()
    assert (answer["value"], answer["holds"], answer["unit"]) == ("210.00", True, "currency")
    assert answer["proofs"] == [
        {
            "metric": "net_revenue",
            "label": "Net revenue",
            "value": "210.00",
            "from_documents": "210.00",
            "documents": 1,
            "difference": "0.00",
            "holds": True,
        }
    ]
    assert answer["inputs"][0]["rows"][0]["invoice_number"] == "SI-2026-00002"
    assert answer["evidence"]["data_version"] == "1"
    assert "fct_sales_invoice_lines" in answer["evidence"]["sql"]
    # There is no warehouse in this database, so no load says that it published this version.
    assert answer["load"] is None
    assert client.post("/api/metrics/receipt", json={**body, "cell": {"month": "March"}}).status_code == 422
    table = {"metrics": ["net_revenue"], "rows": ["region"]}
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        file = client.post(f"/api/metrics/pivot/export?format={kind}", json=table)
        assert file.content.startswith(begins)
        assert file.headers["content-disposition"] == f'attachment; filename="pivot.{kind}"'
    refused = client.post("/api/metrics/pivot/export", json=table, headers={"authorization": "Bearer viewer"})
    assert refused.status_code == 403
    principal = Principal(UUID(ACME), UUID(int=1), permissions=frozenset({"*"}))
    with database.transaction(principal) as session:
        noted = session.execute(
            text("select after ->> 'format' from kernel.audit_log where action = 'export' order by 1")
        )
        assert [row[0] for row in noted] == ["csv", "xlsx"]
