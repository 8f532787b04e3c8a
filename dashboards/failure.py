"""What a reader sees when something went wrong, and what the operator finds in the log for it."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

import streamlit as st

from dashboards.client import UNREACHABLE, Problem
from dashboards.session import viewer
from dashboards.words import has_text, t

_log = logging.getLogger("dashboards.failure")


def show_failure(error: Exception) -> bool:
    """Show a failure in plain words; true, so that Streamlit shows no stack trace."""
    if isinstance(error, Problem):
        show_problem(error)
        return True
    reference = uuid4().hex
    _log.error("A page failed", exc_info=error, extra={"reference": reference})
    st.error(
        f"**{t('failure.title')}** {t('failure.text')}  \n:small[{t('failure.reference', id=reference)}]",
        icon=":material/error:",
    )
    return True


def show_problem(problem: Problem, *, what: str | None = None) -> None:
    """What the server said, what was not affected, and under which number it is found in the log."""
    if problem.status == 403:  # noqa: PLR2004  # no right
        _show_no_permission(problem, what)
        return
    if problem.code == UNREACHABLE:
        text = t("problem.unreachable")
    elif problem.status == 503:  # noqa: PLR2004  # something the server needs is down
        text = f"{problem.detail} {t('problem.unavailable')}"
    elif problem.status >= 500:  # noqa: PLR2004  # the server's own fault
        text = t("problem.server")
    else:
        text = problem.detail
    title = t("problem.title", what=what[:1].upper() + what[1:]) if what else t("problem.title_plain")
    reasons = "".join(f"  \n- {path}: {reason}" for path, reason in problem.fields.items())
    icon = ":material/cloud_off:" if problem.status >= 500 else ":material/report:"  # noqa: PLR2004  # the server's side
    st.warning(f"**{title}** {text}{reasons}{_trace(problem)}", icon=icon)


def _show_no_permission(problem: Problem, what: str | None) -> None:
    person = viewer()
    title = t("problem.no_permission", what=what) if what else t("problem.no_permission_plain")
    whom = t("problem.ask_whom", tenant=person.tenant if person else "")
    st.info(f"**{title}** {problem.detail} {whom}{_trace(problem)}", icon=":material/lock:")


def _trace(problem: Problem) -> str:
    if problem.trace_id:
        return f"  \n:small[{t('problem.trace', id=problem.trace_id)}]"
    return f"  \n:small[{t('problem.at', time=time.strftime('%H:%M:%S'))}]"


def word_for_code(problem: Problem) -> str:
    """Our own words for a refusal where we have better ones than the server."""
    key = f"refusal.{problem.code}"
    return t(key) if has_text(key) else problem.detail
