"""Documents of buying, as clients write them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.sales.documents import LINES_MAX, NotNegative
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
    Shown,
    Strict,
    text_of,
)
from transactional.purchase.landed_cost_models import CostBasis
from transactional.purchase.specs import (
    Inspection,
    NewLandedCost,
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewReceiptLine,
    NewSupplierInvoice,
    NewSupplierInvoiceLine,
    NewSupplierReturn,
    NewSupplierReturnLine,
    OrderFrom,
    PurchaseLineChange,
    PurchaseOrderChange,
    SourceLine,
)

NotNegativeQty = Annotated[Qty, Field(ge=0)]


class PurchaseLineIn(Strict):
    """An item to buy; price, tax and unit are found where they are left out."""

    item_id: UUID
    qty: PositiveQty
    unit_id: UUID | None = None
    unit_price: Price | None = None
    discount_share: Share | None = None
    promised_on: Day | None = None
    cost_centre_id: UUID | None = None
    project_id: UUID | None = None

    def spec(self) -> NewPurchaseLine:
        """The same for the service."""
        return NewPurchaseLine(**self.model_dump())


class PurchaseOrderIn(Strict):
    """What to order from a supplier; terms and currency are the supplier's where they are left out."""

    company_id: UUID
    supplier_id: UUID
    ordered_on: Day | None = None
    lines: Annotated[list[PurchaseLineIn], Field(min_length=1, max_length=LINES_MAX)]
    warehouse_id: UUID | None = None
    currency_code: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    promised_on: Day | None = None
    buyer_id: UUID | None = None
    payment_term_id: UUID | None = None
    external_ref: Reference | None = None
    ship_method_id: UUID | None = None
    freight_amount: NotNegative = ZERO

    def spec(self, today: Day) -> NewPurchaseOrder:
        """The same for the service."""
        given = self.model_dump(exclude={"lines", "ordered_on"})
        return NewPurchaseOrder(
            **given, ordered_on=self.ordered_on or today, lines=[line.spec() for line in self.lines]
        )


class OrderRejectionIn(Strict):
    """Why an order is turned down."""

    reason: text_of(300, length_min=1) | None = None  # type: ignore[valid-type]


class PurchaseLineChangeIn(Strict):
    """A line as it shall be: one of the order's, or an item added; a quantity of zero takes the line out."""

    qty: NotNegativeQty
    order_line_id: UUID | None = None
    item_id: UUID | None = None
    unit_id: UUID | None = None
    unit_price: Price | None = None
    promised_on: Day | None = None
    cost_centre_id: UUID | None = None
    project_id: UUID | None = None

    def spec(self) -> PurchaseLineChange:
        """The same for the service."""
        return PurchaseLineChange(**self.model_dump())


class PurchaseOrderChangeIn(Strict):
    """Changes to a purchase order; what is left out stays."""

    version: Annotated[int, Field(ge=1)] | None = None
    lines: Annotated[list[PurchaseLineChangeIn], Field(max_length=LINES_MAX)] = Field(default_factory=list)
    promised_on: Day | None = None
    external_ref: Reference | None = None
    freight_amount: NotNegative | None = None

    def spec(self, order_id: UUID) -> PurchaseOrderChange:
        """The same for the service."""
        lines = tuple(line.spec() for line in self.lines)
        return PurchaseOrderChange(order_id, lines, **self.model_dump(exclude={"version", "lines"}))


class SourceLineIn(Strict):
    """What to order of a line: what is open or offered of it where no quantity is said."""

    line_id: UUID
    qty: PositiveQty | None = None
    promised_on: Day | None = None


class OrderFromIn(Strict):
    """An order made of a quotation or contract: the lines named, or all of it."""

    ordered_on: Day | None = None
    lines: Annotated[list[SourceLineIn], Field(min_length=1, max_length=LINES_MAX)] | None = None
    warehouse_id: UUID | None = None
    buyer_id: UUID | None = None
    external_ref: Reference | None = None

    def spec(self, source_id: UUID, today: Day) -> OrderFrom:
        """The same for the service."""
        given = self.model_dump(exclude={"lines", "ordered_on"})
        lines = None if self.lines is None else [SourceLine(**line.model_dump()) for line in self.lines]
        return OrderFrom(source_id, ordered_on=self.ordered_on or today, lines=lines, **given)


class NeedLineIn(SourceLineIn):
    """What to order of a line of a requisition, at a price in the order's currency."""

    unit_price: Price | None = Field(None, description="The supplier's listed price where left out.")


class OrderNeedIn(OrderFromIn):
    """An order made of a requisition; the supplier is said where its lines name none."""

    lines: Annotated[list[NeedLineIn], Field(min_length=1, max_length=LINES_MAX)] | None = None  # type: ignore[assignment]
    supplier_id: UUID | None = None


class ReceiptLineIn(Strict):
    """What arrived of an order line: accepted, rejected and quarantined add up to it."""

    order_line_id: UUID
    arrived_qty: PositiveQty
    accepted_qty: NotNegativeQty | None = None
    rejected_qty: NotNegativeQty = ZERO
    quarantined_qty: NotNegativeQty = ZERO
    reject_reason: Note | None = None
    location_id: UUID | None = None
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)

    def spec(self) -> NewReceiptLine:
        """The same for the service."""
        given = self.model_dump(exclude={"batches", "serials"})
        return NewReceiptLine(**given, lots=lots_given(self.batches, self.serials))


class ReceiptIn(Strict):
    """An arrival: the lines named, or all that is open, accepted."""

    received_on: Day | None = None
    lines: Annotated[list[ReceiptLineIn], Field(min_length=1, max_length=LINES_MAX)] | None = None

    def spec(self, order_id: UUID, today: Day) -> NewReceipt:
        """The same for the service."""
        lines = None if self.lines is None else [line.spec() for line in self.lines]
        return NewReceipt(order_id, self.received_on or today, lines)


class OrderReceiptIn(ReceiptIn):
    """An arrival, with the order it is of."""

    order_id: UUID


class SupplierInvoiceLineIn(Strict):
    """A quantity of an order line as the supplier bills it."""

    order_line_id: UUID
    qty: PositiveQty
    unit_price: Price | None = None
    tax_amount: NotNegative | None = None

    def spec(self) -> NewSupplierInvoiceLine:
        """The same for the service."""
        return NewSupplierInvoiceLine(**self.model_dump())


class SupplierInvoiceIn(Strict):
    """A supplier's invoice: the lines named, or all that is received and not invoiced."""

    external_number: Annotated[Reference, Field(min_length=1)]
    invoiced_on: Day | None = None
    lines: Annotated[list[SupplierInvoiceLineIn], Field(min_length=1, max_length=LINES_MAX)] | None = None
    freight_amount: NotNegative = ZERO
    freight_tax_amount: NotNegative | None = None
    exchange_rate: Rate | None = None
    payment_term_id: UUID | None = None

    def spec(self, order_id: UUID, today: Day) -> NewSupplierInvoice:
        """The same for the service."""
        return NewSupplierInvoice(
            order_id=order_id,
            external_number=self.external_number,
            invoiced_on=self.invoiced_on or today,
            lines=None if self.lines is None else [line.spec() for line in self.lines],
            freight_amount=self.freight_amount,
            freight_tax_amount=self.freight_tax_amount,
            exchange_rate=self.exchange_rate,
            payment_term_id=self.payment_term_id,
        )


class SupplierReturnLineIn(Strict):
    """A quantity of a receipt line that goes back."""

    receipt_line_id: UUID
    qty: PositiveQty
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)

    def spec(self) -> NewSupplierReturnLine:
        """The same for the service."""
        return NewSupplierReturnLine(self.receipt_line_id, self.qty, lots_given(self.batches, self.serials))


class SupplierReturnIn(Strict):
    """Accepted goods of an order go back."""

    order_id: UUID
    returned_on: Day | None = None
    lines: Annotated[list[SupplierReturnLineIn], Field(min_length=1, max_length=LINES_MAX)]
    reason: Note | None = None

    def spec(self, today: Day) -> NewSupplierReturn:
        """The same for the service."""
        lines = [line.spec() for line in self.lines]
        return NewSupplierReturn(self.order_id, self.returned_on or today, lines, self.reason)


class SupplierCreditIn(Strict):
    """A supplier's credit note for what was sent back after it was invoiced."""

    order_id: UUID
    external_number: Annotated[Reference, Field(min_length=1)]
    credited_on: Day | None = None


class ResultIn(Strict):
    """What was measured of a check of the plan."""

    check: text_of(80, length_min=1)  # type: ignore[valid-type]
    value: Qty


class InspectedLineIn(Strict):
    """What became of goods in quarantine, in the order line's unit."""

    receipt_line_id: UUID
    accepted_qty: NotNegativeQty = ZERO
    rejected_qty: NotNegativeQty = ZERO
    reject_reason: Note | None = None
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)
    sample_qty: NotNegativeQty | None = None
    defect_qty: NotNegativeQty = ZERO
    results: Annotated[list[ResultIn], Field(max_length=100)] = Field(default_factory=list)
    """Of goods inspected by plan."""

    def spec(self, order_id: UUID) -> Inspection:
        """The same for the service."""
        given = self.model_dump(exclude={"batches", "serials", "results"})
        measured = {result.check: result.value for result in self.results}
        lots = lots_given(self.batches, self.serials)
        return Inspection(**given, order_id=order_id, lots=lots, results=measured)


class InspectionIn(Strict):
    """The second look at goods of one order."""

    order_id: UUID
    on: Day | None = None
    lines: Annotated[list[InspectedLineIn], Field(min_length=1, max_length=LINES_MAX)]

    def spec(self) -> list[Inspection]:
        """The same for the service."""
        return [line.spec(self.order_id) for line in self.lines]


class LandedCostIn(Strict):
    """Freight or duty of receipts, in company currency."""

    receipt_ids: Annotated[list[UUID], Field(min_length=1, max_length=LINES_MAX)]
    cost_on: Day | None = None
    amount: Amount
    basis: CostBasis = CostBasis.VALUE
    description: Note | None = None

    def spec(self, today: Day) -> NewLandedCost:
        """The same for the service."""
        return NewLandedCost(self.receipt_ids, self.cost_on or today, self.amount, self.basis, self.description)


class SharedReceiptIn(Strict):
    """A receipt that bears a part of a landed cost."""

    receipt_id: UUID


class LandedCostRowsIn(Strict):
    """Freight or duty as a file has it: a row a receipt."""

    cost_on: Day | None = None
    amount: Amount
    basis: CostBasis = CostBasis.VALUE
    description: Note | None = None
    receipts: Annotated[list[SharedReceiptIn], Field(min_length=1, max_length=LINES_MAX)]

    def spec(self, today: Day) -> NewLandedCost:
        """The same for the service."""
        ids = [each.receipt_id for each in self.receipts]
        return NewLandedCost(ids, self.cost_on or today, self.amount, self.basis, self.description)


class LineProgressOut(Shown):
    """How far an order line is, in the line's unit; decimals as text."""

    order_line_id: UUID
    line_number: int
    item_id: UUID
    ordered_qty: str
    accepted_qty: str
    returned_qty: str
    invoiced_qty: str
    open_qty: str
    open_amount: str


class OrderProgressOut(Shown):
    """How far an order is, amounts in its currency: the commitment is what is still to be invoiced."""

    order_id: UUID
    total_amount: str
    commitment_amount: str
    invoiced_amount: str
    paid_amount: str
    lines: list[LineProgressOut]
