"""What a cross table is narrowed to, what it asks its reader for, and what leads on from one of its cells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.client import Api
from dashboards.parts.pivot_views import definition_in
from tests.dashboards.fake_api import FakeApi
from tests.dashboards.fake_reports import REPORT
from tests.dashboards.reading import SECONDS_MAX, OpenPage, text_of

PIVOT = "/api/metrics/pivot"
DEFINITION: dict[str, Any] = {"metrics": ["net_revenue"], "rows": ["region"]}


@pytest.mark.feature("5.2.15")
def test_a_table_asks_its_reader_for_parameters_and_a_report_of_it_asks_again(
    fake: FakeApi, open_page: OpenPage
) -> None:
    page = open_page("explore", query={"pivot": json.dumps(DEFINITION)})
    page.multiselect(key="pivot_parameters_net_revenue").set_value(["customer"]).run()
    assert "where" not in fake.bodies(PIVOT)[-1], "nothing chosen leaves all"
    page.multiselect(key="pivot_given_customer").set_value(["Alpha GmbH", ""]).run()
    assert not page.exception
    wanted = {"field": "customer", "op": "in", "values": ["Alpha GmbH", None]}
    assert fake.bodies(PIVOT)[-1]["where"] == [wanted]
    page.text_input(key="pivot_name").input("By region").run()
    page.button(key="pivot_save_new").click().run()
    [saved] = [body for method, path, body in fake.asked if (method, path) == ("POST", "/api/report/reports")]
    assert "where" not in saved["definition"]["question"]
    assert saved["definition"]["parameters"] == [
        {"name": "customer", "field": "customer", "op": "in", "default": ["Alpha GmbH", None]}
    ]


@pytest.mark.feature("5.2.15")
def test_a_view_opened_from_a_report_keeps_its_own_conditions_until_they_are_taken_away(
    fake: FakeApi, open_page: OpenPage
) -> None:
    own = {"field": "region", "op": "eq", "values": ["North"]}
    days = {"start": "2026-01-01", "end": "2026-01-31"}
    given = json.dumps({**DEFINITION, "where": [own], "time": days})
    page = open_page("explore", query={"pivot": given, "filter": "customer:Alpha GmbH", "report": REPORT["id"]})
    of_page = {"field": "customer", "op": "in", "values": ["Alpha GmbH"]}
    assert fake.bodies(PIVOT)[-1]["where"] == [of_page, own]
    assert fake.bodies(PIVOT)[-1]["time"] == days
    assert {"Region: North", "Jan 1, 2026 to Jan 31, 2026"} <= {button.label for button in page.button}
    assert "Version 3" in text_of(page), "which version of which report is looked at"
    page.button(key="pivot_where_0").click().run()
    assert fake.bodies(PIVOT)[-1]["where"] == [of_page]
    page.button(key="pivot_time").click().run()
    assert fake.bodies(PIVOT)[-1]["time"] == {"start": "2025-04-01", "end": "2026-03-16"}
    page.button(key="pivot_step_back").click().run()
    assert not page.exception
    assert json.loads(page.query_params["pivot"])["time"] == days, "a step can be taken back"


@pytest.mark.feature("5.2.15")
def test_one_metric_is_shown_in_several_ways_with_formats_and_levels_of_its_own(
    fake: FakeApi, open_page: OpenPage
) -> None:
    page = open_page("explore", query={"pivot": json.dumps({**DEFINITION, "rows": ["region", "customer"]})})
    page.multiselect(key="pivot_show_net_revenue").set_value(["", "rank"]).run()
    page.selectbox(key="pivot_places_net_revenue").set_value("0").run()
    page.toggle(key="pivot_negative_net_revenue").set_value(True).run()
    page.text_input(key="pivot_good_net_revenue").input("1000").run()
    page.multiselect(key="pivot_levels_net_revenue_region").set_value(["region"]).run()
    page.multiselect(key="pivot_subtotals_region").set_value([]).run()
    page.toggle(key="pivot_merged").set_value(True).run()
    assert not page.exception
    asked = fake.bodies(PIVOT)[-1]
    common = {
        "metric": "net_revenue",
        "format": {"places": 0, "negative": "parentheses"},
        "conditions": [{"op": "gte", "values": ["1000"], "style": "good"}],
        "subtotals": ["region"],
    }
    assert asked["metrics"] == [
        {**common, "name": "net_revenue"},
        {**common, "show": "rank", "name": "net_revenue_rank"},
    ]
    assert (asked["subtotals"], asked["labels"]) == (False, "merge")
    shown = page.dataframe[0].value
    assert list(shown["Region"])[:2] == ["North", ""], "a repeated label is left out"
    again = open_page("explore", query={"pivot": page.query_params["pivot"]})
    assert fake.bodies(PIVOT)[-1] == asked, "what the address holds is read back"
    assert not again.exception


@pytest.mark.feature("5.2.15")
def test_a_number_that_is_none_is_said_to_be_none(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("explore", query={"pivot": json.dumps(DEFINITION)})
    for typed in ("many", "inf", "nan"):
        page.text_input(key="pivot_having_value").input(typed).run()
        assert [each.value for each in page.error] == ["Write a number such as 1000 or -0.5"]
    assert "having" not in fake.bodies(PIVOT)[-1]


def _cell() -> None:
    import json  # noqa: PLC0415  # the script of a page of its own

    import streamlit as st  # noqa: PLC0415

    from dashboards.data.pivots import ask_pivot  # noqa: PLC0415
    from dashboards.parts.documents import show_asked_documents  # noqa: PLC0415
    from dashboards.parts.pivot_cell import Chosen, show_cell  # noqa: PLC0415
    from dashboards.scope import load_scope  # noqa: PLC0415

    definition = json.loads(st.session_state["pivot_definition"])
    scope = load_scope()
    found = ask_pivot(definition)
    show_cell(Chosen(found, definition, definition, found["rows"][0], found["columns"][0], found["metrics"][0]), scope)
    show_asked_documents(scope)


@pytest.fixture
def on_cell(client: Api) -> AppTest:
    """The first cell of a table of item categories."""
    app = AppTest.from_function(_cell, default_timeout=SECONDS_MAX)
    app.session_state["api"] = client
    own = {"field": "region", "op": "eq", "values": ["North"]}
    app.session_state["pivot_definition"] = json.dumps({**DEFINITION, "rows": ["item_category"], "where": [own]})
    return app.run()


@pytest.mark.feature("5.2.16")
def test_a_drill_shows_the_chosen_cell_alone_by_another_dimension(fake: FakeApi, on_cell: AppTest) -> None:
    to = on_cell.selectbox[0]
    assert to.value == "item", "the next level of its hierarchy is offered first"
    to.set_value("customer").run()
    on_cell.button(key="pivot_drill").click().run()
    assert not on_cell.exception
    [step] = fake.bodies("/api/metrics/pivot/step")
    assert (step["cell"], step["direction"], step["to"]) == ({"item_category": "Bikes"}, "across", "customer")
    now = json.loads(on_cell.session_state["pivot_definition"])
    assert now["rows"] == ["customer"]
    assert now["where"] == [
        {"field": "region", "op": "eq", "values": ["North"]},
        {"field": "item_category", "op": "eq", "values": ["Bikes"]},
    ]


@pytest.mark.feature("5.2.16")
def test_a_cell_filters_the_page_orders_the_rows_and_leads_to_its_documents(fake: FakeApi, on_cell: AppTest) -> None:
    on_cell.button(key="pivot_sort_column").click().run()
    assert json.loads(on_cell.session_state["pivot_definition"])["sort"] == [
        {"by": "net_revenue", "descending": True, "nested": True}
    ]
    on_cell.button(key="pivot_sort_column").click().run()
    assert json.loads(on_cell.session_state["pivot_definition"])["sort"][0]["descending"] is False
    on_cell.button(key="pivot_documents").click().run()
    asked = fake.bodies("/api/metrics/drill")[-1]
    assert asked["cell"] == {"item_category": "Bikes"}
    assert {"field": "region", "op": "eq", "values": ["North"]} in asked["where"]
    on_cell.button(key="pivot_only").click().run()
    assert not on_cell.exception
    assert on_cell.session_state["chosen"]["filter"] == "item_category:Bikes"


@pytest.mark.feature("5.2.15")
def test_a_report_opened_to_be_changed_loses_none_of_its_conditions() -> None:
    own = {"field": "region", "op": "eq", "values": ["North"]}
    question = {**DEFINITION, "where": [own], "compare": "previous_year"}
    asked = [{"name": "customer", "field": "customer", "op": "in", "default": ["Alpha GmbH"]}, {"field": "item"}]
    made = {"kind": "pivot", "question": question, "parameters": asked, "period": "this_quarter"}
    opened, period = definition_in({"definition": made})
    assert period == "quarter", "the page moves with the same days"
    assert opened == {
        **DEFINITION,
        "where": [own],
        "compared": True,
        "parameters": [{"field": "customer", "values": ["Alpha GmbH"]}, {"field": "item", "values": []}],
    }
    days = {"start": "2026-01-01", "end": "2026-01-31"}
    fixed, period = definition_in({"definition": {"kind": "pivot", "question": {**DEFINITION, "time": days}}})
    assert (fixed["time"], period) == (days, None)
