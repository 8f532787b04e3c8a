"""What the parts of an import share: the tenant's ids by the source's keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.finance.models import Invoice
from transactional.kernel.arrays import any_of
from transactional.kernel.ids import deriving_from
from transactional.kernel.session import Session


@dataclass(slots=True)
class Desk:
    """Where things are booked; ids of documents follow from their names, so that a second run finds them."""

    tenant_id: UUID
    source: str
    at: datetime
    company_id: UUID
    warehouse_id: UUID
    locations: dict[str, UUID] = field(default_factory=dict)
    """Location by code."""
    ids: dict[str, dict[str, UUID]] = field(default_factory=dict)
    """Master records by collection and key."""
    item_units: dict[str, UUID] = field(default_factory=dict)
    """The unit each item is kept in."""
    usual_location: dict[str, str] = field(default_factory=dict)
    _derive: Callable[..., UUID] = field(init=False, repr=False)
    _listed: dict[str, list[UUID]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Begin every id with tenant and source."""
        self._derive = deriving_from(self.tenant_id, self.source)

    def id_of(self, *parts: str) -> UUID:
        """The id of a document or line by its kind and name in the source."""
        return self._derive(*parts)

    def ids_of(self, sort: str, documents: Iterable[Any]) -> Sequence[UUID]:
        """The ids of all documents of a sort that the plan has, made once."""
        if sort not in self._listed:
            self._listed[sort] = [self.id_of(sort, document.ref) for document in documents]
        return self._listed[sort]

    def item(self, code: str) -> UUID:
        """An item's id."""
        return self.ids["items"][code]

    def find(self, collection: str, key: str | None) -> UUID | None:
        """A master record's id, nothing for no key."""
        return None if key is None else self.ids[collection][key]

    def location_of(self, item: str, location: str | None = None) -> UUID | None:
        """The named location, else the item's usual one; nothing for a service."""
        code = location or self.usual_location.get(item)
        return None if code is None else self.locations[code]


def known_ids(session: Session, model: Any, ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids are rows of a table already."""
    if not ids:
        return set()
    return set(session.scalars(select(model.id).where(any_of(model.id, ids))))


def invoice_totals(session: Session, ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """What these invoices come to, by id."""
    if not ids:
        return {}
    statement = select(Invoice.id, Invoice.total_amount).where(any_of(Invoice.id, ids))
    return {row[0]: Decimal(row[1]) for row in session.execute(statement)}
