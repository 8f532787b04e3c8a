"""Reading the hash chain back: whoever changed an entry, a line or their order is found."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, Uuid, cast, orm, select

from transactional.kernel.arrays import any_of
from transactional.ledger.chain import (
    ENTRY_COLUMNS,
    GENESIS,
    LINE_COLUMNS,
    PLACE_COLUMNS,
    Values,
    content_of,
    entry_hash,
)
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


def _reason(tenant_id: UUID, entry: Any, lines: Sequence[Values], previous: bytes, position: int) -> str | None:
    if entry.chain_position != position:
        return f"position {position} is missing"
    if entry.previous_hash != previous:
        return "does not follow the entry before it"
    content = content_of(tenant_id, entry[: len(ENTRY_COLUMNS)], lines)
    if entry.hash != entry_hash(previous, entry.number, position, content):
        return "was changed after it was posted"
    return None


def _entries(session: orm.Session, tenant_id: UUID, company_id: UUID) -> Iterator[tuple[Any, Sequence[Values]]]:
    """Entries in the order of the chain, what is hashed of them first, and what is hashed of their lines.

    Tables are read rather than models: the library would go through every row once more.
    """
    entries, lines = JournalEntry.__table__, JournalLine.__table__
    entry_columns = _columns(entries, (*ENTRY_COLUMNS, *PLACE_COLUMNS, "previous_hash", "hash"))
    line_columns = _columns(lines, ("entry_id", *LINE_COLUMNS))
    of_company = (entries.c.tenant_id == tenant_id, entries.c.company_id == company_id)
    after = -1
    while True:
        following = select(*entry_columns).where(*of_company, entries.c.chain_position > after)
        found = session.execute(following.order_by(entries.c.chain_position).limit(_BATCH)).all()
        if not found:
            return
        named = any_of(lines.c.entry_id, [UUID(entry.id) for entry in found])
        theirs = select(*line_columns).where(lines.c.tenant_id == tenant_id, named)
        lines_of: defaultdict[str, list[Values]] = defaultdict(list)
        for line in session.execute(theirs.order_by(lines.c.entry_id, lines.c.line_number)):
            lines_of[line[0]].append(line[1:])
        for entry in found:
            yield entry, lines_of[entry.id]
        after = found[-1].chain_position


def _columns(table: FromClause, names: Sequence[str]) -> list[ColumnElement[Any]]:
    """Columns by name, ids as text: making an object of each would take longer than all the rest."""
    columns = [table.c[name] for name in names]
    return [cast(column, Text).label(column.name) if isinstance(column.type, Uuid) else column for column in columns]
