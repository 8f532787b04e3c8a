"""Who are you?"""

from __future__ import annotations

import streamlit as st

from dashboards import frame
from dashboards.client import UNREACHABLE, Problem
from dashboards.failure import word_for_code
from dashboards.session import sign_in
from dashboards.words import t
from runtime.settings import load_settings


def show() -> None:
    """The sign-in form; what was typed stays when it was wrong."""
    _, middle, _ = st.columns([1, 1.4, 1])
    with middle, st.container(key="sign_in"):
        st.title(t("sign_in.title"), anchor=False)
        st.caption(t("sign_in.question"))
        if st.session_state.pop("has_ended", False):
            st.info(t("sign_in.ended"), icon=":material/timer_off:")
        _form()
        frame.choose_language()
        if load_settings().demo_mode:
            st.caption(t("sign_in.demo"))


def _form() -> None:
    with st.form("sign_in_form", border=True):
        username = st.text_input(t("sign_in.username"), autocomplete="username", key="username")
        password = st.text_input(
            t("sign_in.password"), type="password", autocomplete="current-password", key="password"
        )
        sent = st.form_submit_button(t("sign_in.send"), type="primary", width="stretch")
    if sent:
        _try(username or "", password or "")


def _try(username: str, password: str) -> None:
    if not username or not password:
        st.warning(t("sign_in.incomplete"), icon=":material/edit:")
        return
    try:
        with st.spinner(t("sign_in.trying")):
            sign_in(username, password)
    except Problem as problem:
        st.error(
            t("problem.unreachable") if problem.code == UNREACHABLE else word_for_code(problem), icon=":material/block:"
        )
        return
    st.session_state.pop("password", None)
    st.rerun()
