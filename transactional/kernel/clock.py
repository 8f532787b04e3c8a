"""Time is passed in: only the edge asks the clock."""

from datetime import UTC, date, datetime


def utc_now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The calendar day of an instant in UTC, the day documents are dated by unless the user says otherwise."""
    return instant.astimezone(UTC).date()
