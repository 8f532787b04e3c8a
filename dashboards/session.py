"""Who is signed in to this browser session, and the client that speaks for them."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.browser_sessions import COOKIE, SESSIONS
from dashboards.client import Api, Problem

RIGHTS_SECONDS = 10.0
"""How long the pages go on with rights that were changed; the server itself is never asked with old ones."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person looking: name, tenant, rights, and the hash that keeps caches apart."""

    name: str
    tenant: str
    permissions: frozenset[str]
    rights_hash: str
    time_zone: str = "UTC"
    sees_all: bool = True
    """Whether every record of the tenant is seen, as far as there is a right to its kind."""

    def may(self, right: str) -> bool:
        """Whether a right is held, by name, by `<prefix>.*` at any level, or by `*`."""
        parts = right.split(".")
        wider = {".".join([*parts[:depth], "*"]) for depth in range(len(parts))}
        return right in self.permissions or bool(wider & self.permissions)


def api() -> Api:
    """The client of this browser session; the one of the browser's cookie where a page was loaded anew."""
    if "api" not in st.session_state:
        st.session_state.api = SESSIONS.find(st.context.cookies.get(COOKIE)) or Api()
    client: Api = st.session_state.api
    client.locale = locale()
    return client


def sign_in(username: str, password: str, *, tenant: str | None = None) -> None:
    """Sign this browser in.  Raises: Problem."""
    client = Api(locale=locale())
    client.sign_in(username, password, tenant=tenant)
    st.session_state.api = client
    st.session_state.ticket = SESSIONS.keep(client)


def switch_tenant(tenant: str) -> None:
    """Be in another tenant of the same login, with nothing left of this one but the language.  Raises: Problem."""
    client, language = api(), locale()
    fresh = client.switched(tenant)
    SESSIONS.forget(client)
    try:
        client.sign_out()
    except Problem:
        # It has ended already, or ends by itself: nothing leads to it any more.
        client.tokens = None
    st.session_state.clear()
    # What was chosen belongs to the other tenant's companies.
    st.query_params.clear()
    st.session_state.locale = language
    st.session_state.has_switched = True
    st.session_state.api = fresh
    st.session_state.ticket = SESSIONS.keep(fresh)


def viewer() -> Viewer | None:
    """Who is signed in; nobody at first, and nobody again once the session has ended on the server.

    Raises: Problem.
    """
    client = api()
    if client.tokens is None:
        st.session_state.pop("viewer", None)
        return None
    known = st.session_state.get("viewer")
    if known is None or known[1] < time.monotonic():
        try:
            known = _viewer(client.get("/api/auth/me"), client), time.monotonic() + RIGHTS_SECONDS
        except Problem:
            if client.tokens is None:
                st.session_state.has_ended = True
                return None
            raise
        st.session_state.viewer = known
    found: Viewer = known[0]
    return found


def sign_out() -> None:
    """Forget everything about this person, here and on the server."""
    client, language = api(), locale()
    SESSIONS.forget(client)
    try:
        client.sign_out()
    except Problem:
        # The server is away or the session has ended already: without its tokens the client is nobody.
        client.tokens = None
    st.session_state.clear()
    st.session_state.locale = language
    st.session_state.forgets_cookie = True


def locale() -> str:
    """The chosen language, or the browser's where we speak it."""
    if "locale" not in st.session_state:
        browser = (st.context.locale or "en").lower()
        st.session_state.locale = "zh" if browser.startswith("zh") else "en"
    return str(st.session_state.locale)


def _viewer(me: Mapping[str, Any], client: Api) -> Viewer:
    return Viewer(
        name=str(me["name"]),
        tenant=str(client.tenant.get("name") or me.get("tenant") or ""),
        permissions=frozenset(me["permissions"]),
        rights_hash=_rights_hash(me),
        time_zone=str(me.get("time_zone") or "UTC"),
        sees_all=me.get("data_scope", "all") == "all",
    )


def _rights_hash(me: Mapping[str, Any]) -> str:
    """The same only for two people who see the same: the server's word where it gives one, else one a person."""
    given = me.get("rights_hash")
    if given:
        return str(given)
    return hashlib.sha256(json.dumps(me, sort_keys=True, default=str).encode()).hexdigest()
