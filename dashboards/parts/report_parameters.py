"""What a report asks its reader for before it is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.data.catalogue import catalogue
from dashboards.parts.member_choice import choose_members
from dashboards.words import has_text, label_of

_LISTED = frozenset({"eq", "in"})


def parameters_asked(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a run's body that says what was chosen; nothing while nothing differs from the report's own."""
    asked = definition.get("parameters") or []
    if not asked:
        return {}
    values: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom", key="report_parameters"):
        for each in asked:
            default = each.get("default") or []
            key = f"parameter_{each['name']}"
            if _is_listed(definition, each):
                given: Any = choose_members(str(each["field"]), _label(each), default, key=key)
            else:
                given = st.text_input(_label(each), ", ".join(map(str, default)), key=key).strip() or default
            if given not in (default, ", ".join(map(str, default))):
                values[each["name"]] = given
    return {"parameters": values} if values else {}


def _is_listed(definition: Mapping[str, Any], parameter: Mapping[str, Any]) -> bool:
    """Whether its members can be chosen from: those of a dimension of figures, not the cells of a source."""
    return definition.get("kind") != "rows" and parameter.get("op", "eq") in _LISTED


def _label(parameter: Mapping[str, Any]) -> str:
    name = str(parameter["name"])
    if name == parameter["field"] and not has_text(f"field.{name}"):
        return catalogue().label(name)
    return label_of("field", name)
