"""The watch's page: what is out of line first by money, with range, findings and documents; answered by buttons."""

from __future__ import annotations

import pytest

from tests.dashboards.fake_api import FakeApi
from tests.dashboards.reading import OpenPage, text_of

PATH = "/api/ai/incidents"
INCIDENT = {
    "id": "i1",
    "kind": "metric",
    "state": "open",
    "reason": "Net revenue on 2026-03-03 was 9,000.00; 10.00 to 20.00 was expected. See [here](http://x) $5",
    "reason_zh": "净收入为 9,000.00",
    "score": "0.91",
    "money_at_risk_amount": "8980.00",
    "currency_code": "EUR",
    "first_on": "2026-03-03",
    "last_on": "2026-03-03",
    "muted_until": None,
    "series": [{"day": "2026-03-03", "value": 9000, "low": 10, "high": 20}],
    "contributions": [{"dimension": "customer", "member": "Crane", "difference": 8000, "share": 0.89}],
    "documents": [{"type": "sales_invoice", "id": "s1", "number": "SI-2026-00001"}],
    "findings": [{"reason": "Crane ordered.", "reason_zh": "", "standard": "Hampel 1974", "score": "0.91"}],
    "events": [{"action": "found", "happened_at": "2026-03-04T02:00:00+00:00", "note": None}],
}
RUN = {"id": "r1", "created_at": "2026-03-04T02:00:00+00:00", "series_count": 7_598, "document_count": 12_000}


def _filled(fake: FakeApi) -> None:
    fake.records.by_path[PATH] = [dict(INCIDENT)]
    fake.records.by_path["/api/ai/watch-runs"] = [RUN]


def test_an_incident_is_told_with_its_money_and_opened_by_a_click(fake: FakeApi, open_page: OpenPage) -> None:
    _filled(fake)
    page = open_page("watch")
    assert not page.exception
    text = text_of(page)
    assert "Net revenue on 2026-03-03 was 9,000.00" in text
    assert "8,980" in text
    assert "7,598 series and 12,000 documents" in text
    assert "[here](http" not in text, "words from documents stay words"
    page.toggle[0].set_value(True).run()
    assert not page.exception
    text = text_of(page)
    assert "Crane ordered." in text
    assert "Hampel 1974" in text
    assert "SI-2026-00001" in text


@pytest.mark.feature("5.8.4")
def test_every_incident_is_reached_page_by_page(fake: FakeApi, open_page: OpenPage) -> None:
    _filled(fake)
    fake.records.by_path[PATH] = [INCIDENT | {"id": f"i{number}", "reason": f"Odd {number}."} for number in range(42)]
    page = open_page("watch")
    text = text_of(page)
    assert "Odd 29." in text
    assert "Odd 30." not in text
    assert "1\u201330 of 42" in text
    next(button for button in page.button if button.label == "Next").click().run()
    assert not page.exception
    text = text_of(page)
    assert "Odd 41." in text
    assert "31\u201342 of 42" in text
    next(button for button in page.button if button.label == "Previous").click().run()
    assert "Odd 0." in text_of(page)


@pytest.mark.feature("5.8.4")
def test_a_mute_says_how_much_it_silences(fake: FakeApi, open_page: OpenPage) -> None:
    _filled(fake)
    page = open_page("watch")
    page.toggle[0].set_value(True).run()
    page.checkbox[0].set_value(True)
    next(button for button in page.button if button.label == "Mute").click().run()
    [body] = fake.bodies(f"{PATH}/i1/mute")
    assert body["is_whole_subject"] is True


def test_it_is_explained_from_the_page(fake: FakeApi, open_page: OpenPage) -> None:
    _filled(fake)
    page = open_page("watch")
    page.toggle[0].set_value(True).run()
    page.text_area[0].set_value("A trade fair.")
    next(button for button in page.button if button.label == "Explain").click().run()
    assert not page.exception
    assert fake.bodies(f"{PATH}/i1/explain") == [{"note": "A trade fair."}]


def test_the_page_speaks_chinese_and_is_not_there_without_the_right(fake: FakeApi, open_page: OpenPage) -> None:
    _filled(fake)
    assert "净收入为 9,000.00" in text_of(open_page("watch", locale="zh-CN"))
    fake.permissions = ("metric.read",)
    assert "Crane" not in text_of(open_page("watch"))
