"""What is said of persons who were erased before books came back from a backup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # heavy
    from transactional.flows.forget_again import Forgotten


def told(forgotten: Forgotten) -> Iterator[str]:
    """The lines for the terminal; none where nobody had come back."""
    if forgotten.again:
        yield f"Erased before, and erased again: {forgotten.again}. `qooerp up` looks through the rest."
    for user_id in forgotten.left:
        yield f"User {user_id} was erased and is the only administrator of these books: name another and erase again."
