"""A collection as a list: search, filters, pages, export; each row leads to its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.catalogue import sole_currency
from dashboards.data.records import PAGE_ROWS, Declaration, choices, identity, names, page
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.parts.documents import thing_of, type_words
from dashboards.parts.pager import cursors_of, pager
from dashboards.parts.tables import table
from dashboards.session import api
from dashboards.words import label_of, t

Json = Mapping[str, Any]
_COLUMNS_MAX = 9
_NEVER_LISTED = frozenset(
    {"id", "version", "created_by", "updated_at", "updated_by", "created_at", "row_id", "exchange_rate"}
)
_SECOND = (
    "customer_id",
    "supplier_id",
    "party_id",
    "item_id",
    "account_id",
    "warehouse_id",
    "total_amount",
    "amount",
    "on_hand_qty",
    "qty",
    "currency_code",
)
ORIGIN, ORIGIN_TYPE = "origin_id", "origin_type"
_PARTNER = "party_id"
_PEOPLE = ("approved_by", "closed_by", "decided_by", "proposed_by", "submitted_by", "taken_by", "user_id")
# Where ids lead that stand for records of several collections, or of another part of the program.
_LEADS_TO = {_PARTNER: ("/api/scm/customers", "/api/scm/suppliers"), **dict.fromkeys(_PEOPLE, ("/api/user/users",))}
_FIRST = ("number", "code", "name", "state", "kind")
_FILTERED_MAX = 6
_PART = "part"
_TYPES_BY_END = {"amount": "money", "_share": "share"}
_OF_BOOKS = "company_"
"""How the names of amounts begin that are in the currency of the books, whatever the document's is."""


def record_list(declaration: Declaration, by_path: Mapping[str, Declaration], formats: Formats) -> None:
    """Search, filter and page through a collection."""
    asked = _search_bar(declaration, by_path, formats)
    cursors = cursors_of(f"list_{declaration.thing}", asked)
    try:
        with st.skeleton(height=300):
            found = page(declaration.path, limit=PAGE_ROWS, cursor=cursors[-1], include_total="true", **asked)
    except Problem as problem:
        show_problem(problem, what=declaration.label)
        return
    _rows(declaration, found, by_path, formats, is_filtered=bool(asked))
    pager(
        f"list_{declaration.thing}",
        cursors,
        formats,
        count=len(found["items"]),
        rows=PAGE_ROWS,
        total=found.get("total"),
        following=found.get("next_cursor"),
    )


def _key(declaration: Declaration, name: str) -> str:
    return f"list_{declaration.thing}_{name}"


def _search_bar(declaration: Declaration, by_path: Mapping[str, Declaration], formats: Formats) -> dict[str, str]:
    asked: dict[str, str] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if declaration.raw["search"]:
            words = ", ".join(label_of("field", name) for name in declaration.raw["search"])
            q = st.text_input(
                t("workbench.search"),
                placeholder=words,
                icon=":material/search:",
                key=_key(declaration, "q"),
                persist_state="session",
                width=320,
                label_visibility="collapsed",
            )
            asked |= {"q": q} if q else {}
        asked |= _filters(declaration, by_path, formats)
        new = t("workbench.new", what=declaration.label)
        if declaration.may("create") and st.button(new, icon=":material/add:", type="primary"):
            go("workbench", thing=declaration.thing, new="1")
        if declaration.may("export"):
            _export(declaration, asked)
    return asked


def _filters(declaration: Declaration, by_path: Mapping[str, Declaration], formats: Formats) -> dict[str, str]:
    """Conditions on states, kinds, references and days, and the one the address came with."""
    asked = _from_address(declaration, by_path, formats)
    fields = sorted((each for each in declaration.fields.values() if _can_filter(each, by_path)), key=_use)
    fields = fields[:_FILTERED_MAX]
    if not fields:
        return asked
    set_before = [each for each in fields if st.session_state.get(_key(declaration, f"by_{each['name']}"))]
    label = t("frame.filters_set", count=len(set_before)) if set_before else t("frame.filters")
    with st.popover(label, icon=":material/filter_list:", type="primary" if set_before else "secondary"):
        for each in fields:
            asked |= _filter(declaration, each, by_path)
    return asked


def _from_address(declaration: Declaration, by_path: Mapping[str, Declaration], formats: Formats) -> dict[str, str]:
    """A list that hangs on another record, or on what is to be done: `customer_id:<id>`, several parted by `;`."""
    given = [each.partition(":") for each in st.query_params.get("where", "").split(";")]
    asked = {name: value for name, _, value in given if value and _is_asked(declaration, name, value)}
    if not asked:
        return {}
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        for name, value in asked.items():
            st.badge(_condition_words(declaration, name, value, by_path, formats), icon=":material/filter_list:")
        if st.button(t("frame.clear_filters"), icon=":material/close:", type="tertiary"):
            go("workbench", thing=declaration.thing)
    return asked


def _is_asked(declaration: Declaration, name: str, value: str) -> bool:
    return value in declaration.raw["parts"] if name == _PART else name.partition("__")[0] in declaration.fields


def _condition_words(
    declaration: Declaration, name: str, value: str, by_path: Mapping[str, Declaration], formats: Formats
) -> str:
    """A condition as people say it."""
    if name == _PART:
        return t(f"part.{value}")
    field, _, operator = name.partition("__")
    known = declaration.fields[field]
    target = by_path.get(str(known.get("references")))
    told = names(target, [value]).get(value, value) if target else value
    if known["choices"]:
        told = ", ".join(label_of("choice", each) for each in value.split(","))
    if known["kind"] == "date":
        told = formats.day(value)
    sign = {"lte": " ≤", "gte": " ≥"}.get(operator, ":")
    return f"{label_of('field', field)}{sign} {told}"


def _can_filter(field: Json, by_path: Mapping[str, Declaration]) -> bool:
    if field["choices"] or field["kind"] in {"boolean", "date"}:
        return True
    return field["kind"] == "reference" and field["references"] in by_path and field["name"] not in _NEVER_LISTED


def _use(field: Json) -> int:
    """What people filter by most comes first: states and kinds, whom it is about, when."""
    if field["choices"]:
        return 0
    order = {"reference": 1, "date": 2, "boolean": 3}
    return 4 if field["name"] == "company_id" else order[str(field["kind"])]


def _filter(declaration: Declaration, field: Json, by_path: Mapping[str, Declaration]) -> dict[str, str]:
    name, label = str(field["name"]), label_of("field", field["name"])
    options: dict[str, Any] = {"key": _key(declaration, f"by_{name}"), "persist_state": "session"}
    if field["choices"]:
        taken = st.multiselect(
            label,
            field["choices"],
            format_func=lambda each: label_of("choice", each),
            placeholder=t("frame.any"),
            **options,
        )
        return {f"{name}__in": ",".join(taken)} if taken else {}
    if field["kind"] == "boolean":
        flag = st.selectbox(
            label,
            ("true", "false"),
            index=None,
            format_func=lambda each: t(f"check.{each}"),
            placeholder=t("frame.any"),
            **options,
        )
        return {name: flag} if flag else {}
    if field["kind"] == "date":
        days = st.date_input(label, value=[], format="YYYY-MM-DD", **options)
        bounds = dict(zip((f"{name}__gte", f"{name}__lte"), days, strict=False))
        return {each: day.isoformat() for each, day in bounds.items()}
    known, _ = choices(by_path[str(field["references"])], chosen=st.session_state.get(options["key"]))
    record_id = st.selectbox(
        label, list(known), index=None, format_func=lambda each: known[str(each)], placeholder=t("frame.any"), **options
    )
    return {name: record_id} if record_id else {}


def _export(declaration: Declaration, asked: Mapping[str, str]) -> None:
    client = api()
    st.download_button(
        t("table.download"),
        lambda: client.download(f"{declaration.path}/export", format="csv", **asked),
        file_name=f"{declaration.raw['path'].rpartition('/')[2]}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _rows(
    declaration: Declaration,
    found: Json,
    by_path: Mapping[str, Declaration],
    formats: Formats,
    *,
    is_filtered: bool,
) -> None:
    items = found["items"]
    if not items:
        key = "workbench.nothing_found" if is_filtered else "workbench.nothing_yet"
        st.info(t(key, what=declaration.label), icon=":material/inbox:")
        return
    listed = listed_fields(declaration, items)
    rows = in_words(items, listed, by_path, formats)
    picked = table(
        [{**row, "_id": identity(item)} for row, item in zip(rows, items, strict=True)],
        [column_of(each, books=sole_currency()) for each in listed],
        formats,
        key=_key(declaration, "table"),
        is_door=True,
        rows_shown=16,
    )
    if picked is not None:
        go("workbench", thing=declaration.thing, id=str(picked.row["_id"]))


def listed_fields(declaration: Declaration, items: Sequence[Json]) -> list[Json]:
    """The fields worth a column: what it is called, its state, days, whom it is about, amounts; none that are empty."""
    fields = [
        each
        for each in declaration.raw["fields"]
        if each["name"] not in _NEVER_LISTED
        and (each["kind"] not in {"json", "list", "id"} or each["name"] == _PARTNER)
        and any(item.get(each["name"]) not in (None, "") for item in items)
    ]
    return sorted(fields, key=_worth)[:_COLUMNS_MAX]


def _worth(field: Json) -> tuple[int, int]:
    name = field["name"]
    if name in _FIRST:
        return 0, _FIRST.index(name)
    if name in _SECOND:
        return 2, _SECOND.index(name)
    order = {"date": 1, "reference": 4, "decimal": 3, "text": 5, "boolean": 6, "integer": 6, "instant": 7}
    return (8 if name == "company_id" else order.get(str(field["kind"]), 8)), 0


def in_words(
    items: Sequence[Json], fields: Sequence[Json], by_path: Mapping[str, Declaration], formats: Formats
) -> list[dict[str, Any]]:
    """Rows with references, states and moments in words."""
    words: dict[str, Mapping[str, str]] = {}
    for each in fields:
        name = str(each["name"])
        targets = [by_path[path] for path in _paths_of(each, items, by_path) if path in by_path]
        ids = [item.get(name) for item in items]
        if targets:
            words[name] = {key: called for target in targets for key, called in names(target, ids).items()}
    return [
        {str(each["name"]): _in_words(item.get(each["name"]), each, words, formats) for each in fields}
        for item in items
    ]


def _paths_of(field: Json, items: Sequence[Json], by_path: Mapping[str, Declaration]) -> Sequence[str]:
    """The collections in which the records are that a field names by their ids."""
    if field["references"]:
        return (str(field["references"]),)
    if field["name"] == ORIGIN:
        things = {thing_of(item.get(ORIGIN_TYPE)) for item in items}
        return [path for path, each in by_path.items() if each.thing in things]
    return _LEADS_TO.get(str(field["name"]), ())


def _in_words(value: Any, field: Json, words: Mapping[str, Mapping[str, str]], formats: Formats) -> Any:
    if value is None or value == "":
        return None
    name = str(field["name"])
    if name in words:
        return words[name].get(str(value), str(value)[:8])
    if field["choices"]:
        return label_of("choice", str(value))
    if name == ORIGIN_TYPE:
        return type_words(str(value))
    if field["kind"] == "boolean":
        return t("check.true") if value else t("check.false")
    return formats.instant(value) if field["kind"] == "instant" else value


def column_of(field: Json, *, currency: str | None = None, books: str | None = None) -> dict[str, Any]:
    """A column of records as tables know columns; its amounts are in a currency, or in that of the books."""
    name, kind = str(field["name"]), str(field["kind"])
    found = {"name": name, "label": label_of("field", name), "type": "text"}
    if name in {"fiscal_year", "number", "sequence"}:
        return found
    if kind == "decimal":
        ends = (end for end in _TYPES_BY_END if name.endswith(end))
        found["type"] = _TYPES_BY_END.get(next(ends, ""), "number")
        is_of_books = name.startswith(_OF_BOOKS)
        return found | ({"currency": books if is_of_books else currency} if found["type"] == "money" else {})
    return found | {"date": {"type": "date"}, "integer": {"type": "number", "unit": "count"}}.get(kind, {})
