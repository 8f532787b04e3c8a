"""Production orders and their papers, as clients write and read them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from transactional.inventory.lot_specs import Batches, Serials, lots_given
from transactional.kernel.money import ZERO
from transactional.kernel.schema import Day, Note, PositiveQty, Qty, Reference, Shown, Strict, text_of
from transactional.production.specs import (
    NewIssue,
    NewProductionOrder,
    NewReceiptOfOrder,
    NewReport,
    PaperLine,
    TakenOverOrder,
)

LINES_MAX = 1_000
NotNegativeQty = Annotated[Qty, Field(ge=0)]


class ProductionOrderIn(Strict):
    """A quantity of an item to make, in its stock unit; it starts today and is due that day where nothing is said."""

    company_id: UUID
    item_id: UUID
    qty: PositiveQty
    starts_on: Day | None = None
    due_on: Day | None = None
    warehouse_id: UUID | None = None
    external_ref: Reference | None = None
    note: Note | None = None

    def spec(self, today: Day) -> NewProductionOrder:
        """The same for the service."""
        starts_on = self.starts_on or (min(today, self.due_on) if self.due_on else today)
        given = self.model_dump(exclude={"starts_on", "due_on"})
        return NewProductionOrder(**given, starts_on=starts_on, due_on=self.due_on or starts_on)


class TakenOverOrderIn(Strict):
    """An order that a former system carried out."""

    company_id: UUID
    item_id: UUID
    qty: PositiveQty
    starts_on: Day
    due_on: Day
    finished_on: Day | None = None
    produced_qty: NotNegativeQty
    scrapped_qty: NotNegativeQty = ZERO
    scrap_reason_id: UUID | None = None
    warehouse_id: UUID | None = None
    number: text_of(40, length_min=1) | None = None  # type: ignore[valid-type]
    external_ref: Reference | None = None
    note: Note | None = None

    def spec(self) -> TakenOverOrder:
        """The same for the service."""
        ended = {"finished_on", "produced_qty", "scrapped_qty", "scrap_reason_id"}
        order = NewProductionOrder(**self.model_dump(exclude=ended))
        return TakenOverOrder(order, **self.model_dump(include=ended))


class TakenOverOrdersIn(Strict):
    """Orders that a former system carried out; all of them or none."""

    orders: Annotated[list[TakenOverOrderIn], Field(min_length=1, max_length=LINES_MAX)]


class TakenOverOut(Shown):
    """How many orders were taken over, and their ids in the order given."""

    created: int
    ids: list[UUID]


class ReleaseIn(Strict):
    """How an order is released."""

    force: bool = False
    """Although components are missing; asks for a right of its own."""


class ClosingIn(Strict):
    """The day on which what is left becomes variance: today where none is said."""

    on: Day | None = None


class PaperLineIn(Strict):
    """A quantity of a component or by-product of the order."""

    component_id: UUID
    qty: PositiveQty
    location_id: UUID | None = None
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)

    def spec(self) -> PaperLine:
        """The same for the service."""
        return PaperLine(self.qty, self.component_id, self.location_id, lots_given(self.batches, self.serials))


class IssueIn(Strict):
    """Material for an order: the lines named, or all that is still required."""

    issued_on: Day | None = None
    lines: Annotated[list[PaperLineIn], Field(min_length=1, max_length=LINES_MAX)] | None = None

    def spec(self, order_id: UUID, today: Day) -> NewIssue:
        """The same for the service."""
        lines = None if self.lines is None else [line.spec() for line in self.lines]
        return NewIssue(order_id, self.issued_on or today, lines)


class ReportIn(Strict):
    """Work done on an order, or on one of its operations."""

    reported_on: Day | None = None
    operation_id: UUID | None = None
    good_qty: NotNegativeQty = ZERO
    scrapped_qty: NotNegativeQty = ZERO
    scrap_reason_id: UUID | None = None
    labour_minutes: NotNegativeQty = ZERO
    machine_minutes: NotNegativeQty = ZERO

    def spec(self, order_id: UUID, today: Day) -> NewReport:
        """The same for the service."""
        given = self.model_dump(exclude={"reported_on"})
        return NewReport(order_id=order_id, reported_on=self.reported_on or today, **given)


class GoodsIn(Strict):
    """Goods that came out of an order: all that is left to make where no quantity is said."""

    received_on: Day | None = None
    qty: PositiveQty | None = None
    location_id: UUID | None = None
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)
    by_products: Annotated[list[PaperLineIn], Field(max_length=LINES_MAX)] | None = None
    """In the bill's proportion where left out."""

    def spec(self, order_id: UUID, today: Day) -> NewReceiptOfOrder:
        """The same for the service."""
        lots = lots_given(self.batches, self.serials)
        product = None if self.qty is None else PaperLine(self.qty, None, self.location_id, lots)
        by_products = None if self.by_products is None else [line.spec() for line in self.by_products]
        return NewReceiptOfOrder(order_id, self.received_on or today, product, by_products)


class ItemQtyOut(Shown):
    """A quantity of an item, in its stock unit."""

    item_id: UUID
    code: str
    name: str
    qty: str


class ComponentOut(ItemQtyOut):
    """What goes into a quantity of a product, added up over all places."""

    level: int
    """How far below the product at the most."""
    is_made: bool


class ExplosionOut(ItemQtyOut):
    """Everything that goes into a quantity of a product, and what comes out beside it."""

    on: Day
    components: list[ComponentOut]
    by_products: list[ItemQtyOut]


class UseOut(ItemQtyOut):
    """A product that an item goes into, and how much of the item one piece takes."""

    level: int


class CostOut(Shown):
    """What one piece costs in company currency; the total is materials plus operations less by-products."""

    item_id: UUID
    code: str
    name: str
    material_cost: str
    operation_cost: str
    by_product_cost: str
    unit_cost: str


class MaterialOut(Shown):
    """A component or by-product of an order: what it requires and what has moved."""

    component_id: UUID
    item_id: UUID
    kind: str
    required_qty: str
    moved_qty: str
    open_qty: str


class OrderProgressOut(Shown):
    """How far an order is; what work in progress holds is absent where costs are hidden."""

    order_id: UUID
    qty: str
    produced_qty: str
    scrapped_qty: str
    open_qty: str
    work_in_progress_amount: str | None = None
    materials: list[MaterialOut]


def progress_shown(progress: Mapping[str, Any], hidden_fields: frozenset[str]) -> dict[str, Any]:
    """Progress as far as the asker may see it."""
    is_hidden = "item.cost" in hidden_fields
    return {name: value for name, value in progress.items() if not (is_hidden and name == "work_in_progress_amount")}
