"""From an account to its entries, and from an entry to its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.parts.documents import ask_documents
from dashboards.scope import Scope
from dashboards.words import t


def choose_account(rows: Sequence[Mapping[str, Any]], scope: Scope, *, key: str) -> None:
    """A door to the entries of one of the accounts shown."""
    accounts = {
        f"{row['account_code']} {row['account']}": str(row["account_code"]) for row in rows if row.get("account_code")
    }
    metric = next(iter(scope.catalogue.known(("account_movement", "debit_amount", "net_revenue"))), None)
    if not accounts or metric is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("money.entries_of"),
            list(accounts),
            index=None,
            placeholder=t("money.choose_account"),
            key=f"account_{key}",
            width=420,
        )
        is_asked = st.button(
            t("money.show_entries"), icon=":material/receipt:", disabled=chosen is None, key=f"entries_{key}"
        )
    if is_asked and chosen:
        st.session_state.account = {"metric": metric, "code": accounts[chosen]}


def account_dialog(scope: Scope) -> None:
    """Ask for the entries of the account that was chosen, once."""
    asked = st.session_state.pop("account", None)
    if asked is not None:
        ask_documents(asked["metric"], {"account_code": asked["code"]}, scope)
