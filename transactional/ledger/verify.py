"""Reading the hash chain back: whoever changed an entry, a line or their order is found."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, cast, orm, select

from transactional.kernel.arrays import any_of
from transactional.ledger.chain import GENESIS, entry_hash
from transactional.ledger.models import JournalEntry, JournalLine, LedgerHead

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """A place where the chain does not hold."""

    company_id: UUID
    chain_position: int
    entry_id: UUID | None
    reason: str


def verify_chain(
    session: orm.Session, tenant_id: UUID, company_id: UUID, *, anchor: tuple[int, bytes] | None = None
) -> list[ChainBreak]:
    """Where a company's chain is broken, at most the first break of each kind in a row; empty where all holds.

    `anchor` is a position and its hash, kept outside the database: it finds a tail that was cut or hashed anew.
    """
    breaks: list[ChainBreak] = []
    previous, position = GENESIS, 0
    anchored = anchor is None or anchor[0] == 0
    for entry, lines in _entries(session, tenant_id, company_id):
        position += 1
        reason = _reason(tenant_id, entry, lines, previous, position)
        if reason is not None:
            breaks.append(ChainBreak(company_id, entry.chain_position, UUID(entry.id), reason))
            position = entry.chain_position
        if anchor is not None and entry.chain_position == anchor[0]:
            anchored = True
            if entry.hash != anchor[1]:
                breaks.append(ChainBreak(company_id, position, UUID(entry.id), "differs from the digest kept outside"))
        previous = entry.hash
    if not anchored:
        breaks.append(ChainBreak(company_id, position, None, f"ends before position {anchor[0] if anchor else 0}"))
    head = session.scalars(
        select(LedgerHead).where(LedgerHead.tenant_id == tenant_id, LedgerHead.company_id == company_id)
    ).one()
    if (head.chain_position, head.hash) != (position, previous):
        breaks.append(ChainBreak(company_id, position, None, "the head does not name the last entry"))
    session.expunge_all()
    return breaks


def _reason(tenant_id: UUID, entry: Any, lines: Sequence[Any], previous: bytes, position: int) -> str | None:
    if entry.chain_position != position:
        return f"position {position} is missing"
    if entry.previous_hash != previous:
        return "does not follow the entry before it"
    if entry.hash != entry_hash(tenant_id, previous, entry, lines):
        return "was changed after it was posted"
    return None


def _entries(session: orm.Session, tenant_id: UUID, company_id: UUID) -> Iterator[tuple[Any, list[Any]]]:
    """Entries in the order of the chain, with their lines; ids as text, which is hashed as they are."""
    entry_columns, line_columns = _told(JournalEntry), _told(JournalLine)
    after = -1
    while True:
        entries: Sequence[Any] = session.execute(
            select(*entry_columns)
            .where(
                JournalEntry.tenant_id == tenant_id,
                JournalEntry.company_id == company_id,
                JournalEntry.chain_position > after,
            )
            .order_by(JournalEntry.chain_position)
            .limit(_BATCH)
        ).all()
        if not entries:
            return
        lines: defaultdict[str, list[Any]] = defaultdict(list)
        found: Iterable[Any] = session.execute(
            select(*line_columns)
            .where(JournalLine.tenant_id == tenant_id, any_of(JournalLine.entry_id, [UUID(e.id) for e in entries]))
            .order_by(JournalLine.entry_id, JournalLine.line_number)
        )
        for line in found:
            lines[line.entry_id].append(line)
        for entry in entries:
            yield entry, lines[entry.id]
        after = entries[-1].chain_position


def _told(model: type[Any]) -> list[ColumnElement[Any]]:
    """The columns of a table; making an object of each id would take longer than all the rest."""
    return [
        cast(column, Text).label(column.name) if isinstance(column.type, Uuid) else column
        for column in model.__table__.c
        if column.name != "row_xid"
    ]
