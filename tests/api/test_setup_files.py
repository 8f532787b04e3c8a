"""Companies, fiscal years and landed costs come by file as they come one by one: held to the same rules and rights."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.api.test_document_files import rows_of, upload
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("INT-02")
COMPANIES, YEARS, COSTS = "/api/organization/companies", "/api/finance/fiscal-years", "/api/purchase/landed-costs"
USERS, ROLES = "/api/user/users", "/api/permission/roles"
DAY = "2026-03-16"
_GUARDED = (
    (COMPANIES, "company"),
    (YEARS, "fiscal_year"),
    (COSTS, "landed_cost"),
    (USERS, "user"),
    (ROLES, "role"),
)


@pytest.mark.usefixtures("shop")
def test_companies_come_ready_to_trade_and_are_named_where_they_cannot(http: TestClient) -> None:
    file = "code,name,currency_code,country_code,standard_tax_rate\nNORTH,North,EUR,NL,0.21\nSOUTH,South,EUR,FR,0.2\n"
    dry = upload(http, COMPANIES, file, dry_run="true").json()
    assert (dry["created"], dry["failed"]) == (2, 0)
    assert not http.get(COMPANIES, params={"code": "NORTH"}).json()["items"], "a dry run leaves nothing"
    wrong = file + "WEST,West,XYZ,BE,0.1\nEAST,East,EUR,DE,7\n"
    refused = rows_of(upload(http, COMPANIES, wrong))
    assert {(line, column) for line, column, _ in refused} == {(4, "currency_code"), (5, "standard_tax_rate")}
    assert not http.get(COMPANIES, params={"code": "NORTH"}).json()["items"], "all or nothing"
    done = upload(http, COMPANIES, file).json()
    assert (done["created"], done["failed"]) == (2, 0)
    [north] = http.get(COMPANIES, params={"code": "NORTH"}).json()["items"]
    assert http.get("/api/finance/fiscal-years", params={"company_id": north["id"]}).json()["items"]
    assert http.get("/api/inventory/warehouses", params={"company_id": north["id"]}).json()["items"]
    again = upload(http, COMPANIES, file).json()
    assert (again["created"], again["unchanged"]) == (0, 2)
    exported = http.get(f"{COMPANIES}/export", params={"format": "csv"}).text
    back = upload(http, COMPANIES, exported).json()
    assert (back["created"], back["failed"], back["unchanged"]) == (0, 0, 3), back


def test_fiscal_years_are_opened_one_after_the_other(http: TestClient, shop: Shop) -> None:
    code = http.get(f"{COMPANIES}/{shop.company_id}").json()["code"]
    file = f"company,starts_on,period_count\n{code},2028-01-01,13\n{code},2027-01-01,12\n"
    assert upload(http, YEARS, file, dry_run="true").json()["created"] == 2
    assert upload(http, YEARS, file).json()["created"] == 2
    years = http.get(YEARS, params={"company_id": str(shop.company_id), "sort": "starts_on"}).json()["items"]
    assert [year["code"] for year in years][-2:] == ["2027", "2028"]
    [year] = [each for each in years if each["code"] == "2028"]
    periods = http.get("/api/finance/periods", params={"fiscal_year_id": year["id"], "limit": 20}).json()["items"]
    assert len(periods) == 13
    assert {each[2] for each in rows_of(upload(http, YEARS, file))} == {"fiscal_year_overlap"}
    gap = f"company,starts_on\n{code},2031-01-01\nNOWHERE,2027-01-01\n"
    assert {(each[0], each[2]) for each in rows_of(upload(http, YEARS, gap))} >= {(3, "unknown_reference")}
    exported = http.get(f"{YEARS}/export", params={"format": "csv"}).text
    back = upload(http, YEARS, exported).json()
    assert (back["created"], back["failed"]) == (0, 0), back


@pytest.mark.feature("FIN-32")
def test_landed_costs_are_shared_among_the_receipts_of_their_rows(
    http: TestClient, shop: Shop, item_id: str, services: Services, as_admin: Principal
) -> None:
    numbers = []
    for price in ("10", "30"):
        line = {"item_id": item_id, "qty": "5", "unit_price": price}
        head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "ordered_on": DAY}
        order = created(http.post("/api/purchase/orders?confirm=true", json={**head, "lines": [line]}))
        receipt = created(http.post(f"/api/purchase/orders/{order['id']}/receive", json={"received_on": DAY}))
        numbers.append(receipt["number"])
    rows = "".join(f"F1,{DAY},20,value,{number}\n" for number in numbers)
    file = f"document,cost_on,amount,basis,receipt\n{rows}"
    assert upload(http, COSTS, file, dry_run="true").json()["created"] == 1
    assert not http.get(COSTS).json()["items"]
    wrong = f"F2,{DAY},3,value,NONE\nF3,{DAY},3,moon,{numbers[0]}\n"
    refused = {each[2] for each in rows_of(upload(http, COSTS, file + wrong))}
    assert (len(refused), "unknown_reference" in refused) == (2, True)
    assert upload(http, COSTS, file).json()["created"] == 1
    [cost] = http.get(COSTS).json()["items"]
    lines = http.get(f"{COSTS}/{cost['id']}").json()["lines"]
    assert sorted(line["amount"] for line in lines) == ["15.00", "5.00"]
    exported = http.get(f"{COSTS}/export", params={"format": "csv"}).text
    back = upload(http, COSTS, exported).json()
    assert (back["created"], back["failed"], back["unchanged"]) == (0, 0, 1), back
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


@pytest.mark.usefixtures("shop")
def test_a_file_asks_for_the_right_to_bring_one(
    make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    make_role("maker", "company.create", "fiscal_year.create", "landed_cost.create", data_scope="all")
    maker = make_user("maker", "maker").http
    for path, right in _GUARDED:
        refused = problem(upload(maker, path, "code\nx\n"), 403, "not_allowed")
        assert f"{right}.import" in refused["detail"]


@pytest.mark.feature("PERM-08")
@pytest.mark.usefixtures("shop")
def test_roles_come_by_file_with_no_more_rights_than_their_sender_holds(
    http: TestClient, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    file = 'code,name,permissions,data_scope\nSELLER,Seller,"[""customer.read"", ""order.read""]",all\n'
    assert upload(http, ROLES, file, dry_run="true").json()["created"] == 1
    assert upload(http, ROLES, file).json()["created"] == 1
    [seller] = http.get(ROLES, params={"code": "SELLER"}).json()["items"]
    assert sorted(seller["permissions"]) == ["customer.read", "order.read"]
    bo = make_user("bo", "SELLER").http
    assert bo.get("/api/scm/customers").status_code == 200
    # What a file takes away is gone from the next request on.
    less = 'code,name,permissions,data_scope\nSELLER,Seller,"[""order.read""]",all\n'
    assert upload(http, ROLES, less).json()["updated"] == 1
    problem(bo.get("/api/scm/customers"), 403, "not_allowed")
    unknown = 'code,name,permissions\nX,X,"[""moon.land""]"\n'
    assert {each[2] for each in rows_of(upload(http, ROLES, unknown))} == {"unknown_right"}
    make_role("clerk", "role.*", "customer.read", data_scope="all")
    clerk = make_user("clerk", "clerk").http
    before = http.get(ROLES, params={"limit": 100}).json()["items"]
    for rights in ('"[""*""]"', '"[""payment.create""]"'):
        answer = upload(clerk, ROLES, f"code,name,permissions,data_scope\nMORE,More,{rights},all\n")
        assert answer.status_code == 403, answer.text
    taken = upload(clerk, ROLES, 'code,name,permissions,data_scope\nSELLER,Seller,"[""customer.read""]",all\n')
    assert taken.status_code == 403, "nor does it change a role that goes beyond"
    assert http.get(ROLES, params={"limit": 100}).json()["items"] == before
    exported = http.get(f"{ROLES}/export", params={"format": "csv"}).text
    back = upload(http, ROLES, exported).json()
    assert (back["created"], back["updated"], back["failed"]) == (0, 0, 0), back


@pytest.mark.feature("PERM-08")
@pytest.mark.usefixtures("shop")
def test_users_come_by_file_and_enter_once_they_have_a_password(
    http: TestClient,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    make_role("reader", "customer.read", data_scope="all")
    make_role("writer", "customer.update", data_scope="all")
    make_role("chief", "*", data_scope="all")
    file = (
        "email,username,name,password,role\n"
        "ann@shop.example,ann,Ann Lee,correct horse 7 battery,reader\n"
        "ann@shop.example,ann,Ann Lee,correct horse 7 battery,writer\n"
        "ben@shop.example,ben,Ben Fox,,reader\n"
    )
    assert upload(http, USERS, file, dry_run="true").json()["created"] == 2
    assert upload(http, USERS, file).json()["created"] == 2
    users = {row["name"]: row for row in http.get(USERS, params={"limit": 50}).json()["items"]}
    roles = http.get(f"{USERS}/{users['Ann Lee']['id']}/roles").json()["roles"]
    assert roles == ["reader", "writer"]
    ways_in = {"username": "ann", "password": "correct horse 7 battery"}
    assert http.post("/api/auth/token", data=ways_in).status_code == 200
    assert http.post("/api/auth/token", data={"username": "ben", "password": ""}).status_code in {401, 422}
    given = {"password": "another horse 9 battery"}
    assert http.post(f"{USERS}/{users['Ben Fox']['id']}/set-password", json=given).status_code == 204
    assert http.post("/api/auth/token", data={"username": "ben", **given}).status_code == 200
    rows = ("a@x.example,ann,Ann,,reader", "c@x.example,,Cy,short,reader", "d@x.example,,Di,,nobody")
    wrong = "\n".join(["email,username,name,password,role", *rows])
    found = {(each[0], each[2]) for each in rows_of(upload(http, USERS, wrong))}
    assert {line for line, _ in found} == {2, 3, 4}
    assert (4, "unknown_role") in found
    # Whoever may bring users gives them no role that goes beyond.
    make_role("office", "user.*", "customer.read", data_scope="all")
    office = make_user("office", "office").http
    assert {each[2] for each in rows_of(upload(office, USERS, "email,name,role\ned@x.example,Ed,chief\n"))} == {
        "right_not_held"
    }
    assert upload(office, USERS, "email,name,role\nflo@x.example,Flo,reader\n").json()["created"] == 1
    exported = http.get(f"{USERS}/export", params={"format": "csv"}).text
    back = upload(http, USERS, exported).json()
    assert (back["created"], back["failed"]) == (0, 0), back
