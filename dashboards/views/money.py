"""What do the books say, who owes us, and whom do we owe?"""

from __future__ import annotations

import streamlit as st

from dashboards.parts.aging import aging
from dashboards.parts.ledger import open_door
from dashboards.parts.statements import balance_sheet, cash_flow, income_statement, trial_balance
from dashboards.scope import Scope
from dashboards.view import numbers_page
from dashboards.words import t

_TABS = ("balance_sheet", "income_statement", "cash_flow", "trial_balance", "receivables", "payables")


def show() -> None:
    """The books."""
    numbers_page("money", _content)


def _content(scope: Scope) -> None:
    asked = st.query_params.get("show")
    chosen = st.segmented_control(
        t("money.show"),
        _TABS,
        default=asked if asked in _TABS else _TABS[0],
        format_func=lambda name: t(f"money.{name}"),
        key="money_tab",
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    st.query_params["show"] = str(chosen)
    if chosen == "balance_sheet":
        balance_sheet(scope)
    elif chosen == "income_statement":
        income_statement(scope)
    elif chosen == "cash_flow":
        cash_flow(scope)
    elif chosen == "trial_balance":
        trial_balance(scope)
    elif chosen == "receivables":
        aging(scope, "ar_open_amount", "ar_overdue_amount", "customer", ("days_to_collect", "dso_days"))
    else:
        aging(scope, "ap_open_amount", "ap_overdue_amount", "supplier", ("dpo_days",))
    open_door(scope)
