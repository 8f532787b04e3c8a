"""From a figure to its documents, and from a document to the workbench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.metrics import reader, time_of
from dashboards.failure import show_problem
from dashboards.pages import go, has_page
from dashboards.parts.tables import table
from dashboards.scope import Scope
from dashboards.words import has_text, label_of, t

_DOCUMENTS_SHOWN = 200
_AS_SENT = "_as_sent"
_THING_OF_TYPE = {
    "sales_order": "order",
    "sales_invoice": "invoice",
    "sales_credit_note": "invoice",
    "purchase_credit_note": "purchase_invoice",
    "sales_return": "delivery",
    "purchase_receipt": "receipt",
    "purchase_return": "receipt",
    "customer_payment": "payment",
    "supplier_payment": "payment",
    "customer_refund": "payment",
    "supplier_refund": "payment",
}
_THING_OF_MART = {
    "fct_sales_order_lines": "order",
    "fct_purchase_order_lines": "purchase_order",
    "fct_journal_lines": "journal_entry",
}


def thing_of(document_type: str | None, mart: str = "") -> str:
    """What a document of a mart is called in the workbench."""
    if not document_type:
        return _THING_OF_MART.get(mart, "")
    if document_type.startswith("stock_"):
        return "stock_document"
    return _THING_OF_TYPE.get(document_type, document_type)


def type_words(document_type: str) -> str:
    """What a type of document is called in the reader's language."""
    is_choice = has_text(f"choice.{document_type}")
    return label_of("choice", document_type) if is_choice else label_of("thing", thing_of(document_type))


def open_document(thing: str, record_id: str) -> None:
    """Show a document in the workbench."""
    if has_page("workbench"):
        go("workbench", thing=thing, id=record_id)


def ask_documents(
    metric: str,
    cell: Mapping[str, Any],
    scope: Scope,
    *,
    where: Sequence[Mapping[str, Any]] = (),
    told: Mapping[str, Any] | None = None,
) -> None:
    """Remember which figure's documents are wanted; they are shown at the end of the run.

    `where` are filters beside those of the page; `told` is how the figure's question tells its members and days: the
    window that it counts instead of the cell's days, attributes, buckets.
    """
    st.session_state.drill = {
        "metric": metric,
        "cell": dict(cell),
        "where": [*scope.where([metric]), *where],
        "told": {name: each for name, each in (told or {}).items() if each},
    }


def show_asked_documents(scope: Scope) -> None:
    """The dialog of the figure that was clicked, once."""
    asked = st.session_state.pop("drill", None)
    if asked is not None:
        title = t("documents.title", metric=scope.catalogue.label(asked["metric"]))
        st.dialog(title, width="large")(lambda: _documents(asked, scope))()


def _documents(asked: Mapping[str, Any], scope: Scope) -> None:
    words = [f"{scope.catalogue.label(name)}: {_member(name, value, scope)}" for name, value in asked["cell"].items()]
    st.caption(" · ".join(words) or t("documents.all"))
    body = {
        "metric": asked["metric"],
        "cell": asked["cell"],
        "where": list(asked["where"]),
        "time": time_of(scope.period),
        "limit": _DOCUMENTS_SHOWN,
        **asked["told"],
    }
    with st.skeleton(height=220):
        try:
            found = reader().post("/api/metrics/drill", body)
        except Problem as problem:
            show_problem(problem, what=t("documents.what"))
            return
    metric = scope.catalogue.metrics[asked["metric"]]
    st.metric(str(metric["label"]), scope.formats.figure(found["value"], metric))
    for part in found["inputs"]:
        _input(part, metric, scope)
    if not found["inputs"]:
        st.info(t("documents.none"))


def _member(name: str, value: Any, scope: Scope) -> str:
    if value is None:
        return t("table.blank")
    return scope.formats.bucket(value, name) if name in scope.catalogue.grains else str(value)


def _input(part: Mapping[str, Any], metric: Mapping[str, Any], scope: Scope) -> None:
    known = scope.catalogue.metrics.get(part["metric"], {})
    kind = {"type": known.get("type") or metric.get("type"), "unit": known.get("unit") or metric.get("unit")}
    total = scope.formats.figure(part["total"], kind)
    note = t(
        "documents.sum" if part["adds_up"] else "documents.no_sum",
        total=total,
        count=scope.formats.number(part["documents"], places=0),
    )
    st.markdown(f"**{part['label']}** · {note}")
    columns = [_column(name, part, kind) for name in part["columns"] if not _is_id(name)]
    picked = table(
        _with_types_in_words(part["rows"]),
        columns,
        scope.formats,
        key=f"documents_{part['metric']}",
        is_door=True,
        rows_shown=8,
    )
    if part["documents"] > len(part["rows"]):
        st.caption(t("documents.more", shown=len(part["rows"]), count=part["documents"]))
    if picked is not None:
        _open_picked(picked.row[_AS_SENT], part)


def _with_types_in_words(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as they are read, types of documents by their names; each with the row as it was sent."""
    return [
        {
            **row,
            **{name: type_words(str(row[name])) for name in row if name.endswith("_type") and row[name]},
            _AS_SENT: row,
        }
        for row in rows
    ]


def _open_picked(picked: Mapping[str, Any], part: Mapping[str, Any]) -> None:
    columns: Sequence[str] = part["columns"]
    record_id = next((str(picked[name]) for name in columns if _is_id(name) and picked[name]), None)
    kind = next((str(picked[name]) for name in columns if name.endswith("_type") and picked[name]), None)
    if record_id:
        open_document(thing_of(kind, str(part["mart"])), record_id)


def _is_id(name: str) -> bool:
    return name.endswith("_id")


def _column(name: str, part: Mapping[str, Any], kind: Mapping[str, Any]) -> dict[str, Any]:
    if name == part["metric"]:
        return {"name": name, "label": part["label"], "type": kind["type"], "unit": kind["unit"], "role": "metric"}
    if name == "lines":
        return {"name": name, "label": t("documents.lines"), "type": "number", "unit": "count"}
    return {"name": name, "label": label_of("field", name), "type": "date" if name.endswith("_on") else "text"}
