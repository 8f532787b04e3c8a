"""Documents of selling, as clients write them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from transactional.inventory.lot_specs import Batches, Serials, lots_given
from transactional.kernel.money import ZERO
from transactional.kernel.schema import (
    Amount,
    Day,
    Note,
    PositiveQty,
    Price,
    Qty,
    Rate,
    Reference,
    Share,
    Strict,
    text_of,
)
from transactional.sales.specs import (
    ChosenLots,
    LineChange,
    NewDelivery,
    NewDeliveryLine,
    NewInvoice,
    NewInvoiceLine,
    NewOrder,
    NewOrderLine,
    NewQuotation,
    NewReturnLine,
    NewReturnReceipt,
    NewReturnRequest,
)

LINES_MAX = 1_000
NotNegative = Annotated[Amount, Field(ge=0)]


class OfferLineIn(Strict):
    """An item wanted; price, tax and unit are found where they are left out."""

    item_id: UUID
    qty: PositiveQty
    unit_id: UUID | None = None
    unit_price: Price | None = None
    discount_share: Share | None = None
    promised_on: Day | None = None

    def spec(self) -> NewOrderLine:
        """The same for the service."""
        return NewOrderLine(**self.model_dump())


class OrderLineIn(OfferLineIn):
    """An item ordered; deliveries may differ by the item's tolerance, or else the customer's, where none is said."""

    over_delivery_share: Share | None = None
    under_delivery_share: Share | None = None
    offer_id: UUID | None = Field(None, description="A special offer of that day: its discount where none is given.")


OfferLines = Annotated[list[OfferLineIn], Field(min_length=1, max_length=LINES_MAX)]
OrderLines = Annotated[list[OrderLineIn], Field(min_length=1, max_length=LINES_MAX)]


class QuotationIn(Strict):
    """Prices to offer a customer until a day."""

    company_id: UUID
    customer_id: UUID
    quoted_on: Day | None = None
    valid_until: Day
    lines: OfferLines
    currency_code: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    salesperson_id: UUID | None = None

    def spec(self, today: Day) -> NewQuotation:
        """The same for the service."""
        return NewQuotation(
            company_id=self.company_id,
            customer_id=self.customer_id,
            quoted_on=self.quoted_on or today,
            valid_until=self.valid_until,
            lines=[line.spec() for line in self.lines],
            currency_code=self.currency_code,
            salesperson_id=self.salesperson_id,
        )


class OrderIn(Strict):
    """What a customer orders; region, salesperson, terms and currency are the customer's where they are left out."""

    company_id: UUID
    customer_id: UUID
    ordered_on: Day | None = None
    lines: OrderLines
    warehouse_id: UUID | None = None
    currency_code: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    promised_on: Day | None = None
    salesperson_id: UUID | None = None
    payment_term_id: UUID | None = None
    customer_reference: Reference | None = None
    external_ref: Reference | None = None
    channel: text_of(20) | None = None  # type: ignore[valid-type]
    freight_amount: NotNegative | None = None
    ship_method_id: UUID | None = None
    project_id: UUID | None = None
    reason_ids: Annotated[list[UUID], Field(max_length=20)] = Field(
        default_factory=list, description="Why the customer says to buy: ids of sales reasons."
    )

    def spec(self, today: Day) -> NewOrder:
        """The same for the service."""
        return NewOrder(
            company_id=self.company_id,
            customer_id=self.customer_id,
            ordered_on=self.ordered_on or today,
            lines=[line.spec() for line in self.lines],
            warehouse_id=self.warehouse_id,
            currency_code=self.currency_code,
            promised_on=self.promised_on,
            salesperson_id=self.salesperson_id,
            payment_term_id=self.payment_term_id,
            customer_reference=self.customer_reference,
            external_ref=self.external_ref,
            channel=self.channel,
            freight_amount=self.freight_amount or ZERO,
            ship_method_id=self.ship_method_id,
            project_id=self.project_id,
            reason_ids=self.reason_ids,
        )


class LineChangeIn(Strict):
    """A line as it shall be: one of the order's, or an item added; a quantity of zero cancels it."""

    qty: Annotated[Qty, Field(ge=0)]
    order_line_id: UUID | None = None
    item_id: UUID | None = None
    unit_id: UUID | None = None
    unit_price: Price | None = None
    discount_share: Share | None = None
    promised_on: Day | None = None
    over_delivery_share: Share | None = None
    under_delivery_share: Share | None = None

    def spec(self) -> LineChange:
        """The same for the service."""
        return LineChange(**self.model_dump())


class OrderChangeIn(Strict):
    """Changes to an order; what is left out stays."""

    version: Annotated[int, Field(ge=1)] | None = None
    lines: Annotated[list[LineChangeIn], Field(max_length=LINES_MAX)] = Field(default_factory=list)
    promised_on: Day | None = None
    customer_reference: Reference | None = None
    freight_amount: NotNegative | None = None
    ship_method_id: UUID | None = None


class ChosenLineIn(Strict):
    """The batches or serials that an order line shall be promised; none to leave the choice open again."""

    order_line_id: UUID
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)


class ChosenLotsIn(Strict):
    """Batches or serials promised to lines of an order."""

    lines: Annotated[list[ChosenLineIn], Field(min_length=1, max_length=LINES_MAX)]

    def spec(self, order_id: UUID) -> ChosenLots:
        """The same for the service."""
        return ChosenLots(order_id, {line.order_line_id: lots_given(line.batches, line.serials) for line in self.lines})


class DeliveryLineIn(Strict):
    """A quantity of an order line to hand over, in the line's unit."""

    order_line_id: UUID
    qty: PositiveQty
    location_id: UUID | None = None
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)

    def spec(self) -> NewDeliveryLine:
        """The same for the service."""
        lots = lots_given(self.batches, self.serials)
        return NewDeliveryLine(self.order_line_id, self.qty, self.location_id, lots)


class DeliveryIn(Strict):
    """A delivery of the lines named, or of all that is open."""

    delivered_on: Day | None = None
    lines: Annotated[list[DeliveryLineIn], Field(min_length=1, max_length=LINES_MAX)] | None = None
    tracking_number: Reference | None = None

    def spec(self, order_id: UUID, today: Day) -> NewDelivery:
        """The same for the service."""
        lines = None
        if self.lines is not None:
            lines = [line.spec() for line in self.lines]
        return NewDelivery(order_id, self.delivered_on or today, lines, self.tracking_number)


class OrderDeliveryIn(DeliveryIn):
    """A delivery, with the order it is of."""

    order_id: UUID


class InvoiceLineIn(Strict):
    """A quantity of an order line to invoice, in the line's unit."""

    order_line_id: UUID
    qty: PositiveQty


class InvoiceIn(Strict):
    """An invoice of some deliveries, of the lines named, or of all delivered and not yet invoiced."""

    invoiced_on: Day | None = None
    delivery_ids: Annotated[list[UUID], Field(min_length=1, max_length=LINES_MAX)] | None = None
    lines: Annotated[list[InvoiceLineIn], Field(min_length=1, max_length=LINES_MAX)] | None = None
    freight_amount: NotNegative | None = None
    exchange_rate: Rate | None = None
    payment_term_id: UUID | None = None

    def spec(self, order_id: UUID, today: Day) -> NewInvoice:
        """The same for the service."""
        lines = None if self.lines is None else [NewInvoiceLine(line.order_line_id, line.qty) for line in self.lines]
        return NewInvoice(
            order_id=order_id,
            invoiced_on=self.invoiced_on or today,
            delivery_ids=self.delivery_ids,
            lines=lines,
            freight_amount=self.freight_amount,
            exchange_rate=self.exchange_rate,
            payment_term_id=self.payment_term_id,
        )


class OrderInvoiceIn(InvoiceIn):
    """An invoice, with the order it is for."""

    order_id: UUID


class ReturnLineIn(Strict):
    """A quantity of a delivery line that shall come back."""

    delivery_line_id: UUID
    qty: PositiveQty
    reason: Note | None = None

    def spec(self) -> NewReturnLine:
        """The same for the service."""
        return NewReturnLine(self.delivery_line_id, self.qty, self.reason)


class ReturnRequestIn(Strict):
    """A customer asks to send goods back."""

    order_id: UUID
    requested_on: Day | None = None
    reason: text_of(300, length_min=1)  # type: ignore[valid-type]
    lines: Annotated[list[ReturnLineIn], Field(min_length=1, max_length=LINES_MAX)]

    def spec(self, today: Day) -> NewReturnRequest:
        """The same for the service."""
        lines = [line.spec() for line in self.lines]
        return NewReturnRequest(self.order_id, self.requested_on or today, self.reason, lines)


class ReturnedLineIn(Strict):
    """The batches or serials of a delivery line that came back."""

    delivery_line_id: UUID
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)


class ReturnReceiptIn(Strict):
    """Goods of an approved return that came back; lines are named where not all of their batches or serials came."""

    received_on: Day | None = None
    location_id: UUID | None = None
    lines: Annotated[list[ReturnedLineIn], Field(max_length=LINES_MAX)] = Field(default_factory=list)

    def spec(self, request_id: UUID, today: Day) -> NewReturnReceipt:
        """The same for the service."""
        lots = {line.delivery_line_id: lots_given(line.batches, line.serials) for line in self.lines}
        return NewReturnReceipt(request_id, self.received_on or today, self.location_id, lots=lots)


class DatedIn(Strict):
    """The day of a transition; today where it is left out."""

    on: Day | None = None
