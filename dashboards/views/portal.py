"""A customer asks about own orders, deliveries and invoices, and reads what a person answered."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.session import api, locale
from dashboards.view import plain_page
from dashboards.words import t

QUESTION_CHARACTERS_MAX, REQUESTS_SHOWN_MAX = 500, 20
_SHOWN = ("number", "state", "total_amount", "open_amount", "currency_code", "tracking_number")


def show() -> None:
    """The portal of a customer."""
    plain_page("portal", _content)


def _content(formats: Formats) -> None:
    del formats
    said: list[dict[str, Any]] = st.session_state.setdefault("portal_said", [])
    asked = st.chat_input(t("portal.placeholder"), key="portal_question", max_chars=QUESTION_CHARACTERS_MAX)
    if asked:
        said.append({"question": asked, **_ask(asked)})
    for each in said:
        with st.chat_message("user"):
            st.markdown(_plain(each["question"]))
        with st.chat_message("assistant", avatar=":material/support_agent:"):
            _reply(each)
    _requests()


def _ask(question: str) -> dict[str, Any]:
    body: dict[str, Any] = {"question": question, "locale": locale()}
    conversation = st.session_state.get("portal_conversation")
    if conversation:
        body["conversation_id"] = conversation
    try:
        answer: dict[str, Any] = api().ask("/api/ai/portal/ask", body)
    except Problem as problem:
        return {"problem": problem}
    st.session_state.portal_conversation = answer["conversation_id"]
    return {"answer": answer}


def _reply(each: dict[str, Any]) -> None:
    if "problem" in each:
        show_problem(each["problem"])
        return
    answer = each["answer"]
    st.markdown(_plain(answer["text"]))
    rows = [
        {name: document[name] for name in _SHOWN if document.get(name) is not None} for document in answer["documents"]
    ]
    if rows:
        st.dataframe(rows, hide_index=True)


def _requests() -> None:
    """The customer's requests, with what was answered."""
    try:
        items = api().get("/api/ai/service-requests")["items"]
    except Problem as problem:
        show_problem(problem)
        return
    if not items:
        return
    st.subheader(t("portal.requests"))
    for each in items[:REQUESTS_SHOWN_MAX]:
        state = t(f"portal.state_{each['state']}")
        with st.expander(_plain(f"{each['subject']} · {state}")):
            st.markdown(_plain(each["answer"] or t("portal.waiting")))


def _plain(text: str) -> str:
    return str(text).replace("$", "\\$")
