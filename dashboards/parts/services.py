"""Which services run: one line each instance, red as soon as one falls silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.pipelines import status
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.frame import age_words
from dashboards.parts.tables import table
from dashboards.words import label_of, member_of, t

REFRESH_SECONDS = 2.0
_SIGNS = {"ready": "✓", "not ready": "…", "down": "✗"}


@st.fragment(run_every=REFRESH_SECONDS)
def show_services(formats: Formats) -> None:
    """Every service with its instances; nothing for readers who may not see them. It renews itself."""
    try:
        told = status()
    except Problem as problem:
        show_problem(problem, what=t("services.title"))
        return
    if told is None or not told["services"]:
        return
    st.subheader(t("services.title"), anchor=False)
    _verdict(told)
    rows = [_row(service, each, formats) for service in told["services"] for each in service["instances"]]
    columns = [
        {"name": name, "label": label_of("service", name), "type": "text"}
        for name in ("service", "state", "instance", "version", "uptime", "seen_at")
    ]
    table(rows, columns, formats, key="services")


def _verdict(told: Mapping[str, Any]) -> None:
    by_state = {
        state: ", ".join(member_of({"service": each["service"]}) for each in told["services"] if each["state"] == state)
        for state in ("down", "not ready")
    }
    if by_state["down"]:
        st.error(t("services.down", services=by_state["down"]), icon=":material/error:")
    elif by_state["not ready"]:
        st.warning(t("services.not_ready", services=by_state["not ready"]), icon=":material/warning:")
    else:
        st.success(t("services.all_ready"), icon=":material/check_circle:")


def _row(service: Mapping[str, Any], each: Mapping[str, Any], formats: Formats) -> dict[str, str]:
    state = str(each["state"])
    words = f"{_SIGNS[state]} {label_of('service_state', state)}"
    if each["missing"]:
        words += f" ({t('services.missing', names=', '.join(each['missing']))})"
    return {
        "service": member_of({"service": str(service["service"])}),
        "state": words,
        "instance": f"{each['host']} · {each['process']}",
        "version": str(each["version"]),
        "uptime": age_words(int(each["uptime_seconds"])),
        "seen_at": formats.instant(each["seen_at"]),
    }
