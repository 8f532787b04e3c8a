"""A report that lists rows of a source: table, columns, filters, order; looked at before it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.sources import tables
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.parts.report_saving import save_report
from dashboards.parts.report_sheet import show_sheet
from dashboards.session import viewer
from dashboards.words import t

Json = Mapping[str, Any]
_OPERATORS = ("eq", "ne", "gte", "lte", "contains", "not_null", "is_null")
_WITHOUT_VALUE = frozenset({"not_null", "is_null"})
_LIMIT = 1_000


def design_rows(source: str, found: Json | None, formats: Formats) -> None:
    """The form, what it gives, and the button that saves it.  Raises: Problem."""
    question: Json = ((found or {}).get("definition") or {}).get("question") or {}
    is_statement = bool(question.get("statement"))
    definition = _statement(source, question) if is_statement else _form(source, tables(source), question)
    person = viewer()
    if person and person.may("report.create"):
        _save(definition, found)
    try:
        show_sheet("/api/report", {"definition": definition}, formats, verb="preview")
    except Problem as problem:
        show_problem(problem, what=t("reports.preview"))


def _statement(source: str, question: Json) -> dict[str, Any]:
    """A report that somebody has made of a statement: it is changed as such."""
    text = st.text_area(t("sources.statement"), str(question["statement"]), key="rows_statement")
    kept = {name: value for name, value in question.items() if name != "statement"}
    return {"kind": "rows", "question": {**kept, "source": source, "statement": text}}


def _form(source: str, offered: Sequence[Json], question: Json) -> dict[str, Any]:
    names = [str(each["name"]) for each in offered]
    table = str(question.get("table") or (names[0] if names else ""))
    if len(names) > 1:
        now = names.index(table) if table in names else 0
        table = st.selectbox(t("sources.table"), names, index=now, key="rows_table")
    known = [str(each["name"]) for each in next((each["columns"] for each in offered if each["name"] == table), [])]
    columns = st.multiselect(
        t("sources.columns"),
        known,
        default=[each for each in question.get("columns") or [] if each in known],
        placeholder=t("sources.all_columns"),
        key=f"rows_columns_{table}",
    )
    asked: dict[str, Any] = {"source": source, "limit": int(question.get("limit") or _LIMIT)}
    if len(names) > 1:
        asked["table"] = table
    if columns:
        asked["columns"] = columns
    where = [*_kept_filters(question), *_filter(known, table)]
    if where:
        asked["where"] = where
    chosen = _order(known, table, str((question.get("order_by") or [""])[0]))
    if chosen:
        asked["order_by"] = [chosen]
    return {"kind": "rows", "question": asked}


def _kept_filters(question: Json) -> list[Json]:
    """The filters that a saved report has, each to be taken away."""
    kept = []
    for at, each in enumerate(question.get("where") or []):
        op = t(f"sources.op_{each['op']}")
        words = f"{each['field']} {op} {each.get('value', each.get('values', ''))}"
        if st.checkbox(words, value=True, key=f"rows_kept_{at}"):
            kept.append(each)
    return kept


def _filter(known: Sequence[str], table: str) -> list[Json]:
    """One more filter, where one is typed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        field = st.selectbox(t("sources.where"), ["", *known], key=f"rows_field_{table}", width=220)
        if not field:
            return []
        op = st.selectbox(
            t("sources.op"), _OPERATORS, format_func=lambda each: t(f"sources.op_{each}"), key="rows_op", width=180
        )
        if op in _WITHOUT_VALUE:
            return [{"field": field, "op": op}]
        value = st.text_input(t("sources.value"), key="rows_value", width=220)
    return [{"field": field, "op": op, "value": value}] if value else []


def _order(known: Sequence[str], table: str, before: str) -> str:
    name = before.removeprefix("-")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.selectbox(
            t("sources.order"),
            ["", *known],
            index=known.index(name) + 1 if name in known else 0,
            key=f"rows_order_{table}",
            width=220,
        )
        descends = st.checkbox(t("sources.descending"), before.startswith("-"), key=f"rows_descending_{table}")
    return f"{'-' if descends else ''}{column}" if column else ""


def _save(definition: Json, found: Json | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(t("reports.name"), (found or {}).get("name", ""), key="rows_name", width=320)
        if not st.button(t("reports.save"), type="primary", icon=":material/save:", disabled=not name.strip()):
            return
    save_report(found, name, definition)
