"""The versions of a report: what each of them is, and the way back to an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.data.reports import versions
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.parts.report_saving import save_report
from dashboards.words import t


def show_versions(found: Mapping[str, Any], formats: Formats) -> None:
    """Every version, the last first: each to be looked at, and to be made the next one.  Raises: Problem."""
    for each in versions(str(found["id"])):
        with st.container(horizontal=True, vertical_alignment="center"):
            at = formats.instant(each["created_at"]) if each["created_at"] else ""
            st.caption(t("reports.version", number=each["number"], at=at))
            is_now = each["number"] == found["definition_version"]
            if st.button(t("reports.look"), key=f"look_{each['number']}", type="tertiary"):
                go("reports", id=str(found["id"]), **({} if is_now else {"version": str(each["number"])}))
            if (
                found["may_edit"]
                and not is_now
                and st.button(t("boards.restore"), key=f"restore_{each['number']}", type="tertiary")
            ):
                save_report(found, found["name"], each["definition"])
