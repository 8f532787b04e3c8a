"""What the first reader would wait for, done while nobody waits: the questions of the ready dashboards, compiled."""

from __future__ import annotations

import logging
import threading
import time
from uuid import UUID

from starlette.datastructures import State

from api.routers.metrics.door import numbers_in
from olap.asker import Asker
from olap.errors import MetricsError
from reports.dashboards import Scope, boards, show, visible_tiles

log = logging.getLogger("api.warming")
_NOBODY = Asker(str(UUID(int=0)), frozenset({"*"}))
"""Of a tenant that is none: nothing is read for it, and statements are the same for everybody."""
_PERIOD = "last_12_months"
_COMPARE = "previous_year"


def warm_up(state: State) -> threading.Thread:
    """A thread that compiles what dashboards ask; what it cannot is compiled when it is asked."""
    thread = threading.Thread(target=compile_dashboards, args=(state,), name="warming", daemon=True)
    thread.start()
    return thread


def compile_dashboards(state: State) -> None:
    """Nothing: what the ready dashboards ask is compiled, as far as the catalogue knows it."""
    started = time.monotonic()
    try:
        numbers = numbers_in(state)
        for board in boards().values():
            known = {each["id"] for each in visible_tiles(numbers, board, _NOBODY)}
            tiles = [each for each in board.tiles if each.id in known]
            show(numbers, tiles, _NOBODY, scope=Scope(period=_PERIOD, compare=_COMPARE))
    except MetricsError as error:
        # Before the first load there is no figure to be quick about.
        log.info("not warmed up", extra={"reason": str(error)})
        return
    log.info("warmed up", extra={"seconds": round(time.monotonic() - started, 2)})
