"""Items with units, categories, standard costs by date and price lists."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import (
    FACTS,
    REFERENCE,
    TenantRow,
    one_of,
    price,
    quantity,
    rate,
    reference,
    shaped,
    short_text,
    unique,
)


class ItemKind(StrEnum):
    """Whether an item is kept in stock."""

    STOCK = "stock"
    SERVICE = "service"


class CostingMethod(StrEnum):
    """How an item's stock is valued (IAS 2.25; standard cost IAS 2.21)."""

    MOVING_AVERAGE = "moving_average"
    FIFO = "fifo"
    STANDARD = "standard"


class TrackingMode(StrEnum):
    """How far the stock of an item is told apart."""

    NONE = "none"
    BATCH = "batch"
    SERIAL = "serial"


class PriceListKind(StrEnum):
    """Whether a price list sells or buys."""

    SALES = "sales"
    PURCHASE = "purchase"


class UnitOfMeasure(TenantRow):
    """What quantities are counted in."""

    __tablename__ = "units_of_measure"
    __table_args__ = (unique("code"), {"schema": "catalog", "info": REFERENCE})

    code: Mapped[str] = short_text(20)
    name: Mapped[str] = mapped_column(String(80))
    is_whole: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class ItemCategory(TenantRow):
    """A node of the items' tree, with defaults for new items; what a node leaves open its parent says."""

    __tablename__ = "item_categories"
    __table_args__ = (
        unique("code"),
        CheckConstraint("reorder_point_qty >= 0", name="reorder_point_qty_not_negative"),
        CheckConstraint("safety_stock_qty >= 0", name="safety_stock_qty_not_negative"),
        CheckConstraint("lead_time_days >= 0", name="lead_time_days_not_negative"),
        CheckConstraint("shelf_life_days > 0", name="shelf_life_days_positive"),
        CheckConstraint("warranty_days >= 0", name="warranty_days_not_negative"),
        {"schema": "catalog", "info": REFERENCE},
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[UUID | None] = reference("catalog.item_categories")
    tax_class: Mapped[str | None] = mapped_column(String(40))
    costing_method: Mapped[str | None] = mapped_column(String(20))
    tracking_mode: Mapped[str | None] = mapped_column(String(10))
    reorder_point_qty: Mapped[Decimal | None] = quantity()
    safety_stock_qty: Mapped[Decimal | None] = quantity()
    lead_time_days: Mapped[int | None] = mapped_column(Integer)
    shelf_life_days: Mapped[int | None] = mapped_column(Integer)
    warranty_days: Mapped[int | None] = mapped_column(Integer)


class Item(TenantRow):
    """A thing or service that is bought, kept or sold."""

    __tablename__ = "items"
    __table_args__ = (
        unique("code"),
        # Codes that differ in upper case and lower only are refused; those that stand side by side from before stay.
        Index("ix_items_code_lower", "tenant_id", text("lower(code)")),
        # Red and red are one colour.
        Index("uq_items_variant", "tenant_id", "variant_of_id", text("lower(variant_key)"), unique=True),
        one_of("kind", ItemKind),
        one_of("costing_method", CostingMethod),
        one_of("tracking_mode", TrackingMode),
        CheckConstraint("lead_time_days >= 0", name="lead_time_days_not_negative"),
        CheckConstraint("making_days >= 0", name="making_days_not_negative"),
        CheckConstraint("shelf_life_days > 0", name="shelf_life_days_positive"),
        CheckConstraint("warranty_days >= 0", name="warranty_days_not_negative"),
        CheckConstraint("over_delivery_share >= 0", name="over_delivery_share_not_negative"),
        CheckConstraint("under_delivery_share >= 0", name="under_delivery_share_not_negative"),
        {"schema": "catalog"},
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), server_default="stock")
    category_id: Mapped[UUID | None] = reference("catalog.item_categories")
    unit_id: Mapped[UUID] = reference("catalog.units_of_measure")
    costing_method: Mapped[str] = mapped_column(String(20), server_default="moving_average")
    tracking_mode: Mapped[str] = mapped_column(String(10), server_default="none")
    tax_class: Mapped[str | None] = mapped_column(String(40), server_default="standard")
    list_price: Mapped[Decimal | None] = price()
    standard_cost: Mapped[Decimal | None] = price()
    """In force now; `catalog.item_costs` keeps it by date."""
    reorder_point_qty: Mapped[Decimal | None] = quantity()
    safety_stock_qty: Mapped[Decimal | None] = quantity()
    lead_time_days: Mapped[int | None] = mapped_column(Integer)
    """From the order to the arrival."""
    making_days: Mapped[int | None] = mapped_column(Integer)
    """From the first operation to the finished piece, where it is made in the house."""
    shelf_life_days: Mapped[int | None] = mapped_column(Integer)
    """From making a batch to its expiry, where a receipt does not say."""
    warranty_days: Mapped[int | None] = mapped_column(Integer)
    """From a serial's delivery on."""
    over_delivery_share: Mapped[Decimal | None] = rate()
    under_delivery_share: Mapped[Decimal | None] = rate()
    """By how much deliveries may differ from what is ordered, as parts of it, where nothing nearer says."""
    weight_kg: Mapped[Decimal | None] = quantity()
    variant_of_id: Mapped[UUID | None] = reference("catalog.items")
    variant_key: Mapped[str | None] = mapped_column(String(200))
    attributes: Mapped[dict[str, Any]] = shaped(FACTS, {"colour": "red", "size": "M"}, server_default=text("'{}'"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class ItemUnit(TenantRow):
    """A further unit of an item by exact ratio: one `unit` is `numerator / denominator` stock units."""

    __tablename__ = "item_units"
    __table_args__ = (
        unique("item_id", "unit_id"),
        CheckConstraint("numerator > 0 and denominator > 0", name="ratio_positive"),
        {"schema": "catalog"},
    )

    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID] = reference("catalog.units_of_measure")
    numerator: Mapped[int] = mapped_column(Integer)
    denominator: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class ItemCost(TenantRow):
    """An item's standard cost from a day on, in company currency."""

    __tablename__ = "item_costs"
    __table_args__ = (
        unique("item_id", "company_id", "valid_from"),
        CheckConstraint("unit_cost >= 0", name="unit_cost_not_negative"),
        {"schema": "catalog"},
    )

    item_id: Mapped[UUID] = reference("catalog.items")
    company_id: Mapped[UUID] = reference("organization.companies")
    valid_from: Mapped[date]
    unit_cost: Mapped[Decimal] = price()


class PriceList(TenantRow):
    """Prices in one currency."""

    __tablename__ = "price_lists"
    __table_args__ = (unique("code"), one_of("kind", PriceListKind), {"schema": "catalog", "info": REFERENCE})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    currency_code: Mapped[str] = short_text(3)
    supplier_id: Mapped[UUID | None] = reference("scm.suppliers")
    priority: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class PriceListLine(TenantRow):
    """A price of an item in a unit, from a quantity on, between two days."""

    __tablename__ = "price_list_lines"
    __table_args__ = (
        Index("ix_price_list_lines_item_id", "tenant_id", "item_id", "price_list_id"),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="valid_range"),
        {"schema": "catalog"},
    )

    price_list_id: Mapped[UUID] = reference("catalog.price_lists")
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID | None] = reference("catalog.units_of_measure")
    min_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    unit_price: Mapped[Decimal] = price()
    discount_share: Mapped[Decimal] = rate(server_default=text("0"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day on which the price holds."""


class SupplierItem(TenantRow):
    """An item that a supplier can deliver: at what price, how fast, from how many pieces on."""

    __tablename__ = "supplier_items"
    __table_args__ = (
        unique("supplier_id", "item_id"),
        Index("ix_supplier_items_item_id", "tenant_id", "item_id"),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        CheckConstraint("last_unit_price >= 0", name="last_unit_price_not_negative"),
        CheckConstraint("lead_time_days >= 0", name="lead_time_days_not_negative"),
        CheckConstraint("min_qty >= 0", name="min_qty_not_negative"),
        CheckConstraint("max_qty >= 0", name="max_qty_not_negative"),
        {"schema": "catalog"},
    )

    supplier_id: Mapped[UUID] = reference("scm.suppliers")
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_price: Mapped[Decimal | None] = price()
    """What the supplier usually asks, in the supplier's currency."""
    last_unit_price: Mapped[Decimal | None] = price()
    last_received_on: Mapped[date | None]
    lead_time_days: Mapped[int | None] = mapped_column(Integer)
    """From the order to the arrival, as experience has it."""
    min_qty: Mapped[Decimal | None] = quantity()
    max_qty: Mapped[Decimal | None] = quantity()
    """Of one order."""


class ItemReview(TenantRow):
    """What somebody who bought an item says of it."""

    __tablename__ = "item_reviews"
    __table_args__ = (
        Index("ix_item_reviews_item_id", "tenant_id", "item_id"),
        unique("item_id", "reviewer", "reviewed_on"),
        CheckConstraint("rating > 0", name="rating_positive"),
        {"schema": "catalog"},
    )

    item_id: Mapped[UUID] = reference("catalog.items")
    reviewer: Mapped[str] = mapped_column(String(200))
    reviewed_on: Mapped[date]
    rating: Mapped[int] = mapped_column(Integer)
    """Of five, five the best."""
    comment: Mapped[str | None] = mapped_column(String(4000))
