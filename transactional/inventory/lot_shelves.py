"""Where lots lie, and which of them go first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.lot_models import Lot, LotBalance
from transactional.inventory.lots import LotQty
from transactional.inventory.models import Location, LocationKind
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session

_FREE = LotBalance.on_hand_qty - LotBalance.reserved_qty
"""What lies there and is promised to nobody by name."""


@dataclass(slots=True)
class _Shelf:
    location_id: UUID
    qty: Decimal


@dataclass(frozen=True, slots=True)
class LotShelves:
    """What storage holds of each lot, by item, number and warehouse; default locations first."""

    _shelves: Mapping[tuple[UUID, str, UUID], Sequence[_Shelf]]

    @classmethod
    def of_items(cls, session: Session, item_ids: Iterable[UUID]) -> "LotShelves":
        """Everything there is of these items."""
        statement = (
            select(LotBalance.item_id, Lot.number, LotBalance.warehouse_id, Location.id, _FREE)
            .join(Lot, (Lot.tenant_id == LotBalance.tenant_id) & (Lot.id == LotBalance.lot_id))
            .join(Location, (Location.tenant_id == LotBalance.tenant_id) & (Location.id == LotBalance.location_id))
            .where(any_of(LotBalance.item_id, item_ids), _FREE > 0)
            .where(Location.kind == LocationKind.STORAGE.value)
            .order_by(Location.is_default.desc(), Location.code, Location.id)
        )
        found: defaultdict[tuple[UUID, str, UUID], list[_Shelf]] = defaultdict(list)
        for item_id, number, warehouse_id, location_id, qty in session.execute(statement):
            found[item_id, number, warehouse_id].append(_Shelf(location_id, qty))
        return cls(found)

    def free(self, item_id: UUID, warehouse_id: UUID, lot: LotQty) -> dict[UUID, Decimal]:
        """Up to its quantity of a lot by location, taken off the shelves: less where less lies there."""
        found: dict[UUID, Decimal] = {}
        left = lot.qty
        for shelf in self._shelves.get((item_id, lot.number, warehouse_id), ()):
            part = min(left, shelf.qty)
            if part:
                shelf.qty -= part
                left -= part
                found[shelf.location_id] = part
        return found

    def take(
        self, item_id: UUID, warehouse_id: UUID, lots: Sequence[LotQty], default: UUID
    ) -> dict[UUID, list[LotQty]]:
        """The lots by location, taken off the shelves; what lies nowhere is looked for at the default location."""
        found: defaultdict[UUID, list[LotQty]] = defaultdict(list)
        for lot in lots:
            parts = self.free(item_id, warehouse_id, lot)
            left = lot.qty - sum(parts.values(), ZERO)
            parts[default] = parts.get(default, ZERO) + left
            for location_id, qty in parts.items():
                if qty:
                    found[location_id].append(replace(lot, qty=qty))
        return dict(found)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A quantity of a lot at a location that should go next."""

    lot_id: UUID
    kind: str
    number: str
    expires_on: date | None
    location_id: UUID
    qty: Decimal


def propose_lots(session: Session, item_id: UUID, warehouse_id: UUID, qty: Decimal, *, on: date) -> list[Proposed]:
    """What to issue, first expired first out; less than asked where usable stock does not suffice.

    Left out is what is held, what has expired by the day, and what does not stand in storage.
    """
    statement = (
        select(Lot.id, Lot.kind, Lot.number, Lot.expires_on, LotBalance.location_id, _FREE)
        .join(LotBalance, (LotBalance.tenant_id == Lot.tenant_id) & (LotBalance.lot_id == Lot.id))
        .join(Location, (Location.tenant_id == LotBalance.tenant_id) & (Location.id == LotBalance.location_id))
        .where(LotBalance.item_id == item_id, LotBalance.warehouse_id == warehouse_id, _FREE > 0)
        .where(Location.kind == LocationKind.STORAGE.value, Lot.is_held.is_(False))
        .where(Lot.expires_on.is_(None) | (Lot.expires_on >= on))
        .order_by(Lot.expires_on.nulls_last(), Lot.manufactured_on.nulls_last(), Lot.id, LotBalance.location_id)
    )
    proposed: list[Proposed] = []
    left = qty
    for lot_id, kind, number, expires_on, location_id, there in session.execute(statement):
        if left <= 0:
            break
        proposed.append(Proposed(lot_id, kind, number, expires_on, location_id, min(left, there)))
        left -= there
    return proposed
