"""Statements over HTTP: the cash flow, rows of one's own, and periods as they were known on earlier days."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.context import RightsCache, Services
from olap.engines.postgres import PostgresEngine
from olap.service import Numbers
from tests.factories.books import Books, make_books
from tests.warehouse.test_rights import client_of
from tests.warehouse.traders import Company as Trader
from tests.warehouse.warehouse import Warehouse
from transactional.identity.tokens import KeyRing
from transactional.kernel.grants import RoleGrant
from transactional.kernel.ids import new_id
from transactional.kernel.policy import Place
from transactional.kernel.principal import system_principal
from transactional.kernel.rows import insert_all, read_by_id, update_all
from transactional.kernel.session import Database, Session
from transactional.ledger.models import Account
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.models import Company

pytestmark = pytest.mark.timeout(900)

D = Decimal
STATEMENTS = "/api/metrics/statements"
MARCH: dict[str, Any] = {"start": "2026-03-01", "end": "2026-03-31"}

# Posted on, written on, and the lines: code and amount.
ENTRIES: Sequence[tuple[date, date, dict[str, str]]] = (
    (date(2026, 2, 1), date(2026, 2, 1), {"1100": "5000", "3000": "-5000"}),
    (date(2026, 3, 2), date(2026, 3, 2), {"1200": "1200", "4000": "-1200"}),
    (date(2026, 3, 9), date(2026, 3, 9), {"1100": "700", "1200": "-700"}),
    (date(2026, 3, 10), date(2026, 3, 10), {"6400": "50", "1590": "-50"}),
    (date(2026, 3, 12), date(2026, 3, 12), {"1510": "900", "1100": "-900"}),
    (date(2026, 3, 20), date(2026, 3, 20), {"1110": "300", "2500": "-300"}),
    # The rent of March was told on the seventh of April, and a sale taken back on the ninth.
    (date(2026, 3, 31), date(2026, 4, 7), {"6200": "400", "2100": "-400"}),
    (date(2026, 3, 31), date(2026, 4, 9), {"4000": "200", "1200": "-200"}),
    (date(2026, 4, 10), date(2026, 4, 10), {"2100": "400", "1100": "-400"}),
)
OTHER: Sequence[tuple[date, date, dict[str, str]]] = (
    (date(2026, 3, 5), date(2026, 3, 5), {"1100": "80", "4000": "-80"}),
    # Freight charged and a fee earned, a discount given; a price variance and a discount received; rent; a rate's loss.
    (date(2026, 4, 20), date(2026, 4, 20), {"1290": "47", "4010": "-30", "4500": "-20", "4110": "3"}),
    (date(2026, 4, 21), date(2026, 4, 21), {"5100": "12", "5110": "-2", "6200": "5", "6800": "4", "1290": "-19"}),
)
DOLLARS: Sequence[tuple[date, date, dict[str, str]]] = (
    (date(2026, 1, 5), date(2026, 1, 5), {"1100": "500", "3000": "-500"}),
    (date(2026, 1, 7), date(2026, 1, 7), {"1100": "70", "4000": "-70"}),
)


@pytest.fixture(scope="module")
def client(warehouse: Warehouse) -> Iterator[TestClient]:
    """Somebody who may see everything of two companies, whose entries were written on known days."""
    database = Database(warehouse.settings.database_url("app"))
    company = Trader(new_id())
    with database.transaction(system_principal(company.tenant_id, channel="test", user_id=new_id())) as session:
        for code, entries in (("ACME", ENTRIES), ("ZEN", OTHER)):
            books = _with_entries(session, code, "EUR", entries)
            if code == "ACME":
                box = read_by_id(session, Account, [books.accounts["1110"]])[books.accounts["1110"]]
                box.cash_flow_class = None
                update_all(session, [box], Account.cash_flow_class)
            else:
                own = {"company_id": books.company_id, "code": "1191", "name": "Zen's own", "type": "asset"}
                insert_all(session, [Account(id=new_id(), **own)])
                # Its years begin in April, those of the calendar in January.
                [zen] = read_by_id(session, Company, [books.company_id]).values()
                zen.fiscal_year_start_month = 4
                update_all(session, [zen], Company.fiscal_year_start_month)
    warehouse.grow()
    yield _client(warehouse, database, company)
    database.close()


@pytest.fixture(scope="module")
def abroad(warehouse: Warehouse) -> Iterator[TestClient]:
    """Somebody with a company in euros and one in dollars, whose ledger is in balance as every ledger is."""
    database = Database(warehouse.settings.database_url("app"))
    company = Trader(new_id())
    with database.transaction(system_principal(company.tenant_id, channel="test", user_id=new_id())) as session:
        _with_entries(session, "ACME", "EUR", ENTRIES)
        _with_entries(session, "OVERSEAS", "USD", DOLLARS)
    warehouse.grow()
    yield _client(warehouse, database, company)
    database.close()


def _with_entries(
    session: Session, code: str, currency: str, entries: Sequence[tuple[date, date, dict[str, str]]]
) -> Books:
    books = make_books(session, code=code, currency_code=currency, years=[2026])
    for posted, written, lines in entries:
        at = datetime(written.year, written.month, written.day, 12, tzinfo=UTC)
        post_entries(session, [_entry(books, posted, lines)], at=at)
    return books


def _client(warehouse: Warehouse, database: Database, company: Trader) -> TestClient:
    settings = warehouse.settings
    app = create_app(settings)
    services = Services(settings, database, KeyRing("a key for tests only, and long enough"))
    services.rights = RightsCache(clock=lambda: 0.0)
    app.state.services = services
    engine = PostgresEngine(settings.database_url("warehouse"))
    app.state.numbers = (services, Numbers(engine, settings.dbt_target_dir, today=lambda: date(2026, 5, 1)))
    grants = (RoleGrant(frozenset({"*"}), "all", {}, frozenset()),)
    return client_of((company, app, services), Place(user_id=new_id()), grants)


def _entry(books: Books, on: date, lines: dict[str, str]) -> EntryDraft:
    return EntryDraft(
        company_id=books.company_id,
        journal=Journal.GENERAL,
        posted_on=on,
        origin_type="test",
        origin_id=new_id(),
        lines=tuple(LineDraft(account_id=books.accounts[code], amount=D(amount)) for code, amount in lines.items()),
    )


def told(client: TestClient, path: str, status: int = 200, **params: Any) -> Any:
    """What a statement says."""
    answer = client.get(f"{STATEMENTS}/{path}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


YEAR: dict[str, Any] = {"start": "2026-01-01", "end": "2026-04-30"}
STATEMENTS_OF_A_YEAR: Sequence[tuple[str, dict[str, Any]]] = (
    ("trial-balance", YEAR),
    ("balance-sheet", {"as_of": "2026-04-30"}),
    ("income-statement", YEAR),
    ("cash-flow", YEAR),
    ("difference", {**YEAR, "known_on": "2026-01-01", "until": "2026-04-30"}),
)


@pytest.mark.feature("FIN-08")
@pytest.mark.feature("FIN-09")
@pytest.mark.feature("FIN-10")
@pytest.mark.feature("FIN-11")
@pytest.mark.parametrize(("path", "days"), STATEMENTS_OF_A_YEAR)
def test_a_statement_adds_up_no_companies_of_several_currencies(
    abroad: TestClient, path: str, days: dict[str, Any]
) -> None:
    refused = told(abroad, path, status=422, **days)
    assert [each["code"] for each in refused["errors"]] == ["mixed_currencies"], refused
    for name, currency in (("Acme", "EUR"), ("Overseas", "USD")):
        found = told(abroad, path, company=name, **days)
        columns = [*found["columns"], *found.get("account_columns", ())]
        assert {each["currency"] for each in columns if each["type"] == "money"} == {currency}


@pytest.mark.feature("FIN-09")
@pytest.mark.feature("5.2.14")
def test_balances_of_several_currencies_are_not_added_up_though_each_ledger_adds_up_to_zero(abroad: TestClient) -> None:
    for question in ({"group_by": ["account"]}, {"group_by": ["account_type"]}, {}):
        asked = {"metrics": ["account_balance"], "time": {"as_of": "2026-04-30"}, **question}
        refused = abroad.post("/api/metrics/query", json=asked)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["code"] == "mixed_currencies"


@pytest.mark.feature("FIN-12")
def test_a_template_has_a_column_a_company_in_its_currency_and_no_sum_of_several(abroad: TestClient) -> None:
    template = {"code": "EQUITY", "name": "Equity", "rows": [{"key": "equity", "accounts": ["3000"], "sign": -1}]}
    made = abroad.post("/api/finance/statement-templates", json=template, headers={"Idempotency-Key": str(new_id())})
    assert made.status_code == 201, made.text
    found = told(abroad, f"templates/{made.json()['id']}", company=["ACME", "Overseas"], **YEAR)
    assert [(each["label"], each["currency"]) for each in found["columns"][2:]] == [
        ("Acme", "EUR"),
        ("Overseas", "USD"),
        ("Amount", None),
    ]
    (row,) = found["rows"]
    assert (row["company_1"], row["company_2"], row["amount"]) == ("5000.00", "500.00", None)


@pytest.mark.feature("FIN-09")
def test_a_company_is_told_by_its_id_its_code_or_its_name(client: TestClient) -> None:
    (acme,) = client.get("/api/organization/companies", params={"code": "ACME"}).json()["items"]
    sheets = [told(client, "balance-sheet", company=word, as_of="2026-04-30") for word in (acme["id"], "ACME", "Acme")]
    assert len({sheet["totals"]["assets"] for sheet in sheets}) == 1
    assert sheets[0]["totals"] != told(client, "balance-sheet", as_of="2026-04-30")["totals"]
    told(client, "balance-sheet", company="acme", as_of="2026-04-30", status=403)
    for field, word in (("company_id", acme["id"]), ("company_code", "ACME")):
        asked = {"metrics": ["net_profit"], "time": YEAR, "where": [{"field": field, "value": word}]}
        (row,) = client.post("/api/metrics/query", json=asked).json()["rows"]
        assert row["net_profit"] == "550.00"


@pytest.mark.feature("FIN-09")
def test_two_companies_of_one_name_are_refused(client: TestClient) -> None:
    twin = {"code": "TWIN", "name": "Zen", "currency_code": "EUR", "country_code": "DE"}
    refused = client.post("/api/organization/companies", json=twin, headers={"Idempotency-Key": str(new_id())})
    assert refused.status_code == 409, refused.text
    assert refused.json()["detail"] == "Another company has the same name."


@pytest.mark.feature("FIN-11")
def test_the_cash_flow_leads_from_the_profit_to_the_change_of_cash(client: TestClient) -> None:
    found = told(client, "cash-flow", company="Zen", **MARCH)
    assert (found["totals"]["change_of_cash"], found["is_balanced"], found["errors"]) == ("80.00", True, [])
    found = told(client, "cash-flow", company="Acme", **MARCH)
    lines = {(row["section"], row["account_code"]): row["amount"] for row in found["rows"]}
    # 1,200 sold less 200 taken back, 400 of rent and 50 of depreciation.
    assert lines["operating", None] == "550.00"
    assert (lines["operating", "1590"], lines["operating", "1200"], lines["operating", "2100"]) == (
        "50.00",
        "-300.00",
        "400.00",
    )
    assert (lines["investing", "1510"], lines["financing", "2500"]) == ("-900.00", "300.00")
    totals = found["totals"]
    assert (totals["operating"], totals["investing"], totals["financing"]) == ("700.00", "-900.00", "300.00")


@pytest.mark.feature("FIN-11")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-01", "2026-12-31"),
        ("2026-02-01", "2026-02-28"),
        ("2026-03-10", "2026-03-20"),
        ("2026-04-02", "2026-04-02"),
    ],
)
def test_its_sections_make_the_change_of_the_bank_and_cash_accounts(client: TestClient, start: str, end: str) -> None:
    totals = told(client, "cash-flow", company="Zen", start=start, end=end)["totals"]
    trial = told(client, "trial-balance", company="Zen", start=start, end=end)["rows"]
    bank = sum(D(row["closing"]) - D(row["opening"]) for row in trial if row["account_code"].startswith("11"))
    sections = sum(D(totals[name]) for name in ("operating", "investing", "financing", "unclassified"))
    assert sections == bank == D(totals["closing_cash"]) - D(totals["opening_cash"])


@pytest.mark.feature("FIN-11")
def test_a_cash_account_without_a_class_is_an_error_and_is_not_left_out(client: TestClient) -> None:
    found = told(client, "cash-flow", company="Acme", **MARCH)
    assert [(each["account_code"], each["amount"]) for each in found["errors"]] == [("1110", "-300.00")]
    assert not found["is_balanced"]
    # 700 came, 900 went, and the box that nobody put into a class took the 300 of the loan.
    assert found["totals"]["unclassified"] == "-300.00"
    assert found["totals"]["change_of_cash"] == "-200.00"
    assert D(found["totals"]["closing_cash"]) - D(found["totals"]["opening_cash"]) == -200


@pytest.mark.feature("FIN-11")
def test_a_cash_flow_that_ends_before_it_starts_is_refused(client: TestClient) -> None:
    problem = told(client, "cash-flow", status=422, start="2026-03-31", end="2026-03-01")
    assert problem["errors"][0]["path"] == "end"


ROWS = [
    {"key": "revenue", "label": {"en": "Revenue", "zh": "收入"}, "accounts": ["4000-4999"], "sign": -1},
    {"key": "rent", "label": "Rent", "accounts": ["6200"]},
    {"key": "other", "accounts": ["63*", "64*", "6200"]},
    {"key": "result", "formula": "revenue - rent - other * 0"},
    {"key": "margin", "formula": "result / revenue"},
    {"key": "third", "formula": "revenue / 3"},
    {"key": "rest", "formula": "revenue - third * 2"},
]


@pytest.mark.feature("FIN-12")
def test_a_template_renders_for_one_company_and_for_several(client: TestClient) -> None:
    template = {"code": "SHORT", "name": "Short", "rows": ROWS}
    made = client.post("/api/finance/statement-templates", json=template, headers={"Idempotency-Key": str(new_id())})
    assert made.status_code == 201, made.text
    path = f"templates/{made.json()['id']}"
    both = told(client, path, company=["Acme", "Zen"], **MARCH)
    figures = {row["key"]: (row["company_1"], row["company_2"], row["amount"]) for row in both["rows"]}
    assert figures["revenue"] == ("1000.00", "80.00", "1080.00")
    assert figures["result"] == ("600.00", "80.00", "680.00")
    # What a formula makes of amounts is an amount, and what is made of it goes on with the rounded one.
    assert figures["third"] == ("333.33", "26.67", "360.00")
    assert figures["rest"] == ("333.34", "26.66", "360.00")
    # A share is computed from sums and never added up.
    assert [round(D(value), 4) for value in figures["margin"]] == [D("0.6"), D(1), D("0.6296")]
    alone = told(client, path, company="Acme", **MARCH)
    assert [row["amount"] for row in alone["rows"]][:2] == ["1000.00", "400.00"]
    assert "company_1" not in alone["rows"][0]
    twice = {each["account_code"]: each["rows"] for each in alone["taken_twice"]}
    assert twice == {"6200": ["rent", "other"]}
    assert {"1100", "5000"} <= {each["account_code"] for each in alone["untaken"]}
    # An account that only the other company has is nobody's here.
    of_both, of_one = ({each["account_code"] for each in found["untaken"]} for found in (both, alone))
    assert of_both - of_one == {"1191"}
    assert "1191" in {each["account_code"] for each in told(client, path, company="Zen", **MARCH)["untaken"]}
    assert told(client, path, company="Nobody", status=403, **MARCH)
    assert told(client, path, start="2026-03-31", end="2026-03-01", status=422)
    assert told(client, f"templates/{new_id()}", status=404, **MARCH)


@pytest.mark.feature("FIN-12")
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [{"key": "a", "accounts": ["4000"]}, {"key": "b", "formula": "a - revenu"}],
            "unknown row revenu; rows are a, b",
        ),
        ([{"key": "a", "formula": "b"}, {"key": "b", "formula": "a + 1"}], "computed from itself"),
        ([{"key": "a", "formula": "__import__('os')"}], "a formula of row keys"),
        ([{"key": "a", "formula": "1 +"}], "a formula of row keys"),
        ([{"key": "a", "accounts": ["4999-4000"]}], "before it starts"),
        ([{"key": "a", "accounts": ["4000; drop"]}], "an account such as"),
        ([{"key": "a"}], "either accounts or a formula"),
        ([{"key": "a", "accounts": ["1"]}, {"key": "a", "accounts": ["2"]}], "two rows are called a"),
        ([], "a list of 1 to 300 rows"),
        ([{"key": "a", "accounts": ["4000", "77777", "70*"]}], "there is no account 77777"),
    ],
)
def test_a_template_that_means_nothing_is_refused_and_not_kept(client: TestClient, rows: Any, said: str) -> None:
    template = {"code": "WRONG", "name": "Wrong", "rows": rows}
    refused = client.post("/api/finance/statement-templates", json=template, headers={"Idempotency-Key": str(new_id())})
    assert refused.status_code == 422, refused.text
    assert said in refused.json()["errors"][0]["reason"]
    assert client.get("/api/finance/statement-templates", params={"code": "WRONG"}).json()["items"] == []


@pytest.mark.feature("FIN-02")
@pytest.mark.feature("FIN-10")
def test_fiscal_years_are_those_of_the_company_asked_about(client: TestClient, warehouse: Warehouse) -> None:
    where = [{"field": "company", "value": "Zen"}, {"field": "account_code", "op": "in", "values": ["1100", "1290"]}]
    asked = {"metrics": ["account_movement"], "where": where}
    for grain, earlier in (("fiscal_year", "2025-04-01"), ("fiscal_quarter", "2026-01-01")):
        time = {"start": "2026-01-01", "end": "2026-04-30", "grain": grain}
        answer = client.post("/api/metrics/query", json={**asked, "time": time})
        assert answer.status_code == 200, answer.text
        rows = answer.json()["rows"]
        assert [tuple(row.values()) for row in rows] == [(earlier, "80.00"), ("2026-04-01", "28.00")], grain
    # The same by hand: what was posted since April, to the day.
    [(by_hand,)] = warehouse.select(
        "select sum(lines.amount) from ledger.journal_lines as lines"
        " inner join ledger.accounts as accounts on accounts.id = lines.account_id"
        " inner join organization.companies as companies on companies.id = lines.company_id"
        " where companies.code = 'ZEN' and accounts.code in ('1100', '1290') and lines.posted_on >= '2026-04-01'"
    )
    assert by_hand == D(28)
    to_date = {"metric": "account_movement", "name": "so_far", "window": {"to_date": "fiscal_year"}}
    table = {"metrics": [to_date], "where": where, "time": {"end": "2026-04-30"}}
    assert '"28.00"' in client.post("/api/metrics/pivot", json=table).text
    cell = {"metric": "account_movement", "where": where, "cell": {"fiscal_year": "2026-04-01"}, "time": YEAR}
    assert client.post("/api/metrics/drill", json=cell).json()["value"] == "28.00"
    shown = {"start": "2026-04-01", "end": "2026-04-30", "grain": "fiscal_quarter"}
    before = {**asked, "time": shown, "compare": "previous_period"}
    (row,) = client.post("/api/metrics/query", json=before).json()["rows"]
    assert (row["fiscal_quarter"], row["account_movement"], row["account_movement_previous"]) == (
        "2026-04-01",
        "28.00",
        "80.00",
    )
    for refused in (
        client.post("/api/metrics/query", json={"metrics": ["account_movement"], "time": shown}),
        client.post("/api/metrics/pivot", json={"metrics": [to_date], "time": {"end": "2026-04-30"}}),
    ):
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["code"] == "mixed_calendars"


@pytest.mark.feature("FIN-10")
def test_every_line_between_margin_and_profit_is_shown(client: TestClient) -> None:
    found = told(client, "income-statement", start="2026-04-01", end="2026-04-30", company="Zen")
    lines = {name: D(found["totals"][name] or 0) for name in found["totals"]}
    shown = [column["name"] for column in found["columns"]]
    between = ("other_operating_income", "other_cost_of_sales", "operating_expenses")
    assert [lines[name] for name in between] == [D(47), D(10), D(5)]
    assert lines["operating_profit"] == lines["gross_margin"] + D(47) - D(10) - D(5) == D(32)
    assert lines["net_profit"] == D(28)
    assert [name for name in shown if name in between] == list(between)


@pytest.mark.feature("FIN-08")
@pytest.mark.feature("FIN-10")
def test_a_period_is_told_as_it_was_known_on_a_day(client: TestClient) -> None:
    profit = {
        day: told(client, "income-statement", company="Acme", known_on=day, **MARCH)["totals"]["net_profit"]
        for day in ("2026-03-02", "2026-04-06", "2026-04-07", "2026-04-30")
    }
    assert profit == {"2026-03-02": "1200.00", "2026-04-06": "1150.00", "2026-04-07": "750.00", "2026-04-30": "550.00"}
    trial = told(client, "trial-balance", company="Acme", known_on="2026-04-06", **MARCH)
    assert trial["is_balanced"]
    assert not [row for row in trial["rows"] if row["account_code"] == "6200"]
    sheet = told(client, "balance-sheet", company="Acme", as_of="2026-03-31", known_on="2026-04-06")
    assert (sheet["is_balanced"], sheet["totals"]["assets"]) == (True, "6450.00")
    assert any("recorded_on lte 2026-04-06" in each for each in sheet["evidence"]["filters"])


@pytest.mark.feature("FIN-08")
def test_the_difference_between_two_days_is_explained_entry_by_entry(client: TestClient) -> None:
    days: dict[str, Any] = {"known_on": "2026-04-06", "until": "2026-04-30"}
    found = told(client, "difference", company="Acme", **days, **MARCH)
    assert found["is_explained"]
    assert [(row["recorded_on"], row["net_profit"]) for row in found["rows"]] == [
        ("2026-04-07", "-400.00"),
        ("2026-04-09", "-200.00"),
    ]
    changes = {row["account_code"]: (row["before"], row["after"], row["explained"]) for row in found["accounts"]}
    assert changes == {
        "1200": ("500.00", "300.00", "-200.00"),
        "2100": ("0.00", "-400.00", "-400.00"),
        "4000": ("-1200.00", "-1000.00", "200.00"),
        "6200": ("0.00", "400.00", "400.00"),
    }
    assert found["totals"]["profit_before"] == "1150.00"
    assert found["totals"]["profit_after"] == "550.00"
    assert told(client, "difference", company="Acme", status=422, known_on="2026-04-30", until="2026-04-06", **MARCH)
    reversed_range: dict[str, Any] = {"start": "2026-03-31", "end": "2026-03-01"}
    assert told(client, "difference", status=422, **days, **reversed_range)
