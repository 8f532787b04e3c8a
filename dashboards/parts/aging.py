"""Open amounts by age and by partner, as of the last day of the period."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.client import Problem
from dashboards.data.metrics import Answer, Question, ask_all, problems_of
from dashboards.failure import show_problem
from dashboards.parts.documents import ask_documents
from dashboards.parts.drawings import chart, heading
from dashboards.parts.tables import Cell, csv_of, table, totals_line
from dashboards.parts.tiles import tiles
from dashboards.scope import Scope
from dashboards.words import t

_PARTNERS_MAX = 500


def aging(scope: Scope, open_amount: str, overdue: str, partner: str, speed: Sequence[str]) -> None:
    """How much is open, how old it is, and with whom."""
    names = scope.catalogue.known((open_amount, overdue, *speed))
    if open_amount not in names:
        st.info(t("board.nothing_allowed"), icon=":material/lock:")
        return
    with st.skeleton(height=420):
        found = ask_all(_questions(scope, names, open_amount, overdue, partner))
    now = [found[each] for each in found if each.startswith("now_")]
    for problem in problems_of(now):
        show_problem(problem, what=scope.catalogue.label(open_amount))
    answers = {name: each for each in now if isinstance(each, Answer) for name in each.metrics}
    tiles([name for name in names if name in answers], answers, scope, key=f"aging_{partner}")
    left, right = st.columns([2, 3], gap="medium")
    if "ages" in found:
        with left, st.container(border=True, height="stretch"):
            heading(t("money.by_age"), _answer(found["ages"]), scope, key=f"ages_{partner}", chart=f"ages_{partner}")
            chart("bar", found["ages"], open_amount, scope, key=f"ages_{partner}")
    if "partners" in found:
        with right, st.container(border=True, height="stretch"):
            heading(t(f"money.by_{partner}"), _answer(found["partners"]), scope, key=f"partners_{partner}")
            _partners(found["partners"], open_amount, partner, scope)


def _questions(scope: Scope, names: Sequence[str], open_amount: str, overdue: str, partner: str) -> dict[str, Question]:
    # How fast is paid has no customers, open amounts have: asked in one, neither could be filtered by them.
    asked = {f"now_{part}": scope.question(*alike) for part, alike in enumerate(scope.alike(names))}
    if scope.catalogue.has([open_amount], "aging_bucket"):
        asked["ages"] = scope.question(open_amount, by=["aging_bucket"], compared=False, order_by=["aging_bucket"])
    if scope.catalogue.has([open_amount], partner):
        both = scope.catalogue.known((open_amount, overdue))
        asked["partners"] = scope.question(
            *both, by=[partner], compared=False, order_by=[f"-{open_amount}"], limit=_PARTNERS_MAX, totals=True
        )
    return asked


def _answer(found: Answer | Problem) -> Answer | None:
    return found if isinstance(found, Answer) else None


def _partners(answer: Answer | Problem, open_amount: str, partner: str, scope: Scope) -> None:
    if isinstance(answer, Problem):
        show_problem(answer, what=t(f"money.by_{partner}"))
        return
    rows = [row for row in answer.rows if row.get(open_amount) not in (None, "0.00", "0")]
    totals_line(answer.totals, answer.columns, scope.formats)
    picked = table(rows, answer.columns, scope.formats, key=f"partners_table_{partner}", is_door=True)
    st.download_button(
        t("table.download"),
        lambda: csv_of(rows, answer.columns),
        file_name=f"{open_amount}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=f"download_partners_{partner}",
    )
    if picked is not None:
        ask_documents(_metric_of(picked, answer, open_amount), {partner: picked.row[partner]}, scope)


def _metric_of(picked: Cell, answer: Answer, open_amount: str) -> str:
    return picked.column if picked.column in answer.metrics else open_amount
