"""What is done beside the loads: plan what is due, look at alerts, send, value anew. Any number of these may run."""

from __future__ import annotations

import logging
import threading

from reports.jobs import run_next
from reports.sending.alerting import check_alerts
from reports.sending.office import Office
from reports.sending.plan import plan_due, tell_late, wake_fiscal
from reports.sending.send import send_next, settle_unanswered
from runtime.settings import Settings, load_settings
from transactional.inventory.services.recost_items import recost_next
from transactional.kernel.principal import Principal

log = logging.getLogger("reports.sender")

IDLE_SECONDS = 2.0
_ROUND_MAX = 500


def send_due(office: Office) -> int:
    """How many deliveries were worked on: planned where due, told late where the load is, sent where it is there."""
    return sum(_of_tenant(office, principal) for principal in office.tenants())


def _of_tenant(office: Office, principal: Principal) -> int:
    _recost(office, principal)
    with office.database.transaction(principal) as session:
        load = office.load(session)
        wake_fiscal(office, session)
        plan_due(office, session)
        tell_late(office, session, load)
    check_alerts(office, principal, load)
    settle_unanswered(office, principal)
    count = 0
    while count < _ROUND_MAX and send_next(office, principal, load):
        count += 1
    while count < _ROUND_MAX and run_next(office, principal):
        count += 1
    return count


def _recost(office: Office, principal: Principal) -> None:
    """Items are valued anew whose past has changed: one a transaction, so that nobody waits for all."""
    count = 0
    try:
        while count < _ROUND_MAX and _recost_one(office, principal):
            count += 1
    except Exception:
        # What goes out must not wait for it; values stay marked and are tried again.
        log.exception("recosting failed")


def _recost_one(office: Office, principal: Principal) -> bool:
    with office.database.transaction(principal) as session:
        return recost_next(session, at=office.now()) is not None


class Sender(threading.Thread):
    """Sends beside whatever else the process does, until it is told to stop; `look` has it look at once."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened before it runs."""
        super().__init__(name="sender", daemon=True)
        self._settings = settings
        self._look, self._stop_asked = threading.Event(), threading.Event()

    def look(self) -> None:
        """Look now: figures were loaded."""
        self._look.set()

    def stop(self) -> None:
        """End after the delivery at hand."""
        self._stop_asked.set()
        self._look.set()

    def run(self) -> None:
        """Round after round. What goes wrong is logged and tried again."""
        office = Office.open(self._settings)
        try:
            while not self._stop_asked.is_set():
                self._look.wait(IDLE_SECONDS)
                self._look.clear()
                if not self._stop_asked.is_set():
                    _round(office)
        finally:
            office.close()


def _round(office: Office) -> None:
    try:
        send_due(office)
    except Exception:
        # Whatever it was, what is claimed is taken over and what is due stays due.
        log.exception("sending failed")


def main() -> None:
    """One round, as a scheduler of one's own would run it."""
    office = Office.open(load_settings())
    try:
        send_due(office)
    finally:
        office.close()


if __name__ == "__main__":
    main()
