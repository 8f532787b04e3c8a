"""What callers hand to sales."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.inventory.lots import LotQty
from transactional.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class NewOrderLine:
    """An item wanted. What is left out is found: stock unit, listed price and discount, tax by class, place and day.

    Units: `qty` and `unit_price` in `unit_id`; amounts in the document's currency.
    """

    item_id: UUID
    qty: Decimal
    unit_id: UUID | None = None
    unit_price: Decimal | None = None
    price_source: str | None = None
    discount_share: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    promised_on: date | None = None
    over_delivery_share: Decimal | None = None
    under_delivery_share: Decimal | None = None
    """By how much deliveries may differ; the item's tolerance where left out, or else the customer's."""
    offer_id: UUID | None = None
    """The special offer it is ordered under: its discount where none is given."""
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewQuotation:
    """Prices to offer a customer until a day."""

    company_id: UUID
    customer_id: UUID
    quoted_on: date
    valid_until: date
    lines: Sequence[NewOrderLine]
    currency_code: str | None = None
    salesperson_id: UUID | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What a customer orders. Region, salesperson, terms and currency are the customer's where left out."""

    company_id: UUID
    customer_id: UUID
    ordered_on: date
    lines: Sequence[NewOrderLine]
    warehouse_id: UUID | None = None
    currency_code: str | None = None
    exchange_rate: Decimal | None = None
    promised_on: date | None = None
    salesperson_id: UUID | None = None
    region_id: UUID | None = None
    payment_term_id: UUID | None = None
    customer_reference: str | None = None
    external_ref: str | None = None
    channel: str | None = None
    ship_method_id: UUID | None = None
    payment_currency_code: str | None = None
    ship_to_state: str | None = None
    project_id: UUID | None = None
    reason_ids: Sequence[UUID] = ()
    """Why the customer says to buy."""
    freight_amount: Decimal = ZERO
    number: str | None = None
    quotation_id: UUID | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of an order as it shall be, or an item to add; a quantity of zero cancels the line."""

    qty: Decimal
    order_line_id: UUID | None = None
    item_id: UUID | None = None
    unit_id: UUID | None = None
    unit_price: Decimal | None = None
    discount_share: Decimal | None = None
    promised_on: date | None = None
    over_delivery_share: Decimal | None = None
    under_delivery_share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderChange:
    """Changes to one order; lines that are not named stay as they are."""

    order_id: UUID
    lines: Sequence[LineChange] = ()
    promised_on: date | None = None
    customer_reference: str | None = None
    freight_amount: Decimal | None = None
    ship_method_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChosenLots:
    """Batches or serials that lines of an order shall be promised, by order line, in the items' stock units."""

    order_id: UUID
    lots: Mapping[UUID, Sequence[LotQty]]


@dataclass(frozen=True, slots=True)
class NewDeliveryLine:
    """A quantity of an order line to hand over, in the line's unit; from a location or from where it is reserved."""

    order_line_id: UUID
    qty: Decimal
    location_id: UUID | None = None
    lots: Sequence[LotQty] = ()
    """Of an item kept by batch or serial number: which, in its stock unit."""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery of an order: the lines named, or all that is open."""

    order_id: UUID
    delivered_on: date
    lines: Sequence[NewDeliveryLine] | None = None
    tracking_number: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewInvoiceLine:
    """A quantity of an order line to invoice, in the line's unit."""

    order_line_id: UUID
    qty: Decimal


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice of an order: of some of its deliveries, of the lines named, or of all delivered and not yet invoiced.

    `in_full` invoices what is ordered, delivered or not; `tax_amount` replaces the computed tax: both for imports.
    Freight is the order's, once, where it is left out.
    """

    order_id: UUID
    invoiced_on: date
    delivery_ids: Sequence[UUID] | None = None
    lines: Sequence[NewInvoiceLine] | None = None
    freight_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    exchange_rate: Decimal | None = None
    payment_term_id: UUID | None = None
    in_full: bool = False
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewReturnLine:
    """A quantity of a delivery line that shall come back, in the order line's unit."""

    delivery_line_id: UUID
    qty: Decimal
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class NewReturnRequest:
    """A customer asks to send goods back."""

    order_id: UUID
    requested_on: date
    reason: str
    lines: Sequence[NewReturnLine]
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewReturnReceipt:
    """Goods of an approved return that came back, whole; into a location or the warehouse's default.

    `lots` names by delivery line the batches or serials that came; all that are still out where nothing is said.
    """

    request_id: UUID
    received_on: date
    location_id: UUID | None = None
    id: UUID | None = None
    lots: Mapping[UUID, Sequence[LotQty]] = field(default_factory=dict)
