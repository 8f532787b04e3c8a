"""Showing a report or dashboard to others: people, roles, or whoever holds a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.client import Problem
from dashboards.failure import show_problem
from dashboards.session import api
from dashboards.words import t


def share_form(path: str, *, has_link: bool, told: str) -> None:
    """Whom to show what stands at a path of the server; what was done is told under a name of the session."""
    people, roles = choices("/api/user/users", "name"), choices("/api/permission/roles", "name")
    offered = (("user", people), ("role", roles), *((("link", roles),) if has_link else ()))
    kinds = [kind for kind, listed in offered if listed]
    if not kinds:
        st.caption(t("reports.nobody"))
        return
    kind = st.segmented_control(
        t("reports.share_with"),
        kinds,
        default=kinds[0],
        format_func=lambda name: t(f"reports.with_{name}"),
        key="share_kind",
    )
    listed = people if kind == "user" else roles
    chosen = st.selectbox(
        t(f"reports.with_{kind or 'user'}"), list(listed), format_func=lambda key: str(listed[key]), key=f"share_{kind}"
    )
    days = st.number_input(t("reports.link_days"), 1, 365, 14, key="share_days") if kind == "link" else 0
    may_edit = kind != "link" and st.checkbox(t("reports.may_edit"), key="share_edit")
    if st.button(t("reports.share_do"), type="primary", key="share_do"):
        body: dict[str, Any] = {"kind": kind, "user_id" if kind == "user" else "role_id": chosen}
        if kind == "link":
            body["expires_at"] = (datetime.now(UTC) + timedelta(days=int(days))).isoformat()
        if may_edit:
            body["access"] = "edit"
        act(f"{path}/shares", body, t("reports.shared"), told=told)
    _given(path, people, roles, told)


def _given(path: str, people: Mapping[str, str], roles: Mapping[str, str], told: str) -> None:
    """To whom it is shown already, each to be taken back."""
    try:
        found = [each for each in api().get(f"{path}/shares")["items"] if each["revoked_at"] is None]
    except Problem as problem:
        if problem.status != 403:  # noqa: PLR2004  # shown to the reader, who may not see to whom else
            raise
        return
    for each in found:
        whom = people.get(str(each["user_id"])) or roles.get(str(each["role_id"])) or t("table.blank")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t(f"reports.with_{each['kind']}") + f": {whom}")
            if st.button(t("reports.revoke"), key=f"revoke_{each['id']}", type="tertiary"):
                act(f"{path}/shares/{each['id']}/revoke", {}, t("reports.revoked"), told=told)


def choices(path: str, label: str) -> dict[str, str]:
    """What one may choose from; nothing where the reader may not look it up."""
    try:
        items: Sequence[Mapping[str, Any]] = api().get(path, limit=200)["items"]
    except Problem as problem:
        if problem.status != 403:  # noqa: PLR2004  # no right to look people up
            raise
        return {}
    return {str(each["id"]): str(each[label]) for each in items}


def act(path: str, body: Mapping[str, Any], words: str, *, told: str) -> None:
    """Ask the server to do something, and tell that it was done."""
    try:
        made = api().post(path, body, key=uuid4().hex)
    except Problem as problem:
        show_problem(problem)
        return
    if made and made.get("url"):
        st.code(made["url"], wrap_lines=True)
        st.caption(t("reports.link_once"))
        return
    st.session_state[told] = words
    st.rerun()
