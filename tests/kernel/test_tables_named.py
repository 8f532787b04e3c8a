"""Which tables a statement names is known without writing it."""

import pytest
from sqlalchemy import ClauseElement, exists, func, insert, select, text, union_all, update
from sqlalchemy.orm import aliased

from transactional.finance.models import Invoice
from transactional.inventory.models import StockBalance
from transactional.kernel.model import Base
from transactional.kernel.session import DIALECT, tables_named
from transactional.ledger.models import JournalEntry, JournalLine

OTHER = aliased(JournalEntry)
LINES = select(JournalLine.entry_id, func.sum(JournalLine.amount).label("amount")).group_by(JournalLine.entry_id)
WITH_LINES = LINES.cte("sums")


@pytest.mark.parametrize(
    "statement",
    [
        select(JournalLine),
        select(JournalLine.amount),
        select(func.max(JournalLine.amount)),
        select(func.count()).select_from(StockBalance),
        select(OTHER.id),
        select(LINES.subquery().c.amount),
        select(WITH_LINES.c.amount).join(Invoice, Invoice.id == WITH_LINES.c.entry_id),
        select(Invoice.id).where(~exists().where(JournalEntry.origin_id == Invoice.id)),
        select(Invoice).where(
            Invoice.id.in_(select(OTHER.origin_id).join(JournalLine, JournalLine.entry_id == OTHER.id))
        ),
        select(Invoice.id, select(func.sum(JournalLine.amount)).scalar_subquery()),
        select(Invoice).where(text("exists (select from inventory.stock_balances)")),
        union_all(select(JournalLine.id), select(StockBalance.id)),
        select(JournalLine).order_by(select(Invoice.number).limit(1).scalar_subquery()),
        update(StockBalance).values(on_hand_qty=select(func.sum(JournalLine.amount)).scalar_subquery()),
        insert(StockBalance).from_select(["id"], select(JournalLine.id)),
    ],
)
def test_the_tables_named_are_those_of_the_written_statement(statement: ClauseElement) -> None:
    written, named = str(statement.compile(dialect=DIALECT)), tables_named(statement)
    tables = Base.metadata.tables
    found = {table for table in tables if table in named}
    assert found == {table for table in tables if table in written}
    assert found
