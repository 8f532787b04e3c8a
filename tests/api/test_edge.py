"""What every request meets: limits, headers, traces, one problem shape, one effect a key."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Services
from tests.api.conftest import PASSWORD, Login, created, problem
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop

CUSTOMER = {"code": "C9", "name": "Nine", "currency_code": "EUR"}


@pytest.mark.feature("GW-09")
def test_twenty_copies_of_a_post_make_one_document(http: TestClient, shop: Shop, item_id: str) -> None:
    body, headers = order_body(shop, item_id), {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: http.post("/api/sales/orders", json=body, headers=headers), range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert http.get("/api/sales/orders", params={"include_total": "true"}).json()["total"] == 1
    other = order_body(shop, item_id, qty="3")
    problem(http.post("/api/sales/orders", json=other, headers=headers), 422, "idempotency_key_reused")


@pytest.mark.feature("GW-09")
def test_a_refused_post_leaves_its_key_free(http: TestClient) -> None:
    headers = {"Idempotency-Key": "once"}
    problem(http.post("/api/scm/customers", json={**CUSTOMER, "currency_code": "XXX"}, headers=headers), 422)
    created(http.post("/api/scm/customers", json=CUSTOMER, headers=headers))
    odd = {b"Idempotency-Key": "a b\u00e9".encode("latin-1")}
    refused = problem(http.post("/api/scm/customers", json=CUSTOMER, headers=odd), 422)
    assert [(error["path"], error["code"]) for error in refused["errors"]] == [("Idempotency-Key", "bad_key")]
    assert http.get("/api/scm/customers", params={"include_total": "true"}).json()["total"] == 1


@pytest.mark.feature("GW-09")
@pytest.mark.feature("2.1.15")
def test_each_request_leaves_one_line_without_secrets(
    http: TestClient, admin: Login, anonymous: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    anonymous.post("/api/auth/token", data={"username": "x", "password": "my-own-secret-word"})
    answer = http.get("/api/scm/customers", headers={"X-Correlation-Id": "trace-me-12345"})
    assert answer.headers["X-Correlation-Id"] == "trace-me-12345"
    lines = [record for record in caplog.records if record.name == "api.access"]
    [line] = [record for record in lines if record.__dict__["trace_id"] == "trace-me-12345"]
    facts = line.__dict__
    assert (facts["method"], facts["route"], facts["status"]) == ("GET", "/api/scm/customers", 200)
    assert (facts["user_id"], facts["tenant_id"]) == (str(admin.user_id), str(admin.tenant_id))
    assert facts["duration_ms"] > 0
    everything = " ".join(str(record.__dict__) for record in caplog.records)
    assert "my-own-secret-word" not in everything
    assert admin.tokens["access_token"] not in everything


@pytest.mark.feature("2.1.3")
def test_a_defect_of_ours_shows_a_trace_id_and_nothing_else(
    http: TestClient, services: Services, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> bool:
        raise RuntimeError("select secret from /etc/shadow")

    monkeypatch.setattr(services.hosts, "is_unknown", lambda _: broken())
    answer = problem(http.post("/api/scm/customers", json=CUSTOMER), 500, "internal")
    assert answer["trace_id"]
    assert "secret" not in json.dumps(answer)
    assert any(record.__dict__.get("trace_id") == answer["trace_id"] for record in caplog.records)


@pytest.mark.feature("2.1.3")
def test_a_defect_in_the_middle_of_a_write_leaves_nothing(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.calls.to_json", lambda _: 1 / 0)
    problem(http.post("/api/scm/customers", json=CUSTOMER), 500, "internal")
    monkeypatch.undo()
    assert http.get("/api/scm/customers").json()["items"] == []


@pytest.mark.feature("2.1.11")
@pytest.mark.feature("GW-04")
def test_a_request_names_no_other_tenant_than_its_token(admin: Login, http: TestClient, services: Services) -> None:
    assert http.get("/api/auth/me", headers={"X-Tenant": "acme"}).status_code == 200
    problem(http.get("/api/auth/me", headers={"X-Tenant": "other"}), 403, "tenant_mismatch")
    with services.database.outside_tenants() as session:
        session.execute(text("update identity.tenants set host = 'acme.example'"))
        session.execute(
            text(
                "insert into identity.tenants (id, slug, name, host) values (gen_random_uuid(), 'b', 'B', 'b.example')"
            )
        )
    services.hosts.forget()
    assert http.get("/api/auth/me", headers={"Host": "acme.example:8000"}).status_code == 200
    problem(http.get("/api/auth/me", headers={"Host": "b.example"}), 403, "tenant_mismatch")
    problem(http.get("/api/auth/me", headers={"Host": "nobody.example"}), 404)
    who = {"username": admin.username, "password": PASSWORD}
    signed_in = http.post("/api/auth/token", data=who, headers={"Host": "acme.example"})
    assert signed_in.json()["tenant"]["slug"] == "acme"
    problem(http.post("/api/auth/token", data=who, headers={"Host": "b.example"}), 403, "not_a_member")
    assert http.get("/api/auth/me", headers={"Host": "192.0.2.7:8000"}).status_code == 200


@pytest.mark.feature("GW-03")
def test_identity_headers_of_the_client_have_no_effect(http: TestClient, anonymous: TestClient, admin: Login) -> None:
    forged = {"X-User-Id": str(uuid4()), "X-Tenant-Id": str(uuid4()), "X-Forwarded-User": "root"}
    assert http.get("/api/auth/me", headers=forged).json()["id"] == str(admin.user_id)
    problem(anonymous.get("/api/auth/me", headers=forged), 401)


@pytest.mark.feature("GW-05")
def test_foreign_origins_large_bodies_and_odd_requests_are_refused(http: TestClient, anonymous: TestClient) -> None:
    answer = http.get("/api/auth/me", headers={"Origin": "https://evil.test"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    for name in ("X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy", "Referrer-Policy"):
        assert name in answer.headers
    problem(
        http.post("/api/scm/customers", content=b"x" * 1_100_000, headers={"Content-Type": "application/json"}), 413
    )

    def chunks() -> Any:
        for _ in range(30):
            yield b"[" * 50_000

    streamed = http.post("/api/scm/customers", content=chunks(), headers={"Content-Type": "application/json"})
    problem(streamed, 413, "too_large")
    for headers in (
        [("Host", "a"), ("Host", "b")],
        [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
        [("Transfer-Encoding", "xchunked")],
        [("Content-Length", "+5")],
        [("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
    ):
        problem(anonymous.get("/api/auth/me", headers=headers), 400, "bad_request")
    for path in ("/api/%2e%2e/health", "/api//auth/me", "/api/auth%2fme", "/api/auth/me%00", "/api/auth\\me"):
        problem(anonymous.get(path), 400, "bad_request")


@pytest.mark.feature("GW-05")
def test_an_origin_that_the_operator_named_is_let_in(services: Services) -> None:
    app = create_app(services.settings.model_copy(update={"cors_origins": "https://pages.example"}))
    app.state.services = services
    with TestClient(app) as client:
        headers = {"Origin": "https://pages.example"}
        assert client.get("/health/live", headers=headers).headers["access-control-allow-origin"] == headers["Origin"]
        assert "access-control-allow-origin" not in client.get("/health/live", headers={"Origin": "https://x"}).headers


@pytest.mark.feature("GW-01")
def test_an_unknown_path_or_method_answers_in_the_problem_shape(anonymous: TestClient) -> None:
    problem(anonymous.get("/api/nowhere/things"), 404, "not_found")
    problem(anonymous.get("/nowhere"), 404, "not_found")
    refused = problem(anonymous.put("/api/scm/customers"), 405, "method_not_allowed")
    assert {"type", "title", "status", "code", "detail", "trace_id"} <= refused.keys()


@pytest.mark.feature("2.1.4")
def test_decimals_are_exact_and_oddities_are_refused(http: TestClient, customer: dict[str, Any]) -> None:
    path = f"/api/scm/customers/{customer['id']}"
    exact = http.patch(path, content=b'{"credit_limit_amount": 12345678901234.57, "version": 1}', headers=_JSON)
    assert exact.json()["credit_limit_amount"] == "12345678901234.57"
    for amount, code in (
        ('"1.234"', "too_many_decimals"),
        ("NaN", "json_invalid"),
        ("Infinity", "json_invalid"),
        ('"NaN"', "finite_number"),
        ("1e999", "decimal_max_digits"),
        ("true", "value_error"),
        ("-1", "greater_than_equal"),
    ):
        body = f'{{"credit_limit_amount": {amount}, "version": 2}}'.encode()
        refused = problem(http.patch(path, content=body, headers=_JSON), 422)
        assert code in {error["code"] for error in refused["errors"]}, (amount, refused)


_JSON = {"Content-Type": "application/json"}


@pytest.mark.feature("2.1.14")
def test_texts_that_no_database_takes_are_refused(http: TestClient) -> None:
    for name in ("a\x00b", "x" * 201, "", "   "):
        refused = problem(http.post("/api/scm/customers", json={**CUSTOMER, "name": name}), 422)
        assert [error["path"] for error in refused["errors"]] == ["name"]
    body = b'{"code": "C9", "name": "\\ud800", "currency_code": "EUR"}'
    problem(http.post("/api/scm/customers", content=body, headers=_JSON), 422)
    problem(http.get("/api/scm/customers", params={"q": "a\x00"}), 422)
    problem(http.post("/api/scm/customers", content=b"[" * 100_000, headers=_JSON), 422)
    problem(http.post("/api/scm/customers", content=b"9" * 10_000, headers=_JSON), 422)
    assert http.get("/api/scm/customers").json()["items"] == []


@pytest.mark.feature("2.1.14")
def test_nobody_sets_what_belongs_to_the_program(http: TestClient) -> None:
    for field in ("id", "tenant_id", "version", "created_by", "grade", "merged_into_id", "row_xid"):
        refused = problem(http.post("/api/scm/customers", json={**CUSTOMER, field: str(uuid4())}), 422)
        assert [error["path"] for error in refused["errors"]] == [field]


@pytest.mark.feature("2.1.1")
def test_a_stale_version_changes_nothing(http: TestClient, customer: dict[str, Any]) -> None:
    path = f"/api/scm/customers/{customer['id']}"
    problem(http.patch(path, json={"name": "x"}), 428, "version_missing")
    assert http.patch(path, json={"name": "First"}, headers={"If-Match": '"1"'}).status_code == 200
    problem(http.patch(path, json={"name": "Second", "version": 1}), 409, "stale_version")
    problem(http.patch(path, json={"name": "Third"}, headers={"If-Match": '"1"'}), 412, "stale_version")
    assert http.get(path).json()["name"] == "First"


def test_the_process_says_whether_it_lives_and_is_ready(
    anonymous: TestClient, services: Services, tmp_path: Path
) -> None:
    services.settings = services.settings.model_copy(update={"home": tmp_path})
    assert anonymous.get("/health/live").json() == {"status": "alive"}
    refused = problem(anonymous.get("/health/ready"), 503, "not_ready")
    assert refused["checks"]["database"] is True
    assert "published marts" in refused["detail"]
    services.settings.lake_dir.mkdir(parents=True, exist_ok=True)
    version = services.settings.lake_dir / "version.json"
    version.write_text(json.dumps({"version": 1, "marts": {"dim_items": 0}}), encoding="utf-8")
    assert anonymous.get("/health/ready").json()["status"] == "ready"
    version.unlink()
    monitoring = TestClient(anonymous.app, client=("127.0.0.1", 50_000))
    counted = 'qooerp_http_requests_total{method="GET",route="/health/live",status="2xx"}'
    assert counted in monitoring.get("/metrics").text
    problem(anonymous.get("/metrics"), 403, "not_monitoring")


@pytest.mark.feature("2.1.2")
def test_a_misspelt_parameter_is_named_and_answers_no_other_question(http: TestClient, shop: Shop) -> None:
    period = {"start": "2026-01-01", "end": "2026-06-30"}
    refused = problem(http.get("/api/metrics/statements/trial-balance", params={**period, "compny": "SHOP"}), 422)
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [("compny", "unknown_parameter")]
    line = {"item_id": str(uuid4()), "qty": "1"}
    body = {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id), "lines": [line]}
    refused = problem(http.post("/api/sales/orders", json=body, params={"confrim": "true", "x" * 99: "1"}), 422)
    assert [each["path"] for each in refused["errors"]] == ["confrim", "x" * 80]
    assert [each["path"] for each in problem(http.get("/api/auth/me", params={"a\0": "1"}), 422)["errors"]] == ["a\0"]
    # What may be asked for is not told to those who have not signed in.
    problem(http.get("/api/auth/me", params={"a": "1"}, headers={"Authorization": ""}), 401)
