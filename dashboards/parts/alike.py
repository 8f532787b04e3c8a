"""What is like a record, the nearest first, each leading to its own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.records import Declaration
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.session import api, viewer
from dashboards.words import t

Json = Mapping[str, Any]
_FINDERS = {"item": "/api/search/items"}
"""Where records that are like one are asked for, by what they are."""
_RIGHT = "search.read"
_SHOWN_MAX = 10


def has_alike(declaration: Declaration) -> bool:
    """Whether the reader may ask what is like a record."""
    person = viewer()
    return declaration.thing in _FINDERS and person is not None and person.may(_RIGHT)


def show_alike(declaration: Declaration, found: Json, formats: Formats) -> None:
    """A button for each record that is like this one, with how like it is."""
    try:
        body = {"item_id": str(found["id"]), "limit": _SHOWN_MAX}
        alike = api().post(_FINDERS[declaration.thing], body)["items"]
    except Problem as problem:
        show_problem(problem, what=t("workbench.alike"))
        return
    st.caption(t("workbench.alike_text") if alike else t("workbench.no_alike"))
    for each in alike:
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(each["title"], icon=":material/arrow_outward:", type="tertiary", key=f"alike_{each['id']}"):
                go("workbench", thing=declaration.thing, id=each["id"])
            st.caption(formats.share(each["score"]))
