"""One definition of rights, two doors: what somebody may list adds up to what the figures tell that somebody."""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from api.app import create_app
from api.context import RightsCache, Services
from olap.engines.postgres import PostgresEngine
from olap.service import Numbers
from runtime.postgres import EmbeddedPostgres
from runtime.settings import load_settings
from tests.factories.documents import NOW, Shop, make_item, make_shop, make_supplier, stock_up
from tests.warehouse.warehouse import Warehouse
from transactional.identity.queries import ActiveUser
from transactional.identity.tokens import KeyRing
from transactional.kernel.ids import new_id
from transactional.kernel.policy import Place, RoleGrant
from transactional.kernel.principal import system_principal
from transactional.kernel.rows import insert_all, read_by_id, update_all
from transactional.kernel.session import Database, Session
from transactional.organization.models import Employee, Unit
from transactional.principals import principal_of
from transactional.purchase.models import PurchaseOrderLine
from transactional.purchase.services.confirm_orders import confirm_orders as confirm_purchase_orders
from transactional.purchase.services.create_orders import create_orders as create_purchase_orders
from transactional.purchase.services.invoice_orders import invoice_orders as bill_purchase_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.specs import (
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewSupplierInvoice,
    NewSupplierInvoiceLine,
)
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice, NewOrder, NewOrderLine
from transactional.scm.models import Customer, CustomerCategory, Region

pytestmark = pytest.mark.timeout(900)

D = Decimal
DATABASE = "warehouse_rights"
DAY = date(2026, 3, 16)
USERS = 50
SEED = 20260316


@dataclass
class Company:
    """Who is who in a company whose documents belong to several people, units, regions and suppliers."""

    tenant_id: UUID
    shop: Shop | None = None
    authors: list[UUID] = field(default_factory=lambda: [new_id() for _ in range(3)])
    employees: list[UUID] = field(default_factory=list)
    units: list[UUID] = field(default_factory=list)
    regions: list[UUID] = field(default_factory=list)
    categories: list[UUID] = field(default_factory=list)
    customers: list[UUID] = field(default_factory=list)
    suppliers: list[UUID] = field(default_factory=list)
    items: list[UUID] = field(default_factory=list)


def set_up(session: Session, company: Company) -> None:
    """Two units below a head office, a salesperson in each, customers in two regions and in none."""
    company.shop = shop = make_shop(session)
    head = Unit(id=new_id(), code="HEAD", name="Head", path="/HEAD/", company_id=shop.company_id)
    insert_all(session, [head])
    below = [
        Unit(id=new_id(), code=code, name=code, path=f"/HEAD/{code}/", parent_id=head.id, company_id=shop.company_id)
        for code in ("EAST", "WEST")
    ]
    insert_all(session, below)
    company.units = [head.id, *[unit.id for unit in below]]
    staff = [
        Employee(id=new_id(), number=f"E{at}", name=f"E{at}", unit_id=unit) for at, unit in enumerate(company.units)
    ]
    insert_all(session, staff)
    company.employees = [each.id for each in staff]
    regions = [Region(id=new_id(), code=code, name=code) for code in ("N", "S")]
    categories = [CustomerCategory(id=new_id(), code=code, name=code) for code in ("BIG", "SMALL")]
    insert_all(session, regions)
    insert_all(session, categories)
    company.regions, company.categories = [row.id for row in regions], [row.id for row in categories]
    places: list[tuple[UUID | None, UUID | None]] = [
        (region, category) for region in (*company.regions, None) for category in (*company.categories, None)
    ]
    customers = [
        Customer(
            id=new_id(),
            code=f"C{at}",
            name=f"Customer {at}",
            currency_code="EUR",
            country_code="DE",
            region_id=region,
            category_id=category,
        )
        for at, (region, category) in enumerate(places)
    ]
    insert_all(session, customers)
    company.customers = [row.id for row in customers]
    company.suppliers = [shop.supplier_id, make_supplier(session, "S2"), make_supplier(session, "S3")]
    company.items = [make_item(session, shop, code) for code in ("CHAIR", "TABLE")]
    for item in company.items:
        stock_up(session, shop, item, "1000", "10", DAY)


def trade(session: Session, company: Company, dice: random.Random) -> None:
    """Orders of both kinds by the one who acts, some of them delivered and invoiced."""
    shop = company.shop
    assert shop is not None
    for customer in company.customers:
        line = NewOrderLine(dice.choice(company.items), D(dice.randint(1, 9)), unit_price=D(dice.randint(10, 99)))
        wanted = NewOrder(
            shop.company_id, customer, DAY, [line], salesperson_id=dice.choice([*company.employees, None])
        )
        [order] = create_orders(session, [wanted], at=NOW)
        if dice.random() < 0.8:
            confirm_orders(session, [order.id], at=NOW)
            if dice.random() < 0.7:
                deliver_orders(session, [NewDelivery(order.id, DAY)], at=NOW)
                invoice_orders(session, [NewInvoice(order.id, DAY)], at=NOW)
    for supplier in company.suppliers:
        bought_line = NewPurchaseLine(
            dice.choice(company.items), D(dice.randint(1, 9)), unit_price=D(dice.randint(5, 50))
        )
        wanted_here = NewPurchaseOrder(
            shop.company_id, supplier, DAY, [bought_line], buyer_id=dice.choice([*company.employees, None])
        )
        [bought] = create_purchase_orders(session, [wanted_here], at=NOW)
        confirm_purchase_orders(session, [bought.id], at=NOW)
        if dice.random() < 0.7:
            receive_orders(session, [NewReceipt(bought.id, DAY)], at=NOW)
            line_id = session.scalars(select(PurchaseOrderLine.id).where(PurchaseOrderLine.order_id == bought.id)).one()
            billed = NewSupplierInvoiceLine(line_id, line.qty, unit_price=line.unit_price)
            bill = NewSupplierInvoice(bought.id, f"B-{bought.number}", DAY, [billed])
            bill_purchase_orders(session, [bill], at=NOW)


@pytest.fixture(scope="module")
def world(server: EmbeddedPostgres, template: str) -> Iterator[tuple[Company, FastAPI, Services]]:
    """The company in books and marts, and the application over both."""
    server.create_database(DATABASE, template)
    settings = load_settings().model_copy(update={"database_name": DATABASE})
    warehouse, database = Warehouse(settings), Database(settings.database_url("app"))
    company, dice = Company(new_id()), random.Random(SEED)  # noqa: S311  # a fixed seed, no secret
    for author in company.authors:
        with database.transaction(system_principal(company.tenant_id, channel="test", user_id=author)) as session:
            if company.shop is None:
                set_up(session, company)
            trade(session, company, dice)
    # Rights go by what is so now: one customer moves, one salesperson changes the unit.
    with database.transaction(system_principal(company.tenant_id, channel="test")) as session:
        move(session, company)
    warehouse.load()
    warehouse.build(full=True)
    app = create_app(settings)
    services = Services(settings, database, KeyRing("a key for tests only, and long enough"))
    services.rights = RightsCache(clock=lambda: 0.0)
    app.state.services = services
    engine = PostgresEngine(settings.database_url("warehouse"))
    app.state.numbers = (services, Numbers(engine, settings.dbt_target_dir, today=lambda: DAY))
    yield company, app, services
    database.close()
    warehouse.close()
    server.drop_database(DATABASE)


def move(session: Session, company: Company) -> None:
    """A customer of the north goes south, and the salesperson of the east goes west."""

    [customer] = read_by_id(session, Customer, [company.customers[0]]).values()
    customer.region_id = company.regions[1]
    update_all(session, [customer], Customer.region_id)
    [employee] = read_by_id(session, Employee, [company.employees[1]]).values()
    employee.unit_id = company.units[2]
    update_all(session, [employee], Employee.unit_id)


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
    user = ActiveUser(place.user_id, new_id(), "x", "x@y.test", "en", "UTC", None, {}, 1, grants, ())
    token = str(new_id())
    services.rights.keep(
        token, principal_of(user, place, tenant_id=company.tenant_id, slug="acme", session_id=new_id()), 3600
    )
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
    ("/api/finance/journal-entries", {}, None, "journal_entry_count"),
)
"""A list with what of it counts, the column that is added up (rows where none), and the metric that tells the same."""


@pytest.mark.feature("ARCH-08")
@pytest.mark.feature("PERM-09")
@pytest.mark.feature("PERM-08")
def test_fifty_random_users_are_told_what_they_may_list(world: tuple[Company, FastAPI, Services]) -> None:
    dice = random.Random(SEED)  # noqa: S311  # a fixed seed, no secret
    seen: dict[str, set[Decimal | None]] = {metric: set() for *_, metric in PAIRS}
    for number in range(USERS):
        client, grants = random_client(dice, world)
        for path, params, column, metric in PAIRS:
            rows, figure = listed(client, path, **params), told(client, metric)
            expected = None if rows is None else summed(rows, column) if column else D(len(rows))
            assert figure == expected or (rows is None and sees_everything(grants)), (number, metric, figure, grants)
            seen[metric].add(expected)
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
