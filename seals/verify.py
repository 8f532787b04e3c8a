"""Holds the database against its seals: every changed column, cut tail and re-hashed tail is found.

Separate from the code that writes: it reads tables by SQL and knows no model and no service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from runtime.settings import Settings
from seals.book import Seal, SealBook
from seals.journal import journal_breaks
from seals.rows import BEFORE_ALL, TABLES, beyond, columns_of, here, reading, sealed


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the database is not what was sealed."""

    where: str
    what: str

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what was found."""

    seals: int
    rows: int
    sealed_until: str | None
    broken: tuple[Broken, ...]


def verify(settings: Settings, *, seals: Path | None = None) -> Verified:
    """Whether what was written once is still as it was sealed; `seals` is a copy of the book kept elsewhere.

    Raises: SealsForged.
    """
    book = SealBook(settings, seals).read()
    with reading(settings) as connection:
        broken = broken_in(connection, book)
    return Verified(
        seals=len(book),
        rows=sum(table.rows for seal in book for table in seal.tables.values()),
        sealed_until=book[-1].sealed_at if book else None,
        broken=broken,
    )


def broken_in(connection: psycopg.Connection, book: Sequence[Seal]) -> tuple[Broken, ...]:
    """Where what a connection sees is not what was sealed."""
    return (*_against_seals(connection, book), *[Broken(*each) for each in journal_breaks(connection)])


def _against_seals(connection: psycopg.Connection, book: Sequence[Seal]) -> Iterator[Broken]:
    identifier, _ = here(connection)
    since = BEFORE_ALL
    for seal in book:
        if seal.system_identifier != identifier:
            yield Broken(f"seal {seal.number}", "is about another database cluster")
            return
        yield from _against_seal(connection, seal, since)
        since = seal.snapshot
    for table in TABLES:
        if count := beyond(connection, table, since):
            yield Broken(table, f"{count} rows claim to be written by transactions that have not begun")


def _against_seal(connection: psycopg.Connection, seal: Seal, since: str) -> Iterator[Broken]:
    for table in TABLES:
        known = set(columns_of(connection, table))
        told = seal.tables.get(table)
        columns = told.columns if told else tuple(sorted(known))
        where = f"{table}, seal {seal.number} of {seal.sealed_at}"
        if gone := set(columns) - known:
            yield Broken(where, f"lost its columns {', '.join(sorted(gone))}")
            continue
        found = sealed(connection, table, columns, since=since, until=seal.snapshot)
        rows = told.rows if told else 0
        if found.rows != rows:
            yield Broken(where, f"had {rows} rows, has {found.rows}")
        elif told and found.digest != told.digest:
            yield Broken(where, "a row was changed")
