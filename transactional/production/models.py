"""Bills of materials and routings by date, and the orders that are made by them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, text
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


class BillLineKind(StrEnum):
    """Whether a line of a bill goes in or comes out beside the product."""

    COMPONENT = "component"
    BY_PRODUCT = "by_product"


class ProductionOrderState(StrEnum):
    """Where an order stands by decision; how far it is comes from its papers."""

    DRAFT = "draft"
    RELEASED = "released"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ProductionPaperKind(StrEnum):
    """What is written against an order."""

    ISSUE = "issue"
    REPORT = "report"
    RECEIPT = "receipt"
    CLOSING = "closing"


class WorkCentre(TenantRow):
    """Where operations are done, and what an hour of it costs."""

    __tablename__ = "work_centres"
    __table_args__ = (
        unique("company_id", "code"),
        CheckConstraint("labour_hour_cost >= 0", name="labour_hour_cost_not_negative"),
        CheckConstraint("machine_hour_cost >= 0", name="machine_hour_cost_not_negative"),
        {"schema": "production"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    labour_hour_cost: Mapped[Decimal] = price(server_default=text("0"))
    machine_hour_cost: Mapped[Decimal] = price(server_default=text("0"))
    """In company currency."""
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class ScrapReason(TenantRow):
    """Why pieces were scrapped."""

    __tablename__ = "scrap_reasons"
    __table_args__ = (unique("code"), {"schema": "production"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class Bill(TenantRow):
    """What goes into a quantity of an item from a day on, until a later version takes its place or it ends."""

    __tablename__ = "bills"
    __table_args__ = (
        unique("company_id", "code"),
        unique("company_id", "item_id", "valid_from"),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="valid_range"),
        {"schema": "production"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    code: Mapped[str | None] = short_text(80)
    item_id: Mapped[UUID] = reference("catalog.items")
    qty: Mapped[Decimal] = quantity(server_default=text("1"))
    """Made of its lines, in the item's stock unit."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day on which it holds."""
    """The first day on which nothing is made by it any more."""
    note: Mapped[str | None] = mapped_column(String(300))


class BillLine(TenantRow):
    """A component that goes in, or a by-product that comes out."""

    __tablename__ = "bill_lines"
    __table_args__ = (
        one_of("kind", BillLineKind),
        Index("ix_bill_lines_bill_id", "tenant_id", "bill_id"),
        Index("ix_bill_lines_item_id", "tenant_id", "item_id"),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("scrap_share >= 0", name="scrap_share_not_negative"),
        CheckConstraint("cost_share >= 0", name="cost_share_not_negative"),
        {"schema": "production"},
    )

    bill_id: Mapped[UUID] = reference("production.bills")
    line_number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20), server_default="component")
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID | None] = reference("catalog.units_of_measure")
    """The item's stock unit where empty."""
    qty: Mapped[Decimal] = quantity()
    """For the bill's quantity."""
    scrap_share: Mapped[Decimal] = rate(server_default=text("0"))
    """What is lost on top of the quantity, as a part of it."""
    alternative_group: Mapped[str | None] = short_text()
    """Of components of which one is enough: the first, or the first that is there when an order is released."""
    cost_share: Mapped[Decimal] = rate(server_default=text("0"))
    """Of a by-product: its part of what making costs."""


class Routing(TenantRow):
    """The operations that an item is made by from a day on."""

    __tablename__ = "routings"
    __table_args__ = (
        unique("company_id", "code"),
        unique("company_id", "item_id", "valid_from"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="valid_range"),
        {"schema": "production"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    code: Mapped[str | None] = short_text(80)
    item_id: Mapped[UUID] = reference("catalog.items")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day on which it holds."""
    note: Mapped[str | None] = mapped_column(String(300))


class RoutingOperation(TenantRow):
    """An operation: where, how long to set up, how long for a piece."""

    __tablename__ = "routing_operations"
    __table_args__ = (
        Index("ix_routing_operations_routing_id", "tenant_id", "routing_id"),
        CheckConstraint("setup_minutes >= 0", name="setup_minutes_not_negative"),
        CheckConstraint("run_minutes >= 0", name="run_minutes_not_negative"),
        {"schema": "production"},
    )

    routing_id: Mapped[UUID] = reference("production.routings")
    line_number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    work_centre_id: Mapped[UUID] = reference("production.work_centres")
    setup_minutes: Mapped[Decimal] = quantity(server_default=text("0"))
    """Once an order."""
    run_minutes: Mapped[Decimal] = quantity(server_default=text("0"))
    """For one piece."""


class ProductionOrder(TenantRow):
    """A quantity of an item to be made by a day."""

    __tablename__ = "production_orders"
    __table_args__ = (
        unique("company_id", "number"),
        one_of("state", ProductionOrderState),
        Index("ix_production_orders_item_id", "tenant_id", "item_id"),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("produced_qty >= 0", name="produced_qty_not_negative"),
        CheckConstraint("scrapped_qty >= 0", name="scrapped_qty_not_negative"),
        {"schema": "production"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str | None] = short_text()
    item_id: Mapped[UUID] = reference("catalog.items")
    qty: Mapped[Decimal] = quantity()
    """In the item's stock unit."""
    warehouse_id: Mapped[UUID] = reference("inventory.warehouses")
    """Where components are taken from and goods are put."""
    starts_on: Mapped[date]
    due_on: Mapped[date]
    finished_on: Mapped[date | None]
    """The day on which nothing was left to make."""
    bill_id: Mapped[UUID | None] = reference("production.bills")
    routing_id: Mapped[UUID | None] = reference("production.routings")
    """What it was released by; its own lines are what holds."""
    wip_account_id: Mapped[UUID | None] = reference("ledger.accounts")
    """The account of work in progress that all of its papers stand on, as it was when it was released."""
    produced_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    scrapped_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    """What its papers add up to, or what a former system says."""
    scrap_reason_id: Mapped[UUID | None] = reference("production.scrap_reasons")
    """Of an order taken over."""
    is_taken_over: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Whether it was carried out in a former system: the books know its stock by other documents."""
    external_ref: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    released_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class ProductionComponent(TenantRow):
    """What an order takes in or brings beside its product, as its bill said when it was released."""

    __tablename__ = "production_components"
    __table_args__ = (
        one_of("kind", BillLineKind),
        Index("ix_production_components_order_id", "tenant_id", "order_id"),
        CheckConstraint("qty > 0", name="qty_positive"),
        {"schema": "production"},
    )

    order_id: Mapped[UUID] = reference("production.production_orders")
    line_number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20), server_default="component")
    item_id: Mapped[UUID] = reference("catalog.items")
    qty: Mapped[Decimal] = quantity()
    """For the whole order, in the item's stock unit."""
    cost_share: Mapped[Decimal] = rate(server_default=text("0"))


class ProductionOperation(TenantRow):
    """An operation of an order, with its times and rates as they were when it was released."""

    __tablename__ = "production_operations"
    __table_args__ = (Index("ix_production_operations_order_id", "tenant_id", "order_id"), {"schema": "production"})

    order_id: Mapped[UUID] = reference("production.production_orders")
    line_number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    work_centre_id: Mapped[UUID] = reference("production.work_centres")
    planned_minutes: Mapped[Decimal] = quantity()
    """Set-up and run, for the whole order."""
    labour_hour_cost: Mapped[Decimal] = price()
    machine_hour_cost: Mapped[Decimal] = price()
    planned_amount: Mapped[Decimal | None]
    actual_amount: Mapped[Decimal | None]
    actual_hours: Mapped[Decimal | None] = quantity()
    started_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    """Of an order taken over: what the former system says; the others are told by their reports."""


class ProductionPaper(TenantRow):
    """What was issued to an order, reported on it or received from it, or what was left when it was closed."""

    __tablename__ = "production_papers"
    __table_args__ = (
        unique("company_id", "number"),
        one_of("kind", ProductionPaperKind),
        Index("ix_production_papers_order_id", "tenant_id", "order_id"),
        {"schema": "production"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    order_id: Mapped[UUID] = reference("production.production_orders")
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str | None] = short_text()
    posted_on: Mapped[date]
    operation_id: Mapped[UUID | None] = reference("production.production_operations")
    good_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    scrapped_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    scrap_reason_id: Mapped[UUID | None] = reference("production.scrap_reasons")
    labour_minutes: Mapped[Decimal] = quantity(server_default=text("0"))
    machine_minutes: Mapped[Decimal] = quantity(server_default=text("0"))
    work_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """What a report adds to work in progress, or what a closing takes from it (negative)."""
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)
    """Of a report or closing; issues and receipts are posted by their stock moves."""
    state: Mapped[str] = mapped_column(String(20), server_default="posted")
    """posted, cancelled."""


class ProductionPaperLine(TenantRow):
    """A quantity of an item that went in or came out."""

    __tablename__ = "production_paper_lines"
    __table_args__ = (
        Index("ix_production_paper_lines_paper_id", "tenant_id", "paper_id"),
        CheckConstraint("qty > 0", name="qty_positive"),
        {"schema": "production"},
    )

    paper_id: Mapped[UUID] = reference("production.production_papers")
    line_number: Mapped[int] = mapped_column(Integer)
    component_id: Mapped[UUID | None] = reference("production.production_components")
    """Empty for the product itself."""
    item_id: Mapped[UUID] = reference("catalog.items")
    location_id: Mapped[UUID] = reference("inventory.locations")
    qty: Mapped[Decimal] = quantity()
    value_amount: Mapped[Decimal | None]
    """What work in progress took or gave for it when it was posted."""
