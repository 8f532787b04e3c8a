"""Warehouses, moves, guarded balances, cost layers and the documents that move stock by hand."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Identity,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import (
    GUARD,
    REFERENCE,
    LedgerRow,
    TenantRow,
    lead_to,
    one_of,
    price,
    quantity,
    reference,
    short_text,
    unique,
)
from transactional.ledger.models import AccountMapping


class LocationKind(StrEnum):
    """What a location holds; only storage is available to promise."""

    STORAGE = "storage"
    INSPECTION = "inspection"
    TRANSIT = "transit"


class MoveKind(StrEnum):
    """Why stock moved."""

    OPENING = "opening"
    RECEIPT = "receipt"
    PURCHASE_RETURN = "purchase_return"
    DELIVERY = "delivery"
    SALES_RETURN = "sales_return"
    ADJUSTMENT = "adjustment"
    ISSUE = "issue"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    PRODUCTION_RECEIPT = "production_receipt"
    REVALUATION = "revaluation"
    """Quantity zero: value alone, by a backdated move, a changed standard or a price difference."""


class StockDocumentKind(StrEnum):
    """Documents that move stock without a purchase or sale."""

    OPENING = "opening"
    ADJUSTMENT = "adjustment"
    ISSUE = "issue"
    TRANSFER = "transfer"
    PRODUCTION_RECEIPT = "production_receipt"


class Warehouse(TenantRow):
    """A place of one company that keeps stock; stock is valued per item and warehouse."""

    __tablename__ = "warehouses"
    __table_args__ = (unique("code"), {"schema": "inventory", "info": REFERENCE})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    company_id: Mapped[UUID] = reference("organization.companies")
    country_code: Mapped[str | None] = short_text(2)
    allows_negative: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


lead_to(AccountMapping, "warehouse_id", "inventory.warehouses")


class Location(TenantRow):
    """A part of a warehouse."""

    __tablename__ = "locations"
    __table_args__ = (
        unique("warehouse_id", "code"),
        one_of("kind", LocationKind),
        {"schema": "inventory", "info": REFERENCE},
    )

    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), server_default="storage")
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class StockMove(LedgerRow):
    """A signed quantity and its signed value in or out of a location; the stock ledger."""

    __tablename__ = "stock_moves"
    __table_args__ = (
        one_of("kind", MoveKind),
        # Place, quantity and value ride along: what was there on a day is added up in the index alone.
        Index(
            "ix_stock_moves_timeline",
            "tenant_id",
            "item_id",
            "warehouse_id",
            "occurred_on",
            "sequence",
            postgresql_include=["location_id", "qty", "value_amount"],
        ),
        Index("ix_stock_moves_origin", "tenant_id", "origin_id"),
        Index("ix_stock_moves_reverses_id", "tenant_id", "reverses_id"),
        {"schema": "inventory"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    item_id: Mapped[UUID] = reference("catalog.items")
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    location_id: Mapped[UUID] = reference("inventory.locations")
    kind: Mapped[str] = mapped_column(String(20))
    qty: Mapped[Decimal] = quantity()
    """In the item's stock unit; in positive, out negative."""
    value_amount: Mapped[Decimal]
    """In company currency, with the sign of the quantity."""
    occurred_on: Mapped[date]
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    """Order within the day."""
    account_id: Mapped[UUID] = reference("ledger.accounts")
    """The inventory account this value stands on."""
    contra_account_id: Mapped[UUID | None] = reference("ledger.accounts")
    """What the value stands against; empty for a relocation within a warehouse, which has no cost."""
    contra_amount: Mapped[Decimal]
    """What the contra account took, with the sign of the quantity; the rest of the value is a variance."""
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)
    origin_type: Mapped[str] = mapped_column(String(40))
    origin_id: Mapped[UUID]
    origin_line_id: Mapped[UUID | None]
    party_kind: Mapped[str | None] = mapped_column(String(10))
    party_id: Mapped[UUID | None]
    cost_centre_id: Mapped[UUID | None]
    project_id: Mapped[UUID | None]
    reverses_id: Mapped[UUID | None]
    """The move whose cost this one takes back (returns) or corrects (revaluation)."""


class StockBalance(TenantRow):
    """What is on hand and promised per item and location: the guarded row that concurrent issues queue at."""

    __tablename__ = "stock_balances"
    __table_args__ = (
        unique("item_id", "location_id"),
        CheckConstraint("allows_negative or on_hand_qty >= 0", name="on_hand_not_negative"),
        CheckConstraint("reserved_qty >= 0", name="reserved_not_negative"),
        CheckConstraint("allows_negative or reserved_qty <= on_hand_qty", name="reserved_on_hand"),
        {"schema": "inventory", "info": GUARD, "postgresql_with": {"fillfactor": 50}},
    )

    item_id: Mapped[UUID] = reference("catalog.items")
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    location_id: Mapped[UUID] = reference("inventory.locations")
    on_hand_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    reserved_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    allows_negative: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class CostBalance(TenantRow):
    """Quantity and value per item and warehouse, with the last unit cost: what the next issue is valued from."""

    __tablename__ = "cost_balances"
    __table_args__ = (
        unique("item_id", "warehouse_id"),
        {"schema": "inventory", "info": GUARD, "postgresql_with": {"fillfactor": 50}},
    )

    item_id: Mapped[UUID] = reference("catalog.items")
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    qty: Mapped[Decimal] = quantity(server_default=text("0"))
    value_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    last_unit_cost: Mapped[Decimal] = price(server_default=text("0"))
    last_moved_on: Mapped[date | None]


class CostLayer(TenantRow):
    """A receipt of a FIFO item that is not yet used up, or the part of it that was taken to another warehouse."""

    __tablename__ = "cost_layers"
    __table_args__ = (
        unique("receipt_move_id", "warehouse_id"),
        Index("ix_cost_layers_open", "tenant_id", "item_id", "warehouse_id", "received_on"),
        CheckConstraint("remaining_qty >= 0", name="remaining_not_negative"),
        {"schema": "inventory", "info": GUARD},
    )

    item_id: Mapped[UUID] = reference("catalog.items")
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    receipt_move_id: Mapped[UUID] = reference("inventory.stock_moves")
    received_on: Mapped[date]
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    remaining_qty: Mapped[Decimal] = quantity()
    remaining_amount: Mapped[Decimal]


class RecostingState(StrEnum):
    """Until it is done, values of the item from its day on are provisional."""

    PENDING = "pending"
    DONE = "done"


class Recosting(TenantRow):
    """A backdated move whose later ones are valued anew in the background."""

    __tablename__ = "recostings"
    __table_args__ = (
        one_of("state", RecostingState),
        Index(
            "uq_recostings_pending",
            "tenant_id",
            "company_id",
            "item_id",
            unique=True,
            postgresql_where=text("state = 'pending'"),
        ),
        {"schema": "inventory"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    item_id: Mapped[UUID] = reference("catalog.items")
    from_on: Mapped[date]
    """The day of the earliest backdated move: what the item was worth before stays."""
    cause_move_id: Mapped[UUID] = reference("inventory.stock_moves")
    later_moves: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), server_default="pending")
    corrected_amount: Mapped[Decimal | None]
    """What the values changed by, ups and downs added."""
    done_at: Mapped[datetime | None]


class AdjustmentReason(TenantRow):
    """Why stock is adjusted, and the account such a difference goes to."""

    __tablename__ = "adjustment_reasons"
    __table_args__ = (unique("company_id", "code"), {"schema": "inventory"})

    company_id: Mapped[UUID] = reference("organization.companies")
    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID] = reference("ledger.accounts")
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class StockDocument(TenantRow):
    """An opening, adjustment, issue, transfer or production receipt."""

    __tablename__ = "stock_documents"
    __table_args__ = (unique("company_id", "number"), one_of("kind", StockDocumentKind), {"schema": "inventory"})

    company_id: Mapped[UUID] = reference("organization.companies")
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str | None] = short_text()
    document_on: Mapped[date]
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    to_warehouse_id: Mapped[UUID | None] = reference("inventory.warehouses")
    arrived_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(300))
    reason_id: Mapped[UUID | None] = reference("inventory.adjustment_reasons")
    account_id: Mapped[UUID | None] = reference("ledger.accounts")
    """What an adjustment or issue stands against, where it is not the usual account: the reason's, or another."""
    has_transit: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Whether a transfer stands in transit until it arrives."""
    cost_centre_id: Mapped[UUID | None] = reference("organization.cost_centres")
    project_id: Mapped[UUID | None] = reference("project.projects")
    external_ref: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    """draft, waiting (for approval), posted, in_transit (transfers in two steps), cancelled."""
    posted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    """Who would have posted it, where it had to wait."""
    approved_by: Mapped[UUID | None]
    budget_warning: Mapped[str | None] = mapped_column(String(500))
    """By how much it took more than was left of a budget that warns."""


class StockDocumentLine(TenantRow):
    """A line of a stock document."""

    __tablename__ = "stock_document_lines"
    __table_args__ = (
        Index("ix_stock_document_lines_document_id", "tenant_id", "document_id"),
        {"schema": "inventory"},
    )

    document_id: Mapped[UUID] = reference("inventory.stock_documents")
    line_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID] = reference("catalog.units_of_measure")
    location_id: Mapped[UUID | None] = reference("inventory.locations")
    to_location_id: Mapped[UUID | None] = reference("inventory.locations")
    qty: Mapped[Decimal] = quantity()
    """In the line's unit; an adjustment may be negative."""
    unit_cost: Mapped[Decimal | None] = price()
    value_amount: Mapped[Decimal | None]
    """Set where the value alone is adjusted."""
    batches: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    """Of an item kept by batch: numbers with quantities in the stock unit, and the dates of those that are new."""
    serials: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))


class Reservation(TenantRow):
    """Stock promised to a document line."""

    __tablename__ = "reservations"
    __table_args__ = (
        unique("origin_line_id", "location_id", "lot_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("qty >= 0", name="qty_not_negative"),
        {"schema": "inventory", "info": GUARD},
    )

    item_id: Mapped[UUID] = reference("catalog.items")
    location_id: Mapped[UUID] = reference("inventory.locations")
    lot_id: Mapped[UUID | None] = reference("inventory.lots")
    """The batch or serial promised, where somebody chose."""
    origin_type: Mapped[str] = mapped_column(String(40))
    origin_id: Mapped[UUID]
    origin_line_id: Mapped[UUID]
    qty: Mapped[Decimal] = quantity()
