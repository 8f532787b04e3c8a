"""One definition of rights, two doors: what somebody may list adds up to what the figures tell that somebody."""

import csv
import io
import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from starlette.testclient import TestClient

from api.app import create_app
from api.context import RightsCache, Services
from olap.engines.postgres import PostgresEngine
from olap.service import Numbers
from tests.warehouse.traders import DAY, Company, move, order_services, set_up, trade
from tests.warehouse.unseen import FAILED, SIGNS_OF_COST, Unseen, hide, told_to
from tests.warehouse.warehouse import Warehouse
from transactional.identity.models import Tenant
from transactional.identity.queries import ActiveUser
from transactional.identity.tokens import KeyRing
from transactional.kernel.grants import RoleGrant
from transactional.kernel.ids import new_id
from transactional.kernel.policy import Place
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database
from transactional.principals import principal_of

pytestmark = pytest.mark.timeout(900)

D = Decimal
USERS = 50
UNSEEN = Unseen()
CUSTOMER_SHOWN_MIN, COST_SHOWN_MIN = 40, 5
"""So many operations and marts tell what is hidden from others."""
SEED = 20260316


@pytest.fixture(scope="module")
def world(warehouse: Warehouse) -> Iterator[tuple[Company, FastAPI, Services]]:
    """The company in books and marts, and the application over both."""
    settings = warehouse.settings
    database = Database(settings.database_url("app"))
    company, dice = Company(new_id()), random.Random(SEED)  # noqa: S311  # a fixed seed, no secret
    with database.outside_tenants() as session:
        session.execute(insert(Tenant), [{"id": company.tenant_id, "slug": "acme", "name": "Acme"}])
    for author in company.authors:
        with database.transaction(system_principal(company.tenant_id, channel="test", user_id=author)) as session:
            if company.shop is None:
                set_up(session, company)
            trade(session, company, dice)
    # Rights go by what is so now: one customer moves, one salesperson changes the unit.
    with database.transaction(system_principal(company.tenant_id, channel="test")) as session:
        move(session, company)
        order_services(session, company)
    with database.transaction(system_principal(company.tenant_id, channel="test", user_id=UNSEEN.author)) as session:
        hide(session, company, UNSEEN)
    warehouse.grow()
    app = create_app(settings)
    services = Services(settings, database, KeyRing("a key for tests only, and long enough"))
    services.rights = RightsCache(clock=lambda: 0.0)
    app.state.services = services
    engine = PostgresEngine(settings.database_url("warehouse"))
    app.state.numbers = (services, Numbers(engine, settings.dbt_target_dir, today=lambda: DAY))
    yield company, app, services
    database.close()


SIX_WAYS = "order.read", "order.export", "metric.read", "metric.sales.read", "metric.export", "ai.ask"
THREE_RULES = (
    {"customer": [{"field": "region", "operator": "in", "values": "user.regions"}]},
    {"customer": [{"field": "category.code", "operator": "in", "values": ["BIG"]}]},
    {"order": [{"field": "salesperson", "operator": "in", "values": "user.employee_id"}]},
)
RIGHTS = (
    "order.read",
    "invoice.read",
    "purchase_order.read",
    "purchase_invoice.read",
    "payment.read",
    "stock.read",
    "journal_entry.read",
    "customer.read",
    "supplier.read",
)


def random_grant(dice: random.Random, company: Company) -> RoleGrant:
    """A role as somebody might make it."""

    def some(values: list[UUID]) -> list[str]:
        return [str(each) for each in dice.sample(values, dice.randint(1, len(values)))]

    rules: dict[str, list[dict[str, Any]]] = {}
    choices: list[tuple[str, dict[str, Any]]] = [
        ("customer", {"field": "region", "operator": "in", "values": "user.regions"}),
        ("customer", {"field": "region", "operator": "in", "values": some(company.regions)}),
        ("customer", {"field": "region.code", "operator": "in", "values": ["N"]}),
        ("customer", {"field": "category", "operator": "not_in", "values": some(company.categories)}),
        ("customer", {"field": "code", "operator": "in", "values": ["C0", "C3", "C8"]}),
        ("supplier", {"field": "id", "operator": "in", "values": some(company.suppliers)}),
        ("supplier", {"field": "code", "operator": "not_in", "values": ["S2"]}),
        ("order", {"field": "salesperson", "operator": "in", "values": some(company.employees)}),
        ("order", {"field": "customer.category", "operator": "in", "values": some(company.categories)}),
        ("invoice", {"field": "created_by", "operator": "not_in", "values": some(company.authors)}),
        ("purchase_order", {"field": "buyer", "operator": "in", "values": "user.employee_id"}),
        ("item", {"field": "id", "operator": "in", "values": some(company.items)}),
        ("payment", {"field": "created_by", "operator": "in", "values": some(company.authors)}),
    ]
    for thing, rule in dice.sample(choices, dice.randint(0, 3)):
        rules.setdefault(thing, []).append(rule)
    rights = frozenset({"metric.*", *dice.sample(RIGHTS, dice.randint(5, len(RIGHTS)))})
    return RoleGrant(rights, dice.choice(["own", "unit", "subtree", "company", "all"]), rules, frozenset())


def random_client(
    dice: random.Random, world: tuple[Company, FastAPI, Services]
) -> tuple[TestClient, tuple[RoleGrant, ...]]:
    """A client of a user with one or two such roles, who stands somewhere in the company."""
    company, _, _ = world
    assert company.shop is not None
    at = dice.randrange(3)
    unit = company.units[at]
    place = Place(
        user_id=company.authors[at],
        employee_id=dice.choice([company.employees[at], None]),
        unit_ids=(unit,),
        subtree_ids=tuple(company.units) if at == 0 else (unit,),
        company_ids=dice.choice([(company.shop.company_id,), ()]),
        attributes={"regions": [str(each) for each in dice.sample(company.regions, dice.randint(0, 2))]},
    )
    grants = tuple(random_grant(dice, company) for _ in range(dice.randint(1, 2)))
    return client_of(world, place, grants), grants


def client_of(world: tuple[Company, FastAPI, Services], place: Place, grants: tuple[RoleGrant, ...]) -> TestClient:
    """A client of somebody who stands there and has these roles."""
    company, app, services = world
    assert place.user_id is not None
    user = ActiveUser(place.user_id, new_id(), "acme", "x", "x@y.test", "en", "UTC", None, {}, 1, grants, ())
    token = str(new_id())
    services.rights.keep(token, principal_of(user, place, tenant_id=company.tenant_id, session_id=new_id()), 3600)
    client = TestClient(app, raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def listed(client: TestClient, path: str, **params: str) -> list[dict[str, Any]] | None:
    """Every row of a collection, or nothing where it is refused."""
    answer = client.get(path, params={"limit": "500", **params})
    if answer.status_code == 403:
        return None
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["next_cursor"] is None
    items: list[dict[str, Any]] = body["items"]
    return items


def summed(rows: list[dict[str, Any]], name: str) -> Decimal:
    """The sum of a column; credit notes take away."""
    return sum(((-1 if "credit" in row.get("kind", "") else 1) * D(row[name]) for row in rows), D(0))


def told(client: TestClient, metric: str) -> Decimal | None:
    """A figure as the asker gets it, or nothing where it is refused."""
    answer = client.post("/api/metrics/query", json={"metrics": [metric]})
    if answer.status_code == 403:
        return None
    assert answer.status_code == 200, answer.text
    [row] = answer.json()["rows"]
    return D(str(row[metric] or 0))


PAIRS: tuple[tuple[str, dict[str, str], str | None, str], ...] = (
    ("/api/sales/orders", {"state__in": "confirmed,closed"}, "net_amount", "confirmed_order_value"),
    ("/api/sales/invoices", {"state": "posted"}, "net_amount", "net_revenue"),
    ("/api/sales/invoices", {"state": "posted"}, "open_amount", "ar_open_amount"),
    ("/api/purchase/orders", {"state__in": "confirmed,closed"}, "net_amount", "purchase_order_value"),
    ("/api/purchase/invoices", {"state": "posted"}, "net_amount", "purchase_spend"),
    ("/api/inventory/stock", {}, "on_hand_qty", "stock_quantity"),
    ("/api/finance/payments", {"kind": "receipt"}, "company_amount", "payments_received"),
    ("/api/finance/payments", {"kind": "disbursement"}, "company_amount", "payments_made"),
    ("/api/finance/journal-entries", {}, None, "journal_entry_count"),
)
"""A list with what of it counts, the column that is added up (rows where none), and the metric that tells the same."""


@pytest.mark.feature("ARCH-08")
@pytest.mark.feature("PERM-09")
@pytest.mark.feature("PERM-08")
def test_fifty_random_users_are_told_what_they_may_list(world: tuple[Company, FastAPI, Services]) -> None:
    dice = random.Random(SEED)  # noqa: S311  # a fixed seed, no secret
    seen: dict[str, set[Decimal | None]] = {metric: set() for *_, metric in PAIRS}
    told_apart = []
    for number in range(USERS):
        client, grants = random_client(dice, world)
        for path, params, column, metric in PAIRS:
            rows, figure = listed(client, path, **params), told(client, metric)
            expected = None if rows is None else summed(rows, column) if column else D(len(rows))
            if figure != expected and not (rows is None and sees_everything(grants)):
                told_apart.append((number, metric, figure, expected, grants))
            seen[metric].add(expected)
    assert told_apart == []
    # The test would show nothing if all saw the same.
    assert all(len(values) > 1 for values in seen.values()), seen


def sees_everything(grants: tuple[RoleGrant, ...]) -> bool:
    """Whether figures tell somebody what no list does: nothing of them is restricted, only the lists are closed."""
    return all(grant.data_scope == "all" and not grant.row_rules for grant in grants)


def numbers_of_orders(client: TestClient, known: list[dict[str, Any]]) -> dict[str, set[str]]:
    """The numbers of confirmed orders that somebody meets, each way there is."""
    wanted = {"state__in": "confirmed,closed"}
    details = [client.get(f"/api/sales/orders/{each['id']}") for each in known]
    exported = csv.DictReader(io.StringIO(client.get("/api/sales/orders/export", params=wanted).text))
    found = [row for each in known for row in listed(client, "/api/sales/orders", q=each["number"], **wanted) or []]
    mart = csv.DictReader(io.StringIO(client.get("/api/metrics/marts/fct_sales_order_lines?format=csv").text))
    query = {"metrics": ["confirmed_order_value"], "group_by": ["order_number"], "limit": 500}
    figures = client.post("/api/metrics/query", json=query).json()["rows"]
    answer = client.post("/api/ai/ask", json={"question": "confirmed order value by order number"}).json()
    return {
        "list": {row["number"] for row in listed(client, "/api/sales/orders", **wanted) or []},
        "detail": {each.json()["number"] for each in details if each.status_code == 200},
        "export": {row["number"] for row in exported},
        "search": {row["number"] for row in found},
        "mart": {row["order_number"] for row in mart if row["is_confirmed"].lower() in {"true", "t"}},
        "figures": {row["order_number"] for row in figures if D(row["confirmed_order_value"])},
        "answer": {row["order_number"] for row in answer["result"]["rows"] if D(row["confirmed_order_value"])},
    }


@pytest.mark.feature("PERM-09")
@pytest.mark.feature("ARCH-05")
@pytest.mark.parametrize("rules", THREE_RULES, ids=["region", "category", "salesperson"])
def test_one_rule_gives_one_set_of_orders_each_way(
    rules: dict[str, list[dict[str, Any]]], world: tuple[Company, FastAPI, Services]
) -> None:
    company = world[0]
    place = Place(
        user_id=company.authors[0],
        employee_id=company.employees[0],
        attributes={"regions": [str(company.regions[1])]},
    )
    everyone = client_of(world, place, (RoleGrant(frozenset(SIX_WAYS), "all", {}, frozenset()),))
    known = listed(everyone, "/api/sales/orders", state__in="confirmed,closed") or []
    client = client_of(world, place, (RoleGrant(frozenset(SIX_WAYS), "all", rules, frozenset()),))
    ways = numbers_of_orders(client, known)
    assert 0 < len(ways["list"]) < len(known)
    assert {way: numbers for way, numbers in ways.items() if numbers != ways["list"]} == {}


@pytest.mark.feature("FIN-28")
def test_a_cost_centre_out_of_scope_is_refused(world: tuple[Company, FastAPI, Services]) -> None:
    rights = frozenset({"metric.*", "journal_entry.read", "budget.read", "purchase_order.read", "cost_centre.read"})
    place = Place(user_id=world[0].authors[0])
    rule = {"cost_centre": [{"field": "code", "operator": "in", "values": ["EAST"]}]}
    everyone = client_of(world, place, (RoleGrant(rights, "all", {}, frozenset()),))
    of_east = client_of(world, place, (RoleGrant(rights, "all", rule, frozenset()),))
    metrics = ["budget_committed_amount", "budget_variance"]

    def ask(client: TestClient, **where: object) -> Any:
        filters = [{"field": "cost_centre", "op": "eq", "value": value} for value in where.values()]
        body = {"metrics": metrics, "group_by": ["account", "cost_centre", "month"], "where": filters}
        return client.post("/api/metrics/query", json=body)

    def committed(client: TestClient) -> dict[str | None, Decimal]:
        rows = ask(client).json()["rows"]
        return {row["cost_centre"]: D(row["budget_committed_amount"]) for row in rows if row["budget_committed_amount"]}

    assert committed(everyone) == {"East": D(40), "West": D(60)}
    assert committed(of_east) == {"East": D(40)}
    assert ask(of_east, centre="East").status_code == 200
    assert ask(of_east, centre="West").status_code == 403
    assert ask(of_east, centre="Nowhere").status_code == 403
    assert ask(everyone, centre="Nowhere").status_code == 422
    cell = {"metric": "budget_variance", "cell": {"cost_centre": "West"}}
    assert of_east.post("/api/metrics/drill", json=cell).status_code == 403
    found = everyone.post("/api/metrics/drill", json=cell).json()
    [orders] = [each for each in found["inputs"] if each["metric"] == "budget_committed_amount"]
    assert (D(found["value"]), D(orders["total"])) == (D(-60), D(60))
    assert [row["order_id"] for row in orders["rows"]] == [str(world[0].services[1])]
    assert {each["mart"] for each in found["inputs"]} >= {"fct_journal_lines", "fct_purchase_order_lines"}


Told = list[tuple[str, str]]
EVERYTHING = frozenset({"*"})


def all_told(world: tuple[Company, FastAPI, Services], **limits: Any) -> Told:
    """All that can be read about what is unseen, by somebody with every right and these limits."""
    company, app, _ = world
    limits = {"data_scope": "all", "row_rules": {}, "hidden_fields": frozenset(), **limits}
    place = Place(user_id=company.authors[0], employee_id=company.employees[0])
    return [*told_to(client_of(world, place, (RoleGrant(EVERYTHING, **limits),)), app.openapi(), UNSEEN)]


def giving_away(told: Told, signs: set[str]) -> list[str]:
    """What of all that was asked tells one of the signs."""
    return [asked for asked, text in told if any(sign in text for sign in {FAILED, *signs})]


@pytest.fixture(scope="module")
def told_everyone(world: tuple[Company, FastAPI, Services]) -> Told:
    """What is told to somebody without limits: where that held no sign, silence towards others would prove nothing."""
    return all_told(world)


@pytest.mark.feature("PERM-09")
@pytest.mark.feature("ARCH-05")
def test_nothing_that_can_be_read_tells_of_a_customer_under_a_row_rule(
    world: tuple[Company, FastAPI, Services], told_everyone: Told
) -> None:
    seen = [f"C{at}" for at in range(len(world[0].customers))]
    rules = {"customer": [{"field": "code", "operator": "in", "values": seen}]}
    signs = UNSEEN.signs_of_customer()
    assert giving_away(all_told(world, row_rules=rules), signs) == []
    assert len(giving_away(told_everyone, signs)) >= CUSTOMER_SHOWN_MIN


@pytest.mark.feature("PERM-08")
def test_nothing_that_can_be_read_tells_the_documents_of_others_to_who_sees_his_own(
    world: tuple[Company, FastAPI, Services], told_everyone: Told
) -> None:
    signs = UNSEEN.signs_of_documents()
    assert giving_away(all_told(world, data_scope="own"), signs) == []
    assert len(giving_away(told_everyone, signs)) >= CUSTOMER_SHOWN_MIN


@pytest.mark.feature("PERM-10")
def test_nothing_that_can_be_read_tells_what_an_item_costs_to_who_must_not_know(
    world: tuple[Company, FastAPI, Services], told_everyone: Told
) -> None:
    assert giving_away(all_told(world, hidden_fields=frozenset({"item.cost"})), SIGNS_OF_COST) == []
    assert len(giving_away(told_everyone, SIGNS_OF_COST)) >= COST_SHOWN_MIN


@pytest.mark.feature("PERM-09")
@pytest.mark.feature("FIN-07")
def test_an_entry_is_seen_whole_or_not_at_all_and_statements_say_so(world: tuple[Company, FastAPI, Services]) -> None:
    place = Place(user_id=world[0].authors[0])
    rights = frozenset({"journal_entry.read", "account.read", "invoice.read", "metric.*", "company.read"})
    rules = {"customer": [{"field": "code", "operator": "in", "values": ["C0", "C3"]}]}
    everyone = client_of(world, place, (RoleGrant(rights, "all", {}, frozenset()),))
    client = client_of(world, place, (RoleGrant(rights, "all", rules, frozenset()),))
    everything = listed(everyone, "/api/finance/journal-entries") or []
    entries = listed(client, "/api/finance/journal-entries") or []
    assert 0 < len(entries) < len(everything)
    details = [client.get(f"/api/finance/journal-entries/{each['id']}").json() for each in entries]
    assert {sum((D(line["amount"]) for line in each["lines"]), D(0)) for each in details} == {D(0)}
    unseen = {each["id"] for each in everything} - {each["id"] for each in entries}
    assert {client.get(f"/api/finance/journal-entries/{each}").status_code for each in unseen} == {404}
    range_ = {"start": "2026-01-01", "end": str(DAY)}
    of_all, of_some = [
        each.get("/api/metrics/statements/trial-balance", params=range_).json() for each in (everyone, client)
    ]
    assert (of_some["is_balanced"], of_some["evidence"]["left_out"]) == (True, ["journal_entry"])
    assert of_all["evidence"]["left_out"] == []
    [receivable] = listed(everyone, "/api/finance/accounts", code="1200") or []
    path = f"/api/finance/accounts/{receivable['id']}/ledger"
    [told_of] = [row for row in of_some["rows"] if row["account_code"] == "1200"]
    lines = listed(client, path) or []
    assert D(lines[-1]["balance_amount"]) == D(told_of["closing"]) != 0
    assert listed(client, path, since=str(DAY + timedelta(days=1))) == []
    assert listed(client, path, party_id=str(UNSEEN.customer_id)) == []
    assert listed(everyone, path, party_id=str(UNSEEN.customer_id)) != []
    assert client.get(f"/api/sales/invoices/{UNSEEN.documents['invoice']}/postings").status_code == 404


@pytest.mark.feature("PERM-08")
@pytest.mark.feature("FIN-15")
def test_payments_are_seen_by_who_may_see_their_side(world: tuple[Company, FastAPI, Services]) -> None:
    def kinds(*rights: str) -> tuple[set[str], set[str], set[int]]:
        grant = RoleGrant(frozenset({"payment.*", "settlement.read", *rights}), "all", {}, frozenset())
        client = client_of(world, Place(user_id=world[0].authors[0]), (grant,))
        rows = listed(client, "/api/finance/payments") or []
        file = csv.DictReader(io.StringIO(client.get("/api/finance/payments/export").text))
        assert {row["id"] for row in file} == {row["id"] for row in rows}
        settled = {row["invoice_id"] for row in listed(client, "/api/finance/settlements") or []}
        details = {client.get(f"/api/finance/payments/{each}").status_code for each in paid}
        return {row["kind"] for row in rows}, {sides[each] for each in settled}, details

    reader = RoleGrant(EVERYTHING, "all", {}, frozenset())
    everyone = client_of(world, Place(user_id=world[0].authors[0]), (reader,))
    paid = [row["id"] for row in listed(everyone, "/api/finance/payments", kind="disbursement") or []]
    sides = {
        row["id"]: side
        for side, path in (("sales", "/api/sales/invoices"), ("purchase", "/api/purchase/invoices"))
        for row in listed(everyone, path) or []
    }
    assert kinds("invoice.read") == ({"receipt"}, {"sales"}, {404})
    assert kinds("purchase_invoice.read") == ({"disbursement"}, {"purchase"}, {200})
    assert kinds("journal_entry.read") == ({"receipt", "disbursement"}, {"sales", "purchase"}, {200})
    assert kinds() == (set(), set(), {404})
