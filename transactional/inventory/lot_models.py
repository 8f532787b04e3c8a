"""Stock told apart within an item: batches and serial numbers, where they are, how they moved, what they went into."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import GUARD, LedgerRow, TenantRow, one_of, quantity, reference, unique


class LotKind(StrEnum):
    """Whether a lot is a batch or a single piece with a serial number."""

    BATCH = "batch"
    SERIAL = "serial"


class Lot(TenantRow):
    """Stock told apart within an item: a batch, or one piece with its serial number."""

    __tablename__ = "lots"
    __table_args__ = (
        unique("item_id", "number"),
        one_of("kind", LotKind),
        CheckConstraint("expires_on is null or expires_on >= manufactured_on", name="dates_in_order"),
        {"schema": "inventory"},
    )

    item_id: Mapped[UUID] = reference("catalog.items")
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(80))
    manufactured_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    """The last day on which it may be delivered or issued."""
    is_held: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Whether nothing of it may be delivered or issued until somebody decides."""
    note: Mapped[str | None] = mapped_column(String(300))


class LotBalance(TenantRow):
    """What is on hand of a lot at a location, and promised of it by name.

    Guarded by its item's cost rows, which every mover holds.
    """

    __tablename__ = "lot_balances"
    __table_args__ = (
        unique("lot_id", "location_id"),
        Index("ix_lot_balances_item_id", "tenant_id", "item_id", "location_id"),
        CheckConstraint("on_hand_qty >= 0", name="on_hand_not_negative"),
        CheckConstraint("reserved_qty >= 0", name="reserved_not_negative"),
        CheckConstraint("reserved_qty <= on_hand_qty", name="reserved_on_hand"),
        CheckConstraint("kind <> 'serial' or on_hand_qty <= 1", name="serial_once_a_location"),
        # Checked when the transaction ends: within it a serial leaves one location and arrives at another.
        ExcludeConstraint(
            ("tenant_id", "="),
            ("lot_id", "="),
            where=text("kind = 'serial' and on_hand_qty > 0"),
            using="btree",
            deferrable=True,
            initially="DEFERRED",
            name="ex_lot_balances_serial_once",
        ),
        {"schema": "inventory", "info": GUARD, "postgresql_with": {"fillfactor": 50}},
    )

    lot_id: Mapped[UUID] = reference("inventory.lots")
    item_id: Mapped[UUID] = reference("catalog.items")
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    location_id: Mapped[UUID] = reference("inventory.locations")
    kind: Mapped[str] = mapped_column(String(10))
    on_hand_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    reserved_qty: Mapped[Decimal] = quantity(server_default=text("0"))


class LotMove(LedgerRow):
    """The part of a stock move that is of one lot; the parts add up to the move."""

    __tablename__ = "lot_moves"
    __table_args__ = (
        unique("move_id", "lot_id"),
        Index("ix_lot_moves_lot_id", "tenant_id", "lot_id", "occurred_on"),
        Index("ix_lot_moves_item_id", "tenant_id", "item_id", "occurred_on"),
        CheckConstraint("qty <> 0", name="qty_not_zero"),
        {"schema": "inventory"},
    )

    move_id: Mapped[UUID] = reference("inventory.stock_moves")
    lot_id: Mapped[UUID] = reference("inventory.lots")
    item_id: Mapped[UUID] = reference("catalog.items")
    location_id: Mapped[UUID] = reference("inventory.locations")
    occurred_on: Mapped[date]
    qty: Mapped[Decimal] = quantity()
    """In the item's stock unit; in positive, out negative."""


class LotLink(LedgerRow):
    """A lot that went into the making of another."""

    __tablename__ = "lot_links"
    __table_args__ = (
        unique("made_lot_id", "used_lot_id", "origin_id"),
        Index("ix_lot_links_used_lot_id", "tenant_id", "used_lot_id"),
        {"schema": "inventory"},
    )

    made_lot_id: Mapped[UUID] = reference("inventory.lots")
    used_lot_id: Mapped[UUID] = reference("inventory.lots")
    origin_type: Mapped[str] = mapped_column(String(40))
    origin_id: Mapped[UUID]
