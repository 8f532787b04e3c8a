"""Seals what was committed since the last seal, beside the work: nobody who posts waits for it."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import psycopg

from runtime.settings import Settings
from seals.book import Seal, SealBook, SealsForged
from seals.rows import BEFORE_ALL, TABLES, columns_of, here, reading, sealed

log = logging.getLogger("seals")

SEAL_SECONDS = 5.0
"""The window: what is changed within so many seconds of its commit is not found by its seal."""


class OtherDatabase(RuntimeError):
    """The book of seals is about another database than the one that is there."""


def seal_new_rows(settings: Settings) -> Seal | None:
    """The seal over everything committed since the last one; None where nothing was.

    Raises: SealsForged, OtherDatabase.
    """
    book = SealBook(settings)
    with book.alone(), reading(settings) as connection:
        last = book.last()
        identifier, snapshot = here(connection)
        if last is not None and last.system_identifier != identifier:
            raise OtherDatabase(
                f"{book.path} seals another database cluster, as after a restored dump. Check the books, put the file "
                "where it is kept, and have sealing begin anew without it."
            )
        since = last.snapshot if last else BEFORE_ALL
        tables = {
            table: sealed(connection, table, columns_of(connection, table), since=since, until=snapshot)
            for table in TABLES
        }
        if not any(table.rows for table in tables.values()):
            return None
        seal = Seal(
            number=last.number + 1 if last else 1,
            sealed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            system_identifier=identifier,
            snapshot=snapshot,
            tables={name: table for name, table in tables.items() if table.rows},
            previous=last.hash if last else "",
        )
        book.append(seal)
    return seal


class Sealer(threading.Thread):
    """Seals every few seconds beside whatever else the process does, until it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened before it runs."""
        super().__init__(name="sealer", daemon=True)
        self._settings = settings
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        """End after the seal at hand."""
        self._stop_asked.set()

    def run(self) -> None:
        """Seal after seal. What goes wrong is logged and tried again: the next seal covers what this one missed."""
        while not self._stop_asked.wait(SEAL_SECONDS):
            try:
                seal_new_rows(self._settings)
            except psycopg.OperationalError as error:
                log.warning("database unreachable", extra={"reason": str(error)})
            except (SealsForged, OtherDatabase) as error:
                log.error("not sealed", extra={"reason": str(error)})  # noqa: TRY400  # the reason says it all
            except Exception:
                log.exception("sealing failed")
