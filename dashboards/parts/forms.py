"""A form made from a description: nothing typed is lost on an error, and problems stand at their fields."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.client import Problem
from dashboards.data.records import Declaration
from dashboards.data.schemas import Input
from dashboards.failure import show_problem
from dashboards.parts.alike import show_likely
from dashboards.parts.inputs import TRUE_AT_FIRST, ask_for
from dashboards.parts.line_editor import edit_lines, line_problems
from dashboards.words import as_sentence, label_of, t

_INVALID = 422
_LIKELY = "likely_duplicate"
Json = Mapping[str, Any]
Send = Callable[[dict[str, Any], str], None]
"""Takes the values, and the key that makes a second click harmless."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What becomes of the values: the words on the button, and what it does."""

    label: str
    send: Send
    thing: str = ""
    anyway: Send | None = None
    """Of what the server may take for a `thing` that is there already: sends the same values all the same."""


def form(  # what is asked, for what, and what to do with it
    inputs: Sequence[Input],
    key: str,
    *,
    before: Json,
    by_path: Mapping[str, Declaration],
    record: Json | None,
    sending: Sending,
) -> None:
    """Ask for values and send them."""
    problems: Mapping[str, str] = st.session_state.get(f"{key}_problems", {})
    _elsewhere(problems, inputs)
    values: dict[str, Any] = {}
    plain = [each for each in inputs if each.kind != "lines"]
    for couple in zip(plain[::2], [*plain[1::2], None], strict=False):
        for place, each in zip(st.columns(2, gap="medium"), couple, strict=True):
            if each is not None:
                with place:
                    value = before.get(each.name) if before else (each.name in TRUE_AT_FIRST or None)
                    values[each.name] = ask_for(each, f"{key}_{each.name}", value, by_path, record)
                    _problem_at(problems, each)
    for each in inputs:
        if each.kind == "lines":
            values[each.name] = edit_lines(each, f"{key}_{each.name}", before.get(each.name), by_path, record)
            line_problems({path: why for path, why in problems.items() if path.startswith(each.name)}, each)
    if any(each.is_required for each in inputs):
        st.caption("\\* " + t("workbench.required"))
    if st.button(sending.label, type="primary", icon=":material/check:", key=f"{key}_send"):
        _send(key, _given(values, before, inputs), sending.send)
    if sending.anyway is not None:
        _ask_again(key, _given(values, before, inputs), sending.thing, sending.anyway)


def _ask_again(key: str, values: dict[str, Any], thing: str, send_anyway: Send) -> None:
    """What is likely there already, as long as the values are those that were sent."""
    told, likely = st.session_state.get(f"{key}_likely", ("", ()))
    if likely and told == _in_text(values):
        show_likely(thing, likely)
        if st.button(t("workbench.anyway"), icon=":material/add:", key=f"{key}_anyway"):
            _send(key, values, send_anyway)


def _in_text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, default=str)


def _given(values: Mapping[str, Any], before: Json, inputs: Sequence[Input]) -> dict[str, Any]:
    """What is to be sent: what was filled in, and what was emptied."""
    found: dict[str, Any] = {}
    kinds = {each.name: each for each in inputs}
    for name, value in values.items():
        had = before.get(name)
        is_left = value is None or value == []
        if is_left and had in (None, [], ""):
            continue
        if before and _same(value, had, kinds[name]):
            continue
        if kinds[name].kind == "boolean" and not before and bool(value) == (name in TRUE_AT_FIRST):
            continue
        found[name] = value
    return found


def _same(value: Any, had: Any, field: Input) -> bool:
    if field.kind == "boolean":
        return bool(value) == bool(had)
    return field.kind != "lines" and (value == had or (value is not None and str(value) == str(had)))


def _send(key: str, values: dict[str, Any], send: Send) -> None:
    token = st.session_state.setdefault(f"{key}_token", uuid4().hex)
    once = hashlib.sha256(f"{token}{_in_text(values)}".encode()).hexdigest()
    try:
        with st.spinner(t("workbench.sending")):
            send(values, once)
    except Problem as problem:
        st.session_state[f"{key}_problems"] = problem.fields
        if problem.code == _LIKELY:
            st.session_state[f"{key}_likely"] = (_in_text(values), problem.body.get("likely") or ())
        if problem.code == _LIKELY or (problem.status == _INVALID and problem.fields):
            st.rerun(scope="fragment" if key.startswith("verb_") else "app")
        show_problem(problem)
        return
    forget_form(key)


def forget_form(key: str) -> None:
    """Empty a form after its values have arrived."""
    for name in [name for name in st.session_state if str(name).startswith(f"{key}_")]:
        del st.session_state[name]


def _problem_at(problems: Mapping[str, str], field: Input) -> None:
    for path, reason in problems.items():
        if path == field.name or path.startswith(f"{field.name}/"):
            st.markdown(f":red[:material/error: {as_sentence(reason)}]")


def _elsewhere(problems: Mapping[str, str], inputs: Sequence[Input]) -> None:
    """Problems of fields that the form does not show stand at its head."""
    if not problems:
        return
    words = t("workbench.problem") if len(problems) == 1 else t("workbench.problems", count=len(problems))
    st.error(words, icon=":material/error:")
    shown = {each.name for each in inputs}
    for path, reason in problems.items():
        if path.partition("/")[0] not in shown:
            st.markdown(f":red[{label_of('field', path)}: {reason}]")
