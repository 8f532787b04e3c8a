"""Pages by what somebody does: who makes things or looks after people has figures to begin with too."""

from __future__ import annotations

import pytest

from dashboards.data.catalogue import Catalogue
from tests.dashboards.fake_api import FakeApi
from tests.dashboards.reading import OpenPage, text_of


def _catalogue(*names: str) -> Catalogue:
    return Catalogue(metrics={name: {"name": name, "dimensions": []} for name in names}, dimensions={}, grains={})


@pytest.mark.feature("5.2.2")
def test_whoever_has_chosen_nothing_begins_with_the_figures_of_their_trade() -> None:
    assert _catalogue("cogs", "order_count", "net_revenue").begins_with(2) == ("net_revenue", "order_count")
    assert _catalogue("birth_count", "employee_count").begins_with(2) == ("employee_count",)
    assert _catalogue("bill_level_count", "produced_quantity").begins_with() == ("produced_quantity",)
    assert _catalogue("anything").begins_with(2) == ("anything",)
    assert _catalogue().begins_with() == ()


@pytest.mark.feature("5.2.13")
@pytest.mark.parametrize("area", ["production", "hr"])
def test_readers_of_one_areas_figures_have_the_pages_of_figures(fake: FakeApi, open_page: OpenPage, area: str) -> None:
    fake.areas = (area,)
    fake.permissions = ("metric.read", f"metric.{area}.read", "report.read", "ai.ask")
    page = open_page("dashboards")
    assert page.title[0].value == "Dashboards"
    assert not page.exception
    assert "You may not see" not in text_of(page)


def test_an_empty_page_says_that_its_reader_sees_only_a_part(fake: FakeApi, open_page: OpenPage) -> None:
    fake.is_empty = True
    part = "Of the company you see what is yours"
    assert part not in text_of(open_page("sell"))
    fake.data_scope = "own"
    assert part in text_of(open_page("sell"))


CLERK = ("metric.read", "metric.inventory.read", "order.read", "order.deliver", "stock_document.read")


@pytest.mark.feature("3.5.15")
@pytest.mark.parametrize("name", ["overview", "stock"])
def test_whoever_hands_goods_over_begins_with_what_is_to_be_done(fake: FakeApi, open_page: OpenPage, name: str) -> None:
    fake.areas, fake.permissions = ("inventory",), CLERK
    page = open_page(name)
    assert not page.exception
    shown = text_of(page)
    assert ("To be done today" in shown, "To deliver by today" in shown) == (True, True)
    assert "To receive by today" not in shown, "orders to suppliers are for others"


@pytest.mark.feature("3.5.15")
def test_what_is_to_be_done_leads_to_its_list(fake: FakeApi, open_page: OpenPage) -> None:
    fake.areas, fake.permissions = ("inventory",), CLERK
    page = open_page("stock")
    page.button(key="work_deliver_late").click().run()
    assert not page.exception
    due, late, *_ = [each["promised_on__lte"] for each in fake.bodies("/api/sales/orders")]
    assert late < due
    asked = fake.bodies("/api/sales/orders")[-1]
    assert (asked["part"], asked["promised_on__lte"]) == ("to_deliver", late)
    assert "Goods to hand over" in text_of(page)
    assert "Promised on ≤ " in text_of(page)


def test_who_reads_figures_of_selling_has_no_work_on_the_overview(fake: FakeApi, open_page: OpenPage) -> None:
    assert "To be done today" not in text_of(open_page("overview"))


@pytest.mark.feature("5.2.11")
def test_a_tile_without_a_figure_says_so(fake: FakeApi, open_page: OpenPage) -> None:
    fake.is_empty = True
    assert "No figure for these days and filters." in text_of(open_page("overview"))
