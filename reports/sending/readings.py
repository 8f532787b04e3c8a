"""What a rule on a metric finds now, with somebody's rights."""

from __future__ import annotations

from collections.abc import Sequence

from olap.asker import Asker
from reports.bounds import Reading
from reports.conditions import Rule
from reports.rehearsal import asking, readings_on
from reports.sending.office import Office


def figure_readings(office: Office, rule: Rule, asker: Asker) -> Sequence[Reading]:
    """The reading of each member.  Raises: MetricsError."""
    return readings_on(rule, office.numbers.today(), asking(office.numbers, rule, asker), is_past=False)
