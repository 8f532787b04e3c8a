"""A report's figures on a page: chart, table, what they are, and files of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from charts.table import Table
from dashboards.data.metrics import Answer
from dashboards.data.reports import file_of, run
from dashboards.formats import Formats
from dashboards.parts.drawings import Open, show, table_of
from dashboards.parts.tables import table, totals_line
from dashboards.session import viewer
from dashboards.words import escaped, t

FORMATS = ("xlsx", "pdf", "csv", "parquet")
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}


def show_sheet(path: str, body: Mapping[str, Any], formats: Formats, *, verb: str = "run") -> None:
    """The figures at a path of the server, drawn and listed.  Raises: Problem."""
    with st.skeleton(height=360):
        sheet = run(f"{path}/{verb}", body)
    files = partial(_files, path, body, sheet["title"]) if verb == "run" else None
    show_figures(sheet, formats, key=f"sheet_{path}", files=files)


def show_figures(
    sheet: Mapping[str, Any], formats: Formats, *, key: str, files: Callable[[], None] | None = None
) -> None:
    """A sheet's chart, its rows, the files that can be had of it, and what stands behind it."""
    if sheet["is_preview"]:
        st.info(
            t("reports.preview_marked", count=len(sheet["rows"]), all=sheet["notes"]["rows_in_all"]),
            icon=":material/preview:",
        )
    for reason in sheet["left_out"]:
        st.caption(f":material/visibility_off: {escaped(reason)}")
    if not sheet["rows"]:
        st.info(t("reports.empty"), icon=":material/inbox:")
        return
    _chart(sheet, formats)
    columns = sheet["columns"]
    totals_line(sheet["totals"] or {}, columns, formats)
    table(sheet["rows"], columns, formats, key=key, rows_shown=15)
    st.caption(t("reports.rows", count=len(sheet["rows"])))
    if files is not None:
        files()
    with st.expander(t("explore.receipt"), icon=":material/receipt_long:"):
        _receipt(sheet["evidence"], formats)


def _chart(sheet: Mapping[str, Any], formats: Formats) -> None:
    chart = sheet["chart"]
    if chart is None or chart["type"] == "table":
        return
    column = next((each for each in sheet["columns"] if each["name"] == chart["metric"]), None)
    if column is None:
        return
    with st.container(border=True):
        st.markdown(f"**{column['label']}**")
        draw_sheet(sheet, formats, key=f"chart_{sheet['title']}")


def draw_sheet(sheet: Mapping[str, Any], formats: Formats, *, key: str, open_mark: Open | None = None) -> None:
    """A sheet by its own kind of chart."""
    chart = sheet["chart"]
    show(chart["type"], sheet_table(sheet), chart["metric"], formats, key=key, open_mark=open_mark)


def sheet_table(sheet: Mapping[str, Any]) -> Table:
    """A sheet as what charts are drawn from."""
    plain = [row for row, level in zip(sheet["rows"], sheet["levels"], strict=True) if level == 0]
    rest = [row for row, level in zip(sheet["rows"], sheet["levels"], strict=True) if level]
    answer = Answer(sheet["columns"], plain, sheet["totals"] or {}, rest[0] if rest else {}, sheet["evidence"])
    return table_of(answer)


def _files(path: str, body: Mapping[str, Any], title: str) -> None:
    person = viewer()
    if person is None or not person.may("metric.export"):
        return
    with st.container(horizontal=True):
        for kind in FORMATS:
            st.download_button(
                kind.upper(),
                file_of(f"{path}/export", {**body, "format": kind}),
                file_name=f"{title}.{kind}",
                mime=_MEDIA[kind],
                icon=":material/download:",
                on_click="ignore",
                key=f"file_{kind}",
            )


def _receipt(evidence: Mapping[str, Any], formats: Formats) -> None:
    for each in evidence["definitions"]:
        st.markdown(f"**{each['label']}**  \n{each.get('description') or ''}")
    filters = " · ".join(evidence["filters"]) or t("receipt.no_filters")
    st.caption(f"{t('receipt.filters')} {filters}")
    st.caption(t("foot.loaded", version=evidence["data_version"], at=formats.instant(evidence["loaded_at"])))
    st.code(str(evidence["sql"]).strip(), language="sql", wrap_lines=True)
