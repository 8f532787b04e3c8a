"""Who is signed in to this browser session, and the client that speaks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.client import Api, Problem


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person looking: name, tenant, rights, and the hash that keeps caches apart."""

    name: str
    email: str
    tenant: str
    permissions: frozenset[str]
    rights_hash: str

    def may(self, right: str) -> bool:
        """Whether a right is held, by name, by `<thing>.*` or by `*`."""
        held = self.permissions
        return right in held or "*" in held or f"{right.partition('.')[0]}.*" in held


def api() -> Api:
    """The client of this browser session."""
    if "api" not in st.session_state:
        st.session_state.api = Api(locale=locale())
    client: Api = st.session_state.api
    client.locale = locale()
    return client


def viewer() -> Viewer | None:
    """Who is signed in; nobody at first, and nobody again once the session has ended on the server."""
    client = api()
    if client.tokens is None:
        st.session_state.pop("viewer", None)
        return None
    if "viewer" not in st.session_state:
        st.session_state.viewer = _viewer(client.get("/api/auth/me"))
    found: Viewer = st.session_state.viewer
    return found


def sign_out() -> None:
    """Forget everything about this person, here and on the server."""
    try:
        api().sign_out()
    except Problem:
        api().tokens = None
    language = locale()
    st.session_state.clear()
    st.session_state.locale = language


def locale() -> str:
    """The chosen language, or the browser's where we speak it."""
    if "locale" not in st.session_state:
        browser = (st.context.locale or "en").lower()
        st.session_state.locale = "zh" if browser.startswith("zh") else "en"
    return str(st.session_state.locale)


def _viewer(me: dict[str, Any]) -> Viewer:
    return Viewer(
        name=me["user"]["name"],
        email=me["user"]["email"],
        tenant=me["tenant"]["name"],
        permissions=frozenset(me["permissions"]),
        rights_hash=me["rights_hash"],
    )
