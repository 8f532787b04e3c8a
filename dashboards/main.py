"""The pages: who is signed in decides which there are."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import streamlit as st

from dashboards import frame, pages
from dashboards.browser_sessions import PATH
from dashboards.client import Problem
from dashboards.data.catalogue import catalogue
from dashboards.failure import show_problem
from dashboards.pages import PageSpec
from dashboards.session import viewer
from dashboards.views import (
    alerts,
    assistant,
    boards,
    buy,
    data_health,
    explore,
    knowledge,
    money,
    monitoring,
    overview,
    portal,
    reports,
    sell,
    shared,
    sign_in,
    sources,
    stock,
    watch,
    workbench,
)
from dashboards.words import t

_FIGURES = frozenset({"sales", "purchase", "inventory", "production", "finance", "hr"})
SPECS = [
    PageSpec("overview", "monitoring", "", overview.show, areas=_FIGURES),
    PageSpec("sell", "storefront", "", sell.show, areas=frozenset({"sales"})),
    PageSpec("buy", "shopping_cart", "", buy.show, areas=frozenset({"purchase"})),
    PageSpec("stock", "inventory_2", "", stock.show, areas=frozenset({"inventory"})),
    PageSpec("money", "account_balance", "", money.show, areas=frozenset({"finance"})),
    PageSpec(
        "dashboards", "dashboard", "", boards.show, areas=_FIGURES, right="report.read", route="/api/report/boards"
    ),
    PageSpec("explore", "query_stats", "", explore.show, areas=_FIGURES),
    PageSpec("reports", "description", "", reports.show, right="report.read", route="/api/report/library"),
    PageSpec("sources", "database", "", sources.show, right="report.read", route="/api/report/sources"),
    PageSpec("alerts", "notifications", "", alerts.show, right="alert.read", route="/api/notify/alert-rules"),
    PageSpec("assistant", "forum", "", assistant.show, areas=_FIGURES, right="ai.ask", route="/api/ai/ask"),
    PageSpec("knowledge", "library_books", "", knowledge.show, right="knowledge.read", route="/api/ai/knowledge"),
    PageSpec("portal", "support_agent", "", portal.show, right="portal.ask", is_outside=True),
    PageSpec("watch", "policy_alert", "", watch.show, right="incident.read", route="/api/ai/incidents"),
    PageSpec("workbench", "edit_document", "", workbench.show),
    PageSpec(
        "monitoring",
        "monitor_heart",
        "",
        monitoring.show,
        has_scope=False,
        right="status.read",
        route="/api/monitor/measurements",
    ),
    PageSpec("data_health", "health_metrics", "", data_health.show, right="metric.read"),
]
# Whoever holds a link opens it, signed in or not; nothing leads there.
SHARED = PageSpec("shared", "share", "", shared.show)


def main() -> None:
    """Show the page that was asked for, or the way in."""
    st.set_page_config(
        page_title="qooerp", page_icon=frame.FOLDER / "logo_small.svg", layout="wide", initial_sidebar_state=230
    )
    frame.style()
    _hold_cookie()
    try:
        person = viewer()
        known = catalogue() if person else None
        allowed = [spec for spec in SPECS if person and known and spec.is_for(person, known)]
    except Problem as problem:
        _only(_nothing)
        show_problem(problem)
        st.button(t("problem.again"), icon=":material/refresh:")
        return
    if person is None or known is None:
        _only(sign_in.show)
        return
    st.logo(frame.FOLDER / "logo.svg", size="large", icon_image=frame.FOLDER / "logo_small.svg")
    offered = pages.build(SPECS, allowed)
    page = st.navigation({**offered, "": [*offered.get("", []), _shared_page()]}, expanded=True)
    frame.sidebar()
    page.run()


def _only(show: Callable[[], None]) -> None:
    """The same at every address, so that one comes to the page one asked for after signing in."""
    every = [pages.page_of(spec, show, is_default=False) for spec in SPECS]
    root = pages.page_of(SPECS[0], show, is_default=True)
    st.navigation([root, *every, _shared_page()], position="hidden").run()


def _shared_page() -> st.Page:
    return pages.page_of(SHARED, SHARED.show, is_default=False, is_hidden=True)


def _nothing() -> None:
    """A page without content: what is shown stands beside it."""


def _hold_cookie() -> None:
    """Let the browser change its ticket for a cookie, or give its cookie back, once."""
    ticket = st.session_state.pop("ticket", None)
    if ticket:
        # In another tenant nothing that a browser keeps of its controls means what it meant: the page is loaded anew.
        anew = "location.replace(location.pathname)" if st.session_state.pop("has_switched", False) else ""
        _tell_browser("POST", quote(ticket), then=anew)
    if st.session_state.pop("forgets_cookie", False):
        _tell_browser("DELETE", "")


def _tell_browser(method: str, body: str, *, then: str = "") -> None:
    # Relative to the page, whatever path a reverse proxy puts before it.
    sent = f", body: '{body}'" if body else ""
    asked = f"fetch('.{PATH}', {{method: '{method}', credentials: 'same-origin'{sent}}})"
    script = f"<script>{asked}.then(() => {{{then}}})</script>"
    st.html(script, unsafe_allow_javascript=True)


main()
