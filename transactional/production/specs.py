"""What callers hand to production."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.inventory.lots import LotQty
from transactional.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class NewProductionOrder:
    """A quantity of an item to make.  Units: the item's stock unit."""

    company_id: UUID
    item_id: UUID
    qty: Decimal
    starts_on: date
    due_on: date
    warehouse_id: UUID | None = None
    external_ref: str | None = None
    note: str | None = None
    number: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TakenOverOperation:
    """A step of an order that a former system carried out.  Units: amounts in company currency."""

    line_number: int
    name: str
    work_centre_id: UUID
    started_on: date | None = None
    finished_on: date | None = None
    actual_hours: Decimal | None = None
    planned_amount: Decimal | None = None
    actual_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TakenOverOrder:
    """An order that a former system carried out, as it ended there."""

    order: NewProductionOrder
    finished_on: date | None
    produced_qty: Decimal
    scrapped_qty: Decimal = ZERO
    scrap_reason_id: UUID | None = None
    operations: Sequence[TakenOverOperation] = ()


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A quantity of a component, or of the product where none is named."""

    qty: Decimal
    component_id: UUID | None = None
    location_id: UUID | None = None
    lots: Sequence[LotQty] = ()


@dataclass(frozen=True, slots=True)
class NewIssue:
    """Material for an order: the lines named, or all that is still required."""

    order_id: UUID
    issued_on: date
    lines: Sequence[PaperLine] | None = None


@dataclass(frozen=True, slots=True)
class NewReport:
    """Work done on an order, or on one of its operations."""

    order_id: UUID
    reported_on: date
    operation_id: UUID | None = None
    good_qty: Decimal = ZERO
    scrapped_qty: Decimal = ZERO
    scrap_reason_id: UUID | None = None
    labour_minutes: Decimal = ZERO
    machine_minutes: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class NewReceiptOfOrder:
    """Goods that an order brought: all that is left to make where no quantity is said.

    By-products come in the bill's proportion where none are named.
    """

    order_id: UUID
    received_on: date
    product: PaperLine | None = None
    by_products: Sequence[PaperLine] | None = None
