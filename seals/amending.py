"""Changes to sealed rows that are meant: each is signed, names its reason, and begins from what was sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from runtime.settings import Settings
from seals.book import Seal, SealBook
from seals.rows import BEFORE_ALL, here, prepare, sealed
from seals.verify import digests_of


class NotAsSealed(RuntimeError):
    """Rows that are to be amended are not what was sealed: somebody else has changed them before."""


@contextmanager
def amending(settings: Settings, connection: psycopg.Connection, table: str, *, reason: str) -> Iterator[None]:
    """Let a transaction change a table's sealed rows; the amendment is on disk before the transaction may commit.

    Nobody seals meanwhile. A crash in between leaves rows that hold what the book calls amended: do it again.
    Raises: NotAsSealed, SealsForged.
    """
    book = SealBook(settings)
    prepare(connection)
    with book.alone():
        seals = book.read()
        identifier, _ = here(connection)
        if seals and seals[-1].system_identifier != identifier:
            raise NotAsSealed(f"{book.path} seals another database cluster: nothing in this one can be amended.")
        known = digests_of(seals)
        before = _digests(connection, seals, table)
        for number, digest in before.items():
            if digest not in known[table, number]:
                raise NotAsSealed(f"{table}, seal {number}: a row was changed before. Run `qooerp verify`.")
        yield
        after = _digests(connection, seals, table)
        changed = {str(number): (before[number], after[number]) for number in before if before[number] != after[number]}
        if changed:
            last = seals[-1]
            book.append(
                Seal(
                    number=last.number + 1,
                    sealed_at=datetime.now(UTC).isoformat(timespec="seconds"),
                    system_identifier=identifier,
                    snapshot=last.snapshot,
                    tables={},
                    previous=last.hash,
                    amends={table: changed},
                    reason=reason,
                )
            )


def _digests(connection: psycopg.Connection, seals: list[Seal], table: str) -> Mapping[int, str]:
    found: dict[int, str] = {}
    since = BEFORE_ALL
    for seal in seals:
        told = seal.tables.get(table)
        if told:
            found[seal.number] = sealed(connection, table, told.columns, since=since, until=seal.snapshot).digest
        since = seal.snapshot
    return found
