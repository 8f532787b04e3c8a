"""What is to be done today, counted, each count leading to its list: for whoever may do it."""

from __future__ import annotations

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
    """Records of a collection that somebody has to act upon; `{today}` and `{yesterday}` stand for days."""

    name: str
    thing: str
    verb: str
    """Who may do this has the work."""
    where: tuple[tuple[str, str], ...]
    is_late: bool = False


_TODAY, _LATE = ("promised_on__lte", "{today}"), ("promised_on__lte", "{yesterday}")
_GIVE, _TAKE = ("part", "to_deliver"), ("part", "to_receive")
WORK = (
    Work("deliver_due", "order", "deliver", (_GIVE, _TODAY)),
    Work("deliver_late", "order", "deliver", (_GIVE, _LATE), is_late=True),
    Work("receive_due", "purchase_order", "receive", (_TAKE, _TODAY)),
    Work("receive_late", "purchase_order", "receive", (_TAKE, _LATE), is_late=True),
    Work("returns_due", "return_request", "receive", (("state", "approved"),)),
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
    days = {"today": today.isoformat(), "yesterday": (today - timedelta(days=1)).isoformat()}
    where = {name: value.format_map(days) for name, value in work.where}
    found = count(declaration.path, **where)
    figure = formats.number(found)
    st.metric(t(f"work.{work.name}"), f":red[{figure}]" if work.is_late and found else figure)
    if found and st.button(t("work.open"), key=f"work_{work.name}", type="tertiary", icon=":material/arrow_outward:"):
        asked = ";".join(f"{name}:{value}" for name, value in where.items())
        go("workbench", thing=work.thing, where=asked)


def _today() -> date:
    """The day it is for the reader."""
    person: Any = viewer()
    return datetime.now(ZoneInfo(person.time_zone if person else "UTC")).date()
