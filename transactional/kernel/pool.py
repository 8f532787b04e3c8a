"""The pool of connections, which tells how it stands."""

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy.pool import QueuePool

# The library would log every pooled connection that ends under our module's level instead of its own.
logging.getLogger(f"{__name__}.CountingPool").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """How a pool stands: connections in use and idle, how many there may be, and who waits for one."""

    in_use: int
    idle: int
    size_max: int
    waiting: int


class CountingPool(QueuePool):
    """The pool, and how many wait for one of its connections."""

    waiting = 0

    def _do_get(self) -> Any:
        self.waiting += 1
        try:
            return super()._do_get()
        finally:
            self.waiting -= 1
