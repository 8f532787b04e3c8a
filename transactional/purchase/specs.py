"""What callers hand to purchasing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.inventory.lots import LotQty
from transactional.kernel.money import ZERO
from transactional.organization.models import Company
from transactional.purchase.landed_cost_models import CostBasis


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far receipts and invoices may differ from the order before somebody must look.  Units: fractions."""

    receipt_qty_share: Decimal = ZERO
    invoice_qty_share: Decimal = ZERO
    invoice_price_share: Decimal = Decimal("0.02")

    @classmethod
    def of(cls, company: Company) -> "Tolerances":
        """What a company lets pass."""
        return cls(
            company.receipt_tolerance_share,
            company.invoice_qty_tolerance_share,
            company.invoice_price_tolerance_share,
        )


@dataclass(frozen=True, slots=True)
class NewPurchaseLine:
    """An item to buy. What is left out is found: stock unit, the listed price, tax by class, place and day."""

    item_id: UUID
    qty: Decimal
    unit_id: UUID | None = None
    unit_price: Decimal | None = None
    price_source: str | None = None
    discount_share: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    promised_on: date | None = None
    id: UUID | None = None
    least_qty: Decimal = ZERO
    """Of an offer or contract: the least quantity that its price holds for."""
    cost_centre_id: UUID | None = None
    """Whom it is bought for: a service is posted there, goods cost a cost centre when they are issued to it."""
    project_id: UUID | None = None
    """What it is bought for, as with the cost centre."""
    requisition_line_id: UUID | None = None
    quotation_line_id: UUID | None = None
    contract_line_id: UUID | None = None
    stated_received_qty: Decimal | None = None
    stated_rejected_qty: Decimal | None = None
    """What a former system says of the line."""


@dataclass(frozen=True, slots=True)
class NewPurchaseOrder:
    """What to order from a supplier. Terms and currency are the supplier's where left out."""

    company_id: UUID
    supplier_id: UUID
    ordered_on: date
    lines: Sequence[NewPurchaseLine]
    warehouse_id: UUID | None = None
    currency_code: str | None = None
    exchange_rate: Decimal | None = None
    promised_on: date | None = None
    buyer_id: UUID | None = None
    payment_term_id: UUID | None = None
    ship_method_id: UUID | None = None
    external_ref: str | None = None
    freight_amount: Decimal = ZERO
    number: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PurchaseLineChange:
    """A line of an order as it shall be, or an item to add; a quantity of zero takes the line out."""

    qty: Decimal
    order_line_id: UUID | None = None
    item_id: UUID | None = None
    unit_id: UUID | None = None
    unit_price: Decimal | None = None
    promised_on: date | None = None
    cost_centre_id: UUID | None = None
    project_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PurchaseOrderChange:
    """Changes to one order; lines that are not named stay as they are."""

    order_id: UUID
    lines: Sequence[PurchaseLineChange] = ()
    promised_on: date | None = None
    external_ref: str | None = None
    freight_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What to order of a line of a requisition, quotation or contract: what is open or offered where left out."""

    line_id: UUID
    qty: Decimal | None = None
    promised_on: date | None = None
    unit_price: Decimal | None = None
    """Of a requisition's line: the supplier's listed price where left out. The others have a price of their own."""


@dataclass(frozen=True, slots=True)
class OrderFrom:
    """An order made of a requisition, quotation or contract: of the lines named, or of all of it.

    The supplier is said where a requisition names none.
    """

    source_id: UUID
    ordered_on: date
    lines: Sequence[SourceLine] | None = None
    supplier_id: UUID | None = None
    warehouse_id: UUID | None = None
    buyer_id: UUID | None = None
    external_ref: str | None = None


@dataclass(frozen=True, slots=True)
class NewReceiptLine:
    """What arrived of an order line, in the line's unit; accepted is all of it where nothing is said."""

    order_line_id: UUID
    arrived_qty: Decimal
    accepted_qty: Decimal | None = None
    rejected_qty: Decimal = ZERO
    quarantined_qty: Decimal = ZERO
    reject_reason: str | None = None
    location_id: UUID | None = None
    lots: Sequence[LotQty] = ()
    """Of an item kept by batch or serial number: what was accepted, in its stock unit."""
    is_inspected: bool = False
    """Whether an inspection has decided: what a plan holds back is let through."""


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """An arrival of an order, inspected: the lines named, or all that is open, accepted."""

    order_id: UUID
    received_on: date
    lines: Sequence[NewReceiptLine] | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewSupplierReturnLine:
    """A quantity of a receipt line that goes back, in the order line's unit."""

    receipt_line_id: UUID
    qty: Decimal
    lots: Sequence[LotQty] = ()
    """Of an item kept by batch or serial number: which of those received on the line."""


@dataclass(frozen=True, slots=True)
class NewSupplierReturn:
    """Accepted goods of an order go back to the supplier."""

    order_id: UUID
    returned_on: date
    lines: Sequence[NewSupplierReturnLine]
    reason: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewSupplierInvoiceLine:
    """A quantity of an order line as the supplier bills it.

    Units: `unit_price` per the order line's unit, the order's where left out; `tax_amount` replaces the computed one.
    """

    order_line_id: UUID
    qty: Decimal
    unit_price: Decimal | None = None
    tax_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewSupplierInvoice:
    """A supplier's invoice of an order: the lines named, or all that is received and not invoiced."""

    order_id: UUID
    external_number: str
    invoiced_on: date
    lines: Sequence[NewSupplierInvoiceLine] | None = None
    freight_amount: Decimal = ZERO
    freight_tax_amount: Decimal | None = None
    """What the supplier states; by the order's tax where it is left out."""
    exchange_rate: Decimal | None = None
    payment_term_id: UUID | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewSupplierCredit:
    """A supplier's credit note for what was sent back of an order after it was invoiced."""

    order_id: UUID
    external_number: str
    credited_on: date
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What became of goods in quarantine, in the order line's unit."""

    receipt_line_id: UUID
    accepted_qty: Decimal = ZERO
    rejected_qty: Decimal = ZERO
    reject_reason: str | None = None
    order_id: UUID | None = None
    """The order it has to be of, where the caller has named one."""
    lots: Sequence[LotQty] = ()
    sample_qty: Decimal | None = None
    """Of goods inspected by plan: how much was looked at, and how much of it was defect."""
    defect_qty: Decimal = ZERO
    results: Mapping[str, Decimal] = field(default_factory=dict)
    """What was measured, by the name of the plan's check."""


@dataclass(frozen=True, slots=True)
class NewBillLine:
    """A service or expense a supplier bills: by account or by item, one of the two.

    Units: `unit_price` in the bill's currency, with the tax in it where the tax code says so; `tax_amount` replaces the
    computed one.
    """

    unit_price: Decimal
    qty: Decimal = Decimal(1)
    account_id: UUID | None = None
    item_id: UUID | None = None
    description: str | None = None
    tax_code_id: UUID | None = None
    tax_amount: Decimal | None = None
    cost_centre_id: UUID | None = None
    project_id: UUID | None = None
    asset_tag: str | None = None
    in_service_on: date | None = None
    """Of a line on the account of a class of fixed assets."""


@dataclass(frozen=True, slots=True)
class NewBill:
    """A supplier's invoice without an order. Terms and currency are the supplier's where left out."""

    company_id: UUID
    supplier_id: UUID
    external_number: str
    invoiced_on: date
    lines: Sequence[NewBillLine]
    currency_code: str | None = None
    exchange_rate: Decimal | None = None
    payment_term_id: UUID | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewLandedCost:
    """Freight or duty of receipts, shared among their lines.  Units: `amount` in company currency."""

    receipt_ids: Sequence[UUID]
    cost_on: date
    amount: Decimal
    basis: CostBasis
    description: str | None = None
    id: UUID | None = None
