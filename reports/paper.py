"""What is printed for a customer or supplier: words and amounts, whatever they will be drawn with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column of a document's lines."""

    label: str
    is_figure: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed, every value told in the reader's language already.

    Shapes: each of `rows` has a text for each column.
    """

    title: str
    locale: str
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, str], ...] = ()
    """Label and amount; the last is what it comes to."""
    notes: tuple[str, ...] = ()
    notice: str | None = None
    """What keeps it from being taken for a valid document: a draft, cancelled."""
