"""From a line of a statement to its entries, and from an entry to its document."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboards.parts.documents import ask_documents
from dashboards.scope import Scope

_DOORS = ("account", "figure")
_MOVEMENTS = ("account_movement", "debit_amount", "net_revenue")


def account_link(row: Mapping[str, Any], label: str, scope: Scope) -> str:
    """An account's name as a link to its entries; plain where the reader may see no entries."""
    code = row.get("account_code")
    if not code or not scope.catalogue.known(_MOVEMENTS):
        return escape(label)
    return _link("account", str(code), label)


def figure_link(metric: str, label: str, scope: Scope) -> str:
    """A figure's name as a link to its documents."""
    return _link("figure", metric, label) if scope.catalogue.known((metric,)) else escape(label)


def _link(door: str, name: str, label: str) -> str:
    # The address of the page one is on, so that period, comparison and statement stay.
    held = {key: value for key, value in st.query_params.items() if key not in _DOORS}
    return f"<a href='?{escape(urlencode({**held, door: name}))}' target='_self'>{escape(label)}</a>"


def open_door(scope: Scope) -> None:
    """Ask for the documents of the line that the address names, once."""
    asked = {name: st.query_params.pop(name) for name in _DOORS if name in st.query_params}
    movement = next(iter(scope.catalogue.known(_MOVEMENTS)), None)
    if "account" in asked and movement is not None:
        ask_documents(movement, {"account_code": asked["account"]}, scope)
    elif scope.catalogue.known((asked.get("figure", ""),)):
        ask_documents(asked["figure"], {}, scope)
