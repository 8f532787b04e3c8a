"""Files that were mended since the last import: stock documents worked out from them come out differently.

Opening stock, consumption and what a day produced follow from all documents together: an order that was left out before
and is whole now changes them too. What was booked stays; the difference is booked beside it on the same day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select

from importers.booking.desk import Desk
from importers.plan import Paper, PaperKind, PaperLine
from transactional.inventory.models import StockDocument, StockDocumentKind, StockDocumentLine
from transactional.kernel.session import Session

ZERO = Decimal(0)
MARK = "~"
"""Stands between the name of a document and the number of its amendment."""
Shelf: TypeAlias = tuple[UUID, UUID | None]


@dataclass(slots=True)
class Amendments:
    """What is still to be booked so that documents in the books come to what the files say now."""

    added: list[Paper] = field(default_factory=list)
    """Stock to come in; booked with its day, before what needs it goes out."""
    removed: list[Paper] = field(default_factory=list)
    """Stock to go out; booked at the end, when whatever replaces it has come in."""


@dataclass(slots=True)
class _Booked:
    qty: defaultdict[Shelf, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    refs: set[str] = field(default_factory=set)


def find_amendments(session: Session, papers: Sequence[Paper], desk: Desk) -> Amendments:
    """The differences between documents in the books and in the plan; of documents not booked yet there are none."""
    amendments = Amendments()
    booked = _booked(session, desk)
    for paper in papers:
        if paper.ref in booked:
            _compare(paper, booked[paper.ref], desk, amendments)
    return amendments


def _booked(session: Session, desk: Desk) -> Mapping[str, _Booked]:
    """Quantities by document and shelf, amendments of earlier runs counted in: what came in is positive."""
    found: defaultdict[str, _Booked] = defaultdict(_Booked)
    columns = StockDocument.external_ref, StockDocument.kind, StockDocumentLine.item_id, StockDocumentLine.location_id
    statement = (
        select(*columns, StockDocumentLine.qty)
        .join(StockDocumentLine, StockDocumentLine.document_id == StockDocument.id)
        .where(StockDocument.company_id == desk.company_id, StockDocument.external_ref.is_not(None))
    )
    for row in session.execute(statement):
        ref, kind, item, location, qty = str(row[0]), row[1], row[2], row[3], row[4]
        document = found[ref.partition(MARK)[0]]
        document.refs.add(ref)
        document.qty[item, location] += -qty if kind == StockDocumentKind.ISSUE else qty
    return found


def _compare(paper: Paper, booked: _Booked, desk: Desk, amendments: Amendments) -> None:
    planned: dict[Shelf, list[PaperLine]] = defaultdict(list)
    for line in paper.lines:
        planned[desk.item(line.item), desk.location_of(line.item, line.location)].append(line)
    sign = -1 if paper.kind is PaperKind.ISSUE else 1
    names = {shelf: _name(shelf, desk) for shelf in booked.qty.keys() - planned.keys()}
    names |= {shelf: (lines[0].item, lines[0].location) for shelf, lines in planned.items()}
    differences: list[PaperLine] = []
    for shelf, (item, location) in names.items():
        lines = planned.get(shelf, [])
        difference = sign * sum((line.qty for line in lines), ZERO) - booked.qty[shelf]
        if difference:
            differences.append(PaperLine(item, difference, lines[0].unit_cost if lines else None, location))
    number = len(booked.refs)
    for papers, lines in (
        (amendments.added, [line for line in differences if line.qty > 0]),
        (amendments.removed, [line for line in differences if line.qty < 0]),
    ):
        if lines:
            papers.append(_amendment(paper, f"{paper.ref}{MARK}{number}", lines))
            number += 1


def _amendment(paper: Paper, ref: str, lines: Sequence[PaperLine]) -> Paper:
    """More of the same where that is what is missing; otherwise an adjustment against the same account."""
    reason = f"Files mended: {paper.reason or paper.ref}"
    is_more = (lines[0].qty < 0) == (paper.kind is PaperKind.ISSUE)
    if is_more and paper.kind is not PaperKind.ADJUSTMENT:
        more = [PaperLine(line.item, abs(line.qty), line.unit_cost, line.location) for line in lines]
        return Paper(ref, paper.kind, paper.on, more, reason)
    # What goes out goes at the value it lies there with.
    kept = [PaperLine(line.item, line.qty, line.unit_cost if line.qty > 0 else None, line.location) for line in lines]
    return Paper(ref, PaperKind.ADJUSTMENT, paper.on, kept, reason, amends=paper.kind)


def _name(shelf: Shelf, desk: Desk) -> tuple[str, str | None]:
    return _key_of(desk.ids["items"], shelf[0]), None if shelf[1] is None else _key_of(desk.locations, shelf[1])


def _key_of(ids: Mapping[str, UUID], wanted: UUID) -> str:
    keys: Iterable[str] = (key for key, known in ids.items() if known == wanted)
    return next(iter(keys))
