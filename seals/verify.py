"""Holds the database against its seals: every changed column, cut tail and re-hashed tail is found.

Separate from the code that writes: it reads tables by SQL and knows no model and no service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from runtime.settings import Settings
from seals.book import Seal, SealBook, SealsMissing
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
    amended: tuple[str, ...] = ()
    """Which sealed rows were changed with our signature, and why."""


def verify(settings: Settings, *, seals: Path | None = None) -> Verified:
    """Whether what was written once is still as it was sealed; `seals` is a copy of the book kept elsewhere.

    Raises: SealsForged; SealsMissing for a copy that is not there or empty, which proves nothing.
    """
    book = SealBook(settings, seals).read()
    if seals is not None and not book:
        raise SealsMissing(f"There is no book of seals at {seals}.")
    with reading(settings) as connection:
        broken = broken_in(connection, book)
    return Verified(
        seals=len(book),
        rows=sum(table.rows for seal in book for table in seal.tables.values()),
        sealed_until=book[-1].sealed_at if book else None,
        broken=broken,
        amended=tuple(_amendments(book)),
    )


def broken_in(connection: psycopg.Connection, book: Sequence[Seal]) -> tuple[Broken, ...]:
    """Where what a connection sees is not what was sealed."""
    return (*_against_seals(connection, book), *[Broken(*each) for each in journal_breaks(connection)])


def _against_seals(connection: psycopg.Connection, book: Sequence[Seal]) -> Iterator[Broken]:
    identifier, _ = here(connection)
    yield from _unfit_amendments(book)
    now = digests_of(book)
    since = BEFORE_ALL
    for seal in book:
        if seal.system_identifier != identifier:
            yield Broken(f"seal {seal.number}", "is about another database cluster")
            return
        yield from _against_seal(connection, seal, since, now)
        since = seal.snapshot
    for table in TABLES:
        if count := beyond(connection, table, since):
            yield Broken(table, f"{count} rows claim to be written by transactions that have not begun")


def digests_of(book: Sequence[Seal]) -> dict[tuple[str, int], list[str]]:
    """By table and number of a seal every digest its rows had, the one they should have now last."""
    found: dict[tuple[str, int], list[str]] = {}
    for seal in book:
        for name, table in seal.tables.items():
            found[name, seal.number] = [table.digest]
        for name, each in seal.amends.items():
            for number, (_, after) in each.items():
                found.setdefault((name, int(number)), []).append(after)
    return found


def _unfit_amendments(book: Sequence[Seal]) -> Iterator[Broken]:
    """Amendments of what was not sealed, or of rows that were not as sealed."""
    known: dict[tuple[str, int], list[str]] = {}
    for seal in book:
        for name, each in seal.amends.items():
            for number, (before, after) in each.items():
                if before not in known.get((name, int(number)), []):
                    yield Broken(f"{name}, seal {number}", f"was amended by seal {seal.number} from what it never was")
                known.setdefault((name, int(number)), []).append(after)
        for name, table in seal.tables.items():
            known[name, seal.number] = [table.digest]


def _amendments(book: Sequence[Seal]) -> Iterator[str]:
    for seal in book:
        for table, each in seal.amends.items():
            by = f"seal {seal.number} of {seal.sealed_at} ({seal.reason})"
            yield f"{table}: rows of {len(each)} seals amended by {by}"


def _against_seal(
    connection: psycopg.Connection, seal: Seal, since: str, now: dict[tuple[str, int], list[str]]
) -> Iterator[Broken]:
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
        elif told and found.digest != now[table, seal.number][-1]:
            earlier = found.digest in now[table, seal.number]
            yield Broken(where, "still holds what was amended" if earlier else "a row was changed")
