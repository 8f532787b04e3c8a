"""What is proposed for the empty fields of a record, each with what speaks for it, to be taken over by a click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.records import Declaration
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.session import api
from dashboards.words import escaped, label_of, t

Json = Mapping[str, Any]


def show_proposals(declaration: Declaration, found: Json, formats: Formats) -> None:
    """A line each proposal; nothing where no field is empty, nothing is proposed, or the reader may not change it."""
    wanting = [name for name in declaration.raw["completed"] if found.get(name) in (None, "")]
    if not wanting or not declaration.may("update"):
        return
    address = f"{declaration.path}/{found['id']}/completions"
    try:
        proposals = api().get(address)["proposals"]
    except Problem as problem:
        show_problem(problem, what=t("completions.title"))
        return
    if not proposals:
        return
    with st.container(border=True):
        st.markdown(f"**{t('completions.title')}**", help=t("completions.help"))
        for each in proposals:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_sentence(each, formats))
                st.button(
                    t("completions.take"),
                    key=f"take_{each['field']}_{found['id']}_{found['version']}",
                    icon=":material/check:",
                    on_click=_take,
                    args=(address, each, found["version"]),
                )


def _take(address: str, proposal: Json, version: int) -> None:
    body = {"values": {proposal["field"]: proposal["value"]}, "version": version}
    try:
        api().post(address, body)
    except Problem as problem:
        show_problem(problem, what=label_of("field", proposal["field"]))
        return
    st.session_state.told = t("completions.taken", field=label_of("field", proposal["field"]))


def _sentence(proposal: Json, formats: Formats) -> str:
    field = label_of("field", proposal["field"])
    value = proposal["label"] or label_of("choice", str(proposal["value"]))
    told = {
        "agreeing": proposal["agreeing"],
        "seen": proposal["seen"],
        "field": label_of("field", proposal["sign_field"]),
        "sign": proposal["sign"],
    }
    reason = t("completions.because" if proposal["sign_field"] else "completions.because_all", **told)
    sure = t("completions.sure", share=formats.share(proposal["confidence"]))
    return f"{field}: **{escaped(value)}** · :gray[{escaped(reason)}] · {sure}"
