"""The right input for each kind of value; a problem stands at its field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from dashboards.data.catalogue import companies
from dashboards.data.records import Declaration, choices, names, words_in
from dashboards.data.schemas import Input
from dashboards.words import label_of, t

Json = Mapping[str, Any]
TRUE_AT_FIRST = frozenset({"is_active"})
"""What a new record is unless one says otherwise."""


def words_of(field: Input) -> str:
    """What a field is called, marked where it has to be filled in."""
    return label_of("field", field.name) + (" *" if field.is_required else "")


def ask_for(field: Input, key: str, value: Any, by_path: Mapping[str, Declaration], record: Json | None) -> Any:
    """The value given in one input; none where it was left empty."""
    if field.kind == "reference":
        return _reference(field, key, value, by_path, record)
    if field.kind == "list" and field.references in by_path:
        return _records(field, key, value, by_path[str(field.references)])
    ask: Mapping[str, Callable[[Input, Any, dict[str, Any]], Any]] = {
        "choice": _choice,
        "boolean": _flag,
        "date": _day_input,
        "instant": _instant_input,
        "integer": _whole_number,
        "decimal": _decimal,
        "list": _list,
        "json": _json,
        "long_text": _long_text,
        "word": _word,
    }
    return ask.get(field.kind, _short_text)(field, value, {"key": key, "persist_state": "session"})


def _choice(field: Input, value: Any, options: dict[str, Any]) -> Any:
    known = list(field.choices)
    return st.selectbox(
        words_of(field),
        known,
        index=known.index(value) if value in known else None,
        format_func=lambda name: label_of("choice", str(name)),
        placeholder=t("workbench.choose"),
        **options,
    )


def _word(field: Input, value: Any, options: dict[str, Any]) -> Any:
    """One of the words in use elsewhere; a text where the reader may not look them up."""
    known = words_in(*field.words_of)
    if not known:
        return _short_text(field, value, options)
    known = list(dict.fromkeys([*known, *([str(value)] if value else [])]))
    return st.selectbox(
        words_of(field),
        known,
        index=known.index(str(value)) if value else None,
        placeholder=t("workbench.choose"),
        **options,
    )


def _flag(field: Input, value: Any, options: dict[str, Any]) -> Any:
    return st.checkbox(words_of(field), value=bool(value), **options)


def _day_input(field: Input, value: Any, options: dict[str, Any]) -> Any:
    return _text(st.date_input(words_of(field), value=_day(value), format="YYYY-MM-DD", **options))


def _instant_input(field: Input, value: Any, options: dict[str, Any]) -> Any:
    return _instant(st.datetime_input(words_of(field), value=_moment(value), **options))


def _whole_number(field: Input, value: Any, options: dict[str, Any]) -> Any:
    return st.number_input(words_of(field), value=value, step=1, **options)


def _decimal(field: Input, value: Any, options: dict[str, Any]) -> Any:
    """Typed as a text, so that it stays as exact as it was written.

    What is no number is sent too: the server refuses it at its field, whereas a browser would keep it to itself.
    """
    given = st.text_input(words_of(field), value=_text(value) or "", placeholder="0.00", **options)
    return given.strip().replace(",", "") if given and given.strip() else None


def _list(field: Input, value: Any, options: dict[str, Any]) -> Any:
    known = list(dict.fromkeys([*field.choices, *(value or ())]))
    return list(
        st.multiselect(
            words_of(field),
            known,
            default=list(value or ()),
            accept_new_options=not field.choices,
            placeholder=t("workbench.choose"),
            **options,
        )
    )


def _records(field: Input, key: str, value: Any, declaration: Declaration) -> list[str]:
    """Several records of a collection, by their names."""
    found, _ = choices(declaration)
    known = {**{str(each): str(each) for each in value or ()}, **found}
    return list(
        st.multiselect(
            words_of(field),
            list(known),
            default=list(map(str, value or ())),
            format_func=lambda record_id: known.get(str(record_id), str(record_id)),
            placeholder=t("workbench.choose"),
            key=key,
            persist_state="session",
        )
    )


def _json(field: Input, value: Any, options: dict[str, Any]) -> Any:
    written = json.dumps(value, ensure_ascii=False, indent=1) if value is not None else ""
    return _structure(st.text_area(words_of(field), value=written, height=120, **options))


def _long_text(field: Input, value: Any, options: dict[str, Any]) -> Any:
    label = words_of(field)
    return st.text_area(label, value=value or "", height=90, **options) or None


def _short_text(field: Input, value: Any, options: dict[str, Any]) -> Any:
    kinds = {"email": "email", "phone": "phone", "password": "password"}
    kind: Any = kinds.get(field.name, "default")
    # No limit of length: a browser would take nothing of a longer text that is pasted, and say nothing.
    options |= {"type": kind, "validate": ""}
    return st.text_input(words_of(field), value=value or "", **options) or None


def _reference(field: Input, key: str, value: Any, by_path: Mapping[str, Declaration], record: Json | None) -> Any:
    label = words_of(field)
    if field.of_record:
        found = lines_of(record, by_path)
        return _choose(label, key, value, found)
    declaration = by_path.get(str(field.references))
    if declaration is None:
        return st.text_input(label, value=_text(value) or "", key=key, persist_state="session") or None
    search = str(st.session_state.get(f"{key}_search", ""))
    found, is_more = choices(declaration, search=search, chosen=st.session_state.get(key) or value)
    if is_more or search:
        st.text_input(t("workbench.search_in", what=label), key=f"{key}_search", icon=":material/search:", live="300ms")
    if value is None and field.is_required and not search:
        value = _only_one(field, found)
    return _choose(label, key, value, found)


def _only_one(field: Input, found: Mapping[str, str]) -> str | None:
    """Where there is only one, or all books are kept in one currency, nobody has to look for it."""
    own = {each.currency for each in companies()} if field.name == "currency_code" else found.keys()
    return next(iter(own)) if len(own) == 1 else None


def _choose(label: str, key: str, value: Any, found: Mapping[str, str]) -> Any:
    if value is not None and str(value) not in found:
        # What the reader may not look up stays as it is.
        found = {str(value): str(value), **found}
    known = list(found)
    return st.selectbox(
        label,
        known,
        index=known.index(str(value)) if value is not None and str(value) in known else None,
        format_func=lambda record_id: found.get(str(record_id), str(record_id)),
        placeholder=t("workbench.choose"),
        key=key,
        persist_state="session",
    )


def lines_of(record: Json | None, by_path: Mapping[str, Declaration]) -> dict[str, str]:
    """The lines of a record by id, in words: position, item and quantity."""
    lines: Sequence[Json] = (record or {}).get("lines") or []
    items = by_path.get("/api/inventory/items")
    known = names(items, [line.get("item_id") for line in lines]) if items else {}
    return {
        str(line["id"]): " · ".join(
            str(part)
            for part in (line.get("line_number") or place, known.get(str(line.get("item_id"))), line.get("qty"))
            if part
        )
        for place, line in enumerate(lines, start=1)
    }


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None


def _instant(value: datetime | None) -> str | None:
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _structure(text: str | None) -> Any:
    if not text or not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        # The server refuses a text where a structure belongs, and says so at this field.
        return text
