"""What every cancellation of a posted document asks first."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from transactional.finance.errors import CancellationFinal, DocumentCancelled, DocumentNotPosted
from transactional.kernel.errors import invalid

POSTED, CANCELLED = "posted", "cancelled"


class Posted(Protocol):
    """A document that knows its mirror image's original."""

    number: Any
    state: Any
    reverses_id: Any


def check_may_cancel(documents: Iterable[Posted], *, day: str, on: date) -> None:
    """Nothing where each document is posted and the day, by `day` the column of theirs, is not before it.

    Raises: CancellationFinal for a mirror image; DocumentCancelled; DocumentNotPosted; Invalid.
    """
    for document in documents:
        number = document.number or "without number"
        if document.reverses_id is not None:
            raise CancellationFinal(number=number)
        if document.state == CANCELLED:
            raise DocumentCancelled(number=number)
        if document.state != POSTED:
            raise DocumentNotPosted(number=number, state=document.state)
        if on < getattr(document, day):
            raise invalid("on", "before the day of the document", "too_early")
