"""Ask in your own words; every answer shows how it was found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.metrics import Answer, answer_of
from dashboards.failure import show_problem
from dashboards.pages import link
from dashboards.parts.drawings import ranking_chart, trend_chart
from dashboards.parts.receipt import receipt
from dashboards.parts.tables import table, totals_line
from dashboards.scope import Scope
from dashboards.session import api, locale
from dashboards.view import numbers_page
from dashboards.words import escaped, t

Json = Mapping[str, Any]
_EXAMPLES = tuple(f"assistant.example_{number}" for number in range(1, 7))
_KEPT_MAX = 20
_HISTORY_MAX = 20
_TITLE_CHARACTERS = 80
QUESTION_CHARACTERS_MAX = 500
_GRAINS = ("day", "week", "month", "quarter", "year", "fiscal_period", "fiscal_year")


def show() -> None:
    """The assistant."""
    numbers_page("assistant", _content, has_period=False)


def _content(scope: Scope) -> None:
    said: list[dict[str, Any]] = st.session_state.setdefault("conversation", [])
    _history()
    with st.container():
        typed = st.chat_input(t("assistant.placeholder"), key="question", max_chars=QUESTION_CHARACTERS_MAX)
    asked = typed or st.session_state.pop("ask_next", None)
    if asked:
        said.append({"question": asked, **_ask(str(asked))})
        del said[:-_KEPT_MAX]
    if not said:
        _examples()
    for place, each in reversed(list(enumerate(said))):
        with st.chat_message("user"):
            st.markdown(str(each["question"]).replace("$", "\\$"))
        with st.chat_message("assistant", avatar=":material/monitoring:"):
            _show(each, scope, place, is_last=place == len(said) - 1)


def _ask(question: str) -> dict[str, Any]:
    body: dict[str, Any] = {"question": question, "locale": locale()}
    conversation = st.session_state.get("conversation_id")
    if conversation:
        body["conversation_id"] = conversation
    try:
        with st.spinner(t("assistant.thinking")):
            answer: dict[str, Any] = api().ask("/api/ai/ask", body)
    except Problem as problem:
        return {"problem": problem}
    st.session_state.conversation_id = answer.get("conversation_id")
    return {"answer": answer}


def _history() -> None:
    """The asker's conversations, to go on with one or to begin another."""
    with st.container(horizontal=True):
        if st.session_state.get("conversation"):
            st.button(t("assistant.new"), icon=":material/add_comment:", on_click=_begin, key="begin")
        with st.popover(t("assistant.history"), icon=":material/history:"):
            try:
                kept = api().get("/api/ai/conversations")["items"]
            except Problem as problem:
                show_problem(problem)
                return
            if not kept:
                st.caption(t("assistant.no_history"))
            for each in kept[:_HISTORY_MAX]:
                label = str(each["title"])[:_TITLE_CHARACTERS] or "?"
                st.button(label, on_click=_open, args=(each["id"],), key=f"open_{each['id']}", width="stretch")


def _begin() -> None:
    st.session_state.conversation = []
    st.session_state.pop("conversation_id", None)


def _open(conversation_id: str) -> None:
    try:
        turns = api().get(f"/api/ai/conversations/{conversation_id}/turns")["items"]
    except Problem as problem:
        st.session_state.conversation = [{"question": "", "problem": problem}]
        return
    st.session_state.conversation_id = conversation_id
    st.session_state.conversation = [
        {
            "question": each["question"],
            "answer": {**each["reply"], "conversation_id": conversation_id, "turn": each["number"]},
        }
        for each in turns[-_KEPT_MAX:]
    ]


def _examples() -> None:
    st.markdown(t("assistant.try"))
    with st.grid(min_column_width=300, gap="small"):
        for key in _EXAMPLES:
            st.button(
                t(key), on_click=_ask_next, args=(t(key),), key=key, icon=":material/chat_bubble:", width="stretch"
            )
    st.caption(t("assistant.what_helps"))


def _ask_next(question: str) -> None:
    st.session_state.ask_next = question


def _show(said: Json, scope: Scope, place: int, *, is_last: bool) -> None:
    if "problem" in said:
        show_problem(said["problem"])
        return
    answer: Json = said["answer"]
    status = answer.get("status")
    if status == "answered":
        _answered(answer, scope, place)
    elif status == "clarify":
        st.markdown(f":material/help: {_text(answer)}")
        _choices(answer.get("choices") or (), place, is_last=is_last)
    else:
        st.markdown(f":material/block: {_text(answer) or t('assistant.declined')}")
        st.caption(t("assistant.what_helps"))
    _judgement(answer, place)


def _judgement(answer: Json, place: int) -> None:
    """Thumbs under an answer; what is thought of it is kept with its turn."""
    conversation, turn = answer.get("conversation_id"), answer.get("turn")
    if conversation and turn:
        key = f"judged_{conversation}_{turn}_{place}"
        st.feedback("thumbs", key=key, on_change=_judge, args=(conversation, turn, key))


def _judge(conversation: str, turn: int, key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen is None:
        return
    try:
        api().post(f"/api/ai/conversations/{conversation}/turns/{turn}/judge", {"is_helpful": bool(chosen)})
    except Problem as problem:
        st.toast(str(problem))


def _text(answer: Json) -> str:
    return str(answer.get("text") or "").replace("$", "\\$")


def _choices(choices: Sequence[Any], place: int, *, is_last: bool) -> None:
    with st.container(horizontal=True):
        for number, each in enumerate(choices):
            label = str(each.get("label") or each.get("question")) if isinstance(each, Mapping) else str(each)
            question = str(each.get("question") or label) if isinstance(each, Mapping) else label
            st.button(label, on_click=_ask_next, args=(question,), disabled=not is_last, key=f"choice_{place}_{number}")


def _answered(answer: Json, scope: Scope, place: int) -> None:
    st.markdown(_text(answer))
    result = answer.get("result")
    if result:
        found = answer_of(result, answer.get("metric_query") or {})
        _understood(found, answer.get("understood") or ())
        _figures(found, scope, place)
    for each in answer.get("citations") or ():
        if isinstance(each, Mapping) and each.get("document_id"):
            source = " · ".join(str(each[name]) for name in ("title", "place") if each.get(name))
            quote = str(each.get("quote", "")).replace("$", "\\$")
            st.caption(f":material/format_quote: {quote} ({source})".replace("[", "\\["))


def _figures(found: Answer, scope: Scope, place: int) -> None:
    metrics = [str(column["name"]) for column in found.columns if column["role"] == "metric"]
    keys = [str(column["name"]) for column in found.columns if column["role"] in {"time", "dimension"}]
    known = [name for name in metrics if name in scope.catalogue.metrics]
    if not keys:
        with st.container(horizontal=True):
            for name in metrics:
                label = found.label(name)
                st.metric(label, scope.formats.figure(found.only.get(name), found.column(name)), width="content")
    elif known and len(keys) == 1 and len(found.rows) > 1:
        if keys[0] in _GRAINS:
            trend_chart(found, known[0], scope, grain=keys[0], key=f"said_{place}")
        else:
            ranking_chart(_top(found), known[0], keys[0], scope, key=f"said_{place}")
    if keys:
        columns = [{**each, "grain": each["name"] if each["role"] == "time" else None} for each in found.columns]
        totals_line(found.totals, columns, scope.formats)
        table(found.rows, columns, scope.formats, key=f"said_table_{place}", rows_shown=8)
    with st.expander(t("assistant.how"), icon=":material/receipt_long:"):
        receipt(found, scope)
        _explore(found)


def _top(found: Answer) -> Answer:
    return Answer(found.columns, found.rows[:12], found.totals, {}, found.evidence, found.question)


def _understood(found: Answer, conditions: Sequence[Any]) -> None:
    """The question as it was understood: figures, dimensions, and its conditions in words."""
    parts = [
        found.label(str(each["name"])) for each in found.columns if each["role"] in {"metric", "dimension", "time"}
    ]
    st.caption(f"{t('assistant.understood')} {escaped(' · '.join([*parts, *map(str, conditions)]))}")


def _explore(found: Answer) -> None:
    question = found.question
    asked = {
        "metrics": question.get("metrics", []),
        "by": [name for name in question.get("group_by", []) if name not in _GRAINS],
        "grain": (question.get("time") or {}).get("grain"),
    }
    link("explore", t("receipt.explore"), icon=":material/query_stats:", ask=json.dumps(asked, separators=(",", ":")))
