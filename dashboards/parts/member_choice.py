"""Choosing members of a dimension, the blank one included; those that are not listed can be typed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.client import Problem
from dashboards.data.catalogue import members
from dashboards.failure import show_problem
from dashboards.words import t

_BLANK = ""


def choose_members(name: str, label: str, taken: Sequence[str | None], *, key: str) -> list[str | None]:
    """What the reader chooses, at first the members taken; nothing chosen leaves all of them."""
    try:
        known = members(name)
    except Problem as problem:
        show_problem(problem)
        known = []
    before = [_BLANK if each is None else str(each) for each in taken]
    chosen = st.multiselect(
        label,
        list(dict.fromkeys([*before, *known, _BLANK])),
        default=before,
        format_func=lambda member: member or t("table.blank"),
        accept_new_options=True,
        placeholder=t("frame.any"),
        key=key,
        width=260,
    )
    return [None if each == _BLANK else each for each in chosen]
