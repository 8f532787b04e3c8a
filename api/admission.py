"""Who is worked on next, and who is told to come back: transactions first, then reads, then numbers, then bulk work.

A process does a few things at once, for more of them would only take the processor from each other. What has to wait
waits by importance and, among equals, tenant by tenant in turn. A burst is waited out. When transactions and reads
have waited without a pause, the process is overloaded: figures, the assistant, reports, imports and exports are refused
at once, and so is whoever else would wait too long, which costs next to nothing.
"""

import asyncio
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from enum import IntEnum
from typing import Final

from api.errors import Busy

RUNNING_MAX: Final = 8
LOW_RUNNING_MAX: Final = 3
"""Of the running ones, how many may be anything but transactions and reads."""
STANDING_SECONDS: Final = 0.5
"""A line of transactions and reads that stood this long without a gap is no burst."""
CALM_SECONDS: Final = 1.0
"""How long the process counts as overloaded after the last sign of it."""
WRITE_SECONDS_GOAL: Final = 0.25
"""When transactions take longer than this on average, low-priority work beside them is kept to one at a time."""
_WEIGHT = 0.1
_SAMPLE_SECONDS_MAX = 1.0
HOLD_SECONDS_MAX: Final = 60.0
"""A slow reader of a long answer holds a place no longer than this."""
_LOW_PATHS = ("/api/metrics", "/api/ai", "/api/report", "/api/notify")
_BULK_ENDS = ("/export", "/import", "/download")


class Priority(IntEnum):
    """What is worked on first."""

    WRITE = 0
    READ = 1
    NUMBERS = 2
    BULK = 3

    @property
    def is_low(self) -> bool:
        """Whether it is refused before any transaction is."""
        return self >= Priority.NUMBERS


WAIT_SECONDS_MAX: Final = {Priority.WRITE: 5.0, Priority.READ: 5.0, Priority.NUMBERS: 10.0, Priority.BULK: 15.0}
OVERLOADED_WAIT_SECONDS_MAX: Final = {Priority.WRITE: 0.35, Priority.READ: 0.25}
_WAITING_MAX: Final = {Priority.WRITE: 128, Priority.READ: 128, Priority.NUMBERS: 64, Priority.BULK: 32}


def priority_of(method: str, path: str) -> Priority | None:
    """How important a request is; nothing for what always gets through, as monitors do."""
    if not path.startswith("/api/"):
        return None
    if path.endswith(_BULK_ENDS):
        return Priority.BULK
    if path.startswith(_LOW_PATHS):
        return Priority.NUMBERS
    return Priority.READ if method in {"GET", "HEAD", "OPTIONS"} else Priority.WRITE


class Place:
    """A place among the running, given back once however often it is left."""

    __slots__ = ("_began", "_gate", "is_left", "priority")

    def __init__(self, gate: "Gate", priority: Priority, began: float) -> None:
        """Taken now."""
        self._gate, self.priority, self._began = gate, priority, began
        self.is_left = False

    def leave(self) -> None:
        """Let the next one in."""
        self._gate.leave(self, self._began)


class _Waiting:
    __slots__ = ("future", "is_over", "place", "since")

    def __init__(self, future: "asyncio.Future[None]", since: float) -> None:
        self.future, self.since = future, since
        self.place: Place | None = None
        self.is_over = False

    def wake(self) -> None:
        # Requests of one process may run on several event loops in tests: each future is set on its own.
        self.future.get_loop().call_soon_threadsafe(_settle, self.future)


class _Queue:
    """Those that wait with one priority: tenants take turns, within a tenant the first comes first."""

    def __init__(self) -> None:
        self._tenants: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self.length = 0

    def put(self, tenant: str, waiting: _Waiting) -> None:
        self._tenants.setdefault(tenant, deque()).append(waiting)
        self.length += 1

    def take(self) -> _Waiting | None:
        while self._tenants:
            tenant, line = self._tenants.popitem(last=False)
            waiting = line.popleft()
            if line:
                self._tenants[tenant] = line
            if not waiting.is_over:
                self.length -= 1
                return waiting
        return None

    def give_up(self, waiting: _Waiting) -> None:
        waiting.is_over = True
        self.length -= 1

    def of_tenant(self, tenant: str) -> int:
        return len(self._tenants.get(tenant, ()))

    @property
    def tenants(self) -> int:
        return len(self._tenants)


class Gate:
    """The door of one process."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, running_max: int = RUNNING_MAX, low_max: int | None = None
    ) -> None:
        """Nobody is in."""
        self._clock, self._running_max = clock, running_max
        self._low_max = low_max if low_max is not None else min(LOW_RUNNING_MAX, running_max)
        self._lock = threading.Lock()
        self._queues = {priority: _Queue() for priority in Priority}
        self._held_seconds = dict.fromkeys(Priority, 0.02)
        self._standing_since: float | None = None
        self._overloaded_until = float("-inf")
        self.running = dict.fromkeys(Priority, 0)
        self.refused = dict.fromkeys(Priority, 0)

    @property
    def is_overloaded(self) -> bool:
        """Whether transactions and reads have to wait all the time, so that anything else is refused."""
        now = self._clock()
        if self._standing_since is not None and now - self._standing_since > STANDING_SECONDS:
            self._overloaded_until = now + CALM_SECONDS
        return now < self._overloaded_until

    def waiting(self, priority: Priority) -> int:
        """How many wait with this priority."""
        return self._queues[priority].length

    async def enter(self, priority: Priority, tenant: str) -> Place:
        """A place, as soon as it is this one's turn.  Raises: Busy, at once where waiting has no prospect."""
        with self._lock:
            overloaded = self.is_overloaded
            if not (overloaded and priority.is_low) and self._is_next(priority):
                return self._take(priority)
            seconds_max = self._wait_seconds_max(priority, overloaded=overloaded)
            if self._is_hopeless(priority, tenant, seconds_max):
                raise self._refusal(priority)
            waiting = _Waiting(asyncio.get_running_loop().create_future(), self._clock())
            self._queues[priority].put(tenant, waiting)
            self._note_line()
        return await self._wait(priority, waiting, seconds_max)

    async def _wait(self, priority: Priority, waiting: _Waiting, seconds_max: float) -> Place:
        try:
            await asyncio.wait((waiting.future,), timeout=seconds_max)
        except BaseException:
            self._abandon(priority, waiting)
            raise
        with self._lock:
            if waiting.place is not None:
                return waiting.place
            self._give_up(priority, waiting)
            raise self._refusal(priority)

    def _abandon(self, priority: Priority, waiting: _Waiting) -> None:
        """The client has gone: its place, if it got one meanwhile, is the next one's."""
        with self._lock:
            if waiting.place is None:
                self._give_up(priority, waiting)
                return
        waiting.place.leave()

    def leave(self, place: Place, began: float) -> None:
        """A place is free: whoever is most important gets it."""
        with self._lock:
            if place.is_left:
                return
            place.is_left = True
            self.running[place.priority] -= 1
            known = self._held_seconds[place.priority]
            seconds = min(self._clock() - began, _SAMPLE_SECONDS_MAX)
            self._held_seconds[place.priority] = known + _WEIGHT * (seconds - known)
            self._let_in()
            self._note_line()

    def _is_next(self, priority: Priority) -> bool:
        """Whether there is room and nobody before this one."""
        return self._has_room(priority) and not any(self._queues[each].length for each in Priority if each <= priority)

    def _has_room(self, priority: Priority) -> bool:
        if sum(self.running.values()) >= self._running_max:
            return False
        return not priority.is_low or self.running[Priority.NUMBERS] + self.running[Priority.BULK] < self._low_room()

    def _low_room(self) -> int:
        is_slow = self.running[Priority.WRITE] > 0 and self._held_seconds[Priority.WRITE] > WRITE_SECONDS_GOAL
        return 1 if is_slow else self._low_max

    def _take(self, priority: Priority) -> Place:
        self.running[priority] += 1
        return Place(self, priority, self._clock())

    def _let_in(self) -> None:
        for priority in Priority:
            queue = self._queues[priority]
            while queue.length and self._has_room(priority):
                waiting = queue.take()
                if waiting is None:
                    break
                waiting.place = self._take(priority)
                waiting.wake()

    def _give_up(self, priority: Priority, waiting: _Waiting) -> None:
        self._queues[priority].give_up(waiting)
        self._note_line()

    def _note_line(self) -> None:
        """Since when transactions or reads have been waiting without a gap."""
        if not (self._queues[Priority.WRITE].length or self._queues[Priority.READ].length):
            self._standing_since = None
        elif self._standing_since is None:
            self._standing_since = self._clock()

    def _wait_seconds_max(self, priority: Priority, *, overloaded: bool) -> float:
        if not overloaded:
            return WAIT_SECONDS_MAX[priority]
        return OVERLOADED_WAIT_SECONDS_MAX.get(priority, 0.0)

    def _is_hopeless(self, priority: Priority, tenant: str, seconds_max: float) -> bool:
        """Whether the turn would come too late: turns go round the tenants, so the own line counts for each of them."""
        queue = self._queues[priority]
        if queue.length >= _WAITING_MAX[priority] or not seconds_max:
            return True
        ahead = sum(self._queues[each].length for each in Priority if each < priority)
        in_turn = min(queue.length, (queue.of_tenant(tenant) + 1) * max(1, queue.tenants))
        room = self._low_room() if priority.is_low else self._running_max
        return (ahead + in_turn + 1) * self._held_seconds[priority] / room > seconds_max

    def _refusal(self, priority: Priority) -> Busy:
        self.refused[priority] += 1
        return Busy(retry_after=2 if priority.is_low else 1)


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
