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
    WAITING = "waiting"
    """For approval: worth more than one user may order alone."""
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class RequisitionState(StrEnum):
    """How much of a requisition is ordered comes from the orders."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"
    CLOSED = "closed"


class SupplierQuotationState(StrEnum):
    """Open until ordered from, declined or past its last day."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ContractState(StrEnum):
    """Only an approved contract is ordered from."""

    DRAFT = "draft"
    APPROVED = "approved"
    CLOSED = "closed"


class PurchaseRequisition(TenantRow):
    """What somebody in the house needs by a day."""

    __tablename__ = "purchase_requisitions"
    __table_args__ = (unique("company_id", "number"), one_of("state", RequisitionState), {"schema": "purchase"})

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str | None] = short_text()
    requested_on: Mapped[date | None]
    needed_on: Mapped[date]
    cost_centre_id: Mapped[UUID | None] = reference("organization.cost_centres")
    requester_id: Mapped[UUID | None] = reference("organization.employees")
    reason: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    decided_by: Mapped[UUID | None]
    decision_reason: Mapped[str | None] = mapped_column(String(300))
    budget_warning: Mapped[str | None] = mapped_column(String(500))
    """Which budget was exceeded when it was approved, where that is let pass with a warning."""


class PurchaseRequisitionLine(TenantRow):
    """An item needed, perhaps with the supplier it should come from."""

    __tablename__ = "purchase_requisition_lines"
    __table_args__ = (
        Index("ix_purchase_requisition_lines_requisition_id", "tenant_id", "requisition_id"),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        {"schema": "purchase"},
    )

    requisition_id: Mapped[UUID] = reference("purchase.purchase_requisitions")
    line_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID | None] = reference("catalog.units_of_measure")
    """The item's stock unit where empty."""
    qty: Mapped[Decimal] = quantity()
    supplier_id: Mapped[UUID | None] = reference("scm.suppliers")
    unit_price: Mapped[Decimal | None] = price()
    """What it is expected to cost, in company currency: the supplier's listed or the last price where empty."""
    needed_on: Mapped[date | None]
    """The requisition's day where empty."""


class SupplierQuotation(TenantRow):
    """Prices a supplier offers us until a day."""

    __tablename__ = "supplier_quotations"
    __table_args__ = (
        unique("company_id", "number"),
        one_of("state", SupplierQuotationState),
        CheckConstraint("valid_until >= quoted_on", name="valid_range"),
        {"schema": "purchase"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str | None] = short_text()
    external_number: Mapped[str | None] = mapped_column(String(80))
    """The supplier's own number."""
    supplier_id: Mapped[UUID] = reference("scm.suppliers")
    quoted_on: Mapped[date]
    valid_until: Mapped[date]
    currency_code: Mapped[str] = short_text(3)
    payment_term_id: Mapped[UUID | None] = reference("scm.payment_terms")
    state: Mapped[str] = mapped_column(String(20), server_default="open")


class SupplierQuotationLine(TenantRow):
    """An item offered at a price, from a least quantity on, delivered by a day."""

    __tablename__ = "supplier_quotation_lines"
    __table_args__ = (
        Index("ix_supplier_quotation_lines_quotation_id", "tenant_id", "quotation_id"),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        CheckConstraint("min_qty >= 0", name="min_qty_not_negative"),
        {"schema": "purchase"},
    )

    quotation_id: Mapped[UUID] = reference("purchase.supplier_quotations")
    line_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID | None] = reference("catalog.units_of_measure")
    qty: Mapped[Decimal] = quantity()
    min_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    unit_price: Mapped[Decimal] = price()
    discount_share: Mapped[Decimal] = rate(server_default=text("0"))
    promised_on: Mapped[date | None]
    requisition_line_id: Mapped[UUID | None] = reference("purchase.purchase_requisition_lines")
    """The need it answers: ordering it orders that."""


class PurchaseContract(TenantRow):
    """Prices agreed with a supplier for a time."""

    __tablename__ = "purchase_contracts"
    __table_args__ = (
        unique("company_id", "number"),
        one_of("state", ContractState),
        CheckConstraint("ends_on >= starts_on", name="range"),
        {"schema": "purchase"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str | None] = short_text()
    external_number: Mapped[str | None] = mapped_column(String(80))
    supplier_id: Mapped[UUID] = reference("scm.suppliers")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day on which may be ordered."""
    currency_code: Mapped[str] = short_text(3)
    payment_term_id: Mapped[UUID | None] = reference("scm.payment_terms")
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    approved_by: Mapped[UUID | None]


class PurchaseContractLine(TenantRow):
    """An item at its agreed price, with the least quantity of an order and the most of all orders."""

    __tablename__ = "purchase_contract_lines"
    __table_args__ = (
        Index("ix_purchase_contract_lines_contract_id", "tenant_id", "contract_id"),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        CheckConstraint("min_qty >= 0", name="min_qty_not_negative"),
        CheckConstraint("max_qty > 0", name="max_qty_positive"),
        CheckConstraint("lead_time_days >= 0", name="lead_time_days_not_negative"),
        {"schema": "purchase"},
    )

    contract_id: Mapped[UUID] = reference("purchase.purchase_contracts")
    line_number: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[UUID] = reference("catalog.items")
    unit_id: Mapped[UUID | None] = reference("catalog.units_of_measure")
    unit_price: Mapped[Decimal] = price()
    min_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    max_qty: Mapped[Decimal | None] = quantity()
    lead_time_days: Mapped[int] = mapped_column(Integer, server_default=text("0"))


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
    ship_method_id: Mapped[UUID | None] = reference("scm.ship_methods")
    external_ref: Mapped[str | None] = mapped_column(String(80))
    net_amount: Mapped[Decimal]
    freight_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    freight_tax_amount: Mapped[Decimal] = mapped_column(server_default=text("0"))
    """Part of the tax."""
    freight_tax_code_id: Mapped[UUID | None] = reference("finance.tax_codes")
    tax_amount: Mapped[Decimal]
    total_amount: Mapped[Decimal]
    company_net_amount: Mapped[Decimal]
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    state: Mapped[str] = mapped_column(String(20), server_default="draft")
    confirmed_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    """Who would have confirmed or changed it, where it had to wait."""
    decided_by: Mapped[UUID | None]
    decision_reason: Mapped[str | None] = mapped_column(String(300))
    budget_warning: Mapped[str | None] = mapped_column(String(500))
    """By how much it took more than was left of a budget that warns."""


class PurchaseOrderLine(TenantRow):
    """An item or service ordered; amounts in the order's currency."""

    __tablename__ = "purchase_order_lines"
    __table_args__ = (
        Index("ix_purchase_order_lines_order_id", "tenant_id", "order_id"),
        Index(
            "ix_purchase_order_lines_requisition_line_id",
            "tenant_id",
            "requisition_line_id",
            postgresql_where=text("requisition_line_id is not null"),
        ),
        Index(
            "ix_purchase_order_lines_contract_line_id",
            "tenant_id",
            "contract_line_id",
            postgresql_where=text("contract_line_id is not null"),
        ),
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
    account_id: Mapped[UUID | None] = reference("ledger.accounts")
    """Of a service: where its cost goes when it is invoiced. Goods go to stock."""
    cost_centre_id: Mapped[UUID | None] = reference("organization.cost_centres")
    project_id: Mapped[UUID | None] = reference("project.projects")
    promised_on: Mapped[date | None]
    requisition_line_id: Mapped[UUID | None] = reference("purchase.purchase_requisition_lines")
    quotation_line_id: Mapped[UUID | None] = reference("purchase.supplier_quotation_lines")
    contract_line_id: Mapped[UUID | None] = reference("purchase.purchase_contract_lines")
    """Where the line comes from: a need, an offer, a contract."""
    approved_qty: Mapped[Decimal | None] = quantity()
    approved_unit_price: Mapped[Decimal | None] = price()
    """Of a line changed since its order was let go out: what was let go then, zero of an added line."""
    stated_received_qty: Mapped[Decimal | None] = quantity()
    stated_rejected_qty: Mapped[Decimal | None] = quantity()
    """What a former system says of it, whatever became of its order; the books have receipts."""


class PurchaseReceipt(TenantRow):
    """Goods arrived (kind receipt) or sent back (kind return), inspected and posted."""

    __tablename__ = "purchase_receipts"
    __table_args__ = (
        unique("company_id", "number"),
        unique("reverses_id"),
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
    """posted, cancelled."""
    journal_entry_id: Mapped[UUID | None] = reference("ledger.journal_entries", is_deferred=True)
    reverses_id: Mapped[UUID | None] = reference("purchase.purchase_receipts")
    """Of a cancellation: the receipt or return it is the mirror image of."""


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
    inspection_plan_id: Mapped[UUID | None] = reference("purchase.inspection_plans")
    """By which it is inspected: until then it waits in quarantine."""
    returned_line_id: Mapped[UUID | None] = reference("purchase.purchase_receipt_lines")
    """Of a return: the receipt line that goes back."""
