"""Documents as PDF for whom they go to, with the names of their day: what is declared, read, told and drawn."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.paper_forms import PaperForm
from api.rendering import decimal_text
from api.routing import Router, needs
from api.translations import language_of
from reports.files import MEDIA, file_name, printed
from reports.paper import Paper, PaperColumn
from reports.words import t, texts
from transactional.kernel.history import states_on
from transactional.kernel.listing import base_conditions
from transactional.kernel.principal import Principal
from transactional.kernel.records import get_record
from transactional.kernel.resource import Field, Lines, fields_of
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of
from transactional.resources import resource_of_table
from transactional.sales.models import SalesOrderLine
from transactional.scm.models import PartyAddress, PartyContact
from transactional.scm.resources import ADDRESSES, CONTACTS

Locale = Literal["en", "zh"]
_COMPANY, _ITEMS, _UNITS = "organization.companies", "catalog.items", "catalog.units_of_measure"
_KNOWN_BY = {_ITEMS: ("code", "name"), _UNITS: ("code",)}
"""The fields that tell a record; of any other the first of those below."""
_NAMES = ("name", "number", "code")
_WHOSE = "The reader's language: where empty that of the contact whom it is for, else the asker's."
_ALWAYS = frozenset({"net_amount", "total_amount"})


def add_paper(router: Router, form: PaperForm) -> None:
    """Give a document its paper, for whoever may read the document."""

    @router.get(
        "/{id}/print",
        name=f"print_{form.resource.thing}",
        summary=f"Print: {form.resource.label.lower()}",
        responses={200: {"content": {MEDIA["pdf"]: {"schema": {"type": "string", "format": "binary"}}}}},
        response_class=Response,
        openapi_extra=needs(f"{form.resource.thing}.read"),
    )
    def print_one(
        id: UUID,  # noqa: A002
        request: Request,
        call: Calling,
        locale: Annotated[
            Locale | None, Query(description="Empty: the language of the contact whom it is for, else the asker's.")
        ] = None,
    ) -> Response:
        """A PDF with the names of the document's day; what your roles hide is not on it."""
        mine = language_of(request, call.principal.locale)
        paper = call.read(lambda session: paper_of(session, form, id, locale, mine, by=call.principal))
        called = quote(file_name(paper.title, "pdf"))
        said = f"inline; filename=\"{form.resource.thing}.pdf\"; filename*=UTF-8''{called}"
        return Response(printed(paper), 200, {"Content-Disposition": said}, MEDIA["pdf"])


def paper_of(
    session: Session, form: PaperForm, record_id: UUID, locale: str | None, otherwise: str, *, by: Principal
) -> Paper:
    """What is printed of a document, as far as the asker meets its fields.  Raises: NotFound."""
    record = get_record(session, form.resource, record_id, by=by)
    contact = first_contact(session, record.get(form.party), by=by) if form.to_contact else None
    reads = str(contact.locale or "").partition("-")[0] if contact else ""
    locale = locale or (reads if reads in get_args(Locale) else otherwise)
    writing = _Writing(session, form, record, locale, by, contact.name if contact else None)
    return Paper(
        title=writing.title(),
        locale=locale,
        sender=writing.sender(),
        receiver=writing.receiver(),
        facts=tuple(writing.facts()),
        columns=tuple(writing.columns()),
        rows=tuple(writing.rows()),
        totals=tuple(writing.totals()),
        notes=tuple(writing.notes()),
        notice=texts(locale).get(f"paper.state.{record.get('state')}"),
    )


def first_contact(session: Session, party_id: UUID | None, *, by: Principal) -> PartyContact | None:
    """Whom papers for a party go to, as it is now; none where there is nobody or the asker may not read contacts."""
    if party_id is None or not by.may("contact.read"):
        return None
    statement = select(PartyContact).where(
        PartyContact.party_id == party_id,
        PartyContact.is_first,
        PartyContact.is_active,
        *base_conditions(CONTACTS, by),
    )
    hidden = CONTACTS.hidden(by.hidden_fields) | CONTACTS.limits(by.field_access).veiled
    return None if "name" in hidden else session.scalars(statement).first()


class _Writing:
    """A document and the records it names, as they were on its day."""

    def __init__(
        self,
        session: Session,
        form: PaperForm,
        record: Mapping[str, Any],
        locale: str,
        by: Principal,
        contact: str | None,
    ) -> None:
        self._session, self._form, self._record, self._locale, self._by = session, form, record, locale, by
        self._contact = contact
        lines: Lines = form.resource.lines[0]
        self._fields = form.resource.fields
        self._line_fields = fields_of(lines.model.__table__)
        self._lines = [dict(line) for line in record[lines.name]]
        self._take_from_order()
        shown = self._lines[0] if self._lines else dict.fromkeys(form.columns)
        self._columns = [name for name in form.columns if name in shown and self._says_something(name)]
        self._on = _day(record.get(form.day) or record.get("created_at"))
        self._states = self._read()
        self._places = decimals_of(str(record.get("currency_code")))

    def _take_from_order(self) -> None:
        """Put into the lines what only the lines of the order know."""
        names = self._form.of_order_line
        if not names:
            return
        table = SalesOrderLine.__table__
        ids = [line["order_line_id"] for line in self._lines]
        found = self._session.execute(select(table.c.id, *[table.c[name] for name in names]).where(table.c.id.in_(ids)))
        told = {row.id: row._mapping for row in found}  # noqa: SLF001  # the public name of a row's columns
        for line in self._lines:
            line |= {name: told[line["order_line_id"]][name] for name in names}
        self._line_fields = self._line_fields | {name: fields_of(table)[name] for name in names}

    def _says_something(self, name: str) -> bool:
        return name != "discount_share" or any(line[name] for line in self._lines)

    def _target(self, known: Mapping[str, Field], name: str) -> str | None:
        """The table that a field points at."""
        return self._form.points.get(name) or (known[name].references if name in known else None)

    def _read(self) -> dict[str, dict[UUID, dict[str, Any]]]:
        """Every record that is named, by table and id."""
        wanted: defaultdict[str, set[UUID]] = defaultdict(set)
        places = [(self._fields, self._record, ("company_id", self._form.party, *self._form.facts))]
        places += [(self._line_fields, line, tuple(self._columns)) for line in self._lines]
        for known, values, names in places:
            for name in names:
                table = self._target(known, name)
                if table is not None and values.get(name) is not None:
                    wanted[table].add(values[name])
        found = {}
        for table, ids in wanted.items():
            resource = resource_of_table(table)
            if resource is not None:
                found[table] = states_on(self._session, resource, list(ids), self._on, by=self._by)
        return found

    def _state(self, known: Mapping[str, Field], values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = self._target(known, name)
        return self._states.get(table or "", {}).get(values.get(name), {})  # type: ignore[arg-type]

    def title(self) -> str:
        """What it is, and its number."""
        thing = self._form.resource.thing
        is_cancellation = self._record.get("reverses_id") is not None
        word = "cancellation" if is_cancellation else self._record.get(self._form.title_by or "")
        special = f"paper.title.{thing}.{word}"
        kind = t(special if special in texts(self._locale) else f"paper.title.{thing}", self._locale)
        return f"{kind} {self._record.get('number') or ''}".strip()

    def sender(self) -> tuple[str, ...]:
        """The company, with what tells it from others of its name."""
        company = self._state(self._fields, self._record, "company_id")
        return _filled(company.get("name"), company.get("tax_number"), company.get("country_code"))

    def receiver(self) -> tuple[str, ...]:
        """Name and address of whom it is for."""
        party = self._state(self._fields, self._record, self._form.party)
        address = self._address()
        town = " ".join(_filled(address.get("postal_code"), address.get("city") or party.get("city")))
        country = address.get("country_code") or party.get("country_code")
        attention = t("paper.attention", self._locale, name=self._contact) if self._contact else None
        return _filled(
            party.get("name"),
            attention,
            address.get("line1"),
            address.get("line2"),
            town,
            address.get("region"),
            country,
        )

    def _address(self) -> Mapping[str, Any]:
        """The party's address of the day: of the wanted kind where there is one, known by then where one was."""
        party_id = self._record.get(self._form.party)
        ids = list(self._session.scalars(select(PartyAddress.id).where(PartyAddress.party_id == party_id)))
        states = states_on(self._session, ADDRESSES, ids, self._on, by=self._by)

        def rank(address: Mapping[str, Any]) -> tuple[bool, bool, str]:
            is_later = str(address.get("created_at"))[:10] > self._on.isoformat()
            return is_later, address.get("purpose") != self._form.address, str(address["id"])

        return min(states.values(), key=rank, default={})

    def facts(self) -> Iterator[tuple[str, str]]:
        """Label and text of what it says of itself."""
        for name in self._form.facts:
            owner, _, inner = name.partition(".")
            if inner:
                value = str(self._state(self._fields, self._record, self._form.party).get(inner) or "")
            else:
                value = self._told(self._fields, self._record, owner)
            if value:
                yield t(f"paper.{name}", self._locale), value

    def columns(self) -> Iterator[PaperColumn]:
        """The columns of the lines, those left out that the asker does not meet or that say nothing."""
        for name in self._columns:
            is_figure = self._line_fields[name].kind == "decimal"
            yield PaperColumn(t(f"paper.{name}", self._locale), is_figure=is_figure, is_wide=name == "item_id")

    def rows(self) -> Iterator[tuple[str, ...]]:
        """A text for each column of each line."""
        for line in self._lines:
            yield tuple(self._cell(line, name) for name in self._columns)

    def _cell(self, line: Mapping[str, Any], name: str) -> str:
        told = self._told(self._line_fields, line, name)
        return "\n".join(_filled(told, line.get("description"))) if name == "item_id" else told

    def totals(self) -> Iterator[tuple[str, str]]:
        """Label and amount of what it comes to; nothing that is zero but the net amount and the total."""
        currency = self._record.get("currency_code") or ""
        for name in self._form.totals:
            if self._record.get(name) or (name in _ALWAYS and name in self._record):
                yield t(f"paper.{name}", self._locale), f"{self._money(self._record[name])} {currency}".strip()

    def notes(self) -> Iterator[str]:
        """When it is to be paid."""
        for part in self._record.get("installments", ()):
            amount = f"{self._money(part['amount'])} {self._record.get('currency_code') or ''}".strip()
            yield t("paper.due", self._locale, on=part["due_on"], amount=amount)

    def _told(self, known: Mapping[str, Field], values: Mapping[str, Any], name: str) -> str:
        """A field's value as people read it; nothing where it is empty or not met."""
        value = values.get(name)
        if value is None:
            return ""
        table = self._target(known, name)
        if table is not None:
            return _name_of(table, self._state(known, values, name))
        if not isinstance(value, Decimal):
            return str(value)
        if name.endswith("_amount"):
            return self._money(value)
        if name.endswith("_share"):
            return f"{_grouped(value * 100)} %"
        return _grouped(value, places_min=self._places if name == "unit_price" else 0)

    def _money(self, value: Decimal) -> str:
        return f"{value:,.{self._places}f}"


def _day(value: date | datetime | None) -> date:
    """The day of a document; of one whose day is not met, that of today's names."""
    if value is None:
        return date.max
    return value.date() if isinstance(value, datetime) else value


def _filled(*texts_: str | None) -> tuple[str, ...]:
    return tuple(each for each in texts_ if each)


def _grouped(value: Decimal, *, places_min: int = 0) -> str:
    whole, point, fraction = decimal_text(value, places_min=places_min).partition(".")
    return f"{int(whole):,}{point}{fraction}"


def _name_of(table: str, state: Mapping[str, Any]) -> str:
    """What a record is called."""
    if table in _KNOWN_BY:
        return "\n".join(_filled(*(state.get(name) for name in _KNOWN_BY[table])))
    return next(iter(_filled(*(state.get(name) for name in _NAMES))), "")
