"""Which periods of the books were opened again after their figures were told, as the metrics layer is told of it."""

import time
from collections.abc import Callable
from uuid import UUID

from olap.asker import Asker
from olap.restated import RestatedPeriod
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database
from transactional.ledger.queries import reopened_periods

SECONDS_KEPT = 5.0


class Restatements:
    """The restated periods of tenants, each read anew after some seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin empty."""
        self._database, self._clock = database, clock
        self._known: dict[str, tuple[float, tuple[RestatedPeriod, ...]]] = {}

    def __call__(self, asker: Asker) -> tuple[RestatedPeriod, ...]:
        """All of the asker's tenant; which of them may be told is for the metrics layer to say."""
        found = self._known.get(asker.tenant_id)
        if found is None or found[0] <= self._clock():
            found = (self._clock() + SECONDS_KEPT, self._read(asker))
            self._known[asker.tenant_id] = found
        return found[1]

    def _read(self, asker: Asker) -> tuple[RestatedPeriod, ...]:
        with self._database.transaction(system_principal(UUID(asker.tenant_id), channel="metrics")) as session:
            return tuple(
                RestatedPeriod(
                    str(each.company_id), each.company_code, each.starts_on, each.ends_on, each.reopened_on, each.reason
                )
                for each in reopened_periods(session)
            )
