"""Machines whose clocks are wrong: the books are those of a true clock, and nothing is done twice or too late."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop, make_item, make_shop, stock_up
from transactional.checks import check_tenant
from transactional.identity.tokens import issue_access_token
from transactional.kernel.clock import clock, utc_now
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

DAY = "2026-03-16"
_MINUTES = (0, 10, -10, 0, -10, 10, 10, -10)
"""How wrong the clock of the machine is that takes each next request."""
_LEDGER = text(
    """
    select entry.number, entry.posted_on::text, entry.origin_type, line.line_number, account.code, line.amount
    from ledger.journal_entries as entry
    inner join ledger.journal_lines as line on line.tenant_id = entry.tenant_id and line.entry_id = entry.id
    inner join ledger.accounts as account on account.tenant_id = line.tenant_id and account.id = line.account_id
    where entry.tenant_id = :tenant order by 1, 4
    """
)


def _wrong_by(minutes: int) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(minutes=minutes)


def _standing_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _trade(http: TestClient, shop: Shop, item: str, minutes: tuple[int, ...]) -> list[str]:
    """Orders, deliveries, invoices and payments, each request on the next machine; the numbers of the invoices."""
    steps, numbers = cycle(minutes), []

    def post(path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        for _ in range(2):  # sent again to another machine, as after a lost answer
            with clock(_wrong_by(next(steps))):
                answer = http.post(path, json=body, headers={"Idempotency-Key": key})
        assert answer.status_code in {200, 201}, answer.text
        assert answer.headers["Idempotent-Replayed"] == "true"
        found: dict[str, Any] = answer.json()
        return found

    for number in range(4):
        order = post("/api/sales/orders?confirm=true", {**order_body(shop, item), "ordered_on": DAY}, f"o{number}")
        post(f"/api/sales/orders/{order['id']}/deliver", {"delivered_on": DAY}, f"d{number}")
        invoice = post(f"/api/sales/orders/{order['id']}/invoice", {"invoiced_on": DAY}, f"i{number}")
        numbers.append(invoice["number"])
        paid = {"invoice_id": invoice["id"], "amount": invoice["total_amount"]}
        body = {
            "company_id": str(shop.company_id), "kind": "receipt", "party_id": str(shop.customer_id), "paid_on": DAY,
            "amount": paid["amount"], "allocations": [paid],
        }  # fmt: skip
        post("/api/finance/payments", body, f"p{number}")
    return numbers


def test_wrong_clocks_keep_the_books_of_a_true_one(
    http: TestClient, services: Services, shop: Shop, item_id: str, as_admin: Principal,
    make_tenant: Callable[[str], Login],
) -> None:  # fmt: skip
    wrong = _trade(http, shop, item_id, _MINUTES)
    other = make_tenant("zenith")
    principal = Principal(other.tenant_id, other.user_id, permissions=frozenset({"*"}), channel="test")
    with services.database.transaction(principal) as session:
        true_shop = make_shop(session)
        item = make_item(session, true_shop)
        stock_up(session, true_shop, item, "1000", "10")
    true = _trade(other.http, true_shop, str(item), (0,))
    assert wrong == true == [f"SI-2026-{number:05}" for number in range(1, 5)]
    ledgers = []
    for each in (as_admin, principal):
        with services.database.transaction(each) as session:
            assert check_tenant(session) == []
            ledgers.append(sorted(tuple(row)[1:] for row in session.execute(_LEDGER, {"tenant": each.tenant_id}).all()))
    assert ledgers[0] == ledgers[1]
    assert len(ledgers[0]) > 20


def test_a_machine_that_is_late_posts_nothing_into_a_closed_month(
    http: TestClient, services: Services, shop: Shop, item_id: str
) -> None:
    """At a second before and after midnight, without a date given: the day is the machine's, the period decides."""
    ends = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
    days = []
    for moment in (ends, ends + timedelta(seconds=1)):
        with clock(_standing_at(moment)):
            order = created(http.post("/api/sales/orders?confirm=true", json=order_body(shop, item_id)))
            created(http.post(f"/api/sales/orders/{order['id']}/deliver", json={}))
            days.append(created(http.post(f"/api/sales/orders/{order['id']}/invoice", json={}))["invoiced_on"])
    assert days == ["2026-03-31", "2026-04-01"]
    order = created(http.post("/api/sales/orders?confirm=true", json=order_body(shop, item_id)))
    periods = http.get("/api/finance/periods", params={"company_id": str(shop.company_id), "limit": 500}).json()[
        "items"
    ]
    for period in sorted(periods, key=lambda each: str(each["starts_on"])):
        if period["starts_on"] <= "2026-03-01" and period["state"] == "open":
            answer = http.post(f"/api/finance/periods/{period['id']}/close", json={})
            assert answer.status_code == 200, answer.text
    before = _entries(services.database, order)
    with clock(_standing_at(ends - timedelta(minutes=10))):
        problem(http.post(f"/api/sales/orders/{order['id']}/deliver", json={}), 409, "period_closed")
    assert _entries(services.database, order) == before


def _entries(database: Database, _: object) -> int:
    with database.outside_tenants() as session:
        return int(session.execute(text("select coalesce(sum(1), 0) from ledger.journal_entries")).scalar_one())


def test_tokens_of_a_machine_whose_clock_is_wrong(http: TestClient, admin: Login, services: Services) -> None:
    """A few seconds are forgiven, ten minutes are not: neither does a token begin early nor live on."""
    claims = services.callers.find(f"Bearer {admin.tokens['access_token']}")
    assert claims is not None
    life = timedelta(seconds=claims.expires_at) - timedelta(seconds=utc_now().timestamp())
    seen = {}
    for seconds in (0, 5, -5, 600, -life.total_seconds() - 600):
        token = issue_access_token(
            services.keys, user_id=claims.user_id, tenant_id=claims.tenant_id, session_id=claims.session_id,
            now=utc_now() + timedelta(seconds=seconds),
        )  # fmt: skip
        seen[seconds] = http.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code
    assert list(seen.values()) == [200, 200, 200, 401, 401]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_session_is_refreshed_by_a_machine_whose_clock_is_wrong(
    anonymous: TestClient, admin: Login, minutes: int
) -> None:
    with clock(_wrong_by(minutes)):
        fresh = anonymous.post("/api/auth/refresh", json={"refresh_token": admin.tokens["refresh_token"]})
    assert fresh.status_code == 200, fresh.text
    again = anonymous.post("/api/auth/refresh", json={"refresh_token": fresh.json()["refresh_token"]})
    assert again.status_code == 200, again.text
    headers = {"Authorization": f"Bearer {again.json()['access_token']}"}
    assert anonymous.get("/api/auth/me", headers=headers).status_code == 200
