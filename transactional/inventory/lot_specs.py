"""Batches and serial numbers as clients write them on the lines of documents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints

from transactional.inventory.lot_models import LotKind
from transactional.inventory.lots import LotQty
from transactional.kernel.schema import Day, PositiveQty, Strict, plain_text, text_of

LOTS_MAX = 20_000


class BatchIn(Strict):
    """A quantity of a batch, in the item's stock unit; a batch that is new brings its dates."""

    number: text_of(80, length_min=1)  # type: ignore[valid-type]
    qty: PositiveQty
    manufactured_on: Day | None = None
    expires_on: Day | None = None
    made_of: Annotated[list[UUID], Field(max_length=1_000)] = Field(default_factory=list)
    """The lots used up in making it."""


Batches = Annotated[list[BatchIn], Field(max_length=LOTS_MAX)]
Serials = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=80), AfterValidator(plain_text)]],
    Field(max_length=LOTS_MAX),
]
KeptBatches = Annotated[
    Batches, PlainSerializer(lambda batches: [batch.model_dump(mode="json") for batch in batches], return_type=list)
]
"""The same, told as a record keeps them."""


def lots_given(batches: Iterable[BatchIn], serials: Iterable[str]) -> tuple[LotQty, ...]:
    """Both as services take them."""
    named = [
        LotQty(LotKind.BATCH, batch.number, batch.qty, batch.manufactured_on, batch.expires_on, tuple(batch.made_of))
        for batch in batches
    ]
    return (*named, *[LotQty(LotKind.SERIAL, number) for number in serials])


def lots_kept(batches: Sequence[Mapping[str, Any]], serials: Sequence[str]) -> tuple[LotQty, ...]:
    """Both as a record keeps them, for services."""
    named = [
        LotQty(
            LotKind.BATCH,
            batch["number"],
            Decimal(str(batch["qty"])),
            _day(batch.get("manufactured_on")),
            _day(batch.get("expires_on")),
            tuple(UUID(key) for key in batch.get("made_of") or ()),
        )
        for batch in batches
    ]
    return (*named, *[LotQty(LotKind.SERIAL, number) for number in serials])


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
