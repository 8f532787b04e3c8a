"""The documents of buying. What is received, invoiced and paid is derived from the books, not stored here."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import (
    TenantRow,
    one_of,
    price,
    quantity,
    rate,
    reference,
    short_text,
    unique,
)


class PurchaseOrderState(StrEnum):
    """Where an order stands by decision; progress comes from receipts and invoices."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class PurchaseOrder(TenantRow):
    """What we ordered from a supplier."""

    __tablename__ = "purchase_orders"
    __table_args__ = (
        unique("company_id", "number"),
        one_of("state", PurchaseOrderState),
        Index("ix_purchase_orders_supplier_id", "tenant_id", "supplier_id"),
        {"schema": "purchase"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str] = short_text()
    supplier_id: Mapped[UUID] = reference("scm.suppliers")
    supplier_category_id: Mapped[UUID | None] = reference("scm.supplier_categories")
    """The supplier's category when the order was made."""
    ordered_on: Mapped[date]
    promised_on: Mapped[date | None]
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    buyer_id: Mapped[UUID | None] = reference("organization.employees")
    unit_id: Mapped[UUID | None] = reference("organization.units")
    payment_term_id: Mapped[UUID | None] = reference("scm.payment_terms")
    currency_code: Mapped[str] = short_text(3)
    exchange_rate: Mapped[Decimal] = rate(server_default=text("1"))
    external_ref: Mapped[str | None] = mapped_column(String(80))
    net_amount: Mapped[Decimal]
    freight_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    tax_amount: Mapped[Decimal]
    total_amount: Mapped[Decimal]
    company_net_amount: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    confirmed_at: Mapped[datetime | None]


class PurchaseOrderLine(TenantRow):
    """An item or service ordered; amounts in the order's currency."""

    __tablename__ = "purchase_order_lines"
    __table_args__ = (
        Index("ix_purchase_order_lines_order_id", "tenant_id", "order_id"),
        CheckConstraint("qty > 0", name="qty_positive"),
        {"schema": "purchase"},
    )

    order_id: Mapped[UUID] = reference("purchase.purchase_orders")
    line_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID] = reference("catalog.units_of_measure")
    qty: Mapped[Decimal] = quantity()
    stock_qty: Mapped[Decimal] = quantity()
    unit_price: Mapped[Decimal] = price()
    price_source: Mapped[str] = mapped_column(String(120))
    net_amount: Mapped[Decimal]
    tax_code_id: Mapped[UUID | None] = reference("finance.tax_codes")
    tax_amount: Mapped[Decimal]
    company_net_amount: Mapped[Decimal]
    promised_on: Mapped[date | None]


class PurchaseReceipt(TenantRow):
    """Goods arrived (kind receipt) or sent back (kind return), inspected and posted."""

    __tablename__ = "purchase_receipts"
    __table_args__ = (
        unique("company_id", "number"),
        Index("ix_purchase_receipts_order_id", "tenant_id", "order_id"),
        CheckConstraint("kind in ('receipt', 'return')", name="kind_known"),
        {"schema": "purchase"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    kind: Mapped[str] = mapped_column(String(10), server_default="receipt")
    number: Mapped[str] = short_text()
    order_id: Mapped[UUID] = reference("purchase.purchase_orders")
    supplier_id: Mapped[UUID] = reference("scm.suppliers")
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    received_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), server_default="posted")
    """arrived (not yet inspected), posted."""
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)


class PurchaseReceiptLine(TenantRow):
    """What arrived of an order line: accepted, rejected and quarantined add up to arrived."""

    __tablename__ = "purchase_receipt_lines"
    __table_args__ = (
        Index("ix_purchase_receipt_lines_receipt_id", "tenant_id", "receipt_id"),
        Index("ix_purchase_receipt_lines_order_line_id", "tenant_id", "order_line_id"),
        CheckConstraint("arrived_qty = accepted_qty + rejected_qty + quarantined_qty", name="parts_add_up"),
        {"schema": "purchase"},
    )

    receipt_id: Mapped[UUID] = reference("purchase.purchase_receipts")
    order_id: Mapped[UUID] = reference("purchase.purchase_orders")
    order_line_id: Mapped[UUID] = reference("purchase.purchase_order_lines")
    item_id: Mapped[UUID] = reference("catalog.items")
    location_id: Mapped[UUID] = reference("inventory.locations")
    arrived_qty: Mapped[Decimal] = quantity()
    """All quantities in the order line's unit."""
    accepted_qty: Mapped[Decimal] = quantity()
    rejected_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    quarantined_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    stock_qty: Mapped[Decimal] = quantity()
    """Accepted, in the item's stock unit; what moved."""
    value_amount: Mapped[Decimal]
    """At order price in company currency: what stands in goods received not invoiced."""
    reject_reason: Mapped[str | None] = mapped_column(String(300))
    returned_line_id: Mapped[UUID | None]
    """Of a return: the receipt line that goes back."""
