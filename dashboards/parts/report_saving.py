"""A report kept: a new one, or the next version of one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.client import Problem
from dashboards.failure import show_problem
from dashboards.pages import go
from dashboards.session import api
from dashboards.words import t


def save_report(found: Mapping[str, Any] | None, name: str, definition: Mapping[str, Any]) -> None:
    """Keep it and open it, or show why it was not kept."""
    body = {"name": name.strip(), "definition": definition}
    try:
        if found is None:
            made = api().post("/api/report/reports", body, key=uuid4().hex)
        else:
            made = api().patch(f"/api/report/reports/{found['id']}", body, version=int(found["version"]))
    except Problem as problem:
        show_problem(problem, what=name)
        return
    st.session_state.reports_told = t("reports.saved", number=made["definition_version"])
    go("reports", id=str(made["id"]))
