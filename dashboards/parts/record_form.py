"""The form of one record: a new one, or one that is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.data.records import Declaration, openapi
from dashboards.data.schemas import inputs_of
from dashboards.pages import go
from dashboards.parts.forms import Sending, form
from dashboards.session import api
from dashboards.words import t

Json = Mapping[str, Any]


def fields_of_lines(declaration: Declaration) -> dict[str, Mapping[str, Json]]:
    """The fields of each list of lines that a record has."""
    return {str(each["name"]): declaration.fields_of_lines(str(each["name"])) for each in declaration.raw["lines"]}


def write_record(declaration: Declaration, found: Json | None, by_path: Mapping[str, Declaration]) -> None:
    """The form for a new record, which asks before it makes a likely duplicate, or for one that is changed."""
    method, path = ("patch", f"{declaration.path}/{{id}}") if found else ("post", declaration.path)
    inputs = inputs_of(openapi(), path, method, declaration.fields, fields_of_lines(declaration))
    key = f"form_{declaration.thing}_{found['id'] if found else 'new'}"
    name = declaration.name_of(found) if found else ""
    st.subheader(
        t("workbench.edit_title", name=name) if found else t("workbench.new", what=declaration.label), anchor=False
    )
    if not inputs:
        st.info(t("workbench.no_form"), icon=":material/info:")
        return
    sending = _changing(declaration, found, key) if found else _creating(declaration, key)
    form(inputs, key, before=found or {}, by_path=by_path, record=found, sending=sending)


def _changing(declaration: Declaration, found: Json, key: str) -> Sending:
    def change(values: dict[str, Any], _once: str) -> None:
        made = api().patch(f"{declaration.path}/{found['id']}", values, version=int(found["version"]))
        _show_made(declaration, made, key)

    return Sending(t("workbench.save"), change)


def _creating(declaration: Declaration, key: str) -> Sending:
    def create(values: dict[str, Any], once: str) -> None:
        _show_made(declaration, api().post(declaration.path, values, key=once), key)

    def create_unless_likely(values: dict[str, Any], once: str) -> None:
        _show_made(declaration, api().post(f"{declaration.path}?refuse_likely=true", values, key=once), key)

    label = t("workbench.save")
    if not declaration.raw["alike"]:
        return Sending(label, create)
    return Sending(label, create_unless_likely, declaration.thing, create)


def _show_made(declaration: Declaration, made: Json, key: str) -> None:
    st.session_state.told = t("workbench.saved", name=declaration.name_of(made))
    st.session_state.forget = key
    go("workbench", thing=declaration.thing, id=str(made.get("id") or made.get("code")))
