"""The documents of selling. What is delivered, invoiced and paid is derived from the books, not stored here."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import (
    LedgerRow,
    TenantRow,
    one_of,
    price,
    quantity,
    rate,
    reference,
    short_text,
    unique,
)


class QuotationState(StrEnum):
    """Open until confirmed, refused or past its last day."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class SalesOrderState(StrEnum):
    """Where an order stands by decision; progress comes from deliveries and invoices."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Quotation(TenantRow):
    """Prices offered to a customer until a day."""

    __tablename__ = "quotations"
    __table_args__ = (unique("company_id", "number"), one_of("state", QuotationState), {"schema": "sales"})

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str] = short_text()
    customer_id: Mapped[UUID] = reference("scm.customers")
    quoted_on: Mapped[date]
    valid_until: Mapped[date]
    currency_code: Mapped[str] = short_text(3)
    salesperson_id: Mapped[UUID | None] = reference("organization.employees")
    net_amount: Mapped[Decimal]
    tax_amount: Mapped[Decimal]
    total_amount: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(20), server_default="open")
    order_id: Mapped[UUID | None]


class QuotationLine(TenantRow):
    """An item offered at a price."""

    __tablename__ = "quotation_lines"
    __table_args__ = (Index("ix_quotation_lines_quotation_id", "tenant_id", "quotation_id"), {"schema": "sales"})

    quotation_id: Mapped[UUID] = reference("sales.quotations")
    line_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID] = reference("catalog.units_of_measure")
    qty: Mapped[Decimal] = quantity()
    unit_price: Mapped[Decimal] = price()
    price_source: Mapped[str] = mapped_column(String(120))
    discount_share: Mapped[Decimal] = rate(server_default=text("0"))
    discount_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    net_amount: Mapped[Decimal]
    tax_code_id: Mapped[UUID | None] = reference("finance.tax_codes")
    tax_amount: Mapped[Decimal]


class Offer(TenantRow):
    """A discount offered for a time, to customers of some kind and for some quantities."""

    __tablename__ = "offers"
    __table_args__ = (
        unique("code"),
        CheckConstraint("discount_share >= 0", name="discount_share_not_negative"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="valid_range"),
        {"schema": "sales"},
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str | None] = mapped_column(String(80))
    audience: Mapped[str | None] = mapped_column(String(80))
    """Whom it is for, as resellers."""
    discount_share: Mapped[Decimal] = rate(server_default=text("0"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    min_qty: Mapped[Decimal | None] = quantity()
    max_qty: Mapped[Decimal | None] = quantity()


class SalesReason(TenantRow):
    """Why customers say that they buy."""

    __tablename__ = "sales_reasons"
    __table_args__ = (unique("code"), {"schema": "sales"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str | None] = mapped_column(String(80))


class SalesOrder(TenantRow):
    """What a customer ordered."""

    __tablename__ = "sales_orders"
    __table_args__ = (
        unique("company_id", "number"),
        one_of("state", SalesOrderState),
        Index("ix_sales_orders_customer_id", "tenant_id", "customer_id"),
        {"schema": "sales"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str] = short_text()
    customer_id: Mapped[UUID] = reference("scm.customers")
    ordered_on: Mapped[date]
    promised_on: Mapped[date | None]
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    region_id: Mapped[UUID | None] = reference("scm.regions")
    salesperson_id: Mapped[UUID | None] = reference("organization.employees")
    customer_category_id: Mapped[UUID | None] = reference("scm.customer_categories")
    """The customer's category when the order was made."""
    unit_id: Mapped[UUID | None] = reference("organization.units")
    """The organization unit that owns the order: the salesperson's, or its creator's."""
    project_id: Mapped[UUID | None] = reference("project.projects")
    """What it is earned for; its revenue and the cost of its goods are posted there."""
    payment_term_id: Mapped[UUID | None] = reference("scm.payment_terms")
    currency_code: Mapped[str] = short_text(3)
    exchange_rate: Mapped[Decimal] = rate(server_default=text("1"))
    customer_reference: Mapped[str | None] = mapped_column(String(80))
    external_ref: Mapped[str | None] = mapped_column(String(80))
    channel: Mapped[str | None] = mapped_column(String(20))
    ship_method_id: Mapped[UUID | None] = reference("scm.ship_methods")
    payment_currency_code: Mapped[str | None] = short_text(3)
    """In which the customer pays, where the order is kept in another."""
    ship_to_state: Mapped[str | None] = mapped_column(String(120))
    """The state or province that the goods go to."""
    net_amount: Mapped[Decimal]
    freight_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    freight_tax_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """Part of the tax."""
    freight_tax_code_id: Mapped[UUID | None] = reference("finance.tax_codes")
    tax_amount: Mapped[Decimal]
    total_amount: Mapped[Decimal]
    company_net_amount: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    quotation_id: Mapped[UUID | None] = reference("sales.quotations")
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class OrderReason(TenantRow):
    """A reason that a customer gave for an order; one order may have several."""

    __tablename__ = "order_reasons"
    __table_args__ = (unique("order_id", "reason_id"), {"schema": "sales"})

    order_id: Mapped[UUID] = reference("sales.sales_orders")
    reason_id: Mapped[UUID] = reference("sales.sales_reasons")


class SalesOrderLine(TenantRow):
    """An item ordered; amounts in the order's currency."""

    __tablename__ = "sales_order_lines"
    __table_args__ = (
        Index("ix_sales_order_lines_order_id", "tenant_id", "order_id"),
        Index("ix_sales_order_lines_closed", "tenant_id", "order_id", postgresql_where=text("is_closed")),
        CheckConstraint("qty >= 0", name="qty_not_negative"),
        CheckConstraint("over_delivery_share >= 0", name="over_delivery_share_not_negative"),
        CheckConstraint("under_delivery_share >= 0", name="under_delivery_share_not_negative"),
        {"schema": "sales"},
    )

    order_id: Mapped[UUID] = reference("sales.sales_orders")
    line_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID] = reference("catalog.units_of_measure")
    qty: Mapped[Decimal] = quantity()
    stock_qty: Mapped[Decimal] = quantity()
    """The same in the item's stock unit."""
    unit_price: Mapped[Decimal] = price()
    price_source: Mapped[str] = mapped_column(String(120))
    discount_share: Mapped[Decimal] = rate(server_default=text("0"))
    discount_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    net_amount: Mapped[Decimal]
    tax_code_id: Mapped[UUID | None] = reference("finance.tax_codes")
    tax_amount: Mapped[Decimal]
    company_net_amount: Mapped[Decimal]
    promised_on: Mapped[date | None]
    offer_id: Mapped[UUID | None] = reference("sales.offers")
    """The offer that its discount comes from."""
    over_delivery_share: Mapped[Decimal] = rate(server_default=text("0"))
    under_delivery_share: Mapped[Decimal] = rate(server_default=text("0"))
    """How much more may be handed over, and how much less closes the line, as parts of the quantity ordered."""
    is_closed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Handed over less than ordered, within the tolerance: the rest is not waited for."""


class Delivery(TenantRow):
    """Goods handed over, posted when written; or goods taken back (`kind` return)."""

    __tablename__ = "deliveries"
    __table_args__ = (
        unique("company_id", "number"),
        unique("reverses_id"),
        Index("ix_deliveries_order_id", "tenant_id", "order_id"),
        CheckConstraint("kind in ('delivery', 'return')", name="kind_known"),
        {"schema": "sales"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    kind: Mapped[str] = mapped_column(String(10), server_default="delivery")
    number: Mapped[str] = short_text()
    order_id: Mapped[UUID] = reference("sales.sales_orders")
    customer_id: Mapped[UUID] = reference("scm.customers")
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    delivered_on: Mapped[date]
    tracking_number: Mapped[str | None] = mapped_column(String(80))
    return_request_id: Mapped[UUID | None]
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)
    state: Mapped[str] = mapped_column(String(20), server_default="posted")
    reverses_id: Mapped[UUID | None] = reference("sales.deliveries")
    """Of a cancellation: the delivery or return it is the mirror image of."""


class DeliveryLine(LedgerRow):
    """A quantity of an order line handed over or, positive too, taken back; below zero in a mirror image."""

    __tablename__ = "delivery_lines"
    __table_args__ = (
        Index("ix_delivery_lines_delivery_id", "tenant_id", "delivery_id"),
        Index("ix_delivery_lines_order_line_id", "tenant_id", "order_line_id"),
        CheckConstraint("stock_qty <> 0", name="stock_qty_not_zero"),
        {"schema": "sales"},
    )

    delivery_id: Mapped[UUID] = reference("sales.deliveries")
    order_id: Mapped[UUID] = reference("sales.sales_orders")
    order_line_id: Mapped[UUID] = reference("sales.sales_order_lines")
    item_id: Mapped[UUID] = reference("catalog.items")
    location_id: Mapped[UUID] = reference("inventory.locations")
    qty: Mapped[Decimal] = quantity()
    """In the order line's unit."""
    stock_qty: Mapped[Decimal] = quantity()
    cost_amount: Mapped[Decimal]
    """At posting, in company currency; later corrections stand in the stock ledger."""
    returned_line_id: Mapped[UUID | None] = reference("sales.delivery_lines")
    """Of a return: the delivery line that comes back."""


class ReturnRequest(TenantRow):
    """A customer asks to send goods back (RMA)."""

    __tablename__ = "return_requests"
    __table_args__ = (unique("company_id", "number"), {"schema": "sales"})

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str] = short_text()
    order_id: Mapped[UUID] = reference("sales.sales_orders")
    customer_id: Mapped[UUID] = reference("scm.customers")
    requested_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), server_default="requested")
    """requested, approved, rejected, received."""


class ReturnRequestLine(TenantRow):
    """A quantity of a delivered line that is to come back."""

    __tablename__ = "return_request_lines"
    __table_args__ = (Index("ix_return_request_lines_request_id", "tenant_id", "request_id"), {"schema": "sales"})

    request_id: Mapped[UUID] = reference("sales.return_requests")
    delivery_line_id: Mapped[UUID] = reference("sales.delivery_lines")
    qty: Mapped[Decimal] = quantity()
    reason: Mapped[str | None] = mapped_column(String(300))
