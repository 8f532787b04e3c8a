"""A report's figures on a page: chart, table, what they are, and files of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from dashboards.charts import figures
from dashboards.data.reports import file_of, run
from dashboards.formats import Formats
from dashboards.parts.tables import table, totals_line
from dashboards.session import viewer
from dashboards.words import t

FORMATS = ("xlsx", "pdf", "csv", "parquet")
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_BARS_MAX = 15


def show_sheet(path: str, body: Mapping[str, Any], formats: Formats, *, verb: str = "run") -> None:
    """The figures at a path of the server, drawn and listed.  Raises: Problem."""
    with st.skeleton(height=360):
        sheet = run(f"{path}/{verb}", body)
    if sheet["is_preview"]:
        st.info(
            t("reports.preview_marked", count=len(sheet["rows"]), all=sheet["notes"]["rows_in_all"]),
            icon=":material/preview:",
        )
    for reason in sheet["left_out"]:
        st.warning(reason, icon=":material/visibility_off:")
    if not sheet["rows"]:
        st.info(t("reports.empty"), icon=":material/inbox:")
        return
    _chart(sheet, formats)
    columns = sheet["columns"]
    totals_line(sheet["totals"] or {}, columns, formats)
    table(sheet["rows"], columns, formats, key=f"sheet_{path}", rows_shown=15)
    st.caption(t("reports.rows", count=len(sheet["rows"])))
    if verb == "run":
        _files(path, body, sheet["title"])
    with st.expander(t("explore.receipt"), icon=":material/receipt_long:"):
        _receipt(sheet["evidence"], formats)


def _chart(sheet: Mapping[str, Any], formats: Formats) -> None:
    chart = sheet["chart"]
    column = next((each for each in sheet["columns"] if chart and each["name"] == chart["metric"]), None)
    keys = [each["name"] for each in sheet["columns"] if each["role"] in {"dimension", "time"}]
    if column is None or len(keys) != 1 or chart["type"] == "number":
        return
    rows = [row for row, level in zip(sheet["rows"], sheet["levels"], strict=True) if level == 0]
    ink = figures.ON_DARK if st.context.theme.type == "dark" else figures.ON_LIGHT
    full = partial(formats.figure, column=column, compact=True)
    unit = "" if column["type"] in {"money", "share"} else str(column["unit"] or "")
    if chart["type"] == "line":
        drawn = figures.trend(
            rows,
            x=keys[0],
            series={column["name"]: column["label"]},
            unit=unit,
            short=partial(formats.mark, column=column),
            full=full,
            name_x=str,
            tick=lambda value: (str(value)[:7], ""),
            ink=ink,
        )
    else:
        drawn = figures.ranking(rows[:_BARS_MAX], name=keys[0], value=column["name"], unit=unit, full=full, ink=ink)
    with st.container(border=True):
        st.markdown(f"**{column['label']}**")
        st.plotly_chart(drawn, key=f"chart_{sheet['title']}", config={"displayModeBar": False})


def _files(path: str, body: Mapping[str, Any], title: str) -> None:
    person = viewer()
    if person is None or not person.may("metric.export"):
        return
    with st.container(horizontal=True):
        for kind in FORMATS:
            st.download_button(
                kind.upper(),
                partial(file_of, f"{path}/export", {**body, "format": kind}),
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
