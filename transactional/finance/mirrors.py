"""Mirror images: rows that take other rows back, with the other sign."""

from functools import cache
from typing import Any, TypeVar

from transactional.finance.models import Invoice, InvoiceLine, Payment, Settlement
from transactional.kernel.ids import new_id

Document = TypeVar("Document", Invoice, InvoiceLine, Payment, Settlement)
_OWN = frozenset({"id", "tenant_id", "created_at", "created_by", "updated_at", "updated_by", "version", "row_xid"})
"""What every row has of its own."""


def mirror_of(row: Document, **own: Any) -> Document:
    """A new row like another one, its amounts and quantities with the other sign, but for what is given."""
    model = type(row)
    copied = {name: -getattr(row, name) if is_negated else getattr(row, name) for name, is_negated in _columns(model)}
    return model(**{"id": new_id(), **copied, **own})


@cache
def _columns(model: type[Any]) -> tuple[tuple[str, bool], ...]:
    """The columns that are copied, and whether their sign turns: prices, rates and shares keep theirs."""
    names = [column.name for column in model.__table__.columns if column.name not in _OWN]
    return tuple((name, name in {"amount", "qty"} or name.endswith("_amount")) for name in names)
