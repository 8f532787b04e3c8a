"""Journal entries of a small company, posted through the services, for the pipeline to move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import deltalake
import psycopg
from psycopg import sql

from pipelines.publish.pointer import read_pointer
from tests.conftest import NOW
from tests.factories.books import Books, make_books
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database
from transactional.ledger.models import AccountRole
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries


def open_books(database: Database, principal: Principal, *, currency_code: str = "EUR") -> Books:
    """A company ready to post."""
    with database.transaction(principal) as session:
        return make_books(session, currency_code=currency_code)


def post_sales(
    database: Database,
    principal: Principal,
    books: Books,
    amounts: Sequence[str],
    *,
    on: date = date(2026, 3, 2),
    into: AccountRole = AccountRole.RECEIVABLE,
) -> None:
    """One entry an amount: against revenue, all in one transaction."""
    with database.transaction(principal) as session:
        post_entries(session, [_sale(books, Decimal(amount), on, into) for amount in amounts], at=NOW)


def published_rows(lake_dir: Path, mart: str) -> list[tuple[Any, ...]]:
    """The rows that readers see, as text, sorted; by the version that the pointer names."""
    pointer = read_pointer(lake_dir)
    assert pointer is not None
    table = deltalake.DeltaTable(lake_dir / mart, version=pointer.marts[mart])
    rows = table.to_pyarrow_table()
    names = sorted(rows.column_names)
    return sorted(tuple(_plain(row[name]) for name in names) for row in rows.to_pylist())


def stored_rows(connection: psycopg.Connection, mart: str, *, without: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """The rows of the mart in PostgreSQL, as text, sorted."""
    found = connection.execute(sql.SQL("select * from marts.{}").format(sql.Identifier(mart)))
    names = [column.name for column in found.description or ()]
    order = [names.index(name) for name in sorted(set(names) - set(without))]
    return sorted(tuple(_plain(row[position]) for position in order) for row in found.fetchall())


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _sale(books: Books, amount: Decimal, on: date, into: AccountRole) -> EntryDraft:
    lines = (
        LineDraft(role=into, amount=amount),
        LineDraft(role=AccountRole.REVENUE, amount=-amount),
    )
    return EntryDraft(
        company_id=books.company_id,
        journal=Journal.GENERAL,
        posted_on=on,
        origin_type="test",
        origin_id=new_id(),
        lines=lines,
    )
