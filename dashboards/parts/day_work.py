"""What is to be done today, counted, each count leading to its list: for whoever may do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.client import Problem
from dashboards.data.records import Declaration, count, declarations
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.parts.tiles import TILE_PIXELS_MIN
from dashboards.session import viewer
from dashboards.words import t


@dataclass(frozen=True, slots=True)
class Work:
    """Records of a collection that somebody has to act upon."""

    name: str
    thing: str
    verb: str
    """Who may do this has the work."""
    where: tuple[tuple[str, str], ...]
    due: str | None = None
    """The field with the day by which it is to be done; none where it is to be done anyway."""


WORK = (
    Work("deliver", "order", "deliver", (("part", "to_deliver"),), "promised_on"),
    Work("receive", "purchase_order", "receive", (("part", "to_receive"),), "promised_on"),
    Work("returns", "return_request", "receive", (("state", "approved"),)),
    Work("transfers", "stock_document", "arrive", (("state", "in_transit"),)),
    Work("stock_papers", "stock_document", "post", (("state__in", "draft,waiting"),)),
)


def day_work(formats: Formats) -> None:
    """A tile for each kind of work that the reader may do; nothing where there is none of them."""
    try:
        known = declarations()
        mine = [each for each in WORK if _may(known.get(each.thing), each.verb)]
        if not mine:
            return
        st.subheader(t("work.title"), anchor=False)
        today = _today()
        with st.grid(min_column_width=TILE_PIXELS_MIN, gap="small", key="day_work"):
            for each in mine:
                with st.container(border=True, height="stretch", gap="xxsmall"):
                    _tile(each, known[each.thing], today, formats)
    except Problem as problem:
        show_problem(problem, what=t("work.title"))


def _may(declaration: Declaration | None, verb: str) -> bool:
    return declaration is not None and any(each["name"] == verb for each in declaration.raw["verbs"])


def _tile(work: Work, declaration: Declaration, today: date, formats: Formats) -> None:
    where = dict(work.where)
    late: dict[str, str] = {}
    if work.due is not None:
        late = where | {f"{work.due}__lte": (today - timedelta(days=1)).isoformat()}
        where |= {f"{work.due}__lte": today.isoformat()}
    found = count(declaration.path, **where)
    st.metric(t(f"work.{work.name}"), formats.number(found))
    if not found:
        return
    with st.container(horizontal=True, gap="small"):
        _lead(t("work.open"), work, where, key=f"work_{work.name}")
        behind = count(declaration.path, **late) if late else 0
        if behind:
            _lead(f":red[{t('work.late', count=formats.number(behind))}]", work, late, key=f"work_{work.name}_late")


def _lead(words: str, work: Work, where: Mapping[str, str], *, key: str) -> None:
    if st.button(words, key=key, type="tertiary", icon=":material/arrow_outward:"):
        go("workbench", thing=work.thing, where=";".join(f"{name}:{value}" for name, value in where.items()))


def _today() -> date:
    """The day it is for the reader."""
    person: Any = viewer()
    return datetime.now(ZoneInfo(person.time_zone if person else "UTC")).date()
