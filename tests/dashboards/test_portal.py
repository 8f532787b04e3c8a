"""A customer's page: facts of own documents and what a person answered; nobody else has it."""

from __future__ import annotations

from tests.dashboards.fake_api import FakeApi
from tests.dashboards.reading import OpenPage, text_of


def test_a_customer_asks_and_reads_what_was_answered(fake: FakeApi, open_page: OpenPage) -> None:
    fake.permissions = ("portal.ask", "order.read", "invoice.read", "service_request.read")
    # The first page of whom it is for: its own address only leads to the root.
    page = open_page("start")
    page.chat_input[0].set_value("is SI-1 paid?").run()
    assert not page.exception
    assert fake.bodies("/api/ai/portal/ask")[-1]["question"] == "is SI-1 paid?"
    text = text_of(page)
    assert "Invoice SI-1: 71.40" in text
    assert "A credit note follows." in text
    assert page.dataframe[0].value.iloc[0]["open_amount"] == "71.40"
    page.chat_input[0].set_value("and the order?").run()
    assert fake.bodies("/api/ai/portal/ask")[-1]["conversation_id"] == "p1"


def test_who_sees_figures_has_no_customers_page(open_page: OpenPage) -> None:
    page = open_page("portal")
    assert not page.chat_input
