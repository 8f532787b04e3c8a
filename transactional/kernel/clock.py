"""Time is passed in: only the edge asks the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime


def _of_the_machine() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _of_the_machine


def utc_now() -> datetime:
    """The present instant, in UTC."""
    return _source()


@contextmanager
def clock(source: Callable[[], datetime]) -> Iterator[None]:
    """For the length of the block `utc_now` tells what the source says, as on a machine whose clock is wrong."""
    global _source  # noqa: PLW0603  # one clock a process, like the machine's
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


def day_of(instant: datetime) -> date:
    """The calendar day of an instant in UTC, the day documents are dated by unless the user says otherwise."""
    return instant.astimezone(UTC).date()
