"""What one sees of a cross table as a file: exact in CSV, real numbers and formats in XLSX, formulas nowhere."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import polars as pl
import pytest

from api.routers.metrics.pivot_files import file_of
from olap.asker import Asker
from olap.pivot import PivotQuery, PivotResult, pivot
from olap.service import Numbers
from reports.renderers.parquet import parquet_bytes
from reports.sheet import sheet_of_pivot

MEASURE = {
    "metric": "net_revenue",
    "format": {"places": 1, "scale": "thousands", "negative": "parentheses"},
    "conditions": [{"op": "lt", "value": 50, "style": "bad"}],
}
DEFINITION: dict[str, Any] = {
    "metrics": [MEASURE, "discount_rate"],
    "rows": ["region", "customer"],
    "columns": ["month"],
    "time": {"start": "2026-01-01", "end": "2026-03-31"},
    "collapsed": [{"region": "South"}],
    "labels": "merge",
    "empty": {"text": "=none"},
}


@pytest.fixture(scope="module")
def table(numbers: Numbers) -> PivotResult:
    return pivot(
        numbers, PivotQuery.from_data(DEFINITION), Asker("00000000-0000-7000-8000-00000000000a", frozenset("*"))
    )


@pytest.mark.feature("5.2.15")
def test_csv_has_what_one_sees_exactly(table: PivotResult) -> None:
    text = file_of(table, "csv", "en").decode("utf-8-sig")
    about = [line for line in text.splitlines() if line.startswith("# ")]
    assert "# Currency: EUR" in about
    assert "# Filters: from 2026-01-01; to 2026-03-31" in about
    assert any(line.startswith("# Loaded: 2026-03-16") for line in about)
    lines = list(csv.reader(text.splitlines()[len(about) :]))
    assert lines[0] == ["", "", "2026-01", "", "2026-02", "", "2026-03", "", "Total", ""]
    assert lines[1][:4] == ["Region", "Customer", "Net revenue (EUR)", "Discount rate"]
    assert lines[2][:6] == ["North", "Alpha GmbH", "210.00", "0.192307692307692", "'=none", "'=none"]
    assert lines[3][:3] == ["", "Total", "210.00"]
    assert lines[4][:3] == ["South", "", "300.00"]
    assert len(lines) == 2 + len(table.rows)


@pytest.mark.feature("5.2.15")
def test_xlsx_has_numbers_formats_and_evidence(table: PivotResult) -> None:
    book = openpyxl.load_workbook(io.BytesIO(file_of(table, "xlsx", "zh")))
    sheet = book["Pivot"]
    cell = sheet["C3"]
    assert (cell.value, cell.data_type, cell.number_format) == (210, "n", "#,##0.0,;(#,##0.0,)")
    assert (sheet["D3"].value, sheet["D3"].number_format) == (0.192307692307692, "0.0%")
    assert (sheet["E3"].value, sheet["E3"].data_type) == ("=none", "s")
    assert sheet.freeze_panes == "C3"
    assert {str(each) for each in sheet.merged_cells.ranges} >= {"C1:D1"}
    total = [each for each in sheet.iter_rows(min_col=1, max_col=1) if each[0].value == "合计"]
    assert total
    blank = next(row for row in sheet.iter_rows() if str(row[1].value).startswith("Gamma"))
    assert blank[4].font.color.rgb == "FFB3261E"
    facts = {row[0].value: row[1].value for row in book["Evidence"].iter_rows()}
    assert facts["Data version"] == "1"
    assert facts["Filter"] == "to 2026-03-31"


@pytest.mark.feature("5.2.7")
@pytest.mark.feature("5.2.15")
@pytest.mark.parametrize(("grain", "form"), [("day", "yyyy-mm-dd"), ("month", "yyyy-mm"), ("year", "yyyy")])
def test_days_are_days_in_a_workbook_and_in_parquet(numbers: Numbers, grain: str, form: str) -> None:
    asker = Asker("00000000-0000-7000-8000-00000000000a", frozenset("*"))
    time = {"start": "2026-01-01", "end": "2026-03-31"}
    asked = {"metrics": ["net_revenue", "order_count"], "rows": ["region", grain], "labels": "merge", "time": time}
    found = pivot(numbers, PivotQuery.from_data(asked), asker)
    page = openpyxl.load_workbook(io.BytesIO(file_of(found, "xlsx", "en")))["Pivot"]
    assert (page["B2"].is_date, page["B2"].number_format) == (True, form)
    rows = pl.read_parquet(io.BytesIO(parquet_bytes(sheet_of_pivot(found, "", "en"))))
    assert rows.columns == ["region", grain, "net_revenue", "order_count"]
    assert rows.schema[grain] == pl.Date
    assert rows["region"].null_count() == 0
    assert rows["net_revenue"].sum() == sum(row.cells[0]["net_revenue"] for row in found.rows if row.level == 2)  # type: ignore[index, misc]
    across = pivot(numbers, PivotQuery.from_data({**asked, "rows": ["region"], "columns": [grain]}), asker)
    head = openpyxl.load_workbook(io.BytesIO(file_of(across, "xlsx", "en")))["Pivot"]["B1"]
    assert (head.is_date, head.number_format) == (True, form)
    named = pl.read_parquet(io.BytesIO(parquet_bytes(sheet_of_pivot(across, "", "en")))).columns
    assert grain == "day" or named[1:3] == ["net_revenue_2026-01-01", "order_count_2026-01-01"]
    assert named[-2:] == ["net_revenue_total", "order_count_total"]
    assert len(set(named)) == len(named)


@pytest.mark.feature("5.2.15")
def test_measures_on_rows_stand_beside_what_they_are_compared_with(numbers: Numbers) -> None:
    definition = {
        "metrics": ["net_revenue", {"metric": "net_revenue", "show": "percent_of_total"}],
        "rows": ["region"],
        "columns": [],
        "measures_on": "rows",
        "time": {"start": "2026-01-01", "end": "2026-01-31"},
        "compare": {"start": "2025-01-01", "end": "2025-12-31"},
    }
    asker = Asker("00000000-0000-7000-8000-00000000000a", frozenset("*"), locale="zh-CN")
    found = pivot(numbers, PivotQuery.from_data(definition), asker)
    text = file_of(found, "csv", "zh").decode("utf-8-sig")
    lines = [row for row in csv.reader(io.StringIO(text)) if not row[0].startswith("# ")]
    assert lines[0][2:] == ["指标", "上期", "变动", "变动率"]
    plain, share = (
        {line[0]: line[2:] for line in lines[1:] if line[1] == name}
        for name in dict.fromkeys(line[1] for line in lines[1:])
    )
    before, now = (
        next(row for row in each.rows if not row.keys).cells[0]
        for each in (
            pivot(numbers, PivotQuery.from_data({"metrics": ["net_revenue"], "rows": ["region"], "time": time}), asker)
            for time in (definition["compare"], definition["time"])
        )
    )
    assert before
    assert now
    total = [str(each["net_revenue"]) for each in (now, before)]
    assert plain["合计"][:2] == total, "the row of totals of its own measure"
    assert share["合计"] == ["1", "", "", ""], "a share has nothing beside it"
    assert lines[2][1].endswith("(占总计比例)"), "what is shown is said in the reader's language"
