"""What is like a record, or like one that is about to be made; the nearest first, each leading to its own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.records import Declaration
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.session import api, viewer
from dashboards.words import label_of, t

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
        _lead(declaration.thing, each["id"], each["title"], formats.share(each["score"]))


def show_likely(thing: str, likely: Sequence[Json]) -> None:
    """The records that may be the one to be made, each with the fields that say so."""
    st.warning(t("workbench.likely", what=label_of("thing", thing)), icon=":material/content_copy:")
    for each in likely:
        title = " · ".join(str(each[name]) for name in ("code", "name", "city") if each.get(name))
        fields = ", ".join(label_of("field", name) for name in each["fields"])
        _lead(thing, each["id"], title, t("workbench.likely_by", score=round(each["score"]), fields=fields))


def _lead(thing: str, record_id: str, title: str, why: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(title, icon=":material/arrow_outward:", type="tertiary", key=f"alike_{record_id}"):
            go("workbench", thing=thing, id=record_id)
        st.caption(why)
