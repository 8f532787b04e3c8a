"""What an import will do, in our terms but with the source's keys: made by a pure function, carried out by `steps`.

Keys are the source's own, as text. Amounts are in the company's currency and already rounded as they will be booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from importers.problems import RowProblem

ZERO = Decimal(0)
HALF_CENT = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """The company the data is about."""

    code: str
    name: str
    currency_code: str
    country_code: str
    first_year: int
    last_year: int
    warehouse_name: str = "Main warehouse"
    tax_rate: Decimal = ZERO
    """What most documents carry; each brings its own amounts."""


@dataclass(frozen=True, slots=True)
class Record:
    """A master record: its key, the fields as our models name them, and which fields hold keys of other records."""

    key: str
    values: Mapping[str, Any]
    links: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Field to (collection, key)."""


class PurchaseState(StrEnum):
    """How far a purchase order of the source has come."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line sold; `net_amount` and `tax_amount` are what is booked, to the cent."""

    ref: str
    item: str
    qty: Decimal
    unit_price: Decimal
    discount_share: Decimal
    net_amount: Decimal
    tax_amount: Decimal
    offer: str | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """A sales order with what became of it."""

    ref: str
    customer: str
    ordered_on: date
    lines: Sequence[SaleLine]
    promised_on: date | None = None
    delivered_on: date | None = None
    paid_on: date | None = None
    freight_amount: Decimal = ZERO
    region: str | None = None
    salesperson: str | None = None
    payment_term: str | None = None
    customer_reference: str | None = None
    channel: str | None = None
    ship_method: str | None = None
    payment_currency: str | None = None
    """In which the customer paid, where that is not the company's."""
    ship_to_state: str | None = None
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """A line bought; accepted is what arrived less what was rejected."""

    ref: str
    item: str
    qty: Decimal
    unit_price: Decimal
    net_amount: Decimal
    tax_amount: Decimal
    promised_on: date | None = None
    arrived_qty: Decimal = ZERO
    rejected_qty: Decimal = ZERO
    stated_received_qty: Decimal | None = None
    stated_rejected_qty: Decimal | None = None
    """What the source says of the line, whatever became of its order."""

    @property
    def accepted_qty(self) -> Decimal:
        """What was taken into stock."""
        return self.arrived_qty - self.rejected_qty


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase order with what became of it."""

    ref: str
    supplier: str
    ordered_on: date
    lines: Sequence[PurchaseLine]
    state: PurchaseState
    received_on: date | None = None
    paid_on: date | None = None
    freight_amount: Decimal = ZERO
    buyer: str | None = None
    ship_method: str | None = None


class PaperKind(StrEnum):
    """Stock that moves without a purchase or sale."""

    OPENING = "opening"
    PRODUCTION_RECEIPT = "production_receipt"
    ISSUE = "issue"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """An item and quantity; without a location the item's usual one."""

    item: str
    qty: Decimal
    unit_cost: Decimal | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A stock document of one day."""

    ref: str
    kind: PaperKind
    on: date
    lines: Sequence[PaperLine]
    reason: str | None = None
    amends: PaperKind | None = None
    """Of an adjustment that amends a document: its kind, against whose account it stands."""


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A quantity that comes back of a line sold before."""

    sale: str
    line: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class Credit:
    """Goods that came back for a credit note, all of one earlier sale."""

    ref: str
    sale: str
    on: date
    lines: Sequence[CreditLine]
    reason: str


class NoteKind(StrEnum):
    """Which way the money of a note goes."""

    INVOICE = "invoice"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line of a note; quantity and amounts positive."""

    item: str
    qty: Decimal
    unit_price: Decimal
    net_amount: Decimal


@dataclass(frozen=True, slots=True)
class Note:
    """An invoice or credit note that stands alone: no order, no goods."""

    ref: str
    kind: NoteKind
    customer: str
    on: date
    lines: Sequence[NoteLine]
    is_bad_debt: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the source's rows of one sort: how many, their sum, and why where they were not booked."""

    name: str
    rows: int
    amount: Decimal
    is_booked: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CostChange:
    """An item's standard cost from a day on; stock on hand is valued anew."""

    item: str
    on: date
    unit_cost: Decimal


@dataclass(frozen=True, slots=True)
class BillPart:
    """A component of one piece, in its stock unit."""

    item: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class BillVersion:
    """What goes into an item from a day on; nothing where it is no longer made."""

    item: str
    on: date
    parts: Sequence[BillPart]
    ends_on: date | None = None
    """The last day on which it holds, where no other version follows."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a production order as it was done."""

    number: int
    work_centre: str
    started_on: date | None
    finished_on: date | None
    hours: Decimal | None
    planned_amount: Decimal | None
    actual_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Production:
    """A production order that was carried out."""

    ref: str
    item: str
    qty: Decimal
    starts_on: date
    due_on: date
    finished_on: date
    produced_qty: Decimal
    scrapped_qty: Decimal = ZERO
    scrap_reason: str | None = None
    operations: Sequence[Operation] = ()


@dataclass(slots=True)
class Plan:
    """Everything to be done, in no order but that of its days."""

    company: CompanyPlan
    locations: dict[str, str] = field(default_factory=dict)
    """Code and name of each place of the company's one warehouse."""
    masters: dict[str, list[Record]] = field(default_factory=dict)
    """By collection: units_of_measure, item_categories, items, item_costs, suppliers, customers ..."""
    retired: list[tuple[str, str]] = field(default_factory=list)
    """Collection and key of what is not active any more; it is switched off after its documents are in."""
    usual_location: dict[str, str] = field(default_factory=dict)
    """Item to the location that it arrives at and leaves from."""
    sales: list[Sale] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    cost_changes: list[CostChange] = field(default_factory=list)
    bills: list[BillVersion] = field(default_factory=list)
    productions: list[Production] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    final_stock: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    """What must be on hand at the end, by item and location; where the source knows it."""
    problems: list[RowProblem] = field(default_factory=list)
    not_booked: list[RowProblem] = field(default_factory=list)
    """Whole rows with nothing in them to book, and why."""
    figures: list[Figure] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the source that the import must meet: what is booked, and why the rest is not."""

    name: str
    source: Decimal
    """Of the whole file, whatever was refused of it."""
    planned: Decimal
    left_out: Decimal = ZERO
    """Of rows and documents that were refused; they are listed."""
    tolerance: Decimal = ZERO
    """What rounding may make: half a cent for each rounded line or document."""
    records: tuple[str, frozenset[str]] | None = None
    """Where master records are counted: their collection and keys."""


def counted(name: str, source: int, planned: int) -> Figure:
    """How many rows a file has and how many of them are to be booked; the others were refused."""
    return Figure(name, Decimal(source), Decimal(planned), Decimal(source - planned))


def recorded(name: str, source: int, collection: str, keys: Iterable[str]) -> Figure:
    """How many rows a file has and which master records they become; the others were refused."""
    known = frozenset(keys)
    return Figure(name, Decimal(source), Decimal(len(known)), Decimal(source - len(known)), records=(collection, known))


def summed(name: str, source: Decimal, whole: Decimal, planned: Decimal, *, rounded: int) -> Figure:
    """A sum over a file, over what is whole of it and what is to be booked, so many numbers of it rounded to the cent.

    Units: `whole` as exact as `source`, `planned` in cents.
    """
    return Figure(name, source, planned, source - whole, HALF_CENT * rounded)
