"""Adding a source outside: what each kind wants to know, and what was wrong beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import uuid4

import streamlit as st

from dashboards.client import Problem
from dashboards.data.sources import PATH
from dashboards.failure import show_problem
from dashboards.session import api
from dashboards.words import t

_KINDS = ("postgres", "csv_url", "csv_file")
_FIELDS = {
    "postgres": ("host", "port", "database", "username", "password"),
    "csv_url": ("url", "username", "password"),
    "csv_file": (),
}
_OPTIONAL = frozenset({("csv_url", "username"), ("csv_url", "password")})
_SSL = ("prefer", "require", "verify-full")
_PORT = "5432"


def source_form(told: str) -> None:
    """The form and the button that tests and adds."""
    kind = st.segmented_control(
        t("sources.kind"), _KINDS, default=_KINDS[0], format_func=lambda name: t(f"sources.kind_{name}"),
        key="source_kind", required=True,
    )  # fmt: skip
    left, right = st.columns(2)
    name = left.text_input(t("sources.name"), key="source_name", help=t("sources.name_help"), placeholder="old_shop")
    label = right.text_input(t("sources.label"), key="source_label")
    values = _values(str(kind or _KINDS[0]))
    description = st.text_input(t("sources.description"), key="source_description")
    st.caption(t("sources.read_only"))
    if st.button(t("sources.add"), type="primary", icon=":material/add_link:", key="source_add", disabled=not name):
        said = {"name": name, "label": label, "description": description, **values}
        _add({key: value for key, value in said.items() if value not in ("", None)}, told)


def _values(kind: str) -> dict[str, Any]:
    """What is typed for a kind."""
    if kind == "csv_file":
        file = st.file_uploader(t("sources.file"), type=["csv", "txt"], key="source_file")
        return {"kind": "csv", "content": file.getvalue().decode("utf-8", errors="replace") if file else None}
    found: dict[str, Any] = {"kind": "postgres" if kind == "postgres" else "csv"}
    places = st.columns(len(_FIELDS[kind]))
    for place, name in zip(places, _FIELDS[kind], strict=True):
        words = t(f"sources.{name}") + (f" ({t('sources.optional')})" if (kind, name) in _OPTIONAL else "")
        value = _PORT if name == "port" else ""
        shown: Literal["password", "default"] = "password" if name == "password" else "default"
        typed = place.text_input(words, value, type=shown, key=f"source_{kind}_{name}", autocomplete="off")
        found[name] = int(typed) if name == "port" and typed.isdecimal() else typed
    if kind == "postgres":
        found["ssl"] = st.selectbox(
            t("sources.ssl"), _SSL, format_func=lambda each: t(f"sources.ssl_{each.replace('-', '_')}"),
            key="source_ssl", width=320,
        )  # fmt: skip
    return found


def _add(body: dict[str, Any], told: str) -> None:
    try:
        with st.spinner(t("sources.testing")):
            made = api().post(PATH, body, key=uuid4().hex)
    except Problem as problem:
        show_problem(problem, what=str(body["name"]))
        for path, reason in problem.fields.items():
            st.error(f"**{_field(path)}** {reason}", icon=":material/error:")
        return
    st.session_state[told] = t("sources.added", name=made["label"]) + may_write(made)
    st.rerun()


def may_write(made: Mapping[str, Any] | None) -> str:
    """What to add when the login of a source just tested could write."""
    found = (made or {}).get("may_write")
    return f" {t('sources.may_write', what=found)}" if found else ""


def _field(path: str) -> str:
    known = {"name", "label", "description", *_FIELDS["postgres"], *_FIELDS["csv_url"], "ssl"}
    if path in {"content", "body"}:
        return t("sources.file")
    return t(f"sources.{path}") if path in known else path
