"""What this process counted of its routes and statements, kept in the database now and then, and when it ends."""

import logging
import threading
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from psycopg import Error as DriverError
from sqlalchemy.exc import SQLAlchemyError

from runtime.latencies import Key, Kind, Latencies, LatencyBook
from runtime.version import VERSION
from transactional.kernel.clock import utc_now
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database
from transactional.platform.services.keep_latencies import keep_latencies

KEPT_EVERY_SECONDS: Final = 600.0
"""Each time the figures are loaded anew, so not too often."""
_log = logging.getLogger("api.latencies")


class LatencyKeeper:
    """Writes a book's counts to the database, tenant by tenant; what could not be written is written later."""

    def __init__(self, book: LatencyBook, database: Database, *, release: str = VERSION) -> None:
        """Write nothing before it is started or told to."""
        self._book, self._database, self._release = book, database, release
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Write every ten minutes from now on."""
        self._thread = threading.Thread(target=self._run, name="latencies", daemon=True)
        self._thread.start()

    def keep(self) -> None:
        """Write what was counted so far."""
        by_tenant: dict[UUID, dict[tuple[Kind, str], Latencies]] = {}
        for (tenant_id, kind, name), counted in self._book.take().items():
            by_tenant.setdefault(tenant_id, {})[kind, name] = counted
        for tenant_id, found in by_tenant.items():
            self._keep(tenant_id, found)

    def _keep(self, tenant_id: UUID, found: Mapping[tuple[Kind, str], Latencies]) -> None:
        try:
            with self._database.transaction(system_principal(tenant_id, channel="monitor")) as session:
                keep_latencies(session, found, release=self._release, on=utc_now().date())
        except (SQLAlchemyError, DriverError) as error:
            _log.warning("latencies are kept later", extra={"reason": type(error).__name__})
            returned: dict[Key, Latencies] = {(tenant_id, kind, name): more for (kind, name), more in found.items()}
            self._book.give_back(returned)

    def close(self) -> None:
        """Write the rest and end; nothing where it was never started."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self.keep()

    def _run(self) -> None:
        while not self._stop.wait(KEPT_EVERY_SECONDS):
            self.keep()
