"""Charts of reports over HTTP: refused where they do not fit, with the reason in the reader's language, and printed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from tests.reports.conftest import Office

Save = Callable[..., dict[str, Any]]
BY_CUSTOMER = {"metrics": ["net_revenue"], "group_by": ["customer"], "totals": True}


def chart(kind: str) -> dict[str, Any]:
    return {"definition": {"question": BY_CUSTOMER, "chart": {"type": kind, "metric": "net_revenue"}}}


@pytest.mark.feature("5.2.12")
def test_a_chart_that_cannot_draw_the_question_is_refused_with_the_reason(office: Office) -> None:
    refused = office.call("ada", "POST", "/api/report/run", chart("sankey"), status=422)
    [error] = refused["errors"]
    assert (error["path"], error["code"]) == ("chart/type", "chart_unfit")
    assert error["reason"] == "A sankey needs two or three dimensions and no time grain."
    chinese = office.call("lin", "POST", "/api/report/run", chart("sankey"), status=422)["errors"][0]["reason"]
    assert chinese == "桑基图需要两到三个维度，不要时间粒度。"  # noqa: RUF001  # Chinese
    office.call("ada", "POST", "/api/report/reports", {"name": "No", **chart("donut")}, status=422)


@pytest.mark.feature("5.2.12")
def test_figures_that_do_not_suit_a_chart_are_shown_with_the_reason_instead(office: Office) -> None:
    sheet = office.call("ada", "POST", "/api/report/run", chart("map"))
    assert sheet["rows"]
    assert sheet["chart"]["unfit"].startswith("A map needs countries by their two letters")
    assert office.call("ada", "POST", "/api/report/run", chart("bar"))["chart"]["unfit"] is None


@pytest.mark.feature("5.2.11")
@pytest.mark.parametrize("kind", ["bar", "pie", "number"])
def test_a_chart_is_on_paper_as_on_the_page(kind: str, office: Office, save: Save) -> None:
    report = save(name=f"Drawn as {kind}", **chart(kind)["definition"])
    path = f"/api/report/reports/{report['id']}"
    text = (
        PdfReader(io.BytesIO(office.call("ada", "POST", f"{path}/export", {"format": "pdf"}))).pages[0].extract_text()
    )
    assert "Net revenue" in text
    assert {"bar": "Alpha", "pie": "%", "number": "777.51"}[kind] in text
