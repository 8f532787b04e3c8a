"""Every page without a browser: with figures, empty, refused, without rights, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dashboards import fake_numbers as numbers
from tests.dashboards.fake_api import FakeApi, Refusal
from tests.dashboards.reading import OpenPage, text_of

NUMBERS = ("overview", "sell", "buy", "stock", "money", "explore")
PAGES = (*NUMBERS, "assistant", "workbench", "data_health")
FIGURES = {
    "overview": "Net revenue",
    "sell": "Average order value",
    "buy": "Purchase spend",
    "stock": "Days of supply",
    "money": "Total assets",
    "explore": "Net revenue",
    "assistant": "Try one of these",
    "workbench": "Workbench",
    "data_health": "every check passed",
}
FIGURES_ZH = {
    "overview": "净收入",
    "sell": "平均订单额",
    "buy": "采购额",
    "stock": "可供天数",
    "money": "资产总计",
    "explore": "净收入",
    "assistant": "试试这些",
    "workbench": "工作台",
    "data_health": "所有检查均已通过",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_its_figures_and_when_they_were_loaded(name: str, open_page: OpenPage) -> None:
    page = open_page(name)
    assert not page.exception
    assert not page.error
    assert FIGURES[name] in text_of(page)
    assert "Data version v42, loaded Mar 16, 2026" in text_of(page)
    assert "Checks passed" in text_of(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_chinese(name: str, open_page: OpenPage) -> None:
    page = open_page(name, locale="zh-CN")
    assert not page.exception
    assert FIGURES_ZH[name] in text_of(page)
    assert "数据版本 v42" in text_of(page)


@pytest.mark.parametrize("name", NUMBERS)
def test_an_empty_page_says_why_and_what_to_do(name: str, fake: FakeApi, open_page: OpenPage) -> None:
    fake.is_empty = True
    page = open_page(name)
    assert not page.exception
    assert any("Choose another period above" in info.value for info in page.info)


@pytest.mark.feature("ARCH-30")
@pytest.mark.parametrize("name", NUMBERS)
def test_a_refused_figure_shows_what_happened_and_its_trace(name: str, fake: FakeApi, open_page: OpenPage) -> None:
    fake.refuses = {"query|statements": Refusal(503, "metrics_unavailable", "The figures are not available.")}
    page = open_page(name)
    assert not page.exception
    told = " ".join(warning.value for warning in page.warning)
    assert "The figures are not available." in told
    assert "Orders, stock and books are not affected." in told
    assert "trace-7f3a" in told


@pytest.mark.parametrize("name", ["sell", "buy", "stock", "money"])
def test_a_page_of_figures_that_one_may_not_see_says_whom_to_ask(name: str, fake: FakeApi, open_page: OpenPage) -> None:
    fake.areas = ()
    page = open_page(name)
    assert not page.exception
    assert "Ask an administrator of Cycle Works" in page.info[0].value
    assert not page.metric


@pytest.mark.feature("5.2.11")
def test_a_ranking_as_a_table_tells_its_total_and_what_is_not_in_it(open_page: OpenPage) -> None:
    page = open_page("sell")
    before = [caption.value for caption in page.caption]
    page.button(key="switch_chart_ranking_sell").click().run()
    assert not page.exception
    assert [each for each in before if each.startswith("And others, together")] == [
        caption.value for caption in page.caption if caption.value.startswith("And others, together")
    ]


def test_somebody_without_figures_gets_the_workbench_first(fake: FakeApi, open_page: OpenPage) -> None:
    fake.permissions = ("order.read", "order.confirm", "customer.read")
    page = open_page("workbench")
    assert not page.exception
    assert page.title[0].value == "Workbench"
    assert len(page.dataframe) == 1


def test_a_metric_that_one_may_not_see_is_absent(fake: FakeApi, open_page: OpenPage) -> None:
    fake.areas = ("sales",)
    labels = [metric.label for metric in open_page("overview").metric]
    assert labels == ["Net revenue", "Orders"]


def test_who_sees_only_quantities_has_an_overview_of_them(fake: FakeApi, open_page: OpenPage) -> None:
    fake.areas = ("inventory",)
    page = open_page("overview")
    assert not page.exception
    assert "Days of supply" in [metric.label for metric in page.metric]


def test_one_refused_question_leaves_the_others(fake: FakeApi, open_page: OpenPage) -> None:
    fake.refuses = {"statements/balance": Refusal(403, "metric_forbidden", "You need the right metric.finance.read.")}
    page = open_page("money")
    assert "You may not see Balance sheet." in page.info[0].value
    page.segmented_control(key="money_tab").set_value("trial_balance").run()
    assert not page.exception
    assert "Receivables" in text_of(page)


@pytest.mark.parametrize("tab", ["income_statement", "trial_balance", "receivables", "payables"])
def test_the_books_have_their_statements(tab: str, open_page: OpenPage) -> None:
    page = open_page("money")
    page.segmented_control(key="money_tab").set_value(tab).run()
    assert not page.exception
    assert not page.warning
    expected = {"receivables": "Open receivables", "payables": "Open payables", "trial_balance": "170.00"}
    assert expected.get(tab, "Gross margin") in text_of(page)


@pytest.mark.feature("5.2.13")
def test_open_amounts_obey_company_and_filter_beside_a_figure_that_has_no_customers(
    fake: FakeApi, open_page: OpenPage
) -> None:
    other = {"id": "018f0000-0000-7000-8000-0000000000a2", "code": "NB", "name": "North Bikes", "currency_code": "EUR"}
    fake.records.by_path["/api/organization/companies"].append(other)
    chosen = {"customer": "Alpha GmbH", "company": "North Bikes"}
    page = open_page("money", query={"show": "receivables", "company": "NB", "filter": "customer:Alpha GmbH"})
    assert not page.exception
    assert "Days sales outstanding" in text_of(page)
    asked = [body for body in fake.bodies("/api/metrics/query") if "ar_open_amount" in body["metrics"]]
    assert len(asked) == 3
    obeyed = [{"field": name, "op": "in", "values": [value]} for name, value in chosen.items()]
    assert [sorted(each["where"], key=str) for each in asked] == [sorted(obeyed, key=str)] * 3
    (alone,) = [body for body in fake.bodies("/api/metrics/query") if "dso_days" in body["metrics"]]
    assert not alone.get("where")
    (tile,) = [each for each in page.metric if each.label == "Days sales outstanding"]
    assert tile.help == "Not filtered by: Customer, Company"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ("Cash from operating activities", "Account 1900 Clearing moved by", "does not explain the change")),
        ("zh-CN", ("经营活动现金流量净额", "科目 1900 Clearing 变动了", "未能完整解释现金变动")),
    ],
)
def test_the_cash_flow_statement_leads_from_profit_to_cash(
    locale: str, words: tuple[str, ...], open_page: OpenPage
) -> None:
    page = open_page("money", query={"show": "cash_flow"}, locale=locale)
    assert not page.exception
    shown = text_of(page)
    for each in (*words, "140.00", "-20.00", "155.00", "255.00", "?show=cash_flow&amp;account=3000"):
        assert each in shown, each
    assert "Investing" not in shown, "a section without a line is not there"


@pytest.mark.feature("FIN-10")
def test_an_income_statement_shows_what_was_planned(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("money", query={"show": "income_statement"})
    assert not page.exception
    shown = text_of(page)
    assert "To budget" in shown
    assert "<td>Net revenue planned" not in shown, "a plan is a column, no line"


def test_an_income_statement_leads_from_result_to_result_in_lines_that_are_shown(open_page: OpenPage) -> None:
    totals = numbers.statement("income-statement", "en")["totals"]
    rest = Decimal(totals["operating_profit"]) - Decimal(totals["gross_margin"])
    assert rest, "something is between the two"
    shown = text_of(open_page("money", query={"show": "income_statement"}))
    assert f"<td>Other operating income and expenses</td><td>{rest:,.2f}</td>" in shown
    assert "Exchange differences" not in shown, "no such result was told"


def test_a_line_of_a_statement_leads_to_its_entries_once(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("money", query={"show": "trial_balance", "account": "1100"})
    assert not page.exception
    assert fake.bodies("/api/metrics/drill")[-1]["cell"] == {"account_code": "1100"}
    assert "Account code: 1100" in text_of(page)
    assert page.segmented_control(key="money_tab").value == "trial_balance"
    assert "account" not in page.query_params, "closed, it does not open again"


def test_late_figures_say_how_late(fake: FakeApi, open_page: OpenPage) -> None:
    fake.status = "stale"
    assert "2 hours old" in text_of(open_page("overview"))
    assert "nothing newer has been published" in text_of(open_page("data_health"))


def test_a_failed_check_shows_at_the_foot_and_by_name(fake: FakeApi, open_page: OpenPage) -> None:
    fake.status = "failing"
    assert "A check failed" in text_of(open_page("sell"))
    page = open_page("data_health")
    assert "The last good version stays on show" in page.error[0].value
    assert page.dataframe[0].value.iloc[0].to_dict()["name"] == "Equals ledger"


@pytest.mark.parametrize(("items", "is_said"), [(0, False), (3, True)])
def test_provisional_values_are_said_at_the_foot(fake: FakeApi, open_page: OpenPage, items: int, is_said: bool) -> None:  # noqa: FBT001  # a parameter of the test
    fake.provisional_items = items
    assert ("Values of 3 items from" in text_of(open_page("stock"))) is is_said


def test_an_absent_assistant_has_no_entry(fake: FakeApi, open_page: OpenPage) -> None:
    fake.has_assistant = False
    page = open_page("assistant")
    assert not page.exception
    assert not page.chat_input


def test_no_server_is_said_kindly(fake: FakeApi, open_page: OpenPage) -> None:
    fake.refuses = {"/api/auth/me": Refusal(500, "internal", "Something went wrong on our side.")}
    page = open_page("overview")
    assert not page.exception
    assert "The server failed on this request. Nothing was changed." in page.warning[0].value


def test_a_silent_instance_is_red_and_the_others_are_not(fake: FakeApi, open_page: OpenPage) -> None:
    common = {"host": "h1", "version": "9.9", "started_at": "2026-03-16T08:00:00Z", "uptime_seconds": 7200}
    seen = {"seen_at": "2026-03-16T10:00:00Z"}
    ready = {**common, **seen, "process": 7, "state": "ready", "missing": []}
    silent = {**ready, "process": 8, "state": "down"}
    fake.services = {
        "state": "down",
        "checks": {"database": True},
        "services": [
            {"service": "API", "state": "down", "instances": [ready, silent]},
            {"service": "Worker", "state": "ready", "instances": [{**ready, "process": 9}]},
        ],
    }
    page = open_page("data_health")
    assert not page.exception
    assert [each.value for each in page.error] == ["API: an instance is silent."]
    shown = next(each.value for each in page.dataframe if "instance" in each.value.columns)
    assert [row.split()[0] for row in shown["state"]] == ["✓", "✗", "✓"]
    assert shown["version"].tolist() == ["9.9"] * 3
