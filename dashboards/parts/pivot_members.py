"""How members of a cross table are told: attributes as they were or are now, and ages in buckets of the reader's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.scope import Scope
from dashboards.words import in_sentence, t

Pairs = list[list[int | None]]
_ATTRIBUTES = ("", "then", "now")
_BUCKET = re.compile(r"\s*(\d{1,6})\s*(?:[-\N{EN DASH}]\s*(\d{1,6})|\+)\s*")


def members_told(scope: Scope, before: Mapping[str, Any], dimensions: Sequence[str]) -> dict[str, Any]:
    """What a definition says of its members; nothing where they are told as the catalogue tells them."""
    known = str(before.get("attributes") or "")
    attributes = st.selectbox(
        t("pivot.attributes"),
        _ATTRIBUTES,
        index=_ATTRIBUTES.index(known) if known in _ATTRIBUTES else 0,
        format_func=lambda name: t(f"pivot_choice.{name or 'as_named'}"),
        help=t("pivot.attributes_help"),
        key="pivot_attributes",
        width=320,
    )
    ages = [name for name in dimensions if scope.catalogue.dimensions.get(name, {}).get("is_age")]
    given = before.get("buckets") or {}
    found = {name: pairs for name in ages if (pairs := _buckets(name, given.get(name), scope))}
    return {"attributes": attributes or None, "buckets": found or None}


def _buckets(name: str, before: Any, scope: Scope) -> Pairs | None:
    typed = st.text_input(
        t("pivot.buckets", dimension=in_sentence(scope.catalogue.label(name))),
        value=written(before or []),
        placeholder="0-30, 31-90, 91+",
        help=t("pivot.buckets_help"),
        key=f"pivot_buckets_{name}",
        width=320,
    )
    pairs = read(typed)
    if pairs is None:
        st.error(t("pivot.buckets_wrong"), icon=":material/error:")
    return pairs or None


def read(text: str) -> Pairs | None:
    """The pairs of days in `0-30, 31-90, 91+`; none where nothing is written, nothing where it cannot be read."""
    pairs: Pairs = []
    for part in re.split(r"[,;\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}]", text) if text.strip() else []:
        matched = _BUCKET.fullmatch(part)
        if matched is None:
            return None
        pairs.append([int(matched[1]), int(matched[2]) if matched[2] else None])
    return pairs


def written(pairs: Sequence[Sequence[int | None]]) -> str:
    """Pairs of days as they are typed."""
    return ", ".join(f"{first}+" if last is None else f"{first}-{last}" for first, last in pairs)
