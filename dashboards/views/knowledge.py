"""Which documents are answers quoted from, who may read them, and why can one not be read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data import knowledge
from dashboards.data.records import words_in
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.parts.tables import table
from dashboards.session import viewer
from dashboards.view import plain_page
from dashboards.words import escaped, has_text, t

Json = Mapping[str, Any]
_TYPES = ["pdf", "docx", "md", "html", "htm", "csv", "txt"]
_READERS = ("as_before", "all", "roles")
_DONE = "knowledge_done"
_COLUMNS = (
    ("title", "title_of", "text"),
    ("source", "source", "text"),
    ("revision", "revision", "number"),
    ("readers", "readers", "text"),
    ("state", "state", "text"),
    ("pieces", "pieces", "number"),
    ("updated_at", "updated_at", "text"),
)


def show() -> None:
    """The documents of the knowledge base."""
    plain_page("knowledge", _content)


def _content(formats: Formats) -> None:
    if done := st.session_state.pop(_DONE, None):
        st.toast(done)
    person = viewer()
    is_keeper = person is not None and person.may("knowledge.manage")
    if is_keeper:
        with st.expander(t("knowledge.add"), icon=":material/upload_file:"):
            _add()
    found = knowledge.documents()
    if not found:
        st.info(t("knowledge.none"), icon=":material/library_books:")
        return
    _list(found, formats)
    if is_keeper:
        _take_away(found)


def _list(found: Sequence[Json], formats: Formats) -> None:
    rows = [
        {
            **each,
            "readers": ", ".join(each["roles"]) or t("knowledge.all"),
            "state": _state(each),
            "updated_at": formats.instant(each["updated_at"]),
        }
        for each in found
    ]
    columns = [
        {"name": name, "label": t(f"knowledge.{label}"), "type": kind, "unit": "count" if kind == "number" else None}
        for name, label, kind in _COLUMNS
    ]
    table(rows, columns, formats, key="knowledge_table", rows_shown=20)


def _state(document: Json) -> str:
    """Whether it can be quoted, or why not."""
    if document["state"] == "ready":
        return t("knowledge.ready")
    key = f"knowledge.reason_{document['reason']}"
    return t("knowledge.unreadable", reason=t(key) if has_text(key) else str(document["reason"]))


def _add() -> None:
    file = st.file_uploader(t("knowledge.file"), type=_TYPES, key="knowledge_file")
    left, right = st.columns(2)
    source = left.text_input(t("knowledge.source"), key="knowledge_source", help=t("knowledge.source_help"))
    title = right.text_input(t("knowledge.title_of"), key="knowledge_title")
    who = st.segmented_control(
        t("knowledge.readers"),
        _READERS,
        default=_READERS[0],
        format_func=lambda name: t(f"knowledge.readers_{name}"),
        key="knowledge_readers",
        required=True,
    )
    chosen = (
        st.multiselect(t("knowledge.roles"), words_in("/api/permission/roles", "code"), key="knowledge_roles")
        if who == "roles"
        else []
    )
    is_ready = file is not None and (who != "roles" or bool(chosen))
    if st.button(t("knowledge.keep"), type="primary", disabled=not is_ready, key="knowledge_keep") and file is not None:
        roles = None if who == "as_before" else chosen
        _upload(file.name, file.getvalue(), source=source, title=title, roles=roles)


def _upload(name: str, content: bytes, *, source: str, title: str, roles: Sequence[str] | None) -> None:
    try:
        with st.spinner(t("knowledge.reading")):
            kept = knowledge.upload(name, content, source=source, title=title, roles=roles)
    except Problem as problem:
        show_problem(problem, what=name)
        return
    st.session_state[_DONE] = f"{escaped(str(kept['title']))}: {_state(kept)}"
    st.rerun()


def _take_away(found: Sequence[Json]) -> None:
    named = {str(each["id"]): f"{each['title']} ({each['source']})" for each in found}
    with st.popover(t("knowledge.take_away"), icon=":material/delete:"):
        chosen = st.selectbox(
            t("knowledge.which"), list(named), format_func=lambda key: named[key], index=None, key="knowledge_gone"
        )
        st.caption(t("knowledge.gone_at_once"))
        if st.button(t("knowledge.take_away_do"), disabled=chosen is None, key="knowledge_delete") and chosen:
            _remove(chosen, named[chosen])


def _remove(document_id: str, name: str) -> None:
    try:
        knowledge.remove(document_id)
    except Problem as problem:
        show_problem(problem, what=name)
        return
    st.session_state[_DONE] = t("knowledge.gone", name=escaped(name))
    st.rerun()
