"""Moving a document from state to state along the moves its module declares."""

from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from transactional.kernel.errors import Refused

Moves = AbstractSet[tuple[str, str]]


class TransitionRefused(Refused):
    """The document cannot go from its state to the one asked for."""

    code = "transition_refused"
    message = "This {kind} is {before} and cannot become {after}."


class HasState(Protocol):
    """A document with a state."""

    id: UUID
    state: str


def move_to(document: HasState, after: StrEnum, moves: Moves) -> None:
    """Nothing: the document is in its new state.  Raises: TransitionRefused where no such move is declared."""
    if (document.state, after.value) not in moves:
        kind = type(document).__name__
        raise TransitionRefused(kind=kind, id=document.id, before=document.state, after=after.value)
    document.state = after.value
