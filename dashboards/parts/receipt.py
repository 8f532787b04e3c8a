"""The receipt of a figure: what it means, under which filters, from which version, by which SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.data.metrics import Answer
from dashboards.pages import link
from dashboards.scope import Scope
from dashboards.words import t


def receipt(answer: Answer, scope: Scope, *, only: str | None = None) -> None:
    """Definition, filters, version and SQL of an answer, or of one of its metrics."""
    evidence = answer.evidence
    for definition in evidence.get("definitions", ()):
        if only is None or definition["name"] == only:
            _definition(definition)
    made_of = [each for each in evidence.get("definitions", ()) if only and _is_input(each, only, evidence)]
    if made_of:
        st.caption(t("receipt.made_of", names=", ".join(str(each["label"]) for each in made_of)))
    _facts(evidence, scope)
    restated_note(evidence, scope)
    with st.expander(t("receipt.sql"), icon=":material/code:"):
        st.code(str(evidence.get("sql") or "").strip(), language="sql", wrap_lines=True)


def _definition(definition: Mapping[str, Any]) -> None:
    st.markdown(f"**{definition['label']}**  \n{definition.get('description') or ''}")
    if definition.get("expression"):
        st.markdown(f":small[{t('receipt.expression')}] `{definition['expression']}`")
    if definition.get("owner"):
        st.caption(t("receipt.owner", owner=definition["owner"]))


def _is_input(definition: Mapping[str, Any], only: str, evidence: Mapping[str, Any]) -> bool:
    whole: Mapping[str, Any] = next((each for each in evidence["definitions"] if each["name"] == only), {})
    return definition["name"] != only and str(definition["name"]) in str(whole.get("expression") or "")


def _facts(evidence: Mapping[str, Any], scope: Scope) -> None:
    if evidence.get("left_out"):
        st.markdown(f":small[{t('receipt.left_out')}]")
    filters = evidence.get("filters") or []
    st.markdown(
        f":small[{t('receipt.filters')}] " + (" · ".join(map(str, filters)) if filters else t("receipt.no_filters"))
    )
    st.markdown(
        ":small["
        + t(
            "receipt.version",
            version=evidence.get("data_version"),
            at=scope.formats.instant(evidence.get("loaded_at")),
        )
        + "]"
    )


def restated_note(evidence: Mapping[str, Any], scope: Scope) -> None:
    """A line for each period among the figures that was opened again after they had been told."""
    for period in evidence.get("restated") or ():
        days = {name: scope.formats.day(period[name]) for name in ("starts_on", "ends_on", "reopened_on")}
        st.caption(
            t("receipt.restated", company=period["company_code"], reason=period["reason"], **days),
        )


def receipt_popover(
    answer: Answer, scope: Scope, *, name: str, key: str, only: str | None = None, exact: str | None = None
) -> None:
    """The receipt of what has this name behind a small button, with the way to Explore."""
    words = t("receipt.of", name=name)
    with st.popover(
        words, icon=":material/receipt_long:", help=t("receipt.open"), type="tertiary", key=f"receipt_{key}"
    ):
        if exact:
            st.markdown(f"**{exact}**")
        receipt(answer, scope, only=only)
        explore_link(answer, only=only)


def explore_link(answer: Answer, *, only: str | None = None) -> None:
    """The same question in Explore."""
    asked = {
        "metrics": [only] if only else answer.question.get("metrics", []),
        "by": answer.question.get("group_by", []),
        "grain": (answer.question.get("time") or {}).get("grain"),
    }
    link("explore", t("receipt.explore"), icon=":material/query_stats:", ask=json.dumps(asked, separators=(",", ":")))
