"""Records and documents by declaration: lists, forms, verbs, history, postings."""

from __future__ import annotations

import pytest

from tests.dashboards.fake_api import FakeApi, Refusal
from tests.dashboards.fake_records import ALIKE_ID, CATEGORY_ID, CUSTOMER_ID, INVOICE_ID, ITEM_ID, ORDER_ID
from tests.dashboards.reading import OpenPage, text_of

ORDERS = "/api/sales/orders"
CUSTOMERS = "/api/scm/customers"
ITEMS = "/api/inventory/items"


def test_a_list_shows_names_where_records_point_at_others(open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order"})
    row = page.dataframe[0].value.iloc[0].to_dict()
    assert row["customer_id"] == "C-001 · Alpha GmbH"
    assert row["state"] == "Draft"
    assert "1–1 of 1" in text_of(page)  # noqa: RUF001  # the dash between two numbers


def test_a_search_is_answered_by_the_server(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer"})
    page.text_input(key="list_customer_q").input("bravo").run()
    assert list(page.dataframe[0].value["name"]) == ["Bravo Ltd"]
    assert {"q": "bravo"}.items() <= fake.bodies(CUSTOMERS)[-1].items()


def test_a_search_without_a_hit_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer"})
    page.text_input(key="list_customer_q").input("nobody at all").run()
    assert "Nothing passes the search and filters" in page.info[0].value


def test_a_filter_goes_to_the_server(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order"})
    page.multiselect(key="list_order_by_state").set_value(["draft"]).run()
    assert not page.exception
    assert fake.bodies(ORDERS)[-1]["state__in"] == "draft"


def test_an_empty_collection_says_so(fake: FakeApi, open_page: OpenPage) -> None:
    fake.is_empty = True
    assert "There is none yet: Sales order." in open_page("workbench", query={"thing": "order"}).info[0].value


def test_what_one_may_not_read_is_not_offered(fake: FakeApi, open_page: OpenPage) -> None:
    fake.permissions = ("order.read", "metric.read")
    page = open_page("workbench", query={"thing": "customer"})
    assert page.selectbox(key="thing_order").options == ["Selling · Sales order"]
    assert not [button for button in page.button if button.label.startswith("New")]


def test_a_new_record_is_sent_as_typed(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer", "new": "1"})
    page.text_input(key="form_customer_new_code").input("C-003")
    page.text_input(key="form_customer_new_name").input("Charlie SA")
    page.text_input(key="form_customer_new_credit_limit_amount").input("1000.50")
    page.button(key="form_customer_new_send").click().run()
    assert not page.exception
    sent = fake.bodies(CUSTOMERS)
    typed = {"code": "C-003", "name": "Charlie SA", "credit_limit_amount": "1000.50"}
    assert {**typed, "currency_code": "EUR"} in sent, "all books are kept in euro"
    assert "Customer C-003 · Charlie SA" in text_of(page)


def test_problems_stand_at_their_fields_and_nothing_typed_is_lost(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer", "new": "1"})
    page.text_input(key="form_customer_new_code").input("C-001")
    page.text_input(key="form_customer_new_name").input("Charlie SA")
    wrong = [{"path": "code", "reason": "is taken already", "code": "taken"}]
    fake.refuses = {f"^{CUSTOMERS}$": Refusal(422, "invalid", "1 field is wrong.", wrong)}
    page.button(key="form_customer_new_send").click().run()
    assert not page.exception
    assert "One field needs a change. Nothing was saved; what you typed is still here." in page.error[0].value
    assert "Is taken already" in text_of(page)
    assert page.text_input(key="form_customer_new_name").value == "Charlie SA"
    fake.refuses = {}
    page.text_input(key="form_customer_new_code").input("C-009")
    page.button(key="form_customer_new_send").click().run()
    assert "Customer C-009 · Charlie SA" in text_of(page)


@pytest.mark.feature("3.3.5")
def test_a_likely_duplicate_is_named_and_made_only_on_a_second_word(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer", "new": "1"})
    page.text_input(key="form_customer_new_code").input("C-003")
    page.text_input(key="form_customer_new_name").input("Alpha GmbH")
    page.button(key="form_customer_new_send").click().run()
    assert not page.exception
    assert (
        page.warning[0].value == "This may be there already: Customer. Nothing was saved; what you typed is still here."
    )
    assert "C-001 · Alpha GmbH · Graz" in [button.label for button in page.button]
    assert "alike by 96 of 100: Name, City" in text_of(page)
    # What is changed since is asked about anew.
    page.text_input(key="form_customer_new_code").input("C-004").run()
    assert not page.warning
    page.button(key="form_customer_new_send").click().run()
    page.button(key="form_customer_new_anyway").click().run()
    assert not page.exception
    assert "Customer C-004 · Alpha GmbH" in text_of(page)
    assert [each["code"] for each in fake.records.by_path[CUSTOMERS] if each["name"] == "Alpha GmbH"] == [
        "C-001",
        "C-004",
    ]


def test_a_text_that_is_too_long_is_taken_and_refused_by_the_server(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer", "new": "1"})
    page.text_input(key="form_customer_new_name").input("x" * 10_000)
    wrong = [{"path": "name", "reason": "is longer than 200 characters", "code": "string_too_long"}]
    fake.refuses = {f"^{CUSTOMERS}$": Refusal(422, "invalid", "1 field is wrong.", wrong)}
    page.button(key="form_customer_new_send").click().run()
    assert fake.bodies(CUSTOMERS)[-1]["name"] == "x" * 10_000
    assert "Is longer than 200 characters" in text_of(page)
    assert page.text_input(key="form_customer_new_name").value == "x" * 10_000


def test_what_is_no_number_is_sent_so_that_the_server_refuses_it(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer", "new": "1"})
    page.text_input(key="form_customer_new_code").input("C-004")
    page.text_input(key="form_customer_new_name").input("Delta AG")
    page.text_input(key="form_customer_new_credit_limit_amount").input("much")
    wrong = [{"path": "credit_limit_amount", "reason": "is no number", "code": "invalid"}]
    fake.refuses = {f"^{CUSTOMERS}$": Refusal(422, "invalid", "1 field is wrong.", wrong)}
    page.button(key="form_customer_new_send").click().run()
    assert fake.bodies(CUSTOMERS)[-1]["credit_limit_amount"] == "much"
    assert "Is no number" in text_of(page)


def test_a_new_record_is_active_unless_one_says_otherwise(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer", "new": "1"})
    assert page.checkbox(key="form_customer_new_is_active").value is True
    page.text_input(key="form_customer_new_code").input("C-005")
    page.text_input(key="form_customer_new_name").input("Echo BV")
    page.checkbox(key="form_customer_new_is_active").uncheck()
    page.button(key="form_customer_new_send").click().run()
    assert fake.bodies(CUSTOMERS)[-1]["is_active"] is False


def test_a_change_sends_only_what_changed_and_the_version_seen(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer", "id": CUSTOMER_ID, "edit": "1"})
    page.text_input(key=f"form_customer_{CUSTOMER_ID}_city").input("Delft")
    page.button(key=f"form_customer_{CUSTOMER_ID}_send").click().run()
    assert not page.exception
    assert {"city": "Delft"} in fake.bodies(f"{CUSTOMERS}/{CUSTOMER_ID}")
    assert "Delft" in text_of(page)


@pytest.mark.feature("5.8.6")
def test_what_is_proposed_for_an_empty_field_is_saved_by_a_click(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "item", "id": ITEM_ID})
    told = text_of(page)
    assert "**BIKES Bikes**" in told
    assert r"12 of 12 records with Name “bike”" in told
    assert "81.6% sure" in told
    assert not [body for body in fake.bodies(f"{ITEMS}/{ITEM_ID}/completions") if body]
    page.button(key=f"take_category_id_{ITEM_ID}_1").click().run()
    assert not page.exception
    accepted = {"values": {"category_id": CATEGORY_ID}, "version": 1}
    assert accepted in fake.bodies(f"{ITEMS}/{ITEM_ID}/completions")
    assert page.toast[0].value == "Category was taken over."
    assert not [button for button in page.button if button.label == "Take over"]


def test_a_document_shows_its_lines_and_its_verbs(open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order", "id": ORDER_ID})
    text = text_of(page)
    assert "Sales order SO-2026-00001" in text
    assert "€1,190.00" in text
    assert page.dataframe[0].value.iloc[0]["item_id"] == "BK-21 · Road bike 21"
    labels = [button.label for button in page.button]
    assert "Confirm" in labels
    assert "Deliver" not in labels, "a draft is not delivered"


def test_what_has_a_paper_is_printed_by_a_button(open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order", "id": ORDER_ID})
    assert [each.proto.label for each in page.get("download_button")] == ["Print"]


def test_a_verb_says_what_it_will_do_and_does_it_once(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order", "id": ORDER_ID})
    page.button(key=f"do_confirm_{ORDER_ID}").click().run()
    assert "Reserves stock and uses up credit." in page.info[0].value
    page.button(key=f"verb_confirm_{ORDER_ID}_3_send").click().run()
    assert not page.exception
    assert len(fake.bodies(f"{ORDERS}/{ORDER_ID}/confirm")) == 1
    assert "Confirmed" in text_of(page)


def test_a_refused_verb_says_why_and_changes_nothing(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order", "id": ORDER_ID})
    page.button(key=f"do_confirm_{ORDER_ID}").click().run()
    fake.refuses = {"/confirm$": Refusal(409, "credit_exceeded", "The credit limit is 500.00.")}
    page.button(key=f"verb_confirm_{ORDER_ID}_3_send").click().run()
    assert "The credit limit is 500.00." in page.warning[0].value
    assert "trace-7f3a" in page.warning[0].value


@pytest.mark.parametrize(("tab", "expected"), [("postings", "sales 2026/7"), ("history", "Ada Admin"), ("related", "")])
def test_a_document_has_its_postings_and_history_beside_it(tab: str, expected: str, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order", "id": ORDER_ID})
    page.segmented_control(key="tab_order").set_value(tab).run()
    assert not page.exception
    labels = " ".join(each.label for each in page.expander)
    assert expected.replace("/", "\\/") in text_of(page) or expected in text_of(page) + labels


@pytest.mark.feature("ARCH-12")
def test_an_item_shows_what_is_like_it_and_leads_there(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "item", "id": ITEM_ID})
    page.segmented_control(key="tab_item").set_value("alike").run()
    assert fake.bodies("/api/search/items") == [{"item_id": ITEM_ID, "limit": 10}]
    [like] = [button for button in page.button if button.key == f"alike_{ALIKE_ID}"]
    assert like.label == "BIKE-2 Road bike"
    assert "70" in text_of(page)
    like.click().run()
    assert page.query_params["id"] == ALIKE_ID


def test_what_is_like_an_item_is_shown_to_whoever_may_search(fake: FakeApi, open_page: OpenPage) -> None:
    fake.permissions = ("item.read", "metric.read")
    page = open_page("workbench", query={"thing": "item", "id": ITEM_ID})
    assert "alike" not in page.segmented_control(key="tab_item").options
    fake.permissions, fake.is_empty = ("*",), True
    page = open_page("workbench", query={"thing": "item", "id": ITEM_ID})
    page.segmented_control(key="tab_item").set_value("alike").run()
    assert "Nothing like it is known yet" in text_of(page)


def test_a_list_may_hang_on_another_record(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order", "where": f"customer_id:{CUSTOMER_ID}"})
    assert not page.exception
    assert fake.bodies(ORDERS)[-1]["customer_id"] == CUSTOMER_ID
    assert "Customer: C-001 · Alpha GmbH" in text_of(page)


def test_deleting_asks_first(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "customer", "id": CUSTOMER_ID})
    next(button for button in page.button if button.label == "Delete").click().run()
    assert "The record is gone afterwards" in page.warning[0].value
    page.button(key="delete_now").click().run()
    assert not page.exception
    assert all(each["id"] != CUSTOMER_ID for each in fake.records.by_path[CUSTOMERS])


def test_a_record_that_is_not_there_is_said_kindly(open_page: OpenPage) -> None:
    page = open_page("workbench", query={"thing": "order", "id": "018f0000-0000-7000-8000-00000000ffff"})
    assert not page.exception
    assert "There is no such record." in page.warning[0].value


def test_every_declared_thing_opens_in_both_languages(fake: FakeApi, open_page: OpenPage) -> None:
    for locale in ("en-US", "zh-CN"):
        page = open_page("workbench", query={"thing": "order"}, locale=locale)
        for thing in page.selectbox(key="thing_order").proto.options:
            assert thing
    things = [each["thing"] for each in _declared(fake)]
    for thing in things:
        for query in ({"thing": thing}, {"thing": thing, "new": "1"}):
            page = open_page("workbench", query=query)
            assert not page.exception, (thing, query)


def _declared(fake: FakeApi) -> list[dict[str, str]]:
    from tests.dashboards.fake_records import declared  # noqa: PLC0415  # only here

    return declared(fake.permissions)


def test_partner_and_origin_of_a_document_are_told_by_name(fake: FakeApi, open_page: OpenPage) -> None:
    one = open_page("workbench", query={"thing": "invoice", "id": INVOICE_ID})
    said = text_of(one)
    assert "C-001 · Alpha GmbH" in said
    assert "Sales order" in said, "the type of what it came from"
    origin = next(button for button in one.button if button.label == "SO-2026-00001").click().run()
    assert "Sales order SO-2026-00001" in [each.value for each in origin.subheader]
    listed = open_page("workbench", query={"thing": "invoice"})
    assert "C-001 · Alpha GmbH" in listed.dataframe[0].value.to_string()
