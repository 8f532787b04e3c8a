"""What comes in about fiscal years."""

from typing import Literal
from uuid import UUID

from transactional.kernel.schema import Day, Strict


class FiscalYearIn(Strict):
    """The year after the last one."""

    company_id: UUID
    starts_on: Day
    period_count: Literal[12, 13] = 12
    """Months, or thirteen spans of four weeks."""
