"""What a shared link shows: one report as the role that the link names sees it, to whoever holds the link."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import streamlit as st

from dashboards.client import Problem
from dashboards.formats import Formats
from dashboards.parts.report_sheet import show_figures
from dashboards.session import api, locale
from dashboards.words import t

_GONE = 410


def show() -> None:
    """The page; nobody need be signed in."""
    link = st.query_params.get("link", "")
    try:
        with st.skeleton(height=360):
            sheet = _sheet(link) if link else None
    except Problem as problem:
        st.title(t("shared.title"), anchor=False)
        words = t("shared.gone") if problem.status == _GONE else problem.detail
        st.info(words, icon=":material/link_off:")
        return
    if sheet is None:
        st.info(t("shared.none"), icon=":material/link_off:")
        return
    formats = Formats(locale(), None, "UTC")
    st.title(sheet["title"], anchor=False)
    evidence = sheet["evidence"]
    loaded = t("foot.loaded", version=evidence["data_version"], at=formats.instant(evidence["loaded_at"]))
    st.caption(f"{t('shared.scope', role=sheet['scope'])} · {loaded}")
    show_figures(sheet, formats, key="shared")


def _sheet(link: str) -> Any:
    return api().get(f"/api/report/links/{quote(link, safe='')}")
