"""Where one is in a long list, and the buttons to the page before and the next one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.formats import Formats
from dashboards.words import t


def cursors_of(key: str, asked: Any) -> list[str | None]:
    """The cursors of the pages gone through, the last one's the page to show; the first page where `asked` is new."""
    if st.session_state.get(f"{key}_asked") != asked:
        st.session_state[f"{key}_asked"] = asked
        st.session_state[f"{key}_cursors"] = [None]
    found: list[str | None] = st.session_state.setdefault(f"{key}_cursors", [None])
    return found


def pager(
    key: str, cursors: list[str | None], formats: Formats, *, count: int, rows: int, total: Any, following: str | None
) -> None:
    """Which rows are shown of how many, and the buttons.

    `count` is how many are shown, `rows` how many a page has, `following` the next page's cursor.
    """
    first = (len(cursors) - 1) * rows + 1
    with st.container(horizontal=True, vertical_alignment="center"):
        if count:
            last, every = (formats.number(each, places=0) for each in (first + count - 1, total))
            st.caption(t("workbench.range", first=formats.number(first, places=0), last=last, total=every))
        if len(cursors) > 1 and st.button(
            t("workbench.previous"), icon=":material/chevron_left:", key=f"{key}_previous"
        ):
            cursors.pop()
            st.rerun()
        if following and st.button(t("workbench.next"), icon=":material/chevron_right:", key=f"{key}_next"):
            cursors.append(following)
            st.rerun()
