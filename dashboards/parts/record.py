"""One record: what it says, what can be done with it, what happened to it, and what it posted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.catalogue import sole_currency
from dashboards.data.records import Declaration, openapi, trail
from dashboards.data.schemas import inputs_of
from dashboards.failure import show_problem
from dashboards.formats import Formats, number_of
from dashboards.pages import go
from dashboards.parts.alike import has_alike, show_alike
from dashboards.parts.completions import show_proposals
from dashboards.parts.documents import thing_of
from dashboards.parts.forms import Sending, form
from dashboards.parts.record_form import fields_of_lines
from dashboards.parts.record_list import ORIGIN, ORIGIN_TYPE, column_of, in_words
from dashboards.parts.tables import table
from dashboards.session import api
from dashboards.words import escaped, has_text, label_of, t

Json = Mapping[str, Any]
_BESIDE = frozenset({"id", "version", "created_at", "created_by", "updated_at", "updated_by"})
_DELETE = "delete"
_COLOURS = {
    "draft": "gray",
    "open": "blue",
    "confirmed": "blue",
    "posted": "green",
    "closed": "green",
    "approved": "green",
    "cancelled": "orange",
    "rejected": "red",
}
_VERB_ICONS = {
    "confirm": "task_alt",
    "cancel": "cancel",
    "deliver": "local_shipping",
    "receive": "inventory",
    "invoice": "receipt_long",
    "post": "publish",
    "reverse": "undo",
    "undo": "undo",
    "approve": "thumb_up",
    "reject": "thumb_down",
    "close": "lock",
    "reopen": "lock_open",
    "change": "edit_note",
    "return": "assignment_return",
    "release": "lock_open",
}


def show_record(declaration: Declaration, found: Json, by_path: Mapping[str, Declaration], formats: Formats) -> None:
    """A record with its verbs, history and postings."""
    _title(declaration, found)
    _actions(declaration, found, by_path)
    names = ["details"]
    names += ["postings"] if declaration.raw["has_postings"] else []
    names += ["history"] if declaration.raw["has_history"] else []
    related = related_to(declaration, by_path)
    names += ["related"] if related else []
    names += ["alike"] if has_alike(declaration) else []
    chosen = st.segmented_control(
        t("workbench.show"),
        names,
        default="details",
        format_func=lambda name: t(f"workbench.{name}"),
        required=True,
        key=f"tab_{declaration.thing}",
        label_visibility="collapsed",
    )
    if chosen == "history":
        _history(declaration, found, formats)
    elif chosen == "postings":
        _postings(declaration, found, formats)
    elif chosen == "related":
        _related(related, found)
    elif chosen == "alike":
        show_alike(declaration, found, formats)
    else:
        _details(declaration, found, by_path, formats)


def _title(declaration: Declaration, found: Json) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{declaration.label} {declaration.name_of(found)}", anchor=False)
        state = found.get("state")
        if state:
            colour: Any = _COLOURS.get(str(state), "gray")
            st.badge(label_of("choice", str(state)), color=colour)


def _actions(declaration: Declaration, found: Json, by_path: Mapping[str, Declaration]) -> None:
    key = _key_of(found)
    with st.container(horizontal=True):
        for verb in declaration.raw["verbs"]:
            if not verb["states"] or found.get("state") in verb["states"]:
                icon = f":material/{_VERB_ICONS.get(verb['name'], 'play_arrow')}:"
                _asking_button(label_of("verb", verb["name"]), icon, verb["name"], key, help_=does(verb))
        if declaration.raw["has_paper"]:
            _print_button(declaration, found)
        is_editable = "state" not in found or found["state"] == "draft"
        if declaration.may("update") and is_editable and st.button(t("workbench.edit"), icon=":material/edit:"):
            go("workbench", thing=declaration.thing, id=key, edit="1")
        if declaration.may("delete") and is_editable:
            _asking_button(t("workbench.delete"), ":material/delete:", _DELETE, key, help_=t("workbench.delete_text"))
    _show_asked(declaration, found, by_path)


def _print_button(declaration: Declaration, found: Json) -> None:
    client, key = api(), _key_of(found)
    st.download_button(
        t("workbench.print"),
        lambda: client.download(f"{declaration.path}/{key}/print"),
        file_name=f"{declaration.name_of(found)}.pdf",
        mime="application/pdf",
        icon=":material/print:",
        on_click="ignore",
        key=f"print_{key}",
    )


def _key_of(found: Json) -> str:
    return str(found.get("id") or found.get("code"))


def _asking_button(label: str, icon: str, name: str, key: str, *, help_: str) -> None:
    """A button that asks before it does anything; what is asked stays open until it is answered."""
    st.button(label, icon=icon, help=help_, key=f"do_{name}_{key}", on_click=_ask, args=(name, key))


def _ask(name: str, key: str) -> None:
    st.session_state.asking = (name, key)


def _stop_asking() -> None:
    st.session_state.pop("asking", None)


def _show_asked(declaration: Declaration, found: Json, by_path: Mapping[str, Declaration]) -> None:
    name, key = st.session_state.get("asking", ("", ""))
    if key != _key_of(found):
        _stop_asking()
        return
    verb = next((each for each in declaration.raw["verbs"] if each["name"] == name), None)
    called = declaration.name_of(found)
    title = f"{label_of('verb', name)}: {called}" if verb else t("workbench.delete_title", name=called)
    show = st.dialog(title, width="large" if verb else "small", on_dismiss=_stop_asking)
    if verb is not None:
        show(lambda: _verb(declaration, found, verb, by_path))()
    elif name == _DELETE:
        show(lambda: _delete(declaration, found))()


def does(verb: Json) -> str:
    """What a verb will do, in the reader's language."""
    key = f"does.{verb['right']}"
    return t(key) if has_text(key) else str(verb["does"])


def _verb(declaration: Declaration, found: Json, verb: Json, by_path: Mapping[str, Declaration]) -> None:
    st.info(does(verb), icon=":material/info:")
    record_id = str(found.get("id"))
    path = f"{declaration.path}/{{id}}/{verb['name']}"
    inputs = inputs_of(openapi(), path, "post", declaration.fields, fields_of_lines(declaration))

    def send(values: dict[str, Any], once: str) -> None:
        body: Any = values if inputs else None
        client = api()
        address = f"{declaration.path}/{record_id}/{verb['name']}"
        client.act(address, body, key=once)
        st.session_state.told = t(
            "workbench.done", what=label_of("verb", verb["name"]), name=declaration.name_of(found)
        )

    form(
        inputs,
        f"verb_{verb['name']}_{record_id}_{found.get('version')}",
        before={},
        by_path=by_path,
        record=found,
        sending=Sending(label_of("verb", verb["name"]), lambda values, once: _then_reload(send, values, once)),
    )


def _then_reload(send: Callable[[dict[str, Any], str], None], values: dict[str, Any], once: str) -> None:
    send(values, once)
    _stop_asking()
    st.rerun()


def _delete(declaration: Declaration, found: Json) -> None:
    st.warning(t("workbench.delete_text"), icon=":material/warning:")
    if st.button(t("workbench.delete"), type="primary", icon=":material/delete:", key="delete_now"):
        try:
            api().delete(f"{declaration.path}/{found['id']}", version=found.get("version"))
        except Problem as problem:
            show_problem(problem)
            return
        _stop_asking()
        st.session_state.told = t("workbench.deleted", name=declaration.name_of(found))
        go("workbench", thing=declaration.thing)


def _details(declaration: Declaration, found: Json, by_path: Mapping[str, Declaration], formats: Formats) -> None:
    fields = [
        each
        for each in declaration.raw["fields"]
        if each["name"] not in _BESIDE and found.get(each["name"]) not in (None, "", [])
    ]
    words = in_words([found], fields, by_path, formats)[0]
    show_proposals(declaration, found, formats)
    with st.grid(min_column_width=210, gap="small"):
        for each in fields:
            with st.container(gap=None):
                st.caption(label_of("field", each["name"]))
                written = _written(words[str(each["name"])], each, found, formats)
                if each["name"] == ORIGIN and _leads_on(found, by_path):
                    if st.button(
                        written, icon=":material/arrow_outward:", type="tertiary", key=f"origin_{_key_of(found)}"
                    ):
                        go("workbench", thing=thing_of(found[ORIGIN_TYPE]), id=str(found[ORIGIN]))
                else:
                    st.markdown(written)
    for lines in declaration.raw["lines"]:
        _lines(declaration, str(lines["name"]), found, by_path, formats)
    _written_by(found, formats)


def _leads_on(found: Json, by_path: Mapping[str, Declaration]) -> bool:
    """Whether the reader has a list of what a record came from."""
    return thing_of(found.get(ORIGIN_TYPE)) in {each.thing for each in by_path.values()}


def _written(value: Any, field: Json, found: Json, formats: Formats) -> str:
    column = _column(field, found)
    if column["type"] in {"money", "number", "share", "date"}:
        return escaped(formats.figure(value, column))
    if isinstance(value, list | dict):
        return escaped(", ".join(map(str, value)))
    return escaped(str(value))


def _column(field: Json, found: Json) -> dict[str, Any]:
    """A column of a record or of its lines: amounts in the document's currency, where it names one."""
    books = sole_currency()
    return column_of(field, currency=found.get("currency_code") or books, books=books)


def _lines(
    declaration: Declaration, name: str, found: Json, by_path: Mapping[str, Declaration], formats: Formats
) -> None:
    lines: Sequence[Json] = found.get(name) or []
    if not lines:
        return
    fields = [
        each
        for each in declaration.fields_of_lines(name).values()
        if each["kind"] not in {"id", "json", "list"}
        and each["name"] not in {*_BESIDE, "company_id"}
        and str(each.get("references") or "") != declaration.path
        and any(line.get(each["name"]) not in (None, "") for line in lines)
    ]
    st.markdown(f"**{label_of('field', name)}** · {len(lines)}")
    table(
        in_words(lines, fields, by_path, formats),
        [_column(each, found) for each in fields],
        formats,
        key=f"lines_{name}",
    )


def _written_by(found: Json, formats: Formats) -> None:
    if found.get("created_at"):
        words = t("workbench.created", at=formats.instant(found["created_at"]))
        if found.get("updated_at"):
            words += " · " + t(
                "workbench.updated", at=formats.instant(found["updated_at"]), version=found.get("version")
            )
        st.caption(words)


def _trail(declaration: Declaration, found: Json, name: str) -> Sequence[Json]:
    try:
        return trail(declaration.path, str(found["id"]), name)
    except Problem as problem:
        show_problem(problem, what=t(f"workbench.{name}"))
        return ()


def _history(declaration: Declaration, found: Json, formats: Formats) -> None:
    entries = _trail(declaration, found, "history")
    if not entries:
        st.caption(t("workbench.no_history"))
    for entry in entries:
        who = entry.get("user_name") or t("workbench.system")
        what = label_of("action", str(entry["action"]))
        with st.expander(f"{formats.instant(entry['at'])} · {who} · {what}"):
            columns = [
                {"name": "field", "label": t("workbench.field"), "type": "text"},
                {"name": "old", "label": t("workbench.old"), "type": "text"},
                {"name": "new", "label": t("workbench.new_value"), "type": "text"},
            ]
            rows = [{**each, "field": label_of("field", each["field"])} for each in entry["changes"]]
            table(rows, columns, formats, key=f"history_{entry['at']}_{entry.get('row_id')}")


def _postings(declaration: Declaration, found: Json, formats: Formats) -> None:
    entries = _trail(declaration, found, "postings")
    if not entries:
        st.caption(t("workbench.no_postings"))
    books = sole_currency()
    for entry in entries:
        name = f"{entry['journal']} {entry['fiscal_year']}/{entry['number']}"
        st.markdown(
            f"**{escaped(name)}** · {formats.day(entry['posted_on'])} · {escaped(str(entry.get('description') or ''))}"
        )
        rows = [_posted(line) for line in entry["lines"]]
        columns: list[dict[str, Any]] = [
            {"name": "account", "label": label_of("field", "account_id"), "type": "text", "role": "dimension"},
            {"name": "debit", "label": label_of("field", "debit_amount"), "type": "money", "currency": books},
            {"name": "credit", "label": label_of("field", "credit_amount"), "type": "money", "currency": books},
            {"name": "description", "label": label_of("field", "description"), "type": "text"},
        ]
        table(rows, columns, formats, key=f"posting_{entry['entry_id']}")


def _posted(line: Json) -> dict[str, Any]:
    amount = number_of(line["amount"])
    is_debit = amount is not None and amount >= 0
    return {
        "account": f"{line['account_code']} {line['account_name']}",
        "debit": amount if is_debit else None,
        "credit": -amount if amount is not None and not is_debit else None,
        "description": line.get("description"),
    }


def related_to(declaration: Declaration, by_path: Mapping[str, Declaration]) -> list[tuple[Declaration, str]]:
    """Collections whose records point at this one, and by which field."""
    return [
        (other, name)
        for other in by_path.values()
        for name, each in other.fields.items()
        if each.get("references") == declaration.path and other.path != declaration.path and not name.endswith("_by")
    ]


def _related(related: Sequence[tuple[Declaration, str]], found: Json) -> None:
    with st.container(horizontal=True):
        for other, name in related:
            words = f"{other.label} ({label_of('field', name)})"
            if st.button(words, icon=":material/arrow_outward:", key=f"related_{other.thing}_{name}"):
                go("workbench", thing=other.thing, where=f"{name}:{found.get('id')}")
