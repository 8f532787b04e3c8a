"""Small parts of the controls of a cross table: choices by their words, typed numbers, names of measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards.scope import Scope
from dashboards.words import t

Definition = dict[str, Any]


def metric_of(measure: Any) -> str:
    """The metric of a measure, written as a name or as an object."""
    return str(measure if isinstance(measure, str) else measure["metric"])


def name_of(measure: Any) -> str:
    """The name by which a measure is sorted and read."""
    return str(measure if isinstance(measure, str) else measure.get("name") or measure["metric"])


def choice(label: str, options: Sequence[str], value: str, key: str, scope: Scope | None = None) -> str:
    """One of some words; names of the catalogue are written as it calls them, numbers as they are."""

    def written(name: str) -> str:
        known = scope is not None and (name in scope.catalogue.metrics or name in scope.catalogue.dimensions)
        known = known or (scope is not None and name in scope.catalogue.grains)
        if known and scope:
            return scope.catalogue.label(name)
        return name if name.isdecimal() else t(f"pivot_choice.{name or 'plain'}")

    index = options.index(value) if value in options else 0
    return st.selectbox(t(label), options, index=index, format_func=written, key=key, width=220) or options[0]


def number_typed(label: str, value: str, key: str) -> str:
    """What is typed for a number; said to be none where it cannot be read."""
    typed = st.text_input(t(label), value=value, key=key, width=140)
    if typed.strip() and not is_number(typed):
        st.error(t("pivot.no_number"), icon=":material/error:")
    return typed.strip()


def is_number(text: str) -> bool:
    """Whether a text is a number that figures can be held against."""
    try:
        found = float(text)
    except ValueError:
        return False
    return found - found == 0  # neither infinite nor no number
