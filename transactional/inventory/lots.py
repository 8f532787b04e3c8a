"""Batches and serial numbers as documents name them, and whether they fit the line they stand on: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.inventory.lot_models import LotKind
from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import QUANTITY_PLACES, ZERO, has_more_decimals


@dataclass(frozen=True, slots=True)
class LotQty:
    """A quantity of a batch, or a serial number.  Units: positive, in the item's stock unit."""

    kind: LotKind
    number: str
    qty: Decimal = Decimal(1)
    manufactured_on: date | None = None
    expires_on: date | None = None
    made_of: tuple[UUID, ...] = ()
    """The lots that went into it, where it was made here."""


_FIELDS = {LotKind.BATCH: "batches", LotKind.SERIAL: "serials"}


def field_of(kind: LotKind) -> str:
    """What lines call their lots of a kind."""
    return _FIELDS[kind]


def lot_problems(
    path: str, tracking_mode: str, stock_qty: Decimal, lots: Sequence[LotQty], *, item: str
) -> Iterator[FieldProblem]:
    """What is wrong with the lots of a line whatever the state of the stock; `path` ends with a slash."""
    for lot in lots:
        if lot.kind.value != tracking_mode:
            reason = f"item {item} is not kept by {lot.kind.value}"
            yield FieldProblem(f"{path}{field_of(lot.kind)}", reason, f"not_kept_by_{lot.kind.value}")
            return
    if tracking_mode not in {kind.value for kind in LotKind}:
        return
    kind = LotKind(tracking_mode)
    field = f"{path}{field_of(kind)}"
    wanted = f"{abs(stock_qty).normalize():f}"
    if not lots:
        yield FieldProblem(
            field, f"item {item} is kept by {kind.value}: say which, for {wanted}", f"{field_of(kind)}_missing"
        )
        return
    yield from _number_problems(field, lots)
    total = sum((lot.qty for lot in lots), ZERO)
    if total != abs(stock_qty):
        reason = f"add up to {total.normalize():f}, not to the line's {wanted}"
        yield FieldProblem(field, reason, "lots_do_not_add_up")


def _number_problems(field: str, lots: Sequence[LotQty]) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for position, lot in enumerate(lots):
        path = f"{field}/{position}"
        if not lot.number.strip():
            yield FieldProblem(path, "has no number", "number_missing")
        if lot.number in seen:
            yield FieldProblem(path, f"names {lot.number} twice", "named_twice")
        seen.add(lot.number)
        if lot.qty <= 0:
            yield FieldProblem(path, "must be positive", "not_above_zero")
        elif has_more_decimals(lot.qty, QUANTITY_PLACES):
            yield FieldProblem(path, f"has more than {QUANTITY_PLACES} decimals", "too_many_decimals")
